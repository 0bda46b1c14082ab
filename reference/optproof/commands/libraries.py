"""``optproof libraries``: the table of libraries."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

HELP = """\
Check the optimizers of the libraries that are installed, and print the
results as a table in Markdown. 'optproof check NAME' shows one of them in
full. With --json, each report goes into DIR/NAME.json, of which 'optproof
site' makes pages; --from DIR prints the table of such reports.

Another package offers its own by an entry point:
  [project.entry-points."optproof.libraries"]
  my_library = "my_library.for_optproof"
a module that 'optproof check' can judge: it makes the optimizers.

exit code: 0 the table is printed, whatever stands in it; 2 usage

examples:
  optproof libraries
  optproof libraries torch.optim optax --json reports
  optproof libraries --from reports
"""

SHORT = "check the optimizers of installed libraries: a table"


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help="default: all that are installed")
    add("--json", type=Path, metavar="DIR", help="also write each report into DIR, as NAME.json")
    add("--from", type=Path, dest="made", metavar="DIR", help="print the table of these reports")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Check them, and print a line as soon as it is known."""
    from ..errors import UsageError
    from ..measuring.libraries import HEAD, reports, rows, shortened
    from ..reports import json_report

    def show(line: str) -> None:
        console.print(line, soft_wrap=True, highlight=False)

    show(HEAD)
    if arguments.made:
        for path in sorted(arguments.made.glob("*.json")):
            for row in rows(path.stem, json_report.read(path)[1]):
                show(row)
        return 0
    if arguments.json:
        try:
            arguments.json.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{arguments.json} cannot be made ({error.strerror})") from None
    begun = time.monotonic()
    for name, report in reports(arguments.names, lambda n: print(f"checking {n}", file=sys.stderr)):
        print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
        for row in rows(name, report):
            show(row)
        if arguments.json:
            json_report.write(shortened(report), arguments.json / f"{name}.json")
        begun = time.monotonic()
    return 0
