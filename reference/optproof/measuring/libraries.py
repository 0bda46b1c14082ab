"""The table of libraries: each adapter's library checked, operation by operation."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from ..checking.check import check
from ..errors import TargetError, UsageError, nearest
from ..judging.report import ABSENT, DEVIATION, ERROR, PASS, Report, Result
from ..libraries import ADAPTERS

HEAD = "| library | version | operation | verdict |\n| --- | --- | --- | --- |"
#: How messages begin that say nothing about the library: what its adapter lacks, or its dtype.
NO_REASON = ("it has no ", "not applicable")


def table(
    names: Iterable[str] = (),
    on_library: Callable[[str], None] = lambda name: None,
    on_report: Callable[[Report], None] = lambda report: None,
) -> Iterator[str]:
    """Yield the lines of a Markdown table of what each library's optimizers do.

    Parameters
    ----------
    names : iterable of str
        Which adapters; by default all whose library is installed.
    on_library : callable
        Called with each name before it is checked.
    on_report : callable
        Called with each report.

    Raises
    ------
    UsageError
        If there is no adapter of that name, or its library is not installed.
    """
    installed = [n for n, a in ADAPTERS.items() if importlib.util.find_spec(a.package)]
    names = tuple(names) or installed
    if not names:
        raise UsageError("none of the libraries is installed", "pip install 'optproof[torch]'")
    if unknown := [name for name in names if name not in ADAPTERS]:
        near = nearest(unknown[0], ADAPTERS)
        hint = f"{near} known: {', '.join(ADAPTERS)}".strip()
        raise UsageError(f"no adapter {', '.join(unknown)}", hint)
    yield HEAD
    for name in names:
        on_library(name)
        try:
            report = check(name, training="short", timeout=60.0)
        except TargetError as error:
            yield f"| {name} | | | cannot be started: {error.what} |"
            continue
        on_report(report)
        yield from _rows(name, report)


def _rows(name: str, report: Report) -> Iterator[str]:
    version = report.versions["implementation"]
    of = f"{version}, {report.dtype}"
    for operation, group in groupby(report.results, key=_operation):
        if words := verdict(list(group), report):
            yield f"| {name} | {of} | {operation} | {words} |"


def _operation(result: Result) -> str:
    return result.id if result.operation == "model" else result.operation


def verdict(results: list[Result], report: Report) -> str:
    """Say in a few words what the cases of one operation have shown; "" if it has none of it."""
    judged = [r for r in results if r.status not in ABSENT]
    wrong = [r for r in judged if r.status in (DEVIATION, ERROR)]
    family = results[0].id.partition("/")[0]
    variants = ", ".join(v for v in report.variants if v.partition(".")[0] == family)
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
