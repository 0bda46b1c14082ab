"""The figure of ``optproof sweep``: the spread of the cost over the epochs, by optimizer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..files import write_figure
from .figures import BLUE
from .runs import NAMES

#: From the outermost in: the levels of a band, and how it is drawn.
BANDS = (
    ("0.05", "0.95", "9 of 10 seeds", 0.2),
    ("0.25", "0.75", "the middle half", 0.45),
)


def plot(runs: dict[str, Any], path: Path) -> None:
    """Write the bands of each optimizer, side by side on one scale."""
    figure = Figure(figsize=(4.6 * len(runs), 4.2), layout="constrained")
    drawn = figure.subplots(1, len(runs), sharey=True, squeeze=False)[0]
    for axes, (optimizer, bands) in zip(drawn, runs.items()):
        draw(axes, bands["costs"])
        axes.set_title(NAMES[optimizer])
    drawn[0].set_ylabel("cost")
    write_figure(figure, path, dpi=120)


def draw(axes: Axes, costs: dict[str, dict[str, float | str]]) -> None:
    """Draw the median of the costs and two bands around it; what is not finite is left out."""
    epochs = [int(epoch) for epoch in costs]

    def line(level: str) -> list[float]:
        values = [float(quantiles[level]) for quantiles in costs.values()]
        return [value if np.isfinite(value) else np.nan for value in values]

    for low, high, label, alpha in BANDS:
        band = axes.fill_between(epochs, line(low), line(high), color=BLUE, alpha=alpha, lw=0)
        band.set_label(label)
    axes.plot(epochs, line("0.5"), color="black", marker="o", ms=3, label="median")
    axes.set_xlabel("epoch")
    axes.legend()
