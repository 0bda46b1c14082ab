"""A case of three layers, to find out what a function expects; it judges nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..methods import forward_propagation
from ..operations import Operation
from .batches import are_batches


def probe() -> dict[str, Any]:
    """Return an argument of each documented name, new arrays each time."""
    generator = np.random.RandomState(7)
    parameters: dict[str, Any] = {}
    for layer, (n, before) in enumerate(((3, 2), (2, 3), (1, 2)), 1):
        parameters[f"W{layer}"] = generator.randn(n, before)
        parameters[f"b{layer}"] = generator.randn(n, 1)
    grads, v, s = (
        {f"d{key}": generator.randn(*a.shape) for key, a in parameters.items()} for _ in range(3)
    )
    X, Y = generator.randn(2, 7), np.array([[1, 0, 0, 1, 0, 1, 1]])
    a3, caches = forward_propagation(X, parameters)
    hyper = {"learning_rate": 0.05, "beta": 0.8, "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-7}
    state = {"v": v, "s": {key: a**2 for key, a in s.items()}, "t": 2}
    data = {"X": X, "Y": Y, "y": Y, "a3": a3, "caches": caches, "mini_batch_size": 3, "seed": 5}
    data["layers_dims"] = [2, 3, 2, 1]
    return {"parameters": parameters, "grads": grads, **state, **hyper, **data}


def examples() -> dict[str, Any]:
    """Return X and Y to draw mini-batches from: no rows, in whatever order, pass for columns."""
    X = np.random.RandomState(7).randn(8, 8)  # more of both than a batch has
    return {"X": X, "Y": np.array([[1, 0, 0, 1, 0, 1, 1, 0]])}


def probe_of(operation: Operation) -> dict[str, Any]:
    """Return the arguments that an operation is tried out with."""
    given = probe()
    if operation.name == "random_mini_batches":
        given |= examples()
    return {name: value for name, value in given.items() if name in operation.arguments}


#: The arguments by which one sees that nothing was changed.
TO_MOVE = {"parameters", "grads", "learning_rate"}


def changes_nothing(given: dict[str, Any], named: dict[str, Any]) -> bool:
    """Whether a call that should change something came back with nothing, or as it was given."""
    if "grads" in given and "parameters" in given and "parameters" in named:
        moving = given.get("learning_rate", 1) and any(map(_is_nonzero, given["grads"].values()))
        return bool(moving) and _same(given["parameters"], named["parameters"])
    return bool(named) and all(isinstance(v, (dict, list)) and not v for v in named.values())


def is_answer(named: dict[str, Any]) -> bool:
    """Whether what came back from the probe has the document's keys, and is not what was given."""
    given = probe()
    keys = {"parameters": given["parameters"].keys()}
    keys["v"] = keys["s"] = given["grads"].keys()
    for name, value in named.items():
        if name in keys and not (isinstance(value, dict) and value.keys() == keys[name]):
            return False
        if name == "mini_batches" and not are_batches(value, examples()["X"]):
            return False
        if name == "grads" and not (isinstance(value, dict) and value.keys() >= keys["v"]):
            return False
        if name == "caches" and not (isinstance(value, (tuple, list)) and len(value) == 12):
            return False
    return not changes_nothing(given, named)


def _is_nonzero(array: Any) -> bool:
    return getattr(array, "dtype", np.dtype(object)).kind == "f" and bool(np.any(array))


def _same(before: dict[str, Any], after: Any) -> bool:
    return isinstance(after, dict) and all(
        key in after and np.array_equal(array, after[key]) for key, array in before.items()
    )
