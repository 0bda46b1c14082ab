"""The report as JSON (``fixtures/schema/report.schema.json``)."""

from __future__ import annotations

import json
import math
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..report import Report

SCHEMA = 1


def as_json(report: Report) -> dict[str, Any]:
    """Return the report in the types of JSON; NaN and infinite differences become null."""
    content = asdict(report)
    for result in content["results"]:
        for finding in result["findings"]:
            difference = finding["difference"]
            if difference is not None and not math.isfinite(difference):
                finding["difference"] = None
    counts = dict(report.counts)
    return {"schema": SCHEMA, "exit_code": report.exit_code, "counts": counts, **content}


def check_writable(path: Path) -> None:
    """Raise before a long run what would be raised after it.

    Raises
    ------
    UsageError
        If a file cannot be written at `path`.
    """
    folder = path.parent
    if path.is_dir():
        raise UsageError(f"{path} is a folder", "give the name of a file")
    if not folder.is_dir():
        raise UsageError(f"{path}: there is no folder {folder}", "make it first")
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror})") from None


def write_atomically(path: Path, text: str) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe or a device: not to be replaced
            path.write_text(text, encoding="utf-8")
            return
        with tempfile.NamedTemporaryFile(
            "w",
            dir=path.parent,
            prefix=f".{path.name}.",
            delete=False,
            encoding="utf-8",
            errors="backslashreplace",
        ) as temporary:
            temporary.write(text)
        os.chmod(temporary.name, 0o644)
        os.replace(temporary.name, path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror})") from None


def write(report: Report, path: Path) -> None:
    """Write the report to `path`."""
    write_atomically(path, json.dumps(as_json(report), indent=1, allow_nan=False) + "\n")
