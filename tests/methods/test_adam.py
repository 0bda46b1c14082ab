"""Adam: its golden file, and that nothing is changed in place."""

import numpy as np
from arrays import random_arrays

from optproof import methods


def test_golden(golden_case):
    golden_case("adam/documented", "adam/t-10", "adam/epsilon-decides", name="adam")


def test_returned_arrays_are_new():
    parameters, grads, v, s = random_arrays()

    new, new_v, new_s = methods.update_parameters_with_adam(parameters, grads, v, s, 2)

    for old, fresh in ((parameters, new), (v, new_v), (s, new_s)):
        assert all(not np.shares_memory(old[k], fresh[k]) for k in old)
