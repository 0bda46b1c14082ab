"""Whole trainings of an implementation, judged by their costs and their final parameters."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .. import fixtures, methods
from ..conversation import python_target
from ..conversation.python import BUILT_IN
from ..conversation.session import Session
from ..deviations.training import FEW, convention, mistaken_loop
from ..errors import CallError, OptproofError
from ..fixtures import Expected, half_unit
from ..judging.judge import UNIT_ROUNDOFF, Finding, compare, flatten
from ..judging.report import (
    ABSENT,
    DEVIATION,
    ERROR,
    NOT_CALLED,
    NOT_IMPLEMENTED,
    NOT_RUN,
    PASS,
    TIMED_OUT,
    Result,
)
from ..operations import LEVELS, TRAINING_COMMON, TRAINING_OWN
from ..protocol import Array
from . import remote

#: Largest error of a cost and of a parameter after training (clause TRAIN-7). In float64 honest
#: NumPy loses 2e-15 of a cost and 1e-13 of a parameter, the worst honest library known 7e-13 and
#: 2e-9; epsilon-hat, the least wrong Adam, is off by 2e-9 in the first cost and by 3e-6 in W.
FLOAT64 = (1e-9, 1e-8)
#: Ten times what float32 loses, by optimizer; in 200 epochs (2e-6) the optimizers do not differ.
FLOAT32_SHORT = (1e-5, 2e-5)
FLOAT32 = {"gd": (5e-6, 2e-4), "momentum": (2e-4, 2e-3), "adam": (2e-3, 2e-1)}
PRINTED = re.compile(r"[Cc]ost after epoch\s+(\d+)\s*:\s*(\S+)")

#: An operation with such a result keeps its trainings from being run.
BLOCKING = (DEVIATION, ERROR, NOT_CALLED, TIMED_OUT, NOT_RUN)

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Training:
    """One training to run: ``training/adam`` for so many epochs."""

    optimizer: str
    epochs: int
    asked: bool  # for explicitly: then it runs even where its operations deviate
    family: str = "training"
    mean_cost: bool = False  # as declared: its printed costs are others, its parameters the same
    operation: str = "model"
    clauses: tuple[str, ...] = ("TRAIN-1", "TRAIN-2", "TRAIN-3", "TRAIN-4", "TRAIN-5")

    @property
    def id(self) -> str:
        """The permanent id."""
        return f"{self.family}/{self.optimizer}"


def tolerance(training: Training, dtype: str) -> tuple[float, float]:
    """Return the largest error of a cost and of a parameter that a training may have."""
    if dtype == "float64":
        return FLOAT64
    return FLOAT32[training.optimizer] if training.epochs > LEVELS["short"] else FLOAT32_SHORT


def trainings(level: str | None) -> list[Training]:
    """Return the trainings of a level; None is short, and not asked for explicitly."""
    epochs = LEVELS[level or "short"]
    return [Training(o, epochs, level is not None) for o in methods.OPTIMIZERS] if epochs else []


def run_trainings(
    session: Session,
    wanted: list[Training],
    results: list[Result],
    variants: dict[str, str],
    on_progress: Progress,
) -> Iterator[Result]:
    """Yield a result for each training: long ones in parallel processes, short ones in a row."""
    has = set(session.greeting["operations"])
    refused, ready = sort_out(session, wanted, results, variants)
    yield from refused
    if not any(t.epochs > LEVELS["short"] for t in ready):
        for training in ready:
            yield run_training(session, training, has, on_progress)
        return

    def run(own: Session, training: Training) -> Result:
        return run_training(own, training, has, on_progress)

    yield from side_by_side(session, ready, run)


def sort_out(
    session: Session, wanted: list[Training], results: list[Result], variants: dict[str, str]
) -> tuple[list[Result], list[Training]]:
    """Return why some trainings are not run, and the others, ready to be."""
    refused, ready = [], []
    has = set(session.greeting["operations"])
    for training in wanted:
        if why := session.greeting["refused"].get("model"):
            left = Result(training.id, training.operation, training.clauses, NOT_CALLED, **why)
            refused.append(left)
        elif result := _refuse(training, has, results, variants):
            refused.append(result)
        else:
            ready.append(replace(training, mean_cost="compute_cost" in variants))
    return refused, ready


def side_by_side(
    session: Session, trainings: list[Training], run: Callable[[Session, Training], Result]
) -> Iterator[Result]:
    """Yield the result of each training, run in a process of its own, as it comes."""
    if not trainings:
        return
    sessions = [session, *(Session(session.launch, session.timeout) for _ in trainings[1:])]

    def greet_and_run(own: Session, training: Training) -> Result:
        own.greet()
        return run(own, training)

    with ThreadPoolExecutor(len(trainings)) as pool:
        futures: list[Future[Result]] = []
        try:  # an interruption may also come while the first are at work and others not yet there
            for pair in zip(sessions, trainings):
                futures.append(pool.submit(greet_and_run, *pair))
            for future in as_completed(futures):
                yield future.result()
        finally:
            over = [future.done() for future in futures] == [True] * len(trainings)
            for own in sessions:  # ends what still runs, so that the pool can close
                own.end(politely=over)


def _refuse(
    training: Training, has: set[str], results: list[Result], variants: dict[str, str]
) -> Result | None:
    """Return why a training is not run, if it is not."""
    result = Result(training.id, training.operation, training.clauses, NOT_RUN)
    used = (*TRAINING_COMMON, *TRAINING_OWN[training.optimizer])
    own_update = f"update_parameters_with_{training.optimizer}"
    any_update = any(f"update_parameters_with_{o}" in has for o in methods.OPTIMIZERS)
    only_shared = (
        training.optimizer == "gd" and not any_update and has.intersection(TRAINING_COMMON)
    )
    if not ("model" in has or own_update in has or only_shared):
        return replace(
            result, status=NOT_IMPLEMENTED, message=f"it has no model and no {own_update}"
        )
    # No parameter depends on the cost.
    others = (variants[n] for n in used if n in variants and n != "compute_cost")
    if variant := next(others, None):
        message = f"no training is certified for {variant}"
        return replace(result, status=NOT_IMPLEMENTED, message=message)
    for name in used:
        own = [r for r in results if r.operation == name and name in has]
        if own and all(r.status in ABSENT for r in own):
            return replace(result, status=own[0].status, message=f"{name}: {own[0].message}")
    bad = [r for r in results if r.operation in used and r.status in BLOCKING and not r.file]
    if bad and not training.asked:
        names = ", ".join(dict.fromkeys(r.operation for r in bad))
        hint = f"--training short --only {training.id} runs it all the same"
        what = "already deviates" if bad[0].status in (DEVIATION, ERROR) else "was not judged"
        return replace(result, message=f"{names} {what} ({bad[0].id})", hint=hint)
    return None


def run_training(
    session: Session, training: Training, has: set[str], on_progress: Progress
) -> Result:
    """Train the implementation and judge the outcome."""
    begun = time.monotonic()
    result = Result(training.id, training.operation, training.clauses, PASS)
    used = [n for n in (*TRAINING_COMMON, *TRAINING_OWN[training.optimizer]) if n in has]
    notes: list[str] = []
    if "model" not in has:
        notes.append(f"it has no model: optproof's loop trained with its {', '.join(used)}")
    printed: dict[int, str] = {}

    def on_output(line: str) -> None:
        if found := PRINTED.search(line):
            printed[int(found[1])] = found[2]
            on_progress(training.id, int(found[1]), training.epochs)

    on_progress(training.id, 0, training.epochs)
    try:
        answer = train_once(session, training, on_output=on_output)
        parameters = flatten("model", answer.get("value"))
    except CallError as error:
        # In optproof's loop it was its operations that answered, and raised.
        in_loop = error.status == NOT_CALLED and "model" not in has
        status = ERROR if in_loop else error.status
        result = replace(result, status=status, message=error.what, hint=error.hint)
        return replace(result, seconds=time.monotonic() - begun)
    slack = tolerance(training, session.greeting["dtype"])[0]
    if not printed:
        notes.append("it prints no costs; judged by its parameters alone")
    elif training.mean_cost:
        kind = ": optproof's loop adds up its means"
        if "model" in has:
            kind = convention(training.optimizer, printed, slack)
        if kind:
            notes.append(f"its printed costs are not the document's{kind}")
            printed.clear()
    findings = judge_training(training, parameters, printed, session.greeting["dtype"])
    if findings:
        message = f"deviates in {', '.join(dict.fromkeys(f.tensor for f in findings))}"
        if all(f.tensor == "printed cost" for f in findings):
            message += convention(training.optimizer, printed, slack)
        else:
            message += _known_loop(session, training)
            findings[:0] = _first_divergence(session, training)
        result = replace(result, status=DEVIATION, message=message, findings=tuple(findings))
    on_progress(training.id, training.epochs, training.epochs)
    return replace(result, notes=tuple(notes), seconds=time.monotonic() - begun)


def _known_loop(session: Session, training: Training) -> str:
    """Say which mistaken loop its model is, if one that is known."""
    if "model" not in session.greeting["operations"]:
        return ""
    few = replace(training, epochs=FEW)
    try:
        parameters = flatten("model", train_once(session, few)["value"])
    except CallError:
        return ""
    bound = tolerance(few, session.greeting["dtype"])[1]
    return mistaken_loop(training.optimizer, parameters, bound)


def _first_divergence(session: Session, training: Training) -> list[Finding]:
    from .trace import trace  # which needs this module

    if not session.launch.command:  # a function of the caller's own process
        return []
    reference = python_target(BUILT_IN, memory=0)
    try:
        found = trace(session.launch, reference, training, session.timeout)
    except OptproofError as error:
        return [Finding("first divergence", f"is not found: {error.what}")]
    return [Finding("first divergence", f"is in {found}")] if found else []


def train_once(
    session: Session,
    training: Training,
    watch: list[int] | None = None,
    exact: int | None = None,
    in_loop: bool = False,
    global_seed: int | None = None,
    **how: Any,
) -> dict[str, Any]:
    """Train by the implementation's model, or by a loop around its operations; return the answer.

    With `watch`, the epochs whose calls are told to ``on_seen`` (:mod:`optproof.worker.watch`);
    with `exact`, on balls of so many bits (:mod:`.proofs`). With `in_loop`, not by its model.
    With `global_seed`, from this state of NumPy's global generator, where it has one.

    Raises
    ------
    CallError
        As any call.
    """
    X, Y, _, hyperparameters = fixtures.documented_start()
    arguments: dict[str, Any] = {
        "X": X.astype(session.greeting["dtype"]),
        "Y": Y,
        "layers_dims": fixtures.load("training/documented.json")["layers_dims"],
        "optimizer": training.optimizer,
    }
    if watch is not None:
        batches = math.ceil(X.shape[1] / hyperparameters["mini_batch_size"])
        arguments["watch"] = {"batches": batches, "epochs": watch}
    timeout = session.timeout * (1 + training.epochs / 200)
    if global_seed is not None and "global_seed" in session.greeting["accepts"]:
        arguments["global_seed"] = global_seed
    if exact:
        arguments["exact"] = exact
        timeout *= 10
    has = session.greeting["operations"]
    # The reference's own model works on one float vector; in the loop its operations are seen.
    in_loop |= session.launch.name == BUILT_IN and bool(exact or watch is not None)
    if "model" in has and not in_loop:
        arguments["keywords"] = {"num_epochs": training.epochs}
        if exact:  # the defaults are floats: 1 - beta1**t would be rounded
            real = {k: v for k, v in hyperparameters.items() if isinstance(v, float)}
            arguments["keywords"].update(real, print_cost=False)
        return session.call("model", training.id, arguments, timeout=timeout, **how)
    arguments.update(hyperparameters, num_epochs=training.epochs)
    if "train" in has:
        return session.call("train", training.id, arguments, timeout=timeout, **how)
    on_output = how.get("on_output", lambda line: None)
    return remote.train(session, training.id, arguments, timeout, on_output)


def judge_training(
    training: Training, parameters: dict[str, Array], printed: dict[int, str], dtype: str
) -> list[Finding]:
    """Compare printed costs with the document's, parameters and their cost with the certified."""
    documented = fixtures.load("training/documented.json")["runs"][training.optimizer]["costs"]
    certified = fixtures.load(f"training/certified-{training.optimizer}.json")
    checkpoint = certified["checkpoints"][str(training.epochs)]
    cost_bound, parameter_bound = tolerance(training, dtype)

    findings = []
    for epoch, digits in documented.items():
        if int(epoch) in printed:
            slack = half_unit(digits) + (cost_bound if dtype != "float64" else 0.0)
            findings += _compare_cost(
                "printed cost", int(epoch), digits, printed[int(epoch)], slack
            )
    missing = [e for e in documented if int(e) < training.epochs and int(e) not in printed]
    if printed and missing:
        where = ", ".join(missing)
        findings.append(Finding("printed cost", f"no cost printed at epoch {where}"))
    expected = {
        name: _certified(tensor, parameter_bound, dtype)
        for name, tensor in checkpoint["parameters"].items()
    }
    wrong = compare(expected, parameters, dtype)
    findings += wrong
    if not any(f.index is None for f in wrong):
        findings += _recomputed(parameters, checkpoint, cost_bound, dtype)
    return findings


