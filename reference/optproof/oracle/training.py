"""Training proved: the reference's own source, run on ball arithmetic.

Every number is a ball (midpoint and radius) that is sure to hold the true value of the formulas,
started from the shipped float64 data, initial parameters and hyperparameters, each taken exactly.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import flint
import numpy as np

from .. import fixtures, methods
from ..ball import NotProved
from ..fixtures import half_unit
from ..methods import Epoch
from ..protocol import Array

Arrays = dict[str, Array]

#: Bits to begin with that leave more than a hundred right after 10,000 epochs.
PRECISION = {"gd": 512, "momentum": 512, "adam": 3000}
#: Bits beyond those that a ball still has right: what rounding to them adds to its radius is
#: nothing beside it.
GUARD = 64
#: Epochs after which the parameters are kept.
CHECKPOINTS = (200, 10000)


def balls(array: Array) -> Array:
    """Return `array` as an object array of exact balls."""
    exact = [flint.arb(value) for value in array.reshape(-1).tolist()]
    return np.array(exact, dtype=object).reshape(array.shape)


def certified_epochs(
    optimizer: str,
    epochs: int,
    precision: int,
    after: Epoch | None = None,
    other: dict[str, Callable[..., Any]] | None = None,
) -> Iterator[Epoch]:
    """Train on balls of `precision` bits, from the start or `after` an epoch; yield every epoch.

    As the balls of the parameters grow wider, fewer bits are computed with: those that are right,
    and :data:`GUARD`. A ball is sure at any precision; that it is narrow enough shows in the
    result. Operations of `other` take the place of the reference's own.

    Raises
    ------
    NotProved
        If the sign of a ReLU's argument is not known at this precision.
    """
    flint.ctx.prec = precision
    X, Y, parameters, _ = fixtures.documented_start()
    exact = {**hyperparameters_on_balls(), "num_epochs": epochs, "cost_every": 100}
    start = {k: balls(a) for k, a in parameters.items()}
    if after:
        flint.ctx.prec = min(precision, right_bits(after.parameters) + GUARD)
    for epoch in on_balls(balls(X), Y, start, optimizer, other, after=after, **exact):
        yield epoch
        flint.ctx.prec = min(precision, right_bits(epoch.parameters) + GUARD)


def right_bits(parameters: Arrays) -> int:
    """Return how many bits behind the point every number has right.

    >>> right_bits({"b": np.array([flint.arb(0, 2**-90), flint.arb(7, 2**-100)])})
    89
    """
    radii = (ball.rad().man_exp() for a in parameters.values() for ball in a.reshape(-1))
    bits = (-int(exponent) - int(mantissa).bit_length() for mantissa, exponent in radii if mantissa)
    return max(min(bits, default=flint.ctx.prec), 0)


def on_balls(
    X: Array,
    Y: Array,
    parameters: Arrays,
    optimizer: str,
    other: dict[str, Callable[..., Any]] | None = None,
    **how: Any,
) -> Iterator[Epoch]:
    """Train on the balls that are given, by the reference's loop; insist that ReLUs are decided."""
    decided = {"forward_propagation": decided_forward, **(other or {})}
    operations = replace(methods.Operations(), **decided)
    labels = Y.astype(object)
    yield from methods.train(X, labels, parameters, optimizer, operations=operations, **how)


def hyperparameters_on_balls() -> dict[str, Any]:
    """Return the documented hyperparameters, the real ones as exact balls."""
    hyperparameters = fixtures.documented_start()[3]
    return {k: flint.arb(v) if isinstance(v, float) else v for k, v in hyperparameters.items()}


def decided_forward(X: Array, parameters: Arrays) -> tuple[Array, tuple[Array, ...]]:
    """Run the reference's forward pass, and insist that every ReLU was decided.

    Bare balls take three fifths of the time of :class:`optproof.ball.Ball`, but an undecided
    comparison of them is False, which would silently choose a side.
    """
    a3, caches = methods.forward_propagation(X, parameters)
    for name, z in (("z1", caches[0]), ("z2", caches[4])):
        above(f"the sign of {name}", z, 0)
    return a3, caches


def above(name: str, numbers: Array, threshold: float) -> Array:
    """Return where `numbers` are above `threshold`, and insist that every ball decides it."""
    for index, value in np.ndenumerate(numbers):
        if not (value > threshold or value <= threshold):
            raise NotProved(
                f"{name}{list(index)} = {value.str(10)} is not decided at {flint.ctx.prec} bits",
                f"try --precision {2 * flint.ctx.prec}",
            )
    return np.asarray(numbers > threshold, dtype=bool)


