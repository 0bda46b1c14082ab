"""Each layer is stepped by a thread of a pool."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    def layer(l):
        for kind in "Wb":
            name = kind + str(l)
            g = grads["d" + name]
            v["d" + name] = beta1 * v["d" + name] + (1 - beta1) * g
            s["d" + name] = beta2 * s["d" + name] + (1 - beta2) * g**2
            step = v["d" + name] / (1 - beta1**t) / (np.sqrt(s["d" + name] / (1 - beta2**t)) + epsilon)
            parameters[name] = parameters[name] - learning_rate * step

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(layer, range(1, len(parameters) // 2 + 1)))
    return parameters, v, s
