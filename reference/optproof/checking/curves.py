"""The costs of a training, watched once more beside the reference's, for pages and figures."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from math import isfinite

from .. import fast, fixtures
from ..conversation import Launch, python_target
from ..conversation.python import BUILT_IN
from ..errors import OptproofError
from ..judging.report import DEVIATION, NOT_RUN, Curve, Report, Result
from ..operations import LEVELS, OPTIMIZERS
from ..protocol import Array, decode
from .trace import Side, trace
from .trainings import Training

TIMEOUT = 10.0


def with_curves(
    report: Report, launch: Launch, level: str | None = None, timeout: float = TIMEOUT
) -> Report:
    """Return the report with the curve of each training that deviates, or uses what deviates.

    A training that cannot be watched has none: what is wrong with it is in the report.
    """
    curves = []
    for result in report.results if launch.command and not report.interrupted else ():
        if deviates(result):
            with suppress(OptproofError):
                curves.append(curve(launch, result, level, timeout))
    return replace(report, curves=tuple(curves))


def of_training(result: Result) -> bool:
    """Whether a result is of one of the document's trainings, and not of a small one."""
    family, _, optimizer = result.id.partition("/")
    return family == "training" and optimizer in OPTIMIZERS


def deviates(result: Result) -> bool:
    """Whether a result is of a training that deviates, or was left out since it would."""
    if not of_training(result):
        return False
    left_out = result.status == NOT_RUN and "already deviates" in result.message
    return result.status == DEVIATION or left_out


def curve(launch: Launch, result: Result, level: str | None, timeout: float) -> Curve:
    """Train target and reference, and return their costs and where they part."""
    training = training_of(result, level)
    yours, _ = watched(launch, training, timeout)
    reference, _ = reference_run(training)
    by_epoch = len(yours) == training.epochs or not all(map(isfinite, yours.values()))
    if not by_epoch:  # of other batches, or more: nobody can tell where an epoch ends
        yours = {}
    parts = parting(launch, result, training, timeout)
    return Curve(result.id, tuple(yours.items()), tuple(reference.items()), parts)


def training_of(result: Result, level: str | None) -> Training:
    """Return the training that a result is of, at a level."""
    return Training(result.id.rpartition("/")[2], LEVELS[level or "short"])


def parting(launch: Launch, result: Result, training: Training, timeout: float) -> int | None:
    """Return the epoch of the first divergence, as it was found, or is found now."""
    texts = (f.message for f in result.findings if f.tensor == "first divergence")
    if found := re.search(r"epoch (\d+)", next(texts, "")):
        return int(found[1])
    if result.status != NOT_RUN:
        return None
    parted = trace(launch, python_target(BUILT_IN, memory=0), training, timeout)
    return parted.epoch if parted else None


def watched(
    launch: Launch, training: Training, timeout: float = TIMEOUT
) -> tuple[dict[int, float], dict[str, Array]]:
    """Train, and return its cost by epoch and the last parameters.

    No costs where its model calls none of its own functions by name: nobody can look inside.

    Raises
    ------
    CallError, TargetError
    """
    size = fixtures.documented_start()[1].size
    side, last, costs = Side(launch, training, timeout), None, {}
    try:
        for last in side.events([]):
            if last["total"]:
                costs[last["epoch"]] = float(last["total"]) / size
        ended = decode(last["parameters"]) if last else side.after(training.epochs)
    finally:
        side.end()
    return costs, ended


def reference_run(training: Training) -> tuple[dict[int, float], dict[str, Array]]:
    """Return the same of the reference."""
    X, Y, parameters, _ = fixtures.documented_start()
    epochs = fast.train(X, Y, parameters, training.optimizer, num_epochs=training.epochs)
    costs = {}
    for epoch in epochs:
        costs[epoch.number] = float(epoch.cost)
    return costs, epoch.parameters
