"""The command ``optproof``: reads arguments, calls the library, chooses the exit code.

Imports stand inside the commands, so that ``--help`` needs neither NumPy nor anything else.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import CallError, OptproofError, TargetError, UsageError
from ..versions import ShowVersion
from .cli_help import (
    BASELINE_HELP,
    CERTIFY_HELP,
    CHECK_HELP,
    DRIFT_HELP,
    EXPLAIN_HELP,
    FIXTURES_HELP,
    LIBRARIES_HELP,
    SMOKE_HELP,
    SWEEP_HELP,
    TRACE_HELP,
    TRAIN_HELP,
)
from .numbers import fraction, nonnegative, positive, seed_number, whole

if TYPE_CHECKING:
    from rich.console import Console


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="optproof",
        description="Reference and conformance kit for mini-batching, gradient descent, momentum "
        "and Adam.",
        epilog="'optproof COMMAND --help' explains a command and shows examples.",
    )
    what = "show the versions of optproof and its fixtures, and stop"
    parser.add_argument("--version", action=ShowVersion, nargs=0, help=what)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_check(commands)
    smoke = _command(commands, "smoke", run_smoke, "is an implementation wired up", SMOKE_HELP)
    _add_target(smoke)
    smoke.set_defaults(memory=4.0)
    _add_baseline(commands)
    table = _command(commands, "libraries", run_libraries, "table of libraries", LIBRARIES_HELP)
    table.add_argument("names", nargs="*", metavar="NAME", help="default: all that are installed")
    _add_train(commands)
    _add_trace(commands)
    explained = _command(commands, "explain", run_explain, "say what an id means", EXPLAIN_HELP)
    explained.add_argument("id", metavar="ID", help="of a case, a clause or a deviation")
    _add_sweep(commands)
    _add_certify(commands)
    _add_drift(commands)
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


def _from(module: str, function: str = "run") -> Callable[..., int]:
    """Return a function of a module that is imported when it is called."""

    def run(arguments: argparse.Namespace, console: Console) -> int:
        imported = importlib.import_module(f"..{module}", __package__)
        code: int = getattr(imported, function)(arguments, console)
        return code

    return run


def _add_target(parser: Any) -> None:
    target = parser.add_mutually_exclusive_group()
    target.add_argument("target", nargs="?", metavar="TARGET", help="module, file or notebook")
    parser.add_argument(
        "--run-cells", action="store_true", help="run a notebook's cells, not its definitions alone"
    )
    parser.add_argument(
        "--mapping",
        type=Path,
        metavar="FILE",
        help="TOML or JSON: which of its functions, arguments and results is which",
    )
    target.add_argument(
        "--exec",
        metavar="COMMAND",
        help="start COMMAND, which speaks the protocol of PROTOCOL.md, in any language",
    )


def _add_check(commands: Any) -> None:
    check = _command(
        commands, "check", _from("commands.run_check"), "judge an implementation", CHECK_HELP
    )
    _add_target(check)
    check.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="an operation, its short name (adam), or a case id; * and ? match; repeatable",
    )
    check.add_argument(
        "--plot", type=Path, metavar="DIR", help="draw the trainings into DIR (needs matplotlib)"
    )
    how = check.add_mutually_exclusive_group()
    how.add_argument(
        "--exact",
        action="store_true",
        help="run the implementation on exact numbers and prove its formulas (needs python-flint)",
    )
    how.add_argument(
        "--statistical",
        action="store_true",
        help="for a model that draws its own random numbers: judge many trainings by their spread",
    )
    check.add_argument(
        "--runs", type=whole, default=20, metavar="N", help="for --statistical (default 20)"
    )
    check.add_argument("--list", action="store_true", help="list the cases and stop")
    for form, what in (
        ("json", "JSON"),
        ("junitxml", "JUnit XML"),
        ("markdown", "Markdown, as for a CI summary"),
        ("badge", "a badge: JSON for a shields.io endpoint"),
    ):
        text = f"also write the report as {what}"
        check.add_argument(f"--{form}", type=Path, metavar="FILE", help=text)
    check.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="settings and known deviations (default: optproof.toml, if there is one)",
    )
    check.add_argument("--show-config", action="store_true", help="print the settings and stop")
    check.add_argument("--quiet", "-q", action="store_true", help="print the verdict alone")
    check.add_argument("--verbose", "-v", action="store_true", help="print passing cases too")
    check.add_argument(
        "--training",
        choices=("none", "short", "full"),
        help="short: 200 epochs of each optimizer (the default, which leaves out what uses an "
        "operation already found deviating); full: 10,000, in parallel processes",
    )
    check.add_argument(
        "--variant",
        dest="variants",
        action="append",
        default=[],
        metavar="ID",
        help="judge against a known variant (adam.epsilon-hat); repeatable; "
        "'optproof explain ID' says what it is",
    )
    check.add_argument(
        "--timeout",
        type=positive,
        metavar="SECONDS",
        help="for one answer (default 10); a training of n epochs gets 1 + n/200 times as long",
    )
    check.add_argument(
        "--memory",
        type=nonnegative,
        metavar="GIB",
        help="limit for the implementation's memory (default 4; 0: none)",
    )


def _add_baseline(commands: Any) -> None:
    parser = _command(
        commands,
        "baseline",
        _from("commands.run_check", "update_baseline"),
        "accept deviations",
        BASELINE_HELP,
    )
    parser.add_argument("action", choices=("update",), help="write optproof.toml")
    _add_target(parser)
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why they are accepted")
    parser.add_argument("--config", type=Path, metavar="FILE", help="default: optproof.toml")
    parser.set_defaults(only=[], variants=[], training=None, timeout=None, memory=None)


def _add_drift(commands: Any) -> None:
    parser = _command(
        commands, "drift", _from("measuring.drift"), "what another NumPy changes", DRIFT_HELP
    )
    parser.add_argument("action", choices=("record", "show"))
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="of records, JSON")
    parser.add_argument("--label", default="", help="name of the record, behind NumPy's version")
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="mark what has changed since")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw it (needs matplotlib)")


def _add_train(commands: Any) -> None:
    train = _command(
        commands, "train", _from("commands.run_training"), "train the reference", TRAIN_HELP
    )
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


def _add_trace(commands: Any) -> None:
    trace = _command(commands, "trace", run_trace, "find where two trainings part", TRACE_HELP)
    add = trace.add_argument
    add("a", nargs="?", metavar="A", help="module or .py file")
    add("b", nargs="?", metavar="B", help="the one that is right; by default the reference")
    add("--optimizer", choices=("gd", "momentum", "adam"), required=True)
    add("--epochs", type=whole, default=10000, metavar="N", help="default 10000")
    add("--timeout", type=positive, default=10.0, metavar="SECONDS", help="as in check")
    add("--memory", type=nonnegative, default=4.0, metavar="GIB", help="as in check")


def _add_sweep(commands: Any) -> None:
    sweep = _command(
        commands, "sweep", _from("measuring.sweep"), "train under many seeds at once", SWEEP_HELP
    )
    add = sweep.add_argument
    add("--optimizer", choices=("gd", "momentum", "adam", "all"), default="all")
    add("--seeds", type=whole, default=100, metavar="N", help="default 100")
    add("--epochs", type=whole, default=10000, metavar="N", help="default 10000")
    add("--output", type=Path, metavar="FILE", help="write the bands as JSON")


def _add_certify(commands: Any) -> None:
    certify = _command(
        commands, "certify", _from("oracle.certify"), "prove a training's digits", CERTIFY_HELP
    )
    add = certify.add_argument
    add("--optimizer", choices=("gd", "momentum", "adam"), required=True)
    add("--epochs", type=whole, default=10000, metavar="N", help="default 10000")
    add(
        "--precision",
        type=whole,
        metavar="BITS",
        help="of the balls; default 512, for Adam 3000: enough for 10,000 epochs",
    )
    add("--output", type=Path, metavar="FILE", help="default certified-OPTIMIZER.json")


def _add_fixtures(commands: Any) -> None:
    short = "verify, lint or regenerate the fixtures"
    tools = _command(commands, "fixtures", run_fixtures, short, FIXTURES_HELP)
    tools.add_argument("action", choices=("verify", "lint", "regenerate"))
    tools.add_argument("--reason", default="", metavar="TEXT", help="why they are regenerated")
    tools.add_argument(
        "--training", action="store_true", help="verify: also prove 200 epochs of each training"
    )


def run_smoke(arguments: argparse.Namespace, console: Console) -> int:
    """Carry out ``optproof smoke``."""
    from ..checking.smoke import smoke
    from .run_check import launch_of

    code = 0
    for wire in smoke(launch_of(arguments)):
        word = "works" if wire.works else "FAILS"
        console.print(f"{word}  {wire.name:<34} {wire.message}", soft_wrap=True, highlight=False)
        code |= not wire.works
    return code


def run_libraries(arguments: argparse.Namespace, console: Console) -> int:
    """Carry out ``optproof libraries``."""
    from ..measuring.libraries import table

    for line in table(arguments.names, lambda name: print(f"checking {name}", file=sys.stderr)):
        console.print(line, soft_wrap=True, highlight=False)
    return 0


def run_trace(arguments: argparse.Namespace, console: Console) -> int:
    """Carry out ``optproof trace``."""
    from ..checking.trace import trace
    from ..checking.trainings import Training
    from ..conversation import python_target

    a, b = (python_target(t, arguments.memory) for t in (arguments.a, arguments.b))
    training = Training(arguments.optimizer, arguments.epochs, asked=True)
    try:
        found = trace(a, b, training, timeout=arguments.timeout)
    except CallError as error:
        raise TargetError(f"the training ended: {error.what}", error.hint) from None
    if found:
        console.print(f"first divergence: {found}", soft_wrap=True, highlight=False)
        return 1
    where = f"in {training.epochs} epochs of {training.optimizer}"
    console.print(f"{a.name} and {b.name} do not part {where}", soft_wrap=True, highlight=False)
    return 0


def run_explain(arguments: argparse.Namespace, console: Console) -> int:
    """Carry out ``optproof explain``."""
    from ..reports.explain import explain

    for line in explain(arguments.id):
        console.print(line, soft_wrap=True, highlight=False)
    return 0


def run_fixtures(arguments: argparse.Namespace, console: Console) -> int:
    """Carry out ``optproof fixtures``."""
    from ..oracle import fixture_tools

    if arguments.action == "regenerate":
        return fixture_tools.regenerate(arguments.reason, console)
    if arguments.action == "verify":
        return fixture_tools.verify(console, arguments.training)
    return fixture_tools.lint(console)


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
