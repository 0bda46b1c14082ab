"""``optproof fixtures``: verify, lint or regenerate the fixtures."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

HELP = """\
Verify, lint or regenerate the fixtures.

verify      check hashes, schemas (if jsonschema is installed) and values (with the extra certify)
lint        look for stray files, ids that occur twice, notes and clauses that do not exist
regenerate  write the test cases again and print what changes; refused in CI, and while there are
            uncommitted changes

exit code: 0 all is well, 1 something is wrong, 2 usage
"""

SHORT = "verify, lint or regenerate the fixtures"


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("action", choices=("verify", "lint", "regenerate"))
    parser.add_argument("--reason", default="", metavar="TEXT", help="why they are regenerated")
    parser.add_argument(
        "--training", action="store_true", help="verify: also prove 200 epochs of each training"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Carry out the action."""
    from ..oracle import fixture_tools

    if arguments.action == "regenerate":
        return fixture_tools.regenerate(arguments.reason, console)
    if arguments.action == "verify":
        return fixture_tools.verify(console, arguments.training)
    return fixture_tools.lint(console)
