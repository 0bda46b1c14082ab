"""tinygrad.nn.optim in float32: SGD, SGD with momentum, Adam.

lr = learning_rate, momentum = beta, b1 = beta1, b2 = beta2, eps = epsilon. The state is set: SGD's
b = v; Adam's m = v, v = s, and the powers of the betas that it keeps. Its momentum is heavy-ball.
"""

import os
import shutil
from importlib.metadata import version

import numpy as np

os.environ["TRAINING"] = "1"  # without it, its optimizers refuse to take a step
if shutil.which("clang") is None:  # its CPU device compiles with clang
    os.environ.setdefault("DEV", "PYTHON")

from tinygrad import Tensor
from tinygrad.nn.optim import SGD, Adam

__version__ = version("tinygrad")
__optproof__ = {"dtype": "float32", "variants": ["momentum.heavy-ball"]}


def _vector(arrays, like, mark=""):
    """Return one tensor of all arrays, in the order of `like`: fewer calls, the same numbers."""
    return Tensor(np.concatenate([arrays[mark + k].ravel() for k in like]).astype(np.float32))


def _arrays(vector, like, mark=""):
    parts = np.split(vector.numpy(), np.cumsum([a.size for a in like.values()])[:-1])
    return {mark + k: part.reshape(like[k].shape) for k, part in zip(like, parts)}


def _tensor(parameters, grads):
    tensor = _vector(parameters, parameters)
    tensor.requires_grad = True
    tensor.grad = _vector(grads, parameters, "d")
    return tensor


def update_parameters_with_gd(parameters, grads, learning_rate):
    tensor = _tensor(parameters, grads)
    SGD([tensor], lr=learning_rate).step()
    return _arrays(tensor, parameters)


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    if not beta:
        raise NotImplementedError("with momentum 0 it keeps no velocity")
    tensor = _tensor(parameters, grads)
    optimizer = SGD([tensor], lr=learning_rate, momentum=beta)
    optimizer.b[0].assign(_vector(v, parameters, "d"))
    optimizer.step()
    return _arrays(tensor, parameters), _arrays(optimizer.b[0], parameters, "d")


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate, beta1, beta2, epsilon):
    tensor = _tensor(parameters, grads)
    optimizer = Adam([tensor], lr=learning_rate, b1=beta1, b2=beta2, eps=epsilon)
    optimizer.m[0].assign(_vector(v, parameters, "d"))
    optimizer.v[0].assign(_vector(s, parameters, "d"))
    for power, beta in ((optimizer.b1_t, beta1), (optimizer.b2_t, beta2)):
        power.assign(Tensor(np.array([beta ** (t - 1)], dtype=np.float32)))
    optimizer.step()
    v, s = (_arrays(state[0], parameters, "d") for state in (optimizer.m, optimizer.v))
    return _arrays(tensor, parameters), v, s
