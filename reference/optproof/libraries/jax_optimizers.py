"""jax.example_libraries.optimizers in float64: sgd, momentum, adam.

step_size = learning_rate, mass = beta, b1, b2, eps as named. The state is set: (x, velocity) and
(x, m, v) are packed from parameters, v and s, and the step index is t - 1. Its momentum is
heavy-ball: velocity = mass velocity + g.
"""

import jax
import numpy as np
from jax.example_libraries import optimizers

jax.config.update("jax_enable_x64", True)
__version__ = jax.__version__
__optproof__ = {"variants": ["momentum.heavy-ball"]}


def _step(optimizer, parameters, grads, states, index=0):
    """Take one step of each parameter with its own packed state; return what is packed after."""
    _, update, _ = optimizer
    after = {}
    for k, x in parameters.items():
        held = (x, *(state["d" + k] for state in states)) if states else x
        packed = optimizers.pack_optimizer_state(optimizers.JoinPoint(held))
        packed = update(index, grads["d" + k], packed)
        after[k] = jax.tree_util.tree_leaves(optimizers.unpack_optimizer_state(packed).subtree)
    return [{k: np.array(a[i]) for k, a in after.items()} for i in range(1 + len(states))]


def _marked(tree):
    return {"d" + k: a for k, a in tree.items()}


def update_parameters_with_gd(parameters, grads, learning_rate):
    return _step(optimizers.sgd(learning_rate), parameters, grads, ())[0]


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    new, v = _step(optimizers.momentum(learning_rate, beta), parameters, grads, (v,))
    return new, _marked(v)


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate, beta1, beta2, epsilon):
    optimizer = optimizers.adam(learning_rate, beta1, beta2, epsilon)
    new, v, s = _step(optimizer, parameters, grads, (v, s), t - 1)
    return new, _marked(v), _marked(s)
