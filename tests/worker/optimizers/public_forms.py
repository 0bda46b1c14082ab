"""Forms as they stand in public code, quirks included, with wrong twins."""

FORMS = {
    "guards on a layer, state under its id": (
        """
class Optimizer:
    def update(self, layer):
        raise NotImplementedError

class SGD(Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.0):
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.v_w = {}
        self.v_b = {}

    def update(self, layer):
        if not hasattr(layer, 'weights') or not hasattr(layer, 'biases'):
            return
        key = id(layer)
        if key not in self.v_w:
            self.v_w[key] = np.zeros_like(layer.weights)
            self.v_b[key] = np.zeros_like(layer.biases)
        keep = 1 - self.momentum
        self.v_w[key] = self.momentum * self.v_w[key] + keep * layer.dweights
        self.v_b[key] = self.momentum * self.v_b[key] + keep * layer.dbiases
        layer.weights -= self.learning_rate * self.v_w[key]
        layer.biases -= self.learning_rate * self.v_b[key]
""",
        ("gd", "momentum"),
        [
            ("keep = 1 - self.momentum", "keep = 1 + self.momentum"),
            ("self.v_b[key] + keep", "self.v_w[key].sum() + keep"),
            ("layer.biases -=", "layer.biases +="),
        ],
    ),
    "grad_W and grad_b on a layer, hasattr": (
        """
class SGD:
    def __init__(self, learning_rate=0.01):
        self.lr = learning_rate

    def update(self, layer):
        if hasattr(layer, "W"):
            layer.W = layer.W - self.lr * layer.grad_W
        if hasattr(layer, "b"):
            layer.b = layer.b - self.lr * layer.grad_b
""",
        ("gd",),
        [("layer.b - self.lr", "layer.b + self.lr"), ("* layer.grad_b", "* layer.grad_b / 2")],
    ),
    "dicts of a layer, the network is asked for at the start": (
        """
class Adam:
    def __init__(self, net, lr=1e-3, beta1=0.9, beta2=0.999, t=0, eps=1e-8):
        self.net = net
        self.lr = lr
        self.beta1, self.beta2 = beta1, beta2
        self.eps = eps
        self.mt, self.vt, self.t = {}, {}, {}

    def update(self, layer):
        for n, dv in layer.grads.items():
            k = (id(layer), n)
            if k not in self.mt:
                self.mt[k] = 0
                self.vt[k] = 0
                self.t[k] = 0
            self.t[k] += 1
            self.mt[k] = self.beta1 * self.mt[k] + (1 - self.beta1) * dv
            self.vt[k] = self.beta2 * self.vt[k] + (1 - self.beta2) * np.square(dv)
            mh = self.mt[k] / (1 - np.power(self.beta1, self.t[k]))
            vh = self.vt[k] / (1 - np.power(self.beta2, self.t[k]))
            layer.params[n] -= (self.lr * mh) / (np.sqrt(vh) + self.eps)
""",
        ("adam",),
        [
            ("k = (id(layer), n)", "k = n"),
            ("self.t[k] += 1", "self.t[k] += 2"),
            ("(np.sqrt(vh) + self.eps)", "np.sqrt(vh + self.eps)"),
        ],
    ),
    "powers of beta, weights, bias and their gradients": (
        """
class AdamOptimizer:
    def __init__(self, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.learning_rate = learning_rate
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.m_weights = None
        self.v_weights = None
        self.m_bias = 0
        self.v_bias = 0
        self.beta1_t = 1
        self.beta2_t = 1

    def update(self, weights, bias, grad_w, grad_b):
        if self.m_weights is None:
            self.m_weights = np.zeros_like(weights)
            self.v_weights = np.zeros_like(weights)
        self.m_weights = self.beta1 * self.m_weights + (1 - self.beta1) * grad_w
        self.v_weights = self.beta2 * self.v_weights + (1 - self.beta2) * grad_w**2
        self.m_bias = self.beta1 * self.m_bias + (1 - self.beta1) * grad_b
        self.v_bias = self.beta2 * self.v_bias + (1 - self.beta2) * grad_b**2
        self.beta1_t *= self.beta1
        self.beta2_t *= self.beta2
        c1, c2 = 1 - self.beta1_t, 1 - self.beta2_t
        weights -= self.learning_rate * (self.m_weights / c1) / (
            np.sqrt(self.v_weights / c2) + self.epsilon)
        bias -= self.learning_rate * (self.m_bias / c1) / (np.sqrt(self.v_bias / c2) + self.epsilon)
        return weights, bias
""",
        ("adam",),
        [
            ("self.beta1_t = 1\n", "self.beta1_t = beta1\n"),
            ("np.sqrt(self.v_bias / c2)", "np.sqrt(self.v_bias)"),
            ("self.beta2_t *= self.beta2", "self.beta2_t *= self.beta1"),
        ],
    ),
    "lists of weights and lists of biases": (
        """
class MomentumOptimizer:
    def __init__(self, learning_rate=0.1, beta=0.9):
        self.learning_rate, self.beta = learning_rate, beta
        self.vw = self.vb = None

    def update(self, weights, biases, grad_weights, grad_biases):
        if self.vw is None:
            self.vw = [np.zeros_like(w) for w in weights]
            self.vb = [np.zeros_like(b) for b in biases]
        for i in range(len(weights)):
            self.vw[i] = self.beta * self.vw[i] + (1 - self.beta) * grad_weights[i]
            self.vb[i] = self.beta * self.vb[i] + (1 - self.beta) * grad_biases[i]
            weights[i] = weights[i] - self.learning_rate * self.vw[i]
            biases[i] = biases[i] - self.learning_rate * self.vb[i]
        return weights, biases
""",
        ("momentum",),
        [
            ("(1 - self.beta) * grad_biases[i]", "grad_biases[i]"),
            ("range(len(weights))", "range(len(weights) - 1)"),
            ("weights[i] - self", "weights[i] + self"),
        ],
    ),
    "lists of weights and biases, a function": (
        """
def update_parameters_gd(weights, biases, grads_w, grads_b, eta):
    for i in range(len(weights)):
        weights[i] = weights[i] - eta * grads_w[i]
        biases[i] = biases[i] - eta * grads_b[i]
    return weights, biases
""",
        ("gd",),
        [("biases[i] - eta", "biases[i] + eta"), ("range(len(weights))", "range(1, len(weights))")],
    ),
    "a list of weights and biases with their moments": (
        """
def adam_update(weights, biases, dW, db, m_w, v_w, m_b, v_b, t, lr, beta1=0.9, beta2=0.999,
                eps=1e-8):
    for i in range(len(weights)):
        m_w[i] = beta1 * m_w[i] + (1 - beta1) * dW[i]
        v_w[i] = beta2 * v_w[i] + (1 - beta2) * dW[i] ** 2
        m_b[i] = beta1 * m_b[i] + (1 - beta1) * db[i]
        v_b[i] = beta2 * v_b[i] + (1 - beta2) * db[i] ** 2
        weights[i] -= lr * m_w[i] / (1 - beta1 ** t) / (np.sqrt(v_w[i] / (1 - beta2 ** t)) + eps)
        biases[i] -= lr * m_b[i] / (1 - beta1 ** t) / (np.sqrt(v_b[i] / (1 - beta2 ** t)) + eps)
    return weights, biases, m_w, v_w, m_b, v_b
""",
        ("adam",),
        [
            ("db[i] ** 2", "db[i]"),
            ("v_w[i] / (1 - beta2 ** t)) + eps", "v_w[i] / (1 - beta2 ** t) + eps)"),
            ("beta1 * m_b[i] +", "beta1 * m_w[i].sum() +"),
        ],
    ),
    "a key of its own, (param, delta) comes back": (
        """
class Optimizer:
    def __init__(self, lr=0.01, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay

class Adam(Optimizer):
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
        super().__init__(lr=lr, weight_decay=weight_decay)
        self.beta1, self.beta2, self.eps = beta1, beta2, eps
        self.m, self.v, self.step_counts = {}, {}, {}

    def update(self, param, grad, state_key):
        if state_key not in self.m:
            self.m[state_key] = np.zeros_like(param)
            self.v[state_key] = np.zeros_like(param)
            self.step_counts[state_key] = 0
        self.step_counts[state_key] += 1
        t = self.step_counts[state_key]
        if self.weight_decay > 0.0:
            grad = grad + self.weight_decay * param
        self.m[state_key] = self.beta1 * self.m[state_key] + (1.0 - self.beta1) * grad
        self.v[state_key] = self.beta2 * self.v[state_key] + (1.0 - self.beta2) * (grad ** 2)
        m_hat = self.m[state_key] / (1.0 - self.beta1 ** t)
        v_hat = self.v[state_key] / (1.0 - self.beta2 ** t)
        delta = -(self.lr / (np.sqrt(v_hat) + self.eps)) * m_hat
        param += delta
        return param, delta
""",
        ("adam",),
        [
            ("(np.sqrt(v_hat) + self.eps)", "np.sqrt(v_hat + self.eps)"),
            ("self.m[state_key] + (1.0 - self.beta1) * grad", "self.m[state_key] + grad"),
            ("delta = -(", "delta = ("),
        ],
    ),
    "get_update(params, grads) gives new ones": (
        """
class SGD_Momentum:
    def __init__(self, lr=0.001, mu=0.6):
        self.lr, self.mu = lr, mu
        self.vel = None

    def get_update(self, params, grads):
        if self.vel is None:
            self.vel = [np.zeros_like(g) for g in grads]
        self.vel = [self.mu * v + (1 - self.mu) * g for v, g in zip(self.vel, grads)]
        return [p - self.lr * v for p, v in zip(params, self.vel)]
""",
        ("momentum",),
        [("(1 - self.mu) * g", "g"), ("p - self.lr", "p + self.lr")],
    ),
    "get_updates(grads) gives deltas, which are added": (
        """
class Adam:
    def __init__(self, params, lr=0.001, b1=0.9, b2=0.999, eps=1e-8):
        self.lr, self.b1, self.b2, self.eps, self.t = lr, b1, b2, eps, 0
        self.ms = [np.zeros_like(p) for p in params]
        self.vs = [np.zeros_like(p) for p in params]

    def update_params(self, params, grads):
        for param, update in zip(params, self.get_updates(grads)):
            param += update

    def get_updates(self, grads):
        self.t += 1
        self.ms = [self.b1 * m + (1 - self.b1) * g for m, g in zip(self.ms, grads)]
        self.vs = [self.b2 * v + (1 - self.b2) * (g ** 2) for v, g in zip(self.vs, grads)]
        c = np.sqrt(1 - self.b2 ** self.t) / (1 - self.b1 ** self.t)
        eps = self.eps * np.sqrt(1 - self.b2 ** self.t)
        return [-self.lr * c * m / (np.sqrt(v) + eps) for m, v in zip(self.ms, self.vs)]
""",
        ("adam",),
        [
            ("+ eps) for", "+ self.eps) for"),
            ("param += update", "param -= update"),
            ("self.t += 1", "self.t = 1"),
        ],
    ),
    "momenta first, then the parameter, then the gradient": (
        """
def adam_step(m, v, p, grad, lr, t, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * (grad ** 2)
    m_hat = m / (1 - beta1 ** t)
    v_hat = v / (1 - beta2 ** t)
    p = p - lr * m_hat / (np.sqrt(v_hat) + epsilon)
    return m, v, p
""",
        ("adam",),
        [("return m, v, p", "return m_hat, v, p"), ("(grad ** 2)", "grad"), ("p - lr", "p + lr")],
    ),
    "first and second, hyperparameters of the module, in place": (
        """
BETA1, BETA2, LR = 0.9, 0.999, 1e-3
EPSILON = 1e-8

def adam_step(theta, grad, first, second, step):
    first *= BETA1; first += (1 - BETA1) * grad
    second *= BETA2; second += (1 - BETA2) * grad**2
    mhat = first / (1 - BETA1**step)
    rms = np.sqrt(second / (1 - BETA2**step))
    theta -= LR * mhat / (rms + EPSILON)
""",
        ("adam",),
        [("second += (1 - BETA2)", "second += (1 - BETA1)"), ("theta -=", "theta +=")],
    ),
    "velocities and squares under d keys": (
        """
def update_parameters_adam(parameters, grads, velocities, squares, t, learning_rate=0.01,
                           beta1=0.9, beta2=0.999, epsilon=1e-8):
    L = len(parameters) // 2
    for l in range(1, L + 1):
        for p in ("W", "b"):
            k, d = p + str(l), "d" + p + str(l)
            velocities[d] = beta1 * velocities[d] + (1 - beta1) * grads[d]
            squares[d] = beta2 * squares[d] + (1 - beta2) * grads[d] ** 2
            vc, sc = velocities[d] / (1 - beta1 ** t), squares[d] / (1 - beta2 ** t)
            parameters[k] = parameters[k] - learning_rate * vc / (np.sqrt(sc) + epsilon)
    return parameters, velocities, squares
""",
        ("adam",),
        [("(np.sqrt(sc) + epsilon)", "np.sqrt(sc + epsilon)"), ("grads[d] ** 2", "grads[d]")],
    ),
    "t comes back raised, the keys are the parameters'": (
        """
def update_params_adam(parameters, grads, learning_rate, v, beta1, s, beta2, t, epsilon=1e-8):
    for p in parameters:
        if p == "L": continue
        v[p] = beta1*v[p] + (1-beta1)*grads[p]
        v_corrected = v[p]/(1-beta1**t)
        s[p] = beta2*s[p] + (1-beta2)*grads[p]**2
        s_corrected = s[p]/(1-beta2**t)
        parameters[p] -= learning_rate*v_corrected/(epsilon + np.sqrt(s_corrected))
    return parameters, v, s, t+1
""",
        ("adam",),
        [
            ("return parameters, v, s, t+1", "return parameters, v, s, t+2"),
            ("(epsilon + np.sqrt(s_corrected))", "np.sqrt(epsilon + s_corrected)"),
            ("learning_rate*v_corrected", "learning_rate*v[p]"),
        ],
    ),
    "settings of a dict, a state in pairs, gradients on the parameters": (
        """
class Param:
    pass

def init_adam_states(params):
    return [(np.zeros_like(p.data), np.zeros_like(p.data)) for p in params]

def adam(params, states, hyperparams):
    beta1, beta2, eps = 0.9, 0.999, 1e-6
    for p, (v, s) in zip(params, states):
        v[:] = beta1 * v + (1 - beta1) * p.grad
        s[:] = beta2 * s + (1 - beta2) * np.square(p.grad)
        v_bias_corr = v / (1 - beta1 ** hyperparams['t'])
        s_bias_corr = s / (1 - beta2 ** hyperparams['t'])
        p.data[:] -= hyperparams['lr'] * v_bias_corr / (np.sqrt(s_bias_corr) + eps)
    hyperparams['t'] += 1
""",
        ("adam",),
        [
            ("hyperparams['t'] += 1", "hyperparams['t'] += 2"),
            ("s[:] = beta2 * s +", "s[:] = beta1 * s +"),
            ("np.square(p.grad)", "p.grad"),
        ],
    ),
    "velocities in a list beside the parameters": (
        """
def init_momentum_states(params):
    return [np.zeros_like(p) for p in params]

def sgd_momentum(params, grads, states, hyperparams):
    for p, g, v in zip(params, grads, states):
        v[:] = hyperparams['momentum'] * v + (1 - hyperparams['momentum']) * g
        p[:] -= hyperparams['lr'] * v
""",
        ("momentum",),
        [("(1 - hyperparams['momentum']) * g", "g"), ("p[:] -=", "p[:] +=")],
    ),
    "an abstract base, a cache of dicts, a counter of steps beside": (
        """
from abc import ABC, abstractmethod

class OptimizerBase(ABC):
    def __init__(self, lr):
        self.cache = {}
        self.cur_step = 0
        self.lr = lr

    def __call__(self, param, param_grad, param_name, cur_loss=None):
        return self.update(param, param_grad, param_name, cur_loss)

    def step(self):
        self.cur_step += 1

    @abstractmethod
    def update(self, param, param_grad, param_name, cur_loss=None):
        raise NotImplementedError

class SGD(OptimizerBase):
    def __init__(self, lr=0.01, momentum=0.0, clip_norm=None, lr_scheduler=None):
        super().__init__(lr)
        self.momentum, self.clip_norm = momentum, clip_norm

    def update(self, param, param_grad, param_name, cur_loss=None):
        if param_name not in self.cache:
            self.cache[param_name] = np.zeros_like(param_grad)
        t = np.inf if self.clip_norm is None else self.clip_norm
        if np.linalg.norm(param_grad) > t:
            param_grad = param_grad * t / np.linalg.norm(param_grad)
        keep = 1 - self.momentum
        update = self.momentum * self.cache[param_name] + keep * param_grad
        self.cache[param_name] = update
        return param - self.lr * update
""",
        ("gd", "momentum"),
        [
            ("keep = 1 - self.momentum", "keep = self.lr"),
            ("t = np.inf if", "t = 1e-3 if"),
            ("self.cache[param_name] = update", "self.cache['all'] = update"),
        ],
    ),
    "apply(layer index, W, dW) with moments under the index": (
        """
class Adam:
    def __init__(self, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.alpha, self.beta1, self.beta2, self.epsilon = alpha, beta1, beta2, epsilon
        self.m, self.v, self.t = {}, {}, {}

    def apply(self, idx, w, dw):
        self.t[idx] = self.t.get(idx, 0) + 1
        self.m[idx] = self.beta1 * self.m.get(idx, 0) + (1 - self.beta1) * dw
        self.v[idx] = self.beta2 * self.v.get(idx, 0) + (1 - self.beta2) * dw * dw
        m_hat = self.m[idx] / (1 - self.beta1 ** self.t[idx])
        v_hat = self.v[idx] / (1 - self.beta2 ** self.t[idx])
        return w - self.alpha * m_hat / (np.sqrt(v_hat) + self.epsilon)
""",
        ("adam",),
        [
            ("self.m.get(idx, 0) + (1", "self.m.get(0, 0) + (1"),
            ("(np.sqrt(v_hat) + self.epsilon)", "np.sqrt(v_hat + self.epsilon)"),
            ("dw * dw", "dw"),
        ],
    ),
    "optimizer.step(model), a loop over model.layers": (
        """
class Momentum:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.velocity = lr, momentum, None

    def step(self, model):
        if self.velocity is None:
            self.velocity = [{} for _ in model.layers]
            for i, layer in enumerate(model.layers):
                if hasattr(layer, 'params'):
                    for name in layer.params:
                        self.velocity[i][name] = np.zeros_like(layer.params[name])
        for i, layer in enumerate(model.layers):
            if hasattr(layer, 'params') and hasattr(layer, 'grads'):
                for name in layer.params:
                    self.velocity[i][name] = (self.momentum * self.velocity[i][name]
                                              + (1 - self.momentum) * layer.grads[name])
                    layer.params[name] -= self.lr * self.velocity[i][name]
""",
        ("momentum",),
        [
            ("+ (1 - self.momentum) * layer", "+ layer"),
            ("self.velocity[i][name]\n         ", "self.velocity[0][name].mean()\n         "),
        ],
    ),
    "net.params, a list of dicts under val and grad": (
        """
class SGD:
    def __init__(self, params, lr=0.01):
        self.params, self.lr = params, lr

    def step(self):
        for p in self.params:
            if p['grad'] is None:
                continue
            p['param'] = np.asarray(p['param'], dtype=np.float64)
            p['param'][:] -= self.lr * p['grad']
""",
        ("gd",),
        [("[:] -=", "[:] +="), ("self.lr * p['grad']", "self.lr * np.sign(p['grad'])")],
    ),
    "weights given at the start, delta of the gradient added outside": (
        """
class SGD:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum = lr, momentum
        self.v = {}

    def step(self, parameters, gradients, iteration):
        for i, (param, grad) in enumerate(zip(parameters, gradients)):
            v = self.v.get(i)
            v = np.zeros_like(param) if v is None else v
            self.v[i] = self.momentum * v + (1 - self.momentum) * grad
            parameters[i] = param - self.lr * self.v[i]
        return parameters
""",
        ("gd", "momentum"),
        [
            ("(1 - self.momentum) * grad", "grad"),
            ("self.v[i] = self.momentum * v +", "self.v[i] ="),
        ],
    ),
    "a minimizer that keeps a history and stops": (
        """
def gradient_descent(f, grad_f, x0, learning_rate=0.1, max_iter=1000, tol=1e-8):
    x = np.array(x0, dtype=float)
    history = [x.copy()]
    for k in range(max_iter):
        g = grad_f(x)
        if np.linalg.norm(g) < tol:
            break
        x = x - learning_rate * g
        history.append(x.copy())
    return x, np.array(history)
""",
        ("gd",),
        [
            ("x - learning_rate", "x + learning_rate"),
            ("learning_rate * g", "learning_rate * g / 2"),
        ],
    ),
    "a minimizer with momentum, history of values": (
        """
def momentum_optimizer(grad_func, init_params, lr=0.01, beta=0.9, num_iters=100):
    params = init_params.copy()
    velocity = np.zeros_like(params)
    history = []
    for _ in range(num_iters):
        velocity = beta * velocity + (1 - beta) * grad_func(params)
        params = params - lr * velocity
        history.append(params.copy())
    return params, history
""",
        ("momentum",),
        [("(1 - beta) * grad_func", "grad_func"), ("params - lr", "params + lr")],
    ),
    "a minimizer by Adam, tolerance on the step": (
        """
def adam(df, x_init, alpha=0.01, beta_1=0.9, beta_2=0.999, eps=1e-8, max_iters=1000, tol=1e-6):
    x, m, v, t = x_init, 0, 0, 0
    xs = [x]
    while t < max_iters:
        t += 1
        g = df(x)
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g ** 2
        step = alpha * (m / (1 - beta_1 ** t)) / (np.sqrt(v / (1 - beta_2 ** t)) + eps)
        x = x - step
        xs.append(x)
        if np.max(np.abs(step)) < tol:
            break
    return x, xs
""",
        ("adam",),
        [("x - step", "x + step"), ("g ** 2", "g"), ("(1 - beta_1) * g", "g")],
    ),
    "haiku's way: init_fn and update_fn, updates are applied": (
        """
from typing import NamedTuple, Any, Callable

class Transform(NamedTuple):
    init: Callable
    update: Callable

class State(NamedTuple):
    count: int
    mu: Any
    nu: Any

def adam(learning_rate=1e-3, b1=0.9, b2=0.999, eps=1e-8):
    def init_fn(params):
        zeros = {k: np.zeros_like(p) for k, p in params.items()}
        return State(0, zeros, dict(zeros))

    def update_fn(updates, state, params=None):
        count = state.count + 1
        mu = {k: b1 * state.mu[k] + (1 - b1) * g for k, g in updates.items()}
        nu = {k: b2 * state.nu[k] + (1 - b2) * g * g for k, g in updates.items()}
        out = {k: -learning_rate * (mu[k] / (1 - b1**count))
               / (np.sqrt(nu[k] / (1 - b2**count)) + eps) for k in updates}
        return out, State(count, mu, nu)

    return Transform(init_fn, update_fn)
""",
        ("adam",),
        [
            ("-learning_rate", "learning_rate"),
            ("state.count + 1", "1"),
            ("g * g", "g"),
        ],
    ),
    "an optimizer of a module's globals": (
        """
cache = {}

def sgd_momentum_update(params, grads, lr=0.01, mu=0.9):
    for k in params:
        v = cache.get(id(params), {})
        v[k] = mu * v.get(k, 0.0) + (1 - mu) * grads[k]
        cache[id(params)] = v
        params[k] -= lr * v[k]
""",
        ("momentum",),
        [("(1 - mu) * grads[k]", "grads[k]"), ("cache[id(params)] = v", "pass")],
    ),
    "update(lr, weights, gradients), the rate at every step": (
        """
class Adam:
    def __init__(self, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.m = self.v = None
        self.t = 0

    def update(self, weights, gradients, lr):
        if self.m is None:
            self.m = [np.zeros(w.shape) for w in weights]
            self.v = [np.zeros(w.shape) for w in weights]
        self.t += 1
        for i, (w, g) in enumerate(zip(weights, gradients)):
            self.m[i] = self.beta1 * self.m[i] + (1 - self.beta1) * g
            self.v[i] = self.beta2 * self.v[i] + (1 - self.beta2) * np.power(g, 2)
            m_hat = self.m[i] / (1 - self.beta1 ** self.t)
            v_hat = self.v[i] / (1 - self.beta2 ** self.t)
            w -= lr * m_hat / (np.sqrt(v_hat) + self.epsilon)
""",
        ("adam",),
        [("self.t += 1", "self.t += 2"), ("w -= lr", "w += lr"), ("np.power(g, 2)", "abs(g)")],
    ),
    "autograd's way with a flat vector and a callback, no unpacking": (
        """
def sgd(grad, x, callback=None, num_iters=200, step_size=0.1, mass=0.9):
    velocity = np.zeros(len(x))
    for i in range(num_iters):
        g = grad(x, i)
        if callback:
            callback(x, i, g)
        velocity = mass * velocity - (1.0 - mass) * g
        x = x + step_size * velocity
    return x
""",
        ("gd", "momentum"),
        [("- (1.0 - mass) * g", "- g"), ("x + step_size", "x - step_size")],
    ),
    "nested lists of numbers, without NumPy": (
        """
import math

class Adam:
    def __init__(self, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.learning_rate, self.beta1, self.beta2 = learning_rate, beta1, beta2
        self.epsilon, self._first, self._second, self._steps = epsilon, None, None, 0

    def _zeros(self, like):
        return [self._zeros(x) for x in like] if isinstance(like, list) else 0.0

    def update(self, parameters, gradients):
        if self._first is None:
            self._first, self._second = self._zeros(gradients), self._zeros(gradients)
        self._steps += 1
        new, self._first, self._second = self._go(
            parameters, gradients, self._first, self._second)
        return new

    def _go(self, p, g, m, v):
        if isinstance(p, list):
            rows = [self._go(*row) for row in zip(p, g, m, v)]
            return tuple([row[i] for row in rows] for i in range(3))
        if not isinstance(p, (int, float)):
            raise ValueError(f"not a number: {type(p)}")
        m = self.beta1 * m + (1 - self.beta1) * g
        v = self.beta2 * v + (1 - self.beta2) * g * g
        m_hat, v_hat = m / (1 - self.beta1 ** self._steps), v / (1 - self.beta2 ** self._steps)
        return p - self.learning_rate * m_hat / (math.sqrt(v_hat) + self.epsilon), m, v
""",
        ("adam",),
        [
            ("(math.sqrt(v_hat) + self.epsilon)", "math.sqrt(v_hat + self.epsilon)"),
            ("self._steps += 1", "self._steps = 1"),
            ("range(3))", "range(3))[:1] + (m, v)"),
        ],
    ),
    "a step that returns itself, made with a shape": (
        """
class AdamOptimizer:
    def __init__(self, shape, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-08):
        self.lr, self.beta1, self.beta2, self.epsilon = learning_rate, beta1, beta2, epsilon
        self.m_t = np.zeros(shape=shape)
        self.v_t = np.zeros(shape=shape)
        self.beta1_t = 1.0
        self.beta2_t = 1.0

    def step(self, gradient):
        self.m_t = self.beta1*self.m_t + (1.0-self.beta1)*gradient
        self.v_t = self.beta2*self.v_t + (1.0-self.beta2)*(gradient**2)
        self.beta1_t *= self.beta1
        self.beta2_t *= self.beta2
        step = self.lr * (self.m_t/(1.0-self.beta1_t)) / (
            (self.v_t/(1.0-self.beta2_t))**0.5 + self.epsilon)
        return step
""",
        ("adam",),
        [
            ("self.beta1_t = 1.0\n", "self.beta1_t = beta1\n"),
            ("return step", "step = np.abs(step); return step"),
            ("**0.5 + self.epsilon", " + self.epsilon)**0.5 + (0"),
        ],
    ),
    "deltas to be added, a list for a list": (
        """
class Momentum:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.velocities = lr, momentum, None

    def compute_updates(self, grads):
        pass

    def update(self, grads):
        if self.velocities is None:
            self.velocities = [np.zeros_like(g) for g in grads]
        updates = []
        for i, g in enumerate(grads):
            self.velocities[i] = self.momentum * self.velocities[i] + (1 - self.momentum) * g
            updates.append(-self.lr * self.velocities[i])
        return updates
""",
        ("momentum",),
        [
            ("(1 - self.momentum) * g", "g"),
            ("updates.append(-self.lr", "updates.append((-1) ** i * self.lr"),
            ("self.momentum * self.velocities[i] +", ""),
        ],
    ),
}