def _certified(tensor: dict[str, Any], bound: float, dtype: str) -> Expected:
    bound *= UNIT_ROUNDOFF["float64"] / UNIT_ROUNDOFF[dtype]  # which compare() multiplies by
    values = np.array([float(digits) for digits, _ in tensor["digits"]]).reshape(tensor["shape"])
    shape = tuple(tensor["shape"])
    return Expected("float64", shape, values, np.full(shape, bound), (0,) * len(shape))


def _compare_cost(name: str, epoch: int, digits: str, got: str, bound: float) -> list[Finding]:
    try:
        difference = abs(float(got) - float(digits))
    except ValueError:
        difference = float("nan")
    if difference <= bound:
        return []
    message = f"the cost of epoch {epoch} is off"
    return [Finding(name, message, (epoch,), digits, got, difference)]


def _recomputed(
    parameters: dict[str, Array], checkpoint: dict[str, Any], bound: float, dtype: str
) -> list[Finding]:
    """Judge the cost and the accuracy that the returned parameters give on the data."""
    cost, right = map(float, outcome(parameters))
    want = checkpoint["cost_after"][0]
    findings = []
    if not abs(cost - float(want)) <= bound:
        message = "the cost of the returned parameters is off"
        findings.append(Finding("cost", message, (), want, repr(cost), abs(cost - float(want))))
    if right != checkpoint["right_of_300"] and dtype == "float64":
        expected = f"{checkpoint['right_of_300']} of 300 right"
        findings.append(Finding("accuracy", "is off", (), expected, f"{right:.0f} of 300 right"))
    return findings


def outcome(parameters: dict[str, Array]) -> tuple[Any, Any]:
    """Return the cost on the whole data set, and how many examples are right; for each replica."""
    X, Y, _, _ = fixtures.documented_start()
    a3, _ = methods.forward_propagation(X, {k: a.astype(float) for k, a in parameters.items()})
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = methods.compute_cost(a3, Y) / Y.size
    return cost, ((a3 > 0.5) == Y).sum(axis=(-2, -1))
