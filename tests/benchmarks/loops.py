"""The three trainings as loops over numbers, compiled by numba: what a sweep is held to."""

import math

import numpy as np
from numba import njit

RATES = (0.0007, 0.9, 0.9, 0.999, 1e-8)  # learning rate, beta, beta1, beta2, epsilon


@njit
def train(X, Y, theta, sizes, orders, batch, method, rates):
    """Train in place; theta has W and b of each layer in turn. Return the last epoch's cost."""
    rate, beta, beta1, beta2, epsilon = rates
    g, v, s = np.zeros_like(theta), np.zeros_like(theta), np.zeros_like(theta)
    n0, n1, n2, n3 = sizes
    m, t, total = X.shape[1], 0, 0.0
    w1, b1 = 0, n1 * n0
    w2 = b1 + n1
    b2 = w2 + n2 * n1
    w3 = b2 + n2
    b3 = w3 + n3 * n2
    a1, a2 = np.empty(n1), np.empty(n2)
    d1, d2 = np.empty(n1), np.empty(n2)
    for epoch in range(orders.shape[0]):
        total = 0.0
        for begin in range(0, m, batch):
            end = min(begin + batch, m)
            g[:] = 0.0
            for k in range(begin, end):
                j = orders[epoch, k]
                for i in range(n1):
                    z = theta[b1 + i]
                    for h in range(n0):
                        z += theta[w1 + i * n0 + h] * X[h, j]
                    a1[i] = max(z, 0.0)
                for i in range(n2):
                    z = theta[b2 + i]
                    for h in range(n1):
                        z += theta[w2 + i * n1 + h] * a1[h]
                    a2[i] = max(z, 0.0)
                z = theta[b3]
                for h in range(n2):
                    z += theta[w3 + h] * a2[h]
                a3 = 1.0 / (1.0 + math.exp(-z))
                if epoch % 1000 == 0:
                    total -= math.log(a3) * Y[0, j] + math.log(1.0 - a3) * (1.0 - Y[0, j])
                d3 = (a3 - Y[0, j]) / (end - begin)
                g[b3] += d3
                for h in range(n2):
                    g[w3 + h] += d3 * a2[h]
                    d2[h] = theta[w3 + h] * d3 if a2[h] > 0.0 else 0.0
                    g[b2 + h] += d2[h]
                for h in range(n1):
                    d1[h] = 0.0
                for i in range(n2):
                    for h in range(n1):
                        g[w2 + i * n1 + h] += d2[i] * a1[h]
                        d1[h] += theta[w2 + i * n1 + h] * d2[i]
                for i in range(n1):
                    d1[i] = d1[i] if a1[i] > 0.0 else 0.0
                    g[b1 + i] += d1[i]
                    for h in range(n0):
                        g[w1 + i * n0 + h] += d1[i] * X[h, j]
            t += 1
            first, second = 1.0 - beta1**t, 1.0 - beta2**t
            for i in range(theta.size):
                if method == 0:
                    theta[i] -= rate * g[i]
                elif method == 1:
                    v[i] = beta * v[i] + (1.0 - beta) * g[i]
                    theta[i] -= rate * v[i]
                else:
                    v[i] = beta1 * v[i] + (1.0 - beta1) * g[i]
                    s[i] = beta2 * s[i] + (1.0 - beta2) * g[i] * g[i]
                    theta[i] -= rate * (v[i] / first) / (math.sqrt(s[i] / second) + epsilon)
    return total / m


def all_three(X, Y, parameters, epochs):
    """Train with each optimizer from the same start, with the same shuffles; return the last."""
    generator = np.random.RandomState()
    orders = np.empty((epochs, X.shape[1]), dtype=np.int64)
    for epoch in range(epochs):
        generator.seed(11 + epoch)
        orders[epoch] = generator.permutation(X.shape[1])
    names = ("W1", "b1", "W2", "b2", "W3", "b3")
    trained = []
    for method in range(3):
        theta = np.concatenate([parameters[k].ravel() for k in names])
        train(X, Y.astype(float), theta, (2, 5, 2, 1), orders, 64, method, RATES)
        parts = np.split(theta, np.cumsum([parameters[k].size for k in names])[:-1])
        trained.append({k: p.reshape(parameters[k].shape) for k, p in zip(names, parts)})
    return trained
