"""How values go over the wire: tensors as dtype, shape and data."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

PROTOCOL = 1
NONFINITE = ("NaN", "Infinity", "-Infinity")
DTYPES = ("float64", "float32", "float16", "int64", "int32", "bool")
#: Tensors of this many elements or more travel as base64 where the other side offered it.
BASE64_FROM = 512

if TYPE_CHECKING:  # a command that needs no numbers must not wait for NumPy
    from numpy.typing import NDArray

    Array = NDArray[Any]  # NumPy 1.21 knows no np.ndarray[...]
else:
    Array = Any


#: The start and the size of a block of a tensor.
Block = tuple[Sequence[int], Sequence[int]]
#: By its place in a value (``mini_batches[0][1]``): the block of a tensor that is wanted of it.
Parts = Mapping[str, Block]


class MalformedMessage(ValueError):
    """A message or value that is not to the protocol.

    Parameters
    ----------
    what : str
    hint : str, optional
        What to do about it.
    """

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.hint = hint


def encode(value: Any, use_base64: bool = False, name: str = "", parts: Parts | None = None) -> Any:
    """Return `value` in the types of JSON.

    Arrays and NumPy scalars become ``{"dtype", "shape", "data"}`` (row-major, shortest decimals
    that read back to the same bits; NaN and infinities as strings) or, large ones where
    `use_base64`, ``{"dtype", "shape", "base64"}`` (little-endian). Dicts, lists and tuples keep
    their structure. `name` is what an error calls the value. Of the tensors that `parts` names
    only a block is encoded.

    Raises
    ------
    MalformedMessage
        For anything else, and for arrays whose dtype is not one of :data:`DTYPES`.
    """
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if parts and name in parts:
            return _encode_part(array, parts[name], name)
        return _encode_tensor(array, use_base64, name)
    if isinstance(value, dict):
        dot = f"{name}." if name else ""
        return {str(k): encode(v, use_base64, f"{dot}{k}", parts) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(v, use_base64, f"{name}[{i}]", parts) for i, v in enumerate(value)]
    if isinstance(value, float):
        return value if math.isfinite(value) else _nonfinite(value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    kind = type(value).__name__
    raise MalformedMessage(
        f"{name or 'a value'} of type {kind}, which is neither a NumPy array nor a number"
    )


@cache
def name_of(dtype: Any) -> str:
    """Return the name of a dtype, which NumPy works out anew each time it is asked."""
    return str(dtype.name)


def _check_dtype(array: Array, name: str) -> str:
    dtype = name_of(array.dtype)
    if dtype not in DTYPES:
        known = ", ".join(DTYPES)
        raise MalformedMessage(f"{name or 'an array'} of dtype {dtype}; known are {known}")
    return dtype


def _encode_tensor(array: Array, use_base64: bool, name: str) -> dict[str, Any]:
    dtype = _check_dtype(array, name)
    tensor: dict[str, Any] = {"dtype": dtype, "shape": list(array.shape)}
    if use_base64 and array.size >= BASE64_FROM:
        little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        return {**tensor, "base64": base64.b64encode(little.data).decode()}
    if array.dtype.kind == "f":
        data = [v if math.isfinite(v) else _nonfinite(v) for v in _shortest(array)]
    else:
        data = array.ravel().tolist()
    return {**tensor, "data": data}


def _encode_part(array: Array, part: Block, name: str) -> dict[str, Any]:
    """Return a tensor of which only a block has data; its start and size are kept in its shape."""
    start, block = part
    inside = array[tuple(slice(s, s + n) for s, n in zip(start, block))]
    tensor = _encode_tensor(inside, False, name)
    return {**tensor, "shape": list(array.shape), "start": list(start), "block": list(inside.shape)}


def carried(value: Any, name: str = "") -> Any:
    """Return `value` as it comes out of the wire: ``decode(encode(value))``, without the wire.

    Raises
    ------
    MalformedMessage
        As :func:`encode`.
    """
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        _check_dtype(array, name)
        return array.astype(array.dtype.newbyteorder("="), order="C", copy=True)
    if isinstance(value, dict):
        dot = f"{name}." if name else ""
        return {str(k): carried(v, f"{dot}{k}") for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [carried(v, f"{name}[{i}]") for i, v in enumerate(value)]
    return decode(encode(value, name=name))


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
    dtype, shape = tensor["dtype"], _shape(tensor["shape"])
    if dtype not in DTYPES:
        raise MalformedMessage(f"a tensor of dtype {shown(dtype)}; known are {', '.join(DTYPES)}")
    try:
        if "block" in tensor:
            return _decode_part(dtype, shape, tensor)
        if "base64" in tensor:
            raw = base64.b64decode(tensor["base64"], validate=True)
            array = np.frombuffer(raw, np.dtype(dtype).newbyteorder("<")).astype(dtype)
        else:
            array = np.array(_data(dtype, shape, tensor), dtype=dtype)
        return array.reshape(shape)
    except (TypeError, ValueError, OverflowError) as error:
        what = f"a {dtype} tensor of shape {shown(shape)} with bad data: {error}"
        raise MalformedMessage(what) from None


def _decode_part(dtype: str, shape: list[int], tensor: dict[str, Any]) -> Array:
    """Return an array of the whole shape, 0 outside the block that came."""
    start, block = _shape(tensor.get("start")), _shape(tensor["block"])
    array = np.zeros(shape, dtype)
    if len(start) != len(block) or len(start) != len(shape):
        raise ValueError(f"a block {shown(block)} that starts at {shown(start)}")
    inside = array[tuple(slice(s, s + n) for s, n in zip(start, block))]
    inside[...] = np.array(_data(dtype, block, tensor), dtype=dtype).reshape(block)
    return array


def _shape(shape: Any) -> list[int]:
    """Return a shape; languages without whole numbers write 2.0, or a bare 2 for a list of one."""
    if type(shape) is list and set(map(type, shape)) == _WHOLE and min(shape) >= 0:
        return shape
    sizes = shape if isinstance(shape, list) else [shape]
    if not all(type(n) in (int, float) and n >= 0 and n == n // 1 for n in sizes):
        raise MalformedMessage(
            f"a tensor of shape {shown(shape)}; it must be a list of whole numbers >= 0"
        )
    return [int(n) for n in sizes]


_WHOLE: set[type] = {int}
#: What may stand in the data, by the first letter of a dtype.
_ALLOWED: dict[str, set[type]] = {"f": {int, float}, "i": _WHOLE, "b": {bool}}


def _data(dtype: str, shape: list[int], tensor: dict[str, Any]) -> list[Any]:
    """Return the data, but refuse what NumPy would convert without a word: 1.5 to 1, "2" to 2."""
    if "data" not in tensor:
        raise ValueError("it has no data")
    data, size = tensor["data"], math.prod(shape)
    if type(data) in (int, float, bool) or data in NONFINITE:  # a list of one, unpacked
        data = [data]
    if not isinstance(data, list):
        raise ValueError(f"{shown(data)} is not a flat list")
    types = _ALLOWED[dtype[0]]
    if set(map(type, data)) <= types and len(data) == size and _fit(dtype, data):
        return data
    for place, value in enumerate(data):
        if type(value) not in types and not (float in types and value in NONFINITE):
            raise ValueError(f"{shown(value)} at [{place}]{_instead(dtype, value)}")
        if types == _WHOLE and not np.iinfo(dtype).min <= value <= np.iinfo(dtype).max:
            raise ValueError(f"{shown(value)} at [{place}] is too large for {dtype}")
    if len(data) != size:
        raise ValueError(f"its shape has room for {size}, and it has {len(data)}")
    return data


def _fit(dtype: str, data: list[Any]) -> bool:
    if dtype[0] != "i" or not data:
        return True
    most = np.iinfo(dtype)
    return bool(most.min <= min(data) and max(data) <= most.max)


def _instead(dtype: str, value: Any) -> str:
    """Say what to write in the place of what is refused, where that can be guessed."""
    if isinstance(value, list):
        return "; data is one flat list, row after row"
    if value is None and dtype.startswith("f"):
        return '; NaN and the infinities are strings, as "NaN"'
    if dtype == "bool":
        return "; a bool is true or false"
    return "; whole numbers have no point" if type(value) is float else ""


def shown(value: Any) -> str:
    """Return a value as it stands on the wire, or how it begins if it is long.

    >>> shown([None, True])
    '[null, true]'
    """
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def tidy(text: Any) -> str:
    """Return what an implementation says so that it can be shown: printable, not too long."""
    shown = "".join(c if c.isprintable() else " " for c in str(text)[:500])
    return shown + ("..." if len(str(text)) > 500 else "")
