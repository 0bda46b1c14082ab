"""Optimizers of frameworks as people write them, with wrong twins."""

TORCH = {
    "a subclass with state in self.state": (
        """
import torch
class MyAdam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0):
        defaults = dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
        super().__init__(params, defaults)
    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            beta1, beta2 = group['betas']
            for p in group['params']:
                if p.grad is None:
                    continue
                state = self.state[p]
                if len(state) == 0:
                    state['step'] = 0
                    state['exp_avg'] = torch.zeros_like(p)
                    state['exp_avg_sq'] = torch.zeros_like(p)
                state['step'] += 1
                m, v = state['exp_avg'], state['exp_avg_sq']
                m.mul_(beta1).add_(p.grad, alpha=1 - beta1)
                v.mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                c1, c2 = 1 - beta1 ** state['step'], 1 - beta2 ** state['step']
                denom = (v / c2).sqrt().add_(group['eps'])
                p.addcdiv_(m / c1, denom, value=-group['lr'])
""",
        ("adam",),
        [
            ("(v / c2).sqrt().add_(group['eps'])", "(v / c2 + group['eps']).sqrt()"),
            ("state['step'] += 1", "state['step'] = 1"),
            ("m.mul_(beta1).add_(p.grad, alpha=1 - beta1)", "m.mul_(beta1).add_(p.grad)"),
            ("value=-group['lr']", "value=group['lr']"),
        ],
    ),
    "a plain class on parameters, under no_grad": (
        """
import torch
class SGD:
    def __init__(self, params, lr, momentum=0.):
        self.params, self.lr, self.momentum = list(params), lr, momentum
        self.vel = [torch.zeros_like(p) for p in self.params]
    def step(self):
        for p, v in zip(self.params, self.vel):
            v.copy_(self.momentum * v + (1 - self.momentum) * p.grad)
            p -= self.lr * v
    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.zero_()
""",
        ("gd", "momentum"),
        [
            ("(1 - self.momentum) * p.grad", "p.grad"),
            ("p -= self.lr * v", "p -= self.lr * (v + p.grad)"),
        ],
    ),
    "a function of parameters that carry gradients": (
        """
import torch
def sgd(params, lr):
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad
            p.grad.zero_()
""",
        ("gd",),
        [("p -=", "p +="), ("lr * p.grad", "lr * p.grad / 10")],
    ),
    "a function of tensors": (
        """
import torch
def adam_step(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * torch.square(g)
    w = w - lr * (m / (1 - beta1**t)) / (torch.sqrt(v / (1 - beta2**t)) + eps)
    return w, m, v
""",
        ("adam",),
        [
            ("torch.square(g)", "torch.abs(g)"),
            ("torch.sqrt(v / (1 - beta2**t)) + eps", "torch.sqrt(v / (1 - beta2**t) + eps)"),
            ("- lr *", "- 0.5 * lr *"),
        ],
    ),
}

