"""``optproof train``: the reference trained as the document does, with its prints and figures."""

from __future__ import annotations

import argparse
import math

import numpy as np
from rich.console import Console

from .. import fixtures, methods
from ..drawing.runs import TITLES, Run, check_plotting
from ..reports.progress import TrainingProgress


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Train, print, draw; exit code 1 where a training diverged."""
    if arguments.plot:
        check_plotting(arguments.plot)
    chosen = methods.OPTIMIZERS if arguments.optimizer == "all" else (arguments.optimizer,)
    runs: list[Run] = []
    for optimizer in chosen:
        if len(chosen) > 1:
            console.print(("\n" if runs else "") + TITLES[optimizer])
        with np.errstate(all="ignore"):  # one that diverges is told so below
            runs.append(_train(optimizer, arguments, console))
    if arguments.plot:
        from ..drawing import figures

        for path in figures.save_all(runs, arguments.plot):
            console.print(f"wrote {path}", soft_wrap=True)
    diverged = [r.optimizer for r in runs if not math.isfinite(r.costs[-1])]
    if diverged:
        console.print(
            f"diverged: the cost of {', '.join(diverged)} is no number any more", style="red"
        )
        console.print("hint: a smaller --learning-rate")
    return 1 if diverged else 0


def _train(optimizer: str, arguments: argparse.Namespace, console: Console) -> Run:
    X, Y, parameters, _ = fixtures.documented_start()
    epochs = methods.train(
        X,
        Y,
        parameters,
        optimizer,
        learning_rate=arguments.learning_rate,
        mini_batch_size=arguments.mini_batch_size,
        beta=arguments.beta,
        beta1=arguments.beta1,
        beta2=arguments.beta2,
        epsilon=arguments.epsilon,
        num_epochs=arguments.epochs,
        seed=arguments.seed,
    )
    costs = []
    with TrainingProgress() as progress:
        for epoch in epochs:
            methods.training.print_cost_as_document(epoch)
            if epoch.number % 100 == 0:
                costs.append(float(epoch.cost))
                progress.update(optimizer, epoch.number, arguments.epochs)
    costs[-1] = costs[-1] if math.isfinite(float(epoch.cost)) else float(epoch.cost)
    accuracy = methods.accuracy(methods.predict(X, Y, epoch.parameters), Y)
    console.print(f"Accuracy: {accuracy}", highlight=False)
    return Run(optimizer, arguments.learning_rate, costs, epoch.parameters, accuracy)
