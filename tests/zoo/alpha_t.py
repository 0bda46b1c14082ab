"""Section 2's efficient order of Adam, with epsilon scaled so that the result is the same."""

import math

import numpy as np


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    correction = math.sqrt(1.0 - beta2**t)
    alpha_t = learning_rate * correction / (1.0 - beta1**t)
    epsilon_t = epsilon * correction
    for key in v:
        v[key] = beta1 * v[key] + (1.0 - beta1) * grads[key]
        s[key] = beta2 * s[key] + (1.0 - beta2) * np.square(grads[key])
        parameters[key[1:]] = parameters[key[1:]] - alpha_t * v[key] / (np.sqrt(s[key]) + epsilon_t)
    return parameters, v, s
