"""``optproof sweep``: the reference under many seeds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from .numbers import whole

if TYPE_CHECKING:
    from rich.console import Console

HELP = """\
Train the reference under many seeds at once, of the shuffles and of the
initial parameters, and print the median and the spread of the cost at every
thousandth epoch, and of the accuracy.

exit code: 0 done, 2 usage, 130 interrupted

examples:
  optproof sweep --seeds 100 --optimizer adam
  optproof sweep --seeds 500 --output bands.json --plot bands.png
"""

SHORT = "train the reference under many seeds at once"


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add = parser.add_argument
    add("--optimizer", choices=("gd", "momentum", "adam", "all"), default="all")
    add("--seeds", type=whole, default=100, metavar="N", help="default 100")
    add("--epochs", type=whole, default=10000, metavar="N", help="default 10000")
    add("--output", type=Path, metavar="FILE", help="write the bands as JSON")
    add("--plot", type=Path, metavar="FILE", help="draw the bands of the cost (needs matplotlib)")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Train, print the bands, write and draw them."""
    from ..drawing.runs import check_plotting
    from ..errors import UsageError
    from ..measuring import sweep

    if arguments.plot:
        if arguments.epochs <= 1000:
            raise UsageError("--plot draws every thousandth epoch", "--epochs 1001 or more")
        check_plotting(arguments.plot.parent, [arguments.plot.name])
    runs = sweep.run(arguments, console)
    if arguments.plot:
        from ..drawing.sweep_figure import plot

        plot(runs, arguments.plot)
        console.print(f"wrote {arguments.plot}", soft_wrap=True, highlight=False)
    return 0
