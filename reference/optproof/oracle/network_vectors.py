"""Vectors for the mini-batches and the 3-layer network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import flint
import numpy as np

from ..protocol import Array
from .numbers import rounded
from .vector import FEW_BITS, Arrays, Draw, Inputs, Vector, array, labels

MODEL = (2, 5, 2, 1)
_ROWS = "labels of several rows are outside the document (CONV-3)"
#: Cases that judged what the document does not say, and why; their ids are not used again.
WITHDRAWN = {
    f"minibatch/{name}": _ROWS
    for name in ("label-rows", "label-rows-one-short", "permutation-label-rows")
}


def network_vectors() -> list[Vector]:
    """Return the vectors of all operations that are not an optimizer's."""
    return [
        *_mini_batches(),
        *_initial_parameters(),
        *_forward(),
        *_cost(),
        *_backward(),
        *_predictions(),
    ]


def _mini_batches() -> list[Vector]:
    given = "A permutation given, for whoever has no such generator"
    table: list[tuple[Any, ...]] = [
        # name, comment, m, size, seed, permutation
        ("one-example", "One batch of one example.", 1, 4, 0),
        ("m-below-s", "m = s - 1: the short batch is the only one, and not lost.", 7, 8, 0),
        ("m-equals-s", "m = s: one full batch, and no empty one behind it.", 8, 8, 0),
        ("m-above-s", "m = s + 1: a last batch of one example keeps two dimensions.", 9, 8, 0),
        ("m-twice-s", "m = 2s: two full batches, and no empty one behind them.", 16, 8, 1),
        ("m-twice-s-above", "m = 2s + 1.", 17, 8, 2),
        ("size-1", "s = 1: stochastic gradient descent, shuffled.", 6, 1, 3),
        ("size-m", "s = m: batch gradient descent, shuffled all the same.", 6, 6, 4),
        ("size-3", "A size that is no power of two.", 20, 3, 5),
        ("few-bits", FEW_BITS, 10, 4, 6),
        ("size-64", "The default size.", 100, 64, 11),
        ("seed-0", "12 examples.", 12, 5, 0),
        ("seed-1", "The same with seed 1: the seed decides the order.", 12, 5, 1),
        ("seed-10", "The same with seed 10.", 12, 5, 10),
        ("seed-largest", "The same with the largest seed.", 12, 5, 2**32 - 1),
        ("permutation", f"{given}: a short last batch.", 7, 3, 0, [4, 0, 6, 2, 5, 1, 3]),
        ("permutation-even", f"{given}: no short batch.", 6, 2, 0, [5, 3, 1, 0, 2, 4]),
        ("permutation-size-1", f"{given}: batches of one.", 4, 1, 0, [2, 0, 3, 1]),
    ]
    defaults = _mini_batch("defaults", "Called without them.", 150, 64, 0)
    left_out = ("mini_batch_size", "seed")
    clauses = (*defaults.clauses, "MB-7")
    return [
        *(_mini_batch(*row) for row in table),
        replace(defaults, clauses=clauses, left_out=left_out),
    ]


def _mini_batch(name: str, comment: str, m: int, size: int, seed: int, order: Any = None) -> Vector:
    # Small whole numbers: every dtype holds them. Each tells its column.
    X = array([range(1, m + 1), range(0, -2 * m, -2)], 2, m)
    inputs: Inputs = {"X": X, "Y": labels(*range(m)) % 2}
    inputs.update(mini_batch_size=size, seed=seed, **({"permutation": order} if order else {}))
    clauses = ["MB-2", "MB-3"] if order else ["MB-1", "MB-2", "MB-3"]
    clauses += ["CONV-4"] * (name == "few-bits")
    clauses += ["MB-4"] * (m % size > 0) + ["MB-5"] * (size == 1) + ["MB-6"] * (size == m)
    return Vector(f"minibatch/{name}", tuple(clauses), comment, inputs)


def _initial_parameters() -> list[Vector]:
    table = {
        "model": ([2, 5, 2, 1], "The layers of the model."),
        "one-by-one": ([1, 1], "The seed's first draw times the root of 2."),
        "one-layer": ([3, 2], "The fan is that of the layer before."),
        "equal-widths": ([4, 4, 4], "Catches another order of draws alone."),
        "wide": ([1, 12, 1], "Widths far apart: catches the fan of the wrong layer."),
        "deep": ([2, 3, 4, 3, 2, 1], "Five layers."),
    }
    return [
        Vector(f"init/{name}", ("INIT-1", "INIT-2", "INIT-3"), comment, {"layers_dims": dims})
        for name, (dims, comment) in table.items()
    ]


