"""``optproof repro``: three lines that show a mistake again."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .target import add_target, launch_of

if TYPE_CHECKING:
    from rich.console import Console

HELP = """\
Print three lines for a Python session that show what a test case finds
wrong: the call with its input, and the number with what was expected. CASE is
an id of a report: of a test case, a trajectory or a training.

exit code: 0 printed, 2 usage, 3 it could not be started, 5 nothing is wrong
there

examples:
  optproof repro adam/documented my_adam.py
  optproof repro training/adam my_adam.py | python
"""

SHORT = "print three lines that show a mistake again"


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("case", metavar="CASE", help="id of a test case, trajectory or training")
    add_target(parser)
    parser.set_defaults(memory=4.0)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print the lines."""
    from ..checking.repro import repro
    from ..errors import UsageError
    from ..reports.progress import TrainingProgress

    if arguments.exec is not None:
        raise UsageError(
            "another language has no Python session",
            f"the input and what is expected: optproof explain {arguments.case}",
        )
    launch = launch_of(arguments)
    with TrainingProgress("asking it again"):
        lines = repro(arguments.target, arguments.case, launch)
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False)
    return 0
