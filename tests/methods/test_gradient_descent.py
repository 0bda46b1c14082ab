"""Gradient descent: its golden file, and what is a special case of it."""

import numpy as np
from arrays import bits

from optproof import methods


def test_golden(golden_case):
    golden_case("gd/three-layers", "gd/learning-rate-1", name="gd")


def test_size_1_is_stochastic_gradient_descent(documented_start):
    """MB-5: the document's loop over single examples, in the order of the epoch."""
    X, Y, parameters, _ = documented_start
    [epoch] = methods.train(X, Y, parameters, "gd", mini_batch_size=1, num_epochs=1)

    order = np.random.RandomState(11).permutation(300)
    for j in order:
        _, caches = methods.forward_propagation(X[:, j : j + 1], parameters)
        grads = methods.backward_propagation(X[:, j : j + 1], Y[:, j : j + 1], caches)
        parameters = methods.update_parameters_with_gd(parameters, grads, 0.0007)

    assert bits(epoch.parameters) == bits(parameters)


def test_size_m_is_batch_gradient_descent(documented_start):
    """MB-6: one batch of all examples; only the order of their sum may differ."""
    X, Y, parameters, _ = documented_start
    *_, epoch = methods.train(X, Y, parameters, "gd", mini_batch_size=300, num_epochs=5)

    for _ in range(5):
        _, caches = methods.forward_propagation(X, parameters)
        grads = methods.backward_propagation(X, Y, caches)
        parameters = methods.update_parameters_with_gd(parameters, grads, 0.0007)

    for k, a in parameters.items():
        assert np.abs(epoch.parameters[k] - a).max() <= 1e-14
