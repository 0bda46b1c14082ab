"""Declared float32, with a stable sigmoid and log1p."""

import numpy as np

__optproof__ = {"dtype": "float32"}


def f32(x):
    return np.asarray(x, dtype=np.float32)


def forward_propagation(X, parameters):
    W1, b1, W2, b2, W3, b3 = (f32(parameters[k]) for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    z1 = W1 @ f32(X) + b1
    a1 = np.maximum(z1, np.float32(0))
    z2 = W2 @ a1 + b2
    a2 = np.maximum(z2, np.float32(0))
    z3 = W3 @ a2 + b3
    small = np.exp(-np.abs(z3))
    a3 = np.where(z3 >= 0, np.float32(1), small) / (np.float32(1) + small)
    return a3, (z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3)


def compute_cost(a3, Y):
    return -np.where(Y == 1, np.log(f32(a3)), np.log1p(-f32(a3))).sum(dtype=np.float32)


def backward_propagation(X, Y, caches):
    z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3 = map(f32, caches)
    m = np.float32(X.shape[1])
    dz3 = (a3 - f32(Y)) / m
    dz2 = (W3.T @ dz3) * (a2 > 0)
    dz1 = (W2.T @ dz2) * (a1 > 0)
    grads = {}
    for n, dz, a in ((1, dz1, f32(X)), (2, dz2, a1), (3, dz3, a2)):
        grads[f"dW{n}"] = dz @ a.T
        grads[f"db{n}"] = dz.sum(axis=1, keepdims=True)
    return grads
