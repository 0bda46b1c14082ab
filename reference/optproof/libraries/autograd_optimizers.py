"""autograd.misc.optimizers: sgd with mass 0, sgd with mass beta, adam.

step_size = learning_rate, mass = beta, b1, b2, eps as named. These functions run a whole training
and keep velocity, moments and t to themselves: they are judged by their path, and `model` trains
with them, on the reference's mini-batches and gradients.
"""

from importlib.metadata import version

from autograd.misc import optimizers

from .. import methods

__version__ = version("autograd")


def sgd(grad, x, num_iters, step_size, mass):
    return optimizers.sgd(grad, x, None, num_iters, step_size, mass)


def adam(grad, x, num_iters, step_size, b1, b2, eps):
    return optimizers.adam(grad, x, None, num_iters, step_size, b1, b2, eps)


def model(X, Y, layers_dims, optimizer, num_epochs=10000):
    size, m = 64, X.shape[1]
    steps = -(-m // size)
    cost, batches = 0.0, [(X, Y)]

    def gradient(parameters, i):
        nonlocal cost, batches
        if i % steps == 0:
            batches = methods.random_mini_batches(X, Y, size, seed=11 + i // steps)
            cost = 0.0
        X_t, Y_t = batches[i % steps]
        a3, caches = methods.forward_propagation(X_t, parameters)
        cost += methods.compute_cost(a3, Y_t)
        if i % steps == steps - 1 and i // steps % 1000 == 0:
            print(f"Cost after epoch {i // steps}: {cost / m:f}")
        grads = methods.backward_propagation(X_t, Y_t, caches)
        return {k: grads["d" + k] for k in parameters}

    hyper = {
        "gd": {"mass": 0.0},
        "momentum": {"mass": 0.9},
        "adam": {"b1": 0.9, "b2": 0.999, "eps": 1e-8},
    }[optimizer]
    run = optimizers.adam if optimizer == "adam" else optimizers.sgd
    initial = methods.initialize_parameters(layers_dims)
    return run(gradient, initial, num_iters=num_epochs * steps, step_size=0.0007, **hyper)
