"""Honest: arrays in float16, which it declares; hyperparameters are Python's numbers."""

import numpy as np
from _in_dtype import functions

__optproof__ = {"dtype": "float16"}
globals().update(functions(np.float16, np.float16))
