"""Faults that no single step shows: those of an optimizer's life, each by its own formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .trajectories import Update, as_specified


@dataclass(frozen=True)
class Life:
    """A fault of an optimizer that keeps its own state.

    Parameters
    ----------
    sentence : str
        What it does, in words.
    stage, clause : str
        Where to look.
    begin : callable
        Makes the update of a new instance: it may remember.
    """

    sentence: str
    stage: str
    clause: str
    begin: Callable[[str], Update]


def _t_raised_twice(optimizer: str) -> Update:
    right = as_specified(optimizer)
    return lambda arguments: right({**arguments, "t": 2 * arguments["t"]})


def _t_raised_with_each(last: str) -> Callable[[str], Update]:
    """Return an update whose t rises with every tensor, or with every layer's weights."""

    def begin(optimizer: str) -> Update:
        right = as_specified(optimizer)
        t = 0

        def update(arguments: dict[str, Any]) -> dict[str, Any]:
            nonlocal t
            together: dict[str, Any] = {}
            for k in arguments["parameters"]:
                t += k[0] in last
                alone = {
                    name: {q: a for q, a in value.items() if q.lstrip("d") == k}
                    if isinstance(value, dict)
                    else value
                    for name, value in arguments.items()
                }
                for name, value in right({**alone, "t": t}).items():
                    together.setdefault(name, {}).update(value)
            return together

        return update

    return begin


LIVES: dict[str, tuple[Life, ...]] = {
    "gd": (),
    "momentum": (),  # its first step undamped is in the catalogue
    "adam": (
        Life("it raises t twice a step", "step counter", "ADAM-7", _t_raised_twice),
        Life(
            "it raises t with every tensor, not with every step",
            "step counter",
            "ADAM-7",
            _t_raised_with_each("Wb"),
        ),
        Life(
            "it raises t with every layer, not with every step",
            "step counter",
            "ADAM-7",
            _t_raised_with_each("W"),
        ),
    ),
}
