"""Classes as people write them: a source, the kinds found in it, and wrong twins of it.

A twin is a pair of texts: the second in place of the first makes it wrong.
"""

EPS_INSIDE = ("np.sqrt(vh) + self.eps", "np.sqrt(vh + self.eps)")
T_STAYS = ("self.t += 1", "self.t = 1")
SWAPPED = ("self.b1 * m + (1 - self.b1) * g", "self.b2 * m + (1 - self.b2) * g")
ASCENDS = ("-= self.lr", "+= self.lr")

HEAD = """
class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.b1, self.b2, self.eps, self.t = lr, beta1, beta2, eps, 0
"""

FORMS = {
    "update(params, grads) under the same keys": (
        HEAD
        + """
        self.m, self.v = None, None
    def update(self, params, grads):
        if self.m is None:
            self.m = {k: np.zeros_like(p) for k, p in params.items()}
            self.v = {k: np.zeros_like(p) for k, p in params.items()}
        self.t += 1
        for k, g in grads.items():
            m, v = self.m[k], self.v[k]
            self.m[k] = m = self.b1 * m + (1 - self.b1) * g
            self.v[k] = v = self.b2 * v + (1 - self.b2) * g**2
            mh, vh = m / (1 - self.b1**self.t), v / (1 - self.b2**self.t)
            params[k] -= self.lr * mh / (np.sqrt(vh) + self.eps)
""",
        ("adam",),
        [EPS_INSIDE, T_STAYS, SWAPPED, ASCENDS],
    ),
    "step(params, grads) with d keys, returns new dicts": (
        HEAD
        + """
        self.m, self.v = {}, {}
    def step(self, params, grads):
        self.t += 1
        new = {}
        for k in params:
            g = grads["d" + k]
            m = self.m.get(k, np.zeros_like(g))
            self.m[k] = m = self.b1 * m + (1 - self.b1) * g
            self.v[k] = self.b2 * self.v.get(k, 0) + (1 - self.b2) * g**2
            mh, vh = m / (1 - self.b1**self.t), self.v[k] / (1 - self.b2**self.t)
            new[k] = params[k] - self.lr * mh / (np.sqrt(vh) + self.eps)
        return new
""",
        ("adam",),
        [EPS_INSIDE, T_STAYS, SWAPPED],
    ),
    "lists, moments as lists": (
        HEAD
        + """
        self.m = self.v = None
    def update(self, weights, gradients):
        if self.m is None:
            self.m = [np.zeros_like(w) for w in weights]
            self.v = [np.zeros_like(w) for w in weights]
        self.t += 1
        for i in range(len(weights)):
            m, g = self.m[i], gradients[i]
            self.m[i] = m = self.b1 * m + (1 - self.b1) * g
            self.v[i] = self.b2 * self.v[i] + (1 - self.b2) * g * g
            mh, vh = m / (1 - self.b1**self.t), self.v[i] / (1 - self.b2**self.t)
            weights[i] -= self.lr * mh / (np.sqrt(vh) + self.eps)
""",
        ("adam",),
        [EPS_INSIDE, T_STAYS, SWAPPED, ASCENDS],
    ),
    "one array a call, one object a tensor": (
        HEAD
        + """
        self.m, self.v = 0, 0
    def update(self, w, dw):
        self.t += 1
        m, g = self.m, dw
        self.m = m = self.b1 * m + (1 - self.b1) * g
        self.v = self.b2 * self.v + (1 - self.b2) * g**2
        mh, vh = m / (1 - self.b1**self.t), self.v / (1 - self.b2**self.t)
        return w - self.lr * mh / (np.sqrt(vh) + self.eps)
""",
        ("adam",),
        [EPS_INSIDE, T_STAYS, SWAPPED, ("return w - ", "return w + ")],
    ),
    "one array a call, keyed by a name; t raised by itself": (
        HEAD
        + """
        self.m, self.v, self.t = {}, {}, {}
    def update(self, name, param, grad):
        m, g = self.m.get(name, np.zeros_like(param)), grad
        self.t[name] = self.t.get(name, 0) + 1
        self.m[name] = m = self.b1 * m + (1 - self.b1) * g
        self.v[name] = self.b2 * self.v.get(name, 0.0) + (1 - self.b2) * g**2
        mh, vh = m / (1 - self.b1 ** self.t[name]), self.v[name] / (1 - self.b2 ** self.t[name])
        param -= self.lr * mh / (np.sqrt(vh) + self.eps)
        return param
""",
        ("adam",),
        [
            EPS_INSIDE,
            SWAPPED,
            ASCENDS,
            ("self.t.get(name, 0) + 1", "max(self.t.values(), default=0) + 1"),
        ],
    ),
    "one array a call, keyed by id, stepped in place": (
        HEAD
        + """
        self.state = {}
    def update(self, p, g):
        m, v, t = self.state.get(id(p), (0.0, 0.0, 0))
        t += 1
        m = self.b1 * m + (1 - self.b1) * g
        v = self.b2 * v + (1 - self.b2) * g**2
        self.state[id(p)] = (m, v, t)
        mh, vh = m / (1 - self.b1**t), v / (1 - self.b2**t)
        p -= self.lr * mh / (np.sqrt(vh) + self.eps)
""",
        ("adam",),
        [EPS_INSIDE, SWAPPED, ASCENDS, ("t += 1", "t = 1")],
    ),
    "t is passed to update, with w, b, dw and db": (
        """
class AdamOptim():
    def __init__(self, eta=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.m_dw, self.v_dw = 0, 0
        self.m_db, self.v_db = 0, 0
        self.beta1, self.beta2, self.epsilon, self.eta = beta1, beta2, epsilon, eta
    def update(self, t, w, b, dw, db):
        self.m_dw = self.beta1*self.m_dw + (1-self.beta1)*dw
        self.m_db = self.beta1*self.m_db + (1-self.beta1)*db
        self.v_dw = self.beta2*self.v_dw + (1-self.beta2)*(dw**2)
        self.v_db = self.beta2*self.v_db + (1-self.beta2)*(db**2)
        m_dw_corr, m_db_corr = self.m_dw/(1-self.beta1**t), self.m_db/(1-self.beta1**t)
        v_dw_corr, v_db_corr = self.v_dw/(1-self.beta2**t), self.v_db/(1-self.beta2**t)
        w = w - self.eta*(m_dw_corr/(np.sqrt(v_dw_corr)+self.epsilon))
        b = b - self.eta*(m_db_corr/(np.sqrt(v_db_corr)+self.epsilon))
        return w, b
""",
        ("adam",),
        [
            ("np.sqrt(v_db_corr)+self.epsilon", "np.sqrt(v_db_corr+self.epsilon)"),
            (
                "self.beta2*self.v_db + (1-self.beta2)*(db**2)",
                "self.beta2*self.v_db + (1-self.beta2)*db",
            ),
            ("self.v_db/(1-self.beta2**t)", "self.v_db/(1-self.beta2)"),
        ],
    ),
    "a layer with weights and dweights, pre and post": (
        """
class Optimizer_Adam:
    def __init__(self, learning_rate=0.001, decay=0., epsilon=1e-7, beta_1=0.9, beta_2=0.999):
        self.learning_rate = learning_rate
        self.current_learning_rate = learning_rate
        self.decay, self.iterations, self.epsilon = decay, 0, epsilon
        self.beta_1, self.beta_2 = beta_1, beta_2
    def pre_update_params(self):
        if self.decay:
            self.current_learning_rate = self.learning_rate / (1. + self.decay * self.iterations)
    def update_params(self, layer):
        if not hasattr(layer, 'weight_cache'):
            layer.weight_momentums = np.zeros_like(layer.weights)
            layer.weight_cache = np.zeros_like(layer.weights)
            layer.bias_momentums = np.zeros_like(layer.biases)
            layer.bias_cache = np.zeros_like(layer.biases)
        b1, b2, n = self.beta_1, self.beta_2, self.iterations + 1
        layer.weight_momentums = b1 * layer.weight_momentums + (1 - b1) * layer.dweights
        layer.bias_momentums = b1 * layer.bias_momentums + (1 - b1) * layer.dbiases
        layer.weight_cache = b2 * layer.weight_cache + (1 - b2) * layer.dweights**2
        layer.bias_cache = b2 * layer.bias_cache + (1 - b2) * layer.dbiases**2
        wm, bm = layer.weight_momentums / (1 - b1**n), layer.bias_momentums / (1 - b1**n)
        wc, bc = layer.weight_cache / (1 - b2**n), layer.bias_cache / (1 - b2**n)
        layer.weights += -self.current_learning_rate * wm / (np.sqrt(wc) + self.epsilon)
        layer.biases += -self.current_learning_rate * bm / (np.sqrt(bc) + self.epsilon)
    def post_update_params(self):
        self.iterations += 1
""",
        ("adam",),
        [
            ("self.iterations += 1", "self.iterations += 2"),
            ("np.sqrt(bc) + self.epsilon", "np.sqrt(bc + self.epsilon)"),
            ("b2 * layer.bias_cache", "b1 * layer.bias_cache"),
            ("layer.biases += -self", "layer.biases += self"),
        ],
    ),
    "SGD with momentum on a layer": (
        """
class Optimizer_SGD:
    def __init__(self, learning_rate=1., decay=0., momentum=0.):
        self.learning_rate = self.current_learning_rate = learning_rate
        self.decay, self.iterations, self.momentum = decay, 0, momentum
    def update_params(self, layer):
        if self.momentum:
            if not hasattr(layer, 'vw'):
                layer.vw, layer.vb = np.zeros_like(layer.weights), np.zeros_like(layer.biases)
            layer.vw = self.momentum * layer.vw + (1 - self.momentum) * layer.dweights
            layer.vb = self.momentum * layer.vb + (1 - self.momentum) * layer.dbiases
            uw, ub = layer.vw, layer.vb
        else:
            uw, ub = layer.dweights, layer.dbiases
        layer.weights -= self.current_learning_rate * uw
        layer.biases -= self.current_learning_rate * ub
""",
        ("gd", "momentum"),
        [
            ("layer.vb + (1 - self.momentum)", "layer.vb + self.momentum"),
            ("(1 - self.momentum) * layer.dweights", "layer.dweights"),
        ],
    ),
    "a network with layers, step without arguments": (
        HEAD.replace("(self, lr", "(self, model, lr")
        + """
        self.model = model
        self.m = [[np.zeros_like(p) for p in layer.parameters()] for layer in model.layers]
        self.v = [[np.zeros_like(p) for p in layer.parameters()] for layer in model.layers]
    def step(self):
        self.t += 1
        for i, layer in enumerate(self.model.layers):
            for j, (p, g) in enumerate(zip(layer.parameters(), layer.gradients())):
                m = self.m[i][j]
                self.m[i][j] = m = self.b1 * m + (1 - self.b1) * g
                self.v[i][j] = self.b2 * self.v[i][j] + (1 - self.b2) * g ** 2
                mh, vh = m / (1 - self.b1 ** self.t), self.v[i][j] / (1 - self.b2 ** self.t)
                p -= self.lr * mh / (np.sqrt(vh) + self.eps)
""",
        ("adam",),
        [EPS_INSIDE, T_STAYS, SWAPPED, ASCENDS],
    ),
    "step(network), params and grads dicts of each layer": (
        """
class SGD:
    def __init__(self, lr=0.001):
        self.lr = lr
    def step(self, net):
        for layer in net.layers:
            for p, g in zip(layer.params.values(), layer.grads.values()):
                p -= self.lr * g
""",
        ("gd",),
        [ASCENDS, ("self.lr * g", "self.lr * g / 64"), ("self.lr * g", "self.lr * (g + 0.01 * p)")],
    ),
    "update(layers), layer.W and layer.dW": (
        """
class MomentumOptimizer:
    def __init__(self, layers, learning_rate=0.01, beta=0.9):
        self.lr, self.beta = learning_rate, beta
        self.vW = [np.zeros(l.W.shape) for l in layers]
        self.vb = [np.zeros(l.b.shape) for l in layers]
    def update(self, layers):
        for i, l in enumerate(layers):
            self.vW[i] = self.beta * self.vW[i] + (1 - self.beta) * l.dW
            self.vb[i] = self.beta * self.vb[i] + (1 - self.beta) * l.db
            l.W = l.W - self.lr * self.vW[i]
            l.b = l.b - self.lr * self.vb[i]
""",
        ("momentum",),
        [
            ("+ (1 - self.beta) * l.db", "+ l.db"),
            ("self.beta * self.vb[i] +", "self.vb[i] +"),
            ("l.b - self.lr", "l.b + self.lr"),
        ],
    ),
    "parameters as objects with data and grad": (
        HEAD.replace("(self, lr", "(self, params, lr")
        + """
        self.params = list(params)
        self.m = [np.zeros_like(p.data) for p in self.params]
        self.v = [np.zeros_like(p.data) for p in self.params]
    def step(self):
        self.t += 1
        for i, p in enumerate(self.params):
            if p.grad is None:
                continue
            m, g = self.m[i], p.grad
            self.m[i] = m = self.b1 * m + (1 - self.b1) * g
            self.v[i] = self.b2 * self.v[i] + (1 - self.b2) * (g * g)
            mh, vh = m / (1 - self.b1 ** self.t), self.v[i] / (1 - self.b2 ** self.t)
            p.data -= self.lr * mh / (np.sqrt(vh) + self.eps)
    def zero_grad(self):
        for p in self.params:
            p.grad = None
""",
        ("adam",),
        [EPS_INSIDE, T_STAYS, SWAPPED, ASCENDS],
    ),
    "parameters of a target that is set up": (
        """
class Optimizer:
    def __init__(self):
        self.target = None
        self.hooks = []
    def setup(self, target):
        self.target = target
        return self
    def update(self):
        for p in [p for p in self.target.params() if p.grad is not None]:
            self.update_one(p)
    def update_one(self, p):
        raise NotImplementedError()

class MomentumSGD(Optimizer):
    def __init__(self, lr=0.01, momentum=0.9):
        super().__init__()
        self.lr, self.momentum, self.vs = lr, momentum, {}
    def update_one(self, p):
        v = self.vs.setdefault(id(p), np.zeros_like(p.data))
        v *= self.momentum
        v += (1 - self.momentum) * p.grad.data
        p.data -= self.lr * v
""",
        ("momentum",),
        [
            ("v += (1 - self.momentum) *", "v +="),
            ("v *= self.momentum", "pass"),
            ("p.data -= self.lr * v", "p.data -= self.lr * (self.momentum * v + p.grad.data)"),
        ],
    ),
    "holds the parameters, step(grads)": (
        HEAD.replace("(self, lr", "(self, params, lr")
        + """
        self.params = params
        self.m = {k: np.zeros_like(p) for k, p in params.items()}
        self.v = {k: np.zeros_like(p) for k, p in params.items()}
    def step(self, grads):
        self.t += 1
        for k in self.params:
            m, g = self.m[k], grads[k]
            self.m[k] = m = self.b1 * m + (1 - self.b1) * g
            self.v[k] = self.b2 * self.v[k] + (1 - self.b2) * g**2
            mh, vh = m / (1 - self.b1**self.t), self.v[k] / (1 - self.b2**self.t)
            self.params[k] = self.params[k] - self.lr * mh / (np.sqrt(vh) + self.eps)
""",
        ("adam",),
        [EPS_INSIDE, T_STAYS, SWAPPED],
    ),
    "holds a copy of the parameters, which is an attribute": (
        """
class GradientDescent:
    def __init__(self, parameters, learning_rate=0.1):
        self.parameters = {k: p.copy() for k, p in parameters.items()}
        self.learning_rate = learning_rate
    def step(self, grads):
        for k in self.parameters:
            self.parameters[k] = self.parameters[k] - self.learning_rate * grads["d" + k]
""",
        ("gd",),
        [
            ("] - self", "] + self"),
            ('grads["d" + k]', 'np.sign(grads["d" + k])'),
            ('grads["d" + k]', '2 * grads["d" + k]'),
        ],
    ),
    "powers of beta in place of t": (
        HEAD
        + """
        self.m, self.v, self.p1, self.p2 = {}, {}, 1.0, 1.0
    def update(self, params, grads):
        self.p1 *= self.b1
        self.p2 *= self.b2
        for k in params:
            m, g = self.m.get(k, 0.0), grads[k]
            self.m[k] = m = self.b1 * m + (1 - self.b1) * g
            self.v[k] = self.b2 * self.v.get(k, 0.0) + (1 - self.b2) * g**2
            mh, vh = m / (1 - self.p1), self.v[k] / (1 - self.p2)
            params[k] -= self.lr * mh / (np.sqrt(vh) + self.eps)
""",
        ("adam",),
        [EPS_INSIDE, SWAPPED, ASCENDS, ("self.p2 *= self.b2", "self.p2 = self.b2")],
    ),
    "pairs of gradient and parameter": (
        HEAD
        + """
        self.state = {}
    def apply_gradients(self, grads_and_vars):
        self.t += 1
        for i, (g, p) in enumerate(grads_and_vars):
            m, v = self.state.get(i, (0.0, 0.0))
            m = self.b1 * m + (1 - self.b1) * g
            v = self.b2 * v + (1 - self.b2) * g**2
            self.state[i] = (m, v)
            mh, vh = m / (1 - self.b1**self.t), v / (1 - self.b2**self.t)
            p -= self.lr * mh / (np.sqrt(vh) + self.eps)
""",
        ("adam",),
        [EPS_INSIDE, T_STAYS, SWAPPED, ASCENDS],
    ),
    "called like a function, list in, list out": (
        """
class SGD(object):
    def __init__(self, alpha):
        self.alpha = alpha
    def __call__(self, params, grads):
        return [p - self.alpha * g for p, g in zip(params, grads)]
""",
        ("gd",),
        [("p - self", "p + self"), ("self.alpha * g", "0.01 * g"), ("* g for", "* g * abs(g) for")],
    ),
    "a dataclass": (
        """
from dataclasses import dataclass, field
@dataclass
class Momentum:
    learning_rate: float = 0.01
    mu: float = 0.9
    v: dict = field(default_factory=dict)
    def update(self, params, grads):
        for k in params:
            self.v[k] = self.mu * self.v.get(k, 0) + (1 - self.mu) * grads[k]
            params[k] -= self.learning_rate * self.v[k]
""",
        ("momentum",),
        [
            ("+ (1 - self.mu) *", "+"),
            ("(1 - self.mu)", "self.mu"),
            ("self.v[k]\n", "(self.mu * self.v[k] + (1 - self.mu) * grads[k])\n"),
        ],
    ),
    "lists of a dict a layer": (
        HEAD
        + """
        self.s = None
    def update(self, layers, grads):
        raise TypeError("not this one")
    def step(self, params, grads):
        if self.s is None:
            self.s = [{k: (0 * p, 0 * p) for k, p in l.items()} for l in params]
        self.t += 1
        for l, d, s in zip(params, grads, self.s):
            for k in l:
                m, v = s[k]
                g = d["d" + k]
                m = self.b1 * m + (1 - self.b1) * g
                v = self.b2 * v + (1 - self.b2) * g**2
                s[k] = m, v
                mh, vh = m / (1 - self.b1**self.t), v / (1 - self.b2**self.t)
                l[k] = l[k] - self.lr * mh / (np.sqrt(vh) + self.eps)
""",
        ("adam",),
        [EPS_INSIDE, T_STAYS, SWAPPED],
    ),
    "settings in a dict": (
        """
class AdamSolver:
    def __init__(self, params, config):
        self.params = params
        self.lr = config.get("lr", 1e-3)
        self.b1, self.b2 = config.get("beta1", 0.9), config.get("beta2", 0.999)
        self.eps = config.get("eps", 1e-8)
        self.m, self.v, self.t = [0.0] * len(params), [0.0] * len(params), 0
    def step(self, grads):
        self.t += 1
        for i, g in enumerate(grads):
            m = self.m[i]
            self.m[i] = m = self.b1 * m + (1 - self.b1) * g
            self.v[i] = self.b2 * self.v[i] + (1 - self.b2) * g**2
            mh, vh = m / (1 - self.b1**self.t), self.v[i] / (1 - self.b2**self.t)
            self.params[i] -= self.lr * mh / (np.sqrt(vh) + self.eps)
""",
        ("adam",),
        [EPS_INSIDE, T_STAYS, SWAPPED, ASCENDS],
    ),
    "weight decay and AMSGrad that are set off": (
        HEAD.replace("eps=1e-8)", "eps=1e-8, weight_decay=0.01, amsgrad=True)")
        + """
        self.wd, self.ams = weight_decay, amsgrad
        self.m, self.v, self.top = {}, {}, {}
    def update(self, params, grads):
        self.t += 1
        for k in params:
            m, g = self.m.get(k, 0.0), grads[k] + self.wd * params[k]
            self.m[k] = m = self.b1 * m + (1 - self.b1) * g
            self.v[k] = self.b2 * self.v.get(k, 0.0) + (1 - self.b2) * g**2
            mh, vh = m / (1 - self.b1**self.t), self.v[k] / (1 - self.b2**self.t)
            if self.ams:
                vh = self.top[k] = np.maximum(self.top.get(k, 0.0), vh)
            params[k] -= self.lr * mh / (np.sqrt(vh) + self.eps)
""",
        ("adam",),
        [
            EPS_INSIDE,
            T_STAYS,
            SWAPPED,
            ASCENDS,
            ("self.wd * params", "0.01 * params"),
            ("if self.ams", "if True"),
        ],
    ),
    "private attributes and one setup with a list": (
        """
class SGDOptimizer:
    def __init__(self, lr=0.1, momentum=0.0):
        self._lr, self._mu, self._v = lr, momentum, None
    def initialize(self, params):
        self._params = params
        self._v = [np.zeros_like(p) for p in params]
    def step(self, grads):
        for p, g, v in zip(self._params, grads, self._v):
            v[...] = self._mu * v + (1 - self._mu) * g
            p -= self._lr * v
""",
        ("gd", "momentum"),
        [("(1 - self._mu) * g", "g"), ("p -= self._lr * v", "p -= self._lr * (v + g)")],
    ),
    "nothing but the rate is offered": (
        """
class Adam:
    def __init__(self, params, lr=1e-3):
        self.params, self.lr, self.t = params, lr, 0
        self.m = [np.zeros_like(p) for p in params]
        self.v = [np.zeros_like(p) for p in params]
    def step(self, grads):
        self.t += 1
        for i, (p, g) in enumerate(zip(self.params, grads)):
            self.m[i] = 0.9 * self.m[i] + 0.1 * g
            self.v[i] = 0.999 * self.v[i] + 0.001 * g**2
            mh, vh = self.m[i] / (1 - 0.9**self.t), self.v[i] / (1 - 0.999**self.t)
            p -= self.lr * mh / (np.sqrt(vh) + 1e-8)
""",
        ("adam",),
        [
            ("np.sqrt(vh) + 1e-8", "np.sqrt(vh + 1e-8)"),
            ("np.sqrt(vh) + 1e-8", "np.sqrt(vh)"),
            ("0.9 * self.m[i] + 0.1 * g", "0.999 * self.m[i] + 0.001 * g"),
            T_STAYS,
            ASCENDS,
        ],
    ),
    "constants of the class": (
        """
class Adam:
    BETA1, BETA2 = 0.9, 0.999
    EPSILON = 10 ** -8
    def __init__(self, learning_rate):
        self.learning_rate, self.t, self.m, self.v = learning_rate, 0, {}, {}
    def update(self, params, grads):
        self.t += 1
        for k in params:
            g = grads[k]
            self.m[k] = self.BETA1 * self.m.get(k, 0) + (1 - self.BETA1) * g
            self.v[k] = self.BETA2 * self.v.get(k, 0) + (1 - self.BETA2) * g**2
            mh, vh = self.m[k] / (1 - self.BETA1**self.t), self.v[k] / (1 - self.BETA2**self.t)
            params[k] -= self.learning_rate * mh / (np.sqrt(vh) + self.EPSILON)
""",
        ("adam",),
        [
            ("np.sqrt(vh) + self.EPSILON", "np.sqrt(vh + self.EPSILON)"),
            ("self.BETA1 * self.m", "self.BETA2 * self.m"),
            T_STAYS,
        ],
    ),
    "the first step is undamped": (
        """
class SGD:
    def __init__(self, params, lr=0.01, momentum=0.9):
        self.params, self.lr, self.momentum = params, lr, momentum
        self.v = {k: np.zeros_like(p) for k, p in params.items()}
    def step(self, grads):
        for k, p in self.params.items():
            self.v[k] = self.momentum * self.v[k] + (1 - self.momentum) * grads[k]
            p -= self.lr * self.v[k]
""",
        ("gd", "momentum"),
        [
            (
                "self.momentum * self.v[k] + (1 - self.momentum) * grads[k]",
                "self.momentum * self.v[k] + (1 - self.momentum) * grads[k] if self.v[k].any() "
                "else grads[k]",
            ),
            ("p -= self.lr * self.v[k]", "p -= self.lr * self.v[k]; self.lr *= 0.999"),
        ],
    ),
    "betas in a pair, state under the keys of the parameters": (
        """
class Adam:
    def __init__(self, params, lr=0.01, betas=(0.9, 0.999), eps=1e-8):
        self.params, self.lr, self.betas, self.eps = params, lr, betas, eps
        self._m, self._v, self._t = {}, {}, 0
    def step(self, grads):
        self._t += 1
        beta1, beta2 = self.betas
        for k in self.params:
            g = grads["d" + k]
            self._m[k] = beta1 * self._m.get(k, 0) + (1 - beta1) * g
            self._v[k] = beta2 * self._v.get(k, 0) + (1 - beta2) * g**2
            first = self._m[k] / (1 - beta1**self._t)
            second = self._v[k] / (1 - beta2**self._t)
            self.params[k] = self.params[k] - self.lr * first / (second**0.5 + self.eps)
""",
        ("adam",),
        [("beta1, beta2 = self.betas", "beta2, beta1 = self.betas"), ("second**0.5", "second")],
    ),
}
