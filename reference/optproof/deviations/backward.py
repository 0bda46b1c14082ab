"""The backward pass, stage by stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..operations import CACHES
from .pipeline import Answer, Pipeline, Stage, State


def _masks(positive: Callable[[Any, Any], Any]) -> Callable[[State], dict[str, Any]]:
    return lambda x: {"mask1": positive(x.a1, x.z1), "mask2": positive(x.a2, x.z2)}


def _start(arguments: dict[str, Any]) -> dict[str, State]:
    caches = dict(zip(CACHES, arguments["caches"]))
    return {"": State(caches, X=arguments["X"], Y=arguments["Y"], m=arguments["X"].shape[1])}


def _collect(states: dict[str, State]) -> Answer:
    return {name: states[""][name] for name in ("dW1", "db1", "dW2", "db2", "dW3", "db3")}


def _chain(x: State) -> dict[str, Any]:
    da2 = x.W3.T @ x.dz3
    dz2 = da2 * x.mask2
    da1 = x.W2.T @ dz2
    return {"da2": da2, "dz2": dz2, "da1": da1, "dz1": da1 * x.mask1}


def _gradients(
    weights: Callable[[Any], Any] = lambda a: a,
    biases: Callable[[Any], Any] = lambda a: a.sum(axis=1, keepdims=True),
) -> Callable[[State], dict[str, Any]]:

    def step(x: State) -> dict[str, Any]:
        found = {}
        for layer, a_before in ((1, x.X), (2, x.a1), (3, x.a2)):
            dz = x[f"dz{layer}"]
            found[f"dW{layer}"] = weights(dz @ a_before.T)
            found[f"db{layer}"] = biases(dz)
        return found

    return step


def _divided_again(x: State) -> dict[str, Any]:
    return {k: v / x.m for k, v in _gradients()(x).items()}


BACKWARD = Pipeline(
    "backward_propagation",
    (
        Stage(
            "output error",
            "BWD-1",
            lambda x: {"dz3": (x.a3 - x.Y) / x.m},
            {
                "backward.not-averaged": lambda x: {"dz3": x.a3 - x.Y},
                "backward.sign": lambda x: {"dz3": (x.Y - x.a3) / x.m},
                "backward.sigmoid-derivative-twice": lambda x: {
                    "dz3": (x.a3 - x.Y) * x.a3 * (1 - x.a3) / x.m
                },
                "backward.factor-two": lambda x: {"dz3": 2 * (x.a3 - x.Y) / x.m},
            },
        ),
        Stage(
            "derivative of ReLU",
            "BWD-2",
            _masks(lambda a, z: a > 0),
            {
                "backward.relu-derivative-at-zero": _masks(lambda a, z: z >= 0),
                "backward.relu-derivative-everywhere": _masks(lambda a, z: a >= a),
                "backward.relu-derivative-of-other-layer": lambda x: {
                    "mask1": x.a2 > 0,
                    "mask2": x.a1 > 0,
                },
                "backward.relu-value-for-derivative": _masks(lambda a, z: a),
            },
        ),
        Stage("chain", "BWD-3", _chain),
        Stage(
            "gradients",
            "BWD-3",
            _gradients(),
            {
                "backward.averaged-twice": _divided_again,
                "backward.bias-mean": _gradients(
                    biases=lambda dz: dz.sum(axis=1, keepdims=True) / dz.shape[1]
                ),
                "backward.bias-flat": _gradients(biases=lambda dz: dz.sum(axis=1)),
                "backward.bias-total": _gradients(
                    biases=lambda dz: dz.sum(axis=1, keepdims=True) * 0 + dz.sum()
                ),
            },
        ),
    ),
    _start,
    _collect,
)
