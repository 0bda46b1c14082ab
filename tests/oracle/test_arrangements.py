"""The same formulas as other people write them: every honest arrangement is well within its bounds.

An arrangement is a choice for each part of a rule: associations and orders of operations, fused
forms, scalars taken out, algebra that is the same for exact numbers, wider intermediates.
"""

import itertools
import math
import random
from fractions import Fraction

import numpy as np
import pytest

from optproof import fixtures, methods
from optproof.operations import next_arguments

#: Half the bound is room for what nobody here has thought of.
MOST = 0.5
wide = np.longdouble


def fma(a, b, c):
    """a b + c, rounded once."""
    a, b, c = np.broadcast_arrays(a, b, c)
    exact = (Fraction(x) * Fraction(y) + Fraction(z) for x, y, z in zip(a.flat, b.flat, c.flat))
    return np.array([float(e) for e in exact]).reshape(a.shape)


AVERAGES = {
    "b*v + (1-b)*g": lambda b, v, g: b * v + (1 - b) * g,
    "(1-b)*g + b*v": lambda b, v, g: (1 - b) * g + b * v,
    "v + (1-b)*(g-v)": lambda b, v, g: v + (1 - b) * (g - v),
    "v - (1-b)*(v-g)": lambda b, v, g: v - (1 - b) * (v - g),
    "g + b*(v-g)": lambda b, v, g: g + b * (v - g),
    "v*b - (b-1)*g": lambda b, v, g: v * b - (b - 1) * g,
    "fma(b, v, (1-b)*g)": lambda b, v, g: fma(b, v, (1 - b) * g),
    "fma(1-b, g, b*v)": lambda b, v, g: fma(1 - b, g, b * v),
    "in longdouble": lambda b, v, g: (wide(b) * v + (1 - wide(b)) * g).astype(float),
    "in place": lambda b, v, g: _in_place(b, v, g),
}
SQUARES = {
    "(1-b)*g**2": lambda b, g: (1 - b) * g**2,
    "(1-b)*g*g": lambda b, g: (1 - b) * g * g,
    "g*g*(1-b)": lambda b, g: g * g * (1 - b),
    "g*((1-b)*g)": lambda b, g: g * ((1 - b) * g),
    "(1-b)*np.square": lambda b, g: (1 - b) * np.square(g),
    "np.power": lambda b, g: np.power(g, 2) * (1 - b),
    "in longdouble": lambda b, g: (1 - wide(b)) * g.astype(wide) ** 2,
    "(sqrt(1-b)*g)**2": lambda b, g: (math.sqrt(1 - b) * g) ** 2,
}
POWERS = {
    "b**t": lambda b, t: b**t,
    "np.power": lambda b, t: np.power(np.float64(b), t),
    "multiplied": lambda b, t: _multiplied(b, t),
    "exp(t*log)": lambda b, t: math.exp(t * math.log(b)) if b else 0.0,
    "longdouble": lambda b, t: wide(b) ** t,
}
STEPS = {
    "a*(vh/(sqrt(sh)+e))": lambda a, v, s, c, d, e: a * ((v / c) / (np.sqrt(s / d) + e)),
    "a*vh/(sqrt(sh)+e)": lambda a, v, s, c, d, e: a * (v / c) / (np.sqrt(s / d) + e),
    "a*v/c/(sqrt(sh)+e)": lambda a, v, s, c, d, e: a * v / c / (np.sqrt(s / d) + e),
    "(a/c)*v/(sqrt(sh)+e)": lambda a, v, s, c, d, e: a / c * v / (np.sqrt(s / d) + e),
    "v/(sqrt(sh)+e)*a/c": lambda a, v, s, c, d, e: v / (np.sqrt(s / d) + e) * a / c,
    "v*(a/(c*(sqrt(sh)+e)))": lambda a, v, s, c, d, e: v * (a / (c * (np.sqrt(s / d) + e))),
    "1/(sqrt(sh)+e) first": lambda a, v, s, c, d, e: a * (v / c) * (1 / (np.sqrt(s / d) + e)),
    "sqrt(s)/sqrt(d)": lambda a, v, s, c, d, e: a / c * v / (np.sqrt(s) / np.sqrt(d) + e),
    "math.sqrt(d)": lambda a, v, s, c, d, e: a / c * v / (np.sqrt(s) / math.sqrt(d) + e),
    "s**0.5": lambda a, v, s, c, d, e: a * (v / c) / ((s / d) ** 0.5 + e),
    "a*sqrt(d)/c, e*sqrt(d)": lambda a, v, s, c, d, e: (
        a * np.sqrt(d) / c * v / (np.sqrt(s) + e * np.sqrt(d))
    ),
    "a*sqrt(d)*v/c": lambda a, v, s, c, d, e: (
        a * math.sqrt(d) * v / c / (np.sqrt(s) + e * math.sqrt(d))
    ),
    "v*sqrt(d)*a/c": lambda a, v, s, c, d, e: (
        v * np.sqrt(d) * a / c / (np.sqrt(s) + e * np.sqrt(d))
    ),
    "hypot": lambda a, v, s, c, d, e: a * (v / c) / (np.hypot(np.sqrt(s / d), 0) + e),
    "in longdouble": lambda a, v, s, c, d, e: (
        wide(a) * (v / wide(c)) / (np.sqrt(s / wide(d)) + wide(e))
    ),
}
DESCENTS = {
    "theta - step": lambda theta, step: theta - step,
    "theta + (-step)": lambda theta, step: theta + -step,
    "-(step - theta)": lambda theta, step: -(step - theta),
}


