"""An optimizer seen through the parameters after each of its steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .. import methods
from ..deviations import PIPELINES, Slip
from ..deviations.elementwise import BESIDE
from ..errors import Malformed
from ..fixtures import Trajectory
from ..operations import OPERATIONS
from ..protocol import Array, encode, names
from . import rounding
from .judge import flatten
from .predicting import results_of

Arrays = dict[str, Array]
#: The parameters after each step.
Path = list[Arrays]
#: Takes the arguments of the operation; returns its results by name.
Update = Callable[[dict[str, Any]], dict[str, Any]]

STATE = {"gd": (), "momentum": ("v",), "adam": ("v", "s")}


def flatten_steps(value: Any, steps: int, instances: int = 1) -> list[Path]:
    """Return the parameters after each step, for each instance, from the answer to ``steps``.

    Raises
    ------
    Malformed
        If it is not a list of as many entries as there are steps, or one of them is no dict of
        arrays.
    """
    entries = value.get("parameters") if isinstance(value, dict) else None
    if not isinstance(entries, list):
        raise _malformed("the answer has no list of parameters, one entry a step")
    if len(entries) != steps:
        raise _malformed(f"{len(entries)} entries for {steps} steps: one is due after each step")
    if instances == 1:
        return [[flatten("update_parameters_with_gd", {"parameters": e}) for e in entries]]
    if not all(isinstance(entry, list) and len(entry) == instances for entry in entries):
        raise _malformed(f"parameters must hold a list of {instances}, one an instance, a step")
    each = [{"parameters": [entry[i] for entry in entries]} for i in range(instances)]
    return [path for one in each for path in flatten_steps(one, steps)]


def _malformed(what: str) -> Malformed:
    return Malformed(what, 'PROTOCOL.md, "Optimizers"')


def named(trajectory: Trajectory, path: Path) -> Arrays:
    """Return the tensors that are judged, by names such as ``step[3].W1``."""
    judged = trajectory.judged
    return {names.step(step, k): a for step in judged for k, a in path[step - 1].items()}


def follow(
    trajectory: Trajectory,
    update: Update,
    tensor: Callable[[Array], Any] = lambda array: array,
    scalar: Callable[[str, float], Any] = lambda name, value: value,
) -> Iterator[Arrays]:
    """Yield the parameters after each step, the state kept here and zero at first.

    Parameters
    ----------
    update : callable
        One step: the document's, or one with deviations.
    tensor, scalar : callable
        What makes numbers of the arrays, and of the hyperparameters by their names.
    """
    parameters = {k: tensor(a) for k, a in trajectory.parameters.items()}
    state = {
        name: {f"d{k}": tensor(np.zeros(a.shape)) for k, a in trajectory.parameters.items()}
        for name in (*STATE[trajectory.optimizer], BESIDE)
    }
    given = {k: scalar(k, v) for k, v in trajectory.hyperparameters.items()}
    for number, step in enumerate(trajectory.steps, start=1):
        if "learning_rate" in step:
            given["learning_rate"] = scalar("learning_rate", step["learning_rate"])
        grads = {k: tensor(g) for k, g in step["grads"].items() if g is not None}
        moving = {k: a for k, a in parameters.items() if f"d{k}" in grads}
        kept = {name: {k: tensors[k] for k in grads} for name, tensors in state.items()}
        results = update({"parameters": moving, "grads": grads, **kept, "t": number, **given})
        parameters = {**parameters, **results["parameters"]}
        state = {name: {**tensors, **results.get(name, {})} for name, tensors in state.items()}
        yield parameters


def as_specified(optimizer: str) -> Update:
    """Return the document's own step."""
    operation = OPERATIONS[f"update_parameters_with_{optimizer}"]
    function = getattr(methods, operation.name)

    def update(arguments: dict[str, Any]) -> dict[str, Any]:
        value = function(**{k: arguments[k] for k in operation.arguments})
        return dict(zip(operation.results, value if len(operation.results) > 1 else (value,)))

    return update


def with_deviations(optimizer: str, deviations: Sequence[str | Slip]) -> Update:
    """Return a step with these deviations: ids of the catalogue, or slips that were found."""
    pipeline = PIPELINES[f"update_parameters_with_{optimizer}"]
    slips = pipeline.slips(deviations)
    return lambda arguments: results_of(pipeline.answer(arguments, slips))


def expect(trajectory: Trajectory, deviations: Sequence[str] = ()) -> Trajectory:
    """Return the trajectory with what is expected computed here, with its bounds.

    For hyperparameters that the fixtures do not have, and for the form of these `deviations`.

    Raises
    ------
    ArithmeticError
        If nothing can be said: a divisor that may be zero.
    """
    form = with_deviations if deviations else as_specified
    update = form(trajectory.optimizer, *([deviations] if deviations else []))
    judged, expected = trajectory.judged, {}
    with rounding.precisely():
        path = follow(trajectory, update, rounding.of_tensor, rounding.of_scalar)
        for number, parameters in enumerate(path, start=1):
            if number in judged:
                for k, tensor in parameters.items():
                    expected[names.step(number, k)] = _written(tensor)
    return trajectory.with_expected(expected)


def _written(tensor: Array) -> dict[str, Any]:
    """Return the tensor as the files have it, values and bounds."""
    numbers = [n if isinstance(n, rounding.Measured) else rounding.Measured(n) for n in tensor.flat]
    values = np.array([float(n) for n in numbers]).reshape(tensor.shape)
    return {**encode(values), "bound": [n.bound for n in numbers]}
