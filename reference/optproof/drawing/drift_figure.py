"""The figure of ``optproof drift``: a heat map of errors, an operation a row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from ..files import write_figure
from ..measuring.records import Records, order, shown
from .figures import ORANGE

#: What is smaller has the first colour: half a unit is what rounding alone costs.
LEAST = 0.1
FRAME: dict[str, Any] = {"fill": False, "edgecolor": ORANGE, "linewidth": 2.5}


def plot(records: Records, path: Path) -> None:
    """Write the heat map.

    Raises
    ------
    UsageError
        Where `path` cannot be written.
    """
    rows, columns = _names(records)
    size = (4.5 + max(0.75 * len(columns), 3), 2.2 + 0.34 * len(rows))
    figure = Figure(figsize=size, layout="constrained")
    draw(figure.subplots(), records)
    write_figure(figure, path, dpi=120)


def draw(axes: Axes, records: Records) -> None:
    """Draw the largest error of each quantity in each environment, and write it into its cell.

    The colours are those of cividis, which all see alike. What is beyond its bound is framed, with
    the mark that it has in the table.
    """
    rows, columns = _names(records)
    ulps = np.full((len(rows), len(columns)), np.nan)
    beyond = np.zeros(ulps.shape, dtype=bool)
    for j, column in enumerate(columns):
        for i, row in enumerate(rows):
            if found := records[column].get(row):
                ulps[i, j], beyond[i, j] = found["ulps"], not found["within"]
    known = ulps[np.isfinite(ulps)]
    norm = LogNorm(LEAST, max(10 * LEAST, known.max(initial=0.0)), clip=True)
    raised = np.ma.masked_invalid(np.maximum(ulps, LEAST))
    image = axes.imshow(raised, cmap="cividis", norm=norm, aspect="auto")
    for (i, j), value in np.ndenumerate(ulps):
        text = "–" if np.isnan(value) else shown(value) + ("!" if beyond[i, j] else "")
        dark = np.isfinite(value) and norm(max(value, LEAST)) < 0.5
        colour, weight = "white" if dark else "black", "bold" if beyond[i, j] else "normal"
        told = axes.text(j, i, text, color=colour, weight=weight, size=8)
        told.set(ha="center", va="center")
        if beyond[i, j]:
            axes.add_patch(Rectangle((j - 0.46, i - 0.44), 0.92, 0.88, **FRAME))
    axes.set_xticks(range(len(columns)))
    axes.set_xticklabels(columns, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(rows)))
    axes.set_yticklabels(rows)
    axes.set(xlabel="NumPy", title="Largest error, in units in the last place (ULPs)")
    if beyond.any():
        mark = Patch(label="! beyond its bound", **FRAME)
        axes.legend(handles=[mark], loc="lower right", bbox_to_anchor=(1.0, 1.06), frameon=False)
    axes.figure.colorbar(image, ax=axes, label="ULPs", extend="min")


def _names(records: Records) -> tuple[list[str], list[str]]:
    quantities = dict.fromkeys(q for record in records.values() for q in record)
    return list(quantities), sorted(records, key=order)
