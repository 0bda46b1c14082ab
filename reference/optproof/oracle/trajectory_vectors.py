"""The trajectories: which there are, and what they are drawn from."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..fixtures import Json, Trajectory, read_trajectory
from ..judging.trajectories import as_specified, follow, named
from ..protocol import Array, encode, names
from .numbers import elementwise

SHAPES = {"W1": (2, 3), "b1": (2, 1), "W2": (3, 2), "b2": (3, 1), "W3": (2, 3), "b3": (2, 1)}
#: For the long ones.
FEW = {"W1": (1, 2), "b1": (1, 1), "W2": (2, 1), "b2": (2, 1)}

CLAUSES = {
    "gd": ("GD-1", "LIFE-1"),
    "momentum": ("MOM-1", "MOM-2", "MOM-3", "LIFE-1"),
    "adam": ("ADAM-1", "ADAM-2", "ADAM-3", "ADAM-4", "ADAM-5", "ADAM-7", "LIFE-1"),
}
#: Hyperparameters that no one has by heart; the rate falls from step 3; the document's.
ODD = {"learning_rate": 0.037, "beta": 0.83, "beta1": 0.83, "beta2": 0.961, "epsilon": 3e-7}
CHANGED = {"learning_rate": 0.05, "beta": 0.77, "beta1": 0.77, "beta2": 0.93, "epsilon": 7e-8}
DOCUMENT = {"learning_rate": 0.01, "beta": 0.9, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
USED = {
    "gd": ("learning_rate",),
    "momentum": ("learning_rate", "beta"),
    "adam": ("learning_rate", "beta1", "beta2", "epsilon"),
}


class _Draw:
    """Numbers of four digits from Python's own generator: the same on every machine."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)

    def normal(self, scale: float = 1.0) -> float:
        """Return a normal number."""
        return float(f"{scale * self.random.gauss(0, 1):.4g}")

    def between(self, low: float, high: float) -> float:
        """Return a number of either sign whose size is between these powers of ten."""
        size = 10 ** self.random.uniform(low, high)
        return float(f"{size * self.random.choice((1, -1)):.4g}")

    def tensors(self, shapes: dict[str, tuple[int, int]], number: Callable[[], float]) -> Any:
        """Return a tensor of each shape."""
        return {
            k: np.array([number() for _ in range(n * m)]).reshape(n, m)
            for k, (n, m) in shapes.items()
        }


@dataclass(frozen=True)
class Steps:
    """A trajectory without what is expected; for the oracle what a ``Vector`` is to it.

    Parameters
    ----------
    trajectory : Trajectory
        Its ``raw`` names the steps that are judged by an empty ``expected``.
    """

    trajectory: Trajectory
    entry: Json = field(repr=False)

    @property
    def id(self) -> str:
        """Permanent."""
        return self.trajectory.id

    @property
    def operation(self) -> str:
        """The operation that is one step of it."""
        return self.trajectory.operation

    @property
    def inputs(self) -> Json:
        """The hyperparameters."""
        return dict(self.trajectory.hyperparameters)

    def evaluate(self, arithmetic: Any, function: Any = None) -> dict[str, Array]:
        """Return the parameters after the steps judged, in the arithmetic given."""
        update = function or as_specified(self.trajectory.optimizer)
        path = follow(
            self.trajectory, update, lambda a: elementwise(arithmetic.tensor, a), arithmetic.scalar
        )
        tensors = named(self.trajectory, list(path))
        return {k: elementwise(arithmetic.stored, a) for k, a in tensors.items()}


def trajectory_vectors() -> list[Steps]:
    """Return every trajectory, optimizer by optimizer."""
    return [*_gradient_descent(), *_momentum(), *_adam()]


def _make(
    case_id: str,
    comment: str,
    hyperparameters: dict[str, float],
    size: tuple[float, float] | None = None,
    *,
    count: int = 10,
    start: float = 0.0,
    turns: int | None = None,
    shapes: dict[str, tuple[int, int]] = SHAPES,
    zeros: float = 0.0,
    silent: tuple[int, ...] = (),
    rates: dict[int, float] | None = None,
    falls: bool = False,
    without: dict[int, tuple[str, ...]] | None = None,
    judged: tuple[int, ...] = (),
    clauses: tuple[str, ...] = (),
    **given: float,
) -> Steps:
    """Draw a trajectory.

    `size`: gradients are drawn between these powers of ten, else normally; a part `zeros` of them
    is zero, and all at the steps `silent`. `start`: the size of the parameters. `turns`: so many
    gradients come in turn. `falls`: the gradients fall from 100 to 0.01. `without`: parameters
    that have no gradient at a step.
    """
    optimizer = case_id.split("/")[1]
    draw = _Draw(case_id)

    def number() -> float:
        value = draw.between(*size) if size else draw.normal()
        return 0.0 if draw.random.random() < zeros else value

    parameters = draw.tensors(shapes, lambda: draw.normal(start) if start else 0.0)
    steps: list[Json] = []
    for k in range(1, (turns or count) + 1):
        tensors = draw.tensors(shapes, number if k not in silent else lambda: 0.0)
        scale = 10 ** (2 - 4 * (k - 1) / (count - 1)) if falls else 1.0
        grads: Json = {
            f"d{name}": np.array([float(f"{scale * x:.4g}") for x in a.flat]).reshape(a.shape)
            for name, a in tensors.items()
        }
        grads.update({f"d{name}": None for name in (without or {}).get(k, ())})
        step: Json = {"grads": grads}
        if rates and k in rates:
            step["learning_rate"] = rates[k]
        steps.append(step)
    used = {name: {**hyperparameters, **given}[name] for name in USED[optimizer]}
    raw: Json = {
        "id": case_id,
        "clauses": [*CLAUSES[optimizer], *clauses],
        "comment": comment,
        "hyperparameters": used,
        "parameters": encode(parameters),
        "count": count,
        "steps": encode(steps),
        "expected": {names.step(k, "W1"): {} for k in judged or range(1, count + 1)},
    }
    return Steps(read_trajectory(optimizer, raw, []), raw)


