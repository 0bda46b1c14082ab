"""The report for people: what passed in a line, then what is wrong, and the verdict last."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from ..judging.diagnosis import Diagnosis
from ..judging.report import (
    ABSENT,
    DEVIATION,
    ERROR,
    FAILING,
    KNOWN,
    NOT_APPLICABLE,
    NOT_CALLED,
    NOT_IMPLEMENTED,
    NOT_RUN,
    NOT_SOLVED,
    PASS,
    STALE,
    TIMED_OUT,
    UNDECIDED,
    Report,
    Result,
)
from .answer import HARMLESS, UNASKED, Block, block, blocks, by_operation, describe, shown
from .words import verdict as verdict

WIDTH = 80
STYLE = {
    PASS: "green",
    KNOWN: "green",
    DEVIATION: "bold red",
    STALE: "bold red",
    ERROR: "bold magenta",
    **dict.fromkeys((NOT_CALLED, TIMED_OUT, NOT_RUN, NOT_SOLVED), "yellow"),
    **dict.fromkeys((NOT_IMPLEMENTED, NOT_APPLICABLE), "dim"),
}
LABEL = 12  # columns
#: Blocks longer than this are followed by their mistakes in short: the screen has 24 rows.
LONG = 20

#: How many reasons of known deviations are printed.
MOST_REASONS = 3


def show(report: Report, console: Console, quiet: bool = False, verbose: bool = False) -> None:
    """Print the report; `quiet`: its last line alone; `verbose`: every case first."""
    if quiet:
        console.print(verdict(report, mistakes=True), soft_wrap=True, highlight=False)
        return
    for line in _lines(report, verbose):
        console.print(line, soft_wrap=True, highlight=False)
    last = verdict(report)
    for words in wrapped(last.plain):
        console.print(Text(words, last.spans[0].style), soft_wrap=True, highlight=False)


def explain(result: Result, diagnoses: Sequence[Diagnosis]) -> str:
    """Return all that there is to say of one result, in plain lines."""
    lines = [f"{result.id}  {result.status}{f': {result.message}' if result.message else ''}"]
    if result.status in (PASS, KNOWN, *ABSENT, NOT_RUN):
        return "\n".join([*lines, result.hint][: 1 + bool(result.hint)])
    told = block([result], diagnoses)
    mistakes = [m for m in told.mistakes if m not in result.message]
    lines += [f"  {mistake}" for mistake in mistakes]
    lines += [f"  {label:<{LABEL - 1}}{text}" for label, text in told.parts]
    lines += [told.paste] if told.paste else []
    return "\n".join(lines)


def summary(report: Report) -> Iterator[str]:
    """Yield what goes before the blocks, wrapped: notes, what passed, what was not judged."""
    yield from _notes(report)
    own = by_operation(report.results)
    for status in (PASS, KNOWN):
        counts = [
            (operation, sum(r.status == status for r in results))
            for operation, results in own.items()
            if not any(r.status in (*FAILING, *UNDECIDED) for r in results)
        ]
        if said := [f"{shown(o)} ({n})" for o, n in counts if n]:
            total = sum(n for _, n in counts)
            line = f"{status}: {', '.join(said)}"
            if len(line) > WIDTH:
                line = f"{status}: {len(said)} operations, {total} test cases (-v lists them)"
            yield line
    reasons = list(dict.fromkeys(r.message for r in report.results if r.status == KNOWN))
    for why in reasons[:MOST_REASONS]:
        yield from wrapped(f"known: {why}", "  ")
    if more := len(reasons[MOST_REASONS:]):
        yield f"known: {more} more in the baseline"
    for status in (NOT_SOLVED, NOT_RUN):
        yield from _left_out(report.results, status)
    helpers = [r for r in report.results if r.message.startswith("it is of ")]
    for operation, why in dict.fromkeys((r.operation, r.message) for r in helpers):
        yield from wrapped(f"not judged: {shown(operation)}: {why}", "  ")
    if report.exit_code == 5:
        untold = (r for r in report.results if r.status not in (NOT_SOLVED, NOT_RUN))
        for why in dict.fromkeys(r.message for r in untold if r.message):
            yield from wrapped(f"not judged: {why}", "  ")


def told(one: Block) -> list[str]:
    """Return a block in lines that fit the width; what is to be pasted stands as it is."""
    lines = wrapped(one.head, "  ")
    for mistake in one.mistakes:
        lines += wrapped(mistake, "    ", "  ")
    for label, text in one.parts:
        lines += wrapped(f"{label:<{LABEL - 2}}{text}", " " * LABEL, "  ")
    return [*lines, "", *one.paste.splitlines()] if one.paste else lines


def in_short(found: Sequence[Block]) -> list[str]:
    """Return the mistakes again, where the blocks together are longer than a screen.

    Each with how it is mended and its example, as far as these fit the screen.
    """
    if len(found) < 2 or sum(len(told(one)) + 1 for one in found) <= LONG:
        return []
    lines: list[str] = []
    for wanted in (("to mend", "example"), ("to mend",), ()):
        lines = ["in short:", *(line for one in found for line in _in_short(one, wanted))]
        if len(lines) <= LONG - 2:  # the verdict follows
            break
    return lines


def _in_short(one: Block, wanted: Sequence[str]) -> Iterator[str]:
    place = f"{one.file}:{one.line}" if one.line else one.operation
    said = one.said if one.status in UNDECIDED else "; ".join(one.mistakes)
    text = textwrap.shorten(f"{place}  {said}", 2 * WIDTH, placeholder=" ...")
    yield from wrapped(text, "    ", "  ")
    for label, part in one.parts:
        if label in wanted:
            text = textwrap.shorten(part, 2 * (WIDTH - LABEL - 4), placeholder=" ...")
            yield from wrapped(f"{label:<{LABEL - 4}}{text}", " " * LABEL, "    ")


def wrapped(text: str, further: str = "", first: str = "") -> list[str]:
    """Return the text in lines of the width, no word broken; its own line breaks stay."""
    lines = []
    for number, line in enumerate(text.splitlines() or [""]):
        lines += textwrap.wrap(
            line,
            WIDTH,
            initial_indent=further if number else first,
            subsequent_indent=further,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return lines


def _lines(report: Report, verbose: bool) -> Iterator[Text]:
    versions = report.versions
    made = f"optproof {versions['optproof']}"
    made += f", fixtures {versions['fixtures']}" if verbose else ""
    head = f"{made}: {report.target}"
    head += f" ({versions['language']})" if versions["language"] else ""
    yield from (Text(line, "dim") for line in wrapped(head, "  "))
    if verbose:
        yield Text()
        for result in report.results:
            yield from _in_full(result)
    yield from map(Text, summary(report))
    found = blocks(report)
    for one in found:
        yield Text()
        yield from _styled(one)
    if short := in_short(found):
        yield Text()
        yield from map(Text, short)
    yield Text()


def _styled(one: Block) -> Iterator[Text]:
    """Yield the lines of a block: head and mistakes stand out, by colour and by place."""
    lines = told(one)
    bold = sum(len(wrapped(m, "    ", "  ")) for m in one.mistakes)
    heads = len(wrapped(one.head, "  "))
    for number, line in enumerate(lines):
        style = STYLE[one.status] if number < heads else "bold" if number < heads + bold else ""
        yield Text(line, style)


def _in_full(result: Result) -> Iterator[Text]:
    """Yield a case with every number: ``--verbose``."""
    line = Text.assemble(result.id, "  ", (result.status, STYLE[result.status]))
    yield line.append(f": {result.message}" if result.message else "")
    for finding in result.findings:
        yield from map(Text, wrapped(describe(finding, ulps=True), "    ", "  "))
    for note in result.notes:
        yield from map(Text, wrapped(f"note: {note}", "    ", "  "))


def _left_out(results: Sequence[Result], status: str) -> Iterator[str]:
    """Yield a line for each reason why cases were not judged; trainings follow what they use."""
    unsolved = {r.operation for r in results if r.status == NOT_SOLVED}
    reasons: dict[str, list[str]] = {}
    for result in results:
        name = result.id if result.operation == "model" else shown(result.operation)
        why = result.message.removeprefix(f"{status}: ")
        if "already deviates" in why or "was not judged (" in why:
            what = "deviates" if "deviates" in why else "was not judged"
            why = f"use what {what} (try --training short)"
        elif result.hint:
            why += f" ({result.hint})"
        if result.status == status and why.partition(":")[0] not in unsolved:
            reasons.setdefault(why, []).append(name)
    for why, names in reasons.items():
        yield from wrapped(f"{status}: {', '.join(dict.fromkeys(names))}: {why}", "  ")


def _notes(report: Report) -> Iterator[str]:
    """Yield each note once: those of operations grouped, the particulars left to --verbose."""
    unsolved = {r.operation for r in report.results if r.status == NOT_SOLVED}
    names = {r.operation for r in report.results}
    of: dict[str, list[str]] = {}
    for note in report.notes:
        operation, colon, text = note.partition(": ")
        if colon and operation in names:
            if operation not in unsolved:
                of.setdefault(operation, []).append(text)
        else:
            yield from wrapped(f"note: {note}", "  ")
    for result in report.results:
        telling = result.status == PASS or result.operation != "model"
        for note in result.notes if telling else ():
            if note.startswith((UNASKED, *HARMLESS)):
                continue
            cut = result.operation != "model" or note.startswith("it has no model")
            kind = note.partition(":")[0] if cut else note
            kind = kind.replace("no model", "no model, and optproof's loop trained it")
            if not any(kind in said for said in of.setdefault(result.operation, [])):
                of[result.operation].append(kind)
    same: dict[str, list[str]] = {}
    for operation, said in of.items():
        if said:
            same.setdefault("; ".join(dict.fromkeys(said)), []).append(shown(operation))
    for text, those in same.items():
        yield from wrapped(f"note: {', '.join(those)}: {text}", "  ")
