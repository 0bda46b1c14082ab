"""Numbers that are sure: balls that refuse to guess, and their proved rounding to a double."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from ..ball import Ball, NotProved

#: Takes the ball of an operation's result, how many times it is rounded, and whether it can
#: underflow; returns the ball of what the arithmetic that is modelled gives.
Model = Callable[[Any, int, bool], Any]


class Number(Ball):
    """A ball that runs through the reference's own source in a model of its arithmetic.

    Parameters
    ----------
    value : flint.arb or float
        Sure to hold the true value.
    model : callable
        What the arithmetic does to each result.

    Raises
    ------
    NotProved
        Also if a result is not finite.
    """

    __slots__ = ("model",)

    def __init__(self, value: Any, model: Model) -> None:
        super().__init__(value)
        self.model = model

    def of(self, arb: Any, roundings: int = 0, underflows: bool = False) -> Number:
        """Return a result as the model has it."""
        if not arb.is_finite():
            raise NotProved("a result is not finite: a division by a ball that holds zero?")
        return Number(self.model(arb, roundings, underflows) if roundings else arb, self.model)

    def sqrt(self) -> Number:
        """Return the square root; what is rounded here is a sum of squares: never below zero."""
        if self.arb < 0:
            raise NotProved(f"the square root of {self}")
        return self.of(self.arb.nonnegative_part().sqrt(), 1, True)


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
