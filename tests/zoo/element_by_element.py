"""Plain Python loops over every element, with math.sqrt."""

import math

import numpy as np


def update_parameters_with_gd(parameters, grads, learning_rate):
    for key, w in parameters.items():
        dw = grads["d" + key]
        for i in range(w.shape[0]):
            for j in range(w.shape[1]):
                w[i, j] = w[i, j] - learning_rate * dw[i, j]
    return parameters


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    for key, w in parameters.items():
        dw, vel = grads["d" + key], v["d" + key]
        for index in np.ndindex(*w.shape):
            vel[index] = beta * vel[index] + (1 - beta) * dw[index]
            w[index] = w[index] - learning_rate * vel[index]
    return parameters, v


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    for key, w in parameters.items():
        for index, g in np.ndenumerate(grads["d" + key]):
            first = beta1 * v["d" + key][index] + (1 - beta1) * g
            second = beta2 * s["d" + key][index] + (1 - beta2) * g**2
            v["d" + key][index], s["d" + key][index] = first, second
            root = math.sqrt(second / (1 - math.pow(beta2, t)))
            w[index] -= learning_rate * (first / (1 - math.pow(beta1, t))) / (root + epsilon)
    return parameters, v, s
