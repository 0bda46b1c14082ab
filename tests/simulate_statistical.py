"""Measure how often ``check --statistical`` finds right and wrong implementations deviating.

    python tests/simulate_statistical.py [SEEDS]

Each is the reference with one thing changed, trained under seeds that the bands do not use, all
replicas at once. So many of its runs are drawn 1000 times and judged as the command judges them.
For the right one this is the rate of false alarms, for the others the power. Not collected by
pytest: it takes some minutes.
"""

import sys
from functools import partial
from unittest.mock import patch

import numpy as np
from rich.console import Console
from rich.progress import track

from optproof import methods
from optproof.checking import spread as statistical
from optproof.measuring.sweep import AT_ONCE, sweep
from optproof.methods import training

FIRST_SEED = 10_000  # the bands use 0 to 499
RUNS = (10, 20, 40)
REPEATS = 1000
OPERATIONS = training.Operations()
gd, momentum, adam, initialize = (
    OPERATIONS.update_parameters_with_gd,
    OPERATIONS.update_parameters_with_momentum,
    OPERATIONS.update_parameters_with_adam,
    methods.initialize_parameters,
)


def gradients(factor):
    """All three updates, with the gradient multiplied; for gd that is a learning rate."""

    def scaled(update, parameters, grads, *rest):
        return update(parameters, {k: factor * g for k, g in grads.items()}, *rest)

    return {
        o: partial(scaled, update) for o, update in zip(methods.OPTIMIZERS, (gd, momentum, adam))
    }


def rates(factor):
    """All three updates, with another learning rate."""
    return {
        "gd": lambda p, g, rate: gd(p, g, factor * rate),
        "momentum": lambda p, g, v, beta, rate: momentum(p, g, v, beta, factor * rate),
        "adam": lambda p, g, v, s, t, rate, *rest: adam(p, g, v, s, t, factor * rate, *rest),
    }


def weights(scale):
    """Initial weights of another scale, a function of the units before."""

    def drawn(layers_dims, seed):
        parameters = initialize(layers_dims, seed)
        for layer, n in enumerate(layers_dims[:-1], start=1):
            parameters[f"W{layer}"] *= scale(n) / np.sqrt(2 / n)
        return parameters

    return {"initialize": drawn}


CHANGES = {
    "none": {},
    "learning rate 0.001": rates(1 / 0.7),
    "learning rate doubled": rates(2),
    "gradient of the sum": gradients(64),
    "gradient over all m": gradients(64 / 300),
    "momentum without 1 - beta": {
        "momentum": lambda p, g, v, beta, rate: momentum(p, g, v, beta, rate / (1 - beta))
    },
    "Adam without correction": {
        "adam": lambda p, g, v, s, t, *rest: adam(p, g, v, s, 10**9, *rest)
    },
    "Adam with t always 1": {"adam": lambda p, g, v, s, t, *rest: adam(p, g, v, s, 1, *rest)},
    "Adam with t reset each epoch": {
        "adam": lambda p, g, v, s, t, *rest: adam(p, g, v, s, (t - 1) % 5 + 1, *rest)
    },
    "Adam, betas swapped": {
        "adam": lambda p, g, v, s, t, rate, b1, b2, eps: adam(p, g, v, s, t, rate, b2, b1, eps)
    },
    "weights randn * 0.01": weights(lambda n: 0.01),
    "weights randn": weights(lambda n: 1),
    "weights randn * sqrt(1 / n)": weights(lambda n: np.sqrt(1 / n)),
}


def simulate(change, seeds):
    """Return what runs of an implementation with this change give, by optimizer and level."""
    updates = {f"update_parameters_with_{o}": f for o, f in change.items() if o != "initialize"}
    optimizers = [o for o in methods.OPTIMIZERS if o in change] or list(methods.OPTIMIZERS)
    found = {(o, level): [] for o in optimizers for level in ("short", "full")}
    with (
        patch.object(methods, "Operations", partial(training.Operations, **updates)),
        patch.object(methods, "initialize_parameters", change.get("initialize", initialize)),
        np.errstate(all="ignore"),
    ):
        for start in range(FIRST_SEED, FIRST_SEED + seeds, AT_ONCE):
            replicas = range(start, min(start + AT_ONCE, FIRST_SEED + seeds))
            *_, reached = sweep(optimizers, replicas)
            for (optimizer, level), runs in found.items():
                runs += outcomes(reached[optimizer], statistical.LEVELS[level])
    return found


def outcomes(reached, epochs):
    """Return a run's costs and accuracy, by the names that the bands have."""
    columns = {f"cost of epoch {e}": c for e, c in reached.costs.items() if e < epochs}
    cost, accuracy = reached.after[epochs]
    columns |= {f"cost after {epochs} epochs": cost, f"accuracy after {epochs} epochs": accuracy}
    return [
        {
            name: statistical.Drawn(float(values[k]), statistical.SLACK)
            for name, values in columns.items()
        }
        for k in range(len(cost))
    ]


def rate(found, level, runs, generator):
    """Return in what part of the draws some optimizer is found deviating."""
    judged = {j.training.optimizer: j.training for j in statistical.jobs(level, runs)}
    hits = 0
    for _ in range(REPEATS):
        seeds = len(next(iter(found.values())))
        chosen = generator.choice(seeds, runs, replace=False)
        hits += any(
            statistical.judge([outcome[k] for k in chosen], judged[optimizer])
            for (optimizer, of), outcome in found.items()
            if of == level
        )
    return hits / REPEATS


def main():
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 128
    generator = np.random.default_rng(0)
    console = Console()
    levels = [(level, runs) for level in ("short", "full") for runs in RUNS]
    names = " | ".join(f"{n} x {level}" for level, n in levels)
    console.print(f"| change | {names} |", soft_wrap=True)
    console.print("| --- |" + " --- |" * len(levels))
    for name, change in track(CHANGES.items(), console=Console(stderr=True)):
        found = simulate(change, 2 * seeds if not change else seeds)
        cells = [f"{rate(found, *how, generator):.1%}" for how in levels]
        console.print(f"| {name} | " + " | ".join(cells) + " |", soft_wrap=True)


if __name__ == "__main__":
    main()
