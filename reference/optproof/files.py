"""Files that are written: whole or not at all, and never over what somebody else wrote.

A file may be written where there is none, where it is empty, or where it begins as optproof's own
do. A device and a CI step's summary are added to. Anything else is refused before a long run.
"""

from __future__ import annotations

import contextlib
import io
import os
import stat
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .errors import UsageError

#: How each kind of file that optproof writes begins, without the white space.
MARKS = {
    "json": '{"optproof":"report"',
    "junitxml": '<?xmlversion="1.0"encoding="utf-8"?><!--optproofreport-->',
    "markdown": "<!--optproofreport-->",
    "badge": '{"schemaVersion":1,"label":"optproof"',
    "gradescope": '{"extra_data":{"optproof":',
    "html": "<!doctypehtml><!--optproofpage-->",
    "fixture": '{"schema":1,"clauses":[',
}
#: Figures carry the name in their metadata.
FIGURES = (b"\x89PNG", b"<?xml", b"%PDF")
#: By the ending of a figure's file: the key of its metadata that names the program.
PROGRAM = {".png": "Software", ".svg": "Creator", ".pdf": "Creator"}


def check_writable(path: Path, kind: str | None) -> None:
    """Raise before a long run what would be raised after it.

    Parameters
    ----------
    path : Path
    kind : str or None
        What may stand there already: one of :data:`MARKS`, or "figure". None: anything, because
        the caller has read it and writes it anew.

    Raises
    ------
    UsageError
        If a file cannot be written at `path`, or holds what optproof did not write.
    """
    try:
        if _is_stream(path):
            return
        place = path.resolve()
        if place.is_dir():
            raise UsageError(f"{path} is a folder", "give the name of a file")
        if not place.parent.is_dir():
            raise UsageError(f"{path}: there is no folder {path.parent}", "make it first")
        if place.exists() and not place.is_file():
            raise UsageError(f"{path} is neither a file nor a device that can be written to")
        if kind and place.exists() and place.stat().st_size and not _is_ours(place, kind):
            hint = "give another name, or remove the file first"
            raise UsageError(f"{path} is left as it is: optproof did not write it", hint)
        with tempfile.TemporaryFile(dir=place.parent):
            pass
    except (OSError, ValueError, RuntimeError) as error:  # a name with NUL, links in a circle
        raise UsageError(f"{path} cannot be written ({_why(error)})") from None


def document(name: str) -> str:
    """Return a document of the project: in the package, or beside it in a checkout."""
    here = Path(__file__).resolve().parent
    shipped = here / name
    return (shipped if shipped.exists() else here.parent / name).read_text(encoding="utf-8")


def read_text(path: Path) -> str:
    """Return what stands in a file that the user has named.

    Raises
    ------
    UsageError
        If there is none, or it cannot be read. A pipe is refused: nobody may ever write to it.
    """
    try:
        if path.exists() and not path.is_file() and str(path) != os.devnull:
            raise UsageError(f"{path}: cannot be read (it is not a file)")
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = "not UTF-8" if isinstance(error, UnicodeDecodeError) else _why(error)
        raise UsageError(f"{str(path)[:200]}: cannot be read ({why})") from None


def _is_ours(place: Path, kind: str) -> bool:
    with place.open("rb") as file:
        head = file.read(4096)
    if kind == "figure":
        return head.startswith(FIGURES) and b"optproof" in head
    return b"".join(head.split()).startswith(MARKS[kind].encode())


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _is_stream(path: Path) -> bool:
    """Whether what is written there is added: a device, our own output, a step's summary."""
    if not path.exists():
        return False
    mode, summary = path.stat().st_mode, os.environ.get("GITHUB_STEP_SUMMARY")
    if stat.S_ISCHR(mode) or stat.S_ISFIFO(mode) or _output(path):
        return True
    return bool(summary) and os.path.exists(summary or "") and path.samefile(summary or "")


def _output(path: Path) -> int | None:
    """Return the descriptor of stdout or stderr where `path` is the same file."""
    for descriptor in (1, 2):
        with contextlib.suppress(OSError):
            if os.path.samestat(path.stat(), os.fstat(descriptor)):
                return descriptor
    return None


def check_apart(outputs: Mapping[str, Path], inputs: Mapping[str, Path | str | None]) -> None:
    """Raise if two outputs, or an output and an input, are one file.

    Parameters
    ----------
    outputs, inputs : dict
        Paths by what the user calls them.

    Raises
    ------
    UsageError
    """
    seen = {name: Path(path) for name, path in inputs.items() if path}
    for name, path in outputs.items():
        for other, its in seen.items():
            if _same(path, its):
                raise UsageError(f"{name} and {other} are one file: {path}", "give another name")
        seen[name] = path


def _same(a: Path, b: Path) -> bool:
    try:
        if a.exists() and b.exists():
            return a.is_file() and a.samefile(b)
        return a.resolve() == b.resolve()
    except (OSError, ValueError, RuntimeError):
        return False  # whoever opens it says why it cannot


def clear(paths: Iterable[Path]) -> None:
    """Remove earlier reports, so that a run that cannot start leaves no old verdict behind."""
    for path in paths:
        place = path.resolve()
        if not _is_stream(path) and place.is_file() and place.stat().st_size:
            place.unlink()


def write(path: Path, content: str | bytes, kind: str | None) -> None:
    """Write a file whole or not at all; a link stays one, a device is written to.

    Raises
    ------
    UsageError
        If it cannot be written. Nothing is left of it then.
    """
    data = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
    check_writable(path, kind)  # again: the implementation may have written there since
    try:
        if not _is_stream(path):
            _replace(path.resolve(), data)
            return
        descriptor = _output(path)
        with path.open("ab") if descriptor is None else os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(data)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({_why(error)})") from None


def _replace(place: Path, data: bytes) -> None:
    umask = os.umask(0)
    os.umask(umask)
    mode = stat.S_IMODE(place.stat().st_mode) if place.exists() else 0o666 & ~umask
    descriptor, temporary = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name[:40]}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.chmod(temporary, mode)
        os.replace(temporary, place)
    except BaseException:
        os.unlink(temporary)
        raise


def write_figure(figure: Any, path: Path, **how: Any) -> None:
    """Write a figure of matplotlib, with optproof named in its metadata.

    Raises
    ------
    UsageError
        If it cannot be drawn in that format, or not be written.
    """
    ending = path.suffix.lower() or ".png"
    metadata = {PROGRAM[ending]: "optproof"} if ending in PROGRAM else None
    drawn = io.BytesIO()
    try:
        figure.savefig(drawn, format=ending[1:], metadata=metadata, **how)
    except ValueError as error:
        raise UsageError(f"{path} cannot be drawn ({error})") from None
    write(path, drawn.getvalue(), "figure")
