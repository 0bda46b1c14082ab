"""A cost curve as numbers that a template draws: inline SVG, nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 62, 12, 14, 40
Points = Sequence[tuple[int, float]]


def drawn(yours: Points, reference: Points, parts: int | None) -> dict[str, Any]:
    """Return the lines, ticks and marks of two curves in one frame.

    What is no number is not drawn; where one curve leaves the other far behind, the frame is
    logarithmic.

    Returns
    -------
    dict
        ``yours`` and ``reference``: the points of a polyline; ``x`` and ``y``: ticks, as
        (place, label); ``parts``: the place of the first divergence, or None; ``log``.

    Examples
    --------
    >>> drawn([(0, 1.0), (2, 1.0)], [(0, 1.0), (2, 0.0)], 1)["yours"]
    '62.0,14.0 628.0,14.0'
    """
    finite = [p for p in (*yours, *reference) if math.isfinite(p[1])]
    costs = [cost for _, cost in finite]
    last = max((epoch for epoch, _ in (*yours, *reference)), default=1) or 1
    low, high = min(costs, default=0.0), max(costs, default=1.0)
    log = low > 0 and high > 20 * low
    ticks = _powers(low, high) if log else _ticks(low, high)
    low, high = min(low, ticks[0]), max(high, ticks[-1])
    flat = (lambda c: math.log10(c)) if log else (lambda c: c)
    span = flat(high) - flat(low) or 1.0

    def x(epoch: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * epoch / last

    def y(cost: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (flat(cost) - flat(low)) / span

    def line(points: Iterable[tuple[int, float]]) -> str:
        return " ".join(f"{x(e):.1f},{y(c):.1f}" for e, c in points if math.isfinite(c))

    return {
        "yours": line(yours),
        "reference": line(reference),
        "x": [(round(x(e), 1), f"{e:g}") for e in _ticks(0, last) if e <= last],
        "y": [(round(y(c), 1), f"{c:.6g}") for c in ticks],
        "parts": None if parts is None else round(x(parts), 1),
        "log": log,
        "frame": (LEFT, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM),
    }


def alone(points: Points) -> dict[str, Any]:
    """Return one curve, and the ticks around it."""
    drawing = drawn(points, points, None)
    return {
        "points": drawing["yours"],
        "x": drawing["x"],
        "y": drawing["y"],
        "frame": drawing["frame"],
    }


def _ticks(low: float, high: float) -> list[float]:
    """Return four to nine round numbers around a range."""
    size = (high - low) / 4 or 1.0
    unit = 10.0 ** math.floor(math.log10(size))
    step = next((m * unit for m in (1, 2, 5) if m * unit >= size), 10 * unit)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]


def _powers(low: float, high: float) -> list[float]:
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    step = max(1, (last - first) // 6)
    return [10.0**k for k in range(first, last + step, step)]
