"""What is in a submission: its files as bytes, which of them is judged, and the hash of all."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from ..operations import OPERATIONS, TRAINING_OWN
from .archives import BadArchive, members
from .submissions import IGNORED, SOURCES, Submission

#: Of one submission: more is no exercise, but a data set or a virtual environment.
MOST_FILES, MOST_BYTES = 2_000, 64 * 2**20
#: What the exercise is about, before what it is given.
OWN = ("random_mini_batches", *(name for own in TRAINING_OWN.values() for name in own))
HELPER = re.compile(r"(^|[_\W])(tests?|testcases?|utils?|helpers?|setup|conftest)([_\W\d]|$)", re.I)
_DEFINED = re.compile(rf"\bdef\s+({'|'.join(OPERATIONS)})\s*\(")
_CLASS = re.compile(r"\bclass\s+(\w*(?:adam|momentum|sgd|gradient|optim)\w*)", re.I)
#: What stands for a submission whose parts are in several files.
GATHERED = "handed_in.py"


class NotReadable(Exception):
    """There is nothing to judge, or it cannot be told what; the message says why."""


@dataclass(frozen=True)
class Content:
    """A submission as it travels.

    Parameters
    ----------
    student : str
    target : str
        The file that is judged, or "" with `problem` saying why there is none.
    files : dict of bytes
        By their names inside the submission.
    beside : dict of bytes
        What nobody handed in: the course's own files, and one that gathers.
    problem : str
    notes : tuple of str
    """

    student: str
    target: str
    files: Mapping[str, bytes] = field(repr=False)
    beside: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    problem: str = ""
    notes: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """The hash of all that was handed in."""
        digest = hashlib.sha256()
        for name in sorted(self.files):
            content = self.files[name]
            digest.update(
                f"{len(name.encode('utf-8', 'surrogateescape'))} {len(content)} ".encode()
            )
            digest.update(name.encode("utf-8", "surrogateescape") + content)
        return digest.hexdigest()

    def unpack(self, folder: Path) -> None:
        """Write the files into a folder."""
        for name, content in {**self.beside, **self.files}.items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)


def read(submission: Submission, wanted: str = "", helpers: Mapping[str, bytes] = {}) -> Content:
    """Return what is in a submission; what cannot be read is a problem, and no exception.

    Parameters
    ----------
    submission : Submission
    wanted : str
        Pattern of the file to judge.
    helpers : dict of bytes
        The course's own files, put beside what was handed in where it has none of that name.
    """
    files: dict[str, bytes] = {}
    notes: list[str] = []
    try:
        if not submission.places:
            raise NotReadable("nothing was handed in")
        for name, path in submission.places:
            files.update(_read(name, path, notes))
        if sum(map(len, files.values())) > MOST_BYTES:
            raise NotReadable(f"more than {MOST_BYTES >> 20} MiB were handed in")
        target, gathered = choose(files, wanted)
    except NotReadable as error:
        problem = str(error)
    except OSError as error:
        problem = f"it cannot be read ({error.strerror or error})"
    else:
        beside = {**helpers, **gathered}
        return Content(submission.student, target, files, beside, "", tuple(notes))
    return Content(submission.student, "", files, {}, problem, tuple(notes))


def _read(name: str, path: Path, notes: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of one place: of a folder, a zip, or the one that it is."""
    if path.is_dir():
        yield from _read_folder(path, notes)
    elif path.suffix.lower() == ".zip":
        try:
            for member, content in members(path, MOST_FILES, MOST_BYTES):
                if not any(IGNORED.match(part) for part in PurePosixPath(member).parts[:-1]):
                    yield member, content
        except BadArchive as error:
            raise NotReadable(f"{path.name}: {error}") from None
    elif not path.is_file():
        raise NotReadable(f"{path.name} is not a file")
    elif path.stat().st_size > MOST_BYTES:
        raise NotReadable(f"{path.name} has more than {MOST_BYTES >> 20} MiB")
    else:
        yield name or path.name, path.read_bytes()


