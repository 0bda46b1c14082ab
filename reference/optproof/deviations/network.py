"""Forward pass, cost and prediction, stage by stage."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..operations import CACHES
from ..protocol import names
from . import unknowns
from .pipeline import Answer, Pipeline
from .state import State
from .table import read_forms, read_stages, read_unknowns

FORWARD_STAGES = """
hidden layers (FWD-1)
    z1 = W1 @ X + b1; a1 = np.maximum(z1, 0); z2 = W2 @ a1 + b2; a2 = np.maximum(z2, 0)
    forward.bias-missing: z1 = W1 @ X; z2 = W2 @ a1
    forward.relu-missing: a1 = 1 * z1; a2 = 1 * z2
    forward.leaky-relu: a1 = np.maximum(z1, 0.01 * z1); a2 = np.maximum(z2, 0.01 * z2)
    forward.sigmoid-everywhere: a1 = 1 / (1 + np.exp(-z1)); a2 = 1 / (1 + np.exp(-z2))
    forward.absolute-value: a1 = np.maximum(z1, -z1); a2 = np.maximum(z2, -z2)
output (FWD-1)
    z3 = W3 @ a2 + b3
sigmoid (FWD-1)
    a3 = 1 / (1 + np.exp(-z3))
    forward.sigmoid-missing: a3 = 1 * z3
    forward.sigmoid-sign: a3 = 1 / (1 + np.exp(z3))
    forward.relu-at-output: a3 = np.maximum(z3, 0)
caches (FWD-1) -> caches
    c_z1 = z1; c_a1 = a1; c_W1 = W1; c_b1 = b1; c_z2 = z2; c_a2 = a2; c_W2 = W2; c_b2 = b2;
        c_z3 = z3; c_a3 = a3; c_W3 = W3; c_b3 = b3
"""
COST_STAGES = """
probabilities (COST-1)
    a = a3
    cost.clipped: a = np.minimum(np.maximum(a3, 1e-07), 1 - 1e-07)
    cost.shifted: a = a3 + 1e-08
loss (COST-1)
    loss = -np.log(a) * Y - np.log(1 - a) * (1 - Y)
    cost.base-2: loss = (-np.log(a) * Y - np.log(1 - a) * (1 - Y)) / np.log(2.0)
    cost.base-10: loss = (-np.log(a) * Y - np.log(1 - a) * (1 - Y)) / np.log(10.0)
    cost.sign: loss = -(-np.log(a) * Y - np.log(1 - a) * (1 - Y))
    cost.only-label-1: loss = -np.log(a) * Y
    cost.squared-error: loss = (a - Y) * (a - Y)
sum (COST-1)
    cost = loss.sum()
    cost.mean: cost = loss.sum() / m
    cost.half-mean: cost = loss.sum() / (2 * m)
"""
PREDICT_STAGES = """
threshold (PRED-1)
    labels = (a3 > 0.5).astype(int)
    predict.half-is-one: labels = (a3 >= 0.5).astype(int)
    predict.labels-exchanged: labels = (a3 < 0.5).astype(int)
    predict.flat: labels = (a3 > 0.5).astype(int).reshape(-1)
"""
PREDICT_DEC_STAGES = """
threshold (PRED-2)
    labels = a3 > 0.5
    predict-dec.half-is-one: labels = a3 >= 0.5
    predict-dec.labels-exchanged: labels = a3 < 0.5
    predict-dec.flat: labels = (a3 > 0.5).reshape(-1)
"""


def _start_forward(arguments: dict[str, Any]) -> dict[str, State]:
    return {"": State(arguments["parameters"], X=arguments["X"])}


def _collect_forward(states: dict[str, State]) -> Answer:
    x = states[""]
    return {"a3": x.a3, **{names.cache(name): x[f"c_{name}"] for name in CACHES}}


def _start_cost(arguments: dict[str, Any]) -> dict[str, State]:
    return {"": State(arguments, m=arguments["Y"].shape[1])}


def _start_predict(arguments: dict[str, Any]) -> dict[str, State]:
    forward = FORWARD.answer({"X": arguments["X"], "parameters": arguments["parameters"]})
    return {"": State(a3=forward["a3"])}


_FORWARD, _COST = read_stages(FORWARD_STAGES), read_stages(COST_STAGES)
FORWARD = Pipeline(
    "forward_propagation",
    _FORWARD,
    _start_forward,
    _collect_forward,
    read_unknowns(unknowns.FORWARD, _FORWARD),
    read_forms("forward_propagation", _FORWARD),
)
COST = Pipeline(
    "compute_cost",
    _COST,
    _start_cost,
    lambda states: {"cost": np.asarray(states[""].cost)},
    read_unknowns(unknowns.COST, _COST),
    read_forms("compute_cost", _COST),
)
PREDICT, PREDICT_DEC = (
    Pipeline(
        operation,
        read_stages(table),
        _start_predict,
        lambda states: {"predictions": states[""].labels},
    )
    for operation, table in (("predict", PREDICT_STAGES), ("predict_dec", PREDICT_DEC_STAGES))
)
