"""The table of libraries: each adapter's library checked, operation by operation."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from ..checking.check import check, unstarted
from ..errors import TargetError, UsageError, nearest
from ..judging.report import ABSENT, DEVIATION, ERROR, PASS, Report, Result
from ..libraries import adapters

HEAD = "| library | version | operation | verdict |\n| --- | --- | --- | --- |"
#: Seconds a call may take: no library is called slow.
PATIENCE = 600.0
NOTHING_STARTED = 3
#: How messages begin that say nothing about the library: what its adapter lacks, or its dtype.
NO_REASON = (
    "it has no ",
    "not applicable",
    "it does not offer to save",
    "it takes no None",
    "a tree without",
    "its learning rate cannot",
    "defaults are judged",
    "it is not called",
)


def reports(
    names: Iterable[str] = (), on_library: Callable[[str], None] = lambda name: None
) -> Iterator[tuple[str, Report]]:
    """Yield what each library's optimizers do, by the name of its adapter.

    Parameters
    ----------
    names : iterable of str
        Which adapters; by default all whose library is installed.
    on_library : callable
        Called with each name before it is checked.

    Raises
    ------
    UsageError
        If there is no adapter of that name, or its library is not installed.
    """
    known = adapters()
    installed = [n for n, a in known.items() if importlib.util.find_spec(a.package)]
    names = tuple(names) or installed
    if not names:
        raise UsageError("none of the libraries is installed", "pip install 'optproof[torch]'")
    if unknown := [name for name in names if name not in known]:
        near = nearest(unknown[0], known)
        hint = f"{near} known: {', '.join(known)}".strip()
        raise UsageError(f"no adapter {', '.join(unknown)}", hint)
    for name in names:
        on_library(name)
        try:
            yield name, check(name, training="short", timeout=PATIENCE)
        except TargetError as error:
            yield name, unstarted(name, error, (), "none")


def rows(name: str, report: Report) -> Iterator[str]:
    """Yield the rows of one library, as lines of a Markdown table."""
    if report.exit_code == NOTHING_STARTED and not report.versions["implementation"]:
        why = next(r.message for r in report.results if r.message)
        yield f"| {name} | | | cannot be started: {why} |"
        return
    of = f"{report.versions['implementation']}, {report.dtype}"
    for operation, group in groupby(report.results, key=_operation):
        if words := verdict(list(group), report):
            yield f"| {name} | {of} | {operation} | {words} |"


def shortened(report: Report) -> Report:
    """Return a report without what it has none of, and with two findings a case, to be kept."""
    results = tuple(
        replace(r, findings=r.findings[:2])
        for r in report.results
        if r.status not in ABSENT or not r.message.startswith("it has no ")
    )
    return replace(report, results=results)


def _operation(result: Result) -> str:
    return result.id if result.operation == "model" else result.operation


def _forms(operation: str, family: str, report: Report) -> list[str]:
    """Return the variants that it was judged against: declared, or its framework's own."""
    named = operation.removesuffix(" optimizer")
    if named in (operation, family):
        return [v for v in report.variants if v.partition(".")[0] == family]
    own = [n for n in report.notes if f"{named} (" in n and "own form, " in n]
    return [n.rpartition("own form, ")[2] for n in own]


def verdict(results: list[Result], report: Report) -> str:
    """Say in a few words what the cases of one operation have shown; "" if it has none of it."""
    judged = [r for r in results if r.status not in ABSENT]
    wrong = [r for r in judged if r.status in (DEVIATION, ERROR)]
    family, _, rest = results[0].id.partition("/")
    family = rest.partition("/")[0] if family == "trajectory" else family
    variants = ", ".join(_forms(results[0].operation, family, report))
    to = f" to {variants}" if variants else ""
    left = [r.message for r in results if r.status in ABSENT]
    reasons = dict.fromkeys(m for m in left if not m.startswith(NO_REASON))
    if not judged:
        return f"not implemented: {'; '.join(reasons)}" if reasons else ""
    if all(r.status == PASS for r in judged):
        text = f"conforms{to}" + (f" ({len(judged)} cases)" if len(judged) > 1 else "")
    elif broken := [r for r in wrong if r.status == ERROR]:
        text = f"error in {broken[0].id}: {broken[0].message}"
    elif wrong:
        few = f" ({', '.join(r.id for r in wrong)})" if len(wrong) < 4 else ""
        text = f"deviates{' from' + to[3:] if to else ''} in {len(wrong)} of {len(judged)}{few}"
        names = [
            " + ".join(explanation)
            for diagnosis in report.diagnoses
            if diagnosis.operation == results[0].operation
            for explanation in diagnosis.explanations
        ]
        text += f": {' or '.join(names)}" if names else ""
    else:
        text = f"not run: {judged[0].message}"
    return f"{text}; {'; '.join(reasons)}" if reasons else text
