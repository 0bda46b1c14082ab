"""Balls that refuse to guess: to become floats, and undecided comparisons.

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

from .errors import OptproofError

#: Library functions count as this many roundings: they are good to 2 units in the last place.
_LIBRARY = 4


class NotProved(OptproofError):
    """A ball is too wide to tell which side of a decision, or which double, is right."""


def _arb(value: object) -> Any:
    if isinstance(value, Ball):
        return value.arb
    if isinstance(value, np.generic):
        value = value.item()
    return flint.arb(value) if isinstance(value, (bool, int, float)) else None


def _binary(operation: Any, underflows: bool, roundings: int = 1, swap: bool = False) -> Any:
    def method(self: Ball, other: object) -> Any:
        if (b := _arb(other)) is None:
            return NotImplemented  # an array: NumPy goes through its elements
        result = operation(b, self.arb) if swap else operation(self.arb, b)
        return self.of(result, roundings, underflows)

    return method


def _comparison(holds: Any, contrary: Any) -> Any:
    def method(self: Ball, other: object) -> Any:
        if (b := _arb(other)) is None:
            return NotImplemented
        return holds(self.arb, b) or (not contrary(self.arb, b) and self._undecided(b))

    return method


def _unary(name: str, roundings: int) -> Any:
    return lambda self: self.of(getattr(self.arb, name)(), roundings, roundings > 0)


class Ball:
    """A number with a radius that is sure to hold the true value; for object arrays.

    NumPy's functions call the methods: ``np.sqrt`` calls :meth:`sqrt`, and so on.

    Raises
    ------
    TypeError
        If it is to become a float.
    NotProved
        If a comparison is not decided.
    """

    __slots__ = ("arb",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Any) -> None:
        self.arb = flint.arb(getattr(value, "arb", value))

    def of(self, arb: Any, roundings: int = 0, underflows: bool = False) -> Any:
        """Return the result of an operation; a subclass models how it is rounded."""
        ball = Ball.__new__(Ball)
        ball.arb = arb
        return ball

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
        raise NotProved(f"{self.arb.str(5)} against {other.str(5)} is not decided")

    __add__ = _binary(operator.add, underflows=False)
    __radd__ = _binary(operator.add, underflows=False, swap=True)
    __sub__ = _binary(operator.sub, underflows=False)
    __rsub__ = _binary(operator.sub, underflows=False, swap=True)
    __mul__ = _binary(operator.mul, underflows=True)
    __rmul__ = _binary(operator.mul, underflows=True, swap=True)
    __truediv__ = _binary(operator.truediv, underflows=True)
    __rtruediv__ = _binary(operator.truediv, underflows=True, swap=True)
    __rpow__ = _binary(operator.pow, underflows=True, roundings=_LIBRARY, swap=True)
    __gt__ = _comparison(operator.gt, operator.le)
    __ge__ = _comparison(operator.ge, operator.lt)
    __lt__ = _comparison(operator.lt, operator.ge)
    __le__ = _comparison(operator.le, operator.gt)
    __neg__, __pos__, __abs__ = (_unary(name, 0) for name in ("__neg__", "__pos__", "__abs__"))
    sqrt = _unary("sqrt", 1)
    exp, log, expm1, log1p, tanh = (
        _unary(name, _LIBRARY) for name in ("exp", "log", "expm1", "log1p", "tanh")
    )

    def __pow__(self, n: object) -> Any:
        if isinstance(n, int) and n > 0 and self.arb.contains(0):  # which flint makes NaN
            return self.of(flint.arb(0, (self.arb.abs_upper() ** n).upper()), _LIBRARY, True)
        if (b := _arb(n)) is None:
            return NotImplemented
        return self.of(self.arb**b, _LIBRARY, True)

    def __repr__(self) -> str:
        return str(self.arb.str(20))


def to_hex(arb: Any) -> list[str]:
    """Return mantissa and exponent of the middle and of the radius: exact to the bit."""
    return [hex(int(n)) for part in (arb.mid(), arb.rad()) for n in part.man_exp()]


def from_hex(parts: list[str]) -> Any:
    """Undo :func:`to_hex`."""
    mantissa, exponent, *radius = (int(part, 16) for part in parts)
    return flint.arb((mantissa, exponent), tuple(radius))


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
