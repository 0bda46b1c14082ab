"""``optproof baseline``: accept what deviates today."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from .target import add_target, launch_of

if TYPE_CHECKING:
    from rich.console import Console

SHORT = "list today's deviations as known"
HELP = """\
Run the check that optproof.toml describes, and list today's deviations there
as known, so that 'optproof check' fails only for new ones. Entries that no
longer occur are removed. After a crash or an interruption nothing is written.

exit code: 0 written; 2 usage; 3 could not be started

examples:
  optproof baseline update --reason 'to be repaired in release 2'
  optproof baseline update my_adam.py --reason 'epsilon as in our paper'
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("action", choices=("update",), help="write optproof.toml")
    add_target(parser)
    parser.add_argument(
        "--reason", required=True, metavar="TEXT", help="why these deviations are accepted"
    )
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="the file to write (default: optproof.toml)"
    )
    parser.set_defaults(only=[], variants=[], training=None, timeout=None, memory=None)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Check, and list what deviates as known; nothing is written where a check cannot be whole."""
    from datetime import date

    from ..checking.check import check
    from ..errors import UsageError
    from ..files import check_writable
    from ..reports.progress import TrainingProgress
    from ..settings import baseline
    from ..settings.config import FILE, load, settle

    if not arguments.reason.strip():
        raise UsageError("the reason is empty", "say why the deviations are accepted")
    config = load(arguments.config)
    settle(arguments, config)
    baseline.check_ids(config)
    launch = launch_of(arguments)
    check_writable(config.path or FILE, None)
    with TrainingProgress("checking") as progress:
        report = check(
            launch,
            only=arguments.only,
            training=arguments.training,
            timeout=arguments.timeout,
            variants=arguments.variants,
            on_progress=progress.update,
            on_wait=progress.wait,
        )
    console.print(baseline.update(report, config, arguments.reason, date.today()), soft_wrap=True)
    return 0
