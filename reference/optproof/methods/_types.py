"""The types that the methods speak in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

# float64, float32, or objects: exact or ball numbers run through the same source.
if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
else:
    Array = Any
Arrays = dict[str, Array]
Scalar = Any
