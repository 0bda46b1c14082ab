"""keras.optimizers on torch, float64, made and stepped: SGD, Adam, AdamW without decay."""

import os

os.environ["KERAS_BACKEND"] = "torch"

from .keras_fresh import SGD, Adam, AdamW, __version__

__all__ = ["SGD", "Adam", "AdamW", "__version__"]
