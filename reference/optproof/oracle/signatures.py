"""What each known deviation answers to a vector, so that anyone can name the mistake.

A variant, which may be declared, gets all its tensors, correctly rounded and with bounds, as the
specified values do. Any other deviation gets one witness a tensor that differs: the element that
shows it best.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from .. import fixtures
from ..deviations import PIPELINES, Pipeline
from ..fixtures import Case, Expected, Json
from ..judging.judge import compare
from ..judging.operation import as_operation
from ..judging.predicting import predict
from ..protocol import Array, encode
from .bounds import bounds
from .exact import Tensors, expected_values
from .vector import Vector

#: A witness is told apart from others by this part of its value.
RELATIVE = 1e-9
#: Gaps that differ by less than this part are equally wide.
NEAR = 1e-6
Signature = dict[str, Any]


def add_signatures(content: Json, defined: list[Vector]) -> None:
    """Add to each case what the deviations that it tells would answer, and their notes."""
    operation = content["operation"]
    if operation not in PIPELINES:
        return
    pipeline = PIPELINES[operation]
    catalogue = fixtures.load_deviations()
    told: set[str] = set()
    for entry, vector in zip(content["cases"], defined):
        case = fixtures.read_case(operation, entry)
        signatures = {}
        for name in pipeline.ids:
            witness = witnesses(pipeline, name, case)
            if witness and catalogue[name].variant:
                form = partial(as_operation, pipeline, name)
                signatures[name] = variant_tensors(vector, form, entry["expected"])
            elif witness:
                signatures[name] = witness
        if signatures:
            entry["signatures"] = signatures
        told.update(signatures)
    content["notes"] = {
        name: {
            "title": catalogue[name].title,
            "effect": catalogue[name].effect,
            "clause": catalogue[name].clause,
            **({"links": list(catalogue[name].links)} if catalogue[name].links else {}),
        }
        for name in pipeline.ids
        if name in told
    }


def witnesses(pipeline: Pipeline, name: str, case: Case) -> Signature:
    """Return one element of the worst tensor that deviates, or what is odd about its shape.

    Empty where this case does not tell the deviation from what is specified.
    """
    try:
        with np.errstate(all="ignore"):
            answer = predict(pipeline, [name], case)
    except (ValueError, IndexError, ZeroDivisionError):
        return {}
    return witness(
        case.expected, answer, {f.tensor for f in compare(case.expected, answer, "float64")}
    )


def witness(expected: dict[str, Expected], answer: Tensors, wrong: set[str]) -> Signature:
    """Return one element of the worst of the `wrong` tensors, or what is odd about its shape."""
    best: tuple[float, Signature] = (-1.0, {})
    for tensor in (t for t in (*expected, *answer) if t in wrong):
        if tensor not in answer:
            return {tensor: None}
        got, want = answer[tensor], expected.get(tensor)
        if want is None or want.values is None or got.shape != want.shape:
            return {tensor: {"dtype": got.dtype.name, "shape": list(got.shape)}}
        gap, index = _widest(got, want.values)
        if gap > best[0] * (1 + NEAR):
            best = gap, {tensor: _element(got, index)}
    return best[1]


def _widest(got: Array, want: Array) -> tuple[float, tuple[int, ...]]:
    """Return the largest relative gap, and where it is; NaN is as wide as can be."""
    a, b = got.astype(float), want.astype(float)
    with np.errstate(all="ignore"):
        gaps = np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-300)
    gaps = np.where(np.isnan(gaps), 2.0, gaps)
    # The first of those that are as good as the widest: rounding must not choose.
    flat = int(np.argmax(gaps >= gaps.max() * (1 - NEAR)))
    index = tuple(int(i) for i in np.unravel_index(flat, gaps.shape))
    return float(gaps[index]), index


def _element(got: Array, index: tuple[int, ...]) -> Json:
    """Return one element as a block; twelve digits, which every NumPy agrees on."""
    value = got[index]
    if got.dtype.kind == "f":
        value = float(f"{float(value):.12g}")
    bound = abs(float(value)) * RELATIVE if np.isfinite(value) and got.dtype.kind == "f" else 0.0
    return {
        "dtype": got.dtype.name,
        "shape": list(got.shape),
        "start": list(index),
        "block": [1] * got.ndim,
        "data": encode(np.array([value], dtype=got.dtype))["data"],
        "bound": float(f"{bound:.2g}"),
    }


def variant_tensors(vector: Any, form: Any, expected: dict[str, Json]) -> Signature:
    """Return the tensors in which a variant differs, correctly rounded, with their bounds.

    Parameters
    ----------
    vector : Vector or Steps
    form : callable
        Returns the variant's function anew: it may remember.
    expected : dict
        What is specified.
    """
    values, exact = expected_values(vector, form)
    allowed: Tensors = bounds(vector, exact, form())
    changed = {}
    for tensor, value in values.items():
        new = encode(value)
        if new["data"] != expected[tensor]["data"]:
            limits = allowed[tensor].reshape(-1).tolist()
            bound = limits[0] if len(set(limits)) == 1 else limits
            changed[tensor] = {**new, "bound": bound}
    return changed
