"""Optimizers of frameworks as public code has them, with wrong twins."""

TORCH = {
    "a closure that is called, foreach, a step as a tensor": (
        """
import math
import torch
from torch.optim.optimizer import Optimizer

class AdamForeach(Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0,
                 maximize=False, foreach=None):
        if not 0.0 <= lr:
            raise ValueError("Invalid learning rate: {}".format(lr))
        if not 0.0 <= betas[0] < 1.0:
            raise ValueError("Invalid beta parameter at index 0: {}".format(betas[0]))
        defaults = dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay,
                        maximize=maximize, foreach=foreach)
        super().__init__(params, defaults)

    def __setstate__(self, state):
        super().__setstate__(state)

    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            params, grads, ms, vs, steps = [], [], [], [], []
            for p in group["params"]:
                if p.grad is None:
                    continue
                if p.grad.is_sparse:
                    raise RuntimeError("no sparse gradients")
                state = self.state[p]
                if not state:
                    state["step"] = torch.tensor(0.0)
                    state["exp_avg"] = torch.zeros_like(p.data)
                    state["exp_avg_sq"] = torch.zeros_like(p.data)
                state["step"] += 1
                params.append(p.data)
                grads.append(p.grad.data)
                ms.append(state["exp_avg"])
                vs.append(state["exp_avg_sq"])
                steps.append(state["step"].item())
            if not params:
                continue
            b1, b2 = group["betas"]
            torch._foreach_mul_(ms, b1)
            torch._foreach_add_(ms, grads, alpha=1 - b1)
            torch._foreach_mul_(vs, b2)
            torch._foreach_addcmul_(vs, grads, grads, value=1 - b2)
            for p, m, v, t in zip(params, ms, vs, steps):
                size = group["lr"] / (1 - b1 ** t)
                denom = (v.sqrt() / math.sqrt(1 - b2 ** t)).add_(group["eps"])
                p.addcdiv_(m, denom, value=-size)
        return loss
""",
        ("adam",),
        [
            ("torch._foreach_add_(ms, grads, alpha=1 - b1)", "torch._foreach_add_(ms, grads)"),
            ("/ math.sqrt(1 - b2 ** t)).add", ").add"),
            ('state["step"] += 1', 'state["step"].fill_(1.0)'),
        ],
    ),
    "SGD, momentum in the group, dampening as large": (
        """
import torch

class DampedSGD(torch.optim.Optimizer):
    def __init__(self, params, lr=0.01, momentum=0.9, nesterov=False):
        super().__init__(params, {"lr": lr, "momentum": momentum, "nesterov": nesterov})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            mu, lr = group["momentum"], group["lr"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                d_p = p.grad
                buf = self.state[p].setdefault("momentum_buffer", torch.zeros_like(p))
                buf.mul_(mu).add_(d_p, alpha=1 - mu)
                if group["nesterov"]:
                    buf = d_p.add(buf, alpha=mu)
                p.sub_(lr * buf)
""",
        ("gd", "momentum"),
        [
            ("buf.mul_(mu).add_(d_p, alpha=1 - mu)", "buf.mul_(mu).add_(d_p, alpha=mu)"),
            ("p.sub_(lr * buf)", "p.add_(lr * buf)"),
            ("buf.mul_(mu)", "buf.mul_(0.5)"),
        ],
    ),
    "states in a list beside, gradients on the parameters": (
        """
import torch

def init_adam_states(feature_dim):
    v_w, v_b = torch.zeros((feature_dim, 1)), torch.zeros(1)
    s_w, s_b = torch.zeros((feature_dim, 1)), torch.zeros(1)
    return ((v_w, s_w), (v_b, s_b))

def adam(params, states, hyperparams):
    beta1, beta2, eps = 0.9, 0.999, 1e-6
    for p, (v, s) in zip(params, states):
        with torch.no_grad():
            v[:] = beta1 * v + (1 - beta1) * p.grad
            s[:] = beta2 * s + (1 - beta2) * torch.square(p.grad)
            v_hat = v / (1 - beta1 ** hyperparams['t'])
            s_hat = s / (1 - beta2 ** hyperparams['t'])
            p[:] -= hyperparams['lr'] * v_hat / (torch.sqrt(s_hat) + eps)
        p.grad.data.zero_()
    hyperparams['t'] += 1
""",
        ("adam",),
        [
            ("    hyperparams['t'] += 1", "    hyperparams['t'] += 1.5"),
            ("torch.square(p.grad)", "p.grad.abs()"),
            ("torch.sqrt(s_hat) + eps", "torch.sqrt(s_hat + eps)"),
        ],
    ),
    "functional, momenta as a dict of lists": (
        """
import torch

class SGDM:
    def __init__(self, parameters, lr=0.01, momentum=0.9):
        self.parameters = list(parameters)
        self.lr, self.momentum = lr, momentum
        self.buffers = [torch.zeros_like(p.data) for p in self.parameters]

    def zero_grad(self):
        for p in self.parameters:
            if p.grad is not None:
                p.grad.zero_()

    def step(self):
        for i, p in enumerate(self.parameters):
            if p.grad is None:
                continue
            b = self.momentum * self.buffers[i] + (1 - self.momentum) * p.grad.data
            self.buffers[i] = b
            p.data = p.data - self.lr * b
""",
        ("gd", "momentum"),
        [
            ("(1 - self.momentum) * p.grad", "p.grad"),
            ("self.buffers[i] = b", "self.buffers[0] = b"),
        ],
    ),
}

