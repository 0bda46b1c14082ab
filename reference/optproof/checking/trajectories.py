"""The optimizers that an implementation offers, stepped through all trajectories of their kind."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .. import fixtures
from ..conversation.session import Session
from ..errors import CallError, Raised, Unsupported
from ..fixtures import Trajectory
from ..judging.diagnosis import Diagnosis
from ..judging.explaining import explain_trajectory
from ..judging.judge import Finding, compare, only_dtype
from ..judging.line import located
from ..judging.report import DEVIATION, NOT_APPLICABLE, NOT_RUN, PASS, Result
from ..judging.trajectories import Arrays, expect, flatten_steps, named
from ..operations import OPTIMIZERS, STEPS
from ..protocol import Hello, Place, names
from .jobs import Job, Run, Stepped
from .settling import dtype_alone

#: What is taken for a hyperparameter that an optimizer neither takes nor shows.
DOCUMENT = {"beta": 0.9, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
#: The form that a framework's own optimizer has, where it is not the document's.
OWN_FORM = {
    ("torch", "momentum"): "momentum.heavy-ball",
    ("optax", "momentum"): "momentum.heavy-ball",
    ("tinygrad", "momentum"): "momentum.heavy-ball",
    ("keras", "momentum"): "momentum.heavy-ball-learning-rate-in-velocity",
    ("keras", "adam"): "adam.epsilon-hat",
}
FRAMEWORKS = {"torch": "PyTorch", "keras": "Keras"}
#: So many steps get the time of one call.
PATIENCE = 10
#: What is wrong where the same steps are right when they are asked for in the plain way.
SHARED = "its instances share state: alone each is right, in turn they are not"
LOST = "it does not save and load all that it keeps: a new instance goes on another way"
KEPT = "it keeps the arrays of the gradients: what the caller writes there later moves it"


def jobs(trajectories: Iterable[Trajectory]) -> list[Job]:
    """Return a job for each trajectory."""
    return [Step(t.id, f"{t.optimizer} optimizer", t.clauses, t.comment, t) for t in trajectories]


@dataclass(frozen=True)
class Step(Job):
    """Have an optimizer stepped through a trajectory: once, with all others that are asked for."""

    trajectory: Trajectory

    @property
    def names(self) -> tuple[str, ...]:
        """The optimizer, too."""
        return (*super().names, self.trajectory.optimizer)

    def concerns(self, greeting: Hello | None) -> bool:
        """Whether such an optimizer is offered."""
        return greeting is not None and self.trajectory.optimizer in greeting.optimizers

    def run(self, here: Run) -> Result:
        """Return this trajectory's share of what all of them come to."""
        kind = self.trajectory.optimizer
        if kind not in here.steps:
            steps = [job for job in here.jobs if isinstance(job, Step)]
            of_kind = [job for job in steps if job.trajectory.optimizer == kind]
            here.steps[kind] = _step_through(here, kind, of_kind)
        return here.steps[kind].results[self.id]


@dataclass(frozen=True)
class Played:
    """A trajectory as it was judged, the result, and what came back of each instance."""

    trajectory: Trajectory
    result: Result
    answers: tuple[Arrays, ...] = ()


def _step_through(here: Run, optimizer: str, steps: Sequence[Step]) -> Stepped:
    """Judge an optimizer that the hello offers by trajectories of its kind."""
    offered = here.session.greeting["optimizers"][optimizer]
    form = here.variants.get(steps[0].trajectory.operation, "")
    diagnoses: list[Diagnosis] = []
    notes = ["; ".join(introduce(optimizer, offered))]
    played = [_play(here.session, step, offered, form) for step in steps]
    played = [_told_apart(p, played) for p in played]
    framework, dtype = offered["framework"], here.dtype
    own_form = OWN_FORM.get((framework, optimizer), "")
    if own_form and not form and any(p.result.status == DEVIATION for p in played):
        again = [_judged_by(p, offered, own_form, dtype) for p in played]
        if not any(p.result.status == DEVIATION for p in again):
            name = FRAMEWORKS.get(framework, framework)
            notes.append(f"{optimizer} optimizer: judged by {name}'s own form, {own_form}")
            played = again
            here.variants[again[0].trajectory.operation] = own_form  # its training, too
    answers = [(p.trajectory, a) for p in played for a in p.answers if not p.trajectory.like]
    deviating = [p for p in played if p.result.status == DEVIATION]
    results = {p.result.id: p.result for p in played}
    if deviating and (found := only_dtype(answers, dtype)):
        told = dtype_alone(found, dtype)
        results |= {p.result.id: replace(p.result, **told) for p in deviating}
    elif any(not p.trajectory.like for p in deviating):
        why = explain_trajectory(optimizer, answers, dtype)
        at = Place(offered["file"], offered["line"] or 1, offered["source"])
        diagnoses.append(located(why, {why.operation: at}))
    return Stepped(results, diagnoses, notes)


