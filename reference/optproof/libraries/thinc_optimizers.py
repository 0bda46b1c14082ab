"""thinc.api.Optimizer in float32: plain SGD and Adam.

learn_rate = learning_rate, beta1, beta2, eps = epsilon; no L2, no clipping of gradients. The state
is set: mom1 = v, mom2 = s, nr_update = t - 1. Its Adam adds epsilon to the uncorrected root
(epsilon-hat).
"""

import numpy as np
import thinc
from thinc.api import Optimizer

__version__ = thinc.__version__
__optproof__ = {"dtype": "float32", "variants": ["adam.epsilon-hat"]}


def _single(a):
    return np.array(a, dtype=np.float32).reshape(-1)


def _step(optimizer, parameters, grads):
    new = {}
    for k, a in parameters.items():  # it works on vectors
        step = optimizer((0, k), _single(a), _single(grads["d" + k]))
        new[k] = step[0].reshape(a.shape)
    return new


def update_parameters_with_gd(parameters, grads, learning_rate):
    optimizer = Optimizer(learning_rate, L2=0, beta1=0, beta2=0, grad_clip=0)
    return _step(optimizer, parameters, grads)


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate, beta1, beta2, epsilon):
    if not (beta1 and beta2):
        raise NotImplementedError("with a beta of 0 it is plain SGD and keeps no moments")
    hyper = {"L2": 0, "beta1": beta1, "beta2": beta2, "eps": epsilon, "grad_clip": 0}
    optimizer = Optimizer(learning_rate, **hyper)
    for k in parameters:
        optimizer.mom1[(0, k)] = _single(v["d" + k])
        optimizer.mom2[(0, k)] = _single(s["d" + k])
        optimizer.nr_update[(0, k)] = t - 1
    new = _step(optimizer, parameters, grads)
    v = {"d" + k: optimizer.mom1[(0, k)].reshape(a.shape) for k, a in parameters.items()}
    s = {"d" + k: optimizer.mom2[(0, k)].reshape(a.shape) for k, a in parameters.items()}
    return new, v, s
