"""Functions, factories and minimizers as people write them, with wrong twins."""

FORMS = {
    "one array and a config dict: gd": (
        """
def sgd(w, dw, config=None):
    if config is None: config = {}
    config.setdefault('learning_rate', 1e-2)
    w -= config['learning_rate'] * dw
    return w, config
""",
        ("gd",),
        [("w -=", "w +="), ("* dw", "* dw / 64"), ("* dw", "* np.sign(dw)")],
    ),
    "one array and a config dict: momentum": (
        """
def sgd_momentum(w, dw, config=None):
    if config is None: config = {}
    config.setdefault('learning_rate', 1e-2)
    config.setdefault('momentum', 0.9)
    v = config.get('velocity', np.zeros_like(w))
    v = config['momentum'] * v + (1 - config['momentum']) * dw
    next_w = w - config['learning_rate'] * v
    config['velocity'] = v
    return next_w, config
""",
        ("momentum",),
        [
            ("+ (1 - config['momentum']) * dw", "- config['learning_rate'] * dw"),
            ("(1 - config['momentum']) * dw", "dw"),
            ("    config['velocity'] = v\n", ""),
        ],
    ),
    "one array and a config dict: adam": (
        """
def adam(x, dx, config=None):
    if config is None: config = {}
    config.setdefault('learning_rate', 1e-3)
    config.setdefault('beta1', 0.9)
    config.setdefault('beta2', 0.999)
    config.setdefault('epsilon', 1e-8)
    config.setdefault('m', np.zeros_like(x))
    config.setdefault('v', np.zeros_like(x))
    config.setdefault('t', 0)
    lr, b1, b2, eps = (config[k] for k in ('learning_rate', 'beta1', 'beta2', 'epsilon'))
    config['t'] += 1
    config['m'] = m = b1 * config['m'] + (1 - b1) * dx
    config['v'] = v = b2 * config['v'] + (1 - b2) * dx**2
    mt, vt = m / (1 - b1 ** config['t']), v / (1 - b2 ** config['t'])
    return x - lr * mt / (np.sqrt(vt) + eps), config
""",
        ("adam",),
        [
            ("np.sqrt(vt) + eps", "np.sqrt(vt + eps)"),
            ("config['t'] += 1", "config['t'] = 1"),
            ("b1 * config['m'] + (1 - b1)", "b2 * config['m'] + (1 - b2)"),
            ("'epsilon', 1e-8)", "'epsilon', 1e-8); config['epsilon'] = 1e-3"),
        ],
    ),
    "m, v and t beside the parameter": (
        """
def adam_optimizer(parameter, grad, m, v, t, learning_rate=0.001, beta1=0.9, beta2=0.999,
                   epsilon=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * (grad ** 2)
    m_hat = m / (1 - beta1 ** t)
    v_hat = v / (1 - beta2 ** t)
    parameter = parameter - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return parameter, m, v
""",
        ("adam",),
        [
            ("np.sqrt(v_hat) + epsilon", "np.sqrt(v_hat + epsilon)"),
            ("1 - beta2 ** t", "1 - beta2"),
            ("return parameter, m, v", "return parameter, m_hat, v"),
            ("beta1 * m + (1 - beta1)", "beta2 * m + (1 - beta2)"),
        ],
    ),
    "hyperparameters first, then the variable": (
        """
def update_variables_Adam(alpha, beta1, beta2, epsilon, var, grad, v, s, t):
    Vd = (beta1 * v) + ((1 - beta1) * grad)
    Sd = (beta2 * s) + ((1 - beta2) * grad * grad)
    Vd_ok = Vd / (1 - beta1 ** t)
    Sd_ok = Sd / (1 - beta2 ** t)
    w = var - alpha * (Vd_ok / ((Sd_ok ** 0.5) + epsilon))
    return (w, Vd, Sd)
""",
        ("adam",),
        [
            ("((Sd_ok ** 0.5) + epsilon)", "((Sd_ok + epsilon) ** 0.5)"),
            ("return (w, Vd, Sd)", "return (w, Vd_ok, Sd)"),
            ("grad * grad)", "grad)"),
        ],
    ),
    "hyperparameters first: momentum": (
        """
def update_variables_momentum(alpha, beta1, var, grad, v):
    Vd = beta1 * v + (1 - beta1) * grad
    return var - alpha * Vd, Vd
""",
        ("momentum",),
        [
            ("(1 - beta1) * grad", "grad"),
            ("alpha * Vd", "alpha * (Vd + grad)"),
            (", Vd\n", ", v\n"),
        ],
    ),
    "lists in place, as book code has it": (
        """
def sgd_step(params, grads, lr):
    for p, g in zip(params, grads):
        p -= lr * g
""",
        ("gd",),
        [("p -=", "p +="), ("lr * g", "lr * g**2"), ("lr * g", "lr * 2 * g")],
    ),
    "a tree and a state, made by init": (
        """
def adam_init(params):
    zeros = {k: np.zeros_like(p) for k, p in params.items()}
    return dict(m=zeros, v={k: z.copy() for k, z in zeros.items()}, t=0)

def adam_update(params, grads, state, lr=1e-3, b1=0.9, b2=0.999, eps=1e-8):
    t = state["t"] + 1
    m = {k: b1 * state["m"][k] + (1 - b1) * g for k, g in grads.items()}
    v = {k: b2 * state["v"][k] + (1 - b2) * g**2 for k, g in grads.items()}
    new = {}
    for k, p in params.items():
        mh, vh = m[k] / (1 - b1**t), v[k] / (1 - b2**t)
        new[k] = p - lr * mh / (np.sqrt(vh) + eps)
    return new, dict(m=m, v=v, t=t)
""",
        ("adam",),
        [
            ("np.sqrt(vh) + eps", "np.sqrt(vh + eps)"),
            ('state["t"] + 1', "1"),
            ("(1 - b2) * g**2", "(1 - b2) * g"),
            ("m=m, v=v, t=t", "m=state['m'], v=v, t=t"),
        ],
    ),
    "the state comes first in what is returned": (
        """
def momentum_update(velocity, params, grads, lr, momentum=0.9):
    velocity = [momentum * v + (1 - momentum) * g for v, g in zip(velocity, grads)]
    params = [p - lr * v for p, v in zip(params, velocity)]
    return velocity, params
""",
        ("momentum",),
        [("(1 - momentum) * g", "g"), ("momentum * v +", "0.9 * v +"), ("p - lr", "p + lr")],
    ),
    "the step counts from 0": (
        """
def adam(w, g, m, v, step, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    c1, c2 = 1 - beta1 ** (step + 1), 1 - beta2 ** (step + 1)
    w -= lr * (m / c1) / (np.sqrt(v / c2) + eps)
    return w, m, v
""",
        ("adam",),
        [
            ("1 - beta2 ** (step + 1)", "1 - beta2 ** (step + 2)"),
            ("np.sqrt(v / c2) + eps", "np.sqrt(v / c2 + eps)"),
            ("w -= lr", "w += lr"),
        ],
    ),
    "w, b, dw and db": (
        """
def gradient_descent_step(w, b, dw, db, learning_rate):
    w = w - learning_rate * dw
    b = b - learning_rate * db
    return w, b
""",
        ("gd",),
        [("b - learning_rate * db", "b"), ("* db", "* db.mean()"), ("w - learn", "w + learn")],
    ),
    "a closure over the settings": (
        """
def make_momentum(lr=0.01, mu=0.9):
    velocity = {}
    def step(params, grads):
        for k in params:
            velocity[k] = mu * velocity.get(k, 0.0) + (1 - mu) * grads[k]
            params[k] = params[k] - lr * velocity[k]
        return params
    return step
""",
        ("momentum",),
        [
            ("(1 - mu) * grads", "grads"),
            ("- lr *", "- lr * lr *"),
            ("mu * velocity.get(k, 0.0) +", ""),
        ],
    ),
    "init and update in a tuple, updates are added": (
        """
def adam(learning_rate=0.01, b1=0.9, b2=0.999, eps=1e-8):
    def init(params):
        return {k: (0 * p, 0 * p) for k, p in params.items()}, 0
    def update(grads, state, params=None):
        (moments, n), updates, new = state, {}, {}
        n += 1
        for k, g in grads.items():
            m, v = moments[k]
            m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
            new[k] = m, v
            updates[k] = -learning_rate * (m / (1 - b1**n)) / (np.sqrt(v / (1 - b2**n)) + eps)
        return updates, (new, n)
    return init, update
""",
        ("adam",),
        [
            ("np.sqrt(v / (1 - b2**n)) + eps", "np.sqrt(v / (1 - b2**n) + eps)"),
            ("n += 1", "n = 1"),
            ("= -learning_rate", "= learning_rate"),
        ],
    ),
    "a minimizer with a callback": (
        """
def adam(grad, x, callback=None, num_iters=100, step_size=0.001, b1=0.9, b2=0.999, eps=10**-8):
    m = np.zeros(len(x))
    v = np.zeros(len(x))
    for i in range(num_iters):
        g = grad(x, i)
        if callback: callback(x, i, g)
        m = (1 - b1) * g + b1 * m
        v = (1 - b2) * (g**2) + b2 * v
        mhat = m / (1 - b1**(i + 1))
        vhat = v / (1 - b2**(i + 1))
        x = x - step_size*mhat/(np.sqrt(vhat) + eps)
    return x
""",
        ("adam",),
        [
            ("np.sqrt(vhat) + eps", "np.sqrt(vhat + eps)"),
            ("1 - b2**(i + 1)", "1 - b2"),
            ("x = x - step", "x = x + step"),
            ("return x", "return x + 1"),
        ],
    ),
    "a minimizer of objective and derivative": (
        """
def gradient_descent(objective, derivative, x0, n_iter, step_size):
    x = np.asarray(x0, float)
    path = [x]
    for _ in range(n_iter):
        x = x - step_size * derivative(x)
        path.append(x)
        objective(x)
    return x, path
""",
        ("gd",),
        [("x - step", "x + step"), ("derivative(x)\n", "np.sign(derivative(x))\n")],
    ),
    "a minimizer that starts within bounds": (
        """
def adam(objective, derivative, bounds, n_iter, alpha, beta1, beta2, eps=1e-8):
    x = bounds[:, 0] + np.random.rand(len(bounds)) * (bounds[:, 1] - bounds[:, 0])
    score = objective(x[0], x[1])
    m = [0.0 for _ in range(bounds.shape[0])]
    v = [0.0 for _ in range(bounds.shape[0])]
    for t in range(n_iter):
        g = derivative(*x)
        for i in range(x.shape[0]):
            m[i] = beta1 * m[i] + (1.0 - beta1) * g[i]
            v[i] = beta2 * v[i] + (1.0 - beta2) * g[i]**2
            mhat = m[i] / (1.0 - beta1**(t+1))
            vhat = v[i] / (1.0 - beta2**(t+1))
            x[i] = x[i] - alpha * mhat / (np.sqrt(vhat) + eps)
    return [x, score]
""",
        ("adam",),
        [
            ("np.sqrt(vhat) + eps", "np.sqrt(vhat + eps)"),
            ("1.0 - beta2**(t+1)", "1.0 - beta2**(t+2)"),
            ("g[i]**2", "g[i]"),
        ],
    ),
    "a minimizer of one number, until it hardly moves": (
        """
def gradient_descent(gradient, start, learn_rate, n_iter=50, tolerance=1e-06):
    vector = start
    for _ in range(n_iter):
        diff = -learn_rate * gradient(vector)
        if abs(diff) <= tolerance:
            break
        vector += diff
    return vector
""",
        ("gd",),
        [("= -learn_rate", "= learn_rate"), ("gradient(vector)\n", "gradient(vector)**3\n")],
    ),
    "a function that gives value and gradient": (
        """
def sgd(f, x0, step, iterations):
    x = x0
    for it in range(1, iterations + 1):
        cost, grad = f(x)
        x = x - step * grad
    return x
""",
        ("gd",),
        [("x - step", "x + step"), ("step * grad", "step * grad / it")],
    ),
    "w, b, dw and db, with the moments of each": (
        """
def update_with_adam(W, b, dW, db, m_W, v_W, m_b, v_b, t, lr=0.01, beta1=0.9, beta2=0.999,
                     eps=1e-8):
    m_W = beta1 * m_W + (1 - beta1) * dW
    v_W = beta2 * v_W + (1 - beta2) * dW**2
    m_b = beta1 * m_b + (1 - beta1) * db
    v_b = beta2 * v_b + (1 - beta2) * db**2
    c1, c2 = 1 - beta1**t, 1 - beta2**t
    W = W - lr * (m_W / c1) / (np.sqrt(v_W / c2) + eps)
    b = b - lr * (m_b / c1) / (np.sqrt(v_b / c2) + eps)
    return W, b, m_W, v_W, m_b, v_b
""",
        ("adam",),
        [
            ("np.sqrt(v_b / c2) + eps", "np.sqrt(v_b / c2 + eps)"),
            ("beta2 * v_b +", "beta2 * v_b.mean() +"),
            ("return W, b, m_W, v_W, m_b, v_b", "return W, b, m_W, v_W, m_b / c1, v_b"),
        ],
    ),
}