def introduce(optimizer: str, offered: dict[str, Any]) -> list[str]:
    """Return what there is to say of an optimizer before it is judged."""
    line = f" (line {offered['line']})" if offered["line"] else ""
    notes = [f"{optimizer} optimizer: {offered['name']}{line}", *offered["how"]]
    for name in OPTIMIZERS[optimizer]:
        if name in offered["takes"]:
            continue
        value = value_used(offered, name)
        if name in offered["own"] and value == offered["own"][name]:
            notes.append(f"it takes no {name}: its own, {value:g}, is used")
        elif value is not None:
            notes.append(f"it takes no {name}: the document's, {value:g}, is expected")
    return notes


def value_used(offered: dict[str, Any], name: str) -> float | None:
    """Return the value of a hyperparameter that cannot be given; None if there is none to expect.

    Its own counts where the method is defined for it: an epsilon of 0 would make a missing one
    right.
    """
    value = offered["own"].get(name)
    lowest_is_fine = name.startswith("beta")
    if value is not None and (0 <= value < 1 if lowest_is_fine else value > 0):
        return float(value)
    return DOCUMENT.get(name)


def as_offered(trajectory: Trajectory, offered: dict[str, Any], form: str) -> Trajectory | str:
    """Return the trajectory with the hyperparameters that it will have, or why there is none."""
    fixed: dict[str, float] = {}
    for name in trajectory.hyperparameters:
        if name not in offered["takes"]:
            if (value := value_used(offered, name)) is None:
                return f"it takes no {name}, and none is found in it"
            fixed[name] = value
    if trajectory.changes_rate and "learning_rate" in fixed:
        return "its learning rate cannot be changed"
    given = {**trajectory.hyperparameters, **fixed}
    if given == trajectory.hyperparameters and not form:
        return trajectory
    if given == trajectory.hyperparameters and form in fixtures.load_deviations():
        return trajectory.as_variant(form)
    try:
        return expect(replace(trajectory, hyperparameters=given), (form,) if form else ())
    except (ArithmeticError, ValueError) as error:
        return f"nothing can be proved of it with these hyperparameters ({error})"


def _play(session: Session, step: Step, offered: dict[str, Any], form: str) -> Played:
    """Have it stepped, and judge the parameters after the steps."""
    begun, trajectory, result = time.monotonic(), step.trajectory, step.result()
    dtype = session.greeting["dtype"]
    if before := session.broken.get(STEPS):
        why = f"its steps ended the process at {before}"
        return Played(trajectory, replace(result, status=NOT_RUN, message=why))
    used = as_offered(trajectory, offered, form)
    if isinstance(used, str):
        return Played(trajectory, replace(result, status=NOT_APPLICABLE, message=used))
    if dtype not in used.dtypes:
        why = f"to {dtype}: its range or digits are too small for this trajectory"
        return Played(used, replace(result, status=NOT_APPLICABLE, message=why))
    try:
        seconds = session.timeout * max(1.0, used.count / PATIENCE)
        arguments = used.arguments(offered["takes"], dtype)
        answer = session.call(STEPS, used.id, arguments, timeout=seconds)
        paths = flatten_steps(answer.get("value"), used.count, used.instances)
    except CallError as error:
        status, what = error.status, error.what
        if isinstance(error, Unsupported):
            status = NOT_APPLICABLE
        elif isinstance(error, Raised) and used.leaves_out:  # LIFE-4 is for those who take None
            status, what = NOT_APPLICABLE, f"it takes no None for a gradient: {what}"
        result = replace(result, status=status, message=what, hint=error.hint)
        return Played(used, replace(result, seconds=time.monotonic() - begun))
    played = Played(used, result, tuple(named(used, path) for path in paths))
    played = _judge(played, dtype)
    notes = tuple(answer.get("notes", ()))
    result = replace(played.result, notes=notes, seconds=time.monotonic() - begun)
    return replace(played, result=result)


def _judge(played: Played, dtype: str) -> Played:
    """Return it with the status that the answers deserve."""
    found: list[Finding] = []
    for answer in played.answers:
        findings = compare(played.trajectory.expected, answer, dtype)
        found += [f for f in findings if f not in found]
    status, message = PASS, ""
    if found:
        found.sort(key=lambda f: names.number_of(f.tensor) or 0)
        which = ", ".join(dict.fromkeys(names.key_of(f.tensor) for f in found))
        first = names.number_of(found[0].tensor)
        status, message = DEVIATION, f"deviates from step {first} on, in {which}"
    result = replace(played.result, status=status, message=message, findings=tuple(found))
    return replace(played, result=result)


def _judged_by(played: Played, offered: dict[str, Any], form: str, dtype: str) -> Played:
    """Judge the answers once more, by another form."""
    used = as_offered(played.trajectory, offered, form)
    if not played.answers or isinstance(used, str):
        return played
    return _judge(replace(played, trajectory=used), dtype)


def _told_apart(played: Played, others: Sequence[Played]) -> Played:
    """Say what is wrong where the plain trajectory is right and this one, like it, is not."""
    if played.result.status != DEVIATION or not played.trajectory.like:
        return played
    if any(o.trajectory.id == played.trajectory.like and o.result.status == PASS for o in others):
        what = SHARED if played.trajectory.instances > 1 else KEPT
        what = LOST if played.trajectory.resume_after else what
        return replace(played, result=replace(played.result, message=what))
    return played
