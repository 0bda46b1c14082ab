"""A whole training in one function: nothing is called by the document's names but model."""

import numpy as np


def model(X, Y, layers_dims, optimizer, learning_rate=0.0007, mini_batch_size=64, beta=0.9, beta1=0.9, beta2=0.999,
          epsilon=1e-8, num_epochs=10000, print_cost=True):
    np.random.seed(3)
    sizes = list(zip(layers_dims[1:], layers_dims[:-1]))
    W = [np.random.randn(o, i) * np.sqrt(2.0 / i) for o, i in sizes]
    b = [np.zeros((o, 1)) for o, _ in sizes]
    theta = [x for pair in zip(W, b) for x in pair]
    v = [np.zeros_like(x) for x in theta]
    s = [np.zeros_like(x) for x in theta]
    m, t = X.shape[1], 0
    for epoch in range(num_epochs):
        np.random.seed(11 + epoch)
        order = np.random.permutation(m)
        total = 0.0
        for start in range(0, m, mini_batch_size):
            chosen = order[start : start + mini_batch_size]
            x, y = X[:, chosen], Y[:, chosen]
            W1, b1, W2, b2, W3, b3 = theta
            h1 = np.maximum(0, W1 @ x + b1)
            h2 = np.maximum(0, W2 @ h1 + b2)
            out = 1 / (1 + np.exp(-(W3 @ h2 + b3)))
            total += -np.sum(y * np.log(out) + (1 - y) * np.log(1 - out))
            d3 = (out - y) / x.shape[1]
            d2 = (W3.T @ d3) * (h2 > 0)
            d1 = (W2.T @ d2) * (h1 > 0)
            g = [d1 @ x.T, d1.sum(1, keepdims=True), d2 @ h1.T, d2.sum(1, keepdims=True), d3 @ h2.T, d3.sum(1, keepdims=True)]
            t += 1
            for k in range(6):
                if optimizer == "gd":
                    theta[k] = theta[k] - learning_rate * g[k]
                elif optimizer == "momentum":
                    v[k] = beta * v[k] + (1 - beta) * g[k]
                    theta[k] = theta[k] - learning_rate * v[k]
                else:
                    v[k] = beta1 * v[k] + (1 - beta1) * g[k]
                    s[k] = beta2 * s[k] + (1 - beta2) * g[k] ** 2
                    theta[k] = theta[k] - learning_rate * (v[k] / (1 - beta1**t)) / (np.sqrt(s[k] / (1 - beta2**t)) + epsilon)
        if print_cost and epoch % 1000 == 0:
            print(f"Cost after epoch {epoch}: {total / m:f}")
    return dict(zip(("W1", "b1", "W2", "b2", "W3", "b3"), theta))
