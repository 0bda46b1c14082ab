"""``optproof smoke``: whether an implementation is wired up."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..errors import printable
from .numbers import seconds
from .target import add_target, launch_of

if TYPE_CHECKING:
    from rich.console import Console

HELP = """\
Try whether an implementation is wired up: its hello, one small call of every
operation it names, numbers that must come back bit for bit, a long line.
Names, shapes and dtypes must be right; whether the values are, 'check'
judges. It stops at the first call that is not answered in time.

exit code: 0 wired up, 1 not quite, 2 usage, 3 could not be started or sent no
hello

examples:
  optproof smoke --exec 'node my_adam.mjs'
  optproof smoke my_adam.py
"""

SHORT = "try whether an implementation is wired up"


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_target(parser)
    parser.add_argument(
        "--timeout", type=seconds, default=10.0, metavar="SECONDS", help="for one answer"
    )
    parser.set_defaults(memory=4.0)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Call everything once, and say what works."""
    from ..checking.smoke import smoke
    from ..reports.progress import TrainingProgress

    code, told = 0, set[str]()
    with TrainingProgress("trying") as progress:
        for wire in smoke(launch_of(arguments), arguments.timeout, progress.wait):
            word = "works" if wire.works else "FAILS"
            line = f"{word}  {wire.name:<32} {printable(wire.message)}"
            console.print(line, soft_wrap=True, highlight=False)
            for hint in map(printable, wire.hint.splitlines() if wire.hint not in told else ()):
                console.print(f"       {hint}", soft_wrap=True, highlight=False)
            code |= not wire.works
            told.add(wire.hint)  # once
    return code
