"""The pages of the libraries: what their optimizers do, from reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..judging.report import ABSENT, FAILING, PASS, Report, Result
from ..measuring.libraries import verdict
from ..reports import html
from ..reports.answer import by_operation, ids, shown
from ..reports.words import METHODS
from .page import Page

#: The columns of the table, in the words of the reports.
COLUMNS = ("gradient descent", "mini-batches", "momentum", "Adam", "training")
#: How each column's cases begin, which its variants' ids begin with, too.
FAMILY = {"gradient descent": "gd", "momentum": "momentum", "Adam": "adam"}


def pages(reports: Sequence[tuple[str, Report]]) -> Iterator[Page]:
    """Yield a page for each report, and the table of all of them; each comes with its date."""
    rows = []
    for date, report in sorted(reports, key=lambda pair: pair[1].target):
        content = _library(date, report)
        says = f"{report.target} {content['version']} {' '.join(follows(report))}"
        place = f"libraries/{slug(report.target)}"
        yield Page(place, "library", report.target, content, "library", says)
        named = ("name", "place", "version", "dtype", "date", "variants", "methods")
        rows.append({name: content[name] for name in named})
    columns = [c for c in COLUMNS if any(c in row["methods"] for row in rows)]
    yield Page(
        "libraries/index", "libraries", "The libraries", {"columns": columns, "libraries": rows}
    )


def slug(target: str) -> str:
    """Return the name of a target as that of a file.

    >>> slug("torch.optim"), slug("exec: node a.js")
    ('torch.optim', 'exec-node-a.js')
    """
    plain = "".join(c if c.isalnum() or c in "._-" else " " for c in target)
    return "-".join(plain.split())


def follows(report: Report) -> list[str]:
    """Return the ids of the forms that it declares, and of the known mistakes that were found."""
    found = (name for diagnosis in report.diagnoses for name in ids(diagnosis))
    return list(dict.fromkeys([*(form["id"] for form in linked(report.variants)), *found]))


def _library(date: str, report: Report) -> dict[str, Any]:
    operations = []
    for name, results in _named(report.results):
        if said := verdict(results, report):
            judged = sum(r.status not in ABSENT for r in results)
            operations.append(
                {"operation": name, "verdict": said, "kind": _kind(results), "cases": judged}
            )
    judged_page = {**html.content(report), "key": "judged"}
    return {
        "name": report.target,
        "place": slug(report.target),
        "version": report.versions["implementation"],
        "language": report.versions["language"],
        "optproof": report.versions["optproof"],
        "fixtures": report.versions["fixtures"],
        "dtype": report.dtype,
        "date": date,
        "variants": linked(report.variants),
        "methods": _methods(report),
        "operations": operations,
        "judged": judged_page,
    }


def _named(results: Sequence[Result]) -> Iterator[tuple[str, list[Result]]]:
    """Yield the results of each operation, and of each training."""
    for operation, own in by_operation(results).items():
        if operation != "model":
            yield shown(operation), own
            continue
        for result in own:
            yield result.id, [result]


def _methods(report: Report) -> dict[str, dict[str, Any]]:
    """Return what there is to say of each method: its kind, a word or two, and to which form."""
    groups: dict[str, list[Result]] = {}
    for result in report.results:
        groups.setdefault(METHODS.get(result.operation, result.operation), []).append(result)
    said = {}
    for method, results in groups.items():
        if not verdict(results, report):
            continue
        kind = _kind(results)
        to = [v for v in report.variants if v.partition(".")[0] == FAMILY.get(method)]
        word = {"right": "conforms", "wrong": "deviates", "open": "not judged"}[kind]
        said[method] = {"kind": kind, "said": word, "to": linked(to) if kind == "right" else []}
    return said


def linked(variants: Iterable[str]) -> list[dict[str, str]]:
    """Return each form that is declared, and the id of its page.

    >>> [form["id"] for form in linked(["momentum.heavy-ball+momentum.nesterov", "adam.l2=0.1"])]
    ['momentum.heavy-ball', 'momentum.nesterov', 'adam.l2']
    """
    each = (form for variant in variants for form in variant.split("+"))
    return [{"text": form, "id": form.partition("=")[0]} for form in each]


def _kind(results: Iterable[Result]) -> str:
    statuses = {r.status for r in results} - {*ABSENT}
    if statuses & {*FAILING}:
        return "wrong"
    return "right" if statuses == {PASS} else "open"
