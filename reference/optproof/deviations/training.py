"""Trainings by the reference's loop with other operations in it, and other costs of an epoch
(TRAIN-4, ERR-3).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import replace
from typing import Any

from .. import fixtures, methods
from ..fixtures import half_unit
from ..methods import Epoch
from ..protocol import Array
from .state import State
from .table import read_stages

#: The cost of an epoch, and others that are reported for it: from the batches' totals, means and
#: sizes, the totals after each update (``after``), all totals so far, and the mean on all examples
#: with the new parameters (``mean_of_all``).
TABLE = """
epoch cost (TRAIN-4, ERR-3)
    cost = sum(totals) / m
    cost.last-batch: cost = means[-1]
    cost.sum-of-means: cost = sum(means)
    cost.mean-of-means: cost = sum(means) / len(means)
    training.cost-not-averaged: cost = sum(totals)
    training.cost-divided-by-batches: cost = sum(totals) / len(totals)
    training.cost-of-last-batch-alone: cost = totals[-1] / m
    training.cost-never-reset: cost = sum_so_far / m
    training.cost-after-update: cost = sum(after) / m
    training.cost-of-last-batch-after-update: cost = after[-1] / sizes[-1]
    training.cost-of-all: cost = mean_of_all
"""
STAGES = read_stages(TABLE)
CONVENTIONS = STAGES[0].deviations
#: Epochs after which a loop is known by its parameters: enough for every mistake to show.
FEW = 20

Operations = dict[str, Callable[..., Any]]
Start = Callable[[], tuple[Array, Array, dict[str, Array], dict[str, Any]]]


def costs(
    optimizer: str,
    epochs: int,
    start: Start = fixtures.documented_start,
    asked: Container[int] | None = None,
) -> Iterator[dict[str, float]]:
    """Train the reference; yield each epoch's cost by the name of the convention; "" is the right.

    Only the epochs `asked` for have all of them; the others have none.
    """
    X, Y, *_ = start()
    totals: list[float] = []
    after: list[float] = []
    sizes: list[int] = []
    so_far, number, batch = 0.0, 0, X

    def forward(X: Array, parameters: Any) -> Any:
        nonlocal batch
        batch = X
        return methods.forward_propagation(X, parameters)

    def compute_cost(a3: Array, Y: Array) -> float:
        totals.append(float(methods.compute_cost(a3, Y)))
        sizes.append(Y.shape[-1])
        labels.append(Y)
        return totals[-1]

    def updating(name: str) -> Callable[..., Any]:
        def update(*arguments: Any) -> Any:
            results = getattr(methods, name)(*arguments)
            if asked is None or number in asked:
                new = results if name.endswith("gd") else results[0]
                a3 = methods.forward_propagation(batch, new)[0]
                after.append(float(methods.compute_cost(a3, labels[-1])))
            return results

        return update

    labels: list[Array] = []
    name = f"update_parameters_with_{optimizer}"
    changed = {"forward_propagation": forward, "compute_cost": compute_cost, name: updating(name)}
    for epoch in train(optimizer, epochs, changed, start):
        so_far += sum(totals)
        found: dict[str, float] = {}
        if asked is None or number in asked:
            a3 = methods.forward_propagation(X, epoch.parameters)[0]
            figures = State(
                {
                    "totals": totals,
                    "means": [total / n for total, n in zip(totals, sizes)],
                    "after": after,
                    "sizes": sizes,
                    "sum_so_far": so_far,
                    "mean_of_all": float(methods.compute_cost(a3, Y)) / Y.shape[-1],
                    "m": X.shape[-1],
                }
            )
            forms = {"": STAGES[0].step, **CONVENTIONS}
            found = {n: formula(figures)["cost"] for n, formula in forms.items()}
        yield found
        for kept in (totals, after, sizes, labels):
            kept.clear()
        number += 1


def conventions(
    optimizer: str,
    printed: dict[int, str],
    slack: float,
    start: Start = fixtures.documented_start,
) -> tuple[str, ...]:
    """Return the conventions that give every printed cost.

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
    walk = costs(optimizer, max(printed, default=-1) + 1, start, printed)
    for epoch, by_name in enumerate(walk):
        if epoch in printed:
            names = {n for n in names if _prints(by_name[n], printed[epoch], slack)}
        if not names:
            break
    return tuple(n for n in CONVENTIONS if n in names)


def _prints(cost: float, digits: str, slack: float) -> bool:
    try:
        return abs(cost - float(digits)) <= half_unit(digits) * (1 + 1e-9) + slack
    except (ArithmeticError, ValueError):  # not a number
        return False


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
    from .. import fast  # which needs NumPy to be imported

    return fast.train(X, Y, parameters, optimizer, operations=operations, **given)
