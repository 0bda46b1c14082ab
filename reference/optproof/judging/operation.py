"""A deviation as an operation: what the reference's own loop, or a proof, can be run with."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from ..deviations import Pipeline
from ..deviations.elementwise import BESIDE
from ..operations import OPERATIONS
from .predicting import results_of


def as_operation(pipeline: Pipeline, name: str) -> Callable[..., Any]:
    """Return a function with the operation's signature that has this deviation.

    It counts its calls, and keeps from one to the next what a variant keeps beside.
    """
    slips = pipeline.slips([name])
    calls = itertools.count(1)
    operation = OPERATIONS[pipeline.operation]
    beside: dict[str, Any] = {}

    def function(*arguments: Any, **named: Any) -> Any:
        given = {"t": next(calls), **dict(zip(operation.arguments, arguments)), **named, **beside}
        answer = results_of(pipeline.answer(given, slips))
        beside.update({k: v for k, v in answer.items() if k == BESIDE})
        several = tuple(answer[result] for result in operation.results)
        return several if len(several) > 1 else several[0]

    return function
