"""The pages of the known mistakes and of the clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .. import fixtures
from ..fixtures import Case, Deviation, Trajectory, load_trajectories
from ..reports.answer import mend
from ..reports.explain import clauses, formulas
from ..reports.worked import worked_number
from .page import Page

Tests = Sequence[Case | Trajectory]


def pages(
    follow: Mapping[str, Sequence[dict[str, str]]], passes: Mapping[str, Sequence[str]]
) -> Iterator[Page]:
    """Yield a page for each known mistake and each clause, and a list of both.

    Parameters
    ----------
    follow : mapping
        By mistake: the libraries that compute so.
    passes : mapping
        By mistake: the projects whose tests it passes.
    """
    tests = [case for file in fixtures.load_cases() for case in file.cases]
    paths = [t for t in load_trajectories() if not t.like]
    catalogue = fixtures.load_deviations().values()
    rows = []
    for known in catalogue:
        content = _mistake(known, tests, paths)
        content["libraries"] = list(follow.get(known.id, ()))
        content["passes"] = list(passes.get(known.id, ()))
        rows.append({name: content[name] for name in ("id", "operation", "title", "effect")})
        says = f"{known.title}. {known.effect}"
        yield Page(f"mistakes/{known.id}", "mistake", known.title, content, "mistake", says)
    title = f"The {len(rows)} known mistakes"
    yield Page("mistakes/index", "mistakes", title, {"mistakes": rows})
    yield from _clauses([*tests, *paths])


def _mistake(known: Deviation, tests: Tests, paths: Tests) -> dict[str, Any]:
    told = []
    for kind, those in (("test cases", tests), ("trajectories", paths)):
        all_of = [t for t in those if t.operation == known.operation and t.signatures]
        telling = [t.id for t in all_of if known.id in t.signatures]
        if telling:
            told.append({"kind": kind, "of": len(all_of), "ids": telling})
    return {
        "id": known.id,
        "operation": known.operation,
        "stage": known.stage,
        "title": known.title,
        "effect": known.effect,
        "variant": known.variant,
        "clauses": [_cited(clause) for clause in known.clause.split(", ")],
        "formulas": [{"wrong": wrong, "right": right} for wrong, right in formulas(known)],
        "mend": mend(known),
        "number": worked_number(known),
        "told": told,
        "links": list(known.links),
    }


def _cited(clause: str) -> dict[str, str]:
    title, text = clauses()[clause]
    return {"id": clause, "title": title, "text": text}


def _clauses(tests: Tests) -> Iterator[Page]:
    catalogue = fixtures.load_deviations().values()
    rows = []
    for clause in clauses():
        content = {
            **_cited(clause),
            "tests": [test.id for test in tests if clause in test.clauses],
            "mistakes": [
                {"id": known.id, "title": known.title}
                for known in catalogue
                if clause in known.clause.split(", ")
            ],
        }
        rows.append(_cited(clause))
        title = f"{clause}: {content['title']}"
        yield Page(f"clauses/{clause}", "clause", title, content, "clause", str(content["text"]))
    yield Page("clauses/index", "clauses", "The clauses of the specification", {"clauses": rows})
