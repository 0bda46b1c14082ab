"""Training proved: the reference's own source, run on ball arithmetic.

Every number is a ball (midpoint and radius) that is sure to hold the true value of the formulas,
started from the shipped float64 data, initial parameters and hyperparameters, each taken exactly.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import flint
import numpy as np

from .. import fixtures, methods
from ..errors import OptproofError
from ..methods.training import OPERATIONS, Epoch
from ..protocol import Array, decode

Arrays = dict[str, Array]

#: Bits of precision that leave hundreds of correct bits after 10,000 epochs.
PRECISION = {"gd": 512, "momentum": 512, "adam": 3000}
#: Epochs after which the parameters are kept.
CHECKPOINTS = (200, 10000)


class Undecided(OptproofError):
    """A ball holds both sides of a decision, so that nothing is proved from here on."""


def balls(array: Array) -> Array:
    """Return `array` as an object array of exact balls."""
    exact = [flint.arb(value) for value in array.reshape(-1).tolist()]
    return np.array(exact, dtype=object).reshape(array.shape)


def certified_epochs(optimizer: str, epochs: int, precision: int) -> Iterator[Epoch]:
    """Train on balls of `precision` bits and yield every epoch.

    Raises
    ------
    Undecided
        If the sign of a ReLU's argument is not known at this precision.
    """
    flint.ctx.prec = precision
    X, Y, parameters, hyperparameters = documented_start()
    exact: dict[str, Any] = {
        k: flint.arb(v) if isinstance(v, float) else v for k, v in hyperparameters.items()
    }
    exact["num_epochs"] = epochs
    operations = SimpleNamespace(**{**vars(OPERATIONS), "forward_propagation": decided_forward})
    yield from methods.train(
        balls(X),
        Y.astype(object),
        {k: balls(a) for k, a in parameters.items()},
        optimizer,
        operations=operations,
        **exact,
    )


def documented_start() -> tuple[Array, Array, Arrays, dict[str, Any]]:
    """Return X, Y, initial parameters and hyperparameters as the fixtures ship them."""
    moons, documented = (
        fixtures.load("training/moons.json"),
        fixtures.load("training/documented.json"),
    )
    return (
        decode(moons["X"]),
        decode(moons["Y"]),
        decode(documented["initial_parameters"]),
        dict(documented["hyperparameters"]),
    )


def decided_forward(X: Array, parameters: Arrays) -> tuple[Array, tuple[Array, ...]]:
    """Run the reference's forward pass, and insist that every ReLU was decided.

    An undecided comparison is False in python-flint, which would silently choose a side.
    """
    a3, caches = methods.forward_propagation(X, parameters)
    for name, z in (("z1", caches[0]), ("z2", caches[4])):
        _insist(name, z)
    return a3, caches


def _insist(name: str, z: Array) -> None:
    for index, value in np.ndenumerate(z):
        if not (value > 0 or value <= 0):
            raise Undecided(
                f"the sign of {name}{list(index)} = {value.str(10)} is not decided at "
                f"{flint.ctx.prec} bits",
                f"try --precision {2 * flint.ctx.prec}",
            )


def certify(optimizer: str, epochs: int, precision: int) -> Iterator[dict[str, Any]]:
    """Yield the certificate after every 100th and the last epoch; the last one is complete.

    Costs are those that the loop reports (clause TRAIN-4); ``cost_after`` is the mean cost of the
    whole data set with the parameters of a checkpoint. Each number has 30 digits and a radius.
    """
    X, Y, _, _ = documented_start()
    begun = time.monotonic()
    certificate: dict[str, Any] = {
        "schema": fixtures.SCHEMA,
        "clauses": ["TRAIN-2", "TRAIN-3", "TRAIN-4", "CERT-1"],
        "provenance": {
            "source": "the reference's own source on ball arithmetic (python-flint arb)",
            "command": f"optproof certify --optimizer {optimizer} --epochs {epochs}",
            "precision": precision,
            "python-flint": flint.__version__,
            "numpy": np.__version__,
        },
        "optimizer": optimizer,
        "epochs": epochs,
        "costs": {},
        "checkpoints": {},
    }
    for epoch in certified_epochs(optimizer, epochs, precision):
        done = epoch.number + 1
        if epoch.number % 100 == 0:
            certificate["costs"][str(epoch.number)] = digits(epoch.cost)
        if done in CHECKPOINTS or done == epochs:
            certificate["checkpoints"][str(done)] = checkpoint(balls(X), Y, epoch.parameters)
        certificate["provenance"]["seconds"] = round(time.monotonic() - begun, 1)
        if epoch.number % 100 == 0 or done == epochs:
            yield certificate


def checkpoint(X: Array, Y: Array, parameters: Arrays) -> dict[str, Any]:
    """Return the parameters, and the cost and accuracy that they give on the whole data set."""
    a3, _ = decided_forward(X, parameters)
    labels = []
    for index, value in np.ndenumerate(a3):
        if not (value > 0.5 or value <= 0.5):
            raise Undecided(f"the prediction {list(index)} is not decided", "try more --precision")
        labels.append(bool(value > 0.5))
    right = int((np.array(labels) == Y.reshape(-1)).sum())
    return {
        "cost_after": digits(methods.compute_cost(a3, Y.astype(object)) / Y.size),
        "right_of_300": right,
        "parameters": {
            k: {"shape": list(a.shape), "digits": [digits(v) for v in a.reshape(-1)]}
            for k, a in parameters.items()
        },
    }


def digits(ball: Any) -> list[str]:
    """Return 30 digits of a ball and a radius that covers the ball and the rounding to 30 digits.

    >>> digits(flint.arb(1) / 3)
    ['0.333333333333333333333333333333', '3.34e-31']
    """
    middle, _, radius = ball.str(30).strip("[]").partition(" +/- ")
    return [middle, radius or "0"]
