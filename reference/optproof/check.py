"""Run cases against an implementation: fixtures -> check -> target -> judge -> report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from . import __version__, fixtures
from .errors import CallError, UsageError
from .fixtures import Case, next_arguments
from .judge import Finding, explains, flatten, judge
from .operations import OPERATIONS
from .protocol import Array, decode
from .report import (
    DEVIATION,
    ERROR,
    NOT_IMPLEMENTED,
    NOT_RUN,
    PASS,
    Report,
    Result,
)
from .session import Session
from .targets import Launch, python_target
from .trainings import LEVELS, Training, run_trainings, trainings

PROTOCOL_HINT = "one answer a call: reference/PROTOCOL.md; optproof smoke tries it out"


@dataclass(frozen=True)
class Options:
    """How to check.

    Parameters
    ----------
    only : tuple of str
        Case ids, their first part (``adam``), operation names, or patterns of these; empty: all.
    training : {"none", "short", "full"} or None
        None means short, and that a training is not run where a case has already shown that an
        operation in it deviates.
    timeout : float
        Seconds for one answer; a training of n epochs gets 1 + n/200 times as many.
    memory : float
        Limit for the implementation in GiB; 0: none.
    mapping : Path, optional
        File that says which of its functions and arguments is which.
    run_cells : bool
        Whether a notebook's cells are run whole, and not only their definitions.
    """

    only: tuple[str, ...] = ()
    training: str | None = None
    timeout: float = 10.0
    memory: float = 4.0
    mapping: Path | None = None
    run_cells: bool = False


def check(
    target: str | Launch | None = None,
    options: Options = Options(),
    on_result: Callable[[Result], None] = lambda result: None,
    on_progress: Callable[[str, int, int], None] = lambda training, epoch, epochs: None,
) -> Report:
    """Check an implementation against the fixtures.

    Parameters
    ----------
    target : str or Launch, optional
        A dotted module or a path to a ``.py`` file; by default the built-in reference. A
        :class:`Launch` (from ``command_target``) for a process that speaks the protocol.
    options : Options
    on_result : callable
        Called with each :class:`Result` as it comes.
    on_progress : callable
        Called with a training's id, the epoch it has reached and its number of epochs.

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
    if options.training not in (None, *LEVELS):
        raise UsageError(f"training is {options.training!r}; it must be one of {', '.join(LEVELS)}")
    launch = (
        target
        if isinstance(target, Launch)
        else python_target(target, options.memory, options.mapping, options.run_cells)
    )
    session = Session(launch, options.timeout)  # starts now, while the fixtures are read
    results: list[Result] = []
    interrupted = False

    def add(result: Result) -> None:
        results.append(result)
        on_result(result)

    pending: list[Case | Training] = []
    try:
        cases, wanted = select(options.only, options.training)
        greeting = session.greet()
        pending = [*cases, *wanted]
        for case in cases:
            add(run_case(session, case))
            pending.pop(0)
        for result in run_trainings(session, wanted, results, on_progress):
            pending = [p for p in pending if p.id != result.id]
            add(result)
    except KeyboardInterrupt:
        if not session.greeting:
            raise
        interrupted = True
        for left in pending:
            add(Result(left.id, left.operation, left.clauses, NOT_RUN, "interrupted"))
    finally:
        session.end()
    if session.unasked and results:
        what = "it sent more messages than it was asked for"
        results[-1] = replace(results[-1], status=ERROR, message=what, hint=PROTOCOL_HINT)
    return Report(
        target=launch.name,
        versions={
            "optproof": __version__,
            "fixtures": str(fixtures.manifest()["version"]),
            "implementation": greeting["version"],
            "language": greeting["language"],
        },
        dtype=greeting["dtype"],
        results=tuple(results),
        interrupted=interrupted,
        notes=(
            *greeting["notes"],
            *session.adapted,
            *(("it prints while it is imported",) if greeting["stdout"] else ()),
        ),
    )


