"""Columns taken with np.take, the last batch found by remainder; flat labels put back in shape."""

import numpy as np


def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    number = X.shape[1]
    indices = np.random.permutation(number)
    X, Y = np.take(X, indices, axis=1), np.take(np.ravel(Y), indices)
    whole, rest = divmod(number, mini_batch_size)
    batches = []
    for b in range(whole):
        cut = slice(b * mini_batch_size, (b + 1) * mini_batch_size)
        batches.append((X[:, cut], Y[cut].reshape(1, -1)))
    if rest:
        batches.append((X[:, -rest:], Y[-rest:].reshape(1, rest)))
    return batches


def update_parameters_with_gd(parameters, grads, learning_rate):
    L = len(parameters) // 2
    for l in range(L):
        parameters["W" + str(l + 1)] = parameters["W" + str(l + 1)] - learning_rate * grads["dW" + str(l + 1)]
        parameters["b" + str(l + 1)] = parameters["b" + str(l + 1)] - learning_rate * grads["db" + str(l + 1)]
    return parameters
