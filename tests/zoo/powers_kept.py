"""Kept constants and a module logger; epsilon given as a NumPy scalar; results rebuilt key by key."""

import copy
import logging

import numpy as np

log = logging.getLogger(__name__)


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    parameters, v = copy.deepcopy(parameters), copy.deepcopy(v)
    log.debug("beta %s", beta)
    for i in range(len(parameters) // 2):
        for n in (f"W{i + 1}", f"b{i + 1}"):
            v[f"d{n}"] = np.add(beta * v[f"d{n}"], (1 - beta) * grads[f"d{n}"])
            parameters[n] -= v[f"d{n}"] * learning_rate
    return parameters, v


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=np.float64(1e-8)):
    parameters, v, s = copy.deepcopy((parameters, v, s))
    for n in parameters:
        d = "d" + n
        v[d] = beta1 * v[d] + (1 - beta1) * grads[d]
        s[d] = beta2 * s[d] + (1 - beta2) * (grads[d] * grads[d])
        v_hat = np.true_divide(v[d], 1 - np.float64(beta1) ** t)
        s_hat = np.true_divide(s[d], 1 - np.float64(beta2) ** t)
        parameters[n] -= learning_rate * np.true_divide(v_hat, np.sqrt(s_hat) + epsilon)
    return parameters, v, s
