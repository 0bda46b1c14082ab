"""``optproof check`` and ``optproof baseline``: settings, run, known deviations, outputs."""

from __future__ import annotations

import os
from argparse import Namespace
from datetime import date
from importlib import import_module

from rich.console import Console

from ..checking.check import check, select
from ..conversation import Launch, command_target, python_target
from ..drawing.runs import check_plotting
from ..errors import UsageError
from ..files import check_writable
from ..reports import terminal
from ..reports.progress import TrainingProgress
from ..settings import baseline
from ..settings.config import FILE, Config, load, settle

#: The module of each form of output, imported where it is asked for.
WRITERS = {"json": "json_report", "junitxml": "junit", "markdown": "markdown", "badge": "badge"}


def launch_of(arguments: Namespace) -> Launch:
    """Return how to start the implementation that the arguments name."""
    a = arguments
    if a.exec is not None:
        return command_target(a.exec)
    return python_target(a.target, a.memory, a.mapping, a.run_cells)


def run(arguments: Namespace, console: Console) -> int:
    """Check, and write the outputs; return the exit code."""
    config = load(arguments.config)
    sources = settle(arguments, config)
    baseline.check_ids(config)
    if arguments.show_config:
        _show(arguments, config, sources, console)
        return 0
    if arguments.list:
        _list(arguments, console)
        return 0
    outputs = {form: path for form in WRITERS if (path := getattr(arguments, form))}
    for path in outputs.values():
        check_writable(path)
        if path.is_file():  # a run that cannot start must not leave an older verdict behind
            path.unlink()
    if arguments.plot:
        if arguments.statistical:
            raise UsageError("--plot draws one training of each optimizer, and not --statistical's")
        check_plotting(arguments.plot)
    launch = launch_of(arguments)
    with TrainingProgress(shown=not arguments.quiet) as progress:
        report = check(
            launch,
            only=arguments.only,
            training=arguments.training,
            timeout=arguments.timeout,
            variants=arguments.variants,
            exact=arguments.exact,
            statistical=_runs(arguments),
            on_progress=progress.update,
        )
    report = baseline.apply(report, config.known, date.today())
    for form, path in outputs.items():
        import_module(f"..reports.{WRITERS[form]}", __package__).write(report, path)
    terminal.show(report, console, arguments.quiet, arguments.verbose)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from ..reports import github

        for line in github.commands(report):
            console.print(line, soft_wrap=True, highlight=False)
    if arguments.plot:
        from ..drawing.check_figures import save_all

        for path in save_all(launch, report, arguments.training, arguments.plot):
            console.print(f"wrote {path}", soft_wrap=True, highlight=False)
    return report.exit_code


def update_baseline(arguments: Namespace, console: Console) -> int:
    """Check, and list what deviates as known; nothing is written where a check cannot be whole."""
    if not arguments.reason.strip():
        raise UsageError("the reason is empty", "say why the deviations are accepted")
    config = load(arguments.config)
    settle(arguments, config)
    baseline.check_ids(config)
    check_writable(config.path or FILE)
    report = check(
        launch_of(arguments),
        only=arguments.only,
        training=arguments.training,
        timeout=arguments.timeout,
        variants=arguments.variants,
    )
    console.print(baseline.update(report, config, arguments.reason, date.today()), soft_wrap=True)
    return 0


def _runs(arguments: Namespace) -> int:
    return arguments.runs if arguments.statistical else 0


def _show(arguments: Namespace, config: Config, sources: dict[str, str], console: Console) -> None:
    for key, source in sources.items():
        console.print(f"{key:<9} {getattr(arguments, key)!s:<32} {source}", soft_wrap=True)
    for entry in config.known:
        console.print(f"known     {entry.id:<32} {entry.reason}", soft_wrap=True)


def _list(arguments: Namespace, console: Console) -> None:
    cases, trainings = select(arguments.only, arguments.training, _runs(arguments))
    listed = [(c.id, c.operation, c.comment) for c in cases]
    listed += [(t.id, t.operation, f"{t.epochs} epochs") for t in trainings]
    for case_id, operation, comment in listed:
        console.print(f"{case_id:<28} {operation:<32} {comment}", soft_wrap=True)
