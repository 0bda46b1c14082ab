"""Forward pass, cost and prediction, stage by stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..operations import CACHES
from .pipeline import Answer, Pipeline, Stage, State


def _relu(z: Any) -> Any:
    return np.maximum(z, 0)


def _hidden(f: Callable[[Any], Any]) -> Callable[[State], dict[str, Any]]:
    """Return a step that computes layers 1 and 2 with the activation `f`."""

    def step(x: State) -> dict[str, Any]:
        z1 = x.W1 @ x.X + x.b1
        a1 = f(z1)
        z2 = x.W2 @ a1 + x.b2
        return {"z1": z1, "a1": a1, "z2": z2, "a2": f(z2)}

    return step


def _hidden_without_bias(x: State) -> dict[str, Any]:
    z1 = x.W1 @ x.X
    a1 = _relu(z1)
    z2 = x.W2 @ a1
    return {"z1": z1, "a1": a1, "z2": z2, "a2": _relu(z2)}


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def _start_forward(arguments: dict[str, Any]) -> dict[str, State]:
    return {"": State(arguments["parameters"], X=arguments["X"])}


def _collect_forward(states: dict[str, State]) -> Answer:
    x = states[""]
    return {"a3": x.a3, **{f"caches.{name}": x[name] for name in CACHES}}


FORWARD = Pipeline(
    "forward_propagation",
    (
        Stage(
            "hidden layers",
            "FWD-1",
            _hidden(_relu),
            {
                "forward.bias-missing": _hidden_without_bias,
                "forward.relu-missing": _hidden(lambda z: 1 * z),
                "forward.leaky-relu": _hidden(lambda z: np.maximum(z, 0.01 * z)),
                "forward.sigmoid-everywhere": _hidden(_sigmoid),
                "forward.absolute-value": _hidden(lambda z: np.maximum(z, -z)),
            },
        ),
        Stage("output", "FWD-1", lambda x: {"z3": x.W3 @ x.a2 + x.b3}),
        Stage(
            "sigmoid",
            "FWD-1",
            lambda x: {"a3": _sigmoid(x.z3)},
            {
                "forward.sigmoid-missing": lambda x: {"a3": 1 * x.z3},
                "forward.sigmoid-sign": lambda x: {"a3": 1 / (1 + np.exp(x.z3))},
                "forward.relu-at-output": lambda x: {"a3": _relu(x.z3)},
            },
        ),
    ),
    _start_forward,
    _collect_forward,
)


def _loss(x: State) -> Any:
    return -np.log(x.a) * x.Y - np.log(1 - x.a) * (1 - x.Y)


COST = Pipeline(
    "compute_cost",
    (
        Stage(
            "probabilities",
            "COST-1",
            lambda x: {"a": x.a3},
            {
                "cost.clipped": lambda x: {"a": np.minimum(np.maximum(x.a3, 1e-07), 1 - 1e-07)},
                "cost.shifted": lambda x: {"a": x.a3 + 1e-08},
            },
        ),
        Stage(
            "loss",
            "COST-1",
            lambda x: {"loss": _loss(x)},
            {
                "cost.base-2": lambda x: {"loss": _loss(x) / np.log(2.0)},
                "cost.base-10": lambda x: {"loss": _loss(x) / np.log(10.0)},
                "cost.sign": lambda x: {"loss": -_loss(x)},
                "cost.only-label-1": lambda x: {"loss": -np.log(x.a) * x.Y},
                "cost.squared-error": lambda x: {"loss": (x.a - x.Y) * (x.a - x.Y)},
            },
        ),
        Stage(
            "sum",
            "COST-1",
            lambda x: {"cost": x.loss.sum()},
            {
                "cost.mean": lambda x: {"cost": x.loss.sum() / x.Y.shape[1]},
                "cost.half-mean": lambda x: {"cost": x.loss.sum() / (2 * x.Y.shape[1])},
            },
        ),
    ),
    lambda arguments: {"": State(arguments)},
    lambda states: {"cost": np.asarray(states[""].cost)},
)


def _start_predict(arguments: dict[str, Any]) -> dict[str, State]:
    forward = FORWARD.answer({"X": arguments["X"], "parameters": arguments["parameters"]})
    return {"": State(a3=forward["a3"])}


def _predicting(family: str, operation: str, clause: str, cast: Callable[[Any], Any]) -> Pipeline:
    return Pipeline(
        operation,
        (
            Stage(
                "threshold",
                clause,
                lambda x: {"labels": cast(x.a3 > 0.5)},
                {
                    f"{family}.half-is-one": lambda x: {"labels": cast(x.a3 >= 0.5)},
                    f"{family}.labels-exchanged": lambda x: {"labels": cast(x.a3 < 0.5)},
                    f"{family}.flat": lambda x: {"labels": cast(x.a3 > 0.5).reshape(-1)},
                },
            ),
        ),
        _start_predict,
        lambda states: {"predictions": states[""].labels},
    )


PREDICT = _predicting("predict", "predict", "PRED-1", lambda decided: decided.astype(int))
PREDICT_DEC = _predicting("predict-dec", "predict_dec", "PRED-2", lambda decided: decided)
