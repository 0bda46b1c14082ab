"""Honest: computed in longdouble, given back in float64."""

import numpy as np
from _in_dtype import functions


def held_in(dtype):
    return lambda array: np.asarray(array, dtype=dtype)


globals().update(functions(held_in(np.longdouble), held_in(np.float64)))
