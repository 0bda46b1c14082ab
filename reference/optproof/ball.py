"""Balls that refuse what would lose exactness: to become floats, and undecided comparisons.

python-flint's ``arb`` turns into a float where one is asked for, as by ``astype(float)``, and an
undecided comparison of it is False. Either would make a proof of nothing.
"""

from __future__ import annotations

import contextlib
import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import flint
import numpy as np


class Ball:
    """A number with a radius that is sure to hold the true value; for object arrays.

    NumPy's functions call the methods: ``np.sqrt`` calls :meth:`sqrt`, and so on.

    Raises
    ------
    TypeError
        If it is to become a float.
    ArithmeticError
        If a comparison is not decided.
    """

    __slots__ = ("arb",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Any) -> None:
        self.arb = flint.arb(getattr(value, "arb", value))

    def __float__(self) -> float:
        raise TypeError("an exact number is to become a float here")

    __int__ = __complex__ = __float__

    def __bool__(self) -> bool:
        return bool(self != 0)

    def __eq__(self, other: object) -> Any:
        if (b := _arb(other)) is None:
            return NotImplemented
        return self.arb == b or (self.arb.overlaps(b) and self._undecided(b))

    def _undecided(self, other: Any) -> bool:
        raise ArithmeticError(f"{self.arb.str(5)} against {other.str(5)} is not decided")


def _ball(arb: Any) -> Ball:
    ball = Ball.__new__(Ball)
    ball.arb = arb
    return ball


def _arb(value: object) -> Any:
    if isinstance(value, Ball):
        return value.arb
    if isinstance(value, np.generic):
        value = value.item()
    return flint.arb(value) if isinstance(value, (bool, int, float)) else None


def _binary(operation: Callable[[Any, Any], Any], is_reflected: bool) -> Callable[..., Any]:
    def method(self: Ball, other: object) -> Any:
        if (b := _arb(other)) is None:
            return NotImplemented
        return _ball(operation(b, self.arb) if is_reflected else operation(self.arb, b))

    return method


def _comparison(
    operation: Callable[[Any, Any], Any], opposite: Callable[[Any, Any], Any]
) -> Callable[..., Any]:
    def method(self: Ball, other: object) -> Any:
        if (b := _arb(other)) is None:
            return NotImplemented
        return operation(self.arb, b) or (not opposite(self.arb, b) and self._undecided(b))

    return method


def _unary(name: str) -> Callable[[Ball], Ball]:
    return lambda self: _ball(getattr(self.arb, name)())


@contextlib.contextmanager
def in_math() -> Iterator[None]:
    """Let ``math.sqrt``, ``math.exp`` and ``math.log`` take balls, while in here."""
    originals = {name: getattr(math, name) for name in ("sqrt", "exp", "log")}

    def taking_balls(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        return lambda x, *more: getattr(x, name)() if isinstance(x, Ball) else original(x, *more)

    vars(math).update({name: taking_balls(name, f) for name, f in originals.items()})
    try:
        yield
    finally:
        vars(math).update(originals)


for _name in ("add", "sub", "mul", "truediv", "pow"):
    setattr(Ball, f"__{_name}__", _binary(getattr(operator, _name), False))
    setattr(Ball, f"__r{_name}__", _binary(getattr(operator, _name), True))
for _name, _opposite in (("lt", "ge"), ("ge", "lt"), ("gt", "le"), ("le", "gt")):
    _operations = getattr(operator, _name), getattr(operator, _opposite)
    setattr(Ball, f"__{_name}__", _comparison(*_operations))
for _name in ("__neg__", "__pos__", "__abs__", "sqrt", "exp", "log", "expm1", "log1p", "tanh"):
    setattr(Ball, _name, _unary(_name))
