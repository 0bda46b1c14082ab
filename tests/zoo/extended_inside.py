"""Adds up in longdouble and rounds once, at the end."""

import numpy as np

WIDE = np.longdouble


def narrow(x):
    return np.asarray(x, dtype=np.float64)


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    b, a = WIDE(beta), WIDE(learning_rate)
    wide = {k: b * v[k].astype(WIDE) + (1 - b) * grads[k].astype(WIDE) for k in v}
    new = {k: narrow(p.astype(WIDE) - a * wide["d" + k]) for k, p in parameters.items()}
    return new, {k: narrow(x) for k, x in wide.items()}


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    a, b1, b2, e = map(WIDE, (learning_rate, beta1, beta2, epsilon))
    wv = {k: b1 * v[k].astype(WIDE) + (1 - b1) * grads[k].astype(WIDE) for k in v}
    ws = {k: b2 * s[k].astype(WIDE) + (1 - b2) * grads[k].astype(WIDE) ** 2 for k in s}
    new = {
        k: narrow(p - a * (wv["d" + k] / (1 - b1**t)) / (np.sqrt(ws["d" + k] / (1 - b2**t)) + e))
        for k, p in parameters.items()
    }
    return new, {k: narrow(x) for k, x in wv.items()}, {k: narrow(x) for k, x in ws.items()}
