"""Honest: computed in longdouble, given back in float64."""

import numpy as np
from _in_dtype import functions

globals().update(functions(np.longdouble, np.float64))
