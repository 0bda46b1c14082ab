"""The trajectories: what is right in other makes passes with margin, what is wrong fails."""

import itertools
import math

import numpy as np
import pytest

from optproof.fixtures import load_trajectories
from optproof.judging.judge import UNIT_ROUNDOFF, compare
from optproof.judging.trajectories import named

#: Half the bound is room for what nobody here has thought of.
MOST = 0.5
ALL = {t.id: t for t in load_trajectories() if not t.like}

AVERAGES = {
    "b v + (1-b) g": lambda b, v, g: b * v + (1 - b) * g,
    "v + (1-b) (g-v)": lambda b, v, g: v + (1 - b) * (g - v),
    "v - (1-b) (v-g)": lambda b, v, g: v - (1 - b) * (v - g),
    "(1-b) g + b v": lambda b, v, g: (1 - b) * g + b * v,
}
SQUARES = {
    "b s + (1-b) g^2": lambda b, s, g: b * s + (1 - b) * g**2,
    "(1-b) g g": lambda b, s, g: b * s + (1 - b) * g * g,
    "s + (1-b) (g^2-s)": lambda b, s, g: s + (1 - b) * (g * g - s),
}
POWERS = {
    "b**t": lambda b, t: b**t,
    "multiplied": lambda b, t: type(b)(np.multiply.reduce(np.full(t, b))),
    "exp(t log b)": lambda b, t: type(b)(math.exp(t * math.log(b))) if b else type(b)(0),
}
QUOTIENTS = {
    "a vh/(sqrt sh + e)": lambda a, v, s, c, d, e: a * ((v / c) / (np.sqrt(s / d) + e)),
    "(a/c) v/(sqrt s/sqrt d + e)": lambda a, v, s, c, d, e: (
        (a / c) * (v / (np.sqrt(s) / np.sqrt(d) + e))
    ),
    "a sqrt d/c v/(sqrt s + e sqrt d)": lambda a, v, s, c, d, e: (
        a * np.sqrt(d) / c * v / (np.sqrt(s) + e * np.sqrt(d))
    ),
    "a/c (v/(...))": lambda a, v, s, c, d, e: a / c * (v / (np.sqrt(s / d) + e)),
}
ADAMS = list(itertools.product(AVERAGES, SQUARES, POWERS, QUOTIENTS))


def adam(arrangement, trajectory, dtype):
    """The parameters after each step, by one arrangement, all in `dtype`."""
    average, square, power, quotient = arrangement
    number = np.dtype(dtype).type
    h = {k: number(v) for k, v in trajectory.hyperparameters.items()}
    theta = {k: a.astype(dtype) for k, a in trajectory.parameters.items()}
    v = {k: np.zeros_like(a) for k, a in theta.items()}
    s = {k: np.zeros_like(a) for k, a in theta.items()}
    path = []
    for t, step in enumerate(trajectory.steps, start=1):
        h["learning_rate"] = number(step.get("learning_rate", h["learning_rate"]))
        c = number(1) - POWERS[power](h["beta1"], t)
        d = number(1) - POWERS[power](h["beta2"], t)
        theta = dict(theta)
        for k in theta:
            if step["grads"]["d" + k] is None:
                continue
            g = step["grads"]["d" + k].astype(dtype)
            v[k] = AVERAGES[average](h["beta1"], v[k], g)
            s[k] = SQUARES[square](h["beta2"], s[k], g)
            move = QUOTIENTS[quotient](h["learning_rate"], v[k], s[k], c, d, h["epsilon"])
            theta[k] = theta[k] - move
        path.append(theta)
    return path


def worst(trajectory, path, dtype):
    """The largest part of its bound that an answer uses."""
    wider = UNIT_ROUNDOFF[dtype] / UNIT_ROUNDOFF["float64"]
    answer, most = named(trajectory, path), 0.0
    assert compare(trajectory.expected, answer, dtype) == []
    for name, want in trajectory.expected.items():
        error = np.abs(answer[name].astype(float) - want.values)
        bound = want.bound * wider
        most = max(most, float((error[bound > 0] / bound[bound > 0]).max(initial=0.0)))
    return most


@pytest.mark.sample(2)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("case", [i for i in ALL if "/adam/" in i and "six-hundred" not in i])
def test_a_hundred_arrangements_of_adam_use_half_of_their_bounds(case, dtype):
    assert len(ADAMS) >= 100
    trajectory = ALL[case]
    if dtype not in trajectory.dtypes:
        pytest.skip("not applicable")
    every = ADAMS if trajectory.count < 50 else ADAMS[::12]
    used = {a: worst(trajectory, adam(a, trajectory, dtype), dtype) for a in every}
    assert max(used.values()) <= MOST, max(used, key=used.get)
