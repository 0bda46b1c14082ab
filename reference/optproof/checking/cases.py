"""One case put to an implementation: the call or calls, and the verdict."""

from __future__ import annotations

import time
from dataclasses import replace

from .. import messages
from ..conversation.session import Session
from ..errors import CallError
from ..fixtures import Case
from ..judging.judge import Finding, judge, only_dtype, remarks
from ..judging.partition import judge_partition
from ..judging.report import (
    DEVIATION,
    ERROR,
    NOT_APPLICABLE,
    NOT_CALLED,
    NOT_IMPLEMENTED,
    NOT_RUN,
    PASS,
    TIMED_OUT,
    Result,
)
from ..messages import Hello
from ..operations import OPERATIONS, TRAINING_COMMON, TRAINING_OWN
from ..protocol import Array
from .asking import InPart, ask

Answer = dict[str, Array]
#: Answers by operation, for the diagnosis.
Answers = dict[str, list[tuple[Case, Answer]]]

#: An operation with such a result keeps its trainings from being run.
BLOCKING = (DEVIATION, ERROR, NOT_CALLED, TIMED_OUT, NOT_RUN)

#: Cases with more numbers than this are not asked for a second time.
MOST_TWICE = 10_000
#: Of the others every so many are: what they show is state that is kept, and no single number.
TWICE_EVERY = 8
FORGETFUL = "it answers differently when it is asked again (SPEC.md CONV-7)"


def run_case(session: Session, case: Case, answers: Answers | None = None) -> Result:
    """Put one case to the implementation and judge its answer, which is added to `answers`."""
    begun = time.monotonic()
    result = Result(case.id, case.operation, case.clauses, PASS)
    if refused := session.greeting["refused"].get(case.operation):
        return replace(result, status=NOT_CALLED, **refused)
    if case.operation not in session.greeting["operations"]:
        return replace(result, status=NOT_IMPLEMENTED, message=f"it has no {case.operation}")
    if before := session.broken.get(case.operation):
        why = f"{case.operation} ended the process at {before}"
        return replace(result, status=NOT_RUN, message=why)
    dtype = session.greeting["dtype"]
    if why := _not_for(session.greeting, case, dtype):
        return replace(result, status=NOT_APPLICABLE, message=why)
    try:
        answer, tensors = ask(session, case)
        if isinstance(tensors, InPart) and judge(case, tensors, dtype):
            answer, tensors = ask(session, case, whole=True)
    except CallError as error:
        result = replace(result, status=error.status, message=error.what, hint=error.hint)
        return replace(result, seconds=time.monotonic() - begun)
    wrong = _other_defaults(session.greeting, case)
    if answers is not None and not wrong:
        answers.setdefault(case.operation, []).append((case, tensors))
    shared, own_order = _shared(answer), has_own_order(session, case.operation)
    found = judge_partition(case, tensors) if own_order else judge(case, tensors, dtype)
    if findings := [*found, *shared]:
        result = replace(
            result,
            status=DEVIATION,
            message=wrong or _summarize(case, findings),
            hint=SEPARATE if shared else "",
            clauses=(*case.clauses, "CONV-9") if shared else case.clauses,
            findings=tuple(findings),
        )
    notes = (*_notes(answer), *remarks(case, tensors, dtype))
    return replace(result, notes=notes, seconds=time.monotonic() - begun)


def run_again(session: Session, answers: Answers, results: list[Result]) -> list[Result]:
    """Ask some of the passing cases again, in the opposite order, which must not matter.

    Returns
    -------
    list of Result
        `results`, with a deviation where the second answer is out of its bounds, and a note
        where it is merely another (clause CONV-7).
    """
    passed = {result.id for result in results if result.status == PASS}
    again: dict[str, Result] = {}
    for case, first in reversed(_sample(session, answers, passed)):
        if case.operation in session.broken:
            continue
        second: Answers = {}
        result = run_case(session, case, second)
        if result.status != PASS:
            # It was answered once: it can be called.
            status = ERROR if result.status == NOT_CALLED else result.status
            again[case.id] = replace(
                result, status=status, message=f"{FORGETFUL}: {result.message}"
            )
        elif not _identical(first, second[case.operation][0][1]):
            again[case.id] = replace(result, notes=(*result.notes, FORGETFUL))
    return [again.get(result.id, result) for result in results]


def _sample(session: Session, answers: Answers, passed: set[str]) -> list[tuple[Case, Answer]]:
    """Return some of the cases that passed, of each operation the first, the last, and others.

    What keeps something from call to call keeps it from most. A chain is left out: it calls what
    the single cases call, up to a hundred times.
    """
    chosen: list[tuple[Case, Answer]] = []
    for operation, pairs in answers.items():
        if has_own_order(session, operation):
            continue
        right = [
            (case, first)
            for case, first in pairs
            if case.id in passed
            and case.calls == 1
            and sum(array.size for array in first.values()) <= MOST_TWICE
        ]
        chosen += [p for i, p in enumerate(right) if i % TWICE_EVERY == 0 or i == len(right) - 1]
    return chosen


