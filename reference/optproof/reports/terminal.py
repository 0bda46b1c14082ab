"""The report for people: an operation a line, then what is wrong and where."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from textwrap import dedent

from rich.console import Console
from rich.text import Text

from .. import fixtures
from ..judging.diagnosis import Diagnosis
from ..judging.judge import Finding
from ..judging.report import (
    DEVIATION,
    ERROR,
    KNOWN,
    NOT_IMPLEMENTED,
    NOT_RUN,
    PASS,
    STALE,
    STATUSES,
    Report,
    Result,
)

STYLE = {
    PASS: "green",
    KNOWN: "green",
    DEVIATION: "bold red",
    STALE: "bold red",
    ERROR: "bold magenta",
    NOT_IMPLEMENTED: "dim",
    NOT_RUN: "yellow",
}
#: What a group of results is called, worst first.
WORST = (ERROR, DEVIATION, STALE, NOT_RUN, KNOWN, PASS, NOT_IMPLEMENTED)
#: How much is shown of an operation and of a case; --verbose shows all cases, --json everything.
MOST_CASES, MOST_FINDINGS = 3, 3


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
    parts = [f"{counts[s]} {s}" for s in STATUSES if counts[s]]
    words = {
        0: ("conforms", "bold green"),
        1: ("deviates", "bold red"),
        5: ("nothing was run", "bold yellow"),
        130: ("interrupted", "bold yellow"),
    }
    word, style = words[report.exit_code]
    if word == "conforms" and _missing(report.results):
        word = "conforms in what it implements"
    if report.variants:
        word += f" (judged against {', '.join(report.variants)})"
    if report.exit_code == 0 and counts[KNOWN]:
        word += ", known deviations aside"
    if counts[STALE] and not counts[DEVIATION] + counts[ERROR]:
        word = "has a baseline that is stale"
    count = len(report.results)
    cases = f"{count} case{'s' if count != 1 else ''}: {', '.join(parts)}"
    return Text.assemble((f"{report.target} {word}", style), f" ({cases})")


def _missing(results: Sequence[Result]) -> set[str]:
    """Return the operations of which no case could be put to the implementation."""
    there = {r.operation for r in results if r.status != NOT_IMPLEMENTED}
    return {r.operation for r in results} - there


def explain(result: Result, diagnoses: Sequence[Diagnosis]) -> str:
    """Return all that there is to say of one result, in plain lines."""
    lines = list(_result_lines(result, verbose=True, worst=""))
    for diagnosis in diagnoses:
        if diagnosis.operation == result.operation and result.findings:
            lines[1:1] = [Text("  ") + line for line in _diagnosis_lines(diagnosis)]
    return dedent("\n".join(line.plain for line in lines))


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
        for diagnosis in report.diagnoses:
            if diagnosis.operation == operation and (worst != KNOWN or verbose):
                yield from _diagnosis_lines(diagnosis)
        nothing = report.exit_code == 5 and operation == "model"
        if not verbose and (worst != NOT_IMPLEMENTED or nothing):
            yield from _left_out(results)
            results = [r for r in results if r.status != NOT_IMPLEMENTED]
        shown, said = 0, set[str]()
        for result in results:
            result, said = _without(result, said), said.union(result.notes)
            telling = result.status not in (PASS, NOT_IMPLEMENTED)
            if verbose or not telling or shown < MOST_CASES:
                yield from _result_lines(result, verbose, worst)
            shown += telling
        if shown > MOST_CASES and not verbose:
            yield Text(f"  ... and {shown - MOST_CASES} more cases; --verbose shows them all")
        if not verbose:
            yield from _notes_once(results)


def _without(result: Result, said: set[str]) -> Result:
    """Leave out the notes that another result of the operation has given."""
    return replace(result, notes=tuple(note for note in result.notes if note not in said))


def _result_lines(result: Result, verbose: bool, worst: str) -> Iterator[Text]:
    if result.status == NOT_IMPLEMENTED == worst and not verbose:
        return
    if result.status != PASS or verbose:
        line = Text.assemble("  ", result.id, "  ", (result.status, STYLE[result.status]))
        yield line.append(f": {result.message}" if result.message else "")
    if result.status == KNOWN and not verbose:
        return
    for finding in result.findings[:MOST_FINDINGS]:
        yield Text(f"    {describe(finding)}")
    if len(result.findings) > MOST_FINDINGS:
        yield Text(f"    ... and {len(result.findings) - MOST_FINDINGS} more; --json FILE has all")
    if result.findings:
        yield Text(f"    SPEC.md {', '.join(result.clauses)}", style="dim")
    if result.hint:
        yield Text(f"    hint: {result.hint}", style="dim")
    for note_text in result.notes:
        if verbose or result.operation == "model":
            yield Text(f"    note: {note_text}", style="dim")


def _diagnosis_lines(diagnosis: Diagnosis) -> Iterator[Text]:
    """Say which known mistakes explain all answers of an operation, or where to look."""
    catalogue = fixtures.load_deviations()
    for number, names in enumerate(diagnosis.explanations):
        start = "  or " if number else "  this is "
        yield Text.assemble(start, (" and ".join(names), "bold"))
        for name in names:
            known = catalogue[name]
            yield Text(f"    {known.title} (SPEC.md {known.clause})")
            yield Text(f"    {known.effect}", style="dim")
            if known.variant and len(names) == 1:
                hint = f"--variant {name} judges against this convention, where it is meant"
                yield Text(f"    hint: {hint}", style="dim")
    if not diagnosis.explanations:
        right = f"{', '.join(diagnosis.right)} right; " if diagnosis.right else ""
        wrong = f"{', '.join(diagnosis.wrong)} wrong"
        place = f": look first at the {diagnosis.stage} (SPEC.md {diagnosis.clause})"
        yield Text(f"  an unknown deviation: {right}{wrong}{place if diagnosis.stage else ''}")


def _left_out(results: list[Result]) -> Iterator[Text]:
    """Say in a line why some cases of an operation could not be put to the implementation."""
    why = Counter(r.message for r in results if r.status == NOT_IMPLEMENTED)
    for message, count in why.items():
        yield Text(f"    {count} not implemented: {message}", style="dim")


def _notes_once(results: list[Result]) -> Iterator[Text]:
    """Give each kind of note once; its particulars are --verbose's."""
    notes = [note for r in results if r.operation != "model" for note in r.notes]
    for kind in dict.fromkeys(note.partition(":")[0] for note in notes):
        yield Text(f"    note: {kind}", style="dim")


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
