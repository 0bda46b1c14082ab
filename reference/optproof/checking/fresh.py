"""Cases drawn on the spot: a table of the published answers does not pass them.

Shapes, scales, hyperparameters and states are drawn from a seed that the report prints. What is
right, and how far an answer may be from it, comes from the reference's own source on numbers that
carry their error (:mod:`optproof.oracle.decimals`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from .. import methods
from ..fixtures import Case, Json, load_cases, read_case
from ..operations import CACHES, OPERATIONS
from ..oracle.decimals import Undecided, near, told
from ..protocol import Array, encode, names

Inputs = dict[str, Any]


class Draw:
    """Draws inputs that every format down to float32 can be judged by."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`."""
        return self._random.randint(low, high)

    def power(self, low: float, high: float) -> float:
        """Return a number between two powers of ten, of four digits."""
        return float(f"{10 ** self._random.uniform(low, high):.4g}")

    def array(self, *shape: int, size: float = 1.0) -> Array:
        """Return numbers of both signs about as large as `size`, none of them near 0."""
        count = int(np.prod(shape))
        drawn = [self._random.choice((-1, 1)) * self._random.uniform(0.1, 2) for _ in range(count)]
        return np.array([float(f"{size * x:.5g}") for x in drawn]).reshape(shape)

    def layers(self, dims: list[int], prefix: str = "", size: float = 1.0) -> dict[str, Array]:
        """Return a tensor for each weight and bias of a network."""
        tensors = {}
        for layer, (n, before) in enumerate(zip(dims[1:], dims), start=1):
            tensors[f"{prefix}W{layer}"] = self.array(n, before, size=size)
            tensors[f"{prefix}b{layer}"] = self.array(n, 1, size=size)
        return tensors

    def dims(self, layers: int, last: int | None = None) -> list[int]:
        """Return the sizes of a network."""
        sizes = [self.whole(1, 5) for _ in range(layers + 1)]
        return [*sizes[:-1], last] if last else sizes


def _update(draw: Draw, *states: str) -> Inputs:
    dims, size = draw.dims(draw.whole(1, 4)), draw.power(-4, 2)
    inputs: Inputs = {
        "parameters": draw.layers(dims),
        "grads": draw.layers(dims, "d", size),
        "learning_rate": draw.power(-3.5, 0),
    }
    for state in states:
        inputs[state] = draw.layers(dims, "d", size)
    if "s" in states:
        inputs["s"] = {k: np.abs(a) * size for k, a in inputs["s"].items()}
    return inputs


def _momentum(draw: Draw) -> Inputs:
    return {**_update(draw, "v"), "beta": draw.power(-0.7, -0.002)}


def _adam(draw: Draw) -> Inputs:
    weights = {"beta1": draw.power(-0.5, -0.01), "beta2": draw.power(-0.1, -0.001)}
    small = {"epsilon": draw.power(-9, -2), "t": draw.whole(1, 60)}
    return {**_update(draw, "v", "s"), **weights, **small}


def _mini_batches(draw: Draw) -> Inputs:
    m = draw.whole(1, 40)
    X = np.round(
        draw.array(draw.whole(1, 3), m, size=500.0)
    )  # every format down to float32 holds it
    Y = np.array([[draw.whole(0, 1) for _ in range(m)]])
    return {
        "X": X,
        "Y": Y,
        "mini_batch_size": draw.whole(1, m + 3),
        "seed": draw.whole(0, 2**32 - 1),
    }


def _network(draw: Draw) -> Inputs:
    dims = draw.dims(3, last=1)
    return {"X": draw.array(dims[0], draw.whole(1, 6)), "parameters": draw.layers(dims)}


def _cost(draw: Draw) -> Inputs:
    m = draw.whole(1, 8)
    Y = np.array([[draw.whole(0, 1) for _ in range(m)]])
    return {"a3": 0.5 + np.round(draw.array(1, m, size=0.2), 4), "Y": Y}


def _backward(draw: Draw) -> Inputs:
    inputs = _network(draw)
    _, caches = methods.forward_propagation(**inputs)
    Y = np.array([[draw.whole(0, 1) for _ in range(inputs["X"].shape[1])]])
    return {"X": inputs["X"], "Y": Y, "caches": list(caches)}


