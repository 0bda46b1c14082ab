"""Containers for parameters, gradients and state: the document's dicts, and those in other use."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from ..protocol import MalformedMessage

#: "state" is what a class keeps to itself: it may have the keys of the parameters.
DICTS = ("parameters", "grads", "v", "s", "state")
_KEY = re.compile(r"(?P<prefix>[vsmrVSMR]?)_?(?P<d>d?)_?(?P<kind>[WwBb])_?(?P<layer>[1-9]\d*)")


@lru_cache(maxsize=1024)
def documented_key(name: str, key: Any) -> str:
    """Return the document's form of a key of `name`, or "" if it is none.

    >>> documented_key("v", "vdW1"), documented_key("grads", "dW_1"), documented_key("grads", "W1")
    ('dW1', 'dW1', '')
    """
    match = _KEY.fullmatch(key) if isinstance(key, str) else None
    if not match:
        return ""
    marked = match["prefix"] + match["d"]
    which = {"parameters": not marked, "grads": marked == "d", "state": True}
    fits = which.get(name, bool(marked))
    kind = "W" if match["kind"] in "Ww" else "b"
    return f"{'' if name == 'parameters' else 'd'}{kind}{match['layer']}" if fits else ""


class Keys(dict[Any, Any]):
    """A dict that also knows its keys as other people write them."""

    def __init__(self, name: str, content: dict[str, Any]) -> None:
        super().__init__(content)
        self.name = name

    def _own(self, key: Any) -> Any:
        return key if super().__contains__(key) else documented_key(self.name, key) or key

    def __missing__(self, key: Any) -> Any:
        own = self._own(key)
        if own == key:
            raise KeyError(key)
        return self[own]

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(self._own(key), value)

    def __contains__(self, key: Any) -> bool:
        return super().__contains__(self._own(key))

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(self._own(key), default)

    def copy(self) -> Keys:
        return Keys(self.name, self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Keys:
        return Keys(self.name, {key: value.copy() for key, value in self.items()})


def as_documented(name: str, value: Any) -> tuple[Any, str]:
    """Return `value` as the document's dict where `name` is one, and a note if that changed it.

    Raises
    ------
    MalformedMessage
        If two of its keys mean the same.
    """
    if name not in DICTS:
        return value, ""
    if isinstance(value, dict) and value and all(map(_is_kind, value, value.values())):
        pairs = [(f"{k}{i}", a) for k, items in value.items() for i, a in enumerate(items, 1)]
        return as_documented(name, dict(pairs))[0], f"its {name} is a dict of lists"
    if isinstance(value, (list, tuple)) and value:
        return _from_list(name, value), f"its {name} is a list"
    if not isinstance(value, dict):
        return value, ""
    out: dict[Any, Any] = {}
    for key, array in value.items():
        own = documented_key(name, key) or key
        if own in out:
            raise MalformedMessage(f"{name} with {own} twice, under different keys")
        out[own] = array
    other = [str(key) for key in value if key not in out]
    return out, f"its keys of {name} are {', '.join(other[:2])}, ..." if other else ""


def is_documented(name: str, value: Any) -> bool:
    """Whether it is what the document returns, with nothing to read another way."""
    kind = type(value)
    if name in DICTS:
        return kind is dict and all(
            type(array) is np.ndarray and (documented_key(name, key) or key) == key
            for key, array in value.items()
        )
    if name == "caches":
        return kind is tuple and all(type(array) is np.ndarray for array in value)
    return kind is np.ndarray or kind is np.float64 or kind is float


def as_arrays(value: Any) -> Any:
    """Return results with other libraries' arrays, and lists of numbers in a dict, as NumPy's.

    >>> as_arrays({"W1": [[1.0, 2.0]], "b1": np.zeros(1)})["W1"].shape
    (1, 2)
    """
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, dict):
        return {
            key: np.array(entry, dtype=float) if _numbers(entry) else as_arrays(entry)
            for key, entry in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [as_arrays(entry) for entry in value]
    if isinstance(value, np.generic) or not hasattr(value, "__array__"):
        return value
    return np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)


def _numbers(value: Any) -> bool:
    """Whether it is a list of Python's floats, or rows of them of one length."""
    if not isinstance(value, list) or not value:
        return False
    if all(isinstance(row, list) and len(row) == len(value[0]) for row in value):
        return all(map(_numbers, value))
    return all(isinstance(number, float) for number in value)


