"""Which cost an implementation prints, where it is not the document's (clauses TRAIN-4, ERR-3)."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from . import fixtures, methods
from .fixtures import half_unit
from .methods.training import OPERATIONS
from .protocol import Array

CONVENTIONS = {
    "cost.last-batch": "the mean of the epoch's last batch, as in the document before v1a",
    "cost.sum-of-means": "the sum of the means of the batches, in place of total / m",
    "cost.mean-of-means": "the mean of the means of the batches, in place of total / m",
}


def costs(optimizer: str, epochs: int) -> Iterator[dict[str, float]]:
    """Train the reference; yield each epoch's cost by the name of the convention."""
    X, Y, parameters, _ = fixtures.documented_start()
    means: list[float] = []
    operations = copy.copy(OPERATIONS)

    def compute_cost(a3: Array, Y: Array) -> float:
        total = float(methods.compute_cost(a3, Y))
        means.append(total / Y.shape[-1])
        return total

    operations.compute_cost = compute_cost
    for _ in methods.train(X, Y, parameters, optimizer, num_epochs=epochs, operations=operations):
        figures = means[-1], sum(means), sum(means) / len(means)
        yield dict(zip(CONVENTIONS, figures))
        means.clear()


def convention(optimizer: str, printed: dict[int, str], slack: float) -> str:
    """Say which convention gives every printed cost; nothing if none does.

    Parameters
    ----------
    optimizer : str
    printed : dict of int to str
        Costs by epoch, as printed.
    slack : float
        Allowed beside half a unit of the last printed digit.
    """
    names = set(CONVENTIONS if printed else ())
    for epoch, by_name in enumerate(costs(optimizer, max(printed, default=-1) + 1)):
        if epoch in printed:
            names = {n for n in names if _prints(by_name[n], printed[epoch], slack)}
    found = [f"{name}, {CONVENTIONS[name]}" for name in CONVENTIONS if name in names]
    return f": this is {' or '.join(found)}" if found else ""


def _prints(cost: float, printed: str, slack: float) -> bool:
    try:
        return abs(cost - float(printed)) <= half_unit(printed) * (1 + 1e-9) + slack
    except (ArithmeticError, ValueError):  # not a number
        return False
