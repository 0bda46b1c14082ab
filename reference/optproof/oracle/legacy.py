"""NumPy's legacy generator, written a second time from its published algorithm, without NumPy.

MT19937 seeded by ``init_genrand``; shuffles by Fisher and Yates with masked rejection; normal
numbers by the polar method. Python's own ``random`` holds the same twister.
"""

from __future__ import annotations

import random
from fractions import Fraction

import flint

from ..ball import NotProved
from .numbers import Model, Number


def twister(seed: int) -> random.Random:
    """Return the stream of ``numpy.random.seed(seed)``."""
    words = [seed & 0xFFFFFFFF]
    for i in range(1, 624):
        words.append((1812433253 * (words[-1] ^ (words[-1] >> 30)) + i) & 0xFFFFFFFF)
    stream = random.Random()
    stream.setstate((3, (*words, 624), None))
    return stream


def permutation(seed: int, m: int) -> list[int]:
    """Return what ``numpy.random.seed(seed); numpy.random.permutation(m)`` gives (MB-1, MB-2)."""
    stream = twister(seed)
    columns = list(range(m))
    for i in range(m - 1, 0, -1):
        mask = (1 << i.bit_length()) - 1
        while (j := stream.getrandbits(32) & mask) > i:
            pass
        columns[i], columns[j] = columns[j], columns[i]
    return columns


def normals(seed: int, count: int, model: Model) -> list[Number]:
    """Return the first numbers that ``numpy.random.seed(seed); numpy.random.randn`` draws (INIT-1).

    The uniform numbers are exact doubles; what the polar method makes of them follows `model`.
    """
    stream = twister(seed)
    drawn: list[Number] = []
    while len(drawn) < count:
        x1, x2 = (2 * Fraction(stream.random()) - 1 for _ in range(2))
        square = x1 * x1 + x2 * x2
        if abs(square - 1) < 1e-9:
            raise NotProved(f"seed {seed}: whether a pair is rejected hangs on the rounding")
        if 0 < square < 1:
            a, b = (Number(flint.arb(float(x)), model) for x in (x1, x2))
            r2 = a * a + b * b
            factor = (r2.log() * -2 / r2).sqrt()
            drawn += [factor * b, factor * a]
    return drawn[:count]
