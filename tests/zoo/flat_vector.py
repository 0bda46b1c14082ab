"""All tensors in one vector: joined, stepped, split again."""

import numpy as np


def to_vector(tensors):
    return np.concatenate([tensors[k].reshape(-1) for k in sorted(tensors)])


def to_dict(vector, like):
    out, i = {}, 0
    for k in sorted(like):
        n = like[k].size
        out[k] = vector[i : i + n].reshape(like[k].shape)
        i += n
    return out


def own(grads, parameters):
    return {"d" + k: grads["d" + k] for k in parameters}


def update_parameters_with_gd(parameters, grads, learning_rate):
    theta = to_vector(parameters) - learning_rate * to_vector(own(grads, parameters))
    return to_dict(theta, parameters)


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    g = to_vector(own(grads, parameters))
    vel = beta * to_vector(v) + (1 - beta) * g
    theta = to_vector(parameters) - learning_rate * vel
    return to_dict(theta, parameters), to_dict(vel, v)


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    g = to_vector(own(grads, parameters))
    m1 = beta1 * to_vector(v) + (1 - beta1) * g
    m2 = beta2 * to_vector(s) + (1 - beta2) * g * g
    step = (m1 / (1 - beta1**t)) / (np.sqrt(m2 / (1 - beta2**t)) + epsilon)
    theta = to_vector(parameters) - learning_rate * step
    return to_dict(theta, parameters), to_dict(m1, v), to_dict(m2, s)
