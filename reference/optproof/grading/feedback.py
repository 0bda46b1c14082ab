"""What a student gets: one screen, only what is wrong, in words, with the line."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from ..reports.answer import shown
from .row import CONFORMS, DEVIATES, NOTHING, RIGHT, Mark, Mistake, Row
from .rubric import STANDS_FOR

WIDTH, HEIGHT = 80, 24
MARK = "<!-- optproof feedback -->"


@dataclass(frozen=True)
class Part:
    """One operation that is wrong or lost points: the heading, and what is said of it."""

    title: str
    lost: str
    lines: tuple[str, ...]


def number(points: float) -> str:
    """Return points as they are said.

    >>> number(2.0), number(1.5)
    ('2', '1.5')
    """
    return f"{points:.2f}".rstrip("0").rstrip(".")


def score(row: Row) -> str:
    """Return the points in words."""
    return f"{number(row.points)} of {number(row.of)} points" if row.of else row.verdict


def opening(row: Row) -> str:
    """Return what is said first: that all is right, or why nothing could be judged."""
    if row.verdict == CONFORMS:
        missing = [shown(m.operation) for m in row.marks if m.of and m.status not in RIGHT]
        return "Everything that you handed in is right." if missing else "Everything is right."
    if row.verdict == DEVIATES:
        right = [shown(m.operation) for m in row.marks if m.status in RIGHT]
        late = f" {row.why.capitalize()}." if row.why else ""
        return (f"Right: {', '.join(right)}." if right else "") + late
    if row.verdict == NOTHING:
        return f"There was nothing to judge: {row.why}."
    return f"This could not be judged: {row.why}."


def parts(row: Row) -> list[Part]:
    """Return a part for each operation that is wrong, then one for all that is missing."""
    marks = {m.operation: m for m in row.marks}
    told = []
    for operation in dict.fromkeys(m.operation for m in row.mistakes):
        own = [m for m in row.mistakes if m.operation == operation]
        names = (operation, *STANDS_FOR.get(operation, ()))
        told.append(_part(operation, own, [marks[n] for n in names if n in marks]))
    if row.verdict not in (CONFORMS, DEVIATES):
        return told
    reasons: dict[str, list[Mark]] = {}
    wrong = {m.why for m in row.marks if m.why}
    for mark in row.marks:
        if mark.of and mark.points < mark.of and mark.why in wrong and not _is_told(mark, row):
            reasons.setdefault(mark.why, []).append(mark)
    for why, those in reasons.items():
        lost = sum(m.of - m.points for m in those)
        listed = ", ".join(shown(m.operation) for m in those)
        told.append(Part(_sentence(why), _lost(lost), (listed,)))
    return told


def as_markdown(row: Row) -> str:
    """Return the feedback as Markdown, at most a screen long."""
    lines = [MARK, f"# {_one_line(row.student)}: {score(row)}", *_wrapped(opening(row)), ""]
    left: list[str] = []
    told = parts(row)
    for number_, part in enumerate(told):
        own = [f"## {_one_line(part.title)}{part.lost}"]
        own += [line for text in part.lines for line in _wrapped(text)]
        room = HEIGHT - len(lines) - (2 if left or number_ + 1 < len(told) else 0)
        if not number_ and len(own) > room:  # something must be told
            own = [*own[: room - 1], "..."]
        if len(own) <= room:
            lines += own
        else:
            left.append(part.title.partition(",")[0])
    if left:
        lines += _wrapped(f"Also: {'; '.join(left)}.")[: max(1, HEIGHT - len(lines))]
    return "\n".join(lines).rstrip() + "\n"


def _is_told(mark: Mark, row: Row) -> bool:
    names = {m.operation for m in row.mistakes}
    return mark.operation in names or any(
        mark.operation in operations and optimizer in names
        for optimizer, operations in STANDS_FOR.items()
    )


def _part(operation: str, mistakes: list[Mistake], marks: list[Mark]) -> Part:
    first = mistakes[0]
    place = f", line {first.line} of {first.file}" if first.line else ""
    lines = [f"{m.words} ({m.id})" if m.id else m.words for m in mistakes]
    lines += [f"To mend: {m}" for m in dict.fromkeys(m.mend for m in mistakes) if m]
    lost = sum(m.of - m.points for m in marks)
    return Part(f"{shown(operation)}{place}", _lost(lost), tuple(_sentence(t) for t in lines))


def _lost(points: float) -> str:
    return f": {number(points)} point{'s' if points != 1 else ''} lost" if points else ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] if text[:2].isascii() and text[:2].isalpha() else text


def _one_line(text: str) -> str:
    """Return text that Markdown does not take for more than it says."""
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", " ".join(text.split()))


def _wrapped(text: str) -> list[str]:
    escaped = re.sub(r"([\\`*<>|])", r"\\\1", text)
    return textwrap.wrap(escaped, WIDTH, break_long_words=False, break_on_hyphens=False)
