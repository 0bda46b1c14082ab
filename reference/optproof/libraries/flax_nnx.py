"""flax.nnx.Optimizer in float64, made and stepped around optax's sgd and adam."""

import flax
import jax
import numpy as np
import optax
from flax import nnx

jax.config.update("jax_enable_x64", True)
__version__ = flax.__version__


class Model(nnx.Module):
    def __init__(self, params):
        for name, array in params.items():
            setattr(self, name, nnx.Param(jax.numpy.asarray(np.array(array))))


class GradientDescent:
    def __init__(self, params, learning_rate):
        self._begin(params, optax.sgd(learning_rate))

    def _begin(self, params, transformation):
        self.model = Model(params)
        self.optimizer = nnx.Optimizer(self.model, transformation, wrt=nnx.Param)

    def step(self, grads):
        given = nnx.state(Model(grads), nnx.Param)
        self.optimizer.update(self.model, given)
        return {name: np.array(getattr(self.model, name)[...]) for name in grads}


class Adam(GradientDescent):
    def __init__(self, params, learning_rate, b1, b2, eps):
        self._begin(params, optax.adam(learning_rate, b1, b2, eps))
