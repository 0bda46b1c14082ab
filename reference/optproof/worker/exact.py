"""Calls on balls in place of floats, so that rounding is out of the question (extra ``certify``).

An implementation's functions get object arrays of balls: numbers with a radius that is sure to hold
the true value. The harness judges what comes back (:mod:`optproof.checking.proofs`).
"""

from __future__ import annotations

from typing import Any

import flint
import numpy as np

from ..ball import Ball, from_hex, in_math, to_hex
from ..protocol import Array

Named = dict[str, Array]

__all__ = ["decode", "encode", "in_math", "on_balls", "set_precision", "start_on_balls"]


def on_balls(value: Any) -> Any:
    """Return arguments with every float, alone or in an array, as an exact ball."""
    if isinstance(value, dict):
        return {k: on_balls(v) for k, v in value.items()}
    if isinstance(value, list):
        return [on_balls(v) for v in value]
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.array([Ball(v) for v in value.reshape(-1)], object).reshape(value.shape)
    return Ball(value) if isinstance(value, float) else value


def start_on_balls(name: str, function: Any) -> Any:
    """Let a training draw its initial parameters as floats, and take them as exact balls."""
    if name != "initialize_parameters":
        return function
    return lambda *arguments, **keywords: on_balls(function(*arguments, **keywords))


def set_precision(bits: int) -> None:
    """Set the bits of every ball from now on."""
    flint.ctx.prec = bits


def encode(value: Any, name: str = "") -> Any:
    """Return answers on balls in the types of JSON: middle and radius, exact to the bit.

    Raises
    ------
    TypeError
        If the implementation has turned balls into something else.
    """
    if isinstance(value, dict):
        return {k: encode(v, f"{name}.{k}" if name else k) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(v, f"{name}[{i}]") for i, v in enumerate(value)]
    array = np.asarray(value)
    if array.dtype.kind == "f":
        raise TypeError(f"{name} comes back as {array.dtype}: exact numbers are lost on the way")
    return {"shape": list(array.shape), "balls": [_parts(v) for v in array.reshape(-1).tolist()]}


def _parts(value: Any) -> list[str]:
    arb = Ball(value).arb
    return to_hex(arb) if arb.is_finite() else []


def decode(value: Any, name: str = "") -> Named:
    """Undo :func:`encode`, with flat names: ``W1``, ``v.dW1``, ``caches[0]``."""
    if isinstance(value, list):
        value = {f"[{i}]": v for i, v in enumerate(value)}
        return {name + k: a for part, v in value.items() for k, a in decode(v, part).items()}
    if "balls" in value:
        flat = [from_hex(parts) if parts else flint.arb("nan") for parts in value["balls"]]
        return {name: np.array(flat, dtype=object).reshape(value["shape"])}
    named: Named = {}
    for k, v in value.items():
        # As in a report: parameters and gradients by their own names.
        inner = k if not name or name in ("parameters", "grads") else f"{name}.{k}"
        named.update(decode(v, inner))
    return named
