"""The site, written into a folder: each page, and its data beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .. import __version__, files, fixtures
from .. import pages as templates
from ..errors import UsageError
from ..judging.report import Report
from ..measuring.others_tests import OTHERS
from ..measuring.records import Records
from ..measuring.whose_test import Row
from . import libraries, mistakes, trainings
from .page import Page

#: What every page's JSON begins with, and by which a folder is known to be a site of ours.
HEAD = {"optproof": "site", "schema": 1}


def pages(
    reports: Sequence[tuple[str, Report]], of: str, records: Records, adams: Sequence[Row]
) -> list[Page]:
    """Return every page of the site, the first of them last: it links to all.

    Parameters
    ----------
    reports : sequence of (date, Report)
        Of libraries.
    of, records
        The records of drift, and of which implementation they are.
    adams : sequence of Row
        Which wrong Adam passes whose test.
    """
    follow: dict[str, list[dict[str, str]]] = {}
    for _, report in reports:
        for name in libraries.follows(report):
            library = {"name": report.target, "place": libraries.slug(report.target)}
            follow.setdefault(name, []).append(library)
    passes = {row.name: [t.project for t, p in zip(OTHERS, row.passes) if p] for row in adams}
    made = [
        *libraries.pages(reports),
        *mistakes.pages(follow, passes),
        trainings.trainings(),
        trainings.drift(of, records),
        trainings.whose_test(adams),
    ]
    found = [
        {"kind": page.kind, "path": page.path, "title": page.title, "says": page.says}
        for page in made
        if page.kind
    ]
    table = next(page for page in made if page.path == "libraries/index").content
    content = {**table, "search": found, "counts": _counts()}
    return [*made, Page("index", "index", "Conformance of optimizers", content)]


def _counts() -> dict[str, int]:
    return {
        "mistakes": len(fixtures.load_deviations()),
        "tests": sum(len(file.cases) for file in fixtures.load_cases()),
    }


def write(made: Sequence[Page], folder: Path) -> Iterator[Path]:
    """Write the pages and their JSON; yield where each page is.

    Raises
    ------
    UsageError
        If the folder holds what is not ours, or cannot be written to.
    """
    check_folder(folder)
    about = f"optproof {__version__}, fixtures {fixtures.manifest()['version']}"
    for page in made:
        place = folder / page.path
        place.parent.mkdir(parents=True, exist_ok=True)
        data = {**HEAD, "page": page.path, "title": page.title, "made_by": about, **page.content}
        values: dict[str, Any] = {"page": page.content, "title": page.title, "up": page.up}
        text = templates.render(f"site/{page.template}.html", **values, made=about, name=place.name)
        for path, what in ((_with(place, ".html"), text), (_with(place, ".json"), _json(data))):
            files.write(path, what, None)
        yield _with(place, ".html")


def check_folder(folder: Path) -> None:
    """Raise if a site cannot be written there.

    Raises
    ------
    UsageError
        If it is no folder, or holds what optproof did not write.
    """
    if folder.is_file():
        raise UsageError(f"{folder} is a file", "name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not _is_ours(folder):
        hint = "give the name of a new folder, or of one that an earlier build has made"
        raise UsageError(f"{folder} is left as it is: it holds what optproof did not write", hint)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made ({error.strerror})") from None


def _is_ours(folder: Path) -> bool:
    try:
        content = json.loads((folder / "index.json").read_text("utf-8"))
        return {name: content.get(name) for name in HEAD} == HEAD
    except (OSError, ValueError, AttributeError):
        return False


def _with(place: Path, ending: str) -> Path:
    return place.with_name(place.name + ending)  # an id has dots of its own


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
