"""What goes over the wire: one JSON object a line, tensors as dtype, shape and data."""

from __future__ import annotations

import base64
import json
import math
import re
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .formats import FORMATS
from .operations import OPTIMIZERS

PROTOCOL = 1
NONFINITE = ("NaN", "Infinity", "-Infinity")
DTYPES = ("float64", "float32", "float16", "int64", "int32", "bool")
#: Tensors of this many elements or more travel as base64 where the other side offered it.
BASE64_FROM = 512

#: What C's "%.17g" makes of -0.0, and what Python would read as the whole number 0.
MINUS_ZERO = re.compile(rb"-0[,\]}\s]")

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
    dtype, shape = tensor["dtype"], _shape(tensor["shape"])
    if dtype not in DTYPES:
        raise MalformedMessage(f"a tensor of dtype {shown(dtype)}; known are {', '.join(DTYPES)}")
    try:
        if "base64" in tensor:
            raw = base64.b64decode(tensor["base64"], validate=True)
            array = np.frombuffer(raw, np.dtype(dtype).newbyteorder("<")).astype(dtype)
        else:
            array = np.array(_data(dtype, shape, tensor), dtype=dtype)
        return array.reshape(shape)
    except (TypeError, ValueError, OverflowError) as error:
        what = f"a {dtype} tensor of shape {shown(shape)} with bad data: {error}"
        raise MalformedMessage(what) from None


