"""Everything in dict comprehensions; nothing is changed in place."""

import numpy as np


def update_parameters_with_gd(parameters, grads, learning_rate):
    return {k: p - learning_rate * grads[f"d{k}"] for k, p in parameters.items()}


def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    m = X.shape[1]
    order = np.random.permutation(m)
    starts = range(0, m, mini_batch_size)
    return [(X[:, order[i : i + mini_batch_size]], Y[:, order[i : i + mini_batch_size]]) for i in starts]


def initialize_velocity(parameters):
    return {f"d{k}": np.zeros_like(p) for k, p in parameters.items()}


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {k: beta * v[k] + (1 - beta) * grads[k] for k in v}
    return {k: p - learning_rate * v[f"d{k}"] for k, p in parameters.items()}, v


def initialize_adam(parameters):
    return initialize_velocity(parameters), initialize_velocity(parameters)


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    v = {k: beta1 * v[k] + (1 - beta1) * grads[k] for k in v}
    s = {k: beta2 * s[k] + (1 - beta2) * grads[k] ** 2 for k in s}
    v_hat = {k: a / (1 - beta1**t) for k, a in v.items()}
    s_hat = {k: a / (1 - beta2**t) for k, a in s.items()}
    new = {k: p - learning_rate * v_hat["d" + k] / (np.sqrt(s_hat["d" + k]) + epsilon) for k, p in parameters.items()}
    return new, v, s
