"""The report as GitHub annotations: workflow commands, a line each."""

from __future__ import annotations

from ..judging.report import DEVIATION, KNOWN, NOT_RUN, Report
from .answer import blocks, by_operation, shown
from .terminal import told


def commands(report: Report) -> list[str]:
    """Return a command for each operation that is not plainly right.

    They stand at the mistake's line, else at the target's file, where it has one. GitHub shows ten
    a step.
    """
    lines = []
    for one in blocks(report):
        place = _place(one.file, one.line) if one.line else ""
        words = "deviates" if one.status == DEVIATION else one.status
        text = "\n".join(told(one)[1:])
        lines.append(_command(report, "error", place, f"{one.operation} {words}", text))
    for operation, results in by_operation(report.results).items():
        for status, level in ((KNOWN, "notice"), (NOT_RUN, "error")):
            if those := [r for r in results if r.status == status]:
                text = "\n".join(dict.fromkeys(r.message for r in those))
                title = f"{shown(operation)} {status}"
                lines.append(_command(report, level, "", title, text))
    return lines


def _command(report: Report, level: str, place: str, title: str, text: str) -> str:
    if not place and report.target.endswith(".py"):
        place = f"file={_property(report.target)},"
    return f"::{level} {place}title={_property(f'optproof: {title}')}::{_escape(text)}"


def _place(file: str, line: int) -> str:
    if "[cell" in file:  # a cell's line is not the notebook's
        return ""
    return f"file={_property(file)},line={line},"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
