"""torch.optim: SGD, SGD with momentum and dampening, Adam; one loop over the tensors.

lr = learning_rate, betas = (beta1, beta2), eps = epsilon; momentum = dampening = beta. The state
is set: momentum_buffer = v; exp_avg = v, exp_avg_sq = s, step = t - 1.
"""

import torch

__version__ = torch.__version__
MODE = {"foreach": False, "fused": False}


def _step(optimizer, parameters, grads, states, **hyper):
    """Take one step from `states` (a dict of dicts a parameter); return tensors and optimizer."""
    tensors = {k: torch.tensor(a, requires_grad=True) for k, a in parameters.items()}
    if MODE.get("differentiable"):  # no leaf may be changed in place
        tensors = {k: tensor.clone() for k, tensor in tensors.items()}
    for k, tensor in tensors.items():
        tensor.grad = torch.tensor(grads["d" + k])
    made = optimizer(list(tensors.values()), **hyper, **MODE)
    for k, tensor in tensors.items():
        made.state[tensor].update({n: torch.tensor(a) for n, a in states.get(k, {}).items()})
    made.step()
    return {k: a.detach().numpy() for k, a in tensors.items()}, made.state, tensors


def _read(state, tensors, name):
    return {"d" + k: state[a][name].detach().numpy() for k, a in tensors.items()}


def update_parameters_with_gd(parameters, grads, learning_rate):
    return _step(torch.optim.SGD, parameters, grads, {}, lr=learning_rate)[0]


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    if not beta:
        raise NotImplementedError("with momentum 0 it keeps no velocity")
    states = {k: {"momentum_buffer": v["d" + k]} for k in parameters}
    hyper = {"lr": learning_rate, "momentum": beta, "dampening": beta}
    new, state, tensors = _step(torch.optim.SGD, parameters, grads, states, **hyper)
    return new, _read(state, tensors, "momentum_buffer")


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate, beta1, beta2, epsilon):
    states = {
        k: {"step": float(t - 1), "exp_avg": v["d" + k], "exp_avg_sq": s["d" + k]}
        for k in parameters
    }
    hyper = {"lr": learning_rate, "betas": (beta1, beta2), "eps": epsilon}
    new, state, tensors = _step(torch.optim.Adam, parameters, grads, states, **hyper)
    return new, _read(state, tensors, "exp_avg"), _read(state, tensors, "exp_avg_sq")
