"""scikit-learn's own optimizers, as they are, behind the document's operations."""

from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer


def step(optimizer, parameters, grads):
    new = [a.copy() for a in parameters.values()]
    optimizer.update_params(new, [grads["d" + k] for k in parameters])
    return dict(zip(parameters, new))


def update_parameters_with_gd(parameters, grads, learning_rate):
    return step(SGDOptimizer(parameters.values(), learning_rate, momentum=0), parameters, grads)


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    optimizer = SGDOptimizer([], learning_rate, momentum=beta, nesterov=False)
    optimizer.velocities = [-v["d" + k] for k in parameters]  # it adds its velocity
    new = step(optimizer, parameters, grads)
    return new, {"d" + k: -u for k, u in zip(parameters, optimizer.velocities)}


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate, beta1, beta2, epsilon):
    optimizer = AdamOptimizer([], learning_rate, beta1, beta2, epsilon)
    keys = ["d" + k for k in parameters]
    optimizer.ms, optimizer.vs, optimizer.t = [v[k] for k in keys], [s[k] for k in keys], t - 1
    new = step(optimizer, parameters, grads)
    return new, dict(zip(keys, optimizer.ms)), dict(zip(keys, optimizer.vs))
