"""An implementation run on balls, so that rounding is out of the question (extra ``certify``).

Its functions get object arrays of balls in place of floats: numbers with a radius that is sure to
hold the true value. Where its answer and the reference's share no number, it is proved to compute
something else; where they agree to hundreds of digits, it is proved to compute the same for this
input. No tolerance is involved.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .. import methods
from ..deviations import PIPELINES
from ..errors import CallError, OptproofError
from ..judging.judge import Finding
from ..judging.operation import as_operation
from ..judging.report import DEVIATION, NOT_IMPLEMENTED, NOT_RUN, Result
from ..operations import OPERATIONS, TRAINING_COMMON, TRAINING_OWN
from ..oracle.training import certified_epochs
from ..protocol import Array
from ..worker.exact import Named, decode, encode, on_balls, set_precision
from .cases import Put
from .jobs import Job, Run
from .trainings import Train, train_once

#: Bits of every ball: enough to decide 200 epochs with hundreds of digits to spare.
PRECISION = 1000
#: The operations in which numbers are rounded. The others draw, cut, count or compare.
ROUNDED = frozenset(f"update_parameters_with_{name}" for name in methods.OPTIMIZERS) | {
    "forward_propagation",
    "compute_cost",
    "backward_propagation",
}
#: Balls that overlap with a larger relative radius than this prove nothing.
DECIDED = 1e-50


def jobs(others: Iterable[Job]) -> list[Job]:
    """Return proofs in the place of other jobs: of which something can be proved."""
    proofs: list[Job] = []
    for job in others:
        if isinstance(job, Put) and job.operation in ROUNDED:
            if not _has_nonfinite(job.case.inputs):
                proofs.append(ProveCase(**vars(job)))
        elif type(job) is Train:
            proofs.append(ProveTraining(**vars(job)))
    return proofs


@dataclass(frozen=True)
class ProveCase(Put):
    """Ask for one operation on balls and prove that its answer is the right one, or is not.

    Right is what the reference answers, or the declared variant of the operation.
    """

    def left_out(self, here: Run) -> Result | None:
        """Return that it has no such operation."""
        why = f"it has no {self.operation}"
        return None if self.operation in here.has else self.result(NOT_IMPLEMENTED, why)

    def run(self, here: Run) -> Result:
        """Ask, and compare."""
        set_precision(PRECISION)
        arguments = self.case.arguments()
        right = _right(self.operation, here.variants)(**on_balls(arguments))
        names = OPERATIONS[self.operation].results
        right = dict(zip(names, right if len(names) > 1 else [right]))
        session, given = here.session, {**arguments, "exact": PRECISION}
        return _judge(
            self, here, decode(encode(right)), lambda: session.call(self.operation, self.id, given)
        )


def _right(operation: str, variants: dict[str, str]) -> Callable[..., Any]:
    if operation in variants:
        return as_operation(PIPELINES[operation], variants[operation])
    return getattr(methods, operation)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class ProveTraining(Train):
    """Train on balls and prove that the parameters are the right ones, or are not."""

    @property
    def is_long(self) -> bool:
        """Never: the precision is one for all."""
        return False

    def left_out(self, here: Run) -> Result | None:
        """Whatever else was found, it is run."""
        return None

    def run(self, here: Run) -> Result:
        """Train, and compare; by its operations, where its model cannot be run so."""
        optimizer, epochs = self.training.optimizer, self.training.epochs
        used = (*TRAINING_COMMON, *TRAINING_OWN[optimizer])
        other = {name: _right(name, here.variants) for name in used if name in here.variants}
        try:
            *_, epoch = certified_epochs(optimizer, epochs, PRECISION, other=other)
        except OptproofError as error:
            return self.result(NOT_RUN, error.what)
        right = decode(encode(epoch.parameters))

        def train(**how: Any) -> Any:
            return train_once(here.session, self.training, exact=PRECISION, **how)

        found = _judge(self, here, right, train)
        if found.status == NOT_IMPLEMENTED and {"model", "train", used[-1]} <= here.has:
            note = f"its model: {found.message}; optproof's loop trained with its operations"
            found = _judge(self, here, right, lambda: train(in_loop=True))
            return replace(found, notes=(note, *found.notes))
        return found


def _judge(job: Job, here: Run, right: Named, ask: Callable[[], Any]) -> Result:
    begun = time.monotonic()
    if "exact" not in here.session.greeting["accepts"]:
        return job.result(
            NOT_IMPLEMENTED, "it cannot run on exact numbers: it is no Python implementation"
        )
    try:
        answer = decode(ask()["value"])
    except CallError as error:
        return job.result(error.status, error.what, hint=error.hint)
    findings, radius = [], 0.0
    for name, want in right.items():
        if name in answer:
            finding, largest = _compare(name, want, answer[name])
            findings += [finding] if finding else []
            radius = max(radius, largest)
        elif not name.startswith(("dz", "da", "caches")):
            findings.append(Finding(name, "is missing"))
    seconds = time.monotonic() - begun
    if findings:
        message = f"proved to be another formula, in {', '.join(f.tensor for f in findings[:6])}"
        return job.result(DEVIATION, message, findings=tuple(findings), seconds=seconds)
    if not radius < DECIDED:
        message = f"nothing is proved: at {PRECISION} bits numbers have a radius of {radius:.0e}"
        return job.result(NOT_RUN, message, seconds=seconds)
    digits = -round(np.log10(max(radius, 1e-290)))
    return job.result(notes=(f"proved: equal to {digits} digits",), seconds=seconds)


def _compare(name: str, want: Array, got: Array) -> tuple[Finding | None, float]:
    """Return where two tensors share no number, and the largest relative radius."""
    if want.shape != got.shape:
        return Finding(name, "wrong shape", None, str(want.shape), str(got.shape)), 0.0
    largest = 0.0
    for index in np.ndindex(want.shape):
        a, b = want[index], got[index]  # type: Any, Any
        if not a.overlaps(b):
            text = (a.str(20, radius=False), b.str(20, radius=False))
            message = "provably not the same number"
            return Finding(name, message, index, *text, float(abs(a - b).mid())), 0.0
        radius = float((a.rad() + b.rad()).mid())
        largest = max(largest, radius / max(float(abs(a).mid()), 1e-300) if radius else 0.0)
    return None, largest


def _has_nonfinite(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_nonfinite, value.values()))
    if isinstance(value, list):
        return any(map(_has_nonfinite, value))
    return value in ("NaN", "Infinity", "-Infinity")
