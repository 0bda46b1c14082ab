"""The small training: eight examples, and no hyperparameter that is the document's.

A model that ignores what it is given, or prints a made-up cost, passes the documented trainings:
they leave every hyperparameter at its default and print one cost in 200 epochs. Here all of them
are passed, all are others, and two costs are printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import flint
import numpy as np

from .. import fixtures, methods
from ..protocol import Array, encode
from .training import agree, balls, digits, on_balls

NAME = "training/small.json"
#: Pairwise different, so that one taken for another shows; five examples a batch, then three.
HYPERPARAMETERS = {
    "learning_rate": 0.011,
    "mini_batch_size": 5,
    "beta": 0.83,
    "beta1": 0.71,
    "beta2": 0.97,
    "epsilon": 0.003,
    "num_epochs": 1001,
}
LAYERS_DIMS = [2, 4, 3, 1]
X = [
    [2.11, -1.24, 1.96, 1.24, -0.3, 0.71, 0.82, -0.83],
    [0.52, 0.5, 0.02, 0.04, 1.26, 0.51, 0.84, 0.94],
]
Y = [[1, 0, 1, 0, 0, 0, 0, 0]]
PRECISION = 1000  # bits


def small_training() -> dict[str, Any]:
    """Return the content of ``training/small.json``: costs and parameters proved on balls."""
    flint.ctx.prec = PRECISION
    parameters = methods.initialize_parameters(LAYERS_DIMS)
    data, labels = np.array(X), np.array(Y)
    return {
        "schema": fixtures.SCHEMA,
        "clauses": ["TRAIN-1", "TRAIN-2", "TRAIN-3", "TRAIN-4", "TRAIN-5", "TRAIN-9", "CERT-1"],
        "provenance": {
            "source": "the reference's own source on ball arithmetic (python-flint arb)",
            "command": "optproof fixtures regenerate",
            "precision": PRECISION,
        },
        "X": encode(data),
        "Y": encode(labels),
        "layers_dims": LAYERS_DIMS,
        "hyperparameters": HYPERPARAMETERS,
        "initial_parameters": encode(parameters),
        "runs": {o: _run(o, data, labels, parameters) for o in methods.OPTIMIZERS},
    }


def _run(optimizer: str, X: Array, Y: Array, parameters: dict[str, Array]) -> dict[str, Any]:
    costs = {}
    start = {k: balls(a) for k, a in parameters.items()}
    real = {k: flint.arb(v) if isinstance(v, float) else v for k, v in HYPERPARAMETERS.items()}
    for epoch in on_balls(balls(X), Y, start, optimizer, **real):
        if epoch.number % 1000 == 0:
            costs[str(epoch.number)] = digits(epoch.cost)
    return {
        "costs": costs,
        "parameters": {
            k: {"shape": list(a.shape), "digits": [digits(v) for v in a.reshape(-1)]}
            for k, a in epoch.parameters.items()
        },
    }


def disagreements() -> Iterator[str]:
    """Prove the small training again; say where the stored file is another."""
    stored, again = fixtures.load(NAME), small_training()
    for optimizer, run in again["runs"].items():
        kept = stored["runs"][optimizer]
        pairs = [*zip(kept["costs"].values(), run["costs"].values())]
        for name, tensor in run["parameters"].items():
            pairs += zip(kept["parameters"][name]["digits"], tensor["digits"])
        if not all(agree(a, b) for a, b in pairs):
            yield f"the stored numbers of {optimizer} are not those proved again"
    parts = ("X", "Y", "layers_dims", "hyperparameters", "initial_parameters")
    yield from (f"{part} is not as defined" for part in parts if stored[part] != again[part])
