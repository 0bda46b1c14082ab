"""Gradient descent and Adam on dicts of arrays."""

import numpy as np


def update_parameters_with_gd(parameters, grads, learning_rate):
    return {name: theta - learning_rate * grads["d" + name] for name, theta in parameters.items()}


def initialize_adam(parameters):
    zeros = {"d" + name: np.zeros_like(theta) for name, theta in parameters.items()}
    return zeros, {name: z.copy() for name, z in zeros.items()}


def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    updated = {}
    for name, theta in parameters.items():
        v_hat = v["d" + name] / (1 - beta1**t)
        s_hat = s["d" + name] / (1 - beta2**t)
        updated[name] = theta - learning_rate * v_hat / (np.sqrt(s_hat) + epsilon)
    return updated, v, s
