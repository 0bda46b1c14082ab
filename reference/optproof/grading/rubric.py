"""Points: for each operation, and what is left of them for each mistake."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from .. import fixtures
from ..errors import UsageError
from ..files import read_text
from ..operations import OPERATIONS
from ..settings.config import parse_toml

#: What the document has its reader write; ten points together.
POINTS: dict[str, float] = {
    "update_parameters_with_gd": 1.0,
    "random_mini_batches": 2.0,
    "initialize_velocity": 1.0,
    "update_parameters_with_momentum": 2.0,
    "initialize_adam": 1.0,
    "update_parameters_with_adam": 3.0,
}
#: What is left of an operation's points: half for a form that others write and name, or where only
#: the default values differ; else nothing.
CREDIT: dict[str, float] = {
    **{"conventions": 0.5, "defaults": 0.5},
    **{"mistakes": 0.0, "unknown": 0.0},
}
#: Where there is no function of the name, the optimizer that keeps its own state stands for it.
STANDS_FOR = {
    "gd optimizer": ("update_parameters_with_gd",),
    "momentum optimizer": ("initialize_velocity", "update_parameters_with_momentum"),
    "adam optimizer": ("initialize_adam", "update_parameters_with_adam"),
}
EXAMPLE = '[points]\nupdate_parameters_with_adam = 3\n[credit]\n"adam.epsilon-hat" = 0.75'


@dataclass(frozen=True)
class Rubric:
    """How points are given.

    Parameters
    ----------
    points : dict of float
        For each operation.
    credit : dict of float
        The share that is left: by the id of a mistake, a pattern of ids, or one of the words
        ``conventions`` (it has a name, and others write it so), ``defaults`` (only the default
        values differ), ``mistakes`` (any other that has a name) and ``unknown``.
    """

    points: Mapping[str, float] = field(default_factory=lambda: dict(POINTS))
    credit: Mapping[str, float] = field(default_factory=lambda: dict(CREDIT))

    def share(self, mistake: str) -> float:
        """Return what a mistake leaves, by its id or its word; the most exact entry counts."""
        if mistake in self.credit:
            return self.credit[mistake]
        patterns = [p for p in self.credit if fnmatchcase(mistake, p)]
        if patterns:
            return self.credit[max(patterns, key=len)]
        known = fixtures.load_deviations().get(mistake)
        return self.credit["conventions" if known and known.variant else "mistakes"]

    def left(self, mistakes: Iterable[str]) -> float:
        """Return the share that several mistakes leave together: each takes its own away.

        >>> Rubric().left(["adam.epsilon-hat"])
        0.5
        """
        return max(0.0, 1.0 - sum(1.0 - self.share(m) for m in mistakes))

    def restricted(self, operations: Iterable[str]) -> Rubric:
        """Return the rubric of what is asked for alone."""
        asked = set(operations)
        points = {o: p for o, p in self.points.items() if o in asked}
        return Rubric(points, self.credit)


def read_rubric(path: Path) -> Rubric:
    """Return what a TOML file says.

    Raises
    ------
    UsageError
        If it cannot be read, or gives points for what there is not.
    """
    content = parse_toml(read_text(path), path)
    if unknown := [key for key in content if key not in ("points", "credit")]:
        what = f"{path}: no table [{unknown[0]}]"
        raise UsageError(what, f"known are [points] and [credit], as in:\n{EXAMPLE}")
    points = _numbers(content, "points", path, math.inf) or dict(POINTS)
    credit = {**CREDIT, **_numbers(content, "credit", path, 1.0)}
    if wrong := [name for name in points if name not in OPERATIONS]:
        raise UsageError(
            f"{path}: [points] {wrong[0]}: no such operation", f"known: {', '.join(OPERATIONS)}"
        )
    catalogue = fixtures.load_deviations()
    for name in credit.keys() - CREDIT.keys():
        if not any(fnmatchcase(known, name) for known in catalogue):
            hint = "optproof explain has the ids; or: conventions, defaults, mistakes, unknown"
            raise UsageError(f"{path}: [credit] {name}: no mistake has this id", hint)
    if not sum(points.values()):
        raise UsageError(f"{path}: [points] gives no points")
    return Rubric(points, credit)


def _numbers(content: dict[str, Any], table: str, path: Path, most: float) -> dict[str, float]:
    entries = content.get(table, {})
    if not isinstance(entries, dict):
        raise UsageError(f"{path}: {table} must be a table")
    for name, value in entries.items():
        if type(value) not in (int, float) or not 0 <= value <= most or value == math.inf:
            words = "a number of 0 or more" if most > 1 else "a share from 0 to 1"
            raise UsageError(f"{path}: [{table}] {name} is {value!r}; it must be {words}")
    return {name: float(value) for name, value in entries.items()}
