"""``optproof fixtures``: verify, lint or regenerate the fixtures."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

HELP = """\
Verify, lint or regenerate the fixtures.

verify      check hashes, schemas (with jsonschema) and, with the extra certify,
            every value
lint        look for stray files, repeated ids, notes and clauses that lead
            nowhere
regenerate  write the vectors anew and print what changes; refused under CI and
            with uncommitted changes

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
    from ..errors import UsageError, nearest
    from ..oracle import fixture_tools
    from ..reports.progress import TrainingProgress

    if arguments.files and arguments.action != "verify":
        raise UsageError(f"{arguments.action} takes no files", hint="only verify does")
    known = fixtures.manifest()["files"]
    for name in arguments.files:
        if name not in known:
            hint = nearest(name, known) or "manifest.json lists them"
            raise UsageError(f"no file of the fixtures is called {name}", hint=hint)
    with TrainingProgress(arguments.action):
        if arguments.action == "regenerate":
            return fixture_tools.regenerate(arguments.reason, console)
        if arguments.action == "verify":
            return fixture_tools.verify(console, arguments.training, arguments.files)
        return fixture_tools.lint(console)