def _shape(shape: Any) -> list[int]:
    """Return a shape; languages without whole numbers write 2.0, or a bare 2 for a list of one."""
    sizes = shape if isinstance(shape, list) else [shape]
    if not all(type(n) in (int, float) and n >= 0 and n == n // 1 for n in sizes):
        raise MalformedMessage(
            f"a tensor of shape {shown(shape)}; it must be a list of whole numbers >= 0"
        )
    return [int(n) for n in sizes]


def _data(dtype: str, shape: list[int], tensor: dict[str, Any]) -> list[Any]:
    """Return the data, but refuse what NumPy would convert without a word: 1.5 to 1, "2" to 2."""
    if "data" not in tensor:
        raise ValueError("it has no data")
    data, size = tensor["data"], math.prod(shape)
    if type(data) in (int, float, bool) or data in NONFINITE:  # a list of one, unpacked
        data = [data]
    if not isinstance(data, list):
        raise ValueError(f"{shown(data)} is not a flat list")
    allowed: dict[str, tuple[type, ...]] = {"f": (int, float), "i": (int,), "b": (bool,)}
    types = allowed[np.dtype(dtype).kind]
    for place, value in enumerate(data):
        if type(value) not in types and not (float in types and value in NONFINITE):
            raise ValueError(f"{shown(value)} at [{place}]{_instead(dtype, value)}")
        if types == (int,) and not np.iinfo(dtype).min <= value <= np.iinfo(dtype).max:
            raise ValueError(f"{shown(value)} at [{place}] is too large for {dtype}")
    if len(data) != size:
        raise ValueError(f"its shape has room for {size}, and it has {len(data)}")
    return data


def _instead(dtype: str, value: Any) -> str:
    """Say what to write in the place of what is refused, where that can be guessed."""
    if isinstance(value, list):
        return "; data is one flat list, row after row"
    if value is None and dtype.startswith("f"):
        return '; not a number is the string "NaN"'
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


def dump_line(message: dict[str, Any]) -> bytes:
    """Return `message` as one line of strict JSON."""
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def load_line(line: bytes) -> dict[str, Any]:
    """Return the message in `line`.

    Raises
    ------
    MalformedMessage
        If the line is not UTF-8, not strict JSON, or not an object with a ``type``.
    """

    def refuse(token: str) -> None:
        raise MalformedMessage(f"a bare {token}: not JSON; write it as a string")

    try:
        whole = _whole if MINUS_ZERO.search(line) else None
        message = json.loads(line.decode(), parse_constant=refuse, parse_int=whole)
    except MalformedMessage:
        raise
    except (ValueError, RecursionError) as error:
        raise MalformedMessage(f"{_not_json(line, error)}: {_begins(line)}") from None
    if not isinstance(message, dict):
        raise MalformedMessage(f"a message that is not an object: {_begins(line)}")
    if not isinstance(message.get("type"), str):
        raise MalformedMessage(f"a message without a type: {_begins(line)}")
    return message


def _whole(digits: str) -> int | float:
    return -0.0 if digits == "-0" else int(digits)


def _not_json(line: bytes, error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        what = f"{error.msg.lower()} at character {error.pos + 1}"
        return f"a line that is not JSON ({what})" if line.strip() else "a line that is empty"
    nested = "nested too deep"
    return f"a line that is not JSON ({nested if isinstance(error, RecursionError) else error})"


def _begins(line: bytes) -> str:
    text = tidy(line[:80].decode("utf-8", "replace").strip())
    return f"{text}..." if len(line) > 80 else text


#: So much of a definition is shown.
MOST_LINES = 200


def tidy(text: Any) -> str:
    """Return what an implementation says so that it can be shown: printable, not too long."""
    shown = "".join(c if c.isprintable() else " " for c in str(text)[:500])
    return shown + ("..." if len(str(text)) > 500 else "")


def check_hello(message: dict[str, Any]) -> dict[str, Any]:
    """Return a ``hello`` with every field that the harness reads, defaults filled in.

    Raises
    ------
    MalformedMessage
        If it is not a hello, speaks another protocol, or a field has the wrong type.
    """
    if message["type"] != "hello" or message.get("protocol") != PROTOCOL:
        raise MalformedMessage(f"not a hello of protocol {PROTOCOL}: {shown(message)}")
    words = {k: tidy(message.get(k, "")) for k in ("name", "version", "language", "stdout")}
    lists = {k: _texts(message, k) for k in ("variants", "encodings", "accepts", "notes")}
    for field in ("name", "operations"):
        if field not in message:
            raise MalformedMessage(f"a hello without {field}")
    dtype = message.get("dtype", "float64")
    if dtype not in FORMATS:
        raise MalformedMessage(f"a hello of dtype {tidy(dtype)}; known: {', '.join(FORMATS)}")
    return {
        **words,
        **lists,
        "operations": _texts(message, "operations"),
        "refused": _refused(message),
        "files": _files(message),
        "dtype": dtype,
        "optimizers": _optimizers(message),
        "defaults": _defaults(message),
        "lines": _lines(message),
    }


def _lines(message: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return where a hello says that its functions stand; what is not to the form is left out."""
    lines = message.get("lines", {})
    if not isinstance(lines, dict):
        raise MalformedMessage("a hello whose lines is not an object")
    return {
        name: {
            "file": tidy(place["file"]),
            "line": place["line"],
            "source": _source(place),
            "statements": [
                (s[0], str(s[1]))
                for s in place.get("statements", ())
                if isinstance(s, list) and len(s) == 2 and type(s[0]) is int
            ],
        }
        for name, place in lines.items()
        if isinstance(place, dict)
        and isinstance(place.get("file"), str)
        and type(place.get("line")) is int
        and isinstance(place.get("statements", []), list)
    }


def _source(entry: dict[str, Any]) -> str:
    """Return the text of a definition, line by line printable; its indentation stays."""
    lines = str(entry.get("source") or "").expandtabs(4).split("\n")
    return "\n".join(map(tidy, lines[:MOST_LINES]))


def _defaults(message: dict[str, Any]) -> dict[str, dict[str, float | None]]:
    """Return what a hello says of the defaults of its functions, by operation and argument."""
    told = message.get("defaults", {})
    kinds = (int, float, type(None))
    if not isinstance(told, dict) or not all(
        isinstance(values, dict) and all(type(v) in kinds for v in values.values())
        for values in told.values()
    ):
        raise MalformedMessage("a hello whose defaults is not an object of objects of numbers")
    return told


def _files(message: dict[str, Any]) -> dict[str, str]:
    """Return which operations a hello says come from a helper's file, and from which."""
    files = message.get("files", {})
    if not isinstance(files, dict) or not all(isinstance(f, str) for f in files.values()):
        raise MalformedMessage("a hello whose files is not an object of strings")
    return {tidy(name): tidy(file) for name, file in files.items()}


def _refused(message: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return what a hello says it cannot call: the message and the hint, by operation."""
    refused = message.get("refused", {})
    if not isinstance(refused, dict) or not all(isinstance(e, dict) for e in refused.values()):
        raise MalformedMessage("a hello whose refused is not an object of objects")
    # A hint may be code to paste: its lines stay.
    return {
        tidy(name): {
            "message": tidy(entry.get("message", "it cannot be called")),
            "hint": "\n".join(map(tidy, str(entry.get("hint", "")).splitlines())),
        }
        for name, entry in refused.items()
    }


def _optimizers(message: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what a hello says of its optimizers, defaults filled in."""
    offered = message.get("optimizers", {})
    if not isinstance(offered, dict) or not all(isinstance(e, dict) for e in offered.values()):
        raise MalformedMessage("a hello whose optimizers is not an object of objects")
    if unknown := offered.keys() - OPTIMIZERS.keys():
        known = ", ".join(OPTIMIZERS)
        raise MalformedMessage(f"a hello with the optimizer {tidy(min(unknown))}; known: {known}")
    checked = {}
    for optimizer in (name for name in OPTIMIZERS if name in offered):
        entry = {"type": f"hello with the optimizer {optimizer}", **offered[optimizer]}
        own, line = entry.get("own", {}), entry.get("line")
        if not isinstance(own, dict) or not all(type(v) in (int, float) for v in own.values()):
            raise MalformedMessage(f"a {entry['type']} whose own is not an object of numbers")
        checked[optimizer] = {
            "name": tidy(entry.get("name") or optimizer),
            "line": line if type(line) is int else None,
            "file": tidy(entry.get("file") or ""),
            "source": _source(entry),
            "framework": tidy(entry.get("framework") or ""),
            "how": _texts(entry, "how"),
            "takes": _texts(entry, "takes"),
            "own": {tidy(k): float(v) for k, v in own.items()},
        }
    return checked


def check_result(message: dict[str, Any]) -> dict[str, Any]:
    """Return a ``result`` whose lists beside the value are fit to be shown.

    Raises
    ------
    MalformedMessage
        If one of them is not a list of strings, or of pairs of them.
    """
    texts = {k: _texts(message, k) for k in ("notes", "mutated", "adapted")}
    pairs = message.get("aliased", [])
    if not isinstance(pairs, list) or not all(isinstance(p, list) and len(p) == 2 for p in pairs):
        raise MalformedMessage("a result whose aliased is not a list of pairs")
    return {**message, **texts, "aliased": [[tidy(name) for name in pair] for pair in pairs]}


def _texts(message: dict[str, Any], field: str) -> list[str]:
    value = message.get(field, [])
    if not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
        what = f"whose {field} is not a list of strings: {shown(value)}"
        raise MalformedMessage(f"a {message['type']} {what}")
    return [tidy(v) for v in value]