def _in_place(b, v, g):
    v = v.copy()
    v *= b
    v += (1 - b) * g
    return v


def _multiplied(b, t):
    power = 1.0
    for _ in range(t if t < 2000 else 0):
        power *= b
    return power if t < 2000 else b**t


def adam(average, square, power, step, descend, scalar):
    """Adam with one choice for each of its parts."""

    def second(b, s, g):
        return b * s + square(b, g)

    def update(parameters, grads, v, s, t, learning_rate, beta1, beta2, epsilon):
        a, b1, b2, e = map(scalar, (learning_rate, beta1, beta2, epsilon))
        c, d = 1 - power(b1, t), 1 - power(b2, t)
        new, first, squares = {}, {}, {}
        for k, theta in parameters.items():
            g = grads[f"d{k}"]
            first[f"d{k}"] = average(b1, v[f"d{k}"], g)
            squares[f"d{k}"] = second(b2, s[f"d{k}"], g).astype(float)
            moments = first[f"d{k}"], squares[f"d{k}"]
            new[k] = descend(theta, step(a, *moments, c, d, e)).astype(float)
        return new, first, squares

    return update


def momentum(average, descend, scalar, product):
    def update(parameters, grads, v, beta, learning_rate):
        a, b = scalar(learning_rate), scalar(beta)
        v = {k: average(b, v[k], grads[k]) for k in v}
        step = {k: descend(theta, product(a, v[f"d{k}"])) for k, theta in parameters.items()}
        return {k: x.astype(float) for k, x in step.items()}, v

    return update


def descent(descend, scalar, product):
    def update(parameters, grads, learning_rate):
        a = scalar(learning_rate)
        step = {k: descend(theta, product(a, grads[f"d{k}"])) for k, theta in parameters.items()}
        return {k: x.astype(float) for k, x in step.items()}

    return update


SCALARS = {"float": float, "np.float64": np.float64}
PRODUCTS = {
    "a*g": lambda a, g: a * g,
    "g*a": lambda a, g: g * a,
    "in longdouble": lambda a, g: wide(a) * g,
    "-(-a*g)": lambda a, g: -(-a * g),
}

# --- the network ---

