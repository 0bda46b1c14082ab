"""Known mistakes of a training: another cost is printed (TRAIN-4, ERR-3), or the loop is another
(TRAIN-2, TRAIN-3).

They are no stages of an operation: the reference's own loop is run around changed operations.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from .. import fast, fixtures, methods
from ..fixtures import half_unit
from ..methods import Epoch
from ..protocol import Array

CONVENTIONS = ("cost.last-batch", "cost.sum-of-means", "cost.mean-of-means")
#: Epochs after which a loop is told by its parameters: enough for every mistake to show.
FEW = 20
#: 300 examples in batches of 64.
BATCHES = 5

Operations = dict[str, Callable[..., Any]]
Start = Callable[[], tuple[Array, Array, dict[str, Array], dict[str, Any]]]


def costs(
    optimizer: str, epochs: int, start: Start = fixtures.documented_start
) -> Iterator[dict[str, float]]:
    """Train the reference; yield each epoch's cost by the name of the convention."""
    means: list[float] = []

    def compute_cost(a3: Array, Y: Array) -> float:
        total = float(methods.compute_cost(a3, Y))
        means.append(total / Y.shape[-1])
        return total

    for _ in train(optimizer, epochs, {"compute_cost": compute_cost}, start):
        figures = means[-1], sum(means), sum(means) / len(means)
        yield dict(zip(CONVENTIONS, figures))
        means.clear()


def convention(
    optimizer: str,
    printed: dict[int, str],
    slack: float,
    start: Start = fixtures.documented_start,
) -> str:
    """Say which convention gives every printed cost; nothing if none does.

    Parameters
    ----------
    optimizer : str
    printed : dict of int to str
        Costs by epoch, as printed.
    slack : float
        Allowed beside half a unit of the last printed digit.
    start : callable
        Gives data, initial parameters and hyperparameters.
    """
    names = set(CONVENTIONS if printed else ())
    for epoch, by_name in enumerate(costs(optimizer, max(printed, default=-1) + 1, start)):
        if epoch in printed:
            names = {n for n in names if _prints(by_name[n], printed[epoch], slack)}
        if not names:
            break
    return _said(n for n in CONVENTIONS if n in names)


def _prints(cost: float, digits: str, slack: float) -> bool:
    try:
        return abs(cost - float(digits)) <= half_unit(digits) * (1 + 1e-9) + slack
    except (ArithmeticError, ValueError):  # not a number
        return False


def _shuffled(seed_of: Callable[[int], int]) -> Operations:
    """Cut with another seed than the documented 11, 12, ..."""

    def cut(X: Array, Y: Array, size: int, seed: int) -> Any:
        return methods.random_mini_batches(X, Y, size, seed_of(seed))

    return {"random_mini_batches": cut}


def _in_order(X: Array, Y: Array, size: int, seed: int) -> Any:
    return [(X[:, k : k + size], Y[:, k : k + size]) for k in range(0, X.shape[1], size)]


def _counted(t_of: Callable[[int], int]) -> Operations:
    """Hand Adam another t than the documented 1, 2, ..."""

    def adam(parameters: Any, grads: Any, v: Any, s: Any, t: int, *rest: Any) -> Any:
        return methods.update_parameters_with_adam(parameters, grads, v, s, t_of(t), *rest)

    return {"update_parameters_with_adam": adam}


def _within_epoch(t: int) -> int:
    return (t - 1) % BATCHES + 1


def _forgetful(t_of: Callable[[int], int]) -> Operations:
    """Begin every epoch with zero moments."""
    steps, counted = itertools.count(), _counted(t_of)["update_parameters_with_adam"]

    def momentum(parameters: Any, grads: Any, v: Any, *rest: Any) -> Any:
        v = v if next(steps) % BATCHES else methods.initialize_velocity(parameters)
        return methods.update_parameters_with_momentum(parameters, grads, v, *rest)

    def adam(parameters: Any, grads: Any, v: Any, s: Any, t: int, *rest: Any) -> Any:
        if _within_epoch(t) == 1:
            v, s = methods.initialize_adam(parameters)
        return counted(parameters, grads, v, s, t, *rest)

    return {"update_parameters_with_momentum": momentum, "update_parameters_with_adam": adam}


def loops() -> dict[str, list[Operations]]:
    """Return the operations that turn the reference's loop into each mistaken one, by id.

    One mistake may have several forms.
    """
    return {
        "training.seed-not-advanced": [
            _shuffled(lambda seed: 0),
            _shuffled(lambda seed: 10),
            _shuffled(lambda seed: 11),
        ],
        "training.seed-advanced-late": [_shuffled(lambda seed: seed - 1)],
        "training.seed-from-epoch": [
            _shuffled(lambda seed: seed - 10),
            _shuffled(lambda seed: seed - 11),
        ],
        "training.not-shuffled": [{"random_mini_batches": _in_order}],
        "training.t-reset-each-epoch": [_counted(_within_epoch)],
        "training.t-counts-epochs": [_counted(lambda t: (t - 1) // BATCHES + 1)],
        "training.t-not-advanced": [_counted(lambda t: 1), _counted(lambda t: 2)],
        "training.t-one-ahead": [_counted(lambda t: t + 1)],
        "training.moments-reset-each-epoch": [_forgetful(lambda t: t), _forgetful(_within_epoch)],
    }


def mistaken_loop(optimizer: str, parameters: dict[str, Array], bound: float) -> str:
    """Say which mistakes leave these parameters after :data:`FEW` epochs; nothing if none does.

    Parameters
    ----------
    optimizer : str
    parameters : dict of arrays
        The implementation's.
    bound : float
        Largest error of a parameter (TRAIN-7).
    """

    def leaves_them(changed: Operations) -> bool:
        *_, epoch = train(optimizer, FEW, changed, cost_every=0)
        return all(
            k in parameters
            and parameters[k].shape == a.shape
            and np.max(np.abs(parameters[k] - a)) <= bound
            for k, a in epoch.parameters.items()
        )

    if leaves_them({}):  # it goes astray later
        return ""
    return _said(name for name, forms in loops().items() if any(map(leaves_them, forms)))


def train(
    optimizer: str,
    epochs: int,
    changed: Operations,
    start: Start = fixtures.documented_start,
    **hyper: Any,
) -> Iterator[Epoch]:
    """Train by the reference's loop with other operations, or other hyperparameters, put in."""
    X, Y, parameters, given = start()
    given |= {**hyper, "num_epochs": epochs}
    operations = replace(methods.Operations(), **changed)
    return fast.train(X, Y, parameters, optimizer, operations=operations, **given)


def _said(names: Iterable[str]) -> str:
    found = [f"{name}, {fixtures.load_deviations()[name].title}" for name in names]
    return f": this is {' or '.join(found)}" if found else ""
