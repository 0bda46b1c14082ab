"""The report as the JSON that a shields.io endpoint badge is drawn from."""

from __future__ import annotations

import json
from pathlib import Path

from .. import files
from ..judging.report import KNOWN, Report
from .words import conforming, deviating, listed, undecided

COLORS = {0: "brightgreen", 1: "red"}


def as_badge(report: Report) -> dict[str, object]:
    """Return label, message and color; a run without a verdict is grey."""
    known = report.counts[KNOWN]
    message = _said(report)
    message += f", {known} known" if known else ""
    message += f", {report.settings}" if report.settings else ""
    color = COLORS.get(report.exit_code, "lightgrey")
    return {"schemaVersion": 1, "label": "optproof", "message": message, "color": color}


def _said(report: Report) -> str:
    code = report.exit_code
    if code == 0:
        right = conforming(report)
        return f"{listed(right)} conform{'s' if len(right) == 1 else ''}"
    if code == 1:
        wrong = deviating(report)
        return f"{listed(wrong)} deviate{'s' if len(wrong) == 1 else ''}"
    if code == 3:
        return f"{listed(undecided(report))} not judged"
    if report.bug:
        return "not judged"
    return "interrupted" if report.interrupted else "nothing was run"


def write(report: Report, path: Path) -> None:
    """Write the badge to `path`."""
    files.write(path, json.dumps(as_badge(report), indent=1) + "\n", "badge")
