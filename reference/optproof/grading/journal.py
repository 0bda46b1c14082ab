"""The journal of a run: a line for each row, written as it comes, so that nothing is lost."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import IO, Any

from ..errors import UsageError
from .row import Row

FILE = "journal.jsonl"
#: The first line begins with this: optproof's own file.
MARK = '{"optproof": "journal"'
#: A submission that was under way in so many runs that were killed is not begun again.
MOST_BEGUN = 2


class Journal:
    """What was graded so far, in a file that is only added to.

    Parameters
    ----------
    folder : Path
        Of all outputs.
    resume : bool
        Whether what an earlier run has graded is taken over.

    Raises
    ------
    UsageError
        If the folder is somebody else's, in use, or holds grades that would be lost.
    """

    def __init__(self, folder: Path, resume: bool) -> None:
        self.path = folder / FILE
        self.seed: int | None = None
        self.begun: dict[str, int] = {}  # by key: in how many runs it was begun, and not ended
        self._places: dict[str, tuple[int, int]] = {}  # by key, where its line is
        _check(folder, self.path, resume)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file: IO[bytes] = self.path.open("a+b")
        except OSError as error:
            raise UsageError(f"{folder} cannot be written to ({error.strerror})") from None
        _lock(self._file, folder)
        self._read()

    def begin(self, seed: int) -> None:
        """Note that a run begins, and with which seed."""
        self.seed = seed
        line = json.dumps({"optproof": "journal", "schema": 1, "seed": seed})
        self._write(line)

    def start(self, key: str) -> None:
        """Note that a submission is under way."""
        self._write(json.dumps({"begun": key}))

    def stop(self) -> None:
        """Note that what is under way was stopped by the user, and did not end the run itself."""
        self._write(json.dumps({"stopped": True}))

    def add(self, row: Row) -> None:
        """Write a row; it is on the disk, or with the system, when this returns."""
        place, line = self._file.seek(0, os.SEEK_END), json.dumps({"row": row.as_json()})
        self._write(line)
        self._places[row.key] = (place, len(line.encode()) + 1)

    def has(self, key: str) -> bool:
        """Whether there is a row of this key."""
        return key in self._places

    def row(self, key: str) -> Row | None:
        """Return the row of a key; None if something else has changed it since."""
        place, length = self._places[key]
        self._file.seek(place)
        entry = _entry(self._file.read(length))
        if not entry or entry.get("row", {}).get("key") != key:
            return None
        return Row.from_json(entry["row"])

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def _write(self, line: str) -> None:
        self._file.seek(0, os.SEEK_END)
        self._file.write(line.encode() + b"\n")
        self._file.flush()

    def _read(self) -> None:
        """Find the rows that are there; a line that was cut off is cut away."""
        self._file.seek(0)
        place = 0
        under_way: set[str] = set()
        while line := self._file.readline():
            if not line.endswith(b"\n"):
                break
            entry = _entry(line) or {}
            if "seed" in entry:
                _count(self.begun, under_way)
                self.seed = entry["seed"]
            elif "stopped" in entry:
                under_way.clear()
            elif "begun" in entry:
                under_way.add(entry["begun"])
            elif "row" in entry:
                key = entry["row"]["key"]
                self._places[key] = (place, len(line))
                under_way.discard(key)
            place += len(line)
        _count(self.begun, under_way)
        self._file.truncate(place)


def _count(begun: dict[str, int], under_way: set[str]) -> None:
    for key in under_way:
        begun[key] = begun.get(key, 0) + 1
    under_way.clear()


def _entry(line: bytes) -> dict[str, Any] | None:
    with contextlib.suppress(ValueError):
        entry = json.loads(line) if line.endswith(b"\n") else None
        return entry if isinstance(entry, dict) else None
    return None


def _check(folder: Path, path: Path, resume: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--output {folder} is not a folder", "give the name of a folder")
    there = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
    if path.exists():
        with contextlib.suppress(OSError), path.open(encoding="utf-8", errors="replace") as file:
            if file.read(len(MARK)) not in (MARK, ""):
                raise UsageError(f"{path} is left as it is: optproof did not write it")
        if not resume and path.stat().st_size:
            hint = "--resume goes on with it; for a new run name another folder, or remove this one"
            raise UsageError(f"{folder} holds the grades of an earlier run", hint)
    elif there:
        hint = "give a folder that is not there yet, or is empty"
        raise UsageError(f"--output {folder} holds other files: {', '.join(there[:3])}", hint)


def _lock(file: IO[bytes], folder: Path) -> None:
    with contextlib.suppress(ImportError):
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            hint = "wait for its end, or name another folder"
            raise UsageError(f"another run writes to {folder}", hint) from None
