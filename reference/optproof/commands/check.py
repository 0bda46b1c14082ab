"""``optproof check``: settings, run, known deviations, outputs."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .numbers import gibibytes, seconds, whole
from .target import add_target, inputs_of, launch_of

if TYPE_CHECKING:
    from rich.console import Console

    from ..conversation import Launch
    from ..judging.report import Report
    from ..settings.config import Config

SHORT = "judge an implementation"
HELP = """\
Judge an implementation of the methods against the document's own figures.

TARGET is a dotted module (mylib.optim), a path to a .py file or a notebook
(.ipynb, .md), a library (torch.optim; 'optproof libraries' has all), or
reference: optproof's own. Without TARGET and --exec the settings in
optproof.toml say what is checked. It must define the document's functions,
any of them: update_parameters_with_gd, random_mini_batches,
initialize_velocity, update_parameters_with_momentum, initialize_adam,
update_parameters_with_adam, model, ... It runs in a process of its own.

exit code: 0 conforms, 1 deviates, 2 usage, 3 no verdict (something could not
be started or called, or timed out), 5 nothing was run, 70 a bug of optproof's
own, 130 interrupted

examples:
  optproof check my_adam.py                 check a file
  optproof check mylib.optim --only adam    Adam, and the training with it
  optproof check my_adam.py --training full --json report.json
  optproof check --exec 'node my_adam.mjs'  another language, over stdin, stdout
  optproof check my_model.py --statistical  a model that draws its own numbers
  optproof check reference                  the reference itself
"""
#: Where "-" leads.
STDOUT = Path("/dev/stdout")
#: What optproof.formats knows; that needs NumPy.
DTYPES = ("float64", "float32", "float16", "bfloat16")
#: The module of each form of output, imported where it is asked for.
WRITERS = {
    "json": "json_report",
    "junitxml": "junit",
    "markdown": "markdown",
    "html": "html",
    "badge": "badge",
}


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.usage = "optproof check TARGET [options]"
    add_target(parser)
    _add_how(parser.add_argument_group("what is checked, and how"))
    _add_settings(parser.add_argument_group("what it is judged by"))
    told = "FILE may be -: standard output; the report is then on standard error"
    _add_outputs(parser.add_argument_group("output", told))


def _add_how(group: Any) -> None:
    add = group.add_argument
    add(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="an operation, its short name (adam), or a case id; * and ? match; repeatable",
    )
    add(
        "--training",
        choices=("none", "short", "full"),
        help="short: 200 epochs of each optimizer (the default, which leaves out what uses an "
        "operation already found deviating); full: 10,000, in parallel processes",
    )
    either = group.add_mutually_exclusive_group()
    either.add_argument(
        "--exact",
        action="store_true",
        help="run the implementation on exact numbers and prove its formulas (needs python-flint)",
    )
    either.add_argument(
        "--statistical",
        action="store_true",
        help="for a model that draws its own random numbers: judge many trainings by their spread",
    )
    add("--runs", type=whole, default=20, metavar="N", help="for --statistical (default 20)")
    add("--fresh", type=whole, default=0, metavar="N", help="draw N more cases of each operation")
    add(
        "--seed", type=int, metavar="S", help="for --fresh: draw those of S (default: any; printed)"
    )
    add(
        "--timeout",
        type=seconds,
        metavar="SECONDS",
        help="for one answer, of CPU time or sleep (default 10); 12 times as long to start and for "
        "the first; a training of n epochs gets 1 + n/200 times as long",
    )
    add(
        "--memory",
        type=gibibytes,
        metavar="GIB",
        help="limit for the implementation's memory (default 4; 0: none)",
    )


def _add_settings(group: Any) -> None:
    group.add_argument(
        "--variant",
        dest="variants",
        action="append",
        default=[],
        metavar="ID",
        help="judge against a known variant (adam.epsilon-hat); repeatable; "
        "'optproof explain ID' says what it is",
    )
    group.add_argument(
        "--no-declared-variants",
        action="store_true",
        help="judge against --variant alone, whatever variants it declares",
    )
    group.add_argument(
        "--dtype",
        choices=DTYPES,
        help="what it is judged in, whatever it declares (default: what it declares, or float64)",
    )
    either = group.add_mutually_exclusive_group()
    either.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="settings and known deviations (default: optproof.toml, if there is one)",
    )
    either.add_argument(
        "--no-config", action="store_true", help="read no optproof.toml, not even one that is there"
    )


def _add_outputs(group: Any) -> None:
    add = group.add_argument
    add("--quiet", "-q", action="store_true", help="print one line: the verdict, and the mistakes")
    add("--verbose", "-v", action="store_true", help="print every case, with ULPs")
    add("--show-config", action="store_true", help="print the settings and stop")
    for form, what in (
        ("json", "JSON"),
        ("junitxml", "JUnit XML"),
        ("markdown", "Markdown, as for a CI summary"),
        ("html", "a page of HTML: the code, the numbers, the costs; needs Jinja2"),
        ("badge", "a badge: JSON for a shields.io endpoint"),
    ):
        add(f"--{form}", type=Path, metavar="FILE", help=f"also write the report as {what}")
    add("--plot", type=Path, metavar="DIR", help="draw the trainings into DIR (needs matplotlib)")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Check, print the report, and write the outputs; return the exit code."""
    from dataclasses import replace

    from ..conversation.forked import begin
    from ..conversation.launch import Ahead
    from ..errors import OptproofError
    from ..settings import baseline
    from ..settings.config import Config, load, settle

    config = Config() if arguments.no_config else load(arguments.config)
    sources = settle(arguments, config)
    if arguments.show_config:
        baseline.check_ids(config)
        _show(arguments, config, sources, console)
        return 0
    launch = replace(launch_of(arguments), pinned=_pinned(arguments))
    # Beside the imports of this process; forked from it, where it is a process of our own.
    ahead = Ahead(launch, begin if arguments.own_process else None)
    outputs: dict[str, Path] = {}
    try:
        baseline.check_ids(config)
        outputs = _outputs(arguments, config)
        if STDOUT in outputs.values():  # it has that output alone
            from rich.console import Console

            console = Console(stderr=True, markup=False, emoji=False, width=console.width)
        launch = replace(launch, start=ahead)
        return _check(arguments, config, sources, launch, outputs, console)
    except (OptproofError, OSError):
        raise
    except Exception as error:  # ours: there is a report all the same
        _tell_failure(error, launch.name, arguments, outputs)
        raise
    finally:
        ahead.end()