def _is_kind(key: Any, value: Any) -> bool:
    return isinstance(value, (list, tuple)) and bool(re.fullmatch("[vsm]?d?[WwBb]", str(key)))


def _from_list(name: str, items: Any) -> dict[str, Any]:
    d = _d(name)
    out: dict[str, Any] = {}
    if not isinstance(items[0], (dict, list, tuple)):
        items = list(zip(items[::2], items[1::2]))
    for i, layer in enumerate(items, 1):
        if isinstance(layer, dict):
            out |= {f"{key}{i}": array for key, array in layer.items()}
        else:
            out |= {f"{d}W{i}": layer[0], f"{d}b{i}": layer[1]}
    return as_documented(name, out)[0] if out else {}


class Layout(NamedTuple):
    """One kind of container: what the report calls it, how it is made from a dict, and read.

    `give` takes the documented name and the document's dict; `take` the name and what came back.
    """

    title: str
    give: Callable[[str, Any], Any]
    take: Callable[[str, Any], tuple[Any, str]]


def _d(name: str) -> str:
    return "" if name == "parameters" else "d"


def _layers(name: str, content: dict[str, Any]) -> list[tuple[Any, Any]]:
    d = _d(name)
    count = sum(f"{d}W{i}" in content for i in range(1, len(content) + 1))
    return [(content[f"{d}W{i}"], content[f"{d}b{i}"]) for i in range(1, count + 1)]


def _tensors(name: str, content: dict[str, Any]) -> dict[str, Any]:
    """Return the content by the parameters' keys, without the dz and da that gradients may have."""
    d = _d(name)
    return {k[len(d) :]: array for k, array in content.items() if k[len(d) : len(d) + 1] in "Wb"}


def _flat(name: str, content: dict[str, Any]) -> list[Any]:
    return [array for layer in _layers(name, content) for array in layer]


def _take_own_keys(name: str, value: Any) -> tuple[Any, str]:
    if name == "parameters":
        return as_documented(name, value)
    read, note = as_documented("state", value)
    return read, note.replace("of state", f"of {name}")


def _take_floats(name: str, value: Any) -> tuple[Any, str]:
    if isinstance(value, dict):
        value = {key: np.array(numbers) for key, numbers in value.items()}
    elif isinstance(value, (list, tuple)):
        value = [np.array(numbers) for numbers in value]
    return as_documented(name, value)


def _layout(
    title: str,
    make: Callable[[str, dict[str, Any]], Any],
    take: Callable[[str, Any], tuple[Any, str]] | None = None,
) -> Layout:
    take = take or as_documented

    def give(name: str, value: Any) -> Any:
        return make(name, value) if name in DICTS else value

    return Layout(title, give, lambda n, value: take(n, value) if n in DICTS else (value, ""))


LAYOUTS = {
    "documented": _layout("the document's dicts", lambda name, content: content),
    "keys": _layout("dicts that know its own keys (vdW1, dW_1, ...) too", Keys),
    "own keys": _layout(
        "gradients and state under the keys of the parameters",
        _tensors,
        _take_own_keys,
    ),
    "by kind": _layout(
        "dicts of lists, W[0] for W1",
        lambda name, c: {
            _d(name) + kind: [layer[i] for layer in _layers(name, c)] for i, kind in enumerate("Wb")
        },
    ),
    "layers": _layout(
        "lists of a dict a layer",
        lambda name, c: [{_d(name) + "W": W, _d(name) + "b": b} for W, b in _layers(name, c)],
    ),
    "pairs": _layout("lists of (W, b), one a layer", _layers),
    "flat": _layout("lists W1, b1, W2, b2, ...", _flat),
    "floats": _layout(
        "dicts of nested lists of floats",
        lambda name, c: {_d(name) + key: a.tolist() for key, a in _tensors(name, c).items()},
        _take_floats,
    ),
    "flat floats": _layout(
        "nested lists of floats, W1, b1, W2, b2, ...",
        lambda name, c: [array.tolist() for array in _flat(name, c)],
        _take_floats,
    ),
}
