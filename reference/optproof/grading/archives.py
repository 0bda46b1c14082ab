"""Zips from people nobody knows: nothing leaves the folder, and nothing grows without end."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ..errors import UsageError

#: A class of ten thousand; and a file.
MOST_FILES, MOST_BYTES = 200_000, 8 * 2**30
CHUNK = 2**20


class BadArchive(Exception):
    """It cannot be read, or holds what is not to be unpacked; the message says what."""


def members(path: Path, most_files: int, most_bytes: int) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file in a zip.

    The sizes that a zip states are not believed: what is read is counted.

    Raises
    ------
    BadArchive
    """
    read = 0
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir()]
            if len(entries) > most_files:
                raise BadArchive(f"{len(entries)} files in one zip; at most {most_files} are read")
            for entry in entries:
                if stat.S_ISLNK(entry.external_attr >> 16):
                    continue
                content = bytearray()
                with archive.open(entry) as stream:
                    while chunk := stream.read(CHUNK):
                        read += len(chunk)
                        if read > most_bytes:
                            raise BadArchive(f"more than {most_bytes >> 20} MiB in one zip")
                        content += chunk
                yield safe_name(entry.filename), bytes(content)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise BadArchive(f"not a zip that can be read ({error})") from None
    except OSError as error:
        raise BadArchive(f"cannot be read ({error.strerror or error})") from None


def safe_name(name: str) -> str:
    """Return a member's name, which must stay inside the folder.

    Raises
    ------
    BadArchive
    """
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or ".." in parts or parts[0].startswith("/") or ":" in parts[0] or "\0" in name:
        raise BadArchive(f"a file in it would be written outside its folder: {name[:100]!r}")
    return "/".join(parts)


def unpacked(path: Path, folder: Path) -> Path:
    """Unpack the zip of a class.

    Raises
    ------
    UsageError
        If it cannot be read, or is not to be unpacked.
    """
    try:
        folder.mkdir(parents=True)
        for name, content in members(path, MOST_FILES, MOST_BYTES):
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    except (BadArchive, OSError) as error:
        raise UsageError(f"{path}: {error}", "unpack it yourself, and name the folder") from None
    return folder
