"""Run cases against an implementation: fixtures -> check -> target -> judge -> report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fnmatch import fnmatchcase

from .. import __version__, fixtures
from ..conversation import Launch, python_target
from ..conversation.session import Session
from ..errors import TargetError, UsageError, nearest
from ..fixtures import Case
from ..judging.diagnosis import Diagnosis, diagnose
from ..judging.line import code_of, located
from ..judging.partition import explain_partition
from ..judging.report import DEVIATION, ERROR, NOT_CALLED, NOT_RUN, Report, Result
from ..judging.wire import explain_wire
from ..messages import Hello
from ..operations import LEVELS, OPERATIONS
from ..settings.variants import declared_variants, under
from ..versions import manifest_digest
from . import spread
from .asking import complete
from .cases import (
    Answers,
    aliased_alone,
    has_own_order,
    of_helpers,
    run_again,
    run_case,
    settled,
    tell_dtypes,
)
from .defaults import Defaults, defaults, judge_defaults
from .loops import of_trainings
from .others import with_others
from .small import every_training, run_every_training
from .trainings import Training
from .trajectories import chosen, matches, run_trajectories

Item = Case | Training | Defaults
PROTOCOL_HINT = "send one answer for each call (reference/PROTOCOL.md); optproof smoke tries it out"


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
        :class:`Launch`, from ``command_target`` for a process that speaks the protocol, or from
        ``python_target``. A :class:`Session` is used as it is, and ended.
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
        Run the implementation on balls, and prove what it computes (:mod:`.proofs`).
    statistical : int
        Judge this many trainings of each optimizer against the spread over seeds, and nothing else
        (see :mod:`optproof.checking.spread`); 0: judge one training, number by number.
    fresh : int
        So many cases more of each operation, drawn from `seed` (:mod:`.fresh`).
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
    if training not in (None, *LEVELS):
        raise UsageError(f"training is {training!r}; it must be one of {', '.join(LEVELS)}")
    if isinstance(target, Session):
        session = target
    else:  # it starts now, while the fixtures are read
        launch = target if isinstance(target, Launch) else python_target(target)
        session = Session(launch, timeout, on_wait)
    results: list[Result] = []
    answers: Answers = {}
    explained: set[str] = set()
    of_optimizers: list[Diagnosis] = []
    about_optimizers: list[str] = []
    interrupted = False

    pending: list[Item] = []
    try:
        cases, wanted, signatures = select(only, training, statistical)
        operations = [case.operation for case in cases] if fresh else []
        greeting = session.greet()
        declared = declared_variants((*variants, *greeting["variants"]))
        if operations:
            from .fresh import draw_cases

            # The specification's values: a variant is judged by the published cases alone.
            cases += draw_cases(set(operations) - declared.keys(), fresh, seed)
        if exact:
            from . import proofs  # the optional python-flint

            cases = list(proofs.selected(cases))
            for case in cases:
                results.append(proofs.run_case(session, case, declared))
            for run in wanted:
                if run.family == "training":
                    results.append(proofs.run_training(session, run, declared))
            cases, wanted, signatures = [], [], []
        pending = [*cases, *wanted]
        for case in cases:
            results.append(run_case(session, under(declared, case), answers))
        results = settled(run_again(session, answers, results))
        for operation in {r.operation for r in results if r.status == DEVIATION}:
            complete(session, answers.get(operation, []))
        results, explained = tell_dtypes(results, answers, greeting["dtype"])
        if not (exact or statistical):
            paths = chosen(only) if greeting["optimizers"] else []
            stepped, of_optimizers, about_optimizers = run_trajectories(session, paths, declared)
            results += stepped
        trained = (
            spread.run_trainings(session, wanted, statistical, declared, on_progress)
            if statistical
            else run_every_training(session, wanted, results, declared, on_progress)
        )
        for result in trained:
            results.append(result)
        results += judge_defaults(signatures, greeting["defaults"])
        results = of_helpers(settled(results), greeting["files"])
    except KeyboardInterrupt:
        if not session.is_greeted:
            raise
        interrupted = True
        done = {result.id for result in results}
        for left in (p for p in pending if p.id not in done):
            results.append(Result(left.id, left.operation, left.clauses, NOT_RUN, "interrupted"))
    finally:
        session.end(politely=not interrupted)
    if session.unasked and results:
        what = "it sent more messages than it was asked for"
        results[-1] = replace(results[-1], status=ERROR, message=what, hint=PROTOCOL_HINT)
    deviating = {r.id for r in results if r.status == DEVIATION}
    undiagnosed = aliased_alone(results)
    wrong = dict.fromkeys(r.operation for r in results if r.status == DEVIATION)
    of_wire: dict[str, Diagnosis] = {}
    if "watch" not in greeting["accepts"]:  # not the Python worker
        asked = [o for o in wrong if o not in undiagnosed | explained]
        of_wire = explain_wire(answers, asked, greeting["dtype"], greeting["language"])
    report = Report(
        target=session.launch.name,
        versions={
            "optproof": __version__,
            "fixtures": str(fixtures.manifest()["version"]),
            "manifest": manifest_digest(),
            "implementation": greeting["version"],
            "language": greeting["language"],
        },
        dtype=greeting["dtype"],
        results=tuple(results),
        diagnoses=tuple(
            of_wire[operation]
            if operation in of_wire
            else explain_partition(operation, answers[operation])
            if has_own_order(session, operation)
            else located(
                diagnose(operation, answers[operation], greeting["dtype"]), greeting["lines"]
            )
            for operation in wrong
            if operation not in undiagnosed | explained
            and any(case.id in deviating for case, _ in answers.get(operation, ()))
        )
        + tuple(of_optimizers)
        + tuple(of_trainings(results, greeting["lines"])),
        variants=tuple(declared.values()),
        interrupted=interrupted,
        code=code_of(results, greeting),
        notes=(
            *greeting["notes"],
            *session.adapted,
            *about_optimizers,
            *_notes_on_inputs(exact, fresh, seed),
            *_notes_on_target(greeting),
        ),
    )
    if exact or statistical or interrupted or not greeting["others"]:
        return report
    return with_others(
        report,
        session,
        chosen(only),
        lambda launch, asked: check(
            launch, only=asked, training="none", timeout=timeout, variants=variants, on_wait=on_wait
        ),
    )


def unstarted(
    target: str, why: TargetError | None, only: Iterable[str], training: str | None
) -> Report:
    """Return the report on what could not be started, or (without `why`) was stopped before."""
    cases, runs, _ = select(only, training)
    items: list[Item] = [*cases, *runs]
    status, what, hint = NOT_RUN, "interrupted", ""
    if why:
        status, what, hint = NOT_CALLED, why.what, why.hint
    versions = {
        "optproof": __version__,
        "fixtures": str(fixtures.manifest()["version"]),
        "manifest": manifest_digest(),
        "implementation": "",
        "language": "",
    }
    results = [Result(i.id, i.operation, i.clauses, status, what, hint) for i in items]
    return Report(target, versions, "float64", tuple(results), interrupted=why is None)


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


def select(
    only: Iterable[str], training: str | None, statistical: int = 0
) -> tuple[list[Case], list[Training], list[Defaults]]:
    """Return the cases, trainings and defaults that `only`, `training` and `statistical` ask for.

    Raises
    ------
    UsageError
        If a pattern matches nothing.
    """
    if statistical:
        cases, runs, signatures = [], spread.trainings(training, statistical), []
    else:
        cases = [case for file in fixtures.load_cases() for case in file.cases]
        runs, signatures = every_training(training), defaults()
    patterns = tuple(only)
    for pattern in patterns:
        items: list[Item] = [*cases, *runs, *signatures]
        found = any(_matches(pattern, item) for item in items)
        if not found and not any(matches(pattern, t) for t in chosen(())):
            withdrawn = {i: w for f in fixtures.load_cases() for i, w in f.withdrawn.items()}
            if pattern in withdrawn:
                raise UsageError(f"{pattern} was withdrawn", f"{withdrawn[pattern]}; leave it out")
            shorts = dict.fromkeys(op.short for op in OPERATIONS.values())
            ids = [item.id for item in (*items, *chosen(()))]
            kinds = f"give a case id, an operation, or one of: {', '.join(shorts)}"
            hint = nearest(pattern, [*shorts, *OPERATIONS, *ids]) or kinds
            raise UsageError(f"nothing is called {pattern!r}", f"{hint} optproof list has all")
    if patterns:
        cases = [c for c in cases if any(_matches(p, c) for p in patterns)]
        runs = [r for r in runs if any(_matches(p, r) for p in patterns)]
        signatures = [s for s in signatures if any(_matches(p, s) for p in patterns)]
    return cases, runs, signatures


def _matches(pattern: str, item: Item) -> bool:
    family, _, name = item.id.partition("/")
    names = (item.id, family, item.operation)
    # "adam" also means the training with it.
    of_training = isinstance(item, Training)
    return any(fnmatchcase(n, pattern) for n in (*names, name if of_training else family))
