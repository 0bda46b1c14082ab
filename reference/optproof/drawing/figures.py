"""The document's figures: cost curves and decision boundaries (extra ``plots``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .. import fixtures, methods
from ..files import write_figure
from ..protocol import Array
from .runs import NAMES, TITLES, Run

#: The part of the plane that the document shows: x from and to, y from and to.
EXTENT = (-1.5, 2.5, -1.0, 1.5)
STEP = 0.01
#: Okabe and Ito's: told apart by who sees fewer colours, and in grey by their markers.
BLUE, ORANGE = "#0072B2", "#D55E00"
CLASSES = (("o", BLUE), ("^", ORANGE))


def save_all(runs: Sequence[Run], folder: Path) -> Iterator[Path]:
    """Write a cost curve and a decision boundary a run, and all side by side; yield the paths."""
    for run in runs:
        for name, draw in (("cost", draw_cost), ("boundary", draw_boundary)):
            figure = Figure(figsize=(5, 4), layout="constrained")
            draw(figure.subplots(), run)
            path = folder / f"{name}-{run.optimizer}.png"
            write_figure(figure, path, dpi=120)
            yield path
    path = folder / "comparison.png"
    write_figure(comparison(runs), path, dpi=120)
    yield path


def draw_cost(axes: Axes, run: Run) -> None:
    """Draw the cost of every hundredth epoch (clause TRAIN-6)."""
    axes.plot(run.costs, color=BLUE)
    axes.set(ylabel="cost", xlabel="epochs (per 100)", title=f"Learning rate = {run.learning_rate}")


def draw_boundary(axes: Axes, run: Run) -> None:
    """Draw where the network says 0 and where 1, and the examples on top (clause TRAIN-6).

    The classes differ in their marker as in their colour, and the boundary is a line.
    """
    X, Y, _, _ = fixtures.documented_start()
    x, y, labels = boundary(run.parameters)
    axes.contourf(x, y, labels, levels=[-0.5, 0.5, 1.5], colors=[BLUE, ORANGE], alpha=0.2)
    for label, (marker, colour) in enumerate(CLASSES):
        x1, x2 = X[:, Y[0] == label]
        points = axes.scatter(x1, x2, s=16, marker=marker, color=colour, label=f"class {label}")
        points.set(edgecolors="black", linewidths=0.3)
    if labels.min() < labels.max():
        axes.contour(x, y, labels, levels=[0.5], colors="black", linewidths=1.5)
        axes.add_line(Line2D([], [], color="black", label="decision boundary"))
    else:
        text = f"no boundary: class {labels.min()} everywhere"
        told = axes.text(0.5, 0.93, text, ha="center", transform=axes.transAxes)
        told.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.9})
    axes.legend(loc="lower left", fontsize="small")
    axes.set(
        xlim=EXTENT[:2], ylim=EXTENT[2:], xlabel="x1", ylabel="x2", title=TITLES[run.optimizer]
    )


def boundary(parameters: dict[str, Array]) -> tuple[Array, Array, Array]:
    """Return a grid over :data:`EXTENT` as x and y, and the label predicted at each point."""
    x, y = np.meshgrid(
        np.arange(EXTENT[0], EXTENT[1] + STEP / 2, STEP),
        np.arange(EXTENT[2], EXTENT[3] + STEP / 2, STEP),
    )
    points = np.stack([x.ravel(), y.ravel()])
    with np.errstate(all="ignore"):  # a training may have ended in inf and nan
        labels = methods.predict_dec(parameters, points)
    return x, y, labels.reshape(x.shape).astype(int)


def comparison(runs: Sequence[Run]) -> Figure:
    """Return all runs side by side: cost curves, boundaries, and the table of accuracies."""
    figure = Figure(figsize=(5 * len(runs), 9.2), layout="constrained")
    rows = figure.subplots(3, len(runs), squeeze=False, gridspec_kw={"height_ratios": [4, 4, 1]})
    for column, run in enumerate(runs):
        draw_cost(rows[0, column], run)
        draw_boundary(rows[1, column], run)
        rows[2, column].axis("off")
    table = [[NAMES[r.optimizer], f"{100 * r.accuracy:.3g}%", f"{r.costs[-1]:.4f}"] for r in runs]
    middle = rows[2, len(runs) // 2]
    headings = ["optimization method", "accuracy", "last cost shown"]
    drawn = middle.table(cellText=table, colLabels=headings, loc="center", cellLoc="center")
    drawn.scale(1.1, 1.4)
    return figure