def of_helpers(results: list[Result], files: dict[str, str]) -> list[Result]:
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


def has_own_order(session: Session, operation: str) -> bool:
    """Whether only the partition of the mini-batches is judged, since they take no seed."""
    return operation == "random_mini_batches" and "own_order" in session.greeting["accepts"]


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


def _identical(a: Answer, b: Answer) -> bool:
    return a.keys() == b.keys() and all(a[k].tobytes() == b[k].tobytes() for k in a)


def _not_for(greeting: Hello, case: Case, dtype: str) -> str:
    """Say why this case cannot be put to this implementation, if it cannot."""
    if "permutation" in case.inputs and "permutation" not in greeting["accepts"]:
        return "it takes no permutation; it draws its own"
    if dtype not in case.dtypes:
        return f"not applicable to {dtype}: its range or digits are too small for this case"
    if case.defaults:
        told = greeting["defaults"].get(case.operation)
        if told is None or case.operation in greeting.get("files", {}):
            return "defaults are judged under the document's own function name"
        if lacking := [name for name in case.defaults if name not in told]:
            return f"it has no default for {', '.join(lacking)}"
    if case.expected_unknown:
        return "the document has no figures for the declared variant"
    return ""


def tell_dtypes(
    results: list[Result], answers: Answers, declared: str
) -> tuple[list[Result], set[str]]:
    """Say of each operation of which only the dtype is wrong that it is, and how to declare it.

    Returns
    -------
    results, operations
        Those operations need no diagnosis.
    """
    deviating = {r.operation for r in results if r.status == DEVIATION}
    dtypes = {name: only_dtype(answers.get(name, ()), declared) for name in deviating}
    dtypes = {name: dtype for name, dtype in dtypes.items() if dtype}
    told = []
    for r in results:
        if r.status == DEVIATION and r.operation in dtypes:
            what = (
                f"only its dtype is wrong: {dtypes[r.operation]} comes back, {declared} is declared"
            )
            r = replace(r, message=what, hint=_dtype_hint(dtypes[r.operation], declared))
        told.append(r)
    return told, set(dtypes)


def _dtype_hint(dtype: str, declared: str) -> str:
    line = f'__optproof__ = {{"dtype": "{dtype}"}}'
    if declared == "float64":
        return f"where {dtype} is meant, declare it in its file: {line}"
    return f"np.zeros(shape) and np.sqrt(1 - beta**t) are float64; if that is meant: {line}"


def _other_defaults(greeting: Hello, case: Case) -> str:
    """Say which of its defaults are not the document's."""
    told = greeting["defaults"].get(case.operation, {}) if case.defaults else {}
    return "; ".join(
        f"the default of {name} is {told[name]!r}, the document's is {value!r}"
        for name, value in case.defaults.items()
        if name in told and told[name] != value
    )


#: What is said of tensors that are one (clause CONV-9).
SHARED = "shares its memory"
SEPARATE = (
    "give each tensor an array of its own: v = s = {} is one dict, a = b = np.zeros(n) one array"
)


def _shared(answer: messages.Answer) -> list[Finding]:
    """Return a finding for each pair of tensors that share memory."""
    return [
        Finding(a, SHARED, None, "memory of its own", "itself twice" if a == b else f"that of {b}")
        for a, b in answer.get("aliased", ())
    ]


def aliased_alone(results: list[Result]) -> set[str]:
    """Return the operations of which nothing is wrong but what shares memory: no formula is."""
    wrong: dict[str, set[str]] = {}
    for r in results:
        if r.status == DEVIATION:
            wrong.setdefault(r.operation, set()).update(f.message for f in r.findings)
    return {operation for operation, messages in wrong.items() if messages == {SHARED}}


def _summarize(case: Case, findings: list[Finding]) -> str:
    """Say in one line what deviates."""
    if all(f.message == SHARED for f in findings):
        pairs = [f"{f.tensor} and {f.got.removeprefix('that of ')}" for f in findings]
        more = f", and {len(pairs) - 1} more pairs" if len(pairs) > 1 else ""
        name = OPERATIONS[case.operation].short
        return f"{name}.aliased: {pairs[0]} share memory{more}"
    names = list(dict.fromkeys(f.tensor for f in findings))
    shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    return f"deviates in {shown}"


def _notes(answer: messages.Answer) -> tuple[str, ...]:
    """Return what the worker noticed beside the result."""
    notes = [*answer.get("adapted", ()), *answer.get("notes", ())]
    if mutated := answer.get("mutated"):
        notes.append(f"it changes its arguments (SPEC.md CONV-5): {', '.join(mutated[:6])}")
    if answer.get("stdout"):
        notes.append("it prints while it works")
    return tuple(notes)
