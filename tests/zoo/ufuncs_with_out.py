"""NumPy's ufuncs by name, with out= where a buffer can serve again."""

import numpy as np


def update_parameters_with_gd(parameters, grads, learning_rate):
    out = {}
    for name in parameters:
        step = np.multiply(grads["d" + name], learning_rate)
        out[name] = np.subtract(parameters[name], step)
    return out


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    new_v, out = {}, {}
    for name in parameters:
        d = "d" + name
        new_v[d] = np.multiply(v[d], beta)
        scaled = np.multiply(grads[d], np.subtract(1, beta))
        np.add(new_v[d], scaled, out=new_v[d])
        np.multiply(new_v[d], learning_rate, out=scaled)
        out[name] = np.subtract(parameters[name], scaled)
    return out, new_v


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    new, nv, ns = {}, {}, {}
    for name in parameters:
        d = "d" + name
        nv[d] = np.add(np.multiply(beta1, v[d]), np.multiply(1 - beta1, grads[d]))
        ns[d] = np.add(np.multiply(beta2, s[d]), np.multiply(1 - beta2, np.square(grads[d])))
        top = np.divide(nv[d], 1 - np.power(beta1, t))
        bottom = np.divide(ns[d], 1 - np.power(beta2, t))
        np.sqrt(bottom, out=bottom)
        np.add(bottom, epsilon, out=bottom)
        np.divide(top, bottom, out=top)
        np.multiply(top, learning_rate, out=top)
        new[name] = np.subtract(parameters[name], top)
    return new, nv, ns


def compute_cost(a3, Y):
    return -np.sum(np.where(np.equal(Y, 1), np.log(a3), np.log(np.subtract(1, a3))))
