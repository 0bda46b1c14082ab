"""keras.optimizers on TensorFlow, float64, made and stepped: SGD, Adam, AdamW without decay."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"

from .keras_fresh import SGD, Adam, AdamW, __version__

__all__ = ["SGD", "Adam", "AdamW", "__version__"]
