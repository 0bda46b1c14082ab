"""Forward, cost and backward once more, on buffers made once: bit for bit the same, and faster.

The statement of the maths is network.py; this module only saves it the allocations. A test holds
the two together.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._types import Array, Arrays, Scalar

Gradient = Callable[[Array, Array], Scalar]


def gradient_in_place(parameters: Arrays, grads: Arrays, m: int) -> Gradient:
    """Return a function of a batch of m examples that fills `grads` and returns the total cost.

    Parameters
    ----------
    parameters : dict of float arrays
        ``W1, b1, W2, b2, W3, b3``, read afresh at every call; leading axes are replicas, which
        X and Y then have too.
    grads : dict of float arrays
        ``dW1, ..., db3``, of the same shapes and dtype: overwritten at every call.
    m : int
        Columns of the batches to come.

    Returns
    -------
    callable
        ``cost = gradient(X, Y)`` with X of shape (n_0, m) and Y of shape (1, m).

    Notes
    -----
    Clauses FWD-1, COST-1 and BWD-1 to BWD-3, each line the line of network.py.
    """
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    dW1, db1, dW2, db2, dW3, db3 = (grads["d" + k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    m1, m2, m3 = ((*b.shape[:-1], m) for b in (b1, b2, b3))
    a1, dz1, positive1 = (np.empty(m1, b1.dtype) for _ in range(3))
    a2, dz2, positive2 = (np.empty(m2, b1.dtype) for _ in range(3))
    a3, dz3, log_a, log_not_a, not_Y = (np.empty(m3, b1.dtype) for _ in range(5))
    # A ufunc takes an array of the same shape in half the time, or less, of a Python number.
    zero1, zero2 = np.zeros_like(a1), np.zeros_like(a2)
    one, ms = np.full_like(a3, 1), np.full_like(a3, m)
    W2_T, W3_T, a1_T, a2_T = (a.swapaxes(-1, -2) for a in (W2, W3, a1, a2))
    # dot is the quicker one, matmul the one that knows replicas; to them sum is a product, too.
    stacked, ones = b1.ndim > 2, np.ones((m, 1), b1.dtype)
    dot = np.matmul if stacked else np.dot
    add, subtract, multiply, divide = np.add, np.subtract, np.multiply, np.divide
    maximum, greater, negative, exp, log, total = (
        np.maximum, np.greater, np.negative, np.exp, np.log, np.add.reduce,
    )  # fmt: skip

    def sum_examples(dz: Array, db: Array) -> None:
        if stacked:
            dot(dz, ones, db)
        else:
            total(dz, axis=-1, out=db, keepdims=True)

    def gradient(X: Array, Y: Array) -> Scalar:
        maximum(add(dot(W1, X, a1), b1, a1), zero1, out=a1)
        maximum(add(dot(W2, a1, a2), b2, a2), zero2, out=a2)
        add(dot(W3, a2, a3), b3, a3)
        # dz3 serves twice: exp and log of one number in its own place have other bits (NumPy 1.21).
        divide(one, add(one, exp(negative(a3, dz3), a3), a3), a3)

        multiply(log(a3, log_a), Y, log_a)
        multiply(log(subtract(one, a3, dz3), log_not_a), subtract(one, Y, not_Y), log_not_a)
        cost = -total(add(log_a, log_not_a, log_a), (-2, -1))

        divide(subtract(a3, Y, dz3), ms, dz3)
        multiply(dot(W3_T, dz3, dz2), greater(a2, zero2, positive2), dz2)
        multiply(dot(W2_T, dz2, dz1), greater(a1, zero1, positive1), dz1)
        dot(dz3, a2_T, dW3)
        dot(dz2, a1_T, dW2)
        dot(dz1, X.swapaxes(-1, -2), dW1)
        sum_examples(dz3, db3)
        sum_examples(dz2, db2)
        sum_examples(dz1, db1)
        return cost

    return gradient