def _predict(draw: Draw) -> Inputs:
    inputs = _network(draw)
    y = np.array([[draw.whole(0, 1) for _ in range(inputs["X"].shape[1])]])
    return {"X": inputs["X"], "y": y, "parameters": inputs["parameters"]}


#: How the inputs of each operation are drawn.
DRAWS: dict[str, Callable[[Draw], Inputs]] = {
    "update_parameters_with_gd": _update,
    "random_mini_batches": _mini_batches,
    "initialize_velocity": lambda draw: {"parameters": draw.layers(draw.dims(draw.whole(1, 4)))},
    "update_parameters_with_momentum": _momentum,
    "initialize_adam": lambda draw: {"parameters": draw.layers(draw.dims(draw.whole(1, 4)))},
    "update_parameters_with_adam": _adam,
    "initialize_parameters": lambda draw: {"layers_dims": draw.dims(draw.whole(1, 4))},
    "forward_propagation": _network,
    "compute_cost": _cost,
    "backward_propagation": _backward,
    "predict": _predict,
    "predict_dec": _network,
}
#: NumPy draws the normal numbers for both sides; between its versions they differ by less.
DRAWN = 64 * 2.0**-53


def draw_cases(operations: Iterable[str], count: int, seed: int) -> list[Case]:
    """Return `count` cases of each operation, drawn from a seed."""
    clauses = {c.operation: c.clauses for f in load_cases() for c in f.cases}
    wanted = [name for name in OPERATIONS if name in DRAWS and name in set(operations)]
    return [_case(name, clauses[name], k, seed) for name in wanted for k in range(1, count + 1)]


def _case(operation: str, clauses: tuple[str, ...], number: int, seed: int) -> Case:
    attempt = 0
    while True:
        draw = Draw(f"{seed}/{operation}/{number}/{attempt}")
        inputs = DRAWS[operation](draw)
        try:
            expected = expected_of(operation, inputs)
            break
        except Undecided:
            attempt += 1  # too close to a tie
    raw: Json = {
        "id": f"{OPERATIONS[operation].short}/fresh-{number}",
        "clauses": list(dict.fromkeys(c for c in clauses if not c.startswith("CONV"))),
        "comment": f"Drawn with seed {seed}.",
        "inputs": encode(inputs),
        "dtypes": ["float64", "float32"],
        "expected": expected,
    }
    return read_case(operation, raw)


def expected_of(operation: str, inputs: Inputs) -> Json:
    """Return what the reference gives, with a bound for each number."""
    function = getattr(methods, operation)
    if operation == "initialize_parameters":
        drawn = function(**inputs)
        return {k: _tensor(a, DRAWN * np.abs(a)) for k, a in drawn.items()}
    if operation == "random_mini_batches":
        batches = function(**inputs)
        parts = names.named({"mini_batches": batches})
        return {name: _tensor(a, np.zeros(a.shape)) for name, a in parts.items()}
    if operation == "backward_propagation":
        return {k: _tensor(*told(a)) for k, a in _gradients(inputs).items()}
    value = function(**near(inputs))
    if operation.startswith("predict"):
        labels = np.asarray(value).astype(bool if operation == "predict_dec" else np.int64)
        return {"predictions": _tensor(labels, np.zeros(labels.shape))}
    results = OPERATIONS[operation].results
    named = names.named(dict(zip(results, value if len(results) > 1 else (value,))))
    return {name: _tensor(*told(a)) for name, a in named.items()}


def _gradients(inputs: Inputs) -> dict[str, Any]:
    """Return the gradients with the errors of who computes the activations again."""
    caches = dict(zip(CACHES, inputs["caches"]))
    parameters = near({k: a for k, a in caches.items() if k[0] in "Wb"})
    X = near(inputs["X"])
    _, again = methods.forward_propagation(X, parameters)
    gradients = methods.backward_propagation(X, inputs["Y"].astype(object), again)
    return {k: a for k, a in gradients.items() if k[:2] in ("dW", "db")}


def _tensor(values: Array, bounds: Array) -> Json:
    return {**encode(np.asarray(values)), "bound": np.asarray(bounds).reshape(-1).tolist()}
