"""The floating-point formats that an implementation may declare to compute in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Format:
    """A binary format.

    Parameters
    ----------
    precision : int
        Bits of the significand, the hidden one included.
    lowest : int
        Exponent of the smallest normal number, a power of two.
    """

    precision: int
    lowest: int

    @property
    def unit_roundoff(self) -> float:
        """Half the distance from 1 to the next number: u."""
        return 2.0**-self.precision

    @property
    def smallest_normal(self) -> float:
        """Below it, numbers have fewer digits."""
        return 2.0**self.lowest

    @property
    def smallest(self) -> float:
        """The distance between subnormal numbers."""
        return 2.0 ** (self.lowest - self.precision + 1)

    @property
    def largest(self) -> float:
        """The largest finite number."""
        return 2.0**-self.lowest * (4 - 2.0 ** (2 - self.precision))


#: bfloat16 tensors travel as float32.
FORMATS = {
    "float64": Format(53, -1022),
    "float32": Format(24, -126),
    "float16": Format(11, -14),
    "bfloat16": Format(8, -126),
}

#: The NumPy dtype that each format travels as.
TRAVELS_AS = {name: "float32" if name == "bfloat16" else name for name in FORMATS}


def held_in(value: Any, name: str) -> Any:
    """Return arguments as an implementation that declares a format is sent them.

    Every array is in that format, labels too, so that nothing it computes is promoted by what it
    was given. In float64, labels stay the whole numbers that they are.
    """
    if isinstance(value, dict):
        return {key: held_in(v, name) for key, v in value.items()}
    if isinstance(value, list):
        return [held_in(v, name) for v in value]
    if not isinstance(value, np.ndarray) or name == "float64":
        return value
    with np.errstate(over="ignore", under="ignore"):
        held = value.astype(TRAVELS_AS[name])
    return _to_bfloat16(held) if name == "bfloat16" else held


def _to_bfloat16(array: Any) -> Any:
    """Round float32 to the nearest number with 8 bits, ties to even."""
    bits = array.view(np.uint32).astype(np.uint64)
    last = (bits >> np.uint64(16)) & np.uint64(1)
    kept = (bits + np.uint64(0x7FFF) + last) & np.uint64(0xFFFF0000)
    return kept.astype(np.uint32).view(np.float32)
