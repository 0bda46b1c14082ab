"""Changes what it is given with -= and *=, and returns the same objects."""

import numpy as np


def update_parameters_with_gd(parameters, grads, learning_rate):
    for key in parameters:
        parameters[key] -= learning_rate * grads["d" + key]
    return parameters


def initialize_velocity(parameters):
    v = dict()
    for key in parameters.keys():
        v["d" + key] = parameters[key] * 0
    return v


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    for key in parameters:
        v["d" + key] *= beta
        v["d" + key] += (1 - beta) * grads["d" + key]
        parameters[key] -= learning_rate * v["d" + key]
    return parameters, v


def initialize_adam(parameters):
    v, s = dict(), dict()
    for key, value in parameters.items():
        v["d" + key], s["d" + key] = np.zeros(value.shape), np.zeros(value.shape)
    return v, s


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01,
                                beta1=0.9, beta2=0.999, epsilon=1e-8):
    c1 = 1 - beta1**t
    c2 = 1 - beta2**t
    for key in parameters:
        g = grads["d" + key]
        m1, m2 = v["d" + key], s["d" + key]
        m1 *= beta1
        m1 += (1 - beta1) * g
        m2 *= beta2
        m2 += (1 - beta2) * g * g
        parameters[key] -= learning_rate * (m1 / c1) / (np.sqrt(m2 / c2) + epsilon)
    return parameters, v, s
