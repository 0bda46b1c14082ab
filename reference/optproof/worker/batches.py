"""Mini-batches as people return them: pairs, dicts, two lists, generators, loaders; in rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .layouts import Layout

_X = ("x", "data", "inputs", "features", "xtrain")
_Y = ("y", "labels", "targets", "ytrain", "target", "label")


def as_pairs(value: Any, X: Any, Y: Any) -> tuple[Any, str]:
    """Return what came back as a list of (X, Y), and a note where that changed it."""
    if isinstance(value, Iterable) and not isinstance(value, (list, tuple, dict, str, np.ndarray)):
        pairs, _ = as_pairs(list(value), X, Y)
        return pairs, "it yields its results: all are taken"
    if isinstance(value, dict):
        parts = _of_dict(value)
        return (list(zip(*parts)), "it returns a dict of lists") if parts else (value, "")
    if not isinstance(value, (list, tuple)):
        return value, ""
    if _is_two_lists(value, X, Y):
        return list(zip(*value)), "it returns the batches of X and of Y apart"
    if value and all(isinstance(batch, dict) for batch in value):
        return [_of_dict(batch) or batch for batch in value], "its batches are dicts"
    return list(value), ""


def _of_dict(batch: dict[Any, Any]) -> tuple[Any, Any] | None:
    named = {str(key).replace("_", "").lower(): part for key, part in batch.items()}
    x = [part for key, part in named.items() if key.removeprefix("minibatch") in _X]
    y = [part for key, part in named.items() if key.removeprefix("minibatch") in _Y]
    return (x[0], y[0]) if len(x) == len(y) == 1 else None


def _is_two_lists(value: Any, X: Any, Y: Any) -> bool:
    """Whether these are the batches of X and those of Y, and not two batches."""
    if len(value) != 2 or not all(isinstance(part, (list, tuple)) for part in value):
        return False
    first, second = value
    if len(first) != len(second) or not first:
        return False
    if len(first) != 2:
        return True
    axis = 0 if X.shape[-1] == Y.shape[-1] else -1  # that of the features
    sizes = [np.shape(part)[axis] if np.ndim(part) else 0 for part in first]
    return sizes == [X.shape[axis]] * 2 and X.shape[axis] != Y.shape[axis]


def _turned(name: str, value: Any) -> Any:
    return np.ascontiguousarray(value.T) if name in ("X", "Y") else value


def _turned_back(name: str, value: Any) -> tuple[Any, str]:
    if name != "mini_batches" or not isinstance(value, list):
        return value, ""
    return [tuple(np.atleast_2d(np.asarray(part).T) for part in batch) for batch in value], ""


#: How the examples are given: the document's columns, or rows where only they are answered.
EXAMPLES = {
    "documented": Layout("columns", lambda name, value: value, lambda name, value: (value, "")),
    "rows": Layout("its examples in rows", _turned, _turned_back),
}


def are_batches(batches: Any, X: Any) -> bool:
    """Whether each X_t is made of columns of X, and there is one at least."""
    columns = {column.tobytes() for column in np.ascontiguousarray(X.T)}
    if not isinstance(batches, list) or not batches:
        return False
    for batch in batches:
        part = np.asarray(batch[0]) if isinstance(batch, (list, tuple)) and batch else np.zeros(())
        if part.ndim != 2 or len(part) != len(X):
            return False
        if not all(column.tobytes() in columns for column in np.ascontiguousarray(part.T)):
            return False
    return True
