"""keras.optimizers on JAX, float64, made and stepped: SGD, Adam, AdamW without decay."""

import os

os.environ["KERAS_BACKEND"] = "jax"

from .keras_fresh import SGD, Adam, AdamW, __version__

__all__ = ["SGD", "Adam", "AdamW", "__version__"]