def _network(seed: str, dims: tuple[int, ...], m: int) -> Inputs:
    """Return X and parameters; weights mostly positive, so that most units are active."""
    draw = Draw(seed)
    parameters = {
        **draw.layers(dims, low=-0.4, high=0.8),
        # The last layer balances them.
        f"W{len(dims) - 1}": draw.array(dims[-1], dims[-2], low=-1.5, high=1.5),
    }
    return {"X": draw.array(dims[0], m), "parameters": parameters}


def _tied(seed: str, m: int = 3) -> Inputs:
    """Return a network in which some z1 and z2 are exactly 0, whatever the order of the sums."""
    inputs = _network(seed, (2, 4, 3, 1), m)
    parameters = inputs["parameters"]
    inputs["X"][:, 1] = 0.0
    parameters["b1"][2] = 0.0
    for layer, unit in ((1, 0), (2, 1)):
        parameters[f"W{layer}"][unit] = 0.0
        parameters[f"b{layer}"][unit] = 0.0
    return inputs


def _forward() -> list[Vector]:
    networks = {
        "ordinary": (_network("forward/ordinary", MODEL, 4), "The model's layers."),
        "one-by-one": (_network("forward/one-by-one", (1, 1, 1, 1), 2), "One unit a layer."),
        "one-example": (_network("forward/one-example", (3, 4, 2, 1), 1), "One example."),
        "wide": (_network("forward/wide", (2, 8, 7, 1), 3), "Wide layers."),
        "square": (_network("forward/square", (3, 3, 3, 1), 3), "Catches a transpose."),
        "relu-ties": (_tied("forward/relu-ties"), "Some z are exactly 0, and so are their a."),
        "saturated": (_network("forward/saturated", MODEL, 4), "Outputs close to 0 and 1."),
        "few-bits": (
            dict(zip(("X", "parameters"), _in_eighths("forward/few-bits", MODEL, 3))),
            FEW_BITS,
        ),
    }
    saturated = networks["saturated"][0]["parameters"]
    saturated.update({k: saturated[k] * 16.0 for k in ("W2", "W3")})
    return [
        Vector(
            f"forward/{name}",
            ("FWD-1", "FWD-2", *["CONV-4"] * (comment == FEW_BITS)),
            comment,
            inputs,
        )
        for name, (inputs, comment) in networks.items()
    ]


def _cost() -> list[Vector]:
    sure = [2.0**-40, 1 - 2.0**-20, 2.0**-100]  # float32 holds them
    table: dict[str, tuple[list[float], tuple[int, ...], str]] = {
        "ordinary": ([0.8, 0.3, 0.6, 0.15, 0.55], (1, 0, 0, 1, 1), "The total, not the mean."),
        "one-example": ([0.7], (0,), "Total and mean are one."),
        "sure-and-right": (sure, (0, 1, 0), "Close to 0 and 1, and right."),
        "sure-and-wrong": (sure, (1, 0, 1), "The same, and wrong: no clipping."),
        "tiny-probability": ([1e-300], (1,), "A cost of 690.8: no clipping."),
        "next-to-1": ([1 - 2.0**-53], (0,), "The largest output below 1: no clipping."),
        "all-1": ([0.2, 0.9, 0.45], (1, 1, 1), "All labels are 1."),
        "all-0": ([0.2, 0.9, 0.45], (0, 0, 0), "All labels are 0."),
        "half": ([0.5] * 4, (0, 1, 1, 0), "m log 2, in natural logarithms."),
    }
    return [
        Vector(f"cost/{n}", ("COST-1",), comment, {"a3": array(a3, 1, -1), "Y": labels(*y)})
        for n, (a3, y, comment) in table.items()
    ]


def _backward() -> list[Vector]:
    def case(name: str, comment: str, dims: tuple[int, ...], *y: int, **changed: Any) -> Vector:
        # The tenth draw: most others have a result half-way between two doubles, which no ball
        # decides.
        X, parameters = _in_eighths(f"backward/{name}/10", dims, len(y))
        for key, value in changed.items():
            parameters[key][...] = value
        inputs = {"X": X, "Y": labels(*y), "caches": _caches(X, parameters)}
        clauses = ("BWD-1", "BWD-2", "BWD-3", *["CONV-4"] * (comment == FEW_BITS))
        return Vector(f"backward/{name}", clauses, comment, inputs)

    ties = case("relu-ties", _TIES, (2, 4, 3, 1), 0, 1, 1, **_silent(2, 4, 3))
    ties.inputs["caches"][0][0, 1] = ties.inputs["caches"][4][0, 2] = -0.0
    sure = {"W3": [[0.5, 64.0, -8.0]], "b3": -36.0}
    return [
        case("ordinary", "The gradient of the mean.", MODEL, 1, 0, 0, 1),
        case("one-example", "1/m is 1.", (3, 4, 2, 1), 1),
        case("one-by-one", "One unit a layer.", (1, 1, 1, 1), 0, 1, 1, 0),
        case("seven-examples", "1/m once, not twice.", (2, 3, 3, 1), 1, 0, 1, 1, 0, 0, 1),
        case("square", "Square weights: catches a transpose.", (3, 3, 3, 1), 1, 0, 1),
        ties,
        case("saturated", "Outputs close to 0 and 1.", (2, 3, 3, 1), 1, 0, 1, 0, **sure),
        case("few-bits", FEW_BITS, (2, 3, 2, 1), 1, 0),
        case("dead", "Layer 2 is inactive: only b3 learns.", (2, 3, 2, 1), 1, 0, 1, b2=-20.0),
    ]


