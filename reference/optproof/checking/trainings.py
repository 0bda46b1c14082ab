"""Whole trainings of an implementation, judged by their costs and their final parameters."""

from __future__ import annotations

import math
import re
import time
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
    Result,
)
from ..operations import LEVELS, TRAINING_COMMON, TRAINING_OWN
from ..protocol import Answer, Array
from . import remote
from .jobs import Job, Run
from .loops import explain_costs, explain_training, other_costs
from .outcomes import in_dtype, judge_training, outcome_of
from .settling import BLOCKING, settled
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
CLAUSES = ("TRAIN-1", "TRAIN-2", "TRAIN-3", "TRAIN-4", "TRAIN-5")


@dataclass(frozen=True)
class Training:
    """What is trained: with this optimizer, for so many epochs.

    Its printed costs are others where its cost is a mean, its parameters the same. `variants`, by
    operation, are those that it uses.
    """

    optimizer: str
    epochs: int
    family: str = "training"
    mean_cost: bool = False
    variants: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The permanent id."""
        return f"{self.family}/{self.optimizer}"


def tolerance(training: Training, dtype: str) -> tuple[float, float]:
    """Return the largest error of a cost and of a parameter that a training may have."""
    if dtype == "float64":
        return FLOAT64
    return FLOAT32[training.optimizer] if training.epochs > LEVELS["short"] else FLOAT32_SHORT


def jobs(level: str | None) -> list[Train]:
    """Return the trainings of a level; None is short, and not asked for explicitly."""
    epochs = LEVELS[level or "short"]
    wanted = [Training(o, epochs) for o in methods.OPTIMIZERS] if epochs else []
    return [Train(t.id, "model", CLAUSES, f"{epochs} epochs", t, level is not None) for t in wanted]


@dataclass(frozen=True)
class Train(Job):
    """Train the implementation and judge the outcome.

    Parameters
    ----------
    training : Training
    asked : bool
        For explicitly: then it runs even where its operations deviate.
    """

    training: Training
    asked: bool

    @property
    def is_long(self) -> bool:
        """Whether it has more epochs than most."""
        return self.training.epochs > LEVELS["short"]

    @property
    def names(self) -> tuple[str, ...]:
        """The optimizer, too: "adam" also means the training with it."""
        return (*super().names, self.training.optimizer)

    def left_out(self, here: Run) -> Result | None:
        """Return why it is not run, if an operation in it keeps it from that.

        No parameter depends on the cost, so that a wrong one keeps no training from being judged;
        nor does what a helper's file has wrong.
        """
        if why := here.session.greeting["refused"].get("model"):
            return self.result(NOT_CALLED, **why)
        helpers = here.session.greeting["files"]
        left_aside = {*helpers, "compute_cost"}
        before = [r for r in settled(here.found) if r.operation not in left_aside]
        return self._without(here, before) or self._kept_back(here.has, before)

    def _without(self, here: Run, results: list[Result]) -> Result | None:
        """Return what it lacks for this training."""
        greeting, optimizer = here.session.greeting, self.training.optimizer
        update = f"update_parameters_with_{optimizer}"
        any_update = any(f"update_parameters_with_{o}" in here.has for o in methods.OPTIMIZERS)
        only_shared = (
            optimizer == "gd" and not any_update and here.has.intersection(TRAINING_COMMON)
        )
        by_steps = trains(greeting, optimizer)
        if not ("model" in here.has or update in here.has or only_shared or by_steps):
            return self.result(NOT_IMPLEMENTED, f"it has no model and no {update}")
        if here.dtype in TOO_NARROW:
            why = f"in {here.dtype} most steps are smaller than its rounding"
            return self.result(NOT_APPLICABLE, why)
        no = not_trained(greeting, optimizer, results) if by_steps else None
        if no and (no[0] != NOT_RUN or not self.asked):
            return self.result(*no)
        return None

    def _kept_back(self, has: set[str], results: list[Result]) -> Result | None:
        """Return which of its operations is not there to be judged, or was judged and is wrong."""
        used = (*TRAINING_COMMON, *TRAINING_OWN[self.training.optimizer])
        for name in used:
            own = [r for r in results if r.operation == name and name in has]
            if own and all(r.status in ABSENT for r in own):
                return self.result(own[0].status, f"{name}: {own[0].message}")
        bad = [r for r in results if r.operation in used and r.status in BLOCKING]
        if bad and not self.asked:
            names = ", ".join(dict.fromkeys(r.operation for r in bad))
            hint = f"--training short --only {self.id} runs it all the same"
            what = "already deviates" if bad[0].status in (DEVIATION, ERROR) else "was not judged"
            return self.result(NOT_RUN, f"{names} {what} ({bad[0].id})", hint=hint)
        return None

    def ready(self, here: Run) -> Training:
        """Return what is trained, with what is known by now of the implementation's operations."""
        mean_cost = "compute_cost" in here.variants or any(
            r.operation == "compute_cost" and r.status in (DEVIATION, ERROR)
            for r in settled(here.found)
        )
        used = {*TRAINING_COMMON, *TRAINING_OWN[self.training.optimizer]} - {"compute_cost"}
        variants = {name: v for name, v in here.variants.items() if name in used}
        return replace(self.training, mean_cost=mean_cost, variants=variants)

    def run(self, here: Run) -> Result:
        """Train, and judge the costs and the parameters."""
        session, training, dtype, has = here.session, self.ready(here), here.dtype, here.has
        used = [n for n in (*TRAINING_COMMON, *TRAINING_OWN[training.optimizer]) if n in has]
        own_update = f"update_parameters_with_{training.optimizer}" in has
        by_steps = trains(session.greeting, training.optimizer)
        if by_steps and not own_update:
            used.append(session.greeting.optimizers[training.optimizer].name)
        notes: list[str] = []
        if "model" not in has:
            notes.append(f"it has no model: optproof's loop trained with its {', '.join(used)}")
        printed: dict[int, str] = {}

        def on_output(line: str) -> None:
            if found := PRINTED.search(line):
                printed[int(found[1])] = found[2]
                here.on_progress(training.id, int(found[1]), training.epochs)

        here.on_progress(training.id, 0, training.epochs)
        try:
            seconds = first_epochs(session, training)
            timeout = allowed(session, training, seconds)
            answer = train_once(session, training, timeout=timeout, on_output=on_output)
            parameters = flatten("model", answer.value)
        except CallError as error:
            if error.status != NOT_CALLED or "model" in has:
                raise
            # In optproof's loop it was its operations that answered, and raised.
            return self.result(ERROR, error.what, hint=error.hint)

        def ask(epochs: int) -> dict[str, Array]:
            again = train_once(session, replace(training, epochs=epochs))
            return flatten("model", again.value)

        if not (own_update or by_steps) and untrained(parameters):
            what = f"its model does nothing with {training.optimizer}, for which it has no function"
            return self.result(NOT_IMPLEMENTED, what)
        slack = tolerance(training, dtype)[0]
        if not printed:
            notes.append("it prints no costs; judged by its parameters alone")
        elif training.mean_cost:
            notes += other_costs(training, "model" in has, printed, slack)
        wanted = outcome_of(training.optimizer, training.epochs, training.variants)
        if printed and not training.variants:
            notes.append(_costs_judged(wanted.costs, printed))
        findings = judge_training(wanted, tolerance(training, dtype), parameters, printed, dtype)
        result = self.result(notes=tuple(notes))
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
                result,
                status=DEVIATION,
                message=message,
                findings=tuple(findings),
                explained=why,
            )
        here.on_progress(training.id, training.epochs, training.epochs)
        return result


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
    flatten("model", answer.value)
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
    arguments: dict[str, Any] = {
        **in_dtype(X, Y, session.greeting["dtype"]),
        "layers_dims": fixtures.documented().layers_dims,
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
