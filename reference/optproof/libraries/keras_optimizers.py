"""keras.optimizers in float64 on the JAX backend: SGD, SGD with momentum, Adam.

learning_rate, momentum = beta, beta_1, beta_2 as named. The state is set: SGD's momentums = -v;
Adam's momentums = v, velocities = s, iterations = t - 1. Its momentum folds the learning rate into
the velocity, and its Adam adds epsilon to the uncorrected root (epsilon-hat).
"""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")

import jax
import keras
import numpy as np

jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")
__version__ = keras.__version__
__optproof__ = {"variants": ["momentum.heavy-ball-learning-rate-in-velocity", "adam.epsilon-hat"]}


def _step(optimizer, parameters, grads, states, t=1):
    """Take one step from `states` (name -> list of arrays); return the parameters after it."""
    variables = [keras.Variable(a, dtype="float64") for a in parameters.values()]
    optimizer.build(variables)
    optimizer.iterations.assign(t - 1)
    for name, arrays in states.items():
        for variable, array in zip(getattr(optimizer, name), arrays):
            variable.assign(array)
    optimizer.apply([keras.ops.convert_to_tensor(grads["d" + k]) for k in parameters])
    return {k: np.array(variable) for k, variable in zip(parameters, variables)}


def update_parameters_with_gd(parameters, grads, learning_rate):
    return _step(keras.optimizers.SGD(learning_rate), parameters, grads, {})


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    if not beta:
        raise NotImplementedError("with momentum 0 it keeps no velocity")
    optimizer = keras.optimizers.SGD(learning_rate, momentum=beta)
    new = _step(optimizer, parameters, grads, {"momentums": [-v["d" + k] for k in parameters]})
    return new, {"d" + k: -np.array(u) for k, u in zip(parameters, optimizer.momentums)}


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate, beta1, beta2, epsilon):
    optimizer = keras.optimizers.Adam(learning_rate, beta1, beta2, epsilon)
    moments = {
        "_momentums": [v["d" + k] for k in parameters],
        "_velocities": [s["d" + k] for k in parameters],
    }
    new = _step(optimizer, parameters, grads, moments, t)
    v = {"d" + k: np.array(m) for k, m in zip(parameters, optimizer._momentums)}
    return new, v, {"d" + k: np.array(u) for k, u in zip(parameters, optimizer._velocities)}
