"""The reference's training once more, bit for bit: one vector of parameters, buffers made once.

The statement of the maths is ``methods``; this is another set of operations through its loop. The
update rules are elementwise: the vector, whose slices are W and b, is all that they need to see.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import numpy as np

from . import methods
from .methods import Epoch, Moments, Operations
from .methods._legacy import legacy_generator

Array = Any
Arrays = dict[str, Any]
Scalar = Any
Forward = Callable[[Array], Array]
Backward = Callable[[Array, Array], Arrays]

add, subtract, multiply, divide = np.add, np.subtract, np.multiply, np.divide
maximum = np.maximum


def train(
    X: Array,
    Y: Array,
    parameters: Arrays,
    optimizer: str,
    operations: Operations = Operations(),
    after: Epoch | None = None,
    **how: Any,
) -> Iterator[Epoch]:
    """Train as :func:`optproof.methods.train`, faster where that changes no bit.

    That is so for floats, if no operation but the mini-batches is another than the reference's.
    Leading axes are replicas: each agrees with a training of its own to within rounding.
    """
    cut = operations.random_mini_batches
    start = after.parameters if after else parameters
    floats = {a.dtype for a in (X, *start.values())}
    if operations != Operations(cut) or len(floats) > 1 or X.dtype.kind != "f":
        yield from methods.train(
            X, Y, parameters, optimizer, operations=operations, after=after, **how
        )
        return
    network = _Network(start)
    do = replace(
        operations,
        random_mini_batches=network.cut if cut is methods.random_mini_batches else cut,
        forward_propagation=network.forward,
        backward_propagation=network.backward,
        update_parameters_with_gd=network.gd,
        update_parameters_with_momentum=network.momentum,
        update_parameters_with_adam=network.adam,
    )
    theta = {"theta": network.theta}
    if after:
        v, s, t = after.moments
        moments = Moments(v and network.joined(v), s and network.joined(s), t)
        after = after._replace(parameters=theta, moments=moments)
    Y = Y.astype(X.dtype)
    for epoch in methods.train(X, Y, theta, optimizer, operations=do, after=after, **how):
        v, s, t = epoch.moments
        moments = Moments(v and network.parted(v, "d"), s and network.parted(s, "d"), t)
        yield Epoch(epoch.number, epoch.cost, network.parted(theta), moments)


class _Network:
    """The operations on one vector: all W, then all b, so that one sum over examples gives all db.

    They change the vector and the moments where they are. A ufunc takes an array of the same shape
    in half the time, or less, of a Python number.
    """

    def __init__(self, parameters: Arrays) -> None:
        self.names = list(parameters)
        self.order = sorted(parameters, key=lambda name: name[0] == "b")
        dtype = parameters["W1"].dtype
        self.fields = np.dtype([(k, dtype, parameters[k].shape[-2:]) for k in self.order])
        self.theta = self.vector(parameters)
        self.gradient, self.one, self.other = (np.empty_like(self.theta) for _ in range(3))
        self.full = lru_cache(None)(partial(np.full_like, self.theta))
        self.passes = lru_cache(None)(partial(_passes, self))
        self.columns: tuple[Array, ...] = ()

    def vector(self, arrays: Arrays, d: str = "") -> Array:
        parts = [arrays[d + k] for k in self.order]
        return np.concatenate([a.reshape(*a.shape[:-2], -1) for a in parts], axis=-1)

    def views(self, vector: Array, d: str = "") -> Arrays:
        record = vector.view(self.fields)[..., 0]
        return {d + k: record[k] for k in self.names}

    def joined(self, moment: Arrays) -> Arrays:
        return {"dtheta": self.vector(moment, "d")}

    def parted(self, vector: Arrays, d: str = "") -> Arrays:
        return self.views(vector[d + "theta"].copy(), d)

    def cut(self, X: Array, Y: Array, size: int, seed: int) -> list[tuple[Array, Array]]:
        if not self.columns:
            methods.random_mini_batches(X, Y, size, seed)  # refuses what does not fit
            self.columns = X.T.copy(), Y.T.copy()
        order = legacy_generator(seed).permutation(X.shape[1])
        # Transposed, as X[:, order] lies in memory: BLAS has other bits for another layout.
        X, Y = (columns.take(order, axis=0).T for columns in self.columns)
        cuts = [slice(k, k + size) for k in range(0, len(order), size)]
        return [(X[:, cut], Y[:, cut]) for cut in cuts]

    def forward(self, X: Array, parameters: Arrays) -> tuple[Array, Backward]:
        forward, backward = self.passes(X.shape[-1])
        return forward(X), backward

    def backward(self, X: Array, Y: Array, backward: Backward) -> Arrays:
        return backward(X, Y)

    def gd(self, parameters: Arrays, grads: Arrays, learning_rate: Scalar) -> Arrays:
        step = multiply(self.full(learning_rate), self.gradient, self.one)
        subtract(self.theta, step, self.theta)
        return parameters

    def momentum(
        self, parameters: Arrays, grads: Arrays, v: Arrays, beta: Scalar, learning_rate: Scalar
    ) -> tuple[Arrays, Arrays]:
        full, one, moment = self.full, self.one, v["dtheta"]
        multiply(full(beta), moment, moment)
        add(moment, multiply(full(1 - beta), self.gradient, one), moment)
        subtract(self.theta, multiply(full(learning_rate), moment, one), self.theta)
        return parameters, v

    def adam(
        self, parameters: Arrays, grads: Arrays, v: Arrays, s: Arrays, t: int,
        learning_rate: Scalar, beta1: Scalar, beta2: Scalar, epsilon: Scalar,
    ) -> tuple[Arrays, Arrays, Arrays]:  # fmt: skip
        full, g, one, other = self.full, self.gradient, self.one, self.other
        first, second = v["dtheta"], s["dtheta"]
        multiply(full(beta1), first, first)
        add(first, multiply(full(1 - beta1), g, one), first)
        multiply(full(beta2), second, second)
        add(second, multiply(full(1 - beta2), np.square(g, other), other), second)
        one.fill(1 - beta1**t)
        other.fill(1 - beta2**t)
        divide(first, one, one)
        divide(second, other, other)
        divide(one, add(np.sqrt(other, other), full(epsilon), other), one)
        subtract(self.theta, multiply(full(learning_rate), one, one), self.theta)
        return parameters, v, s


def _passes(network: _Network, m: int) -> tuple[Forward, Backward]:
    """Return forward and backward for batches of m examples, each line the line of network.py."""
    theta, gradient = network.theta, network.gradient
    W1, b1, W2, b2, W3, b3 = (network.views(theta)[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    dW1, dW2, dW3 = (network.views(gradient)[k] for k in ("W1", "W2", "W3"))
    n1, n2, n3 = (b.shape[-2] for b in (b1, b2, b3))
    db = gradient[..., -(n1 + n2 + n3) :]
    stacked, grads = theta.ndim > 1, {"dtheta": gradient}

    def block(*heights: int) -> tuple[Array, list[Array]]:
        """Return memory, and the arrays of m columns that it is cut into, one after another."""
        shapes = [(*theta.shape[:-1], n, m) for n in heights]
        ends = np.cumsum([math.prod(shape) for shape in shapes])
        memory = np.zeros(ends[-1], theta.dtype)
        parts = np.split(memory, ends[:-1])
        return memory, [part.reshape(shape) for part, shape in zip(parts, shapes)]

    a, (a1, a2) = block(n1, n2)
    zero, (zero1, zero2) = block(n1, n2)
    positive, (positive1, positive2) = block(n1, n2)
    dz, (dz1, dz2, dz3) = block(n1, n2, n3)
    _, (a3,) = block(n3)
    one, ms = np.full_like(a3, 1), np.full_like(a3, m)

    def times(A: Array) -> Callable[[Array, Array], Array]:
        """Return A @ B as a function of B and the result: dot is quicker, matmul knows replicas."""
        return partial(np.matmul, A) if stacked else A.dot

    W1_, W2_, W3_, W2_T, W3_T = map(times, (W1, W2, W3, W2.swapaxes(-1, -2), W3.swapaxes(-1, -2)))
    dz1_, dz2_, dz3_ = map(times, (dz1, dz2, dz3))
    # To replicas, a sum over examples is a product, too.
    ones, rows = np.ones((m, 1), theta.dtype), dz.reshape(-1, m)
    sums = [*zip((dz1_, dz2_, dz3_), np.split(db[..., None], (n1, n1 + n2), axis=-2))]
    a1_T, a2_T = a1.swapaxes(-1, -2), a2.swapaxes(-1, -2)
    exp, negative, greater, total = np.exp, np.negative, np.greater, np.add.reduce

    def forward(X: Array) -> Array:
        maximum(add(W1_(X, a1), b1, a1), zero1, out=a1)
        maximum(add(W2_(a1, a2), b2, a2), zero2, out=a2)
        add(W3_(a2, a3), b3, a3)
        # dz3 serves twice: exp of a number in its own place has other bits (NumPy 1.21).
        return divide(one, add(one, exp(negative(a3, dz3), a3), a3), a3)

    def backward(X: Array, Y: Array) -> Arrays:
        divide(subtract(a3, Y, dz3), ms, dz3)
        greater(a, zero, positive)
        multiply(W3_T(dz3, dz2), positive2, dz2)
        multiply(W2_T(dz2, dz1), positive1, dz1)
        dz3_(a2_T, dW3)
        dz2_(a1_T, dW2)
        dz1_(X.swapaxes(-1, -2), dW1)
        if stacked:
            for dz_, db_ in sums:
                dz_(ones, db_)
        else:
            total(rows, -1, None, db)
        return grads

    return forward, backward
