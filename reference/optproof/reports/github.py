"""The report as GitHub annotations: workflow commands, a line each."""

from __future__ import annotations

from ..report import DEVIATION, ERROR, KNOWN, NOT_RUN, STALE, Report
from .terminal import explain

LEVELS = {DEVIATION: "error", STALE: "error", ERROR: "error", NOT_RUN: "error", KNOWN: "notice"}


def commands(report: Report) -> list[str]:
    """Return a command for each result that is not a plain pass, at the target's file if any."""
    place = f"file={_property(report.target)}," if report.target.endswith(".py") else ""
    return [
        f"::{level} {place}title={_property(f'optproof {result.id}')}"
        f"::{_escape(explain(result, report.diagnoses))}"
        for result in report.results
        if (level := LEVELS.get(result.status))
    ]


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
