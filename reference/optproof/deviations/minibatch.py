"""Mini-batches, stage by stage: seed, permutation, slices, batches."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from ..operations import UNSEEDED
from ..protocol import names
from .pipeline import Answer, Pipeline
from .state import State
from .table import read_stages

STAGES = """
seed (MB-1)
    minibatch.seed-ignored: seed = UNSEEDED
    minibatch.seed-hard-coded: seed = 0
    minibatch.seed-plus-one: seed = seed + 1
permutation (MB-2)
    order = permutation(seed, m)
    minibatch.not-shuffled: order = np.arange(m)
    minibatch.shuffled-apart: order = two_permutations(seed, m)[labels]
    minibatch.labels-not-shuffled: order = np.arange(m) if labels else permutation(seed, m)
    minibatch.inverse-permutation: order = np.argsort(permutation(seed, m))
    minibatch.new-generator: order = np.random.default_rng(seed).permutation(m)
    minibatch.python-generator: order = python_shuffle(seed, m)
slices (MB-3, MB-4)
    slices = [slice(k * size, (k + 1) * size) for k in range(m // size)]
        + ([slice(m // size * size, m)] if m % size != 0 else [])
    minibatch.tail-dropped: slices = full(m, size)
    minibatch.tail-dropped-unless-alone: slices = full(m, size) or tail(m, size)
    minibatch.tail-filled-up: slices = [np.arange(k * size, (k + 1) * size) % m
        for k in range(-(-m // size))]
    minibatch.tail-one-column: slices = full(m, size) + [m - size * (m // size)
        for _ in tail(m, size)]
    minibatch.small-set-lost: slices = full(m, size) + tail(m, size) if m >= size else []
    minibatch.tail-repeated: slices = full(m, size) + tail(m, size) + tail(m, size)
    minibatch.empty-batch: slices = full(m, size) + [slice(m - m % size, m)]
    minibatch.tail-of-full-size: slices = full(m, size) + [slice(max(0, m - size), m)
        for _ in tail(m, size)]
    minibatch.tail-merged: slices = full(m, size)[:-1] + [slice(max(0, m - m % size - size), m)]
    minibatch.tail-one-short: slices = full(m, size) + [slice(t.start, m - 1)
        for t in tail(m, size)]
    minibatch.first-batch-repeated: slices = [slice(0, size) for _ in full(m, size)] + tail(m, size)
    minibatch.one-column: slices = [slice(k, k + 1) for k in range(-(-m // size))]
    minibatch.size-hard-coded: slices = full(m, 64) + tail(m, 64)
batches (MB-3, CONV-3) -> batches
    shuffled = array[:, order]; batches = [shuffled[:, columns] for columns in slices]
    minibatch.wrong-axis: batches = cut_rows(array, rows, labels, seed, size)
    minibatch.labels-flat: batches = [shuffled[:, columns].reshape(-1) if labels else
        shuffled[:, columns] for columns in slices]
"""
#: A mistaken bound can ask for more batches than there is memory for.
MOST_BATCHES = 400


def _range(*bounds: int) -> range:
    if len(numbers := range(*bounds)) > MOST_BATCHES:
        raise ValueError("more batches than examples")
    return numbers


def _two_permutations(seed: int, m: int) -> list[Any]:
    generator = np.random.RandomState(seed)
    return [generator.permutation(m) for _ in range(2)]


def _python_shuffle(seed: int, m: int) -> Any:
    order = list(range(m))
    random.Random(seed).shuffle(order)
    return np.array(order)


def _full(m: int, size: int) -> list[slice]:
    return [slice(k, k + size) for k in range(0, m - size + 1, size)]


def _tail(m: int, size: int) -> list[slice]:
    return [slice(m - m % size, m)] if m % size else []


def _cut_rows(array: Any, rows: int, labels: bool, seed: int, size: int) -> list[Any]:
    """Shuffle and count rows, where examples are columns; labels have one row, and are cut."""
    if labels:
        return [array[:, k : k + size] for k in range(0, max(1, rows), size)]
    array = array[np.random.RandomState(seed).permutation(len(array))]
    return [array[k : k + size] for k in range(0, max(1, rows), size)]


WORDS = {
    "UNSEEDED": UNSEEDED,
    "two_permutations": _two_permutations,
    "python_shuffle": _python_shuffle,
    "full": _full,
    "tail": _tail,
    "cut_rows": _cut_rows,
    "range": _range,
}


def _start(arguments: dict[str, Any]) -> dict[str, State]:
    X, Y, given = arguments["X"], arguments["Y"], arguments.get("permutation")

    def permutation(seed: int, m: int) -> Any:
        return np.random.RandomState(seed).permutation(m) if given is None else np.asarray(given)

    size, seed = arguments["mini_batch_size"], arguments["seed"]
    common = {"m": X.shape[1], "rows": len(X), "size": size, "seed": seed}
    return {
        part: State(common, array=array, labels=part == "Y", permutation=permutation)
        for part, array in (("X", X), ("Y", Y))
    }


def _collect(states: dict[str, State]) -> Answer:
    counts = {len(x.batches) for x in states.values()}
    return {
        names.batch(k, part): x.batches[k] for k in range(min(counts)) for part, x in states.items()
    }


MINIBATCH = Pipeline("random_mini_batches", read_stages(STAGES, WORDS), _start, _collect)