DOTS = {
    "@": lambda a, b: a @ b,
    "np.dot": np.dot,
    "einsum": lambda a, b: np.einsum("ij,jk->ik", a, b),
    "einsum of copies": lambda a, b: np.einsum("ij,jk->ik", a.copy("F"), b.copy("F")),
    "transposed": lambda a, b: (b.T @ a.T).T,
    "backwards": lambda a, b: a[:, ::-1] @ b[::-1],
    "one by one": lambda a, b: sum(a[:, [i]] * b[[i]] for i in range(a.shape[1])),
    "one by one, backwards": lambda a, b: sum(
        a[:, [i]] * b[[i]] for i in reversed(range(a.shape[1]))
    ),
    "fsum": lambda a, b: np.array(
        [[math.fsum(x * y for x, y in zip(row, column)) for column in b.T] for row in a]
    ),
    "in longdouble": lambda a, b: (a.astype(wide) @ b.astype(wide)).astype(float),
    "broadcast": lambda a, b: (a[:, :, None] * b[None]).sum(axis=1),
}
SIGMOIDS = {
    "1/(1+exp(-z))": lambda z: 1 / (1 + np.exp(-z)),
    "exp(z)/(1+exp(z))": lambda z: np.exp(z) / (1 + np.exp(z)),
    "by sign": lambda z: np.where(
        z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z)))
    ),
    "tanh": lambda z: 0.5 * (1 + np.tanh(0.5 * z)),
    "logaddexp": lambda z: np.exp(-np.logaddexp(0, -z)),
    "in longdouble": lambda z: (1 / (1 + np.exp(-z.astype(wide)))).astype(float),
}
RELUS = {
    "maximum": lambda z: np.maximum(0, z),
    "z*(z>0)": lambda z: z * (z > 0),
    "where": lambda z: np.where(z > 0, z, 0.0),
    "(z+|z|)/2": lambda z: (z + np.abs(z)) / 2,
    "clip": lambda z: z.clip(0),
}
MEANS = {
    "(a-y)/m": lambda a, y, m: (a - y) / m,
    "1/m*(a-y)": lambda a, y, m: 1.0 / m * (a - y),
    "a/m-y/m": lambda a, y, m: a / m - y / m,
}
SUMS = {
    "sum": lambda dz: dz.sum(axis=1, keepdims=True),
    "@ ones": lambda dz: dz @ np.ones((dz.shape[1], 1)),
    "backwards": lambda dz: dz[:, ::-1].cumsum(axis=1)[:, -1:],
    "fsum": lambda dz: np.array([[math.fsum(row)] for row in dz]),
}


def forward(dot, sigmoid, relu):
    def propagate(X, parameters):
        W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
        z1 = dot(W1, X) + b1
        a1 = relu(z1)
        z2 = b2 + dot(W2, a1)
        a2 = relu(z2)
        z3 = dot(W3, a2) + b3
        a3 = sigmoid(z3)
        return a3, (z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3)

    return propagate


def backward(dot, mean, total, late, anew):
    """`late`: 1/m is multiplied into the gradients; `anew`: the activations are computed again."""

    def propagate(X, Y, caches):
        if anew:
            names = ("W1", "b1", "W2", "b2", "W3", "b3")
            parameters = dict(zip(names, (caches[i] for i in (2, 3, 6, 7, 10, 11))))
            _, caches = forward(dot, SIGMOIDS["1/(1+exp(-z))"], RELUS["maximum"])(X, parameters)
        _, a1, _, _, _, a2, W2, _, _, a3, W3, _ = caches
        m = X.shape[1]
        dz3 = a3 - Y if late else mean(a3, Y, m)
        dz2 = dot(W3.T, dz3) * (a2 > 0)
        dz1 = np.where(a1 > 0, dot(W2.T, dz2), 0.0)
        out = {}
        for layer, dz, a in ((3, dz3, a2), (2, dz2, a1), (1, dz1, X)):
            out[f"dW{layer}"], out[f"db{layer}"] = dot(dz, a.T), total(dz)
        return {k: g * (1.0 / m) for k, g in out.items()} if late else out

    return propagate


def choices(make, *tables):
    """Yield a name and a function for every choice of one entry from each table."""
    for picked in itertools.product(*(table.items() for table in tables)):
        yield " | ".join(name for name, _ in picked), make(*(f for _, f in picked))


