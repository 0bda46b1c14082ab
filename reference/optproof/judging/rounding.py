"""Numbers with a bound on what rounding may do to them, on Python's own decimals.

The model of the fixtures' bounds (BOUNDS.md), for what is not in the fixtures: an
optimizer's own hyperparameters, a framework's form, a declared variant. An operation gives
x(1 + d) + e, with |d| <= u and |e| <= the smallest subnormal number.
"""

from __future__ import annotations

import decimal
import math
import operator
from decimal import Decimal
from typing import Any

import numpy as np

from ..formats import FORMATS

#: Digits that are carried. Doubles have 16.
DIGITS = 40
#: As for the fixtures: what covers the same formula with its operations in another order.
SLACK = 8
U = FORMATS["float64"].unit_roundoff
SMALLEST = FORMATS["float64"].smallest
#: Library functions are good to 2 units in the last place: they count as so many roundings.
LIBRARY = 4


class Measured:
    """A number, and how far float64 arithmetic may be from it; for object arrays.

    Parameters
    ----------
    value : Decimal
        To 40 digits.
    radius : float
        The bound, without slack.
    """

    __slots__ = ("radius", "value")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Decimal, radius: float = 0.0) -> None:
        self.value, self.radius = value, radius

    def _size(self) -> float:
        return abs(float(self.value))

    def _result(self, value: Decimal, radius: float, roundings: int, small: bool) -> Measured:
        """Return a result, rounded once more unless it is exact."""
        nearest = float(value)
        if radius == 0 and Decimal(nearest) == value:
            return Measured(value)
        return Measured(value, radius + roundings * U * abs(nearest) + SMALLEST * small)

    def __add__(self, other: object) -> Any:
        return _binary(self, other, lambda a, b: a + b, lambda a, b, _: a.radius + b.radius, False)

    def __sub__(self, other: object) -> Any:
        return _binary(self, other, lambda a, b: a - b, lambda a, b, _: a.radius + b.radius, False)

    def __mul__(self, other: object) -> Any:
        return _binary(self, other, lambda a, b: a * b, _radius_of_product, True)

    def __truediv__(self, other: object) -> Any:
        return _binary(self, other, lambda a, b: a / b, _radius_of_quotient, True)

    def __radd__(self, other: object) -> Any:
        return NotImplemented if (a := _measured(other)) is None else a + self

    def __rsub__(self, other: object) -> Any:
        return NotImplemented if (a := _measured(other)) is None else a - self

    def __rmul__(self, other: object) -> Any:
        return NotImplemented if (a := _measured(other)) is None else a * self

    def __rtruediv__(self, other: object) -> Any:
        return NotImplemented if (a := _measured(other)) is None else a / self

    def __pow__(self, n: object) -> Any:
        if not isinstance(n, (int, np.integer)) or n < 0:
            return NotImplemented
        if n == 0:
            return Measured(Decimal(1))
        size = self._size() + self.radius
        radius = int(n) * self.radius * size ** (int(n) - 1)
        return self._result(self.value ** int(n), radius, LIBRARY, True)

    def __neg__(self) -> Measured:
        return Measured(-self.value, self.radius)

    def __pos__(self) -> Measured:
        return self

    def __abs__(self) -> Measured:
        return Measured(abs(self.value), self.radius)

    def sqrt(self) -> Measured:
        """Return the square root; what is rounded here is a sum of squares: never below zero."""
        root = self.value.sqrt()
        below = math.sqrt(max(float(self.value) - self.radius, 0.0))
        above = math.sqrt(float(self.value) + self.radius)
        radius = max(above - float(root), float(root) - below) if self.radius else 0.0
        return self._result(root, radius, 1, True)

    def __float__(self) -> float:
        return float(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __eq__(self, other: object) -> Any:
        return _compare(self, other, operator.eq)

    def __lt__(self, other: object) -> Any:
        return _compare(self, other, operator.lt)

    def __le__(self, other: object) -> Any:
        return _compare(self, other, operator.le)

    def __gt__(self, other: object) -> Any:
        return _compare(self, other, operator.gt)

    def __ge__(self, other: object) -> Any:
        return _compare(self, other, operator.ge)

    @property
    def bound(self) -> float:
        """The largest error allowed: with slack, and stored once more."""
        if not self.value:
            return SLACK * self.radius
        return SLACK * (self.radius + U * self._size() + SMALLEST)


def _measured(value: object) -> Measured | None:
    if isinstance(value, Measured):
        return value
    if isinstance(value, np.generic):
        value = value.item()
    return Measured(Decimal(value)) if isinstance(value, (bool, int, float)) else None


def _binary(self: Measured, other: object, value: Any, radius: Any, small: bool) -> Any:
    if (b := _measured(other)) is None:
        return NotImplemented  # an array: NumPy goes through its elements
    result = value(self.value, b.value)
    return self._result(result, radius(self, b, result), 1, small)


def _radius_of_product(a: Measured, b: Measured, _: Decimal) -> float:
    return a._size() * b.radius + b._size() * a.radius + a.radius * b.radius


def _radius_of_quotient(a: Measured, b: Measured, quotient: Decimal) -> float:
    if b.radius == 0:
        return a.radius / b._size()
    if b._size() <= b.radius:
        raise ZeroDivisionError("a divisor that may be zero")
    return (a.radius + abs(float(quotient)) * b.radius) / (b._size() - b.radius)


def _compare(a: Measured, other: object, holds: Any) -> Any:
    b = _measured(other)
    return NotImplemented if b is None else holds(a.value, b.value)


def of_tensor(array: Any) -> Any:
    """Return the object array of exact numbers."""
    numbers = np.empty(array.shape, dtype=object)
    for index, value in np.ndenumerate(array):
        numbers[index] = Measured(Decimal(float(value)))
    return numbers


def of_scalar(name: str, value: float) -> Measured:
    """Return a hyperparameter as it may be held.

    A weight of the past (beta) is known to a unit roundoff of 1, since an implementation may
    hold 1 - beta in its place.
    """
    return Measured(Decimal(value), U * (1.0 if name.startswith("beta") else abs(value)))


def precisely() -> Any:
    """Return the context in which all this is computed."""
    return decimal.localcontext(decimal.Context(prec=DIGITS, Emin=-9999, Emax=9999))