OPTAX = {
    "a chain of scale_by_adam and scale": (
        """
import optax

def make_adam(lr, b1=0.9, b2=0.999, eps=1e-8):
    return optax.chain(optax.scale_by_adam(b1=b1, b2=b2, eps=eps), optax.scale(-lr))
""",
        ("adam",),
        [
            ("eps=eps", "eps=0.0, eps_root=eps"),
            ("optax.scale(-lr)", "optax.scale(lr)"),
            ("b1=b1, b2=b2", "b1=b2, b2=b1"),
        ],
    ),
    "inject_hyperparams around a chain": (
        """
import optax

@optax.inject_hyperparams
def momentum_sgd(learning_rate, momentum=0.9):
    return optax.chain(
        optax.ema(momentum, debias=False),
        optax.scale_by_learning_rate(learning_rate),
    )
""",
        ("momentum",),
        [
            ("debias=False", "debias=True"),
            ("optax.scale_by_learning_rate(learning_rate)", "optax.scale(learning_rate)"),
        ],
    ),
    "a function of trees that gives updates and state": (
        """
import jax
import jax.numpy as jnp

def init_momentum_state(params):
    return jax.tree_util.tree_map(jnp.zeros_like, params)

@jax.jit
def momentum_step(params, grads, state, lr=0.01, beta=0.9):
    state = jax.tree_util.tree_map(lambda v, g: beta * v + (1.0 - beta) * g, state, grads)
    params = jax.tree_util.tree_map(lambda p, v: p - lr * v, params, state)
    return params, state
""",
        ("momentum",),
        [("(1.0 - beta) * g", "g"), ("p - lr * v", "p + lr * v")],
    ),
}

KERAS = {
    "build, update_step and add_variable_from_reference": (
        """
import keras
from keras import ops

class MyMomentum(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.9, name="my_momentum", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.velocities = []
        for v in variables:
            self.velocities.append(
                self.add_variable_from_reference(reference_variable=v, name="velocity"))

    def update_step(self, gradient, variable, learning_rate):
        learning_rate = ops.cast(learning_rate, variable.dtype)
        gradient = ops.cast(gradient, variable.dtype)
        m = self.velocities[self._get_variable_index(variable)]
        momentum = ops.cast(self.momentum, variable.dtype)
        self.assign(m, ops.add(ops.multiply(m, momentum), ops.multiply(gradient, 1 - momentum)))
        self.assign_sub(variable, ops.multiply(m, learning_rate))

    def get_config(self):
        config = super().get_config()
        config.update({"momentum": self.momentum})
        return config
""",
        ("momentum",),
        [
            ("ops.multiply(gradient, 1 - momentum)", "gradient"),
            ("self.assign_sub(variable", "self.assign_add(variable"),
        ],
    ),
}
