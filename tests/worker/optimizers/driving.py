"""Drive an optimizer in the tests, beside the document's formulas written out once more."""

import sys
import types
from pathlib import Path
from typing import Any

import numpy as np

from optproof.worker.optimizers import Found, Unable, find, run

SHAPES = {"W1": (2, 3), "b1": (2, 1), "W2": (3, 2), "b2": (3, 1), "W3": (2, 3), "b3": (2, 1)}
HYPER = {
    "gd": {"learning_rate": 0.037},
    "momentum": {"learning_rate": 0.037, "beta": 0.83},
    "adam": {"learning_rate": 0.037, "beta1": 0.83, "beta2": 0.961, "epsilon": 3e-7},
}
STEPS = 8


def module_of(source: str, tmp_path: Path, head: str = "import numpy as np\n") -> types.ModuleType:
    """Return the source as a module of a file, so that its source can be read."""
    path = tmp_path / f"written_{len(list(tmp_path.iterdir()))}.py"
    path.write_text(head + source, encoding="utf-8")
    module = types.ModuleType(path.stem)
    module.__file__ = str(path)
    sys.modules[path.stem] = module
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), vars(module))
    return module


def found_in(
    source: str, tmp_path: Path, head: str = "import numpy as np\n", **options: Any
) -> Found:
    return find(module_of(source, tmp_path, head), lambda thing: False, (), options)


def trajectory(seed: int = 3, steps: int = STEPS) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return parameters and gradients that come in very different sizes, zeros among them."""
    rng = np.random.RandomState(seed)
    parameters = {n: 1e-3 * rng.randn(*s) for n, s in SHAPES.items()}
    gradients = []
    for step in range(steps):
        sizes = {n: 10 ** rng.uniform(-8, 1 - step % 3, s) for n, s in SHAPES.items()}
        signs = {n: rng.randint(-1, 2, s) for n, s in SHAPES.items()}
        gradients.append({f"d{n}": sizes[n] * signs[n] for n in SHAPES})
    return parameters, gradients


def expected(kind: str, parameters: Any, gradients: Any, hyper: Any, rates: Any = ()) -> list[Any]:
    """Return the parameters after each step, by the document's formulas."""
    h, out = dict(hyper), []
    p = {n: a.astype(float) for n, a in parameters.items()}
    v = {n: np.zeros_like(a) for n, a in p.items()}
    s = {n: np.zeros_like(a) for n, a in p.items()}
    for t, grads in enumerate(gradients, 1):
        a = rates[t - 1] if rates else h["learning_rate"]
        for n in p:
            g = grads["d" + n]
            if kind == "gd":
                p[n] = p[n] - a * g
            elif kind == "momentum":
                v[n] = h["beta"] * v[n] + (1 - h["beta"]) * g
                p[n] = p[n] - a * v[n]
            else:
                b1, b2 = h["beta1"], h["beta2"]
                v[n] = b1 * v[n] + (1 - b1) * g
                s[n] = b2 * s[n] + (1 - b2) * g * g
                step = (v[n] / (1 - b1**t)) / (np.sqrt(s[n] / (1 - b2**t)) + h["epsilon"])
                p[n] = p[n] - a * step
        out.append({n: a.copy() for n, a in p.items()})
    return out


def difference(optimizer: Any, kind: str, seed: int = 3, rates: Any = ()) -> float:
    """Return how far the optimizer is from the document's path, as a part of that path."""
    parameters, gradients = trajectory(seed)
    steps: list[dict[str, Any]] = [
        {"grads": {k: a.copy() for k, a in g.items()}} for g in gradients
    ]
    for step, rate in zip(steps, rates):
        step["learning_rate"] = rate
    hyper = {**HYPER[kind], **optimizer.way.own}
    if rates:
        hyper["learning_rate"] = rates[0]
    arguments = {"parameters": parameters, "hyperparameters": hyper, "steps": steps}
    seen = run(optimizer, arguments)
    right = expected(kind, parameters, gradients, hyper, rates)
    worst = 0.0
    for mine, theirs in zip(right, seen):
        for n in mine:
            way = np.abs(mine[n] - parameters[n]).max() + 1e-300
            worst = max(
                worst, float(np.abs(np.nan_to_num(theirs[n], nan=1e9) - mine[n]).max() / way)
            )
    return worst


def conforms(found: Found, kind: str, rates: Any = ()) -> bool:
    """Return whether an optimizer of that kind was found and takes the document's path."""
    if kind not in found.optimizers:
        return False
    try:
        return difference(found.optimizers[kind], kind, rates=rates) < 1e-9
    except (Unable, ArithmeticError, LookupError, NameError, TypeError, ValueError, AttributeError):
        return False
