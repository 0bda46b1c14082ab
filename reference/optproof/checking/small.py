"""The small training shows whether `model` uses what it is given, and keeps nothing (TRAIN-9).

Eight examples, hyperparameters that are none of the document's, two printed costs.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

from .. import fixtures, methods
from ..conversation.process import TO_START
from ..conversation.session import Session
from ..deviations.training import FEW, train
from ..errors import CallError, TargetError
from ..fixtures import half_unit
from ..judging.diagnosis import Diagnosis
from ..judging.judge import Finding, flatten
from ..judging.report import ABSENT, DEVIATION, ERROR, NOT_APPLICABLE, NOT_RUN, Result
from ..operations import LEVELS
from ..protocol import Array
from .jobs import Job, Run
from .loops import explain_training, other_costs
from .outcomes import in_dtype, judge_costs, judge_parameters, put_in
from .trainings import PRINTED, Train, Training

CLAUSES = ("TRAIN-1", "TRAIN-2", "TRAIN-3", "TRAIN-4", "TRAIN-5", "TRAIN-9")
#: Largest error of a cost and of a parameter. In float64 as for any training; what float32 loses
#: is 8e-8 and 9e-6.
BOUNDS = {"float64": (1e-9, 1e-8), "float32": (1e-6, 1e-4)}
KEPT = "it is right as the first of a process, and not after another: it keeps something"
UNKNOWN = "it does not train with what it is given"

#: The hyperparameters that an optimizer alone uses.
USED = {"gd": (), "momentum": ("beta",), "adam": ("beta1", "beta2", "epsilon")}

Answer = tuple[dict[str, Array], dict[int, str]]


def jobs(level: str | None) -> list[Job]:
    """Return the small trainings of a level of training."""
    if not LEVELS[level or "short"]:
        return []
    epochs = fixtures.load("training/small.json")["hyperparameters"]["num_epochs"]  # no arrays
    wanted = [Training(o, epochs, "small") for o in methods.OPTIMIZERS]
    asked, what = level is not None, f"{epochs} epochs"
    return [TrainSmall(t.id, "model", CLAUSES, what, t, asked) for t in wanted]


class TrainSmall(Train):
    """Train a few epochs, then once more, and judge that; where it fails, look if it does alone.

    It comes after the large training, and says less where both fail.
    """

    @property
    def is_long(self) -> bool:
        """No: in a process of its own nothing would come before it that could be kept."""
        return False

    def left_out(self, here: Run) -> Result | None:
        """Return why it is not run, where the large one was not, or there is no model."""
        if "model" not in here.has:
            why = "it has no model, whose arguments could be judged"
            return self.result(NOT_APPLICABLE, why)
        if left_out := super().left_out(here):
            return left_out
        large = self._large(here)
        if large and large.status in ABSENT:
            return replace(large, id=self.id, clauses=self.clauses)
        return None

    def _large(self, here: Run) -> Result | None:
        return here.results.get(f"training/{self.training.optimizer}")

    def run(self, here: Run) -> Result:
        """Train, and judge, unless the large one was already wrong."""
        result, large = self._judged(here), self._large(here)
        if large and large.status in (DEVIATION, ERROR) and result.message in ("", UNKNOWN):
            return self.result(NOT_RUN, f"{large.id} already deviates")
        return result

    def _shortened(self, here: Run) -> Training:
        """Return the training; unless it was asked for, only the last has all of its epochs.

        Few epochs show every hyperparameter; the second printed cost is of the loop that all share.
        """
        training, small = (
            self.ready(here),
            [job for job in here.jobs if isinstance(job, TrainSmall)],
        )
        later = small[small.index(self) + 1 :] if self in small else []
        if self.asked or all(job.left_out(here) for job in later):
            return training
        return replace(training, epochs=FEW)

    def _judged(self, here: Run) -> Result:
        session, training = here.session, self._shortened(here)
        here.on_progress(training.id, 0, training.epochs)
        told = session.greeting["defaults"].get("model")
        hyper = fixtures.small_start()[3]
        left_out = [name for name in hyper if told and name not in told]
        notes: list[str] = []
        _train(session, replace(training, epochs=FEW))  # what it keeps spoils the next
        answer = _train(session, training)
        notes += _without_costs(session, training, answer[1])
        findings = _judge(session, training, [], *answer)
        if findings and left_out and not (own := _judge(session, training, left_out, *answer)):
            notes.append(f"its model takes no {', '.join(left_out)}: it has the document's")
            findings = own
        result = self.result(notes=tuple(notes))
        if findings:
            alone = _is_right_alone(session, training, left_out)
            message = KEPT if alone else _ignored(session, training, answer[0])
            status = DEVIATION
            result = replace(result, status=status, message=message, findings=tuple(findings))
            if message == UNKNOWN and not training.variants and not left_out:
                why = _explained(session, training, answer[0])
                if why and (why.explanations or why.found):
                    result = replace(result, message="", explained=why)
        here.on_progress(training.id, training.epochs, training.epochs)
        return result


def _train(session: Session, training: Training) -> Answer:
    """Train once with all hyperparameters given; return the parameters and what was printed."""
    X, Y, _, hyper = fixtures.small_start()
    printed: dict[int, str] = {}

    def on_output(line: str) -> None:
        if found := PRINTED.search(line):
            printed[int(found[1])] = found[2]

    arguments: dict[str, Any] = {
        **in_dtype(X, Y, session.greeting["dtype"]),
        "layers_dims": fixtures.small_layers(),
        "optimizer": training.optimizer,
        "keywords": {**hyper, "num_epochs": training.epochs, "print_cost": True},
    }
    timeout = TO_START * session.timeout
    answer = session.call("model", training.id, arguments, timeout=timeout, on_output=on_output)
    return flatten("model", answer.get("value")), printed


def _without_costs(session: Session, training: Training, printed: dict[int, str]) -> list[str]:
    if not (training.mean_cost and printed):
        return []
    return other_costs(training, True, printed, BOUNDS[session.greeting["dtype"]][0])


def _judge(
    session: Session,
    training: Training,
    left_out: list[str],
    parameters: dict[str, Array],
    printed: dict[int, str],
) -> list[Finding]:
    dtype = session.greeting["dtype"]
    costs, wanted = _wanted(training, left_out)
    return [
        *judge_costs(costs, printed, BOUNDS[dtype][0]),
        *judge_parameters(wanted, BOUNDS[dtype][1], parameters, dtype),
    ]


def _wanted(
    training: Training, left_out: list[str]
) -> tuple[dict[int, tuple[str, float]], dict[str, Array]]:
    """Return the costs and parameters that must come out.

    They are proved. What the model cannot be given has the document's value, and what it declares
    as a variant the variant's formula: then they are the reference's, in float64, as they are
    where it trains for fewer epochs.
    """
    slack = half_unit("0.000001")
    whole = training.epochs == fixtures.small_start()[3]["num_epochs"]
    if whole and not left_out and not training.variants:
        proved = fixtures.small(training.optimizer)
        costs = {epoch: (digits[:11], slack) for epoch, digits in proved.costs.items()}
        return costs, proved.parameters
    costs, changed = {}, put_in(training.variants)
    defaults = {k: v for k, v in fixtures.documented_start()[3].items() if k in left_out}
    optimizer, epochs = training.optimizer, training.epochs
    for epoch in train(optimizer, epochs, changed, fixtures.small_start, **defaults):
        if epoch.number % 1000 == 0:
            costs[epoch.number] = (f"{epoch.cost:.9f}", slack)
    return costs, epoch.parameters


def _is_right_alone(session: Session, training: Training, left_out: list[str]) -> bool:
    """Whether the training comes out right in a process of its own."""
    if not session.launch.command:  # a function of the caller's own process
        return False
    alone = Session(session.launch, session.timeout)
    try:
        alone.greet()
        answer = _train(alone, training)
        _without_costs(alone, training, answer[1])
        return not _judge(alone, training, left_out, *answer)
    except (CallError, TargetError):
        return False
    finally:
        alone.end()


def _explained(
    session: Session, training: Training, parameters: dict[str, Array]
) -> Diagnosis | None:
    """Say which mistake of the loop shows where hyperparameters are given."""

    def ask(epochs: int) -> dict[str, Array]:
        return _train(session, replace(training, epochs=epochs))[0]

    dtype = session.greeting["dtype"]
    return explain_training(training, dtype, BOUNDS[dtype][1], ask, parameters)


def _ignored(session: Session, training: Training, parameters: dict[str, Array]) -> str:
    """Say which hyperparameters it trains with in place of those that it is given, if one knows."""
    dtype = session.greeting["dtype"]
    documented, given = fixtures.documented_start()[3], fixtures.small_start()[3]
    own_names = ("learning_rate", "mini_batch_size", *USED[training.optimizer])
    names = [k for k in own_names if k in given]
    every = (c for n in range(len(names) + 1) for c in combinations(names, n))
    for ignored in every:
        own = {k: documented[k] for k in ignored}
        changed = put_in(training.variants)
        again = train(training.optimizer, training.epochs, changed, fixtures.small_start, **own)
        *_, epoch = again
        if not judge_parameters(epoch.parameters, BOUNDS[dtype][1], parameters, dtype):
            if not ignored:
                return "its parameters are right, its printed costs are not"
            named = ", ".join(ignored)
            return f"it ignores the {named} that it is given, and uses the document's"
    return UNKNOWN
