"""The report for people: an operation a line, then what is wrong and where."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from textwrap import dedent

from rich.console import Console
from rich.text import Text

from .. import fixtures
from ..judging.diagnosis import Diagnosis, Found
from ..judging.judge import Finding
from ..judging.report import (
    ABSENT,
    DEVIATION,
    ERROR,
    KNOWN,
    NOT_APPLICABLE,
    NOT_CALLED,
    NOT_IMPLEMENTED,
    NOT_RUN,
    NOT_SOLVED,
    PASS,
    STALE,
    STATUSES,
    TIMED_OUT,
    UNDECIDED,
    Report,
    Result,
)

STYLE = {
    PASS: "green",
    KNOWN: "green",
    DEVIATION: "bold red",
    STALE: "bold red",
    ERROR: "bold magenta",
    **dict.fromkeys((NOT_CALLED, TIMED_OUT, NOT_RUN, NOT_SOLVED), "yellow"),
    **dict.fromkeys((NOT_IMPLEMENTED, NOT_APPLICABLE), "dim"),
}
#: What a group of results is called, worst first.
WORST = (
    *(ERROR, DEVIATION, STALE, NOT_CALLED, TIMED_OUT, NOT_RUN),
    *(KNOWN, PASS, NOT_SOLVED, NOT_IMPLEMENTED, NOT_APPLICABLE),
)
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
    """Return the last line: the verdict, and how many cases it rests on.

    Those that do not apply to the implementation are not counted.
    """
    counts = report.counts
    count = sum(counts.values()) - counts.pop(NOT_APPLICABLE, 0)
    parts = [f"{counts[s]} {s}" for s in STATUSES if counts[s]]
    words = {
        0: ("conforms", "bold green"),
        1: ("deviates", "bold red"),
        3: ("could not be judged", "bold yellow"),
        5: ("nothing was run", "bold yellow"),
        130: ("interrupted", "bold yellow"),
    }
    word, style = words[report.exit_code]
    if report.exit_code == 3 and counts[PASS] + counts[KNOWN]:
        word += " in full"
    if word == "conforms" and _missing(report.results):
        word = "conforms in what it implements"
    judged = [f"in {report.dtype}"] * (report.dtype != "float64")
    judged += [f"against {', '.join(report.variants)}"] * bool(report.variants)
    if judged:
        word += f" (judged {', '.join(judged)})"
    if report.exit_code == 0 and counts[KNOWN]:
        word += ", known deviations aside"
    if counts[STALE] and not counts[DEVIATION] + counts[ERROR]:
        word = "has a baseline that is stale"
    if report.settings:
        word += f" with {report.settings}"
    cases = f"{count} case{'s' if count != 1 else ''}: {', '.join(parts)}"
    return Text.assemble((f"{report.target} {word}", style), f" ({cases})")


def _missing(results: Sequence[Result]) -> set[str]:
    """Return the operations of which no case could be put to the implementation."""
    there = {r.operation for r in results if r.status not in ABSENT}
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
        if not verbose and any(r.status != NOT_APPLICABLE for r in results):
            results = [r for r in results if r.status != NOT_APPLICABLE]
        apply = sum(r.status != NOT_APPLICABLE for r in results)
        count = "" if worst in ABSENT else f"{passed} of {apply} pass"
        yield Text.assemble(f"{operation:<34}", (f"{worst:<16}", STYLE[worst]), count)
        for diagnosis in report.diagnoses:
            if diagnosis.operation == operation and (worst != KNOWN or verbose):
                yield from _diagnosis_lines(diagnosis)
        nothing = report.exit_code == 5 and operation == "model"
        if not verbose and (worst != NOT_IMPLEMENTED or nothing):
            yield from _left_out(results)
            results = [r for r in results if r.status not in ABSENT]
        if not verbose and worst in UNDECIDED:  # said once
            results = _first_of_each(results)
        shown, said = 0, set[str]()
        for result in results:
            result, said = _without(result, said), said.union(result.notes)
            telling = result.status not in (PASS, *ABSENT)
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
    if result.status in ABSENT and result.status == worst and not verbose:
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
        first, *more = result.hint.splitlines()
        yield Text(f"    hint: {first}", style="dim")
        yield from (Text(f"      {further}", style="dim") for further in more)
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
    if diagnosis.line:
        yield Text(f"  at {relative(diagnosis.file)}:{diagnosis.line}", style="dim")
    for found in diagnosis.found:
        yield from _found_lines(found)
    if not diagnosis.explanations and not diagnosis.found:
        right = f"{', '.join(diagnosis.right)} right; " if diagnosis.right else ""
        wrong = f"{', '.join(diagnosis.wrong)} wrong"
        yield Text(f"  an unknown deviation: {right}{wrong}")
        for sentence in diagnosis.evidence:
            place = f" (SPEC.md {diagnosis.clause})" if diagnosis.clause else ""
            yield Text(f"    {sentence}{place}")


def relative(file: str) -> str:
    """Return a path as seen from here, where it lies below; a cell of a notebook stays."""
    with suppress(ValueError):
        return Path(file).relative_to(Path.cwd()).as_posix()
    return file


def _found_lines(found: Found) -> Iterator[Text]:
    """Say what was worked out: a number, a known mistake in one place, or another formula."""
    catalogue = fixtures.load_deviations()
    where = f", in {found.scope} alone" if found.scope else ""
    said = " and ".join([*found.names, *([found.says] if found.says else [])])
    if found.formula:
        yield Text.assemble("  this computes ", (found.formula, "bold"), where)
        yield Text(f"    the {found.stage} is {found.specified} (SPEC.md {found.clause})")
        return
    yield Text.assemble("  this is " if found.names else "  ", (said, "bold"), where)
    for name in found.names:
        yield Text(f"    {catalogue[name].title} (SPEC.md {catalogue[name].clause})")
        yield Text(f"    {catalogue[name].effect}", style="dim")
    if not found.names and found.stage:
        yield Text(f"    in the {found.stage} (SPEC.md {found.clause})", style="dim")


def _left_out(results: list[Result]) -> Iterator[Text]:
    """Say in a line why some cases of an operation could not be put to the implementation."""
    why = Counter((r.status, r.message) for r in results if r.status in ABSENT)
    for (status, message), count in why.items():
        yield Text(f"    {count} {status}: {message}", style="dim")


def _first_of_each(results: list[Result]) -> list[Result]:
    """Return the results with the first alone of those that could not be called."""
    first = {r.status: r.id for r in reversed(results) if r.status in UNDECIDED}
    return [r for r in results if r.status not in UNDECIDED or first[r.status] == r.id]


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
