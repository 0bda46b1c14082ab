"""The command ``optproof``: reads arguments, calls the library, chooses the exit code.

Imports stand inside the commands, so that ``--help`` needs neither NumPy nor anything else.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import __version__
from .errors import OptproofError

if TYPE_CHECKING:
    from rich.console import Console

CHECK_HELP = """\
Judge an implementation of the methods against the document's own figures.

TARGET is a dotted module (mylib.optim), a path to a .py file or a notebook (.ipynb, .md), or
nothing: the built-in reference.
It must define the document's functions, any of them: update_parameters_with_gd,
random_mini_batches, initialize_velocity, update_parameters_with_momentum, initialize_adam,
update_parameters_with_adam, model, ... It runs in a process of its own.

exit code: 0 conforms, 1 deviates, 2 usage, 3 could not be started, 5 nothing was run,
130 interrupted

examples:
  optproof check                           check the reference itself
  optproof check my_adam.py                check a file
  optproof check mylib.optim --only adam   only Adam: its cases and its training
  optproof check my_adam.py --training full --json report.json
  optproof check --exec 'node my_adam.mjs' another language, over stdin and stdout
"""

SMOKE_HELP = """\
Try whether an implementation is wired up: its hello, then one small call of every operation it
names. Names, shapes and dtypes must be right; whether the values are is what 'check' judges.

exit code: 0 wired up, 1 not quite, 2 usage, 3 could not be started or sent no hello

examples:
  optproof smoke --exec 'node my_adam.mjs'
  optproof smoke my_adam.py
"""

LIBRARIES_HELP = """\
Check the optimizers of the libraries that are installed, and print the results as a table in
Markdown. 'optproof check NAME' shows one of them in full.

examples:
  optproof libraries
  optproof libraries torch.optim optax
"""

TRAIN_HELP = """\
Train the 3-layer network on the document's data, as the document does, and print what it prints.

examples:
  optproof train                               all three optimizers, 10,000 epochs
  optproof train --optimizer adam --epochs 2000 --learning-rate 0.001
  optproof train --plot figures                also draw cost curves and decision boundaries
"""

FIXTURES_HELP = """\
Guard the fixtures.

verify      check hashes, schemas (with jsonschema) and, with the extra certify, every value
lint        look for stray files, repeated ids, notes and clauses that lead nowhere
regenerate  write the vectors anew and print what changes; refused under CI and with uncommitted
            changes

exit code: 0 all is well, 1 something is wrong, 2 usage
"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="optproof",
        description="Reference and conformance kit for mini-batching, gradient descent, momentum "
        "and Adam.",
        epilog="'optproof COMMAND --help' explains a command and shows examples.",
    )
    parser.add_argument("--version", action="version", version=f"optproof {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_check(commands)
    smoke = _command(commands, "smoke", run_smoke, "is an implementation wired up", SMOKE_HELP)
    _add_target(smoke)
    table = _command(commands, "libraries", run_libraries, "table of libraries", LIBRARIES_HELP)
    table.add_argument("names", nargs="*", metavar="NAME", help="default: all that are installed")
    _add_train(commands)
    _add_fixtures(commands)
    return parser


def _command(commands: Any, name: str, run: Callable[..., int], short: str, text: str) -> Any:
    parser = commands.add_parser(
        name,
        help=short,
        description=text,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def _add_target(parser: Any) -> None:
    target = parser.add_mutually_exclusive_group()
    target.add_argument("target", nargs="?", metavar="TARGET", help="module, .py file, or notebook")
    target.add_argument(
        "--exec",
        metavar="COMMAND",
        help="start COMMAND, which speaks the protocol of PROTOCOL.md, in any language",
    )


def target_of(arguments: argparse.Namespace) -> Any:
    """Return the target that the arguments name."""
    from .targets import command_target

    return arguments.target if arguments.exec is None else command_target(arguments.exec)


def _add_check(commands: Any) -> None:
    check = _command(commands, "check", run_check, "judge an implementation", CHECK_HELP)
    _add_target(check)
    check.add_argument(
        "--run-cells", action="store_true", help="run a notebook's cells, not its definitions alone"
    )
    check.add_argument(
        "--mapping",
        type=Path,
        metavar="FILE",
        help="TOML or JSON: which of its functions, arguments and results is which",
    )
    check.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="an operation, its short name (adam), or a case id; * and ? match; repeatable",
    )
    check.add_argument("--list", action="store_true", help="list the cases and stop")
    check.add_argument("--json", type=Path, metavar="FILE", help="also write the report as JSON")
    check.add_argument("--quiet", "-q", action="store_true", help="print the verdict alone")
    check.add_argument("--verbose", "-v", action="store_true", help="print passing cases too")
    check.add_argument(
        "--training",
        choices=("none", "short", "full"),
        help="short: 200 epochs of each optimizer (the default, which leaves out what uses an "
        "operation already found deviating); full: 10,000, in parallel processes",
    )
    check.add_argument(
        "--timeout",
        type=positive,
        default=10.0,
        metavar="SECONDS",
        help="for one answer (default 10); a training of n epochs gets 1 + n/200 times as long",
    )
    check.add_argument(
        "--memory",
        type=nonnegative,
        default=4.0,
        metavar="GIB",
        help="limit for the implementation's memory (default 4; 0: none)",
    )


def _add_train(commands: Any) -> None:
    train = _command(commands, "train", run_train, "train the reference", TRAIN_HELP)
    train.add_argument(
        "--optimizer",
        choices=("gd", "momentum", "adam", "all"),
        default="all",
        help="default: all three, one after another",
    )
    add = train.add_argument
    add("--epochs", type=whole, default=10000, metavar="N", help="default 10000")
    add("--learning-rate", type=positive, default=0.0007, metavar="X", help="default 0.0007")
    add("--mini-batch-size", type=whole, default=64, metavar="N", help="default 64; 1: SGD")
    add("--beta", type=fraction, default=0.9, metavar="X", help="momentum's; default 0.9")
    add("--beta1", type=fraction, default=0.9, metavar="X", help="Adam's first; default 0.9")
    add("--beta2", type=fraction, default=0.999, metavar="X", help="Adam's second; default 0.999")
    add("--epsilon", type=positive, default=1e-8, metavar="X", help="Adam's; default 1e-8")
    add(
        "--seed",
        type=seed_number,
        default=10,
        metavar="N",
        help="the first epoch shuffles with N + 1; default 10",
    )
    add("--plot", type=Path, metavar="DIR", help="draw figures into DIR (needs matplotlib)")


def _add_fixtures(commands: Any) -> None:
    short = "verify, lint or regenerate the fixtures"
    tools = _command(commands, "fixtures", run_fixtures, short, FIXTURES_HELP)
    tools.add_argument("action", choices=("verify", "lint", "regenerate"))
    tools.add_argument("--reason", default="", metavar="TEXT", help="why they are regenerated")


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text} is not a finite number")
    return number


