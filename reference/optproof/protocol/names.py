"""What a tensor is called: in cases, in answers, in signatures, in reports.

``W1`` and ``dW1`` are of the parameters and the gradients; ``v.dW1`` is of the moments;
``caches.z1``, ``mini_batches[0].X``; ``step[3].W1`` is a parameter after a step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ..errors import Malformed
from ..operations import CACHES, OPERATIONS
from .tensors import NONFINITE, Array, MalformedMessage, decode, decode_tensor, shown, tidy

RESULTS = "SPEC.md, section 1, says what each operation returns"
A_TENSOR = 'a tensor is an array of NumPy, or in JSON what PROTOCOL.md, "Values", shows'
#: The results that are dicts of tensors.
NESTED = ("parameters", "grads", "v", "s")


def batch(number: int, part: str) -> str:
    """Return the name of a part of a mini-batch, counted from 0.

    >>> batch(0, "X")
    'mini_batches[0].X'
    """
    return f"mini_batches[{number}].{part}"


def cache(name: str) -> str:
    """Return the name of a tensor among the caches."""
    return f"caches.{name}"


def step(number: int, parameter: str) -> str:
    """Return the name of a parameter after a step, counted from 1.

    >>> step(3, "W1")
    'step[3].W1'
    """
    return f"step[{number}].{parameter}"


def number_of(tensor: str) -> int | None:
    """Return which step, or which mini-batch, a tensor is of.

    >>> number_of("step[3].W1"), number_of("v.dW1")
    (3, None)
    """
    found = tensor.partition("[")[2].partition("]")[0]
    return int(found) if found.isdigit() else None


def key_of(tensor: str) -> str:
    """Return what a tensor is called within its result: ``dW1`` for ``v.dW1``."""
    return tensor.rpartition(".")[2]


def result_of(tensor: str) -> str:
    """Return the result that a tensor belongs to: ``v.dW1`` to v, ``W1`` to parameters."""
    head = tensor.partition(".")[0].partition("[")[0]
    if head[0] in "Wb" and head[1:].isdigit():
        return "parameters"
    return "grads" if head[0] == "d" else head


def named(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tensors of results by name, as they are.

    What the document's helper returns beside the gradients, dz and da, is left out.
    """
    return {name: tensor for result in results for name, tensor in _within(result, results[result])}


def _within(result: str, value: Any) -> Iterator[tuple[str, Any]]:
    if result == "caches":
        yield from ((cache(name), tensor) for name, tensor in zip(CACHES, value))
    elif result == "mini_batches":
        for number, parts in enumerate(value):
            yield from ((batch(number, part), tensor) for part, tensor in zip("XY", parts))
    elif isinstance(value, dict) and result in NESTED:
        prefix = "" if result in ("parameters", "grads") else f"{result}."
        for key, tensor in value.items():
            if result != "grads" or not key.startswith(("dz", "da")):
                yield f"{prefix}{key}", tensor
    else:
        yield result, value


def flatten(operation: str, value: Any) -> dict[str, Array]:
    """Return the tensors of an answer by name, checked.

    Raises
    ------
    Malformed
        If a result is missing, or something that must be a tensor is none.
    """
    if not isinstance(value, dict):
        raise _malformed(f"the answer is {shown(value)}, not an object with the results by name")
    results = {}
    for result in OPERATIONS[operation].results:
        if result not in value:
            raise _malformed(f"the answer has no {result}")
        _check_form(result, value[result])
        results[result] = value[result]
    return {name: _tensor(name, tensor) for name, tensor in named(results).items()}


def _check_form(result: str, value: Any) -> None:
    """Raise where a result that holds several tensors is not to its form."""
    if result in NESTED and not isinstance(value, dict):
        raise _malformed(f"{result} is {shown(value)}, not an object (a dict) of tensors")
    if result == "caches" and (not isinstance(value, list) or len(value) != len(CACHES)):
        what = f"not a list of {len(CACHES)} tensors: {', '.join(CACHES)}"
        raise _malformed(f"caches is {shown(value)}, {what}")
    if result == "mini_batches" and (
        not isinstance(value, list) or not all(isinstance(b, list) and len(b) == 2 for b in value)
    ):
        raise _malformed(f"mini_batches is {shown(value)}, not a list of pairs [X, Y]")


def _tensor(name: str, value: Any) -> Array:
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, dict):
        if missing := next((k for k in ("dtype", "shape") if k not in value), ""):
            raise _malformed(f"{name} is an object without {missing}: {shown(value)}", A_TENSOR)
        try:
            return decode_tensor(value)
        except MalformedMessage as error:
            raise _malformed(f"{name} is {error}", A_TENSOR) from None
    if isinstance(value, (bool, int, float)) or value in NONFINITE:
        return np.array(decode(value))
    raise _malformed(f"{name} is {shown(value)}, not a tensor", A_TENSOR)


def _malformed(what: str, hint: str = RESULTS) -> Malformed:
    return Malformed(tidy(what), hint)
