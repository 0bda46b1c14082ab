"""The floating-point formats that an implementation may declare to compute in."""

from __future__ import annotations

from dataclasses import dataclass


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
