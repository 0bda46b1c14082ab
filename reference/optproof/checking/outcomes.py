"""What a training must print and return (clauses TRAIN-7 and TRAIN-9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import fixtures, methods
from ..deviations import PIPELINES
from ..deviations.training import train
from ..fixtures import Expected, half_unit
from ..judging.judge import UNIT_ROUNDOFF, Finding, compare
from ..judging.operation import as_operation
from ..protocol import Array


@dataclass(frozen=True)
class Outcome:
    """What a training must print and return.

    Parameters
    ----------
    costs : dict of int to (str, float)
        By epoch: the digits, and how far a printed cost may be from them in float64.
    parameters : dict of arrays
    cost : str
        That the parameters give on the whole data set.
    right : int
        How many of the 300 examples they label right.
    """

    costs: dict[int, tuple[str, float]]
    parameters: dict[str, Array]
    cost: str
    right: int


def outcome_of(optimizer: str, epochs: int, variants: dict[str, str]) -> Outcome:
    """Return what a documented training must come to, or one with a declared variant in it.

    The document's is proved. A variant's comes from the reference's loop in float64, with the
    variant's formula in the operation's place: training is stable, so that the same tolerance
    serves (TRAIN-7).
    """
    if variants:
        return _varied(optimizer, epochs, variants)
    printed = fixtures.documented().costs[optimizer]
    costs = {e: (digits, half_unit(digits)) for e, digits in printed.items() if e < epochs}
    reached = fixtures.certificate(optimizer).checkpoints[epochs]
    return Outcome(costs, reached.parameters, reached.cost, reached.right)


def put_in(variants: dict[str, str]) -> dict[str, Callable[..., Any]]:
    """Return the operations that turn the reference's loop into one with these variants."""
    return {n: as_operation(PIPELINES[n], variant) for n, variant in variants.items()}


def _varied(optimizer: str, epochs: int, variants: dict[str, str]) -> Outcome:
    costs = {}
    for epoch in train(optimizer, epochs, put_in(variants)):
        if epoch.number % 1000 == 0:
            costs[epoch.number] = (f"{epoch.cost:.9f}", half_unit("0.000001"))
    cost, right = outcome(epoch.parameters)
    return Outcome(costs, epoch.parameters, repr(float(cost)), int(right))


def judge_training(
    wanted: Outcome,
    bounds: tuple[float, float],
    parameters: dict[str, Array],
    printed: dict[int, str],
    dtype: str,
) -> list[Finding]:
    """Compare printed costs with the document's, parameters and their cost with what is proved.

    `bounds` are the largest errors of a cost and of a parameter.
    """
    findings = judge_costs(wanted.costs, printed, bounds[0])
    wrong = judge_parameters(wanted.parameters, bounds[1], parameters, dtype)
    findings += wrong
    if not any(f.index is None for f in wrong):
        findings += _recomputed(parameters, wanted, bounds[0], dtype)
    return findings


def judge_costs(
    wanted: dict[int, tuple[str, float]], printed: dict[int, str], bound: float
) -> list[Finding]:
    """Compare what is printed, if anything is, with what must be."""
    findings = []
    for epoch, (digits, slack) in wanted.items():
        if epoch in printed:
            findings += _compare_cost(epoch, digits, printed[epoch], slack + bound)
    missing = [str(epoch) for epoch in wanted if epoch not in printed]
    if printed and missing:
        where = ", ".join(missing)
        findings.append(Finding("printed cost", f"no cost printed at epoch {where}"))
    return findings


def judge_parameters(
    wanted: dict[str, Array], bound: float, parameters: dict[str, Array], dtype: str
) -> list[Finding]:
    """Compare parameters with what they must be, each within `bound`."""
    bound *= UNIT_ROUNDOFF["float64"] / UNIT_ROUNDOFF[dtype]  # which compare() multiplies by
    expected = {
        name: Expected("float64", a.shape, a, np.full(a.shape, bound), (0,) * a.ndim)
        for name, a in wanted.items()
    }
    return compare(expected, parameters, dtype)


def _compare_cost(epoch: int, digits: str, got: str, bound: float) -> list[Finding]:
    try:
        difference = abs(float(got) - float(digits))
    except ValueError:
        difference = float("nan")
    if difference <= bound:
        return []
    message = f"the cost of epoch {epoch} is off"
    return [Finding("printed cost", message, (epoch,), digits, got, difference)]


def _recomputed(
    parameters: dict[str, Array], wanted: Outcome, bound: float, dtype: str
) -> list[Finding]:
    """Judge the cost and the accuracy that the returned parameters give on the data."""
    cost, right = map(float, outcome(parameters))
    off = abs(cost - float(wanted.cost))
    findings = []
    if not off <= bound:
        message = "the cost of the returned parameters is off"
        findings.append(Finding("cost", message, (), wanted.cost, repr(cost), off))
    if right != wanted.right and dtype == "float64":
        expected = f"{wanted.right} of 300 right"
        findings.append(Finding("accuracy", "is off", (), expected, f"{right:.0f} of 300 right"))
    return findings


def outcome(parameters: dict[str, Array]) -> tuple[Any, Any]:
    """Return the cost on the whole data set, and how many examples are right; for each replica."""
    X, Y, _, _ = fixtures.documented_start()
    with np.errstate(all="ignore"):  # one that diverged has no numbers any more
        a3, _ = methods.forward_propagation(X, {k: a.astype(float) for k, a in parameters.items()})
        cost = methods.compute_cost(a3, Y) / Y.size
    return cost, ((a3 > 0.5) == Y).sum(axis=(-2, -1))


def in_dtype(X: Array, Y: Array, dtype: str) -> dict[str, Array]:
    """Return data as an implementation of this dtype gets them.

    Whole-numbered labels would turn float32 into float64; in float64 they are the document's.
    """
    return {"X": X.astype(dtype), "Y": Y if dtype == "float64" else Y.astype(dtype)}
