"""The page of a class: students by operations, and its mistakes, the most frequent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .. import __version__, fixtures, pages
from ..judging.report import DEVIATION, NOT_IMPLEMENTED, PASS
from ..operations import OPERATIONS
from ..reports.answer import shown
from . import feedback
from .row import CONFORMS, DEVIATES, RIGHT, WRONG, Mark, Mistake, Row
from .rubric import STANDS_FOR

#: How many names stand in a line; the others are behind them, to be opened.
MOST_NAMES = 8
#: How long the words of a mistake without a name may be in a cell.
MOST_WORDS = 70
#: How a verdict and a status look, beside what they say.
KIND = {
    CONFORMS: "right",
    DEVIATES: "wrong",
    **dict.fromkeys(RIGHT, "right"),
    **dict.fromkeys(WRONG, "wrong"),
}


def as_html(rows: Callable[[], Iterable[Row]], places: Mapping[str, str], seed: int) -> str:
    """Return the page.

    Parameters
    ----------
    rows : callable
        Returns the rows, one after the other; it is called more than once.
    places : dict of str
        Where each student's feedback is, as seen from the page.
    seed : int
        Of the fresh cases.
    """
    operations = dict.fromkeys(m.operation for row in rows() for m in row.marks)
    verdicts = Counter(row.verdict for row in rows())
    return pages.render(
        "class.html",
        title=f"{sum(verdicts.values())} submissions",
        counts=", ".join(f"{verdict}: {count}" for verdict, count in sorted(verdicts.items())),
        columns=[(shown(o), _short(o)) for o in operations],
        rows=(_line(row, list(operations), places[row.student]) for row in rows()),
        mistakes=_mistakes(rows()),
        made=f"Made by optproof {__version__}, with fixtures {fixtures.manifest()['version']}; "
        f"fresh cases of seed {seed}.",
    )


def feedback_page(row: Row) -> str:
    """Return one student's feedback as a page."""
    return pages.render(
        "feedback.html",
        title=f"{row.student}: {feedback.score(row)}",
        opening=feedback.opening(row),
        parts=feedback.parts(row),
    )


def _short(operation: str) -> str:
    """Return the heading of a column: ``adam``, ``adam optimizer``."""
    return OPERATIONS[operation].short if operation in OPERATIONS else shown(operation)


def _line(row: Row, operations: list[str], place: str) -> dict[str, Any]:
    marks = {m.operation: m for m in row.marks}
    own: dict[str, list[str]] = {}
    for mistake in row.mistakes:
        known = fixtures.load_deviations().get(mistake.id)
        stood_for = STANDS_FOR.get(mistake.operation, (mistake.operation,))
        operation = known.operation if known and known.operation in stood_for else stood_for[-1]
        words = mistake.words if len(mistake.words) <= MOST_WORDS else "no known mistake"
        own.setdefault(operation, []).append(mistake.id.partition(".")[2] or words)
    return {
        "student": row.student,
        "feedback": place,
        "verdict": row.verdict,
        "kind": KIND.get(row.verdict, "open"),
        "why": row.why,
        "points": feedback.number(row.points),
        "of": feedback.number(row.of),
        "cells": [_cell(marks.get(o), own.get(o, [])) for o in operations],
    }


def _cell(mark: Mark | None, mistakes: list[str]) -> tuple[str, str]:
    """Return what a cell says, and how it looks."""
    if mark is None:
        return "", "open"
    if mark.status == NOT_IMPLEMENTED:
        return "–", "soft"
    word = {PASS: "right", DEVIATION: "wrong"}.get(mark.status, mark.status)
    return f"{word}: {', '.join(mistakes)}" if mistakes else word, KIND.get(mark.status, "open")


def _mistakes(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return the mistakes, the most frequent first, with who made them."""
    found: dict[tuple[str, str], tuple[Mistake, dict[str, None]]] = {}
    for row in rows:
        for mistake in row.mistakes:
            key = (mistake.operation, mistake.id or mistake.words)
            found.setdefault(key, (mistake, {}))[1][row.student] = None
    ranked = sorted(found.values(), key=lambda f: (-len(f[1]), f[0].operation, f[0].words))
    return [_ranked(mistake, list(students)) for mistake, students in ranked]


def _ranked(mistake: Mistake, students: list[str]) -> dict[str, Any]:
    known = fixtures.load_deviations().get(mistake.id)
    return {
        "count": len(students),
        "words": mistake.words,
        "id": mistake.id,
        "operation": shown(mistake.operation),
        "effect": known.effect if known else "",
        "mend": mistake.mend,
        "clause": known.clause if known else "",
        "first": students[:MOST_NAMES],
        "more": students[MOST_NAMES:],
    }
