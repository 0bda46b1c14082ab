"""The optimizers behind sklearn.neural_network.MLPClassifier and MLPRegressor.

learning_rate_init = learning_rate, momentum = beta (nesterov off), beta_1, beta_2, epsilon as
named. The state is set: velocities = -v; ms = v, vs = s, t = t - 1. Its momentum folds the
learning rate into the velocity, and its Adam adds epsilon to the uncorrected root (epsilon-hat).
"""

import sklearn
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

__version__ = sklearn.__version__
__optproof__ = {"variants": ["momentum.heavy-ball-learning-rate-in-velocity", "adam.epsilon-hat"]}


def _step(optimizer, parameters, grads):
    """Take one step, which changes the arrays of `parameters` in place."""
    optimizer.update_params(list(parameters.values()), [grads["d" + k] for k in parameters])
    return parameters


def update_parameters_with_gd(parameters, grads, learning_rate):
    optimizer = SGDOptimizer(list(parameters.values()), learning_rate, momentum=0, nesterov=False)
    return _step(optimizer, parameters, grads)


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    given = list(parameters.values())
    optimizer = SGDOptimizer(given, learning_rate, momentum=beta, nesterov=False)
    optimizer.velocities = [-v["d" + k] for k in parameters]
    new = _step(optimizer, parameters, grads)
    return new, {"d" + k: -u for k, u in zip(parameters, optimizer.velocities)}


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate, beta1, beta2, epsilon):
    optimizer = AdamOptimizer(list(parameters.values()), learning_rate, beta1, beta2, epsilon)
    optimizer.t = t - 1
    optimizer.ms = [v["d" + k] for k in parameters]
    optimizer.vs = [s["d" + k] for k in parameters]
    new = _step(optimizer, parameters, grads)
    v = {"d" + k: m for k, m in zip(parameters, optimizer.ms)}
    return new, v, {"d" + k: u for k, u in zip(parameters, optimizer.vs)}
