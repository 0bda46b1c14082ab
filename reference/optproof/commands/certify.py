"""``optproof certify``: prove a training's digits."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from .numbers import whole

if TYPE_CHECKING:
    from rich.console import Console

HELP = """\
Train on ball arithmetic and write a certificate: costs and parameters, each
with 30 digits and a radius that is sure to hold the true value. Needs: pip
install 'optproof[certify]'.

The same command resumes an interrupted run (FILE.partial is kept until it is
done). Where the balls are too wide to decide a comparison, the run stops and
says which precision to try.

exit code: 0 written, 2 usage, 130 interrupted (what is done is kept)

examples:
  optproof certify --optimizer gd
  optproof certify --optimizer adam --precision 3000 --output adam.json
"""

SHORT = "prove a training's digits"


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add = parser.add_argument
    add("--optimizer", choices=("gd", "momentum", "adam"), required=True)
    add("--epochs", type=whole, default=10000, metavar="N", help="default 10000")
    add(
        "--precision",
        type=whole,
        metavar="BITS",
        help="of the balls; default 512, for Adam 3000: enough for 10,000 epochs",
    )
    add("--output", type=Path, metavar="FILE", help="default certified-OPTIMIZER.json")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Train on balls, or go on with it."""
    from ..oracle import certify

    return certify.run(arguments, console)
