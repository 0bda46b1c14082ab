"""How values go over the wire: tensors as dtype, shape and data; messages.py has the rest."""

from __future__ import annotations

import base64
import math
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

PROTOCOL = 1
NONFINITE = ("NaN", "Infinity", "-Infinity")
DTYPES = ("float64", "float32", "float16", "int64", "int32", "bool")
#: Tensors of this many elements or more travel as base64 where the other side offered it.
BASE64_FROM = 512

Array = NDArray[Any]  # NumPy 1.21 knows no np.ndarray[...]


class MalformedMessage(ValueError):
    """A message or value that is not to the protocol."""


def encode(value: Any, use_base64: bool = False, name: str = "") -> Any:
    """Return `value` in the types of JSON.

    Arrays and NumPy scalars become ``{"dtype", "shape", "data"}`` (row-major, shortest decimals
    that read back to the same bits; NaN and infinities as strings) or, large ones where
    `use_base64`, ``{"dtype", "shape", "base64"}`` (little-endian). Dicts, lists and tuples keep
    their structure. `name` is what an error calls the value.

    Raises
    ------
    MalformedMessage
        For anything else, and for arrays whose dtype is not one of :data:`DTYPES`.
    """
    if isinstance(value, (np.ndarray, np.generic)):
        return _encode_tensor(np.asarray(value), use_base64, name)
    if isinstance(value, dict):
        dot = f"{name}." if name else ""
        return {str(k): encode(v, use_base64, f"{dot}{k}") for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(v, use_base64, f"{name}[{i}]") for i, v in enumerate(value)]
    if isinstance(value, float):
        return value if math.isfinite(value) else _nonfinite(value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    kind = type(value).__name__
    raise MalformedMessage(
        f"{name or 'a value'} of type {kind}, which is neither a NumPy array nor a number"
    )


@cache
def _name_of(dtype: Any) -> str:
    """Return the name of a dtype, which NumPy works out anew each time it is asked."""
    return str(dtype.name)


def _encode_tensor(array: Array, use_base64: bool, name: str) -> dict[str, Any]:
    dtype = _name_of(array.dtype)
    if dtype not in DTYPES:
        known = ", ".join(DTYPES)
        raise MalformedMessage(f"{name or 'an array'} of dtype {dtype}; known are {known}")
    tensor: dict[str, Any] = {"dtype": dtype, "shape": list(array.shape)}
    if use_base64 and array.size >= BASE64_FROM:
        little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        return {**tensor, "base64": base64.b64encode(little.data).decode()}
    if array.dtype.kind == "f":
        data = [v if math.isfinite(v) else _nonfinite(v) for v in _shortest(array)]
    else:
        data = array.ravel().tolist()
    return {**tensor, "data": data}


def _shortest(array: Array) -> list[float]:
    """Floats whose repr is the shortest decimal that reads back in the array's own dtype."""
    flat = array.ravel()
    return flat.tolist() if array.dtype == np.float64 else [float(str(v)) for v in flat]


def _nonfinite(value: float) -> str:
    return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")


def decode(value: Any) -> Any:
    """Undo :func:`encode`; tensors become new, writable arrays.

    Raises
    ------
    MalformedMessage
        If a tensor's dtype is unknown, or its data do not fill its shape.
    """
    if isinstance(value, dict):
        if "dtype" in value and "shape" in value:
            return decode_tensor(value)
        return {k: decode(v) for k, v in value.items()}
    if isinstance(value, list):
        return [decode(v) for v in value]
    if isinstance(value, str) and value in NONFINITE:
        return float(value)
    return value


def decode_tensor(tensor: dict[str, Any]) -> Array:
    """Return the array that a ``{"dtype", "shape", "data" | "base64"}`` stands for."""
    dtype, shape = tensor["dtype"], tensor["shape"]
    if dtype not in DTYPES:
        raise MalformedMessage(f"a tensor of dtype {dtype!r}; known are {', '.join(DTYPES)}")
    if not (isinstance(shape, list) and all(type(n) is int and n >= 0 for n in shape)):
        raise MalformedMessage(
            f"a tensor of shape {shape!r}; it must be a list of whole numbers >= 0"
        )
    try:
        if "base64" in tensor:
            raw = base64.b64decode(tensor["base64"], validate=True)
            array = np.frombuffer(raw, np.dtype(dtype).newbyteorder("<")).astype(dtype)
        else:
            _check_data(dtype, tensor["data"])
            array = np.array(tensor["data"], dtype=dtype)
        return array.reshape(shape)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise MalformedMessage(
            f"a {dtype} tensor of shape {shape} with bad data: {error}"
        ) from None


def _check_data(dtype: str, data: Any) -> None:
    """Refuse what NumPy would convert without a word: 1.5 to 1, ``"2"`` to 2, nested lists."""
    allowed: dict[str, tuple[type, ...]] = {"f": (int, float), "i": (int,), "b": (bool,)}
    types = allowed[np.dtype(dtype).kind]
    if not isinstance(data, list):
        raise ValueError("data must be a flat list")
    for value in data:
        if type(value) not in types and not (float in types and value in NONFINITE):
            raise ValueError(f"{str(value)[:40]!r} in its data")
        if types == (int,) and not np.iinfo(dtype).min <= value <= np.iinfo(dtype).max:
            raise ValueError(f"{str(value)[:40]} is too large for {dtype}")