_TIES = "Some z are exactly 0, with either sign: no gradient."


def _silent(n0: int, n1: int, n2: int) -> Arrays:
    """Return weights of which the first unit of layers 1 and 2 gets exactly 0."""
    draw = Draw("backward/relu-ties/silent")
    W1, W2 = (draw.eighths(n1, n0), draw.eighths(n2, n1, low=-0.375, high=0.875))
    b1, b2 = (draw.eighths(n, 1) for n in (n1, n2))
    for a in (W1, b1, W2, b2):
        a[0] = 0.0
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


def _in_eighths(seed: str, dims: tuple[int, ...], m: int) -> tuple[Array, Arrays]:
    """Return X and parameters of so few bits that z1, z2, z3 are exact in any order of sums."""
    draw = Draw(seed)
    parameters: Arrays = {}
    for layer, (n, before) in enumerate(zip(dims[1:], dims), start=1):
        between = {"low": -1.5, "high": 1.5} if layer == 3 else {"low": -0.375, "high": 0.875}
        parameters[f"W{layer}"] = draw.eighths(n, before, **between)
        parameters[f"b{layer}"] = draw.eighths(n, 1, **between)
    return draw.eighths(dims[0], m), parameters


def _caches(X: Array, parameters: Arrays) -> list[Array]:
    """Return the caches of the forward pass: the output correctly rounded, the rest exact.

    Computing them again from X and the parameters, or differentiating, gives the same.
    """
    W1, b1, W2, b2, W3, b3 = parameters.values()
    z1 = W1 @ X + b1
    a1 = np.maximum(z1, 0)
    z2 = W2 @ a1 + b2
    a2 = np.maximum(z2, 0)
    z3 = W3 @ a2 + b3
    flint.ctx.prec = 256
    outputs = [rounded(1 / (1 + (-flint.arb(z)).exp())) for z in z3.reshape(-1).tolist()]
    return [z1, a1, W1, b1, z2, a2, W2, b2, z3, array(outputs, 1, -1), W3, b3]


def _near_half() -> Inputs:
    """Return a network of one unit that counts, so that z3 = 2x - 1/2, exactly."""
    z3 = [1 / 32, -1 / 32, 0.5, -0.5, 2.0, -4.5, -1 / 32, 1 / 32]
    parameters = {
        "W1": array([1, -1], 2, 1),
        "b1": array([0, 0], 2, 1),
        "W2": array([1, 0, 0, 1], 2, 2),
        "b2": array([0, 0], 2, 1),
        "W3": array([2, -2], 1, 2),
        "b3": array([-0.5], 1, 1),
    }
    return {"X": array([(z + 0.5) / 2 for z in z3], 1, -1), "parameters": parameters}


def _predictions() -> list[Vector]:
    half = _tied("predict/tied", 4)
    half["parameters"]["W3"][:] = half["parameters"]["b3"][:] = 0.0
    some = _tied("predict/some-tied", 4)
    # Example 1 is 0 throughout; without biases its output is exactly 0.5.
    some["parameters"].update({k: 0.0 * some["parameters"][k] for k in ("b1", "b2", "b3")})
    networks: dict[str, tuple[Inputs, str]] = {
        "ordinary": (_network("predict/ordinary", MODEL, 6), "Both labels occur."),
        "one-example": (_network("predict/one-example", (3, 2, 2, 1), 1), "One example."),
        "tied": (half, "Every output is exactly 0.5, which is label 0."),
        "some-tied": (some, "One output is exactly 0.5 among others."),
        "near-half": (_near_half(), "Outputs on both sides of 0.5, two of them within 0.01."),
    }
    cases = []
    for name, (inputs, comment) in networks.items():
        m = inputs["X"].shape[1]
        with_labels = {**inputs, "y": labels(*range(m)) % 2}
        cases.append(Vector(f"predict/{name}", ("PRED-1",), comment, with_labels))
    for name, (inputs, comment) in networks.items():
        cases.append(Vector(f"predict-dec/{name}", ("PRED-2",), comment, inputs))
    return cases
