"""``optproof drift``: what another NumPy changes in an implementation."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from .numbers import gibibytes, seconds
from .target import add_target, launch_of

if TYPE_CHECKING:
    from rich.console import Console

HELP = """\
Find out what another NumPy (or processor, or BLAS) changes in the results of
an implementation.

'drift record TARGET' checks it and adds a record of this environment to a
file: for each operation the largest error, in units in the last place (ULP),
and a hash of all bits. 'drift show FILE' prints the records as a table, and
what has changed since those of --baseline.

exit code: 0 all within their bounds, 1 not, 2 usage, 3 or 5 nothing recorded

examples:
  optproof drift record my_adam.py
  optproof drift show drift.json
  optproof drift show drift.json --baseline committed.json --plot drift.png
"""
RECORD = """\
Check TARGET and add what it computes to a file of records, under the version
of its NumPy.

exit code: 0 within all bounds, 1 not, 3 or 5 nothing could be recorded (as in
optproof check)

examples:
  optproof drift record my_adam.py
  optproof drift record mylib.optim --output records.json --label 'no AVX2'
  optproof drift record reference
"""
SHOW = """\
Print records as a table: a line for each operation, a column for each
environment, in ULPs of the largest number. ! is beyond its bound (exit code
1). With --baseline, * has other bits than there, + is not there, and ? was
judged there by other test cases. An environment that the baseline lacks is
compared with the newest before it.

exit code: 0 all within their bounds, 1 not, 2 usage

examples:
  optproof drift show drift.json
  optproof drift show drift.json --baseline committed.json
"""

SHORT = "see what another NumPy changes in the results"


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    actions = parser.add_subparsers(dest="action", metavar="record|show", required=True)
    form = argparse.RawDescriptionHelpFormatter
    record = actions.add_parser(
        "record", help="add a record", description=RECORD, formatter_class=form
    )
    add_target(record)
    add = record.add_argument
    add(
        "--output", type=Path, metavar="FILE", default=Path("drift.json"), help="default drift.json"
    )
    add("--label", default="", help="a name for this environment, for example 'no AVX2'")
    what = "train for 200 epochs, too (short, the default), or not"
    add("--training", choices=("none", "short"), default="short", help=what)
    add(
        "--timeout",
        type=seconds,
        default=10.0,
        metavar="SECONDS",
        help="for one answer (default 10)",
    )
    add(
        "--memory",
        type=gibibytes,
        default=4.0,
        metavar="GIB",
        help="limit for its memory (default 4)",
    )
    show = actions.add_parser("show", help="print records", description=SHOW, formatter_class=form)
    show.add_argument("files", nargs="+", type=Path, metavar="FILE", help="of records, JSON")
    show.add_argument("--baseline", type=Path, metavar="FILE", help="say what has changed since")
    show.add_argument(
        "--plot", type=Path, metavar="FILE", help="draw it as a heat map (needs matplotlib)"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Record this environment, or show the table."""
    lines, code = _record(arguments) if arguments.action == "record" else _show(arguments)
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False)
    return code


def _record(arguments: argparse.Namespace) -> tuple[list[str], int]:
    from ..errors import UsageError
    from ..files import check_writable
    from ..judging.report import FAILING
    from ..measuring import drift, records
    from ..reports.progress import TrainingProgress

    path = arguments.output
    if str(arguments.target).endswith(".json"):
        hint = f"optproof drift record TARGET --output {arguments.target}"
        raise UsageError(f"{arguments.target} is no implementation", hint)
    launch = launch_of(arguments)
    check_writable(path, None)
    records.load_of(path, launch.name)
    with TrainingProgress("checking"):
        record, report, environment = drift.measure(launch, arguments.training, arguments.timeout)
    code = report.exit_code
    if not record or report.interrupted:
        why = next((r.message for r in report.results if r.status != "pass" and r.message), "")
        return [f"{launch.name}: nothing is recorded: {why}"], code or 5
    environment = f"{environment} {arguments.label}".strip()
    records.add(path, launch.name, environment, record)
    numpy = "NumPy " if environment[0].isdigit() else ""
    lines = [f"{launch.name}, {numpy}{environment}: recorded in {path}"]
    lines += [f"  {name}: {records.shown(q['ulps'])} ULPs" for name, q in record.items()]
    bad = [r for r in report.results if r.status in FAILING]
    lines += [f"beyond its bound: {r.id} {r.message}" for r in bad[:5]]
    if len(bad) > 5:
        lines.append(f"and {len(bad) - 5} more; optproof check {launch.name} has them all")
    return lines, code


def _show(arguments: argparse.Namespace) -> tuple[list[str], int]:
    from ..drawing.runs import check_plotting
    from ..errors import UsageError
    from ..measuring import records

    if arguments.plot:
        check_plotting(arguments.plot.parent, [arguments.plot.name])
    shown: records.Records = {}
    targets = {}
    for path in arguments.files:
        targets[path], found = records.load(path)
        shown |= found
    baseline: records.Records = {}
    if arguments.baseline:
        targets[arguments.baseline], baseline = records.load(arguments.baseline)
    if len(set(targets.values())) > 1:
        of = ", ".join(f"{path} of {target}" for path, target in targets.items())
        raise UsageError(f"these are records of different implementations: {of}")
    lines = records.table(shown, baseline)
    if arguments.baseline:
        lines += records.changes(shown, baseline)
    if arguments.plot:
        from ..drawing.drift_figure import plot

        plot(shown, arguments.plot)
    beyond = records.beyond(shown)
    return [*lines, *(f"beyond its bound: {line}" for line in beyond)], 1 if beyond else 0
