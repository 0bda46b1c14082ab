"""Error bounds: the reference's own source once more, in a model of floating-point arithmetic.

The standard model with gradual underflow: an operation gives x(1 + d) + e, with |d| <= u, the
unit roundoff, and |e| <= the smallest subnormal number (sums do not underflow). Here every result
is a ball widened by that much, so that the last ball holds whatever an implementation with the
same formula can answer. SLACK covers those with the same formula in another order.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Any

import flint
import numpy as np

from .. import methods
from ..ball import NotProved
from ..formats import FORMATS, Format
from ..operations import CACHES
from ..protocol import Array
from .exact import Arithmetic, Tensors, evaluate
from .numbers import Number, elementwise, ends
from .trajectory_vectors import Steps
from .vector import Inputs, Vector

#: n terms summed in any order are off by at most (n - 1) u times the sum of their sizes. Each
#: is itself a rounded product, with weight u or more in the ball: 8 covers sums of up to 9 terms,
#: the longest in the vectors. Other regroupings (fused multiply-adds, -alpha first, v + (1 - beta)
#: (g - v), corrections taken out of the root) round no more than twice as often.
SLACK = 8
#: A case says nothing in a format where its bound exceeds this part of the largest value.
USEFUL = Fraction(1, 2)


class Rounding(Arithmetic):
    """Arithmetic that rounds as a format does.

    Input tensors are held in the format. Hyperparameters are held in it too, but never in less
    than float32; one that is subnormal in the format may become 0. Weights of the past (beta) are
    known to a unit roundoff of 1, not of themselves, since an implementation may hold 1 - beta in
    place of beta. `factor` is what a tensor may have
    been multiplied by early: what underflows then is so much larger in the end. With `flush`,
    subnormal numbers are taken for zero, as some compilers and processors do.
    """

    def __init__(self, format: Format, factor: float = 1.0, flush: bool = False) -> None:
        self.format = format
        self.flush = flush
        self.u = flint.arb(format.unit_roundoff)
        self.scalar_u = flint.arb(min(format.unit_roundoff, FORMATS["float32"].unit_roundoff))
        self.smallest_normal = flint.arb(format.smallest_normal)
        lost = format.smallest_normal if flush else format.smallest
        self.smallest = flint.arb(lost) / factor
        self.largest = flint.arb(format.largest)

    def model(self, ball: Any, roundings: int, underflows: bool) -> Any:
        """Widen the ball of a result, unless it is a number that the format holds."""
        if ball.is_exact() and self._holds(ball):
            return ball
        return self._widened(ball, roundings, underflows)

    def _holds(self, exact: Any) -> bool:
        fits = exact.man_exp()[0].bit_length() <= self.format.precision
        normal = self.smallest_normal <= abs(exact) <= self.largest
        return bool(exact == 0 or (fits and normal))

    def _widened(self, ball: Any, roundings: int, underflows: bool) -> Any:
        slack = roundings * self.u * ball.abs_upper() + (self.smallest if underflows else 0)
        wide = ball + flint.arb(0, slack.upper())
        if not wide.abs_upper() <= self.largest:
            raise NotProved(f"{ball.str(5)} overflows")
        return wide

    def tensor(self, value: float) -> Number:
        """Return the value, widened if the format cannot hold it."""
        format = self.format
        exact = flint.arb(value)
        if self.flush and 0 < abs(value) < format.smallest_normal:
            return Number(flint.arb(value, abs(value)), self.model)
        if format is FORMATS["float64"] or self._holds(exact):
            return Number(exact, self.model)
        if not format.smallest_normal <= abs(value) <= format.largest:
            raise NotProved(f"{value!r} is outside the normal range")
        return Number(self._widened(exact, 1, False), self.model)

    def scalar(self, name: str, value: float) -> Number:
        """Return the hyperparameter, widened."""
        error = self.scalar_u * (1 if name.startswith("beta") else abs(value))
        if 0 < abs(value) < self.format.smallest_normal:
            error += self.format.smallest  # it may become 0
        return Number(flint.arb(value, error.upper()), self.model)

    def stored(self, value: Any) -> Any:
        """Return an element of a result, rounded once more, also where it only passes through."""
        if not isinstance(value, Number) or value.arb.is_zero():
            return value
        return Number(self._widened(value.arb, 1, True), self.model)


def bounds(
    vector: Vector | Steps, exact: Tensors, function: Callable[..., Any] | None = None
) -> Tensors:
    """Return the largest error allowed for each float64 value, rounded up to two digits."""
    errors = _errors(vector, exact, "float64", function)
    return {name: elementwise(two_digits, tensor) for name, tensor in errors.items()}


def flushed(vector: Vector, exact: Tensors, function: Callable[..., Any] | None = None) -> Tensors:
    """Return the largest error where subnormal numbers are taken for zero."""
    errors = _errors(vector, exact, "float64", function, flush=True)
    return {name: elementwise(two_digits, tensor) for name, tensor in errors.items()}


def applicable(
    vector: Vector | Steps, exact: Tensors, expected: Tensors, allowed: Tensors
) -> list[str]:
    """Return the formats in which the case tells right from wrong.

    Those in which inputs and expected values are normal numbers (or zero), every decision and
    division is sure, the bound scaled from float64 covers the format's own, and is still small.
    """
    return [d for d in FORMATS if _applies(d, vector, exact, expected, allowed)]


def _applies(
    dtype: str, vector: Vector | Steps, exact: Tensors, expected: Tensors, allowed: Tensors
) -> bool:
    format = FORMATS[dtype]
    scale = Fraction(format.unit_roundoff / FORMATS["float64"].unit_roundoff)
    try:
        errors = _errors(vector, exact, dtype)
    except NotProved:
        if dtype == "float64":
            raise
        return False
    if dtype == "float64":
        return True
    for name, values in expected.items():
        sizes = np.abs(values.astype(np.float64))
        normal = (format.smallest_normal <= sizes) & (sizes <= format.largest)
        if not (normal | (sizes == 0)).all():
            return False
        if values.dtype != np.float64:
            continue
        scaled = [Fraction(b) * scale for b in allowed[name].reshape(-1)]
        floor = 4 * Fraction(format.smallest)
        if any(e > s + (floor if s else 0) for e, s in zip(errors[name].reshape(-1), scaled)):
            return False
        if max(scaled) > USEFUL * Fraction(float(sizes.max())) > 0:
            return False
    return True


def _errors(
    vector: Vector | Steps,
    exact: Tensors,
    dtype: str,
    function: Callable[..., Any] | None = None,
    flush: bool = False,
) -> Tensors:
    """Return SLACK times the distance from the exact values to the far end of the model's balls."""
    flint.ctx.prec = 256
    factor = early_factor(vector.inputs) if dtype == "float64" else 1.0
    rounding = Rounding(FORMATS[dtype], factor, flush)
    slack = SLACK if dtype == "float64" else 2
    forms = [function]
    if vector.operation == "backward_propagation":
        forms.append(recomputing(function or methods.backward_propagation))
    errors: Tensors = {}
    for form in forms:
        for name, tensor in evaluate(vector, rounding, form).items():
            pairs = zip(tensor.reshape(-1), exact[name].reshape(-1))
            distances = _objects([slack * _distance(a, b) for a, b in pairs], tensor.shape)
            errors[name] = np.asarray(np.maximum(errors.get(name, distances), distances))
    return errors


