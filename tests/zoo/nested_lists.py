"""No NumPy in the updates: rows of Python floats in, rows of floats out."""

import math


def rows(function, *arrays):
    lists = [a.tolist() if hasattr(a, "tolist") else a for a in arrays]
    return [[function(*xs) for xs in zip(*row)] for row in zip(*lists)]


def update_parameters_with_gd(parameters, grads, learning_rate):
    def step(w, g):
        return w - learning_rate * g

    return {k: rows(step, w, grads["d" + k]) for k, w in parameters.items()}


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {k: rows(lambda old, g: beta * old + (1 - beta) * g, v[k], grads[k]) for k in v}
    return {k: rows(lambda w, d: w - learning_rate * d, w, v["d" + k]) for k, w in parameters.items()}, v


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    v = {k: rows(lambda old, g: beta1 * old + (1 - beta1) * g, v[k], grads[k]) for k in v}
    s = {k: rows(lambda old, g: beta2 * old + (1 - beta2) * g * g, s[k], grads[k]) for k in s}

    def step(w, a, b):
        return w - learning_rate * (a / (1 - beta1**t)) / (math.sqrt(b / (1 - beta2**t)) + epsilon)

    return {k: rows(step, w, v["d" + k], s["d" + k]) for k, w in parameters.items()}, v, s
