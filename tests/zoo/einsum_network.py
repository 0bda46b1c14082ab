"""The network by einsum and the sigmoid by tanh."""

import numpy as np


def forward_propagation(X, parameters):
    p = parameters
    z1 = np.einsum("ij,jk->ik", p["W1"], X) + p["b1"]
    a1 = np.maximum(z1, 0.0)
    z2 = np.einsum("ij,jk->ik", p["W2"], a1) + p["b2"]
    a2 = np.maximum(z2, 0.0)
    z3 = np.einsum("ij,jk->ik", p["W3"], a2) + p["b3"]
    a3 = 1.0 / (1.0 + np.exp(-z3))
    return a3, (z1, a1, p["W1"], p["b1"], z2, a2, p["W2"], p["b2"], z3, a3, p["W3"], p["b3"])


def compute_cost(a3, Y):
    return float(-np.einsum("ij,ij->", Y, np.log(a3)) - np.einsum("ij,ij->", 1 - Y, np.log(1 - a3)))


def backward_propagation(X, Y, cache):
    z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3 = cache
    m = X.shape[1]
    dz3 = a3 - Y
    dz2 = np.einsum("ji,jk->ik", W3, dz3) * (z2 > 0)
    dz1 = np.einsum("ji,jk->ik", W2, dz2) * (z1 > 0)
    gradients = {}
    for number, dz, a in ((3, dz3, a2), (2, dz2, a1), (1, dz1, X)):
        gradients["dW" + str(number)] = np.einsum("ik,jk->ij", dz, a) / m
        gradients["db" + str(number)] = np.einsum("ik->i", dz)[:, None] / m
    return gradients


def predict(X, y, parameters):
    probabilities, _ = forward_propagation(X, parameters)
    labels = np.zeros(probabilities.shape, dtype=int)
    labels[probabilities > 0.5] = 1
    print("Accuracy:", np.mean(labels == y))
    return labels


def predict_dec(parameters, X):
    return forward_propagation(X, parameters)[0] > 0.5
