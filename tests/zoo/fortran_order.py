"""Arrays in Fortran order, read-only, in an OrderedDict."""

from collections import OrderedDict

import numpy as np


def frozen(array):
    array = np.asfortranarray(array)
    array.flags.writeable = False
    return array


def initialize_velocity(parameters):
    return OrderedDict(("d" + k, frozen(np.zeros(p.shape))) for k, p in parameters.items())


def update_parameters_with_gd(parameters, grads, learning_rate):
    return OrderedDict((k, frozen(p - learning_rate * grads["d" + k])) for k, p in parameters.items())


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = OrderedDict((k, frozen(beta * v[k] + (1 - beta) * grads[k])) for k in v)
    return OrderedDict((k, frozen(p - learning_rate * v["d" + k])) for k, p in parameters.items()), v


def initialize_adam(parameters):
    return initialize_velocity(parameters), initialize_velocity(parameters)
