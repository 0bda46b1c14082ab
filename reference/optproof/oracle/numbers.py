"""Numbers that are sure: balls that refuse to guess, and their proved rounding to a double."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import flint
import numpy as np

from ..errors import OptproofError

#: Takes the ball of an operation's result, how many times it is rounded, and whether it can
#: underflow; returns the ball of what the arithmetic that is modelled gives.
Model = Callable[[Any, int, bool], Any]


class NotProved(OptproofError):
    """A ball is too wide to tell which side of a decision, or which double, is right."""


#: Library functions count as this many roundings: they are good to 2 units in the last place.
_LIBRARY = 4


def _ball(value: Any) -> Any:
    return value.ball if isinstance(value, Number) else flint.arb(value)


def _arithmetic(function: Any, underflows: bool, swap: bool = False) -> Any:
    def method(self: Number, other: Any) -> Any:
        if not isinstance(other, (Number, int, float)):
            return NotImplemented  # an array: NumPy goes through its elements
        a, b = self.ball, _ball(other)
        return self._result(function(b, a) if swap else function(a, b), 1, underflows)

    return method


def _comparison(holds: Any, contrary: Any) -> Any:
    def method(self: Number, other: Any) -> bool:
        a, b = self.ball, _ball(other)
        if not (holds(a, b) or contrary(a, b)):
            raise NotProved(f"a comparison of {a.str(10)} with {b.str(10)} is not decided")
        return bool(holds(a, b))

    return method


class Number:
    """A ball that runs through the reference's own source and raises where it would have to guess.

    Parameters
    ----------
    ball : flint.arb
        Sure to hold the true value.
    model : callable
        What the arithmetic does to each result.

    Notes
    -----
    NumPy calls the operators and ``sqrt``, ``exp``, ``log`` of an object array's elements. A
    comparison of bare balls is False where it is undecided; here it raises :class:`NotProved`.
    """

    __slots__ = ("ball", "model")

    def __init__(self, ball: Any, model: Model) -> None:
        self.ball = ball
        self.model = model

    def _result(self, ball: Any, roundings: int = 1, underflows: bool = True) -> Any:
        if not ball.is_finite():
            raise NotProved("a result is not finite: a division by a ball that holds zero?")
        return Number(self.model(ball, roundings, underflows), self.model)

    __add__ = _arithmetic(operator.add, underflows=False)
    __radd__ = _arithmetic(operator.add, underflows=False, swap=True)
    __sub__ = _arithmetic(operator.sub, underflows=False)
    __rsub__ = _arithmetic(operator.sub, underflows=False, swap=True)
    __mul__ = _arithmetic(operator.mul, underflows=True)
    __rmul__ = _arithmetic(operator.mul, underflows=True, swap=True)
    __truediv__ = _arithmetic(operator.truediv, underflows=True)
    __rtruediv__ = _arithmetic(operator.truediv, underflows=True, swap=True)
    __gt__ = _comparison(operator.gt, operator.le)
    __ge__ = _comparison(operator.ge, operator.lt)
    __lt__ = _comparison(operator.lt, operator.ge)
    __le__ = _comparison(operator.le, operator.gt)

    def __neg__(self) -> Any:
        return Number(-self.ball, self.model)

    def __pow__(self, n: int) -> Any:
        if self.ball.contains(0):  # flint knows the powers of other balls only
            return self._result(flint.arb(0, (self.ball.abs_upper() ** n).upper()), _LIBRARY)
        return self._result(self.ball**n, _LIBRARY)

    def sqrt(self) -> Any:
        if self.ball < 0:
            raise NotProved(f"the square root of {self}")
        # What is rounded here is a sum of squares: never below zero.
        return self._result(self.ball.nonnegative_part().sqrt())

    def exp(self) -> Any:
        return self._result(self.ball.exp(), _LIBRARY)

    def log(self) -> Any:
        return self._result(self.ball.log(), _LIBRARY)

    def __repr__(self) -> str:
        return str(self.ball.str(20))


def ends(ball: Any) -> tuple[Fraction, Fraction]:
    """Return the ends of a ball, exactly."""
    middle, radius = _fraction(ball.mid()), _fraction(ball.rad())
    return middle - radius, middle + radius


def _fraction(exact: Any) -> Fraction:
    mantissa, exponent = exact.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def rounded(ball: Any) -> float:
    """Return the double nearest to what a ball holds, ties to even; zero without a sign.

    Both ends are rounded: Python divides whole numbers correctly rounded, subnormals included.

    Raises
    ------
    NotProved
        If the ends round to different doubles, or the ball is not finite.

    >>> rounded(flint.arb(1) / 3)
    0.3333333333333333
    """
    if not ball.is_finite():
        raise NotProved("the result is not finite")
    low, high = (end.numerator / end.denominator for end in ends(ball))
    if low != high:
        raise NotProved(f"{ball.str(20)} lies across two doubles")
    return low + 0.0


def elementwise(function: Callable[[Any], Any], array: Any) -> Any:
    """Return the object array of `function` of each element."""
    results = np.empty(array.shape, dtype=object)
    for index, element in np.ndenumerate(array):
        results[index] = function(element)
    return results
