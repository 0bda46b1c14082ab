"""The report for people: an operation a line, then what is wrong and where."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby

from rich.console import Console
from rich.text import Text

from .. import fixtures
from ..judge import Finding
from ..report import DEVIATION, ERROR, NOT_IMPLEMENTED, NOT_RUN, PASS, Report, Result

STYLE = {
    PASS: "green",
    DEVIATION: "bold red",
    ERROR: "bold magenta",
    NOT_IMPLEMENTED: "dim",
    NOT_RUN: "yellow",
}
#: What a group of results is called, worst first.
WORST = (ERROR, DEVIATION, NOT_RUN, PASS, NOT_IMPLEMENTED)
MOST_FINDINGS = 4


def show(report: Report, console: Console, quiet: bool = False, verbose: bool = False) -> None:
    """Print the report; `quiet`: its last line alone; `verbose`: passing cases too."""
    if not quiet:
        for line in _lines(report, verbose):
            console.print(line, soft_wrap=True, highlight=False)
        console.print()
    console.print(verdict(report), soft_wrap=True, highlight=False)


def verdict(report: Report) -> Text:
    """Return the last line: the verdict, and how many of all cases it rests on."""
    counts = report.counts
    parts = [
        f"{counts[s]} {s}" for s in (PASS, DEVIATION, ERROR, NOT_RUN, NOT_IMPLEMENTED) if counts[s]
    ]
    words = {
        0: ("conforms", "bold green"),
        1: ("deviates", "bold red"),
        5: ("nothing was run", "bold yellow"),
        130: ("interrupted", "bold yellow"),
    }
    word, style = words[report.exit_code]
    if word == "conforms" and counts[NOT_IMPLEMENTED]:
        word = "conforms in what it implements"
    count = len(report.results)
    cases = f"{count} case{'s' if count != 1 else ''}: {', '.join(parts)}"
    return Text.assemble((f"{report.target} {word}", style), f" ({cases})")


def _lines(report: Report, verbose: bool) -> Iterator[Text]:
    versions = report.versions
    yield Text(
        f"optproof {versions['optproof']}, fixtures {versions['fixtures']}, checks {report.target} "
        f"({versions['language']}, {report.dtype})\n"
    )
    for note in report.notes:
        yield Text(f"note: {note}\n", style="dim")
    for operation, group in groupby(report.results, key=lambda r: r.operation):
        results = list(group)
        worst = next(s for s in WORST if any(r.status == s for r in results))
        passed = sum(r.status == PASS for r in results)
        count = "" if worst == NOT_IMPLEMENTED else f"{passed} of {len(results)} pass"
        yield Text.assemble(f"{operation:<34}", (f"{worst:<16}", STYLE[worst]), count)
        for result in results:
            yield from _result_lines(result, verbose, worst)
        if not verbose:
            yield from _notes_on_passes(results)


def _result_lines(result: Result, verbose: bool, worst: str) -> Iterator[Text]:
    if result.status == NOT_IMPLEMENTED == worst and not verbose:
        return
    if result.status != PASS or verbose:
        name = f" {', '.join(result.deviations)}" if result.deviations else ""
        line = Text.assemble(
            "  ", result.id, "  ", (f"{result.status}{name}", STYLE[result.status])
        )
        yield line.append(f": {result.message}" if result.message else "")
    for finding in result.findings[:MOST_FINDINGS]:
        yield Text(f"    {describe(finding)}")
    if len(result.findings) > MOST_FINDINGS:
        yield Text(f"    ... and {len(result.findings) - MOST_FINDINGS} more; --json FILE has all")
    for deviation in result.deviations:
        if note := _notes().get(deviation):
            yield Text(f"    {deviation}: {note.title} (SPEC.md {note.clause})")
            yield Text(f"      {note.effect}", style="dim")
    if result.findings and not result.deviations:
        yield Text(f"    SPEC.md {', '.join(result.clauses)}", style="dim")
    if result.hint:
        yield Text(f"    hint: {result.hint}", style="dim")
    for note_text in result.notes:
        if verbose or result.status != PASS or result.operation == "model":
            yield Text(f"    note: {note_text}", style="dim")


def _notes_on_passes(results: list[Result]) -> Iterator[Text]:
    """Give each kind of note once; its particulars are --verbose's."""
    notes = [n for r in results if r.status == PASS and r.operation != "model" for n in r.notes]
    for kind in dict.fromkeys(note.partition(":")[0] for note in notes):
        yield Text(f"    note: {kind}", style="dim")


def _notes() -> dict[str, fixtures.Note]:
    return {name: note for file in fixtures.load_cases() for name, note in file.notes.items()}


def describe(finding: Finding) -> str:
    """Return a finding in one line: tensor, index, expected, got, difference, ULPs."""
    place = finding.tensor + (str(list(finding.index)) if finding.index else "")
    if not finding.expected:
        return f"{place} {finding.message}"
    text = f"{place} expected {finding.expected}, got {finding.got}"
    if finding.difference is None or not math.isfinite(finding.difference):
        return f"{text}: {finding.message}"
    ulps = f", {finding.ulps} ULPs" if finding.ulps is not None else ""
    return f"{text} (off by {finding.difference:.2g}{ulps}; {finding.message})"
