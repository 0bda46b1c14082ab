"""What the results of a check say of each other, and why an operation deviates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..judging.diagnosis import Diagnosis, diagnose
from ..judging.judge import only_dtype
from ..judging.line import located
from ..judging.partition import explain_partition
from ..judging.report import (
    DEVIATION,
    ERROR,
    NOT_APPLICABLE,
    NOT_CALLED,
    NOT_RUN,
    PASS,
    TIMED_OUT,
    Result,
)
from ..judging.wire import explain_wire
from ..operations import OPERATIONS, TRAINING_COMMON, TRAINING_OWN
from .asking import InPart, complete
from .cases import SHARED, has_own_order
from .jobs import Run
from .loops import of_trainings

#: An operation with such a result keeps its trainings from being run.
BLOCKING = (DEVIATION, ERROR, NOT_CALLED, TIMED_OUT, NOT_RUN)
DTYPE_ALONE = "only its dtype is wrong"


def ask_in_full(here: Run) -> None:
    """Ask again for what came in part, where a deviation is to be explained."""
    for operation in {r.operation for r in here.found if r.status == DEVIATION}:
        complete(here.session, here.answers.get(operation, []))


def settle(here: Run) -> list[Result]:
    """Return the results of a run, each in the light of the others."""
    results = _tell_dtypes(here, here.found)
    return _of_helpers(settled(results), here.session.greeting["files"])


def diagnoses(here: Run, results: list[Result]) -> list[Diagnosis]:
    """Explain each operation whose answers deviate; an optimizer's steps are explained already."""
    deviating = [r for r in results if r.status == DEVIATION]
    needless = _aliased_alone(deviating)
    needless |= {r.operation for r in deviating if r.message.startswith(DTYPE_ALONE)}
    ids, answers = {r.id for r in deviating}, {}
    for operation in dict.fromkeys(r.operation for r in deviating if r.operation not in needless):
        whole = [(c, a) for c, a in here.answers.get(operation, ()) if not isinstance(a, InPart)]
        if any(case.id in ids for case, _ in whole):
            answers[operation] = whole
    greeting = here.session.greeting
    python = "watch" in greeting["accepts"]  # the worker, which reads and writes as it should
    wire = {} if python else explain_wire(answers, [*answers], here.dtype, greeting["language"])
    found = []
    for operation, answered in answers.items():
        if operation in wire:
            found.append(wire[operation])
        elif has_own_order(here.session, operation):
            found.append(explain_partition(operation, answered))
        else:
            found.append(located(diagnose(operation, answered, here.dtype), greeting["lines"]))
    stepped = (why for steps in here.steps.values() for why in steps.diagnoses)
    return [*found, *stepped, *of_trainings(results, greeting["lines"])]


def settled(results: list[Result]) -> list[Result]:
    """Return the results with what an operation raised judged by its other cases.

    What answers some cases can be called, so that an exception is its error. What raises on every
    case is not judged at all.
    """
    answers = {r.operation for r in results if r.status in (PASS, DEVIATION, ERROR)}
    return [
        r
        if r.status != NOT_CALLED
        else replace(r, status=ERROR)
        if r.operation in answers
        else replace(r, hint=r.hint or _way_out(r))
        for r in results
    ]


def _way_out(result: Result) -> str:
    """Say what to do about an operation that raised on every case."""
    if result.message.startswith("NameError"):
        return "nothing defines that name: is an import, a cell or a file beside it missing?"
    operation = OPERATIONS[result.operation]
    if not result.message.startswith(("TypeError", "KeyError", "AttributeError", "IndexError")):
        return ""
    call = f"{operation.name}({', '.join(operation.arguments)})"
    results = ", ".join(operation.results)
    return (
        f"every call raises. It is called as the document does: {call} -> {results}\n"
        "with dictionaries of arrays (W1, b1, ...; dW1, db1, ...). If its arguments have other "
        "names, --mapping FILE says which is which"
    )


def _of_helpers(results: list[Result], files: dict[str, str]) -> list[Result]:
    """Return the results with those of helpers' functions told as not applicable.

    They decide nothing, right or wrong; nor does a training that deviates and uses a wrong one.
    """
    wrong = {r.operation for r in results if r.operation in files and r.status in BLOCKING}
    told = []
    for r in results:
        if r.operation in files:
            bad = f", and not right: {r.message}" if r.operation in wrong else ""
            message = f"it is of {files[r.operation]}, a helper{bad}"
            r = replace(r, status=NOT_APPLICABLE, message=message, findings=())
        elif r.operation == "model" and r.status == DEVIATION:
            used = {*TRAINING_COMMON, *TRAINING_OWN.get(r.id.partition("/")[2], ())} & wrong
            if used := used - {"compute_cost"}:  # no parameter depends on it
                name = sorted(used)[0]
                message = f"it uses {name} of {files[name]}, a helper, which is not right"
                r = replace(r, status=NOT_APPLICABLE, message=message, findings=())
        told.append(r)
    return told


def _tell_dtypes(here: Run, results: list[Result]) -> list[Result]:
    """Say of each operation of which only the dtype is wrong that it is."""
    deviating = {r.operation for r in results if r.status == DEVIATION}
    found = {name: only_dtype(here.answers.get(name, ()), here.dtype) for name in deviating}
    return [
        replace(r, **dtype_alone(found[r.operation], here.dtype))
        if r.status == DEVIATION and found[r.operation]
        else r
        for r in results
    ]


def dtype_alone(found: str, declared: str) -> dict[str, Any]:
    """Return what is said where only the dtype is wrong, and how to declare it: a result's."""
    line = f'__optproof__ = {{"dtype": "{found}"}}'
    hint = f"np.zeros(shape) and np.sqrt(1 - beta**t) are float64; if that is meant: {line}"
    if declared == "float64":
        hint = f"where {found} is meant, declare it in its file: {line}"
    return {"message": f"{DTYPE_ALONE}: {found} comes back, {declared} is declared", "hint": hint}


def _aliased_alone(deviating: list[Result]) -> set[str]:
    """Return the operations of which nothing is wrong but what shares memory: no formula is."""
    wrong: dict[str, set[str]] = {}
    for r in deviating:
        wrong.setdefault(r.operation, set()).update(f.message for f in r.findings)
    return {operation for operation, messages in wrong.items() if messages == {SHARED}}