def select(only: Iterable[str], training: str | None) -> tuple[list[Case], list[Training]]:
    """Return the cases and trainings that `only` and `training` ask for.

    Raises
    ------
    UsageError
        If a pattern matches nothing.
    """
    cases = [case for file in fixtures.load_cases() for case in file.cases]
    runs = trainings(training)
    patterns = tuple(only)
    for pattern in patterns:
        if not any(_matches(pattern, c) for c in cases) and not any(
            _matches(pattern, r) for r in runs
        ):
            known = ", ".join(dict.fromkeys(op.short for op in OPERATIONS.values()))
            raise UsageError(
                f"nothing is called {pattern!r}",
                f"give a case id, an operation, or one of: {known}; --list shows all",
            )
    if patterns:
        cases = [c for c in cases if any(_matches(p, c) for p in patterns)]
        runs = [r for r in runs if any(_matches(p, r) for p in patterns)]
    return cases, runs


def _matches(pattern: str, item: Case | Training) -> bool:
    family, _, name = item.id.partition("/")
    names = (item.id, family, item.operation)
    # "adam" also means the training with it.
    return any(fnmatchcase(n, pattern) for n in (*names, name if family == "training" else family))


def run_case(session: Session, case: Case) -> Result:
    """Put one case to the implementation and judge its answer."""
    begun = time.monotonic()
    result = Result(case.id, case.operation, case.clauses, PASS)
    if case.operation not in session.greeting["operations"]:
        return replace(result, status=NOT_IMPLEMENTED, message=f"it has no {case.operation}")
    if before := session.broken.get(case.operation):
        why = f"{case.operation} ended the process at {before}"
        return replace(result, status=NOT_RUN, message=why)
    dtype = session.greeting["dtype"]
    if why := _not_for(session.greeting, case, dtype):
        return replace(result, status=NOT_IMPLEMENTED, message=why)
    try:
        answer, tensors = _answer(session, case)
    except CallError as error:
        status = NOT_IMPLEMENTED if error.kind == "unsupported" else ERROR
        status = NOT_RUN if error.kind == "recipe" else status
        result = replace(result, status=status, message=error.what, hint=error.hint)
        return replace(result, seconds=time.monotonic() - begun)
    findings = judge(case, tensors, dtype)
    if findings:
        names = tuple(d for d in case.signatures if explains(case, d, tensors, dtype))
        result = replace(
            result,
            status=DEVIATION,
            message=summarize(findings),
            findings=tuple(findings),
            deviations=names,
        )
    return replace(result, notes=notes_of(answer), seconds=time.monotonic() - begun)


def _not_for(greeting: dict[str, Any], case: Case, dtype: str) -> str:
    """Say why this case cannot be put to this implementation, if it cannot."""
    if "permutation" in case.inputs and "permutation" not in greeting["accepts"]:
        return "it takes no permutation; it draws its own"
    if dtype not in case.dtypes:
        return f"not applicable to {dtype}: its range or digits are too small for this case"
    return ""


def _answer(session: Session, case: Case) -> tuple[dict[str, Any], dict[str, Array]]:
    """Call, as often as the case asks; return the last answer and its tensors."""
    arguments = case.arguments()
    for call in range(1, case.calls + 1):
        answer = session.call(case.operation, case.id, arguments)
        tensors = flatten(case.operation, answer.get("value"))
        if call < case.calls:
            arguments = next_arguments(arguments, decode(answer["value"]), case.change(call))
    return answer, tensors


def summarize(findings: list[Finding]) -> str:
    """Say in one line what deviates."""
    names = [f.tensor for f in findings]
    shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    return f"deviates in {shown}"


def notes_of(answer: dict[str, Any]) -> tuple[str, ...]:
    """Return what the worker noticed beside the result."""
    notes = list(answer.get("notes", ()))
    if mutated := answer.get("mutated"):
        notes.append(f"it changes its arguments in place: {', '.join(mutated[:6])}")
    if answer.get("stdout"):
        notes.append("it prints while it works")
    return tuple(notes)
