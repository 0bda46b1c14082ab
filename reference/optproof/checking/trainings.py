"""Whole trainings of an implementation, judged by their costs and their final parameters."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .. import fixtures, methods
from ..conversation import python_target
from ..conversation.process import TO_START
from ..conversation.python import BUILT_IN
from ..conversation.session import Session
from ..deviations.training import FEW
from ..errors import CallError, OptproofError
from ..judging.diagnosis import Diagnosis
from ..judging.judge import Finding, flatten
from ..judging.report import (
    ABSENT,
    DEVIATION,
    ERROR,
    NOT_APPLICABLE,
    NOT_CALLED,
    NOT_IMPLEMENTED,
    NOT_RUN,
    PASS,
    Result,
)
from ..messages import Answer
from ..operations import LEVELS, TRAINING_COMMON, TRAINING_OWN
from ..protocol import Array
from . import remote
from .cases import BLOCKING
from .loops import explain_costs, explain_training, other_costs
from .outcomes import in_dtype, judge_training, outcome_of
from .stepped import not_trained, trains

#: Largest error of a cost and of a parameter after training (clause TRAIN-7). In float64 honest
#: NumPy loses 2e-15 of a cost and 1e-13 of a parameter, the worst honest library known 7e-13 and
#: 2e-9; epsilon-hat, the least wrong Adam, is off by 2e-9 in the first cost and by 3e-6 in W.
FLOAT64 = (1e-9, 1e-8)
#: Half a unit of a parameter near 1 is larger than nearly every step: rounding decides.
TOO_NARROW = ("float16", "bfloat16")
#: Ten times what float32 loses, by optimizer; in 200 epochs (2e-6) the optimizers do not differ.
FLOAT32_SHORT = (1e-5, 2e-5)
FLOAT32 = {"gd": (5e-6, 2e-4), "momentum": (2e-4, 2e-3), "adam": (2e-3, 2e-1)}
PRINTED = re.compile(r"[Cc]ost after epoch\s+(\d+)\s*:\s*(\S+)")
#: How many times as long as its first epochs promise a training may take.
PATIENCE = 10
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Training:
    """One training to run: ``training/adam`` for so many epochs."""

    optimizer: str
    epochs: int
    asked: bool  # for explicitly: then it runs even where its operations deviate
    family: str = "training"
    mean_cost: bool = False  # its printed costs are others, its parameters the same
    variants: dict[str, str] = field(default_factory=dict)  # by operation, that it uses
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
    """Return why some trainings are not run, and the others, ready to be.

    No parameter depends on the cost, so that a wrong one keeps no training from being judged; nor
    does what a helper's file has wrong.
    """
    helpers = session.greeting["files"]
    own = [r for r in results if r.operation not in helpers and r.operation != "compute_cost"]
    mean_cost = "compute_cost" in variants or any(
        r.operation == "compute_cost" and r.status in (DEVIATION, ERROR) for r in results
    )
    refused, ready = [], []
    for training in wanted:
        if why := session.greeting["refused"].get("model"):
            left = Result(training.id, training.operation, training.clauses, NOT_CALLED, **why)
            refused.append(left)
            continue
        if result := _refuse(training, session, own):
            refused.append(result)
            continue
        used = (*TRAINING_COMMON, *TRAINING_OWN[training.optimizer])
        others = {n: v for n, v in variants.items() if n in used and n != "compute_cost"}
        ready.append(replace(training, mean_cost=mean_cost, variants=others))
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
            # Ends what still runs, so that the pool can close; the caller's own may go on.
            for own in sessions[1:] if over else sessions:
                own.end(politely=over)


def _refuse(training: Training, session: Session, results: list[Result]) -> Result | None:
    """Return why a training is not run, if it is not."""
    has, dtype = set(session.greeting["operations"]), session.greeting["dtype"]
    result = Result(training.id, training.operation, training.clauses, NOT_RUN)
    used = (*TRAINING_COMMON, *TRAINING_OWN[training.optimizer])
    own_update = f"update_parameters_with_{training.optimizer}"
    any_update = any(f"update_parameters_with_{o}" in has for o in methods.OPTIMIZERS)
    only_shared = (
        training.optimizer == "gd" and not any_update and has.intersection(TRAINING_COMMON)
    )
    by_steps = trains(session.greeting, training.optimizer)
    if not ("model" in has or own_update in has or only_shared or by_steps):
        return replace(
            result, status=NOT_IMPLEMENTED, message=f"it has no model and no {own_update}"
        )
    if dtype in TOO_NARROW:
        message = f"in {dtype} most steps are smaller than its rounding"
        return replace(result, status=NOT_APPLICABLE, message=message)
    why = not_trained(session.greeting, training.optimizer, results) if by_steps else None
    if why and (why[0] != NOT_RUN or not training.asked):
        return replace(result, status=why[0], message=why[1])
    for name in used:
        own = [r for r in results if r.operation == name and name in has]
        if own and all(r.status in ABSENT for r in own):
            return replace(result, status=own[0].status, message=f"{name}: {own[0].message}")
    bad = [r for r in results if r.operation in used and r.status in BLOCKING]
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
    own_update = f"update_parameters_with_{training.optimizer}" in has
    if trains(session.greeting, training.optimizer) and not own_update:
        used.append(session.greeting["optimizers"][training.optimizer]["name"])
    if "model" not in has:
        notes.append(f"it has no model: optproof's loop trained with its {', '.join(used)}")
    printed: dict[int, str] = {}

    def on_output(line: str) -> None:
        if found := PRINTED.search(line):
            printed[int(found[1])] = found[2]
            on_progress(training.id, int(found[1]), training.epochs)

    on_progress(training.id, 0, training.epochs)
    try:
        seconds = first_epochs(session, training)
        timeout = allowed(session, training, seconds)
        answer = train_once(session, training, timeout=timeout, on_output=on_output)
        parameters = flatten("model", answer.get("value"))
    except CallError as error:
        # In optproof's loop it was its operations that answered, and raised.
        in_loop = error.status == NOT_CALLED and "model" not in has
        status = ERROR if in_loop else error.status
        result = replace(result, status=status, message=error.what, hint=error.hint)
        return replace(result, seconds=time.monotonic() - begun)

    def ask(epochs: int) -> dict[str, Array]:
        again = train_once(session, replace(training, epochs=epochs))
        return flatten("model", again.get("value"))

    dtype = session.greeting["dtype"]
    by_steps = trains(session.greeting, training.optimizer)
    if not (own_update or by_steps) and untrained(parameters):
        what = f"its model does nothing with {training.optimizer}, for which it has no function"
        return replace(result, status=NOT_IMPLEMENTED, message=what)
    slack = tolerance(training, dtype)[0]
    if not printed:
        notes.append("it prints no costs; judged by its parameters alone")
    elif training.mean_cost:
        notes += other_costs(training, "model" in has, printed, slack)
    wanted = outcome_of(training.optimizer, training.epochs, training.variants)
    if printed and not training.variants:
        notes.append(_costs_judged(wanted.costs, printed))
    findings = judge_training(wanted, tolerance(training, dtype), parameters, printed, dtype)
    if findings:
        message = f"deviates in {', '.join(dict.fromkeys(f.tensor for f in findings))}"
        why: Diagnosis | None = None
        if all(f.tensor == "printed cost" for f in findings):
            why = explain_costs(training, printed, slack)
        elif not training.variants:
            if "model" in has:
                short = tolerance(replace(training, epochs=FEW), dtype)[1]
                why = explain_training(training, dtype, short, ask, parameters)
            findings[:0] = _first_divergence(session, training)
        result = replace(
            result, status=DEVIATION, message=message, findings=tuple(findings), explained=why
        )
    on_progress(training.id, training.epochs, training.epochs)
    return replace(result, notes=tuple(notes), seconds=time.monotonic() - begun)


def untrained(parameters: dict[str, Array]) -> bool:
    """Whether these are the initial parameters."""
    start = fixtures.documented_start()[2]
    return all(
        name in parameters and np.array_equal(a, parameters[name]) for name, a in start.items()
    )


def first_epochs(session: Session, training: Training) -> float:
    """Train a few epochs; return the seconds that an epoch took."""
    begun, few = time.monotonic(), replace(training, epochs=FEW)
    answer = train_once(session, few, timeout=TO_START * session.timeout)
    flatten("model", answer.get("value"))
    return (time.monotonic() - begun) / FEW


def allowed(session: Session, training: Training, seconds: float) -> float:
    """Return how many seconds a training may take whose epochs take `seconds` each."""
    return 2 * session.timeout + PATIENCE * training.epochs * seconds


def _costs_judged(documented: dict[int, tuple[str, float]], printed: dict[int, str]) -> str:
    count = len(documented.keys() & printed.keys())
    more = "" if count > 1 else "; --training full judges all ten"
    return f"of the document's 10 printed costs {count} judged{more}"


def _first_divergence(session: Session, training: Training) -> list[Finding]:
    from .trace import trace  # which needs this module

    if not session.launch.command:  # a function of the caller's own process
        return []
    reference = python_target(BUILT_IN, memory=0)
    try:
        found = trace(session.launch, reference, training, session.timeout)
    except OptproofError as error:
        return [Finding("first divergence", f"is not found: {error.what}")]
    return [Finding("first divergence", f"is in {found.plainly}")] if found else []


def train_once(
    session: Session,
    training: Training,
    watch: list[int] | None = None,
    exact: int | None = None,
    in_loop: bool = False,
    global_seed: int | None = None,
    timeout: float | None = None,
    **how: Any,
) -> Answer:
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
    layers_dims = fixtures.load("training/documented.json")["layers_dims"]
    arguments: dict[str, Any] = {
        **in_dtype(X, Y, session.greeting["dtype"]),
        "layers_dims": layers_dims,
        "optimizer": training.optimizer,
    }
    if watch is not None:
        batches = math.ceil(X.shape[1] / hyperparameters["mini_batch_size"])
        arguments["watch"] = {"batches": batches, "epochs": watch}
    if timeout is None:
        timeout = session.timeout * (TO_START + training.epochs / 20)
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
