"""Initial parameters and initial state, stage by stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..protocol import Array
from . import unknowns
from .pipeline import Answer, Pipeline
from .state import State
from .table import read_forms, read_stages, read_unknowns

INIT_STAGES = """
draws (INIT-1)
    drawn = randn(dims, seed=3)[layer]
    init.seed-0: drawn = randn(dims, seed=0)[layer]
    init.seed-1: drawn = randn(dims, seed=1)[layer]
    init.seed-2: drawn = randn(dims, seed=2)[layer]
    init.seeded-each-layer: drawn = randn(dims, seed=3, again=True)[layer]
    init.drawn-backwards: drawn = randn(dims, seed=3, backwards=True)[layer]
    init.drawn-transposed: drawn = randn(dims, seed=3, transposed=True)[layer]
    init.drawn-uniform: drawn = randn(dims, seed=3, uniform=True)[layer]
    init.new-generator: drawn = randn(dims, seed=3, new=True)[layer]
    init.biases-draw: drawn = randn(dims, seed=3, biases=True)[layer]
scale (INIT-2)
    W = drawn * (2 / n_before) ** 0.5
    init.scale-one-over-n: W = drawn * (1 / n_before) ** 0.5
    init.scale-other-fan: W = drawn * (2 / n) ** 0.5
    init.scale-both-fans: W = drawn * (2 / (n_before + n)) ** 0.5
    init.scale-without-root: W = drawn * (2 / n_before)
    init.scale-small: W = drawn * 0.01
    init.scale-missing: W = drawn * 1.0
biases (INIT-3)
    b = np.zeros((n, 1))
    init.biases-ones: b = np.ones((n, 1))
    init.biases-flat: b = np.zeros(n)
"""


def _randn(
    dims: list[int],
    seed: int,
    again: bool = False,
    backwards: bool = False,
    transposed: bool = False,
    biases: bool = False,
    uniform: bool = False,
    new: bool = False,
) -> dict[int, Array]:
    """Draw the raw weights of all layers, with the legacy generator.

    Parameters
    ----------
    again : bool
        Seed at each layer.
    backwards : bool
        Begin with the last layer.
    transposed : bool
        Draw (n_before, n).
    biases : bool
        Draw the biases, too, after the weights of their layer.
    uniform : bool
        Draw evenly between 0 and 1.
    new : bool
        Draw with NumPy's new generator.
    """
    generator: Any = np.random.default_rng(seed) if new else np.random.RandomState(seed)
    drawn = {}
    layers = range(1, len(dims))
    for layer in reversed(layers) if backwards else layers:
        if again:
            generator = np.random.RandomState(seed)
        n, n_before = dims[layer], dims[layer - 1]
        shape = (n_before, n) if transposed else (n, n_before)
        if uniform:
            drawn[layer] = generator.random_sample(shape)
        else:
            drawn[layer] = generator.standard_normal(shape)
        if transposed:
            drawn[layer] = drawn[layer].T
        if biases:
            generator.standard_normal((n, 1))
    return drawn


def _drawn_biases(dims: list[int], seed: int) -> dict[int, Array]:
    """Draw the biases of all layers, each after the weights of its layer."""
    generator = np.random.RandomState(seed)
    drawn = {}
    for layer in range(1, len(dims)):
        generator.standard_normal((dims[layer], dims[layer - 1]))
        drawn[layer] = generator.standard_normal((dims[layer], 1))
    return drawn


def _start_init(arguments: dict[str, Any]) -> dict[str, State]:
    dims = list(arguments["layers_dims"])
    return {
        str(layer): State(dims=dims, layer=layer, n=dims[layer], n_before=dims[layer - 1])
        for layer in range(1, len(dims))
    }


def _collect_init(states: dict[str, State]) -> Answer:
    return {f"{name}{layer}": x[name] for layer, x in states.items() for name in "Wb"}


_INIT = read_stages(INIT_STAGES, {"randn": _randn, "drawn_biases": _drawn_biases})
INIT = Pipeline(
    "initialize_parameters",
    _INIT,
    _start_init,
    _collect_init,
    read_unknowns(unknowns.INIT, _INIT),
    read_forms("initialize_parameters", _INIT),
)

#: The zeros that momentum and Adam start from.
ZEROS_STAGES = """
keys (CONV-2)
    {family}.keys-of-parameters: key = key[1:]
value ({clause}) -> {output}
    value = 0 * theta
    {family}.copy-of-parameters: value = 1 * theta
    {family}.ones: value = 0 * theta + 1
    {family}.biases-flat: value = 0 * (theta[:, 0] if key.startswith("db") else theta)
"""


def _start_zeros(*moments: str) -> Callable[[dict[str, Any]], dict[str, State]]:
    return lambda arguments: {
        f"{moment}.d{k}": State(theta=theta, key="d" + k)
        for moment in moments
        for k, theta in arguments["parameters"].items()
    }


def _collect_zeros(states: dict[str, State]) -> Answer:
    return {f"{name.split('.')[0]}.{x.key}": x.value for name, x in states.items()}


def _zeros(operation: str, family: str, clause: str, *moments: str) -> Pipeline:
    table = ZEROS_STAGES.format(family=family, clause=clause, output=moments[-1])
    stages = read_stages(table)
    forms = read_forms(operation, stages)
    return Pipeline(operation, stages, _start_zeros(*moments), _collect_zeros, forms=forms)


VELOCITY = _zeros("initialize_velocity", "velocity", "MOM-1", "v")
ADAM_INIT = _zeros("initialize_adam", "adam-init", "ADAM-1", "v", "s")