def _like(model: Steps, case_id: str, comment: str, clause: str, **changed: Any) -> Steps:
    """Return the steps of another trajectory, asked for in another way: the same is expected."""
    entry = {
        "id": case_id,
        "clauses": [*model.entry["clauses"], clause],
        "comment": comment,
        "like": model.id,
        **changed,
    }
    return Steps(read_trajectory(model.trajectory.optimizer, entry, [model.entry]), entry)


def _lives(optimizer: str, model: Steps) -> Iterator[Steps]:
    """Yield what every optimizer must bear: reused arrays, a second instance, a new start, ..."""
    yield _like(
        model,
        f"trajectory/{optimizer}/reused-buffers",
        "The gradients of every step come in the same arrays: catches one that keeps them.",
        "LIFE-3",
        reuse_buffers=True,
    )
    yield _like(
        model,
        f"trajectory/{optimizer}/two-instances",
        "Two instances, stepped in turn: catches state that they share.",
        "LIFE-2",
        instances=2,
    )
    if optimizer != "gd":  # which keeps nothing
        yield _like(
            model,
            f"trajectory/{optimizer}/resumed",
            "Saved after step 4, and gone on from in a new instance: catches state that is lost.",
            "LIFE-5",
            resume_after=4,
        )
    yield _make(
        f"trajectory/{optimizer}/no-gradient",
        "From some step on two parameters have no gradient: they stay, and the others go on.",
        ODD,
        count=5,
        start=1.0,
        without={3: ("W2",), 4: ("W2", "b1"), 5: ("W2", "b1")},
        clauses=("LIFE-4",),
    )


HUNDRED = (1, 2, 3, 5, 10, 20, 50, 100)
SIX_HUNDRED = (1, 10, 100, 300, 600)
FALLING = "The gradients fall from 100 to 0.01: catches a largest value that is kept."
LONG = "600 steps of one instance, nine gradients in turn."


def _gradient_descent() -> Iterator[Steps]:
    three = "trajectory/gd/three"
    yield _make(three, "Three steps: tells all.", ODD, count=3)
    falls = {k: float(f"{0.05 / k:.4g}") for k in range(2, 11)}
    yield (
        model := _make(
            "trajectory/gd/rate-falls",
            "Gradients of many sizes; the rate falls at every step.",
            CHANGED,
            (-8, 2),
            rates=falls,
            start=1.0,
        )
    )
    yield from _lives("gd", model)


def _momentum() -> Iterator[Steps]:
    t = "trajectory/momentum/"
    yield _make(
        t + "rate-falls",
        "Three steps, the rate cut at the third: tells all.",
        CHANGED,
        count=3,
        start=1.0,
        rates={3: 0.011},
    )
    yield _make(t + "some-zeros", "Two gradients in five are zero.", ODD, zeros=0.4)
    yield (model := _make(t + "document", "The document's hyperparameters.", DOCUMENT, start=1.0))
    yield _make(
        t + "beta-0",
        "beta 0 is gradient descent.",
        ODD,
        count=3,
        beta=0.0,
        learning_rate=0.03,
        clauses=("MOM-4",),
    )
    yield _make(
        t + "silence",
        "No gradient but zero at steps 3 to 5: the velocity goes on.",
        CHANGED,
        silent=(3, 4, 5),
        rates={3: 0.011},
    )
    yield _make(t + "hundred", "A hundred steps.", ODD, count=100, turns=9, judged=HUNDRED)
    yield _make(t + "falling", FALLING, ODD, count=10, start=1.0, falls=True)
    yield _make(
        t + "six-hundred", LONG, DOCUMENT, count=600, turns=9, shapes=FEW, judged=SIX_HUNDRED
    )
    yield from _lives("momentum", model)


def _adam() -> Iterator[Steps]:
    t = "trajectory/adam/"
    yield _make(t + "scales", "Gradients from 1e-8 to 100: tells all.", ODD, (-8, 2), count=3)
    yield _make(t + "tiny", "Gradients so small that epsilon counts.", ODD, (-9, -6), start=1e-3)
    yield _make(
        t + "rate-falls",
        "The rate is cut at step 3; two gradients in five are zero.",
        CHANGED,
        zeros=0.4,
        rates={3: 0.011},
    )
    yield _make(
        t + "tiny-document",
        "The same with the document's hyperparameters.",
        DOCUMENT,
        (-9, -6),
        start=1e-3,
    )
    yield (model := _make(t + "document", "The document's hyperparameters.", DOCUMENT, start=1.0))
    yield _make(
        t + "silence",
        "No gradient but zero at steps 3 to 5: the moments go on.",
        ODD,
        silent=(3, 4, 5),
        epsilon=1e-8,
    )
    large = {"learning_rate": 0.02, "beta1": 0.7, "beta2": 0.9, "epsilon": 0.05}
    yield _make(t + "epsilon-large", "epsilon 0.05: one misplaced shows.", large)
    yield _make(t + "hundred", "A hundred steps.", ODD, count=100, turns=9, judged=HUNDRED)
    yield _make(t + "first-step", "One step from zero.", DOCUMENT, (-8, 2), count=1)
    yield _make(t + "falling", FALLING, ODD, count=10, start=1.0, falls=True)
    yield _make(
        t + "six-hundred", LONG, DOCUMENT, count=600, turns=9, shapes=FEW, judged=SIX_HUNDRED
    )
    yield from _lives("adam", model)
