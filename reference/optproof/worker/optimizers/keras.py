"""Subclasses of Keras' optimizer."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from .arguments import Arguments
from .devices import there
from .lives import Arrays, Way


def is_optimizer(thing: Any) -> bool:
    """Return whether a class is derived from Keras 3's optimizer."""
    if "keras" not in sys.modules:
        return False
    bases = getattr(thing, "__mro__", ())[1:]
    return any(
        b.__module__.partition(".")[0] == "keras" and "Optimizer" in b.__name__ for b in bases
    )


class KerasLife:
    """One life: an optimizer with variables of its own."""

    def __init__(self, instance: Any, parameters: Arrays) -> None:
        self.keras = sys.modules["keras"]
        self.instance = instance
        with there("keras"):
            self.variables = {
                n: self.keras.Variable(a, dtype=str(a.dtype), name=n) for n, a in parameters.items()
            }
            instance.build(list(self.variables.values()))

    def step(self, gradients: Mapping[str, Any], rate: float | None) -> Arrays:
        """Take a step, as ``fit`` does."""
        if rate is not None:
            self.instance.learning_rate = rate
        convert = self.keras.ops.convert_to_tensor
        with there("keras"):
            pairs = [
                (None if g is None else convert(np.array(g)), self.variables[n])
                for n, g in gradients.items()
            ]
            self.instance.apply_gradients(pairs)
        return {n: np.array(self.keras.ops.convert_to_numpy(v)) for n, v in self.variables.items()}


def ways(cls: type, kind: str, extra: Mapping[str, Any]) -> Iterator[Way]:
    """Yield the one way to drive a Keras optimizer."""
    made = Arguments(cls, kind, (), extra)
    way = Way(None, [*made.notes(), "its variables are float64"], made.takes)  # type: ignore[arg-type]

    def start(parameters: Arrays, hyper: Mapping[str, Any]) -> KerasLife:
        first, rest = made.values(hyper, lambda role: None)
        way.instance = cls(*first, **rest)
        return KerasLife(way.instance, parameters)

    way.start, way.framework = start, "keras"
    yield way
