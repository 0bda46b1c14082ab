"""What an implementation computes under this NumPy: how far off it is, and a hash of its bits."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from .. import fast, fixtures, methods
from ..checking.check import check
from ..checking.outcomes import outcome_of
from ..checking.trainings import FLOAT64
from ..checking.trajectories import OWN_FORM, as_offered
from ..conversation import Launch
from ..conversation.session import Session
from ..fixtures import Expected, load_trajectories
from ..formats import FORMATS
from ..judging.judge import flatten
from ..judging.report import ABSENT, DEVIATION, PASS, Report
from ..judging.trajectories import flatten_steps, named
from ..operations import LEVELS, STEPS
from ..protocol import Answer, Array, Json
from ..settings.variants import declared_variants, under
from .records import Quantity, Record

Pairs = list[tuple[Array, Array]]  # what came back, and what is expected


class Recording(Session):
    """A session that keeps the last answer to everything it asks."""

    def __init__(self, launch: Launch, timeout: float) -> None:
        super().__init__(launch, timeout)
        self.answers: dict[tuple[str, str], Any] = {}

    def call(self, operation: str, case_id: str, arguments: Json, **how: Any) -> Answer:
        """Call, and keep the value."""
        answer = super().call(operation, case_id, arguments, **how)
        self.answers[operation, case_id] = answer.value
        return answer


def measure(
    launch: Launch, training: str = "short", timeout: float = 10.0
) -> tuple[Record, Report, str]:
    """Check an implementation, and measure its answers.

    Parameters
    ----------
    launch : Launch
    training : {"none", "short"}
        Of the reference it is always all 10,000 epochs, with their costs.
    timeout : float
        As of :func:`.check`.

    Returns
    -------
    record, report, environment
        The record has a quantity for each operation, optimizer and training that answered. The
        environment is the version of its NumPy, or what it calls its language.
    """
    session = Recording(launch, timeout)
    is_reference = launch.name == "reference"
    report = check(session, training="none" if is_reference else training)
    record: Record = {}
    for name, pairs in _answered(session, report):
        record[name] = quantity(pairs, _is_within(report, name), report.dtype)
    for optimizer in methods.OPTIMIZERS if is_reference else ():
        record.update(_of_reference(optimizer))
    language = str(session.greeting["language"])
    numpy = re.search(r"NumPy (\S+)", language)
    return record, report, numpy[1] if numpy else language


def quantity(pairs: Pairs, within: bool, dtype: str = "float64") -> Quantity:
    """Return the largest error of these tensors, and hashes of all bits."""
    found, expected, worst = hashlib.sha256(), hashlib.sha256(), 0.0
    for got, want in pairs:
        found.update(np.ascontiguousarray(got).tobytes())
        expected.update(np.ascontiguousarray(want).tobytes())
        worst = max(worst, ulps(got, want, dtype))
    return {
        "ulps": worst,
        "within": within,
        "bits": found.hexdigest()[:16],
        "expected": expected.hexdigest()[:16],
    }


def ulps(got: Array, want: Array, dtype: str = "float64") -> float:
    """Return the largest error, in units in the last place of the largest number of `want`.

    0 where that number is so small that it has fewer digits than others.
    """
    own, double = FORMATS[dtype], FORMATS["float64"]
    largest = np.max(np.abs(want), initial=0.0)
    if largest < own.smallest_normal / own.unit_roundoff:
        return 0.0
    unit = np.spacing(largest) * (own.unit_roundoff / double.unit_roundoff)
    worst = float(np.max(np.abs(got.astype(float) - want)) / unit)
    return worst if np.isfinite(worst) else sys.float_info.max


def _answered(session: Recording, report: Report) -> Iterator[tuple[str, Pairs]]:
    """Yield the operations, optimizers and trainings that answered, with their answers."""
    declared = declared_variants(report.variants)
    judged = {r.id for r in report.results if r.status in (PASS, DEVIATION)}
    for file in fixtures.load_cases():
        cases = [
            c for c in file.cases if c.id in judged and (file.operation, c.id) in session.answers
        ]
        if file.path.startswith("vectors/") and cases:
            yield (
                file.operation,
                [
                    pair
                    for case in cases
                    for pair in _pairs(
                        under(declared, case).expected,
                        flatten(case.operation, session.answers[case.operation, case.id]),
                    )
                ],
            )
    for optimizer, offered in session.greeting["optimizers"].items():
        if pairs := _of_optimizer(session, optimizer, offered, judged, declared):
            yield f"{optimizer} optimizer", pairs
    for optimizer in methods.OPTIMIZERS:
        training, update = f"training/{optimizer}", f"update_parameters_with_{optimizer}"
        trained = [n for n in ("model", "train", update) if (n, training) in session.answers]
        if training in judged and trained:
            variants = {n: v for n, v in declared.items() if n == update}
            wanted = outcome_of(optimizer, LEVELS["short"], variants).parameters
            by = update if trained[0] == update else "model"  # whose results they are
            got = flatten(by, session.answers[trained[0], training])
            yield training, [(got[n], want) for n, want in wanted.items() if n in got]


def _of_optimizer(
    session: Recording,
    optimizer: str,
    offered: dict[str, Any],
    judged: set[str],
    declared: dict[str, str],
) -> Pairs:
    """Return what its trajectories gave, by the form that it follows: the nearer one."""
    of_kind = [t for t in load_trajectories() if t.optimizer == optimizer and t.id in judged]
    own = OWN_FORM.get((offered["framework"], optimizer), "")
    forms = [declared.get(f"update_parameters_with_{optimizer}", ""), *([own] if own else [])]
    by_form: list[Pairs] = []
    for form in forms:
        pairs: Pairs = []
        for trajectory in of_kind:
            used = as_offered(trajectory, offered, form)
            if not isinstance(used, str) and (STEPS, used.id) in session.answers:
                value = session.answers[STEPS, used.id]
                for path in flatten_steps(value, used.count, used.instances):
                    pairs += _pairs(used.expected, named(used, path))
        by_form.append(pairs)
    return min(by_form, key=lambda pairs: quantity(pairs, True, session.greeting["dtype"])["ulps"])


def _pairs(
    expected: dict[str, Expected], answer: dict[str, Array]
) -> Iterator[tuple[Array, Array]]:
    """Yield each tensor of floating-point numbers, or the block of it that is listed."""
    for name, want in expected.items():
        if want.values is not None and want.dtype == "float64" and name in answer:
            block = tuple(slice(s, s + n) for s, n in zip(want.start, want.values.shape))
            if answer[name].shape == want.shape:
                yield answer[name][block], want.values


def _is_within(report: Report, name: str) -> bool:
    """Whether all of this operation, optimizer or training passed, as far as it was asked."""
    own = [r for r in report.results if name in (r.operation, r.id)]
    return all(r.status in (PASS, *ABSENT) for r in own)


def _of_reference(optimizer: str) -> Record:
    """Return the reference's own training, with the cost of every hundredth epoch in full."""
    certified = fixtures.certificate(optimizer)
    X, Y, start, hyperparameters = fixtures.documented_start()
    costs: Pairs = []
    for epoch in fast.train(X, Y, start, optimizer, **hyperparameters, cost_every=100):
        if want := certified.costs.get(epoch.number):
            costs.append((np.array(epoch.cost, float), np.array(float(want))))
    last = certified.checkpoints[hyperparameters["num_epochs"]].parameters
    parameters = [(epoch.parameters[name], want) for name, want in last.items()]
    return {
        f"{optimizer} costs": quantity(costs, _close(costs, FLOAT64[0])),
        f"{optimizer} parameters": quantity(parameters, _close(parameters, FLOAT64[1])),
    }


def _close(pairs: Iterable[tuple[Array, Array]], bound: float) -> bool:
    return all(np.max(np.abs(got - want)) <= bound for got, want in pairs)
