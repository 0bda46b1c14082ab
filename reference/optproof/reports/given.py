"""What an example starts from: the inputs of the number that is off, in a line."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from .. import fixtures
from ..errors import CallError
from ..fixtures import Case, Trajectory, load_trajectories
from ..judging.judge import Finding
from ..protocol import names

#: An array of so few numbers is shown whole.
FEW = 5


def given(name: str, finding: Finding) -> str:
    """Return the inputs of a test case that the finding's number is computed from.

    Where the answer is element by element, those of that element; else the shape of each.

    Examples
    --------
    >>> given("gd/documented", Finding("W1", "off", (0, 1)))
    'W1[0, 1] = -0.611756414, dW1 = 1.14472371, learning_rate = 0.01'
    """
    made = _by_id().get(name.partition(" of ")[0])
    if isinstance(made, Trajectory):
        return _of_trajectory(made, finding)
    if made is None:  # drawn for this run, or a training
        return ""
    try:
        arguments = made.arguments()
    except CallError:
        return ""
    said = ", ".join(_argument(n, v, finding) for n, v in arguments.items())
    return f"{said}; {made.calls} calls in a row" if made.calls > 1 else said


@cache
def _by_id() -> dict[str, Case | Trajectory]:
    cases = {case.id: case for file in fixtures.load_cases() for case in file.cases}
    return {**cases, **{t.id: t for t in load_trajectories()}}


def _argument(name: str, value: Any, finding: Finding) -> str:
    tensor = names.key_of(finding.tensor).removeprefix("d")
    if isinstance(value, dict):
        key = next((k for k in (tensor, f"d{tensor}") if k in value), None)
        if key is None or not _has(value[key], finding.index):
            return f"{name} {', '.join(value)}" if name == "parameters" else name
        place = str(list(finding.index or ())) if name == "parameters" else ""
        shown = key if name in ("parameters", "grads") else name
        return f"{shown}{place} = {_number(np.asarray(value[key])[finding.index])}"
    if isinstance(value, np.ndarray) and value.ndim:
        if value.size <= FEW:
            return f"{name} = [{', '.join(map(_number, value.flat))}]"
        return f"{name} of shape {value.shape}"
    if isinstance(value, (tuple, list)):
        return name if name == "caches" else f"{name} = {value}"
    return f"{name} = {_number(value)}"


def _of_trajectory(made: Trajectory, finding: Finding) -> str:
    tensor, number = names.key_of(finding.tensor), names.number_of(finding.tensor) or 1
    at = finding.index
    if at is None or not _has(made.parameters.get(tensor), at):
        return ""
    said = [f"{tensor}{list(at)} = {_number(made.parameters[tensor][at])}"]
    gradients = [entry["grads"].get(f"d{tensor}") for entry in made.steps[:number]]
    shown = ["none" if g is None else _number(g[at]) for g in gradients[:FEW]]
    more = ", ..." if len(gradients) > FEW else ""
    said.append(f"gradients {', '.join(shown)}{more}")
    said += [f"{name} = {_number(v)}" for name, v in made.hyperparameters.items()]
    return ", ".join(said)


def _has(array: Any, index: tuple[int, ...] | None) -> bool:
    """Whether the element is there."""
    shape = np.shape(array)
    return index is not None and len(index) == len(shape) and all(map(int.__lt__, index, shape))


def _number(value: Any) -> str:
    return f"{float(value):.9g}"
