"""Optax's factories, made and stepped, in float64: sgd, trace, ema with and without debias, adam.

eps_root takes epsilon, with eps 0; adamw's weight_decay is 0.
"""

import jax
import optax

jax.config.update("jax_enable_x64", True)
__version__ = optax.__version__


def sgd(learning_rate):
    return optax.sgd(learning_rate)


def momentum_of_sgd(learning_rate, momentum):
    return optax.sgd(learning_rate, momentum=momentum)


def momentum_of_ema(learning_rate, decay):
    return optax.chain(optax.ema(decay, debias=False), optax.scale(-learning_rate))


def momentum_of_ema_debiased(learning_rate, decay):
    return optax.chain(optax.ema(decay, debias=True), optax.scale(-learning_rate))


def adam(learning_rate, b1, b2, eps):
    return optax.adam(learning_rate, b1, b2, eps)


def adamw(learning_rate, b1, b2, eps):
    return optax.adamw(learning_rate, b1, b2, eps, weight_decay=0.0)


def adam_with_eps_root(learning_rate, b1, b2, eps):
    return optax.adam(learning_rate, b1, b2, eps=0.0, eps_root=eps)
