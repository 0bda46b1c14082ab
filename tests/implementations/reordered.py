"""Honest: the same formulas in another order of operations, as libraries write them."""

import numpy as np


def update_parameters_with_gd(parameters, grads, learning_rate):
    return {k: (-learning_rate) * grads["d" + k] + theta for k, theta in parameters.items()}


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {k: v[k] + (1 - beta) * (grads[k] - v[k]) for k in v}
    return {k: theta + v["d" + k] * (-learning_rate) for k, theta in parameters.items()}, v


def power(beta, t):
    """beta^t by repeated multiplication, as a running product gives it."""
    product = 1.0
    for _ in range(t):
        product *= beta
        if product == 0.0:
            break
    return product


def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    step = learning_rate / (1 - power(beta1, t))
    root = np.sqrt(1 - power(beta2, t))
    v = {k: v[k] + (1 - beta1) * (grads[k] - v[k]) for k in v}
    s = {k: ((1 - beta2) * grads[k]) * grads[k] + s[k] * beta2 for k in s}
    new = {}
    for k, theta in parameters.items():
        new[k] = theta - step * v["d" + k] / (np.sqrt(s["d" + k]) / root + epsilon)
    return new, v, s


def reversed_dot(A, B):
    """A @ B, its sums from the last term to the first."""
    total = np.zeros((A.shape[0], B.shape[1]))
    for k in reversed(range(A.shape[1])):
        total = total + A[:, k : k + 1] * B[k : k + 1]
    return total


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def forward_propagation(X, parameters):
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    z1 = reversed_dot(W1, X) + b1
    a1 = z1 * (z1 > 0)
    z2 = reversed_dot(W2, a1) + b2
    a2 = z2 * (z2 > 0)
    z3 = reversed_dot(W3, a2) + b3
    a3 = sigmoid(z3)
    return a3, (z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3)


def compute_cost(a3, Y):
    total = 0.0
    for a, y in zip(a3[0, ::-1], Y[0, ::-1]):
        total += np.log(a) if y else np.log1p(-a)
    return -total


def backward_propagation(X, Y, caches):
    _, a1, _, _, _, a2, W2, _, _, a3, W3, _ = caches
    scale = 1.0 / X.shape[1]
    dz3 = a3 - Y
    dz2 = reversed_dot(W3.T, dz3) * (a2 > 0)
    dz1 = reversed_dot(W2.T, dz2) * (a1 > 0)
    grads = {}
    for k, dz, a in ((1, dz1, X), (2, dz2, a1), (3, dz3, a2)):
        grads[f"dW{k}"] = scale * reversed_dot(dz, a.T)
        grads[f"db{k}"] = scale * dz[:, ::-1].sum(axis=1, keepdims=True)
    return grads


def initialize_parameters(layers_dims):
    np.random.seed(3)
    parameters = {}
    for k in range(1, len(layers_dims)):
        drawn = np.random.randn(layers_dims[k], layers_dims[k - 1])
        parameters[f"W{k}"] = drawn * np.sqrt(2) / np.sqrt(layers_dims[k - 1])
        parameters[f"b{k}"] = np.zeros((layers_dims[k], 1))
    return parameters
