"""Who handed in what: the students in a folder, whatever program it was downloaded from."""

from __future__ import annotations

import glob
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import UsageError
from ..files import read_text
from .archives import unpacked

SOURCES = (".py", ".ipynb", ".md")
#: Nobody's submission.
IGNORED = re.compile(r"\.|__MACOSX$|__pycache__$|node_modules$|venv$|env$|(README|LICENSE)\b", re.I)
#: NAME_ID_assignsubmission_file_, a folder or (with the file's name behind it) a file.
MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")
#: NAME_LATE_ID_SUBMISSION_FILE
CANVAS = re.compile(r"(?P<name>[^_]+)(?:_LATE)?_(?P<id>\d+)_\d+_(?P<file>.+)")
#: What Canvas puts behind the name of a file that is handed in again.
AGAIN = re.compile(r"-\d+(?=\.\w+$)")


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    Parameters
    ----------
    student : str
        The name that the layout gives; unique in a run.
    places : tuple of (str, Path)
        Each file, folder or zip, and what it is called inside the submission: "" for all that is
        in it.
    """

    student: str
    places: tuple[tuple[str, Path], ...]

    @property
    def shown(self) -> str:
        """Where it is, for messages."""
        return ", ".join(str(path) for _, path in self.places) or "nothing"


def find_submissions(
    paths: Sequence[str], scratch: Path, assignment: str = "", one: bool = False
) -> list[Submission]:
    """Return the submissions under `paths`, in the order of the students' names.

    Parameters
    ----------
    paths : sequence of str
        Files, folders, zips and patterns. A folder or a zip that is the only one holds a class,
        and each entry of it is a student's; of several, each is a student's.
    scratch : Path
        A folder to unpack a class's zip in.
    assignment : str
        Which assignment, where each student has a folder for several.
    one : bool
        All of it is one student's.

    Raises
    ------
    UsageError
        If there is nothing, or it cannot be told which assignment is meant.
    """
    there = list(dict.fromkeys(_matched(paths)))
    if one:
        if len(there) != 1:
            raise UsageError(f"one submission is graded here, and {len(there)} are named")
        found = [_alone(there[0])]
    else:
        found = list(_all(there, scratch, assignment))
    if not found:
        where = ", ".join(paths)
        hint = f"looked for files that end in {', '.join(SOURCES)}, folders and zips of them"
        raise UsageError(f"nobody has handed in anything: {where}", hint)
    return sorted(_told_apart(found), key=lambda s: s.student)


def read_list(path: Path) -> list[str]:
    """Return the paths in a file, one a line; ``-`` is standard input."""
    text = sys.stdin.read() if str(path) == "-" else read_text(path)
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _matched(paths: Iterable[str]) -> Iterator[Path]:
    for text in paths:
        if Path(text).exists():
            yield Path(text)
            continue
        matches = sorted(glob.glob(text, recursive=True))
        if not matches:
            why = "matches nothing" if glob.has_magic(text) else "is not there"
            raise UsageError(f"{text} {why}", f"relative paths start at {Path.cwd()}")
        yield from map(Path, matches)


def _all(there: list[Path], scratch: Path, assignment: str) -> Iterator[Submission]:
    for number, path in enumerate(there):
        if path.is_file() and (path.suffix.lower() != ".zip" or len(there) > 1):
            yield from _class([path], assignment)
            continue
        folder = path if path.is_dir() else unpacked(path, scratch / str(number))
        if len(there) == 1 or _holds_a_class(folder):
            yield from _class(_entries(_inner(folder, folder != path)), assignment)
        else:
            yield from _class([path], assignment)


def _inner(folder: Path, is_zip: bool = False) -> Path:
    """Return the folder that holds the students: nbgrader's, or the one that a zip wraps."""
    entries = _entries(folder)
    if is_zip and len(entries) == 1 and entries[0].is_dir() and not MOODLE.match(entries[0].name):
        folder = entries[0]
    return folder / "submitted" if (folder / "submitted").is_dir() else folder


