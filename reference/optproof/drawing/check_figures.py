"""Figures of a checked training: target over reference (extra ``plots``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .. import fast, fixtures
from ..checking.trace import Side
from ..checking.trainings import Training
from ..conversation import Launch
from ..files import write_figure
from ..judging.report import DEVIATION, PASS, Report, Result
from ..operations import LEVELS
from ..protocol import Array, decode
from .figures import draw_boundary
from .runs import Run


@dataclass
class Story:
    """One training of the target and of the reference: what its figures are drawn from.

    Parameters
    ----------
    optimizer : str
    costs : dict of int to float
        The target's, by epoch; empty where it lets nobody look inside.
    reference : dict of int to float
    errors : dict of int to float
        The target's, against the certified costs, in ULPs of float64.
    diverged : int or None
        The epoch of the first divergence.
    parameters : pair of dicts of arrays
        The target's and the reference's, after training.
    """

    optimizer: str
    diverged: int | None
    costs: dict[int, float] = field(default_factory=dict)
    reference: dict[int, float] = field(default_factory=dict)
    errors: dict[int, float] = field(default_factory=dict)
    parameters: tuple[dict[str, Array], dict[str, Array]] = ({}, {})


def save_all(launch: Launch, report: Report, level: str | None, folder: Path) -> Iterator[Path]:
    """Train what was checked once more, watched, and draw it; yield the paths."""
    for result in report.results:
        if result.operation == "model" and result.status in (PASS, DEVIATION):
            optimizer = result.id.rpartition("/")[2]
            training = Training(optimizer, LEVELS[level or "short"])
            path = folder / f"check-{optimizer}.png"
            write_figure(draw(tell(launch, training, result), launch.name), path, dpi=120)
            yield path


def tell(launch: Launch, training: Training, result: Result, timeout: float = 10.0) -> Story:
    """Train target and reference and return what is drawn of them."""
    texts = (f.message for f in result.findings if f.tensor == "first divergence")
    found = re.search(r"epoch (\d+)", next(texts, ""))
    story = Story(training.optimizer, int(found[1]) if found else None)
    X, Y, parameters, _ = fixtures.documented_start()
    certified = fixtures.load(f"training/certified-{training.optimizer}.json")["costs"]
    side = Side(launch, training, timeout)
    last = None
    try:
        for last in side.events([]):
            if last["total"]:
                story.costs[last["epoch"]] = float(last["total"]) / Y.size
        ended = decode(last["parameters"]) if last else side.after(training.epochs)
    finally:
        side.end()
    for epoch in fast.train(X, Y, parameters, training.optimizer, num_epochs=training.epochs):
        story.reference[epoch.number] = float(epoch.cost)
    for number, (digits, _) in certified.items():
        if int(number) in story.costs:
            difference = abs(Decimal(story.costs[int(number)]) - Decimal(digits))
            story.errors[int(number)] = float(difference) / float(np.spacing(float(digits)))
    story.parameters = ended, epoch.parameters
    return story


def draw(story: Story, name: str) -> Figure:
    """Return costs, errors, and both decision boundaries side by side."""
    figure = Figure(figsize=(10, 8), layout="constrained")
    axes = figure.subplots(2, 2)
    draw_costs(axes[0, 0], story, name)
    draw_errors(axes[0, 1], story)
    for column, who in enumerate((name, "reference")):
        run = Run(story.optimizer, 0.0007, [], story.parameters[column], 0.0)
        draw_boundary(axes[1, column], run)
        axes[1, column].set_title(who)
    return figure


def draw_costs(axes: Axes, story: Story, name: str) -> None:
    """Draw the target's cost over the reference's, and where they part."""
    axes.plot(list(story.reference), list(story.reference.values()), label="reference", lw=3)
    axes.plot(list(story.costs), list(story.costs.values()), label=name)
    if story.diverged is not None:
        axes.axvline(story.diverged, ls=":", color="red", label="first divergence")
    axes.set(xlabel="epoch", ylabel="cost", title=story.optimizer)
    axes.legend()


def draw_errors(axes: Axes, story: Story) -> None:
    """Draw the error against the certified costs, in ULPs, on a log scale; 0 is drawn as 0.1."""
    errors = np.maximum(list(story.errors.values()), 0.1)
    axes.semilogy(list(story.errors), errors, marker=".")
    axes.set(xlabel="epoch", ylabel="ULPs", title="error of the cost against the certified one")
