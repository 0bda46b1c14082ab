"""The backward pass, stage by stage."""

from __future__ import annotations

from typing import Any

from ..operations import CACHES
from . import unknowns
from .pipeline import Answer, Pipeline
from .state import State
from .table import read_forms, read_stages, read_unknowns

STAGES = """
output error (BWD-1)
    dz3 = (a3 - Y) / m
    backward.not-averaged: dz3 = a3 - Y
    backward.sign: dz3 = (Y - a3) / m
    backward.sigmoid-derivative-twice: dz3 = (a3 - Y) * a3 * (1 - a3) / m
    backward.factor-two: dz3 = 2 * (a3 - Y) / m
derivative of ReLU (BWD-2)
    mask1 = a1 > 0; mask2 = a2 > 0
    backward.relu-derivative-at-zero: mask1 = z1 >= 0; mask2 = z2 >= 0
    backward.relu-derivative-everywhere: mask1 = a1 >= a1; mask2 = a2 >= a2
    backward.relu-derivative-of-other-layer: mask1 = a2 > 0; mask2 = a1 > 0
    backward.relu-value-for-derivative: mask1 = a1; mask2 = a2
chain (BWD-3)
    da2 = W3.T @ dz3; dz2 = da2 * mask2; da1 = W2.T @ dz2; dz1 = da1 * mask1
gradients (BWD-3)
    dW3 = dz3 @ a2.T; db3 = dz3.sum(axis=1, keepdims=True); dW2 = dz2 @ a1.T;
        db2 = dz2.sum(axis=1, keepdims=True); dW1 = dz1 @ X.T; db1 = dz1.sum(axis=1, keepdims=True)
    backward.averaged-twice: dW3 = dz3 @ a2.T / m; db3 = dz3.sum(axis=1, keepdims=True) / m;
        dW2 = dz2 @ a1.T / m; db2 = dz2.sum(axis=1, keepdims=True) / m; dW1 = dz1 @ X.T / m;
        db1 = dz1.sum(axis=1, keepdims=True) / m
    backward.bias-mean: db3 = dz3.sum(axis=1, keepdims=True) / m;
        db2 = dz2.sum(axis=1, keepdims=True) / m; db1 = dz1.sum(axis=1, keepdims=True) / m
    backward.bias-flat: db3 = dz3.sum(axis=1); db2 = dz2.sum(axis=1); db1 = dz1.sum(axis=1)
    backward.bias-total: db3 = 0 * b3 + dz3.sum(); db2 = 0 * b2 + dz2.sum();
        db1 = 0 * b1 + dz1.sum()
"""


def _start(arguments: dict[str, Any]) -> dict[str, State]:
    caches = dict(zip(CACHES, arguments["caches"]))
    return {"": State(caches, X=arguments["X"], Y=arguments["Y"], m=arguments["X"].shape[1])}


def _collect(states: dict[str, State]) -> Answer:
    return {name: states[""][name] for name in ("dW1", "db1", "dW2", "db2", "dW3", "db3")}


_STAGES = read_stages(STAGES)
BACKWARD = Pipeline(
    "backward_propagation",
    _STAGES,
    _start,
    _collect,
    read_unknowns(unknowns.BACKWARD, _STAGES),
    read_forms("backward_propagation", _STAGES),
)
