"""``optproof smoke``: whether an implementation is wired up."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .target import add_target, launch_of

if TYPE_CHECKING:
    from rich.console import Console

HELP = """\
Try whether an implementation is wired up: its hello, then one small call of every operation it
names. Names, shapes and dtypes must be right; whether the values are is what 'check' judges.

exit code: 0 wired up, 1 not quite, 2 usage, 3 could not be started or sent no hello

examples:
  optproof smoke --exec 'node my_adam.mjs'
  optproof smoke my_adam.py
"""

SHORT = "is an implementation wired up"


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_target(parser)
    parser.set_defaults(memory=4.0)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Call everything once, and say what works."""
    from ..checking.smoke import smoke

    code = 0
    for wire in smoke(launch_of(arguments)):
        word = "works" if wire.works else "FAILS"
        console.print(f"{word}  {wire.name:<34} {wire.message}", soft_wrap=True, highlight=False)
        code |= not wire.works
    return code
