"""jax.example_libraries.optimizers, made and stepped, in float64: sgd, momentum, adam."""

import jax
from jax.example_libraries import optimizers

jax.config.update("jax_enable_x64", True)
__version__ = jax.__version__
__optproof__ = {"variants": ["momentum.heavy-ball"]}


def sgd(step_size):
    return tuple(optimizers.sgd(step_size))


def momentum(step_size, mass):
    return tuple(optimizers.momentum(step_size, mass))


def adam(step_size, b1, b2, eps):
    return tuple(optimizers.adam(step_size, b1, b2, eps))
