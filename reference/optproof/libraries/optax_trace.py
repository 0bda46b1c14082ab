"""Optax's other forms in float64: sgd with momentum (its trace), adam with eps_root.

momentum = beta; eps_root = epsilon, eps = 0. The state is set as in :mod:`.optax_chains`, with
TraceState.trace = v. Its trace is heavy-ball, and eps_root is added under the root.
"""

import optax

from .optax_chains import __version__, take_adam_step, take_momentum_step

__all__ = ["__version__", "update_parameters_with_adam", "update_parameters_with_momentum"]
__optproof__ = {"variants": ["momentum.heavy-ball", "adam.epsilon-inside-sqrt"]}


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    chain = optax.sgd(learning_rate, momentum=beta)
    return take_momentum_step(chain, "trace", parameters, grads, v)


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate, beta1, beta2, epsilon):
    chain = optax.adam(learning_rate, b1=beta1, b2=beta2, eps=0.0, eps_root=epsilon)
    return take_adam_step(chain, parameters, grads, v, s, t)
