"""One case put to an implementation: the call or calls, and the verdict."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .. import protocol
from ..conversation.session import Session
from ..errors import CallError
from ..fixtures import Case
from ..judging.judge import Finding, judge, remarks
from ..judging.partition import judge_partition
from ..judging.report import (
    DEVIATION,
    ERROR,
    NOT_APPLICABLE,
    NOT_CALLED,
    NOT_IMPLEMENTED,
    NOT_RUN,
    PASS,
    Result,
)
from ..operations import OPERATIONS
from ..protocol import Array, Hello
from ..settings.variants import under
from .asking import InPart, ask
from .jobs import Job, Run

Answer = dict[str, Array]

#: Cases with more numbers than this are not asked for a second time.
MOST_TWICE = 10_000
#: Of the others every so many are: what they show is state that is kept, and no single number.
TWICE_EVERY = 8
FORGETFUL = "it answers differently when it is asked again (SPEC.md CONV-7)"
#: What is said of tensors that are one (clause CONV-9).
SHARED = "shares its memory"
SEPARATE = (
    "give each tensor an array of its own: v = s = {} is one dict, a = b = np.zeros(n) one array"
)


def jobs(cases: Iterable[Case]) -> list[Job]:
    """Return a job for each case, and one to ask it again, in the opposite order."""
    put = [Put(case.id, case.operation, case.clauses, case.comment, case) for case in cases]
    return [*put, *(Again(j.id, j.operation, j.clauses, j.comment, j) for j in reversed(put))]


@dataclass(frozen=True)
class Put(Job):
    """Put a case to the implementation; its answer is kept for the diagnosis."""

    case: Case

    def prepare(self) -> None:
        """Carry out its recipe; what fails is told when it is run."""
        if "recipe" in self.case.inputs:
            with contextlib.suppress(CallError):
                self.case.arguments()

    def left_out(self, here: Run) -> Result | None:
        """Return why it cannot be put to this implementation."""
        session, name = here.session, self.operation
        if refused := session.greeting["refused"].get(name):
            return self.result(NOT_CALLED, **refused)
        if name not in here.has:
            return self.result(NOT_IMPLEMENTED, f"it has no {name}")
        if before := session.broken.get(name):
            return self.result(NOT_RUN, f"{name} ended the process at {before}")
        why = _not_for(session.greeting, under(here.variants, self.case), here.dtype)
        return self.result(NOT_APPLICABLE, why) if why else None

    def run(self, here: Run) -> Result:
        """Call, as often as the case asks, and judge the last answer."""
        session, case, dtype = here.session, under(here.variants, self.case), here.dtype
        answer, tensors = ask(session, case)
        if isinstance(tensors, InPart) and judge(case, tensors, dtype):
            answer, tensors = ask(session, case, whole=True)
        wrong = _other_defaults(session.greeting, case)
        if not wrong:
            here.answers.setdefault(case.operation, []).append((case, tensors))
        shared, own_order = _shared(answer), has_own_order(session, case.operation)
        found = judge_partition(case, tensors) if own_order else judge(case, tensors, dtype)
        result = self.result()
        if findings := [*found, *shared]:
            result = replace(
                result,
                status=DEVIATION,
                message=wrong or _summarize(case, findings),
                hint=SEPARATE if shared else "",
                clauses=(*case.clauses, "CONV-9") if shared else case.clauses,
                findings=tuple(findings),
            )
        return replace(result, notes=(*_notes(answer), *remarks(case, tensors, dtype)))


@dataclass(frozen=True)
class Again(Job):
    """Ask a case that passed again, which must not matter (clause CONV-7).

    A deviation where the second answer is out of its bounds, a note where it is merely another.
    """

    first: Put

    def left_out(self, here: Run) -> Result | None:
        """Return the first result, where it is not among those that are asked twice."""
        if self.operation not in here.twice:
            here.twice[self.operation] = _sample(here, self.operation)
        asked = self.id in here.twice[self.operation]
        if asked and self.operation not in here.session.broken:
            return None
        return here.results[self.id]

    def run(self, here: Run) -> Result:
        """Ask, and compare."""
        second = replace(here, results={}, answers={})
        second.do([self.first])
        before, result = here.results[self.id], second.results[self.id]
        if result.status != PASS:
            # It was answered once: it can be called.
            status = ERROR if result.status == NOT_CALLED else result.status
            return replace(result, status=status, message=f"{FORGETFUL}: {result.message}")
        answers = _answer_to(here, self.first.case), _answer_to(second, self.first.case)
        if _identical(*answers):
            return before
        return replace(result, notes=(*result.notes, FORGETFUL))


def _sample(here: Run, operation: str) -> set[str]:
    """Return some of the cases that passed: the first, the last, and others.

    What keeps something from call to call keeps it from most. A chain is left out: it calls what
    the single cases call, up to a hundred times.
    """
    if has_own_order(here.session, operation):
        return set()
    right = [
        case.id
        for case, answer in here.answers.get(operation, ())
        if here.results[case.id].status == PASS
        and case.calls == 1
        and sum(array.size for array in answer.values()) <= MOST_TWICE
    ]
    return {*right[::TWICE_EVERY], *right[-1:]}


def _answer_to(here: Run, case: Case) -> Answer | None:
    answered = here.answers.get(case.operation, ())
    return next((tensors for answered, tensors in answered if answered.id == case.id), None)


def has_own_order(session: Session, operation: str) -> bool:
    """Whether only the partition of the mini-batches is judged, since they take no seed."""
    return operation == "random_mini_batches" and "own_order" in session.greeting["accepts"]


def _identical(a: Answer | None, b: Answer | None) -> bool:
    if a is None or b is None:
        return a is b
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


def _other_defaults(greeting: Hello, case: Case) -> str:
    """Say which of its defaults are not the document's."""
    told = greeting["defaults"].get(case.operation, {}) if case.defaults else {}
    return "; ".join(
        f"the default of {name} is {told[name]!r}, the document's is {value!r}"
        for name, value in case.defaults.items()
        if name in told and told[name] != value
    )


def _shared(answer: protocol.Answer) -> list[Finding]:
    """Return a finding for each pair of tensors that share memory."""
    return [
        Finding(a, SHARED, None, "memory of its own", "itself twice" if a == b else f"that of {b}")
        for a, b in answer.get("aliased", ())
    ]


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


def _notes(answer: protocol.Answer) -> tuple[str, ...]:
    """Return what the worker noticed beside the result."""
    notes = [*answer.get("adapted", ()), *answer.get("notes", ())]
    if mutated := answer.get("mutated"):
        notes.append(f"it changes its arguments (SPEC.md CONV-5): {', '.join(mutated[:6])}")
    if answer.get("stdout"):
        notes.append("it prints while it works")
    return tuple(notes)