def _read_folder(root: Path, notes: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield what is in a folder; nothing that a link leads to outside it, no pipe, no device."""
    inside = root.resolve()
    count = size = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not IGNORED.match(f))
        for name in sorted(names):
            path = Path(folder, name)
            shown = path.relative_to(root).as_posix()
            if not path.is_file() or not path.resolve().is_relative_to(inside):
                notes.append(f"{shown} is left out: it is no file, or a link to another place")
                continue
            count, size = count + 1, size + path.stat().st_size
            if count > MOST_FILES or size > MOST_BYTES:
                what = f"{MOST_FILES} files" if count > MOST_FILES else f"{MOST_BYTES >> 20} MiB"
                raise NotReadable(f"more than {what} were handed in")
            if path.suffix.lower() == ".zip":
                yield from ((f"{shown}/{n}", c) for n, c in _read("", path, notes))
            else:
                yield shown, path.read_bytes()


def choose(files: Mapping[str, bytes], wanted: str = "") -> tuple[str, dict[str, bytes]]:
    """Return the file to judge, and a file that gathers, where the parts are in several.

    The one that defines most of the methods; a file of the course's is behind all others.

    Raises
    ------
    NotReadable
        If there is none, or it cannot be told which.
    """
    sources = {n: c for n, c in files.items() if n.lower().endswith(SOURCES) and _is_own(n)}
    if not sources:
        names = ", ".join(sorted(files)[:5]) or "nothing"
        raise NotReadable(f"no file ends in {', '.join(SOURCES)}: {names} was handed in")
    if wanted:
        sources = {
            n: c
            for n, c in sources.items()
            if fnmatchcase(n, wanted) or fnmatchcase(Path(n).name, wanted)
        }
        if not sources:
            raise NotReadable(f"no file is called {wanted}")
    if len(sources) == 1:
        return next(iter(sources)), {}
    defined = {name: _defined(content) for name, content in sources.items()}
    methods = {
        n: own
        for n, d in defined.items()
        if (own := {x for x in d if x in OWN or x not in OPERATIONS})
    }
    if not methods:
        methods = {n: d for n, d in defined.items() if d and not HELPER.search(Path(n).stem)}
    if not methods:
        plain = [n for n in sources if not HELPER.search(Path(n).stem) and not n.endswith(".md")]
        if len(plain) == 1:
            return plain[0], {}
        raise NotReadable(f"no file defines one of the methods: {', '.join(sorted(sources)[:5])}")
    return _best(methods)


def _is_own(name: str) -> bool:
    return not any(IGNORED.match(part) for part in PurePosixPath(name).parts)


def _defined(content: bytes) -> set[str]:
    text = content.decode("utf-8", "replace")
    return {*_DEFINED.findall(text), *_CLASS.findall(text)}


def _best(methods: Mapping[str, set[str]]) -> tuple[str, dict[str, bytes]]:
    """Return the file that has all that any has; else gather those that have different things."""
    apart = {n: d for n, d in methods.items() if not _is_export(n, methods)}
    everything = set().union(*apart.values())
    whole = [n for n, d in apart.items() if d == everything]
    if len(whole) > 1:
        whole = [n for n in whole if not HELPER.search(Path(n).stem)] or whole
    if len(whole) == 1:
        return whole[0], {}
    are_apart = not whole and sum(map(len, apart.values())) == len(everything)
    if are_apart and all(n.endswith(".py") and _dotted(n) for n in apart):
        lines = [f"from {_dotted(n)} import {', '.join(sorted(d))}" for n, d in apart.items()]
        return GATHERED, {GATHERED: "\n".join([*sorted(lines), ""]).encode()}
    names = ", ".join(sorted(whole or apart)[:5])
    raise NotReadable(f"it cannot be told which file is meant: {names}; --file says which")


def _is_export(name: str, methods: Mapping[str, set[str]]) -> bool:
    """Whether a notebook of the same name says the same."""
    notebook = f"{name.rpartition('.')[0]}.ipynb"
    return not name.endswith(".ipynb") and methods.get(notebook) == methods[name]


def _dotted(name: str) -> str:
    """Return the name by which a file is imported, or "" if it cannot be."""
    parts = PurePosixPath(name).with_suffix("").parts
    return ".".join(parts) if all(part.isidentifier() for part in parts) else ""
