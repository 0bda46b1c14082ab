"""Loops compiled by Numba."""

import numpy as np
from numba import njit


@njit
def adam(w, g, v, s, t, alpha, beta1, beta2, epsilon):
    for i in range(w.size):
        v[i] = beta1 * v[i] + (1 - beta1) * g[i]
        s[i] = beta2 * s[i] + (1 - beta2) * g[i] ** 2
        w[i] -= alpha * (v[i] / (1 - beta1**t)) / (np.sqrt(s[i] / (1 - beta2**t)) + epsilon)


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    new, nv, ns = {}, {}, {}
    for k, w in parameters.items():
        flat = [np.array(a, dtype=float).ravel() for a in (w, grads["d" + k], v["d" + k], s["d" + k])]
        adam(*flat, float(t), learning_rate, beta1, beta2, epsilon)
        new[k], nv["d" + k], ns["d" + k] = (flat[i].reshape(w.shape) for i in (0, 2, 3))
    return new, nv, ns
