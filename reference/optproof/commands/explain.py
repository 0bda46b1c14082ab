"""``optproof explain``: what an id means."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

HELP = """\
Explain a test case, a clause of SPEC.md or a known mistake: its formula, a
worked number, and how to mend it.

exit code: 0 explained, 2 nothing has that id

examples:
  optproof explain ADAM-5                      a clause
  optproof explain adam.epsilon-inside-sqrt    a known mistake
  optproof explain adam/documented             a test case
"""

SHORT = "say what an id in a report means"


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("id", metavar="ID", help="of a test case, a clause or a known mistake")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print the explanation."""
    from ..reports.explain import explain

    for line in explain(arguments.id):
        print(line)
    return 0