def _check(
    arguments: argparse.Namespace,
    config: Config,
    sources: dict[str, str],
    launch: Launch,
    outputs: dict[str, Path],
    console: Console,
) -> int:
    """Run the check, and tell of it."""
    from dataclasses import replace
    from datetime import date

    from ..checking.check import check, unstarted
    from ..errors import TargetError
    from ..reports import terminal
    from ..reports.progress import TrainingProgress
    from ..settings import baseline
    from ..settings.config import named

    try:
        with TrainingProgress("checking", shown=not arguments.quiet) as progress:
            report = check(
                launch,
                only=arguments.only,
                training=arguments.training,
                timeout=arguments.timeout,
                variants=arguments.variants,
                exact=arguments.exact,
                statistical=_runs(arguments),
                fresh=arguments.fresh,
                seed=secrets.randbelow(2**32) if arguments.seed is None else arguments.seed,
                on_progress=progress.update,
                on_wait=progress.wait,
            )
    except (TargetError, KeyboardInterrupt) as error:  # before it could say hello
        why = error if isinstance(error, TargetError) else None
        report = unstarted(launch.name, why, arguments.only, arguments.training)
        _annotate(report, console)
        _write(report, outputs)
        raise
    report = replace(
        baseline.apply(report, config.known, date.today()), settings=named(config, sources)
    )
    terminal.show(report, console, arguments.quiet, arguments.verbose)
    _annotate(report, console)
    if "html" in outputs:
        from ..checking.curves import with_curves

        with suppress(KeyboardInterrupt):  # the verdict stands, with or without a curve
            report = with_curves(report, launch, arguments.training, arguments.timeout)
    sys.stdout.flush()  # an output may be the same file
    written = _write(report, outputs)
    if arguments.plot:
        from ..drawing.check_figures import save_all

        for line in save_all(launch, report, arguments.training, arguments.plot):
            console.print(line, soft_wrap=True, highlight=False)
    return report.exit_code if written else 2


def _annotate(report: Report, console: Console) -> None:
    """Print annotations where GitHub reads them."""
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from ..reports import github

        for line in github.commands(report):
            console.print(line, soft_wrap=True, highlight=False)


def _tell_failure(
    error: Exception, target: str, arguments: argparse.Namespace, outputs: dict[str, Path]
) -> None:
    """Write every output that still can be: optproof itself failed, and nothing was judged."""
    from dataclasses import replace

    from ..checking.check import unstarted
    from ..errors import printable

    text = f"optproof itself failed: {printable(f'{type(error).__name__}: {error}')[:500]}"
    report = unstarted(target, None, arguments.only, arguments.training)
    results = tuple(replace(r, message=text) for r in report.results)
    report = replace(report, results=results, interrupted=False, bug=text)
    for form, path in outputs.items():
        with suppress(Exception):  # it may be what failed
            _write(report, {form: path})


def _pinned(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what holds whatever the implementation declares."""
    pinned: dict[str, Any] = {"dtype": arguments.dtype} if arguments.dtype else {}
    return {**pinned, "variants": []} if arguments.no_declared_variants else pinned


def _outputs(arguments: argparse.Namespace, config: Config) -> dict[str, Path]:
    """Return where each form goes, once it is sure that nothing is lost by writing there."""
    from ..drawing.runs import check_plotting
    from ..errors import UsageError
    from ..files import check_apart, check_writable, clear
    from ..methods import OPTIMIZERS
    from ..pages import check_available

    named = {form: path for form in WRITERS if (path := getattr(arguments, form))}
    outputs = {form: STDOUT if str(path) == "-" else path for form, path in named.items()}
    check_apart(
        {f"--{form}": path for form, path in outputs.items()},
        {**inputs_of(arguments), "the configuration": config.path},
    )
    for form, path in outputs.items():
        check_writable(path, form)
    if "html" in outputs:
        check_available()
    if arguments.plot:
        if arguments.statistical:
            raise UsageError("--plot draws one training of each optimizer, and not --statistical's")
        check_plotting(arguments.plot, [f"check-{o}.png" for o in OPTIMIZERS])
    clear(outputs.values())
    return outputs


def _write(report: Report, outputs: dict[str, Path]) -> bool:
    """Write every output that can be written; return whether all could."""
    from ..errors import UsageError

    written = True
    for form, path in outputs.items():
        try:
            import_module(f"..reports.{WRITERS[form]}", __package__).write(report, path)
        except UsageError as error:
            print(f"optproof: {error}", file=sys.stderr)
            written = False
    return written


def _runs(arguments: argparse.Namespace) -> int:
    return arguments.runs if arguments.statistical else 0


def _show(
    arguments: argparse.Namespace, config: Config, sources: dict[str, str], console: Console
) -> None:
    for key, source in sources.items():
        console.print(f"{key:<9} {getattr(arguments, key)!s:<32} {source}", soft_wrap=True)
    for entry in config.known:
        console.print(f"known     {entry.id:<32} {entry.reason}", soft_wrap=True)
