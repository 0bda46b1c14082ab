"""Mini-batches, stage by stage: seed, permutation, slices, batches."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from ..operations import UNSEEDED
from .formula import read_stages
from .pipeline import Answer, Pipeline, State

STAGES = """
seed (MB-1)
    minibatch.seed-ignored: seed = UNSEEDED
    minibatch.seed-hard-coded: seed = 0
    minibatch.seed-plus-one: seed = seed + 1
permutation (MB-2)
    order_X = order_Y = permutation(seed, m)
    minibatch.not-shuffled: order_X = order_Y = np.arange(m)
    minibatch.shuffled-apart: order_X, order_Y = two_permutations(seed, m)
    minibatch.labels-not-shuffled: order_X, order_Y = permutation(seed, m), np.arange(m)
    minibatch.inverse-permutation: order_X = order_Y = np.argsort(permutation(seed, m))
    minibatch.new-generator: order_X = order_Y = np.random.default_rng(seed).permutation(m)
    minibatch.python-generator: order_X = order_Y = python_shuffle(seed, m)
slices (MB-3, MB-4)
    slices = full(m, size) + tail(m, size)
    minibatch.tail-dropped: slices = full(m, size)
    minibatch.small-set-lost: slices = full(m, size) + tail(m, size) if m >= size else []
    minibatch.tail-repeated: slices = full(m, size) + tail(m, size) + tail(m, size)
    minibatch.empty-batch: slices = full(m, size) + [range(m - m % size, m)]
    minibatch.tail-of-full-size: slices = full(m, size) + [range(max(0, m - size), m)
        for _ in tail(m, size)]
    minibatch.tail-merged: slices = full(m, size)[:-1] + [range(max(0, m - m % size - size), m)]
    minibatch.tail-one-short: slices = full(m, size) + [t[:-1] for t in tail(m, size)]
    minibatch.first-batch-repeated: slices = [range(size) for _ in full(m, size)] + tail(m, size)
    minibatch.one-column: slices = [range(k, k + 1) for k in range(-(-m // size))]
    minibatch.size-hard-coded: slices = full(m, 64) + tail(m, 64)
batches (MB-3, CONV-3) -> batches
    batches = [(X[:, order_X[list(c)]], Y[:, order_Y[list(c)]]) for c in slices]
    minibatch.wrong-axis: batches = cut_rows(X, Y, seed, size)
    minibatch.labels-flat: batches = [(X[:, order_X[list(c)]], Y[:, order_Y[list(c)]].reshape(-1))
        for c in slices]
"""


def _two_permutations(seed: int, m: int) -> list[Any]:
    generator = np.random.RandomState(seed)
    return [generator.permutation(m) for _ in range(2)]


def _python_shuffle(seed: int, m: int) -> Any:
    order = list(range(m))
    random.Random(seed).shuffle(order)
    return np.array(order)


def _full(m: int, size: int) -> list[range]:
    return [range(k, k + size) for k in range(0, m - size + 1, size)]


def _tail(m: int, size: int) -> list[range]:
    return [range(m - m % size, m)] if m % size else []


def _cut_rows(X: Any, Y: Any, seed: int, size: int) -> list[tuple[Any, Any]]:
    """Shuffle and count rows, where examples are columns."""
    X = X[np.random.RandomState(seed).permutation(len(X))]
    return [(X[k : k + size], Y[:, k : k + size]) for k in range(0, max(1, len(X)), size)]


WORDS = {
    "UNSEEDED": UNSEEDED,
    "two_permutations": _two_permutations,
    "python_shuffle": _python_shuffle,
    "full": _full,
    "tail": _tail,
    "cut_rows": _cut_rows,
}


def _start(arguments: dict[str, Any]) -> dict[str, State]:
    X, Y, given = arguments["X"], arguments["Y"], arguments.get("permutation")

    def permutation(seed: int, m: int) -> Any:
        return np.random.RandomState(seed).permutation(m) if given is None else np.asarray(given)

    size, seed = arguments["mini_batch_size"], arguments["seed"]
    return {"": State(X=X, Y=Y, m=X.shape[1], size=size, seed=seed, permutation=permutation)}


def _collect(states: dict[str, State]) -> Answer:
    answer = {}
    for k, (X_t, Y_t) in enumerate(states[""].batches):
        answer[f"mini_batches[{k}].X"] = X_t
        answer[f"mini_batches[{k}].Y"] = Y_t
    return answer


MINIBATCH = Pipeline("random_mini_batches", read_stages(STAGES, WORDS), _start, _collect)