def _holds_a_class(folder: Path) -> bool:
    """Whether a folder is of a class: students' folders, and no source beside them."""
    entries = _entries(_inner(folder))
    if any(MOODLE.fullmatch(p.name) or CANVAS.fullmatch(p.name) for p in entries):
        return True
    folders = [p for p in entries if p.is_dir() and not (p / "__init__.py").exists()]
    return len(folders) > 1 and not any(p.suffix.lower() in SOURCES for p in entries)


def _entries(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if not IGNORED.match(p.name) and not p.is_symlink())


def _is_submission(path: Path) -> bool:
    return path.is_dir() or path.suffix.lower() in (*SOURCES, ".zip")


def _class(entries: list[Path], assignment: str) -> Iterator[Submission]:
    """Yield the submission of each entry; Moodle's and Canvas's of one student are one."""
    parts: dict[tuple[str, str], list[tuple[str, Path]]] = {}
    plain = []
    for path in entries:
        moodle, canvas = MOODLE.fullmatch(path.name), CANVAS.fullmatch(path.name)
        if moodle:
            name = "" if path.is_dir() else moodle["file"]
            parts.setdefault((moodle["name"].strip(), moodle["id"]), []).append((name, path))
        elif canvas and path.is_file():
            name = AGAIN.sub("", canvas["file"])
            parts.setdefault((canvas["name"], canvas["id"]), []).append((name, path))
        elif _is_submission(path):
            plain.append(path)
    names = Counter(name for name, _ in parts)
    for (name, number), own in parts.items():
        yield Submission(name if names[name] == 1 else f"{name} {number}", tuple(own))
    clones = [p for p in plain if (p / ".git").exists()]
    prefix = _common_prefix([p.name for p in clones])
    for path, place in zip(plain, _of_assignment(plain, assignment)):
        alone = _alone(path)
        name = path.name[len(prefix) :] if path in clones else alone.student
        places = alone.places if place == path else (("", place),) if place else ()
        yield Submission(name, places)


def _alone(path: Path) -> Submission:
    """Return one submission that is a file, a folder or a zip."""
    if path.is_dir():
        return Submission(path.resolve().name, (("", path),))
    return Submission(path.stem, ((path.name, path),))


def _of_assignment(entries: list[Path], assignment: str) -> list[Path | None]:
    """Return nbgrader's folder of the assignment for each student; or the entries as they are."""
    nbgrader = any(p.parent.name == "submitted" for p in entries)
    if not (nbgrader or assignment):
        return list(entries)
    found = sorted({a.name for p in entries if p.is_dir() for a in _entries(p) if a.is_dir()})
    if not assignment and len(found) == 1:
        assignment = found[0]
    if assignment not in found:
        known = f"there are: {', '.join(found[:10]) or 'none'}"
        what = f"no student has a folder {assignment}" if assignment else "several assignments"
        raise UsageError(what, f"--assignment NAME says which; {known}")
    return [p / assignment if (p / assignment).is_dir() else None for p in entries]


def _common_prefix(names: list[str]) -> str:
    """Return what GitHub Classroom puts before each name, up to its last hyphen.

    >>> _common_prefix(["adam-homework-ada", "adam-homework-alan"])
    'adam-homework-'
    """
    if len(names) < 2:
        return ""
    first, last = min(names), max(names)
    same = next((i for i, (a, b) in enumerate(zip(first, last)) if a != b), len(first))
    return first[: first.rfind("-", 0, same) + 1]


def _told_apart(found: list[Submission]) -> Iterator[Submission]:
    """Give those of the same name longer ones: with the folder before them, or a number."""
    names = Counter(s.student.casefold() for s in found)
    longer = [
        f"{s.places[0][1].resolve().parent.name}/{s.student}"
        if names[s.student.casefold()] > 1 and s.places
        else s.student
        for s in found
    ]
    seen: Counter[str] = Counter()
    for submission, name in zip(found, longer):
        seen[name.casefold()] += 1
        count = seen[name.casefold()]
        yield Submission(name if count == 1 else f"{name} ({count})", submission.places)
