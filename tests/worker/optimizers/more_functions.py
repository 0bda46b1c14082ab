"""More functions and minimizers as people write them, with wrong twins."""

# ruff: noqa: E501 (lines as long as people write them)

FORMS = {
    "init, update and get_params in a tuple, one array": (
        """
def adam(step_size, b1=0.9, b2=0.999, eps=1e-8):
    def init(x0):
        m0 = np.zeros_like(x0)
        v0 = np.zeros_like(x0)
        return x0, m0, v0
    def update(i, g, state):
        x, m, v = state
        m = (1 - b1) * g + b1 * m
        v = (1 - b2) * np.square(g) + b2 * v
        mhat = m / (1 - np.asarray(b1) ** (i + 1))
        vhat = v / (1 - np.asarray(b2) ** (i + 1))
        x = x - step_size * mhat / (np.sqrt(vhat) + eps)
        return x, m, v
    def get_params(state):
        x, _, _ = state
        return x
    return init, update, get_params
""",
        ("adam",),
        [("(i + 1))", "(i + 2))"), ("+ eps)", "- eps)")],
    ),
    "lists of moments beside lists, in place": (
        """
def adam_update(params, grads, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    for i in range(len(params)):
        m[i] = beta1 * m[i] + (1 - beta1) * grads[i]
        v[i] = beta2 * v[i] + (1 - beta2) * grads[i] ** 2
        m_hat = m[i] / (1 - beta1 ** t)
        v_hat = v[i] / (1 - beta2 ** t)
        params[i] -= lr * m_hat / (np.sqrt(v_hat) + eps)
""",
        ("adam",),
        [("beta2 ** t", "beta2 * t"), ("params[i] -=", "params[i] +=")],
    ),
    "a named tuple for state, (grads, state, params)": (
        """
from typing import NamedTuple, Any

class AdamState(NamedTuple):
    m: Any
    v: Any
    t: int

def adam_init(params):
    zeros = {k: np.zeros_like(p) for k, p in params.items()}
    return AdamState(m=zeros, v=dict(zeros), t=0)

def adam_update(grads, state, params, lr=1e-3, b1=0.9, b2=0.999, eps=1e-8):
    t = state.t + 1
    m = {k: b1 * state.m[k] + (1 - b1) * grads[k] for k in params}
    v = {k: b2 * state.v[k] + (1 - b2) * grads[k] ** 2 for k in params}
    new = {k: params[k] - lr * (m[k] / (1 - b1**t)) / (np.sqrt(v[k] / (1 - b2**t)) + eps) for k in params}
    return new, AdamState(m, v, t)
""",
        ("adam",),
        [("t = state.t + 1", "t = 1"), ("AdamState(m, v, t)", "AdamState(m, state.v, t)")],
    ),
    "dataclasses for the settings and the state": (
        """
from dataclasses import dataclass, field

@dataclass
class AdamConfig:
    lr: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

@dataclass
class AdamState:
    step: int = 0
    m: dict = field(default_factory=dict)
    v: dict = field(default_factory=dict)

def adam_step(params, grads, state: AdamState, cfg: AdamConfig):
    state.step += 1
    for name, g in grads.items():
        m = state.m.get(name, np.zeros_like(g))
        v = state.v.get(name, np.zeros_like(g))
        m = cfg.beta1 * m + (1 - cfg.beta1) * g
        v = cfg.beta2 * v + (1 - cfg.beta2) * g * g
        state.m[name], state.v[name] = m, v
        m_hat = m / (1 - cfg.beta1 ** state.step)
        v_hat = v / (1 - cfg.beta2 ** state.step)
        params[name] = params[name] - cfg.lr * m_hat / (np.sqrt(v_hat) + cfg.eps)
    return params
""",
        ("adam",),
        [("state.step += 1", "state.step = 1"), ("cfg.beta2 ** state", "cfg.beta1 ** state")],
    ),
    "a minimizer as SciPy calls it, a result with attributes": (
        """
class OptimizeResult(dict):
    __getattr__ = dict.get

def adam(fun, x0, jac, args=(), learning_rate=0.001, beta1=0.9, beta2=0.999, eps=1e-8, startiter=0, maxiter=1000, callback=None, **kwargs):
    x = x0
    m = np.zeros_like(x)
    v = np.zeros_like(x)
    for i in range(startiter, startiter + maxiter):
        g = jac(x)
        if callback and callback(x):
            break
        m = (1 - beta1) * g + beta1 * m
        v = (1 - beta2) * (g**2) + beta2 * v
        mhat = m / (1 - beta1**(i + 1))
        vhat = v / (1 - beta2**(i + 1))
        x = x - learning_rate * mhat / (np.sqrt(vhat) + eps)
    i += 1
    return OptimizeResult(x=x, fun=fun(x), jac=g, nit=i, nfev=i, success=True)
""",
        ("adam",),
        [("beta2**(i + 1)", "beta2"), ("+ eps)", ")")],
    ),
    "a cache that is None at first": (
        """
def adam_update(w, grad, cache=None, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    if cache is None:
        cache = {"m": np.zeros_like(w), "v": np.zeros_like(w), "t": 0}
    cache["t"] += 1
    cache["m"] = beta1 * cache["m"] + (1 - beta1) * grad
    cache["v"] = beta2 * cache["v"] + (1 - beta2) * np.square(grad)
    m_hat = cache["m"] / (1 - beta1 ** cache["t"])
    v_hat = cache["v"] / (1 - beta2 ** cache["t"])
    w_new = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return w_new, cache
""",
        ("adam",),
        [('cache["t"] += 1', 'cache["t"] = 3'), ("np.square(grad)", "np.abs(grad)")],
    ),
    "a minimizer that returns its path, verbose": (
        """
def adam_optimizer(grad_f, x_init, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8, n_iters=200, verbose=False):
    x = np.asarray(x_init, dtype=np.float64).copy()
    m, v = np.zeros_like(x), np.zeros_like(x)
    path = [x.copy()]
    for k in range(1, n_iters + 1):
        g = grad_f(x)
        m = beta1 * m + (1.0 - beta1) * g
        v = beta2 * v + (1.0 - beta2) * g * g
        x = x - lr * (m / (1.0 - beta1 ** k)) / (np.sqrt(v / (1.0 - beta2 ** k)) + eps)
        path.append(x.copy())
        if verbose and k % 10 == 0:
            print(k, x)
    return np.array(path)
""",
        ("adam",),
        [("range(1, n_iters + 1)", "range(2, n_iters + 2)"), ("beta2 * v +", "beta1 * v +")],
    ),
    "a minimizer of one number, two bounds": (
        """
def gradient_descent(df, x_start, learning_rate=0.01, max_iterations=1000, precision=1e-6):
    cur_x = x_start
    iters = 0
    previous_step_size = 1
    while previous_step_size > precision and iters < max_iterations:
        prev_x = cur_x
        cur_x = cur_x - learning_rate * df(prev_x)
        previous_step_size = abs(cur_x - prev_x)
        iters = iters + 1
    return cur_x
""",
        ("gd",),
        [
            ("learning_rate * df", "learning_rate * 2 * df"),
            ("cur_x - learning_rate", "cur_x + learning_rate"),
        ],
    ),
    "a dict of all state, in place": (
        """
def init_optimizer(params):
    return {"t": 0, "m": {k: np.zeros_like(v) for k, v in params.items()},
            "v": {k: np.zeros_like(v) for k, v in params.items()}}

def adam_step(params, grads, opt, lr=1e-3, b1=0.9, b2=0.999, eps=1e-8):
    opt["t"] += 1
    t = opt["t"]
    for k in params.keys():
        opt["m"][k] = b1 * opt["m"][k] + (1 - b1) * grads[k]
        opt["v"][k] = b2 * opt["v"][k] + (1 - b2) * (grads[k] ** 2)
        params[k] = params[k] - lr * (opt["m"][k] / (1 - b1 ** t)) / (np.sqrt(opt["v"][k] / (1 - b2 ** t)) + eps)
""",
        ("adam",),
        [('opt["t"] += 1', 'opt["t"] += 2'), ("(1 - b2 ** t)) + eps", "(1 - b2 ** t) + eps)")],
    ),
    "scalar weights w1,w2 with tuple returns": (
        """
def momentum_step(w, b, dw, db, vw, vb, beta=0.9, lr=0.01):
    vw = beta * vw + (1 - beta) * dw
    vb = beta * vb + (1 - beta) * db
    w = w - lr * vw
    b = b - lr * vb
    return w, b, vw, vb
""",
        ("momentum",),
        [("(1 - beta) * db", "db")],
    ),
    "a generator of steps": (
        """
def gradient_descent(grad, x0, lr=0.1, steps=100):
    x = np.array(x0, dtype=float)
    for _ in range(steps):
        x = x - lr * grad(x)
        yield x
""",
        ("gd",),
        [("lr * grad", "2 * lr * grad")],
    ),
    "closure make_adam(params) returns step": (
        """
def make_adam(params, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = {k: np.zeros_like(v) for k, v in params.items()}
    v = {k: np.zeros_like(w) for k, w in params.items()}
    t = 0
    def step(grads):
        nonlocal t
        t += 1
        for k in params:
            m[k] = beta1 * m[k] + (1 - beta1) * grads[k]
            v[k] = beta2 * v[k] + (1 - beta2) * grads[k] ** 2
            params[k] -= lr * (m[k] / (1 - beta1 ** t)) / (np.sqrt(v[k] / (1 - beta2 ** t)) + eps)
        return params
    return step
""",
        ("adam",),
        [("t += 1", "t += 2"), ("grads[k] ** 2", "grads[k]")],
    ),
    "adam with eps added as variable EPS and class constants, returns m v": (
        """
def adam(param, grad, m, v, t, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad * grad
    mh = m / (1 - b1 ** t)
    vh = v / (1 - b2 ** t)
    return param - lr * mh / (np.sqrt(vh) + eps), m, v
""",
        ("adam",),
        [("b2 ** t", "b1 ** t")],
    ),
    "state first: state, params, grads": (
        """
def adam_step(state, params, grads, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = state
    t = t + 1
    m = [beta1 * mi + (1 - beta1) * g for mi, g in zip(m, grads)]
    v = [beta2 * vi + (1 - beta2) * g ** 2 for vi, g in zip(v, grads)]
    params = [p - lr * (mi / (1 - beta1 ** t)) / (np.sqrt(vi / (1 - beta2 ** t)) + eps)
              for p, mi, vi in zip(params, m, v)]
    return (m, v, t), params

def init_adam_state(params):
    return [np.zeros_like(p) for p in params], [np.zeros_like(p) for p in params], 0
""",
        ("adam",),
        [("t = t + 1", "t = 1"), ("return (m, v, t)", "return (m, state[1], t)")],
    ),
    "minimizer: f, grad_f, x0, with kwargs": (
        """
def minimize_adam(f, grad_f, x0, **kwargs):
    lr = kwargs.get("lr", 0.001)
    beta1 = kwargs.get("beta1", 0.9)
    beta2 = kwargs.get("beta2", 0.999)
    eps = kwargs.get("eps", 1e-8)
    n = kwargs.get("n_iter", 1000)
    x, m, v = np.array(x0, float), 0.0, 0.0
    for t in range(1, n + 1):
        g = grad_f(x)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g ** 2
        x = x - lr * (m / (1 - beta1 ** t)) / (np.sqrt(v / (1 - beta2 ** t)) + eps)
    return x, f(x)
""",
        ("adam",),
        [("beta2 ** t", "beta2")],
    ),
    "minimizer in other order: x0, grad": (
        """
def momentum_gd(x_init, grad_func, alpha=0.1, beta=0.9, n_iterations=100):
    x = x_init
    v = np.zeros_like(x_init)
    history = [x]
    for _ in range(n_iterations):
        v = beta * v + (1 - beta) * grad_func(x)
        x = x - alpha * v
        history.append(x)
    return np.array(history)
""",
        ("momentum",),
        [("(1 - beta) * grad", "grad")],
    ),
    "torch style functional names _single_tensor_adam": (
        """
def _single_tensor_adam(params, grads, exp_avgs, exp_avg_sqs, step, lr, beta1, beta2, eps):
    for i, param in enumerate(params):
        grad = grads[i]
        exp_avgs[i] = beta1 * exp_avgs[i] + (1 - beta1) * grad
        exp_avg_sqs[i] = beta2 * exp_avg_sqs[i] + (1 - beta2) * grad * grad
        bias_correction1 = 1 - beta1 ** step
        bias_correction2 = 1 - beta2 ** step
        denom = np.sqrt(exp_avg_sqs[i]) / np.sqrt(bias_correction2) + eps
        params[i] = param - lr / bias_correction1 * exp_avgs[i] / denom
    return params
""",
        ("adam",),
        [("/ np.sqrt(bias_correction2)", "")],
    ),
}
