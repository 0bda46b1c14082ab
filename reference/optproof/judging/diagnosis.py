"""Which known mistakes explain the answers: the smallest set that reproduces all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..deviations import PIPELINES, Answer, Pipeline, Stage, State
from ..fixtures import Case, next_arguments
from ..protocol import Array
from ..trajectories import Trajectory
from .judge import UNIT_ROUNDOFF, compare

#: At most so many mistakes at once are looked for.
MOST = 3
#: How far an answer may be from what a deviation predicts: so many error bounds of its case,
#: and this part of the value. A deviation can round more than the method it deviates from, but
#: no two deviations of the catalogue are so close in all vectors.
BOUNDS, RELATIVE = 64.0, 1e-12


@dataclass(frozen=True)
class Diagnosis:
    """What explains the deviations of one operation.

    Parameters
    ----------
    operation : str
    explanations : tuple of tuples of str
        Each a smallest set of known deviations that reproduces *all* answers; more than one
        where they cannot be told apart; empty: an unknown deviation.
    right, wrong : tuple of str
        The results that are right in every case, and those that are not: ``parameters``, ``v``.
    stage, clause : str
        For an unknown deviation: the first stage whose result is wrong, and its clause.
    """

    operation: str
    explanations: tuple[tuple[str, ...], ...]
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    stage: str = ""
    clause: str = ""


def diagnose(operation: str, answers: Sequence[tuple[Case, Answer]], dtype: str) -> Diagnosis:
    """Explain the answers of an operation of which at least one deviates.

    Parameters
    ----------
    operation : str
    answers : sequence of (Case, answer)
        Every case that was answered, the passing ones too: an explanation must fit them all.
    dtype : str
        What the implementation declares to compute in.
    """
    groups: dict[str, bool] = {}
    deviating: list[tuple[Case, Answer]] = []
    passing: list[tuple[Case, Answer]] = []
    for case, answer in answers:
        wrong = {finding.tensor for finding in compare(case.expected, answer, dtype)}
        (deviating if wrong else passing).append((case, answer))
        for name in case.expected:
            group = result_of(name)
            groups[group] = groups.get(group, True) and name not in wrong
    right = tuple(g for g, fine in groups.items() if fine)
    wrong_groups = tuple(g for g, fine in groups.items() if not fine)
    pipeline = PIPELINES.get(operation)
    if pipeline is None or not deviating:
        return Diagnosis(operation, (), right, wrong_groups)
    # The smallest deviating case of one call first: most candidates fall there.
    deviating.sort(key=lambda pair: (pair[0].calls, sum(a.size for a in pair[1].values())))
    ordered = [*deviating, *passing]
    with np.errstate(all="ignore"):
        for size in range(1, MOST + 1):
            found = [
                names
                for names in candidates(pipeline, ordered[0], size, dtype)
                if all(reproduces(pipeline, names, case, a, dtype) for case, a in ordered)
            ]
            if found:
                return Diagnosis(operation, tuple(found), right, wrong_groups)
    stage = _first_suspect(pipeline, wrong_groups)
    return Diagnosis(operation, (), right, wrong_groups, stage.name, stage.clause)


def result_of(tensor: str) -> str:
    """Return the result that a tensor belongs to: ``v.dW1`` to v, ``W1`` to parameters."""
    head = tensor.partition(".")[0].partition("[")[0]
    if head[0] in "Wb" and head[1:].isdigit():
        return "parameters"
    return "grads" if head[0] == "d" else head


#: The first stages that a wrong result can come from; v and s before parameters.
SOURCES = {
    "v": ("velocity", "first moment"),
    "s": ("second moment",),
    "parameters": ("correction of v", "step", "draws"),
}


def _first_suspect(pipeline: Pipeline, wrong: tuple[str, ...]) -> Stage:
    """Return the first stage that a wrong result can come from."""
    for result, names in SOURCES.items():
        for stage in pipeline.stages:
            if result in wrong and stage.name in names:
                return stage
    return pipeline.stages[0]


def candidates(
    pipeline: Pipeline, first: tuple[Case, Answer], size: int, dtype: str
) -> Iterator[tuple[str, ...]]:
    """Yield the sets of `size` deviations that could explain the first answer.

    The stages of one tensor are walked in order; a set is given up as soon as a stage settles a
    result that is not the one that came back.
    """
    case, answer = first
    arguments = case.arguments()
    name, state = next(iter(pipeline.start(arguments).items()))

    def settled(stage: Stage, x: State) -> bool:
        tensor = {"theta": name, "v": f"v.d{name}", "s": f"s.d{name}"}.get(stage.output, "")
        if case.calls > 1 or tensor not in case.expected:
            return True  # a chain shows its last answer alone
        if tensor not in answer:
            return False
        value = x["theta_new" if stage.output == "theta" else f"{stage.output}_out"]
        return close(case, tensor, value, answer[tensor], dtype)

    def walk(stages: tuple[Stage, ...], x: State, left: int) -> Iterator[tuple[str, ...]]:
        if not stages:
            if not left:
                yield ()
            return
        stage, rest = stages[0], stages[1:]
        forms = [("", stage.step)] if left <= len(rest) else []
        forms += stage.deviations.items() if left else []
        for deviation, step in forms:
            try:
                after = State(x, **step(x))
            except (ValueError, IndexError, ZeroDivisionError):
                continue  # shapes that this form cannot take
            if settled(stage, after):
                chosen = (deviation,) if deviation else ()
                for others in walk(rest, after, left - len(chosen)):
                    yield (*chosen, *others)

    yield from walk(pipeline.stages, state, size)


def reproduces(
    pipeline: Pipeline, names: Sequence[str], case: Case, answer: Answer, dtype: str
) -> bool:
    """Whether an implementation with these deviations gives this answer to this case."""
    try:
        predicted = predict(pipeline, names, case)
    except (ValueError, IndexError, ZeroDivisionError):
        return False
    return predicted.keys() == answer.keys() and all(
        close(case, tensor, value, answer[tensor], dtype) for tensor, value in predicted.items()
    )


def predict(pipeline: Pipeline, names: Sequence[str], case: Case) -> Answer:
    """Return what an implementation with these deviations answers to a case, chains included."""
    arguments = case.arguments()
    for call in range(1, case.calls + 1):
        # Where the operation has no t, the stages see the number of the call as t.
        answer = pipeline.answer({"t": call, **arguments}, names)
        if call < case.calls:
            arguments = next_arguments(arguments, results_of(answer), case.change(call))
    return answer


def results_of(answer: Answer) -> dict[str, Any]:
    """Return the results by name from their tensors: dicts of tensors, or the tensor itself."""
    results: dict[str, Any] = {}
    for name, tensor in answer.items():
        result = result_of(name)
        if name == result:
            results[name] = tensor
        else:
            results.setdefault(result, {})[name.rpartition(".")[2]] = tensor
    return results


def close(case: Case | Trajectory, tensor: str, predicted: Array, got: Array, dtype: str) -> bool:
    """Whether a tensor is what a deviation predicts, up to rounding."""
    predicted = np.asarray(predicted)
    if predicted.shape != got.shape:
        return False
    if got.dtype.kind != "f":
        return bool(np.array_equal(predicted, got))
    looser = UNIT_ROUNDOFF[dtype] / UNIT_ROUNDOFF["float64"]
    want = case.expected.get(tensor)
    bound: Array | float = 0.0
    if want is not None and want.bound is not None and want.bound.shape == got.shape:
        bound = want.bound if want.digits else BOUNDS * want.bound
    values = got.astype(float)
    near = np.abs(values - predicted) <= looser * (bound + RELATIVE * np.abs(predicted))
    near &= np.isfinite(predicted)  # no number is near to infinity
    same = (values == predicted) | (np.isnan(values) & np.isnan(predicted))
    return bool((near | same).all())
