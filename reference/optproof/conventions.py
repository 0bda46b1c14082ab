"""Which cost an implementation prints, where it is not the document's (clauses TRAIN-4, ERR-3)."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from . import fixtures, methods
from .fixtures import half_unit
from .methods.training import OPERATIONS
from .protocol import Array, decode


def costs(optimizer: str, epochs: int) -> Iterator[dict[str, float]]:
    """Train the reference; yield each epoch's cost by the name of the convention.

    ``cost-last-batch`` is the mean of the last batch, as the document had it before v1a;
    ``cost-sum-of-means`` the sum of the means of the batches; ``cost-mean-of-means`` that divided
    by their number.
    """
    moons, documented = (
        fixtures.load("training/moons.json"),
        fixtures.load("training/documented.json"),
    )
    means: list[float] = []
    operations = copy.copy(OPERATIONS)

    def compute_cost(a3: Array, Y: Array) -> float:
        total = float(methods.compute_cost(a3, Y))
        means.append(total / Y.shape[-1])
        return total

    operations.compute_cost = compute_cost
    for _ in methods.train(
        decode(moons["X"]),
        decode(moons["Y"]),
        decode(documented["initial_parameters"]),
        optimizer,
        num_epochs=epochs,
        operations=operations,
    ):
        yield {
            "cost-last-batch": means[-1],
            "cost-sum-of-means": sum(means),
            "cost-mean-of-means": sum(means) / len(means),
        }
        means.clear()


def convention(optimizer: str, printed: dict[int, str], slack: float) -> tuple[str, ...]:
    """Return the names of the conventions that give every printed cost.

    Parameters
    ----------
    optimizer : str
    printed : dict of int to str
        Costs by epoch, as printed.
    slack : float
        Allowed beside half a unit of the last printed digit.
    """
    names: set[str] | None = None
    for epoch, by_name in enumerate(costs(optimizer, max(printed, default=-1) + 1)):
        if epoch in printed:
            fits = {n for n, cost in by_name.items() if _prints(cost, printed[epoch], slack)}
            names = fits if names is None else names & fits
            if not names:
                return ()
    return tuple(sorted(names or ()))


def _prints(cost: float, printed: str, slack: float) -> bool:
    try:
        return abs(cost - float(printed)) <= half_unit(printed) * (1 + 1e-9) + slack
    except ArithmeticError:  # not a number
        return False
