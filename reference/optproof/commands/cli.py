"""The command ``optproof``: reads arguments, calls the library, chooses the exit code.

Imports stand inside the commands, so that ``--help`` needs neither NumPy nor anything else.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from ..errors import OptproofError, UsageError
from ..versions import ShowVersion
from . import (
    baseline,
    certify,
    check,
    drift,
    explain,
    fixtures,
    libraries,
    smoke,
    sweep,
    trace,
    train,
)

#: What users need, in the order in which they need it, and what makes and guards the fixtures.
COMMANDS = {
    "check": check,
    "explain": explain,
    "smoke": smoke,
    "baseline": baseline,
    "trace": trace,
    "train": train,
    "libraries": libraries,
}
MAINTAINERS = {"fixtures": fixtures, "certify": certify, "sweep": sweep, "drift": drift}
DESCRIPTION = """\
Find out whether an implementation of mini-batches, gradient descent, momentum or Adam conforms, and
if not, which mistake it makes:

  optproof check my_adam.py
"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    lists = [
        f"{title}:\n" + "\n".join(f"  {n:<11} {m.SHORT}" for n, m in group.items())
        for title, group in (("commands", COMMANDS), ("for maintainers", MAINTAINERS))
    ]
    parser = argparse.ArgumentParser(
        prog="optproof",
        description=DESCRIPTION,
        epilog="\n\n".join([*lists, "'optproof COMMAND --help' explains one, with examples."]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="optproof COMMAND ...",
    )
    what = "show the versions of optproof and its fixtures, and stop"
    parser.add_argument("--version", action=ShowVersion, nargs=0, help=what)
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, help=argparse.SUPPRESS
    )
    for name, module in {**COMMANDS, **MAINTAINERS}.items():
        command = commands.add_parser(
            name,
            prog=f"optproof {name}",
            description=module.HELP,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.options(command)
        command.set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; errors end in one message on stderr."""
    arguments = build_parser().parse_args(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that cannot show a root
    try:
        from rich.console import Console

        code: int = arguments.run(arguments, Console(markup=False, emoji=False))
        return code
    except OptproofError as error:
        print(f"optproof: {error}", file=sys.stderr)
        return error.exit_code
    except ModuleNotFoundError as error:
        if error.name != "flint":
            raise
        print("optproof: this needs python-flint", file=sys.stderr)
        print("  hint: pip install 'optproof[certify]'", file=sys.stderr)
        return UsageError.exit_code
    except KeyboardInterrupt:
        print("optproof: interrupted", file=sys.stderr)
        return 130
    except (BrokenPipeError, SystemExit):  # rich ends with the latter when its reader has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
