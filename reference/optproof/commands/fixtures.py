"""``optproof fixtures``: verify, lint or regenerate the fixtures."""

from __future__ import annotations

import argparse
from difflib import get_close_matches
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
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="verify: the schemas and values of these alone"
    )
    parser.add_argument("--reason", default="", metavar="TEXT", help="why they are regenerated")
    parser.add_argument(
        "--training", action="store_true", help="verify: also prove 200 epochs of each training"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Carry out the action."""
    from .. import fixtures
    from ..errors import UsageError
    from ..oracle import fixture_tools

    if arguments.files and arguments.action != "verify":
        raise UsageError(f"{arguments.action} takes no files", hint="only verify does")
    if arguments.action == "regenerate":
        return fixture_tools.regenerate(arguments.reason, console)
    if arguments.action == "verify":
        known = fixtures.manifest()["files"]
        for name in arguments.files:
            if name not in known:
                near = get_close_matches(name, known, 1, 0.4)
                hint = f"did you mean {near[0]}?" if near else "manifest.json lists them"
                raise UsageError(f"no file of the fixtures is called {name}", hint=hint)
        return fixture_tools.verify(console, arguments.training, arguments.files)
    return fixture_tools.lint(console)
