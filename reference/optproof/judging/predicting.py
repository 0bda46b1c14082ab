"""What an implementation with given deviations answers to a case, and whether an answer is that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..deviations import Answer, Pipeline, Slip
from ..deviations.elementwise import BESIDE
from ..fixtures import Case, Trajectory
from ..operations import next_arguments
from ..protocol import Array, names
from .judge import UNIT_ROUNDOFF

#: How far an answer may be from what a deviation predicts: so many error bounds of its case,
#: and this part of the value. A deviation can round more than the method it deviates from, but
#: no two deviations of the catalogue are so close in all vectors.
BOUNDS, RELATIVE = 64.0, 1e-12
#: What a form raises that cannot take the arguments.
UNFIT = (ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError)


def reproduces(
    pipeline: Pipeline, deviations: Iterable[str | Slip], case: Case, answer: Answer, dtype: str
) -> bool:
    """Whether an implementation with these deviations gives this answer to this case."""
    try:
        predicted = predict(pipeline, deviations, case)
    except ArithmeticError:  # where an array would hold infinity
        try:
            predicted = predict(pipeline, deviations, case, _as_numpy_has_it)
        except UNFIT:
            return False
    except UNFIT:
        return False
    return predicted.keys() == answer.keys() and all(
        close(case, tensor, value, answer[tensor], dtype) for tensor, value in predicted.items()
    )


def predict(
    pipeline: Pipeline,
    deviations: Iterable[str | Slip],
    case: Case,
    numbers: Callable[[dict[str, Any]], dict[str, Any]] = lambda arguments: arguments,
) -> Answer:
    """Return what an implementation with these deviations answers to a case, chains included.

    `numbers` turns the arguments into the numbers to compute with.
    """
    slips = pipeline.slips(deviations)
    arguments = numbers(case.arguments())
    for call in range(1, case.calls + 1):
        # Where the operation has no t, the stages see the number of the call as t.
        answer = pipeline.answer({"t": call, **arguments}, slips)
        results = results_of(answer)
        if call < case.calls:
            arguments = next_arguments(arguments, results, case.change(call))
            arguments |= {BESIDE: results[BESIDE]} if BESIDE in results else {}
    return {name: tensor for name, tensor in answer.items() if names.result_of(name) != BESIDE}


def _as_numpy_has_it(arguments: dict[str, Any]) -> dict[str, Any]:
    return {k: np.float64(a) if isinstance(a, float) else a for k, a in arguments.items()}


def results_of(answer: Answer) -> dict[str, Any]:
    """Return the results by name from their tensors: dicts of tensors, or the tensor itself."""
    results: dict[str, Any] = {}
    for name, tensor in answer.items():
        result = names.result_of(name)
        if name == result:
            results[name] = tensor
        else:
            results.setdefault(result, {})[names.key_of(name)] = tensor
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
