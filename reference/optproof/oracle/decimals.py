"""Numbers with the error that floating-point arithmetic may make of them, on the standard library.

The model of :mod:`.bounds` (BOUNDS.md) to run through the reference's own source without
python-flint: each number is known to 60 digits, and carries how far a float64 answer may be from
it. What is computed so is not proved; it serves cases that are drawn on the spot.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Context, Decimal, localcontext
from typing import Any

import numpy as np

from ..formats import FORMATS

PRECISION = Context(prec=60, Emin=-10_000, Emax=10_000)
U = Decimal(FORMATS["float64"].unit_roundoff)
ETA = Decimal(FORMATS["float64"].smallest)
#: Library functions count as this many roundings; the bound is so many times the model's error.
LIBRARY, SLACK = 4, 8


class Undecided(ArithmeticError):
    """A comparison that rounding may turn: the inputs are too close to a tie."""


def _binary(rule: Callable[[Near, Near], Near], swap: bool = False) -> Any:
    def method(self: Near, other: object) -> Any:
        if isinstance(other, (int, float, np.number, np.bool_)):
            other = Near(Decimal(float(other)))
        if not isinstance(other, Near):
            return NotImplemented
        with localcontext(PRECISION):
            return rule(other, self) if swap else rule(self, other)

    return method


def _times(a: Near, b: Near) -> Near:
    return Near(a.x * b.x, abs(a.x) * b.e + abs(b.x) * a.e + a.e * b.e).rounded()


def _over(a: Near, b: Near) -> Near:
    if abs(b.x) <= b.e:
        raise Undecided("a division by what may be zero")
    x = a.x / b.x
    return Near(x, (a.e + abs(x) * b.e) / (abs(b.x) - b.e)).rounded()


def _compared(decide: Callable[[Decimal, Decimal], bool]) -> Any:
    def rule(a: Near, b: Near) -> Any:
        if (margin := a.e + b.e) and abs(a.x - b.x) <= margin:
            raise Undecided(f"{a.x:.5} against {b.x:.5}")
        return decide(a.x, b.x)

    return _binary(rule)


class Near:
    """A number, and how far from it an implementation may be; for object arrays.

    Parameters
    ----------
    x : Decimal
        The number.
    e : Decimal
        The error, not less than 0.
    """

    __slots__ = ("e", "x")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, x: Decimal, e: Decimal = Decimal(0)) -> None:
        self.x, self.e = x, e

    def rounded(self, times: int = 1, eta: Decimal = ETA) -> Near:
        """Return what comes of it when it is rounded so often; zero stays zero."""
        if not self.x and not self.e:
            return self
        return Near(self.x, self.e + times * U * (abs(self.x) + self.e) + eta)

    __add__ = __radd__ = _binary(lambda a, b: Near(a.x + b.x, a.e + b.e).rounded(eta=Decimal(0)))
    __sub__ = _binary(lambda a, b: Near(a.x - b.x, a.e + b.e).rounded(eta=Decimal(0)))
    __rsub__ = _binary(lambda a, b: Near(a.x - b.x, a.e + b.e).rounded(eta=Decimal(0)), swap=True)
    __mul__ = __rmul__ = _binary(_times)
    __truediv__ = _binary(_over)
    __rtruediv__ = _binary(_over, swap=True)
    __gt__, __ge__ = _compared(operator.gt), _compared(operator.ge)
    __lt__, __le__ = _compared(operator.lt), _compared(operator.le)

    def __neg__(self) -> Near:
        return Near(-self.x, self.e)

    def __pow__(self, n: int) -> Near:
        with localcontext(PRECISION):
            x = self.x**n
            return Near(x, (abs(self.x) + self.e) ** n - abs(x)).rounded(LIBRARY)

    def sqrt(self) -> Near:
        """Return the square root, of what is not below zero."""
        with localcontext(PRECISION):
            x = self.x.sqrt()
            e = self.e / x if x else self.e.sqrt()
            return Near(x, e).rounded()

    def exp(self) -> Near:
        """Return e to this power."""
        with localcontext(PRECISION):
            return Near(x := self.x.exp(), x * (self.e.exp() - 1)).rounded(LIBRARY)

    def log(self) -> Near:
        """Return the natural logarithm, of what is surely above zero."""
        if self.x <= self.e:
            raise Undecided("the logarithm of what may be zero")
        with localcontext(PRECISION):
            return Near(self.x.ln(), self.e / (self.x - self.e)).rounded(LIBRARY)


def near(value: Any, name: str = "") -> Any:
    """Return arguments with every floating number as one that is held exactly.

    Hyperparameters are off by a rounding: of themselves, a weight of the past by one of 1.
    """
    if isinstance(value, dict):
        return {k: near(v, k) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(near(v) for v in value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        held = np.empty(value.shape, dtype=object)
        for index, x in np.ndenumerate(value):
            held[index] = Near(Decimal(float(x)))
        return held
    if isinstance(value, float):
        size = Decimal(1) if name.startswith("beta") else abs(Decimal(value))
        return Near(Decimal(value), U * size)
    return value


def told(array: Any) -> tuple[Any, Any]:
    """Return an array of such numbers as float64, and the bound of each."""
    array = np.asarray(array, dtype=object)
    values, bounds = np.zeros(array.shape), np.zeros(array.shape)
    for index, number in np.ndenumerate(array):
        if isinstance(number, Near):
            stored = number.rounded()
            values[index] = float(stored.x)
            bounds[index] = float(SLACK * stored.e) * (1 + 1e-12)
        else:
            values[index] = float(number)
    return values, bounds
