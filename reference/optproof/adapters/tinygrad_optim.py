"""tinygrad.nn.optim in float32: SGD, SGD with momentum, Adam.

lr = learning_rate, momentum = beta, b1 = beta1, b2 = beta2, eps = epsilon. The state is set: SGD's
b = v; Adam's m = v, v = s, and the powers of the betas that it keeps. Its momentum is heavy-ball.
"""

from __future__ import annotations

import os
import shutil
from importlib.metadata import version
from typing import Any

import numpy as np

os.environ["TRAINING"] = "1"  # without it, its optimizers refuse to take a step
if shutil.which("clang") is None:  # its CPU device compiles with clang
    os.environ.setdefault("DEV", "PYTHON")

from tinygrad import Tensor
from tinygrad.nn.optim import SGD, Adam

__version__ = version("tinygrad")
__optproof__ = {"dtype": "float32", "variants": ["momentum.heavy-ball"]}


def _single(a: Any) -> Any:
    return Tensor(np.array(a, dtype=np.float32))


def _tensors(parameters: Any, grads: Any) -> Any:
    tensors = {k: _single(a) for k, a in parameters.items()}
    for k, tensor in tensors.items():
        tensor.requires_grad = True
        tensor.grad = _single(grads["d" + k])
    return tensors


def _read(names: Any, tensors: Any, mark: str = "") -> Any:
    return {mark + k: a.numpy() for k, a in zip(names, tensors)}


def update_parameters_with_gd(parameters: Any, grads: Any, learning_rate: float) -> Any:
    tensors = _tensors(parameters, grads)
    SGD(list(tensors.values()), lr=learning_rate).step()
    return _read(parameters, tensors.values())


def update_parameters_with_momentum(
    parameters: Any, grads: Any, v: Any, beta: float, learning_rate: float
) -> Any:
    if not beta:
        raise NotImplementedError("with momentum 0 it keeps no velocity")
    tensors = _tensors(parameters, grads)
    optimizer = SGD(list(tensors.values()), lr=learning_rate, momentum=beta)
    for held, k in zip(optimizer.b, parameters):
        held.assign(_single(v["d" + k]))
    optimizer.step()
    return _read(parameters, tensors.values()), _read(parameters, optimizer.b, "d")


def update_parameters_with_adam(
    parameters: Any,
    grads: Any,
    v: Any,
    s: Any,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Any:
    tensors = _tensors(parameters, grads)
    optimizer = Adam(list(tensors.values()), lr=learning_rate, b1=beta1, b2=beta2, eps=epsilon)
    for m, u, k in zip(optimizer.m, optimizer.v, parameters):
        m.assign(_single(v["d" + k]))
        u.assign(_single(s["d" + k]))
    optimizer.b1_t.assign(_single([beta1 ** (t - 1)]))
    optimizer.b2_t.assign(_single([beta2 ** (t - 1)]))
    optimizer.step()
    new = _read(parameters, tensors.values())
    return new, _read(parameters, optimizer.m, "d"), _read(parameters, optimizer.v, "d")
