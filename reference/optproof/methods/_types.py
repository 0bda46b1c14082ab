"""The types that the methods speak in."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

# float64, float32, or objects: exact or ball numbers run through the same source.
Array = NDArray[Any]
Arrays = dict[str, Array]
Scalar = Any
