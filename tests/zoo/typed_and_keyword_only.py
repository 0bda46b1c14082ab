"""Type hints, keyword-only arguments, a decorator, functools."""

from __future__ import annotations

import functools
from typing import Dict, Tuple

import numpy as np

Tensors = Dict[str, np.ndarray]


def timed(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        return function(*args, **kwargs)

    wrapper.calls = 0
    return wrapper


@timed
def update_parameters_with_gd(parameters: Tensors, grads: Tensors, *, learning_rate: float) -> Tensors:
    return {k: functools.reduce(np.add, [-learning_rate * grads["d" + k], p]) for k, p in parameters.items()}


@timed
def update_parameters_with_momentum(
    parameters: Tensors, grads: Tensors, v: Tensors, *, beta: float, learning_rate: float
) -> Tuple[Tensors, Tensors]:
    new_v: Tensors = {k: beta * v[k] + (1 - beta) * grads[k] for k in v}
    return {k: p - learning_rate * new_v["d" + k] for k, p in parameters.items()}, new_v


@timed
def update_parameters_with_adam(
    parameters: Tensors,
    grads: Tensors,
    v: Tensors,
    s: Tensors,
    t: int,
    learning_rate: float = 0.01,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> Tuple[Tensors, Tensors, Tensors]:
    def one(name: str) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
        g: np.ndarray = grads["d" + name]
        m = beta1 * v["d" + name] + (1 - beta1) * g
        q = beta2 * s["d" + name] + (1 - beta2) * np.power(g, 2)
        return parameters[name] - learning_rate * (m / (1 - beta1**t) / (np.sqrt(q / (1 - beta2**t)) + epsilon)), m, q

    done = {name: one(name) for name in parameters}
    return (
        {name: d[0] for name, d in done.items()},
        {"d" + name: d[1] for name, d in done.items()},
        {"d" + name: d[2] for name, d in done.items()},
    )
