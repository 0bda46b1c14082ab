"""The figure of ``optproof drift``: errors by environment."""

from __future__ import annotations

from pathlib import Path

from ..errors import UsageError
from ..files import write_figure
from ..measuring.records import Records, order


def plot(records: Records, path: Path) -> None:
    """Draw the largest error of each quantity over the environments.

    Raises
    ------
    UsageError
        Without matplotlib, or where `path` cannot be written.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise UsageError("--plot needs matplotlib", "pip install 'optproof[plots]'") from None
    names = sorted(records, key=order)
    figure = Figure(figsize=(10, 6))
    axes = figure.subplots()
    for quantity in dict.fromkeys(q for record in records.values() for q in record):
        drawn = {n: records[n][quantity]["ulps"] for n in names if quantity in records[n]}
        ulps = [drawn.get(n, float("nan")) for n in names]
        axes.plot(range(len(names)), ulps, marker="o", label=quantity)
    axes.set_xticks(range(len(names)))
    axes.set_xticklabels(names, rotation=45, ha="right")
    axes.set_yscale("symlog", linthresh=1.0)
    axes.set_ylabel("largest error in ULPs")
    axes.set_xlabel("NumPy")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    write_figure(figure, path, bbox_inches="tight")
