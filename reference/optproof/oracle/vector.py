"""The definition of one case: its inputs, and what it is there to catch.

Inputs are literals, or drawn from Python's own generator: they owe nothing to NumPy's version.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..operations import OPERATIONS
from ..protocol import Array

Arrays = dict[str, Array]
Inputs = dict[str, Any]
FEW_BITS = "Numbers that every format holds: what comes back has the dtype of what was given."
_BY_SHORT = {operation.short: name for name, operation in OPERATIONS.items()}


@dataclass(frozen=True)
class Vector:
    """A case without what is expected.

    Parameters
    ----------
    id : str
        Permanent. The inputs are drawn from it.
    clauses, comment
    inputs : dict
        The arguments of the first call.
    then : tuple of dict
        Arguments that change at the later calls of a chain; after the last comes the first again.
    calls : int
        How many calls the chain has. Each later one takes the parameters and the state that the
        one before returned, and the next t.
    left_out : tuple of str
        Arguments whose defaults are judged.
    """

    id: str
    clauses: tuple[str, ...]
    comment: str
    inputs: Inputs
    then: tuple[Inputs, ...] = ()
    calls: int = 1
    left_out: tuple[str, ...] = ()

    @property
    def operation(self) -> str:
        """The operation that the id begins with."""
        return _BY_SHORT[self.id.partition("/")[0]]

    def change(self, call: int) -> Inputs:
        """Return the arguments that change at a later call, counted from 1."""
        return self.then[(call - 1) % len(self.then)] if self.then else {}


class Draw:
    """Numbers of four decimals from Python's own generator: the same on every machine.

    Parameters
    ----------
    seed : str
        The id of the case.
    """

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def array(self, *shape: int, low: float = -1.5, high: float = 1.5) -> Array:
        """Return an array of numbers between `low` and `high`, none of them 0."""
        drawn: list[float] = []
        while len(drawn) < np.prod(shape):
            if number := round(low + (high - low) * self._random.random(), 4):
                drawn.append(number)
        return array(drawn, *shape)

    def eighths(self, *shape: int, low: float = -1.5, high: float = 1.5) -> Array:
        """Return multiples of 1/8, none of them 0: few bits, so that sums of products are exact."""
        drawn = np.round(self.array(*shape, low=low, high=high) * 8) / 8
        return np.where(drawn == 0, 0.125, drawn)

    def layers(self, dims: tuple[int, ...], prefix: str = "", **between: float) -> Arrays:
        """Return ``W1, b1, ..., WL, bL`` of the network `dims`, their keys behind `prefix`."""
        tensors = {}
        for layer, (n, before) in enumerate(zip(dims[1:], dims), start=1):
            tensors[f"{prefix}W{layer}"] = self.array(n, before, **between)
            tensors[f"{prefix}b{layer}"] = self.array(n, 1, **between)
        return tensors


def array(values: Any, *shape: int) -> Array:
    """Return a float64 array."""
    return np.array(values, dtype=np.float64).reshape(shape)


def labels(*values: int) -> Array:
    """Return labels of shape (1, m)."""
    return np.array([values], dtype=np.int64)
