"""``optproof libraries``: the table of libraries."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

HELP = """\
Check the optimizers of the libraries that are installed, and print the
results as a table in Markdown. 'optproof check NAME' shows one of them in
full.

exit code: 0 the table is printed, whatever stands in it; 2 usage

examples:
  optproof libraries
  optproof libraries torch.optim optax
"""

SHORT = "check the optimizers of installed libraries: a table"


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all that are installed")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Check them, and print a line as soon as it is known."""
    from ..measuring.libraries import table

    for line in table(arguments.names, lambda name: print(f"checking {name}", file=sys.stderr)):
        console.print(line, soft_wrap=True, highlight=False)
    return 0
