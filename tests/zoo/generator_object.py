"""A RandomState of its own in place of the global generator; batches by hsplit."""

import numpy as np


def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    m = X.shape[1]
    columns = np.random.RandomState(seed).permutation(m)
    cuts = list(range(mini_batch_size, m, mini_batch_size))
    return list(zip(np.hsplit(X[:, columns], cuts), np.hsplit(Y[:, columns], cuts)))


def initialize_parameters(layers_dims):
    rng = np.random.RandomState(3)
    parameters = {}
    for number, (before, after) in enumerate(zip(layers_dims, layers_dims[1:]), start=1):
        parameters["W%d" % number] = rng.standard_normal((after, before)) * np.sqrt(2.0 / before)
        parameters["b%d" % number] = np.zeros((after, 1))
    return parameters
