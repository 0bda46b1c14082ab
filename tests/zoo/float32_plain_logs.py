"""Declared float32, everything kept in it, the plain logarithms of the document."""

import numpy as np

__optproof__ = {"dtype": "float32"}
F = np.float32


def initialize_parameters(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        drawn = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(2 / layers_dims[l - 1])
        parameters["W" + str(l)] = drawn.astype(F)
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1), F)
    return parameters


def initialize_adam(parameters):
    return ({"d" + k: np.zeros_like(p) for k, p in parameters.items()}, {"d" + k: np.zeros_like(p) for k, p in parameters.items()})


def update_parameters_with_gd(parameters, grads, learning_rate):
    return {k: p - F(learning_rate) * grads["d" + k] for k, p in parameters.items()}


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {k: F(beta) * v[k] + F(1 - beta) * grads[k] for k in v}
    return {k: p - F(learning_rate) * v["d" + k] for k, p in parameters.items()}, v


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    c1, c2 = F(1 - beta1**t), F(1 - beta2**t)
    v = {k: F(beta1) * v[k] + F(1 - beta1) * grads[k] for k in v}
    s = {k: F(beta2) * s[k] + F(1 - beta2) * grads[k] ** 2 for k in s}
    new = {k: p - F(learning_rate) * (v["d" + k] / c1) / (np.sqrt(s["d" + k] / c2) + F(epsilon)) for k, p in parameters.items()}
    return new, v, s


def compute_cost(a3, Y):
    a3, Y = np.asarray(a3, F), np.asarray(Y, F)
    return np.sum(-Y * np.log(a3) - (1 - Y) * np.log(1 - a3), dtype=F)
