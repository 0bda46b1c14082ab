"""Expected values: the reference's own source on balls made exactly from the float64 inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import numpy as np

from .. import methods
from ..ball import NotProved
from ..operations import OPERATIONS, next_arguments
from ..protocol import Array, names
from . import legacy
from .numbers import Number, elementwise, rounded
from .trajectory_vectors import Steps
from .vector import Vector

PRECISION, MOST_PRECISION = 256, 8192

Tensors = dict[str, Array]


class Arithmetic:
    """How inputs become numbers, and what happens to results: here nothing, all is exact."""

    def model(self, ball: Any, roundings: int, underflows: bool) -> Any:
        """Return what becomes of the result of one operation."""
        return ball

    def tensor(self, value: float) -> Number:
        """Return an element of an input tensor."""
        return Number(flint.arb(value), self.model)

    def scalar(self, name: str, value: float) -> Number:
        """Return a hyperparameter."""
        return Number(flint.arb(value), self.model)

    def stored(self, value: Any) -> Any:
        """Return an element of a result."""
        return value


def evaluate(
    vector: Vector | Steps, arithmetic: Arithmetic, function: Callable[..., Any] | None = None
) -> Tensors:
    """Return the tensors that a vector's last call gives, in the arithmetic given.

    `function` takes the place of the reference's own, for what a variant would answer.

    Floating results are object arrays of :class:`Number` (or of the whole number 0); labels and
    mini-batches, which are only moved, are plain arrays.
    """
    if isinstance(vector, Steps):
        return vector.evaluate(arithmetic, function)
    if function is None and vector.operation == "random_mini_batches":
        return _mini_batches(**vector.inputs)
    if function is None and vector.operation == "initialize_parameters":
        results = {"parameters": _initial_parameters(vector.inputs["layers_dims"], arithmetic)}
        return _named(results, arithmetic)
    operation = OPERATIONS[vector.operation]
    function = function or getattr(methods, operation.name)
    arguments = _numbers(vector.inputs, arithmetic)
    for call in range(vector.calls):
        if call:
            change = _numbers(vector.change(call), arithmetic)
            arguments = next_arguments(arguments, results, change)
        value = function(**arguments)
        several = value if len(operation.results) > 1 else (value,)
        results = dict(zip(operation.results, several))
    return _named(results, arithmetic)


def expected_values(
    vector: Vector | Steps, form: Callable[[], Callable[..., Any]] | None = None
) -> tuple[Tensors, Tensors]:
    """Return the expected tensors, correctly rounded, and the balls that prove them.

    `form` returns a variant's function: anew for each precision, for it may remember.

    Raises
    ------
    NotProved
        If no precision up to 8192 bits decides every comparison and every rounding.
    """
    precision = PRECISION
    while True:
        flint.ctx.prec = precision
        try:
            balls = evaluate(vector, Arithmetic(), form and form())
            return {name: _round(tensor) for name, tensor in balls.items()}, balls
        except NotProved as error:
            precision *= 2
            if precision > MOST_PRECISION:
                raise NotProved(f"{vector.id}: {error.what}, at {MOST_PRECISION} bits") from None


def _round(tensor: Array) -> Array:
    if tensor.dtype != object:
        return tensor
    values = elementwise(lambda x: rounded(x.arb) if isinstance(x, Number) else float(x), tensor)
    return np.asarray(values, dtype=np.float64)


def _numbers(value: Any, arithmetic: Arithmetic, name: str = "") -> Any:
    if isinstance(value, dict):
        return {k: _numbers(v, arithmetic, k) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_numbers(v, arithmetic, name) for v in value]
    if isinstance(value, np.ndarray):
        exact = value.astype(object)
        return elementwise(arithmetic.tensor, exact) if value.dtype == np.float64 else exact
    return arithmetic.scalar(name, value) if isinstance(value, float) else value


def _named(results: dict[str, Any], arithmetic: Arithmetic) -> Tensors:
    tensors = {name: np.asarray(a) for name, a in names.named(results).items()}
    return {
        k: elementwise(arithmetic.stored, a) if a.dtype == object else a for k, a in tensors.items()
    }


def _mini_batches(
    X: Array, Y: Array, mini_batch_size: int, seed: int, permutation: list[int] | None = None
) -> Tensors:
    order = permutation or legacy.permutation(seed, X.shape[1])
    batches = [order[k : k + mini_batch_size] for k in range(0, len(order), mini_batch_size)]
    return {
        names.batch(k, name): a[:, columns]
        for k, columns in enumerate(batches)
        for name, a in (("X", X), ("Y", Y))
    }


def _initial_parameters(layers_dims: list[int], arithmetic: Arithmetic) -> Tensors:
    sizes = list(zip(layers_dims[1:], layers_dims))
    drawn = iter(legacy.normals(3, sum(n * before for n, before in sizes), arithmetic.model))
    parameters = {}
    for layer, (n, before) in enumerate(sizes, start=1):
        scale = Number(flint.arb(2) / before, arithmetic.model).sqrt()
        W = np.array([next(drawn) * scale for _ in range(n * before)], dtype=object)
        parameters[f"W{layer}"] = W.reshape(n, before)
        parameters[f"b{layer}"] = np.zeros((n, 1), dtype=int).astype(object)
    return parameters