YES_NO = {"no": False, "yes": True}
ARRANGEMENTS = {
    "update_parameters_with_adam": lambda: choices(
        adam, AVERAGES, SQUARES, POWERS, STEPS, DESCENTS, SCALARS
    ),
    "update_parameters_with_momentum": lambda: choices(
        momentum, AVERAGES, DESCENTS, SCALARS, PRODUCTS
    ),
    "update_parameters_with_gd": lambda: choices(descent, DESCENTS, SCALARS, PRODUCTS),
    "forward_propagation": lambda: choices(forward, DOTS, SIGMOIDS, RELUS),
    "backward_propagation": lambda: choices(backward, DOTS, MEANS, SUMS, YES_NO, YES_NO),
}


def vectors(operation):
    files = [file for file in fixtures.load_cases() if file.path.startswith("vectors/")]
    return [c for file in files for c in file.cases if c.operation == operation]


def answer(case, function):
    arguments = case.arguments()
    for call in range(1, case.calls + 1):
        returned = function(**arguments)
        results = dict(
            zip(("parameters", "v", "s"), returned if isinstance(returned, tuple) else [returned])
        )
        if call < case.calls:
            arguments = next_arguments(arguments, results, case.change(call))
    if case.operation == "forward_propagation":
        a3, caches = returned
        names = ("z1", "a1", "W1", "b1", "z2", "a2", "W2", "b2", "z3", "a3", "W3", "b3")
        return {"a3": a3, **{f"caches.{k}": a for k, a in zip(names, caches)}}
    states = {f"{n}.{k}": a for n in "vs" for k, a in results.get(n, {}).items()}
    return {**results["parameters"], **states}


def part_of_bound(case, function):
    """Return the largest error of an answer as a part of its bound, and where it is."""
    worst = (0.0, "")
    with np.errstate(all="ignore"):
        got = answer(case, function)
        for name, want in case.expected.items():
            error = np.abs(got[name] - want.values)
            part = np.where(error == 0, 0.0, np.nan_to_num(error / want.bound, nan=np.inf))
            worst = max(worst, (float(part.max()), f"{case.id} {name}"))
    return worst


def beyond(operation, arrangements):
    cases = vectors(operation)
    found = []
    for name, function in arrangements:
        part, where = max(part_of_bound(case, function) for case in cases)
        if not part <= MOST:
            found.append((round(part, 2), where, name))
    return found


@pytest.mark.parametrize("operation", ARRANGEMENTS)
def test_a_sample_of_arrangements_is_within_half_of_every_bound(operation):
    every = list(ARRANGEMENTS[operation]())
    assert beyond(operation, random.Random(operation).sample(every, min(24, len(every)))) == []


@pytest.mark.once
@pytest.mark.full
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("operation", ARRANGEMENTS)
def test_a_thousand_arrangements_are_within_half_of_every_bound(operation):
    every = list(ARRANGEMENTS[operation]())
    sample = random.Random(2026).sample(every, min(1000, len(every)))
    assert beyond(operation, sample) == []


WRONG = {
    "update_parameters_with_adam": adam(
        AVERAGES["b*v + (1-b)*g"],
        SQUARES["(1-b)*g*g"],
        POWERS["b**t"],
        lambda a, v, s, c, d, e: a * v / c / (np.sqrt(s / d) + 1.0001 * e),
        DESCENTS["theta - step"],
        float,
    ),
    "update_parameters_with_momentum": momentum(
        lambda b, v, g: b * v + (1 - np.float32(b)) * g, DESCENTS["theta - step"], float,
        PRODUCTS["a*g"],
    ),
    "update_parameters_with_gd": descent(
        DESCENTS["theta - step"], lambda a: float(np.float32(a)), PRODUCTS["a*g"]
    ),
    "forward_propagation": forward(
        DOTS["@"], lambda z: 1 / (1 + np.exp(-z) + 1e-12), RELUS["maximum"]
    ),
    "backward_propagation": backward(
        DOTS["@"], lambda a, y, m: (a - y) / (m + 1e-10), SUMS["sum"], False, False
    ),
}  # fmt: skip


@pytest.mark.parametrize("operation", WRONG)
def test_what_is_nearly_the_formula_is_outside(operation):
    assert max(part_of_bound(case, WRONG[operation]) for case in vectors(operation))[0] > 1


@pytest.mark.parametrize("operation", ARRANGEMENTS)
def test_the_reference_is_one_of_them(operation):
    assert beyond(operation, [("the reference", getattr(methods, operation))]) == []
