"""A number that shows a known mistake: what it is, and what it becomes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import islice, product

import numpy as np

from .. import fixtures
from ..deviations.loop import ONLY, STAGES, Loop, Point
from ..deviations.pipeline import Slip
from ..deviations.training import CONVENTIONS, costs
from ..fixtures import Deviation
from ..operations import OPTIMIZERS
from ..protocol import Array

#: After how many epochs the small training is looked at: all of a mistake has begun to show.
EPOCHS = 3


def worked_number(known: Deviation) -> str:
    """Return the element of a test case at which a known mistake shows most, relative to its size.

    Where it changes no number but a shape, or a label: the first that it changes. Where one call
    does not show it: of a trajectory, or of the small training (clause TRAIN-9).
    """
    if known.operation == "model":
        return _of_training(known.id)
    cases, paths = f"vectors/{known.operation}.json", f"trajectories/{known.id.split('.')[0]}.json"
    there = fixtures.manifest()["files"]
    for path, kind in ((cases, "cases"), (paths, "trajectories")):
        tests = fixtures.load(path)[kind] if path in there else ()
        # Nobody can check a hundred steps by hand.
        if number := _largest(known.id, (t for t in tests if t.get("calls", 1) == 1)):
            return number
    return ""


def _largest(name: str, tests: Iterable[fixtures.Json]) -> str:
    best, other = (0.0, ""), ""
    for test in tests:
        for tensor, wrong in test.get("signatures", {}).get(name, {}).items():
            right = test["expected"].get(tensor)
            alike = wrong and right and wrong["shape"] == right["shape"]
            if not alike or right["dtype"] != "float64" or "data" not in right:
                other = other or _other(f"in {test['id']}, {tensor}", right, wrong)
                continue
            for index, b in _elements(wrong):
                a = float(right["data"][_place(index, right["shape"])])
                gap = abs(a - b) / max(abs(a), abs(b), 1e-300)
                if gap > best[0] and math.isfinite(b):
                    element = f"{tensor}{index}" if index else tensor
                    best = gap, f"in {test['id']}, {element} is {a!r}; so it becomes {b!r}"
    return best[1] or other


def _other(place: str, right: fixtures.Json | None, wrong: fixtures.Json | None) -> str:
    """Say how a tensor is not the one that is right; empty: in none of these ways."""
    if right and not wrong:
        return f"{place} has shape {right['shape']}; so it is missing"
    if wrong and not right:
        return f"{place} is not there; so there is one of shape {wrong['shape']}"
    if not right or not wrong:
        return ""
    if wrong["shape"] != right["shape"]:
        return f"{place} has shape {right['shape']}; so it has shape {wrong['shape']}"
    for index, b in _elements(wrong):
        if (a := right["data"][_place(index, right["shape"])]) != b:
            return f"{place}{index} is {float(a):g}; so it becomes {b:g}"
    return ""


def _elements(tensor: fixtures.Json) -> Iterator[tuple[list[int], float]]:
    """Give the elements of which a signature has a value, and where each stands in the tensor."""
    block = tensor["block"] if "block" in tensor else tensor["shape"]
    start = tensor.get("start", [0] * len(block))
    for inside, value in zip(product(*map(range, block)), tensor.get("data", ())):
        yield [s + i for s, i in zip(start, inside)], float(value)


def _place(index: list[int], shape: list[int]) -> int:
    """Return the place of an element among all, row after row.

    >>> _place([1, 2], [2, 3]), _place([], [])
    (5, 0)
    """
    return reduce(lambda place, i: place * i[1] + i[0], zip(index, shape), 0)


def _of_training(name: str) -> str:
    """Return what a mistake of the loop makes of the small training, or of a cost of it."""
    if name in CONVENTIONS:
        return _of_cost(name)
    stage, step = next((s, s.deviations[name]) for s in STAGES if name in s.deviations)
    slip = Slip(stage.name, step, name)
    for optimizer in (ONLY[name],) if name in ONLY else reversed(OPTIMIZERS):
        X, Y, parameters, given = fixtures.small_start()
        loop = Loop(X, Y, parameters, optimizer, given)
        right = loop.parted(_after(loop.walk()))
        # What only shows later begins with the second epoch.
        wrong = loop.parted(_after(loop.walk([slip], k=1, lost=loop.batches)))
        gaps = [
            (abs(wrong[tensor][index] - a) / abs(a), tensor, index)
            for tensor, values in right.items()
            for index, a in np.ndenumerate(values)
            if a
        ]
        gap, tensor, index = max(gaps, key=lambda found: found[0])
        if gap:
            a, b = float(right[tensor][index]), float(wrong[tensor][index])
            element = f"{tensor}{list(index)} after {EPOCHS} epochs"
            return f"in small/{optimizer}, {element} is {a!r}; so it becomes {b!r}"
    return ""


def _of_cost(name: str) -> str:
    epoch = EPOCHS - 1
    *_, found = costs("adam", EPOCHS, fixtures.small_start, {epoch})
    return (
        f"in small/adam, the cost of epoch {epoch} is {found['']!r}; so it becomes {found[name]!r}"
    )


def _after(path: Iterator[Point]) -> Array:
    with np.errstate(all="ignore"):
        return next(islice(path, EPOCHS - 1, None)).theta
