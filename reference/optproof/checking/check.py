"""A check: plan, run the jobs, settle and explain what they found, report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from .. import __version__, fixtures
from ..conversation import Launch, python_target
from ..conversation.session import Session
from ..errors import TargetError
from ..judging.line import code_of
from ..judging.report import ERROR, NOT_CALLED, NOT_RUN, Report
from ..operations import OPERATIONS
from ..protocol import Hello
from ..settings.variants import declared_variants
from ..versions import manifest_digest
from . import cases
from .cases import Again, Put
from .jobs import Run
from .others import with_others
from .plan import plan
from .settling import ask_in_full, diagnoses, settle
from .trajectories import Step

PROTOCOL_HINT = 'send one answer for each call (PROTOCOL.md, "Order"); optproof smoke tries it out'


def check(
    target: str | Launch | Session,
    *,
    only: Iterable[str] = (),
    training: str | None = None,
    timeout: float = 10.0,
    variants: Iterable[str] = (),
    exact: bool = False,
    statistical: int = 0,
    fresh: int = 0,
    seed: int = 0,
    on_progress: Callable[[str, int, int], None] = lambda training, epoch, epochs: None,
    on_wait: Callable[[float], None] = lambda seconds: None,
) -> Report:
    """Check an implementation against the fixtures.

    Parameters
    ----------
    target : str, Launch or Session
        A dotted module, a path to a ``.py`` file, or ``"reference"``: the built-in one. A
        ``Launch``, from ``command_target`` for a process that speaks the protocol, or from
        ``python_target``. A ``Session`` is used as it is, and ended.
    only : iterable of str
        Case ids, their first part (``adam``), operation names, or patterns of these; empty: all.
    training : {"none", "short", "full"} or None
        None means short, and that a training is not run where a case has already shown that an
        operation in it deviates.
    timeout : float
        Seconds for one answer, of CPU time or sleep; to start and to give its first answer it has
        12 times as many, for a training of n epochs 1 + n/200 times.
    variants : iterable of str
        Variants to judge against, beside those that the implementation declares itself.
    exact : bool
        Run the implementation on balls, and prove what it computes.
    statistical : int
        Judge this many trainings of each optimizer against the spread over seeds, and nothing else
        (SPEC.md, TRAIN-8); 0: judge one training, number by number.
    fresh : int
        So many cases more of each operation, drawn from `seed`.
    seed : int
    on_progress : callable
        Called with a training's id, the epoch it has reached and its number of epochs.
    on_wait : callable
        Called now and then while an answer is waited for, with the seconds since.

    Returns
    -------
    Report
        With a result for every selected case, run or not; partial after Ctrl-C.

    Raises
    ------
    UsageError
        If there is no such target, or nothing is selected.
    FixtureError
        If the fixtures are damaged.
    TargetError
        If the implementation cannot be started.
    """
    if isinstance(target, Session):
        session = target
    else:  # it starts now, while the fixtures are read
        launch = target if isinstance(target, Launch) else python_target(target)
        session = Session(launch, timeout, on_wait)
    here = Run(session, [], {}, on_progress)
    interrupted = False
    try:
        jobs = plan(only, training, statistical)
        for job in jobs:
            job.prepare()
        greeting = session.greet()
        here.variants = declared_variants((*variants, *greeting["variants"]))
        if fresh:
            from .fresh import draw_cases

            # The specification's values: a variant is judged by the published cases alone.
            put = [job for job in jobs if isinstance(job, (Put, Again))]
            asked = {job.operation for job in put} - here.variants.keys()
            jobs = [*put, *cases.jobs(draw_cases(asked, fresh, seed)), *jobs[len(put) :]]
        if exact:
            from . import proofs  # the optional python-flint

            jobs = proofs.jobs(jobs)
        here.jobs = [job for job in jobs if job.concerns(greeting)]
        here.do(here.jobs)
        ask_in_full(here)
    except KeyboardInterrupt:
        if not session.is_greeted:
            raise
        interrupted = True
        for job in here.jobs:
            here.results.setdefault(job.id, job.result(NOT_RUN, "interrupted"))
    finally:
        session.end(politely=not interrupted)
    results = settle(here)
    if session.unasked and results:
        what = "it sent more messages than it was asked for"
        results[-1] = replace(results[-1], status=ERROR, message=what, hint=PROTOCOL_HINT)
    report = Report(
        target=session.launch.name,
        versions=_versions(greeting["version"], greeting["language"]),
        dtype=greeting["dtype"],
        results=tuple(results),
        diagnoses=tuple(diagnoses(here, results)),
        variants=tuple(here.variants.values()),
        interrupted=interrupted,
        code=code_of(results, greeting),
        notes=(
            *greeting["notes"],
            *session.adapted,
            *(note for stepped in here.steps.values() for note in stepped.notes),
            *_notes_on_inputs(exact, fresh, seed),
            *_notes_on_target(greeting),
        ),
    )
    if exact or statistical or interrupted:
        return report
    return with_others(
        report,
        session,
        [job.trajectory for job in jobs if isinstance(job, Step)],
        lambda launch, asked: check(
            launch, only=asked, training="none", timeout=timeout, variants=variants, on_wait=on_wait
        ),
    )


def unstarted(
    target: str, why: TargetError | None, only: Iterable[str], training: str | None
) -> Report:
    """Return the report on what could not be started, or (without `why`) was stopped before."""
    status, what, hint = (NOT_CALLED, why.what, why.hint) if why else (NOT_RUN, "interrupted", "")
    jobs = {job.id: job for job in plan(only, training) if job.concerns(None)}
    results = tuple(job.result(status, what, hint=hint) for job in jobs.values())
    return Report(target, _versions(), "float64", results, interrupted=why is None)


def _versions(implementation: str = "", language: str = "") -> dict[str, str]:
    """Return what was checked by what."""
    return {
        "optproof": __version__,
        "fixtures": str(fixtures.manifest()["version"]),
        "manifest": manifest_digest(),
        "implementation": implementation,
        "language": language,
    }


def _notes_on_inputs(exact: bool, fresh: int, seed: int) -> tuple[str, ...]:
    """Say which inputs were put to it, where that is not plain."""
    drawn = f"fresh cases of each operation: --fresh {fresh} --seed {seed} draws the same again"
    if exact:
        what = "the published inputs and the fresh ones" if fresh else "the published inputs"
        return (*([drawn] if fresh else []), f"--exact proves formulas for {what} alone")
    return (drawn,) if fresh else ()


def _notes_on_target(greeting: Hello) -> tuple[str, ...]:
    notes = ["it prints while it is imported"] if greeting.get("stdout") else []
    if not set(greeting["operations"]) & set(OPERATIONS) and not greeting["optimizers"]:
        notes.append(f"it defines none of the document's functions: {', '.join(OPERATIONS)}")
    return tuple(notes)
