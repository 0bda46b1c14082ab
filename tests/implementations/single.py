"""Honest: everything in float32, hyperparameters too, which it declares."""

import numpy as np
from _in_dtype import functions

__optproof__ = {"dtype": "float32"}
globals().update(functions(np.float32, np.float32, np.float32))
