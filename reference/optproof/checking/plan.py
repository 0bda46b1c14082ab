"""Which jobs a check has: chosen before anything is run."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from .. import fixtures
from ..errors import UsageError, nearest
from ..fixtures import load_trajectories
from ..operations import LEVELS, OPERATIONS
from . import cases, defaults, small, spread, trainings, trajectories
from .jobs import Job


def plan(only: Iterable[str] = (), training: str | None = None, statistical: int = 0) -> list[Job]:
    """Return the jobs that `only`, `training` and `statistical` ask for, as they are run.

    Parameters
    ----------
    only : iterable of str
        Names of jobs, or patterns of them; empty: all.
    training : {"none", "short", "full"} or None
        How long trainings are; None means short, and not where an operation in it deviates.
    statistical : int
        So many trainings of each optimizer, and nothing else; 0: everything but that.

    Raises
    ------
    UsageError
        If there is no such level, or a pattern matches nothing.
    """
    if training not in (None, *LEVELS):
        raise UsageError(f"training is {training!r}; it must be one of {', '.join(LEVELS)}")
    if statistical:
        jobs = spread.jobs(training, statistical)
    else:
        jobs = [
            *cases.jobs(case for file in fixtures.load_cases() for case in file.cases),
            *trajectories.jobs(load_trajectories()),
            *trainings.jobs(training),
            *small.jobs(training),
            *defaults.jobs(),
        ]
    patterns = tuple(only)
    for pattern in patterns:
        if not any(_matches(pattern, job) for job in jobs):
            raise _nothing_called(pattern, jobs)
    return [job for job in jobs if not patterns or any(_matches(p, job) for p in patterns)]


def _matches(pattern: str, job: Job) -> bool:
    return any(fnmatchcase(name, pattern) for name in job.names)


def _nothing_called(pattern: str, jobs: list[Job]) -> UsageError:
    withdrawn = {i: why for file in fixtures.load_cases() for i, why in file.withdrawn.items()}
    if pattern in withdrawn:
        return UsageError(f"{pattern} was withdrawn", f"{withdrawn[pattern]}; leave it out")
    shorts = dict.fromkeys(op.short for op in OPERATIONS.values())
    kinds = f"give a case id, an operation, or one of: {', '.join(shorts)}"
    hint = nearest(pattern, [*shorts, *OPERATIONS, *(job.id for job in jobs)]) or kinds
    return UsageError(f"nothing is called {pattern!r}", f"{hint} optproof list has all")