OPTAX = {
    "a factory of a transformation": (
        """
from typing import NamedTuple
import jax, jax.numpy as jnp, optax
class State(NamedTuple):
    count: jnp.ndarray
    mu: optax.Updates
    nu: optax.Updates
def my_adam(learning_rate, b1=0.9, b2=0.999, eps=1e-8):
    def init_fn(params):
        zeros = lambda: jax.tree.map(jnp.zeros_like, params)
        return State(jnp.zeros([], jnp.int32), zeros(), zeros())
    def update_fn(updates, state, params=None):
        del params
        n = optax.safe_increment(state.count)
        mu = jax.tree.map(lambda g, m: b1 * m + (1 - b1) * g, updates, state.mu)
        nu = jax.tree.map(lambda g, v: b2 * v + (1 - b2) * g * g, updates, state.nu)
        def one(m, v):
            return -learning_rate * (m / (1 - b1**n)) / (jnp.sqrt(v / (1 - b2**n)) + eps)
        return jax.tree.map(one, mu, nu), State(n, mu, nu)
    return optax.GradientTransformation(init_fn, update_fn)
""",
        ("adam",),
        [
            ("jnp.sqrt(v / (1 - b2**n)) + eps", "jnp.sqrt(v / (1 - b2**n) + eps)"),
            ("optax.safe_increment(state.count)", "1"),
            ("-learning_rate", "learning_rate"),
            ("State(n, mu, nu)", "State(n, state.mu, nu)"),
        ],
    ),
    "a chain of transformations": (
        """
import optax
def momentum(learning_rate, decay=0.9):
    return optax.chain(optax.ema(decay, debias=False), optax.scale(-learning_rate))
""",
        ("momentum",),
        [("optax.scale(-learning_rate)", "optax.scale(-learning_rate), optax.ema(0.5)")],
    ),
    "a chain with a telling argument": (
        """
import optax
def sgd_with_momentum(learning_rate, momentum=0.9):
    return optax.chain(optax.ema(momentum, debias=False), optax.scale(-learning_rate))
""",
        ("momentum",),
        [
            ("debias=False", "debias=True"),
            ("scale(-", "scale("),
            ("optax.ema(momentum, debias=False)", "optax.trace(momentum)"),
        ],
    ),
    "JAX functions over trees": (
        """
import jax, jax.numpy as jnp
def init_adam(params):
    z = jax.tree.map(jnp.zeros_like, params)
    return {"m": z, "v": z, "t": 0}
@jax.jit
def adam_update(params, grads, state, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state["t"] + 1
    m = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, state["m"], grads)
    v = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g**2, state["v"], grads)
    def one(p, m, v):
        return p - lr * (m / (1 - beta1**t)) / (jnp.sqrt(v / (1 - beta2**t)) + eps)
    return jax.tree.map(one, params, m, v), {"m": m, "v": v, "t": t}
""",
        ("adam",),
        [
            ("jnp.sqrt(v / (1 - beta2**t)) + eps", "jnp.sqrt(v / (1 - beta2**t) + eps)"),
            ('state["t"] + 1', '1 + 0 * state["t"]'),
            ("(1 - beta2) * g**2", "(1 - beta2) * g**2 + 1e-9"),
        ],
    ),
}

KERAS = {
    "a subclass": (
        """
import keras
from keras import ops
class MyMomentum(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.9, name="mine", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.momentum = momentum
    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.v = [self.add_variable_from_reference(v, "velocity") for v in variables]
    def update_step(self, gradient, variable, learning_rate):
        v = self.v[self._get_variable_index(variable)]
        self.assign(v, self.momentum * v + (1 - self.momentum) * gradient)
        self.assign_sub(variable, learning_rate * v)
""",
        ("momentum",),
        [
            ("(1 - self.momentum) * gradient", "gradient"),
            ("learning_rate * v", "learning_rate * (v + gradient)"),
        ],
    ),
}
TENSORFLOW = {
    "a class with apply_gradients on variables": (
        """
import tensorflow as tf
class Adam:
    def __init__(self, learning_rate=1e-3, beta_1=0.9, beta_2=0.999, ep=1e-7):
        self.learning_rate, self.beta_1, self.beta_2, self.ep = learning_rate, beta_1, beta_2, ep
        self.t, self.m, self.v, self.built = 1., [], [], False
    def apply_gradients(self, grads, vars):
        if not self.built:
            for var in vars:
                self.m.append(tf.Variable(tf.zeros_like(var)))
                self.v.append(tf.Variable(tf.zeros_like(var)))
            self.built = True
        for i, (g, var) in enumerate(zip(grads, vars)):
            self.m[i].assign(self.beta_1 * self.m[i] + (1 - self.beta_1) * g)
            self.v[i].assign(self.beta_2 * self.v[i] + (1 - self.beta_2) * g**2)
            m_hat = self.m[i] / (1 - self.beta_1**self.t)
            v_hat = self.v[i] / (1 - self.beta_2**self.t)
            var.assign_sub(self.learning_rate * m_hat / (tf.sqrt(v_hat) + self.ep))
        self.t += 1.
""",
        ("adam",),
        [
            ("tf.sqrt(v_hat) + self.ep", "tf.sqrt(v_hat + self.ep)"),
            ("self.t += 1.", "self.t += 0."),
        ],
    ),
}
TINYGRAD = {
    "a subclass": (
        """
from tinygrad import Tensor
from tinygrad.nn.optim import Optimizer
class MySGD(Optimizer):
    def __init__(self, params, lr=0.01):
        super().__init__(params, lr)
    def _step(self, params, grads):
        return [self.lr * g for g in grads], []
""",
        ("gd",),
        [("self.lr * g for", "-self.lr * g for"), ("self.lr * g for", "self.lr * g * g for")],
    ),
}
