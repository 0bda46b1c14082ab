"""``optproof train``: the reference trained as the document does, with its prints and figures."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from .numbers import fraction, positive, seed_number, whole

if TYPE_CHECKING:
    from rich.console import Console

    from ..drawing.runs import Run

HELP = """\
Train the 3-layer network on the document's data, as the document does, and
print what it prints.

exit code: 0 done, 2 usage, 130 interrupted

examples:
  optproof train                           all three optimizers, 10,000 epochs
  optproof train --optimizer adam --epochs 2000 --learning-rate 0.001
  optproof train --plot figures            also draw costs and boundaries
"""

SHORT = "train the reference as the document does"


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add = parser.add_argument
    add(
        "--optimizer",
        choices=("gd", "momentum", "adam", "all"),
        default="all",
        help="default: all three, one after another",
    )
    add("--epochs", type=whole, default=10000, metavar="N", help="default 10000")
    add("--learning-rate", type=positive, default=0.0007, metavar="X", help="default 0.0007")
    add("--mini-batch-size", type=whole, default=64, metavar="N", help="default 64; 1: SGD")
    add("--beta", type=fraction, default=0.9, metavar="X", help="momentum's; default 0.9")
    add("--beta1", type=fraction, default=0.9, metavar="X", help="Adam's first; default 0.9")
    add("--beta2", type=fraction, default=0.999, metavar="X", help="Adam's second; default 0.999")
    add("--epsilon", type=positive, default=1e-8, metavar="X", help="Adam's; default 1e-8")
    add(
        "--seed",
        type=seed_number,
        default=10,
        metavar="N",
        help="the first epoch shuffles with N + 1; default 10",
    )
    add("--plot", type=Path, metavar="DIR", help="draw figures into DIR (needs matplotlib)")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Train, print, draw; exit code 1 where a training diverged."""
    import numpy as np

    from .. import methods
    from ..drawing.runs import TITLES, check_plotting

    chosen = methods.OPTIMIZERS if arguments.optimizer == "all" else (arguments.optimizer,)
    if arguments.plot:
        names = [f"{what}-{o}.png" for o in chosen for what in ("cost", "boundary")]
        check_plotting(arguments.plot, [*names, "comparison.png"])
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
    from .. import fast, fixtures, methods
    from ..drawing.runs import Run
    from ..reports.progress import TrainingProgress

    X, Y, parameters, _ = fixtures.documented_start()
    epochs = fast.train(
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
        cost_every=100,
    )
    costs = []
    with TrainingProgress("training") as progress:
        for epoch in epochs:
            methods.training.print_cost_as_document(epoch)
            if epoch.cost is not None:
                costs.append(float(epoch.cost))
                progress.update(optimizer, epoch.number, arguments.epochs)
    a3, _ = methods.forward_propagation(X, epoch.parameters)
    at_end = float(methods.compute_cost(a3, Y))
    costs[-1] = costs[-1] if math.isfinite(at_end) else at_end
    accuracy = methods.accuracy(methods.predict(X, Y, epoch.parameters), Y)
    console.print(f"Accuracy: {accuracy}", highlight=False)
    return Run(optimizer, arguments.learning_rate, costs, epoch.parameters, accuracy)
