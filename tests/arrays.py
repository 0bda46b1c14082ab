"""Arrays for the tests of the methods: a small network, and what makes two of them the same."""

import numpy as np


def bits(arrays):
    return {k: (a.dtype.name, a.shape, a.tobytes()) for k, a in arrays.items()}


def random_arrays(seed=7, dtype="float64", layers=(4, 3, 2)):
    """Parameters, gradients and two moments of a small network."""
    rng = np.random.RandomState(seed)
    shapes = {}
    for layer, (n, before) in enumerate(zip(layers[1:], layers), start=1):
        shapes |= {f"W{layer}": (n, before), f"b{layer}": (n, 1)}
    parameters = {k: rng.randn(*shape).astype(dtype) for k, shape in shapes.items()}
    grads, v = (
        {f"d{k}": rng.randn(*shape).astype(dtype) for k, shape in shapes.items()} for _ in range(2)
    )
    return parameters, grads, v, {k: a**2 for k, a in v.items()}
