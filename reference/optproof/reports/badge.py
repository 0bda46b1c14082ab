"""The report as the JSON that a shields.io endpoint badge is drawn from."""

from __future__ import annotations

import json
from pathlib import Path

from .. import files
from ..judging.report import KNOWN, NOT_APPLICABLE, PASS, Report

COLORS = {0: "brightgreen", 1: "red"}


def as_badge(report: Report) -> dict[str, object]:
    """Return label, message and color; a run without a verdict is grey."""
    counts = report.counts
    message = f"{counts[PASS]} of {len(report.results) - counts[NOT_APPLICABLE]} cases"
    if counts[KNOWN]:
        message += f", {counts[KNOWN]} known"
    if report.settings:
        message += f", {report.settings}"
    color = COLORS.get(report.exit_code, "lightgrey")
    return {"schemaVersion": 1, "label": "optproof", "message": message, "color": color}


def write(report: Report, path: Path) -> None:
    """Write the badge to `path`."""
    files.write(path, json.dumps(as_badge(report), indent=1) + "\n", "badge")
