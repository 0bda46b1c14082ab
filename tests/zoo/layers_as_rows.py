"""Examples as rows inside: transposed on the way in and out."""

import numpy as np


def forward_propagation(X, parameters):
    A, cache = X.T, []
    L = len(parameters) // 2
    for l in range(1, L + 1):
        W, b = parameters[f"W{l}"], parameters[f"b{l}"]
        Z = A @ W.T + b.T
        A = np.where(Z > 0, Z, 0) if l < L else 1 / (1 + np.exp(-Z))
        cache += [Z.T, A.T, W, b]
    return A.T, tuple(cache)


def backward_propagation(X, Y, caches):
    z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3 = caches
    n = Y.shape[1]
    delta = (a3 - Y).T / n
    grads = {"dW3": delta.T @ a2.T, "db3": delta.sum(axis=0).reshape(-1, 1)}
    delta = (delta @ W3) * (a2.T > 0)
    grads.update(dW2=delta.T @ a1.T, db2=delta.sum(axis=0).reshape(-1, 1))
    delta = (delta @ W2) * (a1.T > 0)
    grads.update(dW1=delta.T @ X.T, db1=delta.sum(axis=0).reshape(-1, 1))
    return grads


def compute_cost(a3, Y):
    likelihood = Y * np.log(a3) + (1 - Y) * np.log1p(-a3)
    return -likelihood.sum()
