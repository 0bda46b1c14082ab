"""The report as GitHub annotations: workflow commands, a line each."""

from __future__ import annotations

from itertools import groupby, islice

from ..judging.report import FAILING, KNOWN, NOT_RUN, UNDECIDED, Report
from .terminal import MOST_CASES, explain, relative

LEVELS = {**dict.fromkeys((*FAILING, *UNDECIDED, NOT_RUN), "error"), KNOWN: "notice"}


def commands(report: Report) -> list[str]:
    """Return a command for the first cases of each operation that are not plain passes.

    GitHub shows ten a step. They stand at the target's file, where it has one.
    """
    file = f"file={_property(report.target)}," if report.target.endswith(".py") else ""
    lines = []
    lined = {d.operation: (d.file, d.line) for d in report.diagnoses if d.line}
    for _, results in groupby(report.results, key=lambda result: (result.operation, result.status)):
        for result in islice(results, MOST_CASES):
            if level := LEVELS.get(result.status):
                place = file
                known, line = lined.get(result.operation, ("", 0))
                if line and "[cell" not in known:  # a cell's line is not the notebook's
                    place = f"file={_property(relative(known))},line={line},"
                head = f"::{level} {place}title={_property(f'optproof {result.id}')}"
                lines.append(f"{head}::{_escape(explain(result, report.diagnoses))}")
    return lines


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
