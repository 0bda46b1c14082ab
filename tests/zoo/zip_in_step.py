"""Walks parameters, gradients and moments side by side, by sorted keys; numpy under its full name."""

import numpy


def both(parameters, *others):
    for name in sorted(parameters):
        yield (name, parameters[name], *(other["d" + name] for other in others))


def update_parameters_with_gd(parameters, grads, learning_rate):
    updated = {}
    for name, value, gradient in both(parameters, grads):
        updated[name] = value - gradient * learning_rate
    return updated


def initialize_velocity(parameters):
    return dict(("d" + name, numpy.zeros(value.shape, dtype=value.dtype)) for name, value in parameters.items())


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    updated, velocity = {}, {}
    for name, value, gradient, old in both(parameters, grads, v):
        velocity["d" + name] = old * beta + gradient * (1.0 - beta)
        updated[name] = value - velocity["d" + name] * learning_rate
    return updated, velocity


def initialize_adam(parameters):
    return tuple(initialize_velocity(parameters) for _ in "vs")


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    updated, first, second = {}, {}, {}
    for name, value, gradient, old_v, old_s in both(parameters, grads, v, s):
        a = old_v * beta1 + gradient * (1.0 - beta1)
        b = old_s * beta2 + gradient * gradient * (1.0 - beta2)
        first["d" + name], second["d" + name] = a, b
        a = a / (1.0 - beta1**t)
        b = b / (1.0 - beta2**t)
        updated[name] = value - learning_rate * a / (b**0.5 + epsilon)
    return updated, first, second