def certify(
    optimizer: str,
    epochs: int,
    precision: int,
    after: Epoch | None = None,
    certificate: dict[str, Any] | None = None,
) -> Iterator[tuple[Epoch, dict[str, Any]]]:
    """Yield the certificate after every 100th and the last epoch; the last one is complete.

    Costs are those that the loop reports (clause TRAIN-4); ``cost_after`` is the mean cost of the
    whole data set with the parameters of a checkpoint. Each number has 30 digits and a radius.
    `after` and `certificate`, as yielded before, go on where an earlier run ended.
    """
    X, Y, _, _ = fixtures.documented_start()
    certificate = certificate or _empty_certificate(optimizer, epochs, precision)
    begun = time.monotonic() - certificate["provenance"]["seconds"]
    for epoch in certified_epochs(optimizer, epochs, precision, after):
        done = epoch.number + 1
        if epoch.number % 100 == 0:
            certificate["costs"][str(epoch.number)] = digits(epoch.cost)
        if done in CHECKPOINTS or done == epochs:
            certificate["checkpoints"][str(done)] = checkpoint(balls(X), Y, epoch.parameters)
        certificate["provenance"]["seconds"] = round(time.monotonic() - begun, 1)
        if epoch.number % 100 == 0 or done == epochs:
            yield epoch, certificate


def _empty_certificate(optimizer: str, epochs: int, precision: int) -> dict[str, Any]:
    return {
        "schema": fixtures.SCHEMA,
        "clauses": ["TRAIN-2", "TRAIN-3", "TRAIN-4", "CERT-1"],
        "provenance": {
            "source": "the reference's own source on ball arithmetic (python-flint arb)",
            "command": f"optproof certify --optimizer {optimizer} --epochs {epochs}",
            "precision": precision,
            "python-flint": flint.__version__,
            "numpy": np.__version__,
            "seconds": 0.0,
        },
        "optimizer": optimizer,
        "epochs": epochs,
        "costs": {},
        "checkpoints": {},
    }


def checkpoint(X: Array, Y: Array, parameters: Arrays) -> dict[str, Any]:
    """Return the parameters, and the cost and accuracy that they give on the whole data set."""
    a3, _ = decided_forward(X, parameters)
    right = int((above("the prediction ", a3, 0.5) == Y).sum())
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


def verify_training(epochs: int = 200) -> dict[str, list[str]]:
    """Prove the first `epochs` of each optimizer again and hold the stored digits against it.

    Also holds every documented cost against the stored certificate.

    Returns
    -------
    dict of list of str
        By optimizer, what is wrong; empty where all is proved.
    """
    documented = fixtures.load("training/documented.json")["runs"]
    problems = {}
    for optimizer in methods.OPTIMIZERS:
        stored = fixtures.load(f"training/certified-{optimizer}.json")
        *_, (_, again) = certify(optimizer, epochs, PRECISION[optimizer])
        problems[optimizer] = [
            *_disagreements(stored, again, epochs),
            *(
                f"the document's cost of epoch {epoch}, {printed}, is not the certified one rounded"
                for epoch, printed in documented[optimizer]["costs"].items()
                if not rounds_to(stored["costs"][epoch], printed)
            ),
        ]
    return problems


def _disagreements(stored: dict[str, Any], again: dict[str, Any], epochs: int) -> Iterator[str]:
    for epoch, number in again["costs"].items():
        if not agree(stored["costs"][epoch], number):
            yield f"the stored cost of epoch {epoch} is not the one proved again"
    at_end, proved = (c["checkpoints"].get(str(epochs)) for c in (stored, again))
    if at_end is None:
        return
    pairs = [("cost_after", at_end["cost_after"], proved["cost_after"])]
    for name, tensor in proved["parameters"].items():
        pairs += zip(
            [name] * len(tensor["digits"]), at_end["parameters"][name]["digits"], tensor["digits"]
        )
    for name in dict.fromkeys(n for n, a, b in pairs if not agree(a, b)):
        yield f"the stored {name} after {epochs} epochs is not the one proved again"
    if at_end["right_of_300"] != proved["right_of_300"]:
        yield f"the stored accuracy after {epochs} epochs is not the one proved again"


def agree(stored: list[str], proved: list[str]) -> bool:
    """Whether two certified numbers overlap, and print the same digits.

    >>> agree(["0.25", "1e-3"], ["0.25", "0"]), agree(["0.25", "1e-3"], ["0.26", "1e-3"])
    (True, False)
    """
    (a, a_radius), (b, b_radius) = ([Decimal(part) for part in n] for n in (stored, proved))
    # The last of 30 digits may go either way between versions of the library.
    last = Decimal(1).scaleb(max(a.adjusted(), b.adjusted()) - 29)
    return abs(a - b) <= min(a_radius + b_radius, last)


def rounds_to(certified: list[str], printed: str) -> bool:
    """Whether every number within a certified radius rounds to the printed digits.

    >>> rounds_to(["0.7024046849", "1e-10"], "0.702405"), rounds_to(["0.7024", "1e-3"], "0.7024")
    (True, False)
    """
    middle, radius = (Decimal(part) for part in certified)
    return abs(middle - Decimal(printed)) + radius < Decimal(half_unit(printed))
