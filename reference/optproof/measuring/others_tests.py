"""The tests by which others judge their own Adam, restated: what each lets pass.

Facts of public test files (steps, hyperparameters, tolerances), in words and code of our own. Each
is a function of a maker of optimizers, and returns whether what is made passes. Gradients that the
original takes from a network or draws are drawn here; all is float64.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

Arrays = dict[str, Any]


class Stepped(Protocol):
    """What keeps its state: one step at a time."""

    v: Arrays
    s: Arrays

    def step(self, parameters: Arrays, gradients: Arrays) -> Arrays:
        """Return the parameters after a step; gradients are under the same keys."""
        ...


#: Makes one with these hyperparameters in the place of 0.001, 0.9, 0.999 and 1e-8.
Maker = Callable[..., Stepped]


@dataclass(frozen=True)
class OthersTest:
    """A test of somebody's Adam.

    Parameters
    ----------
    project, file : str
        Whose, and where it stands, with the test's name.
    what : str
        What it asks, and how near.
    passes : callable
        Takes a maker of the optimizer to test, and one of the right form.
    right : str
        The form that is right for it, where it is not the document's.
    """

    project: str
    file: str
    what: str
    passes: Callable[[Maker, Maker], bool]
    right: str = ""


def _both(
    make: Maker,
    right: Maker,
    steps: int,
    draw: Callable[[Any], Arrays],
    start: Arrays,
    **hyper: Any,
) -> Any:
    """Yield what one and the right one come to, step by step."""
    random = np.random.RandomState(3)
    one, other = make(**hyper), right(**hyper)
    mine, theirs = dict(start), dict(start)
    for _ in range(steps):
        gradients = draw(random)
        mine, theirs = one.step(mine, gradients), other.step(theirs, gradients)
        yield mine, theirs, one, other


def _close(a: Arrays, b: Arrays, rtol: float, atol: float) -> bool:
    return all(np.allclose(a[k], b[k], rtol=rtol, atol=atol) for k in b)


def _line() -> tuple[Any, Arrays, Any]:
    """Return a loss of a linear layer, its start, and the gradients there."""
    random = np.random.RandomState(0)
    x = random.randn(5, 1)
    start = {"W1": random.randn(10, 5), "b1": random.randn(10, 1)}

    def loss(p: Arrays) -> float:
        return float(((p["W1"] @ x + p["b1"]) ** 2).sum())

    def gradients(p: Arrays) -> Arrays:
        y = p["W1"] @ x + p["b1"]
        return {"W1": 2 * y @ x.T, "b1": 2 * y}

    return loss, start, gradients


def _loss_falls(make: Maker, _: Maker) -> bool:
    loss, p, gradients = _line()
    first, optimizer = loss(p), make(learning_rate=1e-3)
    for _i in range(200):
        p = optimizer.step(p, gradients(p))
    return bool(loss(p) < first)


def _of_rosenbrock(x: Any, y: Any) -> tuple[Any, Any]:
    return -400 * x * (y - x**2) - 2 * (1 - x), 200 * (y - x**2)


def _nearer_in_the_valley(make: Maker, _: Maker) -> bool:
    p, optimizer = {"W1": np.array([[1.5, 1.5]])}, make(learning_rate=5e-2)
    for k in range(2000):
        g = np.array([_of_rosenbrock(*p["W1"][0])])
        g[0, k % 2] = 0.0  # one coordinate at a time
        p = optimizer.step(p, {"W1": g})
    return bool(np.hypot(*(p["W1"][0] - 1)) <= np.hypot(0.5, 0.5))


def _falls_in_each_step(make: Maker, _: Maker) -> bool:
    random = np.random.RandomState(1)
    x = np.arange(1, 7).reshape(3, 2).T / 10
    p = {"W1": random.randn(3, 2) * 0.4, "b1": random.randn(3, 1) * 0.4}
    p |= {"W2": random.randn(1, 3) * 0.4, "b2": random.randn(1, 1) * 0.4}
    optimizer, last = make(learning_rate=5e-2), np.inf
    for _i in range(20):
        a1 = 1 / (1 + np.exp(-(p["W1"] @ x + p["b1"])))
        a2 = 1 / (1 + np.exp(-(p["W2"] @ a1 + p["b2"])))
        if not a2.sum() < last:
            return False
        last = a2.sum()
        d2 = a2 * (1 - a2)
        d1 = p["W2"].T @ d2 * a1 * (1 - a1)
        g = {"W1": d1 @ x.T, "b1": d1.sum(1, keepdims=True)}
        g |= {"W2": d2 @ a1.T, "b2": d2.sum(1, keepdims=True)}
        p = optimizer.step(p, g)
    return True


def _timm(make: Maker, right: Maker) -> bool:
    return (
        _loss_falls(make, right)
        and _nearer_in_the_valley(make, right)
        and _falls_in_each_step(make, right)
    )


def _minima_are_found(make: Maker, _: Maker) -> bool:
    p = {"W1": np.array([[-1.0, 10.0, 1.0]]), "W2": np.array([[0.0, 0.0]])}
    goal = {"W1": np.array([[1.0, -1.0, 1.0]]), "W2": np.array([[1.0, 1.0]])}
    optimizer = make(learning_rate=1e-1)
    for _i in range(10_000):
        g = {"W1": 2 * (p["W1"] - goal["W1"]), "W2": np.array([_of_rosenbrock(*p["W2"][0])])}
        p = optimizer.step(p, g)
    return _close(p, goal, 3e-2, 3e-2)


def _as_another_library(make: Maker, right: Maker) -> bool:
    start = {"W1": np.array([[1.0, 2.0]]), "W2": np.array([[3.0, 4.0]])}
    given = {"W1": np.array([[500.0, 5.0]]), "W2": np.array([[300.0, 3.0]])}
    *_, (mine, theirs, _one, _other) = _both(
        make, right, 50, lambda _: given, start, learning_rate=1e-2
    )
    return _close(mine, theirs, 1e-4, 0.0)


def _one_step_and_five(make: Maker, _: Maker) -> bool:
    g, p = {"W1": np.array([[1.0, 6.0, 7.0, 2.0]])}, {"W1": np.array([[1.0, 2.0, 3.0, 4.0]])}
    p = make(learning_rate=0.5, epsilon=1e-7).step(p, g)
    if not _close(p, {"W1": np.array([[0.5, 1.5, 2.5, 3.5]])}, 1e-4, 1e-4):
        return False
    optimizer, x = make(epsilon=1e-7), {"W1": np.ones((1, 10))}
    x = optimizer.step(x, {"W1": np.full((1, 10), 0.01)})
    for golden in (0.999, 0.9982, 0.9974, 0.9965, 0.9955):
        if not _close(x, {"W1": np.full((1, 10), golden)}, 5e-4, 5e-4):
            return False
        x = optimizer.step(x, {"W1": np.arange(1, 11)[None] / 10})
    return True


def _three_steps(make: Maker, right: Maker) -> bool:
    start = {"W1": np.array([[1.0, 2.0]]), "W2": np.array([[3.0, 4.0]])}
    given = {"W1": np.array([[0.1, 0.1]]), "W2": np.array([[0.01, 0.01]])}
    return all(
        _close(mine, theirs, 1e-6, 1e-6)
        for mine, theirs, _, _ in _both(make, right, 3, lambda _: given, start)
    )


def _positive(size: int) -> Callable[[Any], Arrays]:
    return lambda random: {"W1": random.rand(1, size)}


def _apex(make: Maker, right: Maker) -> bool:
    for size, hyper in (
        (1000, {"learning_rate": 5e-4}),
        (1, {"learning_rate": 0.01, "beta1": 0.6, "beta2": 0.9, "epsilon": 3e-6}),
    ):
        start = {"W1": np.random.RandomState(9).rand(1, size)}
        pairs = _both(make, right, 7, _positive(size), start, **hyper)
        for mine, theirs, _, _ in pairs:
            off = np.abs(theirs["W1"] - mine["W1"])
            if not (off.max() <= 1e-3 and (off / np.abs(theirs["W1"])).max() <= 1):
                return False
    return True


def _bitsandbytes(make: Maker, right: Maker) -> bool:
    start = {"W1": 0.1 * np.random.RandomState(9).randn(32, 32)}
    pairs = _both(make, right, 20, lambda r: {"W1": 0.01 * r.randn(32, 32)}, start)
    near = {"rtol": 1e-5, "atol": 1e-6}
    for mine, theirs, one, other in pairs:
        kept = _close(one.v, other.v, **near) and _close(one.s, other.s, **near)
        if not kept or not _close(mine, theirs, **near):
            return False
    return True


def _tinygrad(make: Maker, right: Maker) -> bool:
    random = np.random.RandomState(9)
    start = {"W1": random.randn(1, 3), "W2": random.randn(3, 3)}
    for steps, rate, rtol, atol in ((1, 1e-3, 1e-7, 1e-4), (2, 1.1, 5e-4, 2e-4)):
        *_, (mine, theirs, _one, _other) = _both(
            make,
            right,
            steps,
            lambda r: {"W1": r.randn(1, 3), "W2": r.randn(3, 3)},
            start,
            learning_rate=rate,
        )
        if not _close(mine, theirs, rtol, atol):
            return False
    return True


def _mlx(make: Maker, _: Maker) -> bool:
    start = {"W1": np.zeros((10, 1)), "b1": np.zeros((1, 1))}
    after = make(learning_rate=0.1).step(start, {k: np.ones_like(a) for k, a in start.items()})
    return all(after[k].shape == a.shape for k, a in start.items())


OTHERS = (
    OthersTest(
        "PyTorch",
        "test/optim/test_optim.py, `_test_basic_cases`",
        "a linear layer's loss is lower after 200 steps than before",
        _loss_falls,
    ),
    OthersTest(
        "timm",
        "tests/test_optim.py, `test_adam`",
        "the same; 2,000 steps in Rosenbrock's valley end no farther away; a small network's "
        "output falls in each of 20 steps",
        _timm,
    ),
    OthersTest(
        "optax",
        "optax/_src/alias_test.py, `test_optimization`",
        "10,000 steps find the minimum of a parabola and of Rosenbrock's function, to 3e-2",
        _minima_are_found,
    ),
    OthersTest(
        "optax (2020)",
        "optax/_src/equivalence_test.py, `test_jax_optimizer_equivalent`",
        "50 steps of one gradient come to what another library's do, to 1e-4 of it",
        _as_another_library,
    ),
    OthersTest(
        "Keras",
        "keras/src/optimizers/adam_test.py, `test_single_step`, `test_correctness_with_golden`",
        "one step to 1e-4; five values of four digits to 5e-4",
        _one_step_and_five,
    ),
    OthersTest(
        "TensorFlow 1",
        "tensorflow/python/training/adam_test.py, `testBasic`",
        "3 steps of one gradient as NumPy's, to 1e-6",
        _three_steps,
        "adam.epsilon-hat",
    ),
    OthersTest(
        "apex",
        "tests/L0/run_optimizers/test_fused_optimizer.py, `test_float`, `test_adam_option`",
        "7 steps as PyTorch's, to 1e-3 and to the whole of a value",
        _apex,
    ),
    OthersTest(
        "bitsandbytes",
        "tests/test_optim.py, `test_optimizer32bit`",
        "20 steps as PyTorch's, parameters and both moments to 1e-6 and 1e-5 of them",
        _bitsandbytes,
    ),
    OthersTest(
        "tinygrad",
        "test/test_optim.py, `test_adam`, `test_multistep_adam_high_lr_teeny`",
        "one step as PyTorch's, to 1e-4; two at a rate of 1.1, to 2e-4 and 5e-4 of them",
        _tinygrad,
    ),
    OthersTest(
        "MLX (2023)",
        "python/tests/test_optimizers.py, `test_optimizers`",
        "after one step the shapes are those before",
        _mlx,
    ),
)
