"""A number in a formula that is another than specified: solved from one element of an answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from ..protocol import Array

#: Where the number is first looked for: signs and decades.
DECADES = [10.0**e for e in range(-14, 5)]
#: Of two numbers: from where on it is what lacks to 1 that counts, how many rounds, the step of a
#: slope, the longest move (of a logarithm), how often it is halved, and what is a solution.
NEAR_ONE, ROUNDS, STEP, LONGEST, HALVINGS, SOLVED = 0.5, 40, 1e-6, 3.0, 6, 1e-9
#: What rounding makes of nothing.
TINY = 1e-13
WHOLE = {2.0, 3.0, 4.0, 6.0}
#: How often an interval is made smaller, and in how many intervals a number is looked for.
STEPS, MOST = 200, 3


def solve(
    f: Callable[[float], Array], got: Array, low: float, high: float
) -> Iterator[Iterator[float]]:
    """Yield the numbers between `low` and `high` that make f what came back, at most three.

    Each as those near to it, the plainest first.

    Parameters
    ----------
    f : callable
        What a formula gives with this number in it: an array like `got`.
    got : array
    low, high : float
        Ends excluded.

    Notes
    -----
    One element decides, the one that depends on the number most; the caller verifies all others.
    """
    grid = sorted({g for d in DECADES for g in (d, -d, 1 - d) if low < g < high} | WHOLE)
    grid = [g for g in grid if low < g < high]
    if low < 0 < high:
        grid = sorted({*grid, 0.0})
    values = []
    for c in grid:
        value = np.asarray(f(c))
        if value.shape != got.shape or np.iscomplexobj(value) or np.iscomplexobj(got):
            return  # no order, no crossing
        values.append(value.astype(float).reshape(-1))
    table, wanted = np.array(values), got.astype(float).reshape(-1)
    signs = np.sign(table - wanted)
    crossing = signs[:-1] * signs[1:] <= 0
    moved = np.abs(np.diff(table, axis=0)) / np.maximum(np.abs(wanted), 1e-300)
    weight = np.where(crossing & np.isfinite(moved), moved, 0.0)
    if not weight.any():
        return
    # The intervals in which most elements cross, and in each the element that moves most.
    count = np.where(weight.any(axis=1), crossing.sum(axis=1), 0)
    rows = np.flatnonzero(count == count.max())[-MOST:]
    for row in sorted(rows, key=lambda r: -float(weight[r].max())):
        element = int(weight[row].argmax())

        def gap(c: float, element: int = element) -> float:
            return float(np.asarray(f(c), dtype=float).reshape(-1)[element] - wanted[element])

        yield plain(_root(gap, grid[row], grid[row + 1]))


def solve_two(
    f: Callable[[float, float], Array], got: Array, start: tuple[float, float]
) -> tuple[float, float] | None:
    """Return the two numbers that make f what came back; None where none near `start` do.

    Notes
    -----
    Newton's method on all elements (Gauss), in the logarithms of the numbers, or of what they lack
    to 1 where they are near to it: from 1e-8 to 1e-5 is as far as from 0.9 to 0.1.
    """
    wanted = got.astype(float).reshape(-1)
    is_near = [c > NEAR_ONE for c in start]
    at = np.log([1 - c if near else c for c, near in zip(start, is_near)])

    def numbers(x: Array) -> list[float]:
        return [float(1 - np.exp(v)) if near else float(np.exp(v)) for v, near in zip(x, is_near)]

    def off(x: Array) -> Array:
        value: Array = np.asarray(f(*numbers(x)), dtype=float).reshape(-1)
        apart: Array = (value - wanted) / scale
        return apart

    scale = np.maximum(np.abs(wanted), 1e-300)
    residual = off(at)
    for _ in range(ROUNDS):
        if not np.isfinite(residual).all():
            return None
        slope = np.stack([(off(at + STEP * e) - residual) / STEP for e in np.eye(2)], axis=1)
        if not np.isfinite(slope).all():
            return None
        move = np.linalg.lstsq(slope, -residual, rcond=None)[0]
        move = np.clip(move, -LONGEST, LONGEST)
        for _ in range(HALVINGS):
            after = off(at + move)
            if np.isfinite(after).all() and (after**2).sum() < (residual**2).sum():
                break
            move = move / 2
        else:
            break
        at, residual = at + move, after
        if np.abs(move).max() < 1e-13:
            break
    return tuple(numbers(at)) if np.abs(residual).max() < SOLVED else None  # type: ignore[return-value]


def _root(gap: Callable[[float], float], a: float, b: float) -> float:
    """Return where `gap` changes its sign: the Illinois method, halving where that is slow."""
    fa, fb = gap(a), gap(b)
    if fa == 0 or fb == 0:
        return a if fa == 0 else b
    for step in range(STEPS):
        c = b - fb * (b - a) / (fb - fa) if step % 3 and fb != fa else (a + b) / 2
        fc = gap(c)
        if fc == 0 or abs(b - a) <= 1e-16 * abs(c):
            return c
        if fa * fc < 0:
            b, fb = c, fc
        else:
            a, fa = c, fc
    return (a + b) / 2


def plain(c: float) -> Iterator[float]:
    """Yield plain numbers near `c`, then `c` itself: a few digits, or one over a whole number."""
    if not math.isfinite(c):
        return
    if abs(c) < TINY:
        yield 0.0
    seen = set()
    for digits in (1, 2, 3, 4, 5, 6):
        near = float(f"{c:.{digits}g}")
        if near not in seen and abs(near - c) <= 1e-4 * abs(c):
            seen.add(near)
            yield near
        if 0 < abs(c) < 0.5 and digits == 3:
            inverse = round(1 / c)
            if abs(1 / inverse - c) <= 1e-6 * abs(c):
                yield 1 / inverse
    yield c


def shown(c: float) -> str:
    """Return the number as a reader would write it: 1e-07, 0.999, 1/64."""
    short = f"{c:.6g}"
    if float(short) == c:
        return short
    if c and abs(c) < 0.5 and abs(1 / c - round(1 / c)) < 1e-9 * abs(1 / c):
        return f"1/{round(1 / c)}"
    return f"{c:.9g}"
