"""``optproof drift``: what another NumPy changes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

HELP = """\
Measure how far the reference is from the exact and certified values under this NumPy, and compare.

record FILE adds this environment to a file; show FILE... prints a table, NumPy by quantity, in ULPs
of the largest number: ! is beyond its bound (exit code 1), * has other bits than in the baseline,
+ is not in it.

examples:
  optproof drift record drift.json
  optproof drift show drift.json --baseline .ci/drift.json --plot drift.png
"""

SHORT = "measure what another NumPy changes"


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("action", choices=("record", "show"))
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="of records, JSON")
    parser.add_argument("--label", default="", help="name of the record, behind NumPy's version")
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="mark what has changed since")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw it (needs matplotlib)")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Record this environment, or show the table."""
    from ..measuring import drift

    return drift.run(arguments, console)
