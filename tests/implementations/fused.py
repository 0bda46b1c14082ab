"""Honest: multiplications fused with additions, emulated through longdouble."""

import numpy as np


def fma(a, b, c):
    return np.asarray(np.longdouble(a) * np.longdouble(b) + np.longdouble(c), dtype=np.float64)


def update_parameters_with_gd(parameters, grads, learning_rate):
    return {k: fma(-learning_rate, grads["d" + k], theta) for k, theta in parameters.items()}


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {k: fma(beta, v[k], (1 - beta) * grads[k]) for k in v}
    return {k: fma(-learning_rate, v["d" + k], theta) for k, theta in parameters.items()}, v


def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: fma(1 - beta1, grads[k], beta1 * v[k]) for k in v}
    s = {k: fma((1 - beta2) * grads[k], grads[k], beta2 * s[k]) for k in s}
    new = {}
    for k, theta in parameters.items():
        root = np.sqrt(s["d" + k] / (1 - beta2**t))
        new[k] = fma(-learning_rate / (1 - beta1**t), v["d" + k] / (root + epsilon), theta)
    return new, v, s
