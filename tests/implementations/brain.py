"""Honest: arrays held in bfloat16, computed in float32, as hardware does; they travel as float32."""

import numpy as np
from _in_dtype import functions

__optproof__ = {"dtype": "bfloat16"}


def bfloat16(array):
    """Round to the nearest number with 8 bits, ties to even."""
    bits = np.asarray(array, dtype=np.float32).view(np.uint32).astype(np.uint64)
    half, last, kept = (np.uint64(n) for n in (0x7FFF, 16, 0xFFFF0000))
    bits = (bits + half + ((bits >> last) & np.uint64(1))) & kept
    return bits.astype(np.uint32).view(np.float32)


globals().update(functions(bfloat16, bfloat16))
