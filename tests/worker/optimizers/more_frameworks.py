"""More optimizers of frameworks as people write them, with wrong twins."""

# ruff: noqa: E501 (lines as long as people write them)

TORCH = {
    "t in the state, from 1, decoupled decay that is set off": (
        """
import math
import torch
class AdamW(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        if lr < 0:
            raise ValueError(f"Invalid learning rate: {lr}")
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, defaults)

    def step(self, closure=None):
        loss = None if closure is None else closure()
        for group in self.param_groups:
            lr = group["lr"]; b1, b2 = group["betas"]; eps = group["eps"]; wd = group["weight_decay"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                t = state.get("t", 1)
                m = state.get("m", torch.zeros_like(p.data))
                v = state.get("v", torch.zeros_like(p.data))
                g = p.grad.data
                m = b1 * m + (1 - b1) * g
                v = b2 * v + (1 - b2) * g ** 2
                mh = m / (1 - b1 ** t)
                vh = v / (1 - b2 ** t)
                p.data -= lr * mh / (torch.sqrt(vh) + eps)
                p.data -= lr * wd * p.data
                state["t"] = t + 1
                state["m"] = m
                state["v"] = v
        return loss
""",
        ("adam",),
        [("t + 1", "1"), ("g ** 2", "g")],
    ),
    "plain SGD class on a generator of parameters, zero_grad": (
        """
import torch
class SGD:
    def __init__(self, params, lr=0.01, momentum=0.0):
        self.params = list(params)
        self.lr = lr
        self.momentum = momentum
        self.velocities = [torch.zeros_like(p) for p in self.params]
    @torch.no_grad()
    def step(self):
        for i, p in enumerate(self.params):
            if p.grad is None:
                continue
            self.velocities[i] = self.momentum * self.velocities[i] + (1 - self.momentum) * p.grad
            p -= self.lr * self.velocities[i]
    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.zero_()
""",
        ("gd", "momentum"),
        [("(1 - self.momentum) * p.grad", "p.grad")],
    ),
    "functional with lists of exp_avgs": (
        """
import torch
def adam(params, grads, exp_avgs, exp_avg_sqs, step, lr, beta1, beta2, eps):
    for i, param in enumerate(params):
        grad = grads[i]
        exp_avgs[i].mul_(beta1).add_(grad, alpha=1 - beta1)
        exp_avg_sqs[i].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        denom = (exp_avg_sqs[i].sqrt() / (1 - beta2 ** step) ** 0.5).add_(eps)
        param.addcdiv_(exp_avgs[i], denom, value=-lr / (1 - beta1 ** step))
""",
        ("adam",),
        [("/ (1 - beta2 ** step) ** 0.5", "")],
    ),
    "a subclass built on super().__init__ with dict and foreach": (
        """
import torch
from torch.optim import Optimizer
class MyMomentum(Optimizer):
    def __init__(self, params, lr=1e-2, momentum=0.9):
        super().__init__(params, dict(lr=lr, momentum=momentum))
    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            ps = [p for p in group["params"] if p.grad is not None]
            gs = [p.grad for p in ps]
            bufs = []
            for p in ps:
                st = self.state[p]
                if "buf" not in st:
                    st["buf"] = torch.zeros_like(p)
                bufs.append(st["buf"])
            torch._foreach_mul_(bufs, group["momentum"])
            torch._foreach_add_(bufs, gs, alpha=1 - group["momentum"])
            torch._foreach_add_(ps, bufs, alpha=-group["lr"])
        return loss
""",
        ("momentum",),
        [("alpha=-group", "alpha=group"), ('alpha=1 - group["momentum"]', "alpha=1")],
    ),
    "a step by a sum of losses: the batch's size is 1": (
        """
import torch
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()
""",
        ("gd",),
        [("-= lr", "+= lr")],
    ),
    "net in the constructor, named_parameters": (
        """
import torch
class Adam:
    def __init__(self, model, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        self.model = model
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m = {n: torch.zeros_like(p) for n, p in model.named_parameters()}
        self.v = {n: torch.zeros_like(p) for n, p in model.named_parameters()}
        self.t = 0
    def step(self):
        self.t += 1
        with torch.no_grad():
            for n, p in self.model.named_parameters():
                self.m[n] = self.beta1 * self.m[n] + (1 - self.beta1) * p.grad
                self.v[n] = self.beta2 * self.v[n] + (1 - self.beta2) * p.grad.pow(2)
                mh = self.m[n] / (1 - self.beta1 ** self.t)
                vh = self.v[n] / (1 - self.beta2 ** self.t)
                p.sub_(self.lr * mh / (vh.sqrt() + self.eps))
""",
        ("adam",),
        [("self.t += 1", "self.t = 1")],
    ),
}
OPTAX = {
    "scale_by with NamedTuple state and a chain, tree.map": (
        """
from typing import NamedTuple
import jax, jax.numpy as jnp, optax
class ScaleByMyAdamState(NamedTuple):
    count: jnp.ndarray
    mu: optax.Updates
    nu: optax.Updates
def scale_by_my_adam(b1=0.9, b2=0.999, eps=1e-8):
    def init_fn(params):
        return ScaleByMyAdamState(jnp.zeros([], jnp.int32), jax.tree.map(jnp.zeros_like, params), jax.tree.map(jnp.zeros_like, params))
    def update_fn(updates, state, params=None):
        del params
        mu = jax.tree.map(lambda g, m: b1 * m + (1 - b1) * g, updates, state.mu)
        nu = jax.tree.map(lambda g, v: b2 * v + (1 - b2) * g ** 2, updates, state.nu)
        count = optax.safe_increment(state.count)
        mh = jax.tree.map(lambda m: m / (1 - b1 ** count), mu)
        vh = jax.tree.map(lambda v: v / (1 - b2 ** count), nu)
        return jax.tree.map(lambda m, v: m / (jnp.sqrt(v) + eps), mh, vh), ScaleByMyAdamState(count, mu, nu)
    return optax.GradientTransformation(init_fn, update_fn)
def my_adam(learning_rate, b1=0.9, b2=0.999, eps=1e-8):
    return optax.chain(scale_by_my_adam(b1, b2, eps), optax.scale_by_learning_rate(learning_rate))
""",
        ("adam",),
        [("b2 ** count", "b2")],
    ),
    "jit with static, params list, momentum": (
        """
import jax, jax.numpy as jnp
@jax.jit
def momentum_update(params, grads, velocity, lr=0.01, beta=0.9):
    velocity = jax.tree_util.tree_map(lambda v, g: beta * v + (1 - beta) * g, velocity, grads)
    params = jax.tree_util.tree_map(lambda p, v: p - lr * v, params, velocity)
    return params, velocity
""",
        ("momentum",),
        [("(1 - beta) * g", "g")],
    ),
    "equinox-like dataclass pytree state": (
        """
import jax, jax.numpy as jnp
from typing import NamedTuple, Any
class OptState(NamedTuple):
    step: Any
    m: Any
    v: Any
def init(params):
    z = jax.tree.map(jnp.zeros_like, params)
    return OptState(jnp.array(0), z, z)
def adam_update(params, grads, opt_state, lr=1e-3, b1=0.9, b2=0.999, eps=1e-8):
    t = opt_state.step + 1
    m = jax.tree.map(lambda m, g: b1*m + (1-b1)*g, opt_state.m, grads)
    v = jax.tree.map(lambda v, g: b2*v + (1-b2)*g*g, opt_state.v, grads)
    new = jax.tree.map(lambda p, m, v: p - lr*(m/(1-b1**t))/(jnp.sqrt(v/(1-b2**t))+eps), params, m, v)
    return new, OptState(t, m, v)
""",
        ("adam",),
        [("opt_state.step + 1", "opt_state.step + 2")],
    ),
    "class with jitted static method": (
        """
import jax, jax.numpy as jnp
from functools import partial
class Adam:
    def __init__(self, lr=1e-3, b1=0.9, b2=0.999, eps=1e-8):
        self.lr, self.b1, self.b2, self.eps = lr, b1, b2, eps
    def init(self, params):
        z = jax.tree.map(jnp.zeros_like, params)
        return {"m": z, "v": z, "t": 0}
    def update(self, params, grads, state):
        t = state["t"] + 1
        m = jax.tree.map(lambda m, g: self.b1*m + (1-self.b1)*g, state["m"], grads)
        v = jax.tree.map(lambda v, g: self.b2*v + (1-self.b2)*g*g, state["v"], grads)
        params = jax.tree.map(lambda p, m, v: p - self.lr*(m/(1-self.b1**t))/(jnp.sqrt(v/(1-self.b2**t))+self.eps), params, m, v)
        return params, {"m": m, "v": v, "t": t}
""",
        ("adam",),
        [('state["t"] + 1', "1")],
    ),
}
KERAS = {
    "keras subclass momentum with slots dict": (
        """
import keras
from keras import ops
class MyMomentum(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, beta=0.9, name="my_momentum", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.beta = beta
    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.velocities = [self.add_variable_from_reference(v, name="velocity") for v in variables]
    def update_step(self, gradient, variable, learning_rate):
        lr = ops.cast(learning_rate, variable.dtype)
        g = ops.cast(gradient, variable.dtype)
        v = self.velocities[self._get_variable_index(variable)]
        self.assign(v, self.beta * v + (1 - self.beta) * g)
        self.assign_sub(variable, lr * v)
    def get_config(self):
        return {**super().get_config(), "beta": self.beta}
""",
        ("momentum",),
        [("(1 - self.beta) * g", "g")],
    ),
}
TINYGRAD = {
    "a tinygrad subclass": (
        """
from tinygrad import Tensor
from tinygrad.nn.optim import Optimizer
class MySGD(Optimizer):
    def __init__(self, params, lr=0.001):
        super().__init__(params, lr)
    def _step(self, params, grads):
        return [(self.lr * g) for g in grads], []
""",
        ("gd",),
        [("self.lr * g", "self.lr * g * 2")],
    ),
    "tinygrad plain class": (
        """
from tinygrad import Tensor
class Momentum:
    def __init__(self, params, lr=0.01, beta=0.9):
        self.params, self.lr, self.beta = params, lr, beta
        self.v = [Tensor.zeros(*p.shape, dtype=p.dtype).contiguous() for p in params]
    def step(self):
        for i, p in enumerate(self.params):
            self.v[i] = (self.beta * self.v[i] + (1 - self.beta) * p.grad).realize()
            p.assign(p.detach() - self.lr * self.v[i]).realize()
""",
        ("momentum",),
        [("(1 - self.beta) * p.grad", "p.grad")],
    ),
}