def early_factor(inputs: Inputs) -> float:
    """Return the least number below 1 that the scalars of an update rule multiply to.

    Somebody's alpha (1 - beta1) g sqrt(1 - beta2) underflows before the division by 1 - beta1^t
    and by epsilon makes it large: the same formula in another order.
    """
    alpha = min(1.0, abs(inputs.get("learning_rate", 1.0)))
    weights = [1 - inputs[name] for name in ("beta", "beta1") if name in inputs]
    return float(alpha * math.prod(weights) * math.sqrt(1 - inputs.get("beta2", 0.0)))


def recomputing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a backward pass that computes the caches anew, as differentiating does."""

    def recomputed(X: Any, Y: Any, caches: Any) -> Any:
        parameters = {k: a for k, a in zip(CACHES, caches) if k[0] in "Wb"}
        return function(X, Y, methods.forward_propagation(X, parameters)[1])

    return recomputed


def _distance(modelled: Any, exact: Any) -> Fraction:
    if not isinstance(modelled, Number):
        return Fraction(0)
    low, high = ends(modelled.arb)
    least, most = ends(exact.arb) if isinstance(exact, Number) else (Fraction(0), Fraction(0))
    return max(high - least, most - low)


def _objects(values: list[Any], shape: tuple[int, ...]) -> Array:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array.reshape(shape)


def two_digits(value: Fraction) -> float:
    """Round a bound up to two significant digits, and let it be no less than a few subnormals.

    >>> two_digits(Fraction(1, 3)), two_digits(Fraction(0))
    (0.34, 0.0)
    """
    if not value:
        return 0.0
    number = Decimal(math.nextafter(float(value), math.inf)) + Decimal(
        4 * FORMATS["float64"].smallest
    )
    return float(number.quantize(Decimal(1).scaleb(number.adjusted() - 1), ROUND_CEILING))
