"""More optimizers of one kind in a file: each judged by itself, so that none hides another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..conversation import Launch
from ..conversation.python import is_python, one_of
from ..conversation.session import Session
from ..fixtures import Trajectory
from ..judging.report import NOT_CALLED, Report


def with_others(
    report: Report,
    session: Session,
    wanted: Sequence[Trajectory],
    check: Callable[[Launch, list[str]], Report],
) -> Report:
    """Return the report with what the trajectories show of the other optimizers of the file.

    Parameters
    ----------
    wanted : sequence of Trajectory
        Those that were asked for.
    check : callable
        Takes how to start one of them, and what to put to it.
    """
    if not is_python(session.launch):  # only a Python file is started for one of its names
        return report
    for kind, names in session.greeting["others"].items():
        only = [t.id for t in wanted if t.optimizer == kind]
        for name in names if only else ():
            operation = f"update_parameters_with_{kind}"  # says why, where it cannot be stepped
            launch = one_of(session.launch, name, kind)
            report = _joined(report, _told(check(launch, [operation, *only]), kind, name))
    return report


def _told(found: Report, kind: str, name: str) -> Report:
    """Return what a report on one of them says, under its own name."""
    steps = f"{kind} optimizer"
    results = [r for r in found.results if r.operation == steps]
    results = results or [r for r in found.results if r.status == NOT_CALLED][:1]
    own = f"{name} optimizer"
    return replace(
        found,
        results=tuple(replace(r, id=f"{r.id} of {name}", operation=own) for r in results),
        diagnoses=tuple(replace(d, operation=own) for d in found.diagnoses if d.operation == steps),
        notes=tuple(n for n in found.notes if n.startswith(steps)),
        code=tuple(replace(c, operation=own) for c in found.code if c.operation == steps),
    )


def _joined(report: Report, other: Report) -> Report:
    return replace(
        report,
        results=(*report.results, *other.results),
        diagnoses=(*report.diagnoses, *other.diagnoses),
        interrupted=report.interrupted or other.interrupted,
        notes=(*report.notes, *other.notes),
        code=(*report.code, *other.code),
    )
