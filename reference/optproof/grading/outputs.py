"""The files of a run: a table for spreadsheets, the same as JSON, and a page a student."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from .. import __version__, fixtures
from ..versions import manifest_digest
from . import feedback
from .row import Row

SCHEMA = 1
COLUMNS = (
    *("student", "verdict", "points", "of", "mistakes", "why"),
    *("file", "seconds", "sha256"),
)
FEEDBACK = "feedback"
#: A spreadsheet would run what begins so.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Iterable[Row]) -> str:
    """Return a row for each student; the mistakes by their ids, or in words."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for row in rows:
        named = dict.fromkeys(m.id or f"{m.operation}: {m.words}" for m in row.mistakes)
        table.writerow(
            (
                _cell(row.student),
                row.verdict,
                feedback.number(row.points),
                feedback.number(row.of),
                _cell("; ".join(named)),
                _cell(row.why),
                _cell(row.file),
                f"{row.seconds:.2f}",
                row.sha256,
            )
        )
    return text.getvalue()


def _cell(text: str) -> str:
    """Return text that a spreadsheet shows, and does not run."""
    plain = " ".join(text.split())
    return f"'{plain}" if plain.startswith(_FORMULA) else plain


def json_lines(rows: Iterable[Row], head: dict[str, Any]) -> Iterator[str]:
    """Yield ``grades.json`` piece by piece (``fixtures/schema/grades.schema.json``)."""
    top = {
        "optproof": "grades",
        "schema": SCHEMA,
        "versions": {
            "optproof": __version__,
            "fixtures": str(fixtures.manifest()["version"]),
            "manifest": manifest_digest(),
        },
        **head,
    }
    yield json.dumps(top, indent=1)[:-2] + ',\n "rows": ['
    before = "\n"
    for row in rows:
        yield before + json.dumps(row.as_json(), allow_nan=False)
        before = ",\n"
    yield "\n ]\n}\n"


def file_names(students: Sequence[str]) -> dict[str, str]:
    """Return for each student a name that any file system takes, and no two the same.

    >>> file_names(["Ada Lovelace", "ada/lovelace", ".."])
    {'Ada Lovelace': 'Ada_Lovelace', 'ada/lovelace': 'ada_lovelace-2', '..': 'student'}
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for student in students:
        plain = re.sub(r"[^\w.-]+", "_", student).strip("._-")[:80] or "student"
        name, count = plain, 1
        while name.casefold() in taken:
            count += 1
            name = f"{plain}-{count}"
        taken.add(name.casefold())
        names[student] = name
    return names


def write(path: Path, pieces: Iterable[str]) -> None:
    """Write a file whole or not at all; whatever a submission has put there goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(pieces)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
