"""``optproof libraries``: the table of libraries."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
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
  optproof libraries --json reports      reports, for optproof site
"""

SHORT = "check the optimizers of installed libraries: a table"


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all that are installed")
    what = "also write each report into DIR, as NAME.json"
    parser.add_argument("--json", type=Path, metavar="DIR", help=what)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Check them, and print a line as soon as it is known."""
    from ..errors import UsageError
    from ..judging.report import Report
    from ..measuring.libraries import table
    from ..reports import json_report

    folder = arguments.json

    def keep(report: Report) -> None:
        if folder:
            json_report.write(report, folder / f"{report.target}.json")

    if folder:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder} cannot be made ({error.strerror})") from None
    for line in table(arguments.names, _tell, keep):
        console.print(line, soft_wrap=True, highlight=False)
    return 0


def _tell(name: str) -> None:
    print(f"checking {name}", file=sys.stderr)
