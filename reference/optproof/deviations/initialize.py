"""Initial parameters and initial state, stage by stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .pipeline import Answer, Pipeline, Stage, State


def _drawing(
    seed: int = 3,
    seed_each: bool = False,
    backwards: bool = False,
    transposed: bool = False,
    biases: bool = False,
) -> Callable[[State], dict[str, Any]]:
    """Return a step that draws the raw weights."""

    def draw(x: State) -> dict[str, Any]:
        generator = np.random.RandomState(seed)
        drawn, drawn_b = ({}, {})
        layers = range(1, len(x.dims))
        for layer in reversed(layers) if backwards else layers:
            if seed_each:
                generator = np.random.RandomState(seed)
            n, n_before = (x.dims[layer], x.dims[layer - 1])
            drawn[layer] = (
                generator.randn(n_before, n).T if transposed else generator.randn(n, n_before)
            )
            if biases:
                drawn_b[layer] = generator.randn(n, 1)
        return {"drawn": drawn, "drawn_b": drawn_b}

    return draw


def _scaled(scale: Callable[[int, int], float]) -> Callable[[State], dict[str, Any]]:
    """Return a step that scales the weights; `scale` takes n_{l-1} and n_l."""
    return lambda x: {"W": {n: W * scale(x.dims[n - 1], x.dims[n]) for n, W in x.drawn.items()}}


def _biases(value: Callable[[State, int], Any]) -> Callable[[State], dict[str, Any]]:
    return lambda x: {"b": {n: value(x, n) for n in x.W}}


def _start_init(arguments: dict[str, Any]) -> dict[str, State]:
    return {"": State(dims=list(arguments["layers_dims"]))}


def _collect_init(states: dict[str, State]) -> Answer:
    x = states[""]
    answer = {}
    for layer in sorted(x.W):
        answer[f"W{layer}"], answer[f"b{layer}"] = x.W[layer], x.b[layer]
    return answer


INIT = Pipeline(
    "initialize_parameters",
    (
        Stage(
            "draws",
            "INIT-1",
            _drawing(),
            {
                "init.seed-0": _drawing(0),
                "init.seed-1": _drawing(1),
                "init.seed-2": _drawing(2),
                "init.seeded-each-layer": _drawing(seed_each=True),
                "init.drawn-backwards": _drawing(backwards=True),
                "init.drawn-transposed": _drawing(transposed=True),
                "init.biases-draw": _drawing(biases=True),
            },
        ),
        Stage(
            "scale",
            "INIT-2",
            _scaled(lambda n_in, n_out: (2 / n_in) ** 0.5),
            {
                "init.scale-one-over-n": _scaled(lambda n_in, n_out: (1 / n_in) ** 0.5),
                "init.scale-other-fan": _scaled(lambda n_in, n_out: (2 / n_out) ** 0.5),
                "init.scale-both-fans": _scaled(lambda n_in, n_out: (2 / (n_in + n_out)) ** 0.5),
                "init.scale-without-root": _scaled(lambda n_in, n_out: 2 / n_in),
                "init.scale-small": _scaled(lambda n_in, n_out: 0.01),
                "init.scale-missing": _scaled(lambda n_in, n_out: 1.0),
            },
        ),
        Stage(
            "biases",
            "INIT-3",
            _biases(lambda x, n: np.zeros((x.dims[n], 1))),
            {
                "init.biases-ones": _biases(lambda x, n: np.ones((x.dims[n], 1))),
                "init.biases-flat": _biases(lambda x, n: np.zeros(x.dims[n])),
            },
        ),
    ),
    _start_init,
    _collect_init,
)


def _start_zeros(*moments: str) -> Callable[[dict[str, Any]], dict[str, State]]:
    return lambda arguments: {
        f"{moment}.d{k}": State(theta=theta, key="d" + k)
        for moment in moments
        for k, theta in arguments["parameters"].items()
    }


def _collect_zeros(states: dict[str, State]) -> Answer:
    return {f"{name.split('.')[0]}.{x.key}": x.value for name, x in states.items()}


def _zeros(family: str, clause: str, *moments: str) -> Pipeline:
    operation = {"velocity": "initialize_velocity", "adam-init": "initialize_adam"}[family]
    return Pipeline(
        operation,
        (
            Stage(
                "keys",
                "CONV-2",
                lambda x: {},
                {f"{family}.keys-of-parameters": lambda x: {"key": x.key[1:]}},
            ),
            Stage(
                "value",
                clause,
                lambda x: {"value": 0 * x.theta},
                {
                    f"{family}.copy-of-parameters": lambda x: {"value": 1 * x.theta},
                    f"{family}.ones": lambda x: {"value": 0 * x.theta + 1},
                    f"{family}.biases-flat": lambda x: {
                        "value": 0 * (x.theta[:, 0] if x.key.startswith("db") else x.theta)
                    },
                },
                output=moments[-1],
            ),
        ),
        _start_zeros(*moments),
        _collect_zeros,
    )


VELOCITY = _zeros("velocity", "MOM-1", "v")
ADAM_INIT = _zeros("adam-init", "ADAM-1", "v", "s")
