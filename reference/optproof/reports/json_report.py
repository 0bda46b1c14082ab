"""The report as JSON (``fixtures/schema/report.schema.json``)."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from .. import files
from ..judging.report import Report

SCHEMA = 1


def as_json(report: Report) -> dict[str, Any]:
    """Return the report in the types of JSON; NaN and infinite differences become null."""
    content = asdict(replace(report, code=(), curves=()))
    del content["code"], content["curves"]  # the implementation's own text; and for a page
    for result in content["results"]:
        del result["explained"]  # it is among the diagnoses
        for finding in result["findings"]:
            difference = finding["difference"]
            if difference is not None and not math.isfinite(difference):
                finding["difference"] = None
    counts = dict(report.counts)
    head = {"optproof": "report", "schema": SCHEMA}
    return {**head, "exit_code": report.exit_code, "counts": counts, **content}


def write(report: Report, path: Path) -> None:
    """Write the report to `path`."""
    files.write(path, json.dumps(as_json(report), indent=1, allow_nan=False) + "\n", "json")
