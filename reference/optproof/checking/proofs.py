"""An implementation run on balls, so that rounding is out of the question (extra ``certify``).

Its functions get object arrays of balls in place of floats: numbers with a radius that is sure to
hold the true value. Where its answer and the reference's share no number, it is proved to compute
something else; where they agree to hundreds of digits, it is proved to compute the same for this
input. No tolerance is involved.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from .. import methods
from ..conversation.session import Session
from ..deviations import PIPELINES
from ..errors import CallError, OptproofError
from ..fixtures import Case
from ..judging.judge import Finding
from ..judging.operation import as_operation
from ..judging.report import DEVIATION, NOT_IMPLEMENTED, NOT_RUN, PASS, Result
from ..operations import OPERATIONS, TRAINING_COMMON, TRAINING_OWN
from ..oracle.training import certified_epochs
from ..protocol import Array
from ..worker.exact import Named, decode, encode, on_balls, set_precision
from .trainings import Training, train_once

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


def run_case(session: Session, case: Case, variants: dict[str, str]) -> Result:
    """Ask for one operation on balls and prove that its answer is the right one, or is not.

    Right is what the reference answers, or the declared variant of the operation.
    """
    result = Result(case.id, case.operation, case.clauses, PASS)
    if case.operation not in session.greeting["operations"]:
        return replace(result, status=NOT_IMPLEMENTED, message=f"it has no {case.operation}")
    set_precision(PRECISION)
    arguments = case.arguments()
    right = _right(case.operation, variants)(**on_balls(arguments))
    names = OPERATIONS[case.operation].results
    right = dict(zip(names, right if len(names) > 1 else [right]))
    return _judge(
        session,
        result,
        decode(encode(right)),
        lambda: session.call(case.operation, case.id, {**arguments, "exact": PRECISION}),
    )


def _right(operation: str, variants: dict[str, str]) -> Callable[..., Any]:
    if operation in variants:
        return as_operation(PIPELINES[operation], variants[operation])
    return getattr(methods, operation)  # type: ignore[no-any-return]


def run_training(session: Session, training: Training, variants: dict[str, str]) -> Result:
    """Train on balls and prove that the parameters are the right ones, or are not."""
    result = Result(training.id, training.operation, training.clauses, PASS)
    used = (*TRAINING_COMMON, *TRAINING_OWN[training.optimizer])
    other = {name: _right(name, variants) for name in used if name in variants}
    try:
        *_, epoch = certified_epochs(training.optimizer, training.epochs, PRECISION, other=other)
    except OptproofError as error:
        return replace(result, status=NOT_RUN, message=error.what)
    right = decode(encode(epoch.parameters))
    found = _judge(session, result, right, lambda: train_once(session, training, exact=PRECISION))
    update = f"update_parameters_with_{training.optimizer}"
    has = session.greeting["operations"]
    if found.status == NOT_IMPLEMENTED and {"model", "train", update} <= set(has):
        note = f"its model: {found.message}; optproof's loop trained with its operations"
        result = replace(result, notes=(note,))

        def in_loop() -> Any:
            return train_once(session, training, exact=PRECISION, in_loop=True)

        found = _judge(session, result, right, in_loop)
    return found


def _judge(session: Session, result: Result, right: Named, ask: Any) -> Result:
    begun = time.monotonic()
    if "exact" not in session.greeting["accepts"]:
        message = "it cannot run on exact numbers: it is no Python implementation"
        return replace(result, status=NOT_IMPLEMENTED, message=message)
    try:
        answer = decode(ask()["value"])
    except CallError as error:
        return replace(result, status=error.status, message=error.what, hint=error.hint)
    findings, radius = [], 0.0
    for name, want in right.items():
        if name in answer:
            finding, largest = _compare(name, want, answer[name])
            findings += [finding] if finding else []
            radius = max(radius, largest)
        elif not name.startswith(("dz", "da", "caches")):
            findings.append(Finding(name, "is missing"))
    result = replace(result, seconds=time.monotonic() - begun)
    if findings:
        what = ", ".join(f.tensor for f in findings[:6])
        message = f"proved to be another formula, in {what}"
        return replace(result, status=DEVIATION, message=message, findings=tuple(findings))
    if not radius < DECIDED:
        message = f"nothing is proved: at {PRECISION} bits numbers have a radius of {radius:.0e}"
        return replace(result, status=NOT_RUN, message=message)
    digits = -round(np.log10(max(radius, 1e-290)))
    return replace(result, notes=(*result.notes, f"proved: equal to {digits} digits"))


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


def selected(cases: list[Case]) -> Iterator[Case]:
    """Yield the cases of which something can be proved: rounded, and of finite numbers."""
    for case in cases:
        if case.operation in ROUNDED and not _has_nonfinite(case.inputs):
            yield case


def _has_nonfinite(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_nonfinite, value.values()))
    if isinstance(value, list):
        return any(map(_has_nonfinite, value))
    return value in ("NaN", "Infinity", "-Infinity")
