"""The moving averages as v + (1 - beta)(g - v)."""

import numpy as np


def toward(old, new, weight):
    return old + weight * (new - old)


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    for k, old in v.items():
        v[k] = toward(old, grads[k], 1 - beta)
    return {k: w - learning_rate * v["d" + k] for k, w in parameters.items()}, v


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    v = {k: toward(v[k], grads[k], 1 - beta1) for k in v}
    s = {k: toward(s[k], grads[k] ** 2, 1 - beta2) for k in s}
    out = {}
    for k, w in parameters.items():
        m_hat = v["d" + k] / (1 - beta1**t)
        s_hat = s["d" + k] / (1 - beta2**t)
        out[k] = w - learning_rate * m_hat / (np.sqrt(s_hat) + epsilon)
    return out, v, s
