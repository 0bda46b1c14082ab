"""Files that are written: whole or not at all, and found out before a long run."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from .errors import UsageError


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
