"""``optproof sweep``: the reference trained under many seeds at once, replicas in one array.

Replica k draws its initial parameters with seed 3 + k, and shuffles epoch e with seed
10 + 100,000 k + e + 1: replica 0 is the document's own run, and no two share a shuffle.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console

from .. import fast, fixtures, methods
from ..checking.outcomes import outcome
from ..files import check_writable, write
from ..protocol import Array
from ..reports.progress import TrainingProgress

INITIAL, APART = 3, 100_000
AT_ONCE = 64  # replicas whose arrays stay in the processor's cache
QUANTILES = (0.0, 0.005, 0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975, 0.995, 1.0)
SHORT = 200  # epochs after which the trained parameters are judged, too


class Sweep(NamedTuple):
    """Trainings under many seeds.

    Parameters
    ----------
    costs : dict of int to array, shape (replicas,)
        By epoch: every thousandth.
    after : dict of int to tuple of two arrays, shape (replicas,)
        By number of epochs, 200 and all: cost and accuracy of the parameters then, on all data.
    parameters : dict of arrays, shape (replicas, ...)
    """

    costs: dict[int, Array]
    after: dict[int, tuple[Array, Array]]
    parameters: dict[str, Array]


def sweep(
    optimizers: Sequence[str], replicas: range, epochs: int = 10000
) -> Iterator[dict[str, Sweep]]:
    """Train `replicas` at once with the documented hyperparameters; yield every thousandth epoch.

    What was reached at the end is yielded, too. It is the reference's own loop, on arrays with a
    leading axis; each replica agrees with a training of its own within the tolerance (TRAIN-7). The
    optimizers share the shuffles. Where 1 - a3 is 0, a cost is no number, and NumPy warns.
    """
    X, Y, _, hyperparameters = fixtures.documented_start()
    layers_dims = fixtures.documented().layers_dims
    drawn = [methods.initialize_parameters(layers_dims, INITIAL + k) for k in replicas]
    parameters = {name: np.stack([p[name] for p in drawn]) for name in drawn[0]}
    examples, generator = np.concatenate([X, Y]), np.random.RandomState()

    @lru_cache(maxsize=1)
    def shuffle(seed: int, mini_batch_size: int) -> list[tuple[Array, Array]]:
        """Shuffle and cut for every replica, as random_mini_batches does for one."""
        order = np.empty((len(replicas), X.shape[1]), dtype=np.intp)
        for row, k in zip(order, replicas):
            generator.seed(seed + APART * k)
            row[:] = generator.permutation(X.shape[1])
        cuts = range(mini_batch_size, X.shape[1], mini_batch_size)
        batches = np.split(examples.take(order, axis=1).swapaxes(0, 1), cuts, axis=-1)
        return [(batch[:, :-1], batch[:, -1:]) for batch in batches]

    operations = methods.Operations(lambda X, Y, size, seed: shuffle(seed, size))
    hyperparameters |= {"num_epochs": epochs, "cost_every": 1000}
    trainings = [
        fast.train(X, Y, parameters, optimizer, operations=operations, **hyperparameters)
        for optimizer in optimizers
    ]
    found = {optimizer: Sweep({}, {}, {}) for optimizer in optimizers}
    for number, reached in enumerate(zip(*trainings)):
        for optimizer, epoch in zip(optimizers, reached):
            costs, after, _ = found[optimizer]
            if number % 1000 == 0:
                costs[number] = epoch.cost
            if number + 1 in (SHORT, epochs):
                cost, right = outcome(epoch.parameters)
                after[number + 1] = (cost, right / Y.size)
            found[optimizer] = Sweep(costs, after, epoch.parameters)
        if number % 1000 == 0 or number == epochs - 1:
            yield found


def bands(found: Sweep) -> dict[str, Any]:
    """Return the quantiles of the costs and accuracies, in the types of JSON.

    The quantile of level q is the value of rank q N, rounded up, among the N seeds: one of them,
    not a mean of two. A cost that is no number counts as larger than all.
    """

    def quantiles(values: Array) -> dict[str, float | str]:
        ordered = np.sort(np.where(np.isnan(values), np.inf, values))
        ranks = [max(1, math.ceil(q * len(ordered))) for q in QUANTILES]
        at = {f"{q:g}": float(f"{ordered[rank - 1]:.9g}") for q, rank in zip(QUANTILES, ranks)}
        return {level: v if math.isfinite(v) else "Infinity" for level, v in at.items()}

    return {
        "costs": {str(epoch): quantiles(values) for epoch, values in found.costs.items()},
        "after": {
            str(epochs): {"cost": quantiles(cost), "accuracy": quantiles(accuracy)}
            for epochs, (cost, accuracy) in found.after.items()
        },
    }


def run(arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Carry out ``optproof sweep``: train, print the bands, write them; return those of each."""
    if arguments.output:
        check_writable(arguments.output, "fixture")
    optimizers = methods.OPTIMIZERS if arguments.optimizer == "all" else (arguments.optimizer,)
    parts: list[dict[str, Sweep]] = []
    with (
        TrainingProgress("training under many seeds") as progress,
        np.errstate(divide="ignore", invalid="ignore"),
    ):
        for start in range(0, arguments.seeds, AT_ONCE):
            replicas = range(start, min(start + AT_ONCE, arguments.seeds))
            found: dict[str, Sweep] = {}
            for number, reached in enumerate(sweep(optimizers, replicas, arguments.epochs)):
                found = reached
                done = start * arguments.epochs + len(replicas) * 1000 * number
                progress.update("all seeds", done // arguments.seeds, arguments.epochs)
            parts.append(found)
    runs = {o: bands(_joined([part[o] for part in parts])) for o in optimizers}
    for optimizer, band in runs.items():
        console.print(f"{optimizer}: median (5% to 95%) of {arguments.seeds} seeds")
        rows = {f"cost of epoch {e}": q for e, q in band["costs"].items()}
        for epochs, after in band["after"].items():
            rows |= {f"{what} after {epochs} epochs": q for what, q in after.items()}
        for name, q in rows.items():
            low, median, high = (float(q[level]) for level in ("0.05", "0.5", "0.95"))
            text = f"  {name:<28} {median:.6f} ({low:.6f} to {high:.6f})"
            console.print(text, highlight=False)
    if arguments.output:
        content = {
            "schema": fixtures.SCHEMA,
            "clauses": ["INIT-2", "TRAIN-2", "TRAIN-4", "TRAIN-8"],
            "provenance": {
                "source": "the reference trained in float64 under many seeds, stacked",
                "command": f"optproof sweep --seeds {arguments.seeds} --epochs {arguments.epochs}",
                "seeds": f"replica k: initial {INITIAL} + k, shuffles from 10 + {APART} k",
                "numpy": np.__version__,
            },
            "seeds": arguments.seeds,
            "epochs": arguments.epochs,
            "runs": runs,
        }
        write(arguments.output, json.dumps(content, indent=1) + "\n", "fixture")
        console.print(f"wrote {arguments.output}", soft_wrap=True, highlight=False)
    return runs


def _joined(parts: list[Sweep]) -> Sweep:
    def join(arrays: Iterable[Array]) -> Array:
        return np.concatenate(list(arrays))

    first = parts[0]
    costs = {e: join(p.costs[e] for p in parts) for e in first.costs}
    after = {
        e: (join(p.after[e][0] for p in parts), join(p.after[e][1] for p in parts))
        for e in first.after
    }
    return Sweep(costs, after, {k: join(p.parameters[k] for p in parts) for k in first.parameters})
