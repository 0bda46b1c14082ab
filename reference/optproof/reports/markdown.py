"""The report as Markdown, for the summary of a CI run or a comment."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

from .. import files
from ..judging.report import ABSENT, KNOWN, PASS, STATUSES, UNDECIDED, Report
from .terminal import explain, verdict


def as_markdown(report: Report) -> str:
    """Return the verdict, a table of the operations, and what is wrong."""
    versions = report.versions
    head = f"optproof {versions['optproof']}, fixtures {versions['fixtures']}"
    lines = ["<!-- optproof report -->", f"### {_code(verdict(report).plain)}", ""]
    lines.append(f"{head}, {_code(versions['language'])}")
    shown = [status for status in STATUSES if report.counts[status]]
    lines += ["", f"| operation | {' | '.join(shown)} |", "|---" * (1 + len(shown)) + "|"]
    for operation, results in groupby(report.results, key=lambda result: result.operation):
        statuses = [result.status for result in results]
        cells = " | ".join(str(statuses.count(s)) for s in shown)
        lines.append(f"| {_code(operation)} | {cells} |")
    told = set()
    for result in report.results:
        again = (result.operation, result.message) in told and result.status in UNDECIDED
        if result.status not in (PASS, KNOWN, *ABSENT) and not again:
            told.add((result.operation, result.message))
            text = explain(result, report.diagnoses)
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
            lines += ["", f"{fence}text", text, fence]
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    return "`" + text.replace("`", "'").replace("|", "/") + "`"


def write(report: Report, path: Path) -> None:
    """Write the report to `path`."""
    files.write(path, as_markdown(report), "markdown")
