"""More classes as people write them, with wrong twins."""

# ruff: noqa: E501 (lines as long as people write them)

FORMS = {
    "two classes of one array, w and grad_wrt_w": (
        """
class StochasticGradientDescent():
    def __init__(self, learning_rate=0.01, momentum=0):
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.w_updt = None

    def update(self, w, grad_wrt_w):
        if self.w_updt is None:
            self.w_updt = np.zeros(np.shape(w))
        self.w_updt = self.momentum * self.w_updt + (1 - self.momentum) * grad_wrt_w
        return w - self.learning_rate * self.w_updt

class Adam():
    def __init__(self, learning_rate=0.001, b1=0.9, b2=0.999):
        self.learning_rate = learning_rate
        self.eps = 1e-8
        self.m = None
        self.v = None
        self.i = 0
        self.b1 = b1
        self.b2 = b2

    def update(self, w, grad_wrt_w):
        if self.m is None:
            self.m = np.zeros(np.shape(grad_wrt_w))
            self.v = np.zeros(np.shape(grad_wrt_w))
        self.i += 1
        self.m = self.b1 * self.m + (1 - self.b1) * grad_wrt_w
        self.v = self.b2 * self.v + (1 - self.b2) * np.power(grad_wrt_w, 2)
        m_hat = self.m / (1 - self.b1**self.i)
        v_hat = self.v / (1 - self.b2**self.i)
        self.w_updt = self.learning_rate * m_hat / (np.sqrt(v_hat) + self.eps)
        return w - self.w_updt
""",
        ("adam", "gd", "momentum"),
        [
            ("(1 - self.b1**self.i)", "(1 - self.b1)"),
            ("(1 - self.momentum) * grad_wrt_w", "grad_wrt_w"),
        ],
    ),
    "called with a name, settings and state in dicts of the instance": (
        """
from copy import deepcopy
from abc import ABC, abstractmethod
from numpy.linalg import norm

class ConstantScheduler:
    def __init__(self, lr=0.01):
        self.lr = lr
    def __call__(self, step=None, cur_loss=None):
        return self.lr

class OptimizerBase(ABC):
    def __init__(self, lr, scheduler=None):
        self.cache = {}
        self.cur_step = 0
        self.hyperparameters = {}
        self.lr_scheduler = scheduler or ConstantScheduler(lr)

    def __call__(self, param, param_grad, param_name, cur_loss=None):
        return self.update(param, param_grad, param_name, cur_loss)

    def step(self):
        self.cur_step += 1

    def reset_step(self):
        self.cur_step = 0

    def copy(self):
        return deepcopy(self)

    @abstractmethod
    def update(self, param, param_grad, param_name, cur_loss=None):
        raise NotImplementedError

class Adam(OptimizerBase):
    def __init__(self, lr=0.001, decay1=0.9, decay2=0.999, eps=1e-7, clip_norm=None, lr_scheduler=None, **kwargs):
        super().__init__(lr, lr_scheduler)
        self.hyperparameters = {
            "id": "Adam", "lr": lr, "eps": eps, "decay1": decay1, "decay2": decay2,
            "clip_norm": clip_norm, "lr_scheduler": str(self.lr_scheduler),
        }

    def update(self, param, param_grad, param_name, cur_loss=None):
        C = self.cache
        H = self.hyperparameters
        d1, d2 = H["decay1"], H["decay2"]
        eps, clip_norm = H["eps"], H["clip_norm"]
        lr = self.lr_scheduler(self.cur_step, cur_loss)
        if param_name not in C:
            C[param_name] = {
                "t": 0,
                "mean": np.zeros_like(param_grad),
                "var": np.zeros_like(param_grad),
            }
        t = np.inf if clip_norm is None else clip_norm
        if norm(param_grad) > t:
            param_grad = param_grad * t / norm(param_grad)
        t = C[param_name]["t"] + 1
        var = C[param_name]["var"]
        mean = C[param_name]["mean"]
        C[param_name]["t"] = t
        C[param_name]["var"] = d2 * var + (1 - d2) * param_grad ** 2
        C[param_name]["mean"] = d1 * mean + (1 - d1) * param_grad
        self.cache = C
        v_hat = C[param_name]["var"] / (1 - d2 ** t)
        m_hat = C[param_name]["mean"] / (1 - d1 ** t)
        update = lr * m_hat / (np.sqrt(v_hat) + eps)
        return param - update
""",
        ("adam",),
        [("(1 - d2 ** t)", "(1 - d1 ** t)"), ('C[param_name]["t"] + 1', 'C[param_name]["t"] + 2')],
    ),
    "a loop over net.params_and_grads()": (
        """
class Optimizer:
    def step(self, net) -> None:
        raise NotImplementedError

class SGD(Optimizer):
    def __init__(self, lr: float = 0.01) -> None:
        self.lr = lr

    def step(self, net) -> None:
        for param, grad in net.params_and_grads():
            param -= self.lr * grad
""",
        ("gd",),
        [("-= self.lr", "-= 2 * self.lr"), ("param -=", "param +=")],
    ),
    "a layer that holds others, zipped params() and grads()": (
        """
from typing import List
Tensor = list

def shape(tensor):
    sizes = []
    while isinstance(tensor, list):
        sizes.append(len(tensor))
        tensor = tensor[0]
    return sizes

def is_1d(tensor):
    return not isinstance(tensor[0], list)

def tensor_apply(f, tensor):
    if is_1d(tensor):
        return [f(x) for x in tensor]
    else:
        return [tensor_apply(f, tensor_i) for tensor_i in tensor]

def zeros_like(tensor):
    return tensor_apply(lambda _: 0.0, tensor)

def tensor_combine(f, t1, t2):
    if is_1d(t1):
        return [f(x, y) for x, y in zip(t1, t2)]
    else:
        return [tensor_combine(f, t1_i, t2_i) for t1_i, t2_i in zip(t1, t2)]

class Optimizer:
    def step(self, layer) -> None:
        raise NotImplementedError

class GradientDescent(Optimizer):
    def __init__(self, learning_rate: float = 0.1) -> None:
        self.lr = learning_rate

    def step(self, layer) -> None:
        for param, grad in zip(layer.params(), layer.grads()):
            param[:] = tensor_combine(
                lambda param, grad: param - grad * self.lr, param, grad)

class Momentum(Optimizer):
    def __init__(self, learning_rate: float, momentum: float = 0.9) -> None:
        self.lr = learning_rate
        self.mo = momentum
        self.updates: List[Tensor] = []

    def step(self, layer) -> None:
        if not self.updates:
            self.updates = [zeros_like(grad) for grad in layer.grads()]
        for update, param, grad in zip(self.updates, layer.params(), layer.grads()):
            update[:] = tensor_combine(
                lambda u, g: self.mo * u + (1 - self.mo) * g, update, grad)
            param[:] = tensor_combine(
                lambda p, u: p - self.lr * u, param, update)
""",
        ("momentum", "gd"),
        [
            ("self.mo * u + (1 - self.mo) * g", "self.mo * u + g"),
            ("param - grad * self.lr", "param + grad * self.lr"),
        ],
    ),
    "groups of parameters, as torch has them, in NumPy": (
        """
from collections import defaultdict
class Optimizer:
    def __init__(self, params, defaults):
        self.defaults = defaults
        self.state = defaultdict(dict)
        self.param_groups = []
        params = list(params)
        if not isinstance(params[0], dict):
            params = [{"params": params}]
        for g in params:
            group = dict(defaults)
            group.update(g)
            self.param_groups.append(group)
    def zero_grad(self):
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None
    def step(self):
        raise NotImplementedError

class Adam(Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0):
        defaults = dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
        super().__init__(params, defaults)

    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                grad = p.grad
                if group["weight_decay"] != 0:
                    grad = grad + group["weight_decay"] * p.data
                state = self.state[id(p)]
                if len(state) == 0:
                    state["step"] = 0
                    state["exp_avg"] = np.zeros_like(p.data)
                    state["exp_avg_sq"] = np.zeros_like(p.data)
                state["step"] += 1
                state["exp_avg"] = state["exp_avg"] * beta1 + grad * (1 - beta1)
                state["exp_avg_sq"] = state["exp_avg_sq"] * beta2 + grad * grad * (1 - beta2)
                bc1 = 1 - beta1 ** state["step"]
                bc2 = 1 - beta2 ** state["step"]
                denom = np.sqrt(state["exp_avg_sq"]) / np.sqrt(bc2) + group["eps"]
                p.data -= (group["lr"] / bc1) * (state["exp_avg"] / denom)
""",
        ("adam",),
        [("/ np.sqrt(bc2) + group", "+ group"), ('state["step"] += 1', 'state["step"] = 1')],
    ),
    "a net that is set from outside, a rule with keywords": (
        """
class Optimizer(object):
    def __init__(self, lr: float = 0.01):
        self.lr = lr

    def step(self) -> None:
        for (param, param_grad) in zip(self.net.params(), self.net.param_grads()):
            self._update_rule(param=param, grad=param_grad)

    def _update_rule(self, **kwargs) -> None:
        raise NotImplementedError()

class SGD(Optimizer):
    def __init__(self, lr: float = 0.01) -> None:
        super().__init__(lr)

    def _update_rule(self, **kwargs) -> None:
        update = self.lr * kwargs['grad']
        kwargs['param'] -= update
""",
        ("gd",),
        [("-= update", "+= update")],
    ),
    "a net that is set from outside, velocities made at the first step": (
        """
class SGDMomentum(object):
    def __init__(self, lr: float = 0.01, momentum: float = 0.9) -> None:
        self.lr = lr
        self.momentum = momentum
        self.first = True

    def step(self) -> None:
        if self.first:
            self.velocities = [np.zeros_like(param) for param in self.net.params()]
            self.first = False
        for (param, param_grad, velocity) in zip(self.net.params(), self.net.param_grads(), self.velocities):
            self._update_rule(param=param, grad=param_grad, velocity=velocity)

    def _update_rule(self, **kwargs) -> None:
        kwargs['velocity'] *= self.momentum
        kwargs['velocity'] += (1 - self.momentum) * kwargs['grad']
        kwargs['param'] -= self.lr * kwargs['velocity']
""",
        ("momentum",),
        [("+= (1 - self.momentum) * kwargs", "+= kwargs"), ("*= self.momentum", "*= 1")],
    ),
    "state under the tensor itself, of its own class": (
        """
class Tensor:
    def __init__(self, array, requires_grad=True):
        self.data = np.asarray(array)
        self.grad = None
        self.requires_grad = requires_grad

class Parameter(Tensor):
    pass

class SGD:
    def __init__(self, params, lr=0.01, momentum=0.0, weight_decay=0.0):
        self.params = params
        self.lr = lr
        self.momentum = momentum
        self.u = {}
        self.weight_decay = weight_decay

    def step(self):
        for p in self.params:
            grad = p.grad.data + self.weight_decay * p.data
            self.u[p] = self.momentum * self.u.get(p, 0) + (1 - self.momentum) * grad
            p.data = p.data - self.lr * self.u[p]

    def reset_grad(self):
        for p in self.params:
            p.grad = None
""",
        ("gd", "momentum"),
        [("(1 - self.momentum) * grad", "grad")],
    ),
    "the value carries its derivative": (
        """
class Optimizer:
    def __init__(self, parameters):
        self.parameters = parameters

class SGD(Optimizer):
    def __init__(self, parameters, lr=1.0):
        super().__init__(parameters)
        self.lr = lr

    def zero_grad(self):
        for p in self.parameters:
            if p.value is None:
                continue
            if hasattr(p.value, "derivative"):
                if p.value.derivative is not None:
                    p.value.derivative = None

    def step(self):
        for p in self.parameters:
            if p.value is None:
                continue
            if hasattr(p.value, "derivative"):
                if p.value.derivative is not None:
                    p.update(p.value - self.lr * p.value.derivative)
""",
        ("gd",),
        [("p.value - self", "p.value + self")],
    ),
    "one method for the weights, one for the bias": (
        """
class Adam:
    def __init__(self, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.learning_rate = learning_rate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.m_w = self.v_w = self.m_b = self.v_b = 0
        self.t = 0

    def update_weights(self, w, dw):
        self.t += 1
        self.m_w = self.beta1 * self.m_w + (1 - self.beta1) * dw
        self.v_w = self.beta2 * self.v_w + (1 - self.beta2) * dw**2
        m_hat = self.m_w / (1 - self.beta1**self.t)
        v_hat = self.v_w / (1 - self.beta2**self.t)
        return w - self.learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon)

    def update_bias(self, b, db):
        self.m_b = self.beta1 * self.m_b + (1 - self.beta1) * db
        self.v_b = self.beta2 * self.v_b + (1 - self.beta2) * db**2
        m_hat = self.m_b / (1 - self.beta1**self.t)
        v_hat = self.v_b / (1 - self.beta2**self.t)
        return b - self.learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon)
""",
        ("adam",),
        [
            ("self.m_b / (1 - self.beta1**self.t)", "self.m_b"),
            ("self.v_w / (1 - self.beta2**self.t)", "self.v_w"),
        ],
    ),
    "initialize(params) before update(params, grads)": (
        """
class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps

    def initialize(self, params):
        self.m = {k: np.zeros_like(p) for k, p in params.items()}
        self.v = {k: np.zeros_like(p) for k, p in params.items()}
        self.t = 0

    def update(self, params, grads):
        self.t += 1
        for k in params:
            self.m[k] = self.beta1 * self.m[k] + (1 - self.beta1) * grads[k]
            self.v[k] = self.beta2 * self.v[k] + (1 - self.beta2) * grads[k] ** 2
            mh = self.m[k] / (1 - self.beta1 ** self.t)
            vh = self.v[k] / (1 - self.beta2 ** self.t)
            params[k] = params[k] - self.lr * mh / (np.sqrt(vh) + self.eps)
        return params
""",
        ("adam",),
        [("self.t += 1", "self.t += 0.5"), ("* mh /", "* self.m[k] /")],
    ),
    "made with theta0, step(grad) gives it back": (
        """
class AdamOptimizer:
    def __init__(self, theta0, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.theta = np.array(theta0, dtype=float)
        self.alpha, self.beta1, self.beta2, self.eps = alpha, beta1, beta2, eps
        self.m = np.zeros_like(self.theta)
        self.v = np.zeros_like(self.theta)
        self.t = 0

    def step(self, grad):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * grad
        self.v = self.beta2 * self.v + (1 - self.beta2) * (grad * grad)
        m_hat = self.m / (1 - self.beta1 ** self.t)
        v_hat = self.v / (1 - self.beta2 ** self.t)
        self.theta = self.theta - self.alpha * m_hat / (np.sqrt(v_hat) + self.eps)
        return self.theta
""",
        ("adam",),
        [("np.sqrt(v_hat) + self.eps", "np.sqrt(v_hat + self.eps)"), ("(grad * grad)", "grad")],
    ),
    "loops over rows and columns, keyed by a name": (
        """
class SGDMomentum:
    def __init__(self, lr=0.01, beta=0.9):
        self.lr = lr
        self.beta = beta
        self.velocity = {}

    def update(self, name, W, dW):
        rows, cols = W.shape
        if name not in self.velocity:
            self.velocity[name] = [[0.0] * cols for _ in range(rows)]
        v = self.velocity[name]
        for i in range(rows):
            for j in range(cols):
                v[i][j] = self.beta * v[i][j] + (1 - self.beta) * dW[i][j]
                W[i][j] = W[i][j] - self.lr * v[i][j]
        return W
""",
        ("momentum",),
        [("range(cols):", "range(cols - 1):"), ("W[i][j] - self", "W[i][j] + self")],
    ),
    "apply_gradients over a rule for one array": (
        """
class Optimizer:
    def __init__(self):
        self.state = {}

    def apply_gradients(self, gradients, parameters):
        out = {}
        for k, g in gradients.items():
            if k not in self.state:
                self.state[k] = {}
                self.init_single(parameters[k], self.state[k])
            out[k] = self.apply_single(g, parameters[k], self.state[k])
        return out

class SGD(Optimizer):
    def __init__(self, learning_rate, momentum=0.0, dampening=0.0):
        super().__init__()
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.dampening = dampening

    def init_single(self, parameter, state):
        state["v"] = np.zeros_like(parameter)

    def apply_single(self, gradient, parameter, state):
        if self.momentum <= 0:
            return parameter - self.learning_rate * gradient
        v = self.momentum * state["v"]
        v = v + (1 - self.momentum) * gradient
        state["v"] = v
        return parameter - self.learning_rate * v
""",
        ("gd", "momentum"),
        [("v + (1 - self.momentum) * gradient", "v + gradient")],
    ),
    "called with name, value and gradient": (
        """
class MomentumSGD(object):
    def __init__(self, lr=0.01, rho=0.9):
        self.lr, self.rho = lr, rho
        self.velocities = {}

    def __call__(self, name, value, gradient):
        v = self.velocities.get(name)
        if v is None:
            v = np.zeros_like(value)
        v = self.rho * v + (1 - self.rho) * gradient
        self.velocities[name] = v
        value -= self.lr * v
        return value
""",
        ("momentum",),
        [("(1 - self.rho) * gradient", "self.rho * gradient"), ("value -=", "value +=")],
    ),
    "parameters and gradients one by one, starred": (
        """
class Adam:
    def __init__(self, *params, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        self.params = params
        self.lr, self.b1, self.b2, self.eps = lr, beta1, beta2, eps
        self.m = [np.zeros_like(p) for p in params]
        self.v = [np.zeros_like(p) for p in params]
        self.t = 0

    def step(self, *grads):
        self.t += 1
        for p, g, m, v in zip(self.params, grads, self.m, self.v):
            m[...] = self.b1 * m + (1 - self.b1) * g
            v[...] = self.b2 * v + (1 - self.b2) * g**2
            p -= self.lr * (m / (1 - self.b1**self.t)) / (np.sqrt(v / (1 - self.b2**self.t)) + self.eps)
""",
        ("adam",),
        [("self.t += 1", "self.t = 1")],
    ),
    "a gradient by a name of its own": (
        """
class Adam:
    def __init__(self, stepsize, beta1=0.9, beta2=0.999, epsilon=1e-08):
        self.stepsize = stepsize
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.t = 0
        self.m = None
        self.v = None

    def update(self, theta, globalg):
        if self.m is None:
            self.m = np.zeros_like(theta)
            self.v = np.zeros_like(theta)
        self.t += 1
        step = self._compute_step(globalg)
        return theta + step

    def _compute_step(self, globalg):
        self.m = self.beta1 * self.m + (1 - self.beta1) * globalg
        self.v = self.beta2 * self.v + (1 - self.beta2) * (globalg * globalg)
        mhat = self.m / (1 - self.beta1 ** self.t)
        vhat = self.v / (1 - self.beta2 ** self.t)
        return -self.stepsize * mhat / (np.sqrt(vhat) + self.epsilon)
""",
        ("adam",),
        [("return -self", "return self"), ("(globalg * globalg)", "globalg")],
    ),
    "a learning rate by a word of another language": (
        """
class Adam:
    def __init__(self, taux=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.taux, self.beta1, self.beta2, self.eps = taux, beta1, beta2, eps
        self.m, self.v, self.t = {}, {}, 0

    def update(self, params, grads):
        self.t += 1
        for k in params:
            self.m[k] = self.beta1 * self.m.get(k, 0) + (1 - self.beta1) * grads[k]
            self.v[k] = self.beta2 * self.v.get(k, 0) + (1 - self.beta2) * grads[k] ** 2
            mh = self.m[k] / (1 - self.beta1 ** self.t)
            vh = self.v[k] / (1 - self.beta2 ** self.t)
            params[k] -= self.taux * mh / (np.sqrt(vh) + self.eps)
""",
        ("adam",),
        [("self.t += 1", "self.t = 2")],
    ),
    "one class for several methods, by a string": (
        """
class Optimizer:
    def __init__(self, method="adam", lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.method = method
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m, self.v, self.t = {}, {}, 0

    def update(self, params, grads):
        self.t += 1
        for k in params:
            if self.method == "sgd":
                params[k] -= self.lr * grads[k]
            elif self.method == "adam":
                self.m[k] = self.beta1 * self.m.get(k, 0) + (1 - self.beta1) * grads[k]
                self.v[k] = self.beta2 * self.v.get(k, 0) + (1 - self.beta2) * grads[k] ** 2
                mh = self.m[k] / (1 - self.beta1 ** self.t)
                vh = self.v[k] / (1 - self.beta2 ** self.t)
                params[k] -= self.lr * mh / (np.sqrt(vh) + self.eps)
""",
        ("adam",),
        [("self.t += 1", "self.t = 2")],
    ),
    "get_weights and set_weights of a layer": (
        """
class SGD:
    def __init__(self, lr=0.01):
        self.lr = lr
    def update(self, layer):
        w = layer.get_weights()
        g = layer.get_gradients()
        layer.set_weights([a - self.lr * b for a, b in zip(w, g)])
""",
        ("gd",),
        [("a - self", "a + self")],
    ),
    "the rate as a property, moments by differences": (
        """
class Adam:
    def __init__(self, params, lr=1e-3, b1=0.9, b2=0.999, eps=1e-8):
        self._params = params
        self._lr, self.b1, self.b2, self.eps = lr, b1, b2, eps
        self._m = {k: 0.0 for k in params}
        self._v = {k: 0.0 for k in params}
        self._t = 0

    @property
    def lr(self):
        return self._lr

    def apply_gradients(self, grads):
        self._t += 1
        lr_t = self.lr
        for k, g in grads.items():
            self._m[k] += (1 - self.b1) * (g - self._m[k])
            self._v[k] += (1 - self.b2) * (g * g - self._v[k])
            self._params[k] -= lr_t * (self._m[k] / (1 - self.b1 ** self._t)) / (
                np.sqrt(self._v[k] / (1 - self.b2 ** self._t)) + self.eps)
""",
        ("adam",),
        [("self._t += 1", "self._t = 1"), ("(g * g - self._v[k])", "(g - self._v[k])")],
    ),
    "a decay that is off, called before and after": (
        """
class SGD:
    def __init__(self, learning_rate=1.0, decay=0.0, momentum=0.0):
        self.learning_rate = learning_rate
        self.current_learning_rate = learning_rate
        self.decay = decay
        self.iterations = 0
        self.momentum = momentum
        self.velocity = {}

    def pre_update_params(self):
        if self.decay:
            self.current_learning_rate = self.learning_rate * (1.0 / (1.0 + self.decay * self.iterations))

    def update_params(self, params, grads):
        for name in params:
            v = self.velocity.setdefault(name, np.zeros_like(params[name]))
            v[:] = self.momentum * v + (1 - self.momentum) * grads[name]
            params[name] -= self.current_learning_rate * v

    def post_update_params(self):
        self.iterations += 1
""",
        ("gd", "momentum"),
        [("(1 - self.momentum) * grads", "grads")],
    ),
    "minimize(params, grads), settings from keywords": (
        """
class AdamOptimizer(object):
    def __init__(self, **kwargs):
        self.learning_rate = kwargs.get('learning_rate', 0.001)
        self.beta_1 = kwargs.get('beta_1', 0.9)
        self.beta_2 = kwargs.get('beta_2', 0.999)
        self.epsilon = kwargs.get('epsilon', 1e-8)
        self.iteration = 0
        self.m = None

    def minimize(self, params, grads):
        if self.m is None:
            self.m = [np.zeros(p.shape) for p in params]
            self.v = [np.zeros(p.shape) for p in params]
        self.iteration += 1
        for i, (p, g) in enumerate(zip(params, grads)):
            self.m[i] = self.beta_1 * self.m[i] + (1 - self.beta_1) * g
            self.v[i] = self.beta_2 * self.v[i] + (1 - self.beta_2) * g ** 2
            mhat = self.m[i] / (1 - self.beta_1 ** self.iteration)
            vhat = self.v[i] / (1 - self.beta_2 ** self.iteration)
            p -= self.learning_rate * mhat / (np.sqrt(vhat) + self.epsilon)
""",
        ("adam",),
        [("** self.iteration)\n            vhat", ")\n            vhat"), ("p -=", "p = p -")],
    ),
    "layer sets itself up, attributes by getattr": (
        """
class Adam:
    def __init__(self, lr=0.001, b1=0.9, b2=0.999, eps=1e-8):
        self.lr, self.b1, self.b2, self.eps = lr, b1, b2, eps
        self.t = 0

    def pre_update(self):
        self.t += 1

    def update_params(self, layer):
        if not hasattr(layer, "weight_momentums"):
            layer.weight_momentums = np.zeros_like(layer.weights)
            layer.weight_cache = np.zeros_like(layer.weights)
            layer.bias_momentums = np.zeros_like(layer.biases)
            layer.bias_cache = np.zeros_like(layer.biases)
        for w, g, m, c in (("weights", "dweights", "weight_momentums", "weight_cache"),
                           ("biases", "dbiases", "bias_momentums", "bias_cache")):
            grad = getattr(layer, g)
            setattr(layer, m, self.b1 * getattr(layer, m) + (1 - self.b1) * grad)
            setattr(layer, c, self.b2 * getattr(layer, c) + (1 - self.b2) * grad**2)
            mh = getattr(layer, m) / (1 - self.b1**self.t)
            ch = getattr(layer, c) / (1 - self.b2**self.t)
            setattr(layer, w, getattr(layer, w) - self.lr * mh / (np.sqrt(ch) + self.eps))
""",
        ("adam",),
        [("self.t += 1", "self.t += 2"), ("getattr(layer, m) + (1", "getattr(layer, m) - (1")],
    ),
    "keras-like get_updates(params, grads)": (
        """
class SGD:
    def __init__(self, lr=0.01, momentum=0.0, decay=0.0, nesterov=False):
        self.lr = lr
        self.momentum = momentum
        self.decay = decay
        self.nesterov = nesterov
        self.moments = None

    def get_updates(self, params, grads):
        if self.moments is None:
            self.moments = [np.zeros(p.shape) for p in params]
        updates = []
        for i, (p, g) in enumerate(zip(params, grads)):
            v = self.momentum * self.moments[i] + (1 - self.momentum) * g
            self.moments[i] = v
            if self.nesterov:
                new_p = p - self.lr * (self.momentum * v + (1 - self.momentum) * g)
            else:
                new_p = p - self.lr * v
            updates.append(new_p)
        return updates
""",
        ("gd", "momentum"),
        [("(1 - self.momentum) * g\n            self", "g\n            self")],
    ),
    "one class a layer, weights in a list of dicts W b": (
        """
class GradientDescent:
    def __init__(self, learning_rate):
        self.learning_rate = learning_rate

    def update(self, layers, gradients):
        for layer, grad in zip(layers, gradients):
            layer["W"] -= self.learning_rate * grad["dW"]
            layer["b"] -= self.learning_rate * grad["db"]
""",
        ("gd",),
        [('layer["b"] -=', 'layer["b"] +=')],
    ),
    "a class with nested state objects": (
        """
class Slot:
    def __init__(self, shape):
        self.m = np.zeros(shape)
        self.v = np.zeros(shape)
        self.t = 0

class AdamOptimizer:
    def __init__(self, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.alpha, self.beta1, self.beta2, self.eps = alpha, beta1, beta2, eps
        self.slots = {}

    def step(self, params, grads):
        for k, p in params.items():
            s = self.slots.setdefault(k, Slot(p.shape))
            g = grads[k]
            s.t += 1
            s.m = self.beta1 * s.m + (1 - self.beta1) * g
            s.v = self.beta2 * s.v + (1 - self.beta2) * g * g
            step = self.alpha * np.sqrt(1 - self.beta2 ** s.t) / (1 - self.beta1 ** s.t)
            p -= step * s.m / (np.sqrt(s.v) + self.eps * np.sqrt(1 - self.beta2 ** s.t))
""",
        ("adam",),
        [("s.t += 1", "s.t = 1"), ("self.eps * np.sqrt(1 - self.beta2 ** s.t)", "self.eps")],
    ),
    "vdw sdw on self, per layer i": (
        """
class Adam:
    def __init__(self, layer_sizes, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m_dw = [np.zeros((o, i)) for i, o in zip(layer_sizes[:-1], layer_sizes[1:])]
        self.m_db = [np.zeros((o, 1)) for o in layer_sizes[1:]]
        self.v_dw = [np.zeros((o, i)) for i, o in zip(layer_sizes[:-1], layer_sizes[1:])]
        self.v_db = [np.zeros((o, 1)) for o in layer_sizes[1:]]
        self.t = 0

    def update(self, weights, biases, dw, db):
        self.t += 1
        for i in range(len(weights)):
            self.m_dw[i] = self.beta1 * self.m_dw[i] + (1 - self.beta1) * dw[i]
            self.m_db[i] = self.beta1 * self.m_db[i] + (1 - self.beta1) * db[i]
            self.v_dw[i] = self.beta2 * self.v_dw[i] + (1 - self.beta2) * dw[i] ** 2
            self.v_db[i] = self.beta2 * self.v_db[i] + (1 - self.beta2) * db[i] ** 2
            c1, c2 = 1 - self.beta1 ** self.t, 1 - self.beta2 ** self.t
            weights[i] -= self.lr * (self.m_dw[i] / c1) / (np.sqrt(self.v_dw[i] / c2) + self.eps)
            biases[i] -= self.lr * (self.m_db[i] / c1) / (np.sqrt(self.v_db[i] / c2) + self.eps)
        return weights, biases
""",
        ("adam",),
        [("self.m_db[i] / c1", "self.m_db[i]"), ("self.t += 1", "self.t = 1")],
    ),
    "a class with state dict param and int step, apply(params, grads) returns new": (
        """
class Momentum:
    def __init__(self, lr, momentum=0.9):
        self.lr, self.momentum = lr, momentum
        self.state = None

    def apply(self, grads, params):
        if self.state is None:
            self.state = {k: np.zeros_like(p) for k, p in params.items()}
        new_state = {k: self.momentum * self.state[k] + (1 - self.momentum) * grads[k] for k in params}
        self.state = new_state
        return {k: params[k] - self.lr * new_state[k] for k in params}
""",
        ("momentum",),
        [("self.state = new_state", "pass")],
    ),
    "minimizer as a class with minimize(f, x0)": (
        """
class GradientDescent:
    def __init__(self, learning_rate=0.1, max_iter=100, tol=1e-6):
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.tol = tol

    def minimize(self, grad, x0):
        x = np.asarray(x0, dtype=float)
        for i in range(self.max_iter):
            step = self.learning_rate * grad(x)
            x = x - step
            if np.linalg.norm(step) < self.tol:
                break
        return x
""",
        ("gd",),
        [("x - step", "x + step")],
    ),
    "frozen dataclass optimizer with pure update": (
        """
from dataclasses import dataclass, replace
@dataclass(frozen=True)
class SGDMomentum:
    lr: float = 0.01
    beta: float = 0.9

    def init(self, params):
        return {k: np.zeros_like(p) for k, p in params.items()}

    def update(self, params, grads, state):
        v = {k: self.beta * state[k] + (1 - self.beta) * grads[k] for k in params}
        return {k: params[k] - self.lr * v[k] for k in params}, v
""",
        ("momentum",),
        [
            ("(1 - self.beta) * grads", "grads"),
            (
                "grads[k] for k in params}\n        return",
                "grads[k] for k in params}\n        v = state\n        return",
            ),
        ],
    ),
    "class: init(params) and update(grads, state, params)": (
        """
class Adam:
    def __init__(self, learning_rate=1e-3, b1=0.9, b2=0.999, eps=1e-8):
        self.learning_rate, self.b1, self.b2, self.eps = learning_rate, b1, b2, eps

    def init(self, params):
        return 0, [np.zeros_like(p) for p in params], [np.zeros_like(p) for p in params]

    def update(self, grads, state, params):
        t, m, v = state
        t += 1
        m = [self.b1 * a + (1 - self.b1) * g for a, g in zip(m, grads)]
        v = [self.b2 * a + (1 - self.b2) * g**2 for a, g in zip(v, grads)]
        new = [p - self.learning_rate * (a / (1 - self.b1**t)) / (np.sqrt(b / (1 - self.b2**t)) + self.eps)
               for p, a, b in zip(params, m, v)]
        return new, (t, m, v)
""",
        ("adam",),
        [("t += 1", "t = 1"), ("(t, m, v)\n", "(t, m, state[2])\n")],
    ),
    "update rule in a base, state per name by defaultdict": (
        """
from collections import defaultdict
class Optimizer:
    def __init__(self, lr):
        self.lr = lr
    def update(self, params, grads):
        for k in params:
            self._update_one(k, params, grads)
class Adam(Optimizer):
    def __init__(self, lr=0.001, rho1=0.9, rho2=0.999, delta=1e-8):
        super().__init__(lr)
        self.rho1, self.rho2, self.delta = rho1, rho2, delta
        self.s, self.r, self.n = defaultdict(float), defaultdict(float), defaultdict(int)
    def _update_one(self, k, params, grads):
        g = grads[k]
        self.n[k] += 1
        self.s[k] = self.rho1 * self.s[k] + (1 - self.rho1) * g
        self.r[k] = self.rho2 * self.r[k] + (1 - self.rho2) * g * g
        sh = self.s[k] / (1 - self.rho1 ** self.n[k])
        rh = self.r[k] / (1 - self.rho2 ** self.n[k])
        params[k] -= self.lr * sh / (np.sqrt(rh) + self.delta)
""",
        ("adam",),
        [("self.n[k] += 1", "self.n[k] += 3")],
    ),
    "neat names: theta, g; nested arrays of object dtype": (
        """
class Momentum:
    def __init__(self, eta=0.1, gamma=0.9):
        self.eta = eta
        self.gamma = gamma
        self.v = 0
    def __call__(self, theta, g):
        self.v = self.gamma * self.v + (1 - self.gamma) * g
        return theta - self.eta * self.v
""",
        ("momentum",),
        [("(1 - self.gamma) * g", "self.eta * g")],
    ),
}