def positive(text: str) -> float:
    """Return a number above 0."""
    number = _number(text)
    if number <= 0:
        raise argparse.ArgumentTypeError(f"{text} must be above 0")
    return number


def nonnegative(text: str) -> float:
    """Return a number that is 0 or more."""
    number = _number(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} must be 0 or more")
    return number


def fraction(text: str) -> float:
    """Return a number from 0 up to, not including, 1."""
    number = _number(text)
    if not 0 <= number < 1:
        raise argparse.ArgumentTypeError(f"{text} must be at least 0 and below 1")
    return number


def whole(text: str) -> int:
    """Return a whole number of 1 or more."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def seed_number(text: str) -> int:
    """Return a seed that leaves room for an epoch's seed to be counted up."""
    if not text.isascii() or not text.isdigit() or int(text) >= 2**31:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to 2147483647")
    return int(text)


def run_check(arguments: argparse.Namespace, console: Console) -> int:
    """Carry out ``optproof check``."""
    from .check import Options, check, select
    from .reports import json_report, terminal
    from .reports.progress import TrainingProgress

    only = tuple(arguments.only)
    if arguments.list:
        cases, trainings = select(only, arguments.training)
        listed = [(c.id, c.operation, c.comment) for c in cases]
        listed += [(t.id, t.operation, f"{t.epochs} epochs") for t in trainings]
        for case_id, operation, comment in listed:
            console.print(f"{case_id:<28} {operation:<32} {comment}", soft_wrap=True)
        return 0
    if arguments.json:
        json_report.check_writable(arguments.json)
    options = Options(
        only,
        arguments.training,
        arguments.timeout,
        arguments.memory,
        arguments.mapping,
        arguments.run_cells,
    )
    with TrainingProgress(shown=not arguments.quiet) as progress:
        report = check(target_of(arguments), options, on_progress=progress.update)
    terminal.show(report, console, arguments.quiet, arguments.verbose)
    if arguments.json:
        json_report.write(report, arguments.json)
    return report.exit_code


def run_smoke(arguments: argparse.Namespace, console: Console) -> int:
    """Carry out ``optproof smoke``."""
    from .smoke import smoke
    from .targets import Launch, python_target

    target = target_of(arguments)
    launch = target if isinstance(target, Launch) else python_target(target, 4.0)
    code = 0
    for wire in smoke(launch):
        word = "works" if wire.works else "FAILS"
        console.print(f"{word}  {wire.name:<34} {wire.message}", soft_wrap=True, highlight=False)
        code |= not wire.works
    return code


def run_libraries(arguments: argparse.Namespace, console: Console) -> int:
    """Carry out ``optproof libraries``."""
    from .libraries import table

    for line in table(arguments.names, lambda name: print(f"checking {name}", file=sys.stderr)):
        console.print(line, soft_wrap=True, highlight=False)
    return 0


def run_train(arguments: argparse.Namespace, console: Console) -> int:
    """Carry out ``optproof train``."""
    from .run_training import run

    return run(arguments, console)


def run_fixtures(arguments: argparse.Namespace, console: Console) -> int:
    """Carry out ``optproof fixtures``."""
    from . import fixture_tools

    if arguments.action == "regenerate":
        return fixture_tools.regenerate(arguments.reason, console)
    return getattr(fixture_tools, arguments.action)(console)  # type: ignore[no-any-return]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; errors end in one message on stderr."""
    arguments = build_parser().parse_args(argv)
    from rich.console import Console

    try:
        code: int = arguments.run(arguments, Console(markup=False, emoji=False))
        return code
    except OptproofError as error:
        print(f"optproof: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("optproof: interrupted before anything was judged", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 141
