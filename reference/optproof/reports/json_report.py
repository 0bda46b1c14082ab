"""The report as JSON (``fixtures/schema/report.schema.json``)."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from .. import files
from ..errors import UsageError
from ..judging.diagnosis import Diagnosis, Found
from ..judging.judge import Finding
from ..judging.report import Report, Result

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
    head = {"optproof": "report", "schema": SCHEMA, "date": date.today().isoformat()}
    return {**head, "exit_code": report.exit_code, "counts": counts, **content}


def write(report: Report, path: Path) -> None:
    """Write the report to `path`."""
    files.write(path, json.dumps(as_json(report), indent=1, allow_nan=False) + "\n", "json")


def read(path: Path) -> tuple[str, Report]:
    """Return when a report was made (empty: not known), and the report.

    Raises
    ------
    UsageError
        If it is none of this schema.
    """
    try:
        content = json.loads(files.read_text(path))
        if (content["optproof"], content["schema"]) != ("report", SCHEMA):
            raise ValueError("not a report")
        results = tuple(
            _made(Result, {**r, "findings": tuple(_made(Finding, f) for f in r["findings"])})
            for r in content["results"]
        )
        diagnoses = tuple(
            _made(Diagnosis, {**d, "found": tuple(_made(Found, f) for f in d["found"])})
            for d in content["diagnoses"]
        )
        report = _made(Report, {**content, "results": results, "diagnoses": diagnoses})
        return str(content.get("date", "")), report
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        hint = "optproof check TARGET --json FILE writes one"
        raise UsageError(f"{path}: not a report of this optproof", hint) from None


def _made(kind: Any, content: dict[str, Any]) -> Any:
    """Return a dataclass from what its JSON says; lists become tuples again."""
    return kind(**{f.name: _tuples(content[f.name]) for f in fields(kind) if f.name in content})


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, (list, tuple)) else value
