"""What became of one submission: a row, made of a report and a rubric."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from .. import fixtures
from ..judging.diagnosis import Diagnosis
from ..judging.report import (
    DEVIATION,
    ERROR,
    KNOWN,
    NOT_APPLICABLE,
    NOT_CALLED,
    NOT_IMPLEMENTED,
    NOT_RUN,
    NOT_SOLVED,
    PASS,
    STALE,
    TIMED_OUT,
    Report,
    Result,
)
from ..reports.answer import Block, block, by_operation
from .rubric import STANDS_FOR, Rubric

CONFORMS, DEVIATES, NO_VERDICT, NOTHING = "conforms", "deviates", "no verdict", "nothing to judge"
#: It was not its turn yet; and our own failure.
NOT_GRADED, FAILED = "not graded", "failed"
VERDICTS = {0: CONFORMS, 1: DEVIATES, 3: NO_VERDICT, 5: NOTHING, 130: NO_VERDICT}
#: Of an operation the cases of which differ, the first that one of them has.
WORST = (
    *(DEVIATION, ERROR, STALE, TIMED_OUT, NOT_CALLED, NOT_RUN),
    *(PASS, KNOWN, NOT_SOLVED, NOT_IMPLEMENTED, NOT_APPLICABLE),
)
WRONG = (DEVIATION, ERROR, STALE)
RIGHT = (PASS, KNOWN)
_ID = re.compile(r"\b[a-z][a-z-]*\.[a-z][\w-]*")


@dataclass(frozen=True)
class Mistake:
    """One mistake.

    Parameters
    ----------
    operation : str
    id : str
        Of the catalogue; "" for one that has none.
    words : str
    mend : str
        How it is mended.
    file, line : str, int
    credit : str
        Which entry of a rubric it falls under, where it has no id: ``defaults`` or ``unknown``.
    """

    operation: str
    id: str
    words: str
    mend: str = ""
    file: str = ""
    line: int = 0
    credit: str = "unknown"


@dataclass(frozen=True)
class Mark:
    """What an operation earned, and why it is not all: ``why`` is empty where nothing is lost."""

    operation: str
    status: str
    points: float
    of: float
    why: str = ""


@dataclass(frozen=True)
class Row:
    """One submission, graded.

    Parameters
    ----------
    student, file, sha256 : str
        Who, what was judged, and the hash of all that was handed in.
    verdict : str
        One of :data:`VERDICTS`, or not graded, or failed.
    why : str
        In a sentence, where it is no plain verdict.
    points, of : float
    marks : tuple of Mark
    mistakes : tuple of Mistake
    notes : tuple of str
    seed : int
        Of the fresh cases.
    seconds : float
    key : str
        Of what was handed in, optproof, the options and the rubric: what :option:`--resume` asks.
    """

    student: str
    verdict: str
    why: str = ""
    file: str = ""
    sha256: str = ""
    points: float = 0.0
    of: float = 0.0
    marks: tuple[Mark, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    notes: tuple[str, ...] = ()
    seed: int = 0
    seconds: float = 0.0
    key: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it in the types of JSON."""
        return asdict(self)

    @staticmethod
    def from_json(content: dict[str, Any]) -> Row:
        """Return the row that :meth:`as_json` gave."""
        known = {f.name for f in fields(Row)}
        values = {k: v for k, v in content.items() if k in known}
        values["marks"] = tuple(Mark(**m) for m in values["marks"])
        values["mistakes"] = tuple(Mistake(**m) for m in values["mistakes"])
        values["notes"] = tuple(values["notes"])
        return Row(**values)


def row_of(student: str, report: Report, rubric: Rubric) -> Row:
    """Return the row that a report makes."""
    groups = by_operation(report.results)
    statuses = {name: status_of(results) for name, results in groups.items()}
    blocks = {
        name: block(results, report.diagnoses)
        for name, results in groups.items()
        if statuses[name] in (*WRONG, NOT_CALLED, TIMED_OUT)
    }
    mistakes = [
        mistake
        for name, own in blocks.items()
        if statuses[name] in WRONG
        for mistake in mistakes_of(name, own, report.diagnoses, rubric)
    ]
    marks = _marks(statuses, blocks, mistakes, rubric)
    verdict = VERDICTS[report.exit_code]
    why = ""
    if report.interrupted:
        why = "it took too long, and was stopped"
        verdict = DEVIATES if mistakes else NO_VERDICT
    elif verdict in (NO_VERDICT, NOTHING):
        why = next((b.count for b in blocks.values()), "") or _why_nothing(report)
    return Row(
        student,
        verdict,
        " ".join(why.split()),
        points=round(sum(m.points for m in marks), 4),
        of=round(sum(m.of for m in marks), 4),
        marks=tuple(marks),
        mistakes=tuple(mistakes),
        notes=tuple(dict.fromkeys(" ".join(n.split()) for n in report.notes)),
    )


def unjudged(student: str, why: str, rubric: Rubric, verdict: str = NO_VERDICT) -> Row:
    """Return the row of what could not be judged: no points, and the reason."""
    marks = tuple(Mark(o, NOT_RUN, 0.0, p, why) for o, p in rubric.points.items())
    return Row(student, verdict, " ".join(why.split()), of=sum(rubric.points.values()), marks=marks)


def status_of(results: Sequence[Result]) -> str:
    """Return the status of an operation: the worst of its cases."""
    return next(s for s in WORST if any(r.status == s for r in results))


def mistakes_of(
    operation: str, told: Block, diagnoses: Sequence[Diagnosis], rubric: Rubric
) -> Iterator[Mistake]:
    """Yield the mistakes of an operation.

    Of explanations that cannot be told apart, the one that leaves most points.
    """
    catalogue = fixtures.load_deviations()
    mend = "; ".join(text for label, text in told.parts if label in ("to mend", "to do"))
    where = (told.file, told.line)
    named = False
    for diagnosis in (d for d in diagnoses if d.operation == operation):
        if diagnosis.explanations:
            for name in max(diagnosis.explanations, key=rubric.left):
                named = True
                yield Mistake(operation, name, catalogue[name].title, mend, *where)
        for found in diagnosis.found:
            named = True
            words = found.says or f"it computes {found.formula}"
            words += f", in {found.scope} alone" if found.scope else ""
            for name in found.names or ("",):
                title = catalogue[name].title if name else words
                yield Mistake(operation, name, title, mend, *where)
    if named:
        return
    seen = set()
    for text in told.mistakes or (told.count,):
        known = [name for name in _ID.findall(text) if name in catalogue]
        words = " ".join(text.split())
        credit = "defaults" if words.startswith("the default of ") else "unknown"
        for name in known or ("",):
            if not name or name not in seen:
                words = catalogue[name].title if name else words
                yield Mistake(operation, name, words, mend, *where, credit)
            seen.add(name)


def _marks(
    statuses: dict[str, str],
    blocks: dict[str, Block],
    mistakes: Sequence[Mistake],
    rubric: Rubric,
) -> list[Mark]:
    """Return a mark for each operation that has points or was judged, in the rubric's order."""
    marks = []
    stands_for = {
        operation: optimizer
        for optimizer, operations in STANDS_FOR.items()
        if optimizer in statuses
        for operation in operations
        if statuses.get(operation, NOT_IMPLEMENTED) in (NOT_IMPLEMENTED, NOT_APPLICABLE)
    }
    for operation, points in rubric.points.items():
        judged = stands_for.get(operation, operation)
        status = statuses.get(judged, NOT_IMPLEMENTED)
        own = [m for m in mistakes if m.operation == judged]
        if operation in stands_for:  # what is wrong in one part costs that part alone
            own = [m for m in own if _is_of(m, operation)]
            status = status if own or status not in WRONG else PASS
        share, why = _share(status, own, blocks.get(judged), rubric)
        marks.append(Mark(operation, status, round(points * share, 4), points, why))
    judged_too = [
        o for o, s in statuses.items() if o not in rubric.points and s in (*RIGHT, *WRONG)
    ]
    for operation in judged_too:
        if operation not in stands_for.values():
            own = [m for m in mistakes if m.operation == operation]
            why = _share(statuses[operation], own, blocks.get(operation), rubric)[1]
            marks.append(Mark(operation, statuses[operation], 0.0, 0.0, why))
    return marks


def _is_of(mistake: Mistake, operation: str) -> bool:
    known = fixtures.load_deviations().get(mistake.id)
    return known is None or known.operation == operation


def _share(
    status: str, mistakes: Sequence[Mistake], told: Block | None, rubric: Rubric
) -> tuple[float, str]:
    """Return the share of the points that is earned, and why it is not all of them."""
    if status in RIGHT:
        return 1.0, ""
    if status in WRONG:
        said = [f"{m.words} ({m.id})" if m.id else m.words for m in mistakes]
        return rubric.left(m.id or m.credit for m in mistakes), "; ".join(said) or status
    if status in (NOT_IMPLEMENTED, NOT_APPLICABLE):
        return 0.0, "not handed in"
    if status == NOT_SOLVED:
        return 0.0, "not solved"
    return 0.0, " ".join(told.count.split()) if told else "not judged"


def _why_nothing(report: Report) -> str:
    said = dict.fromkeys(r.message for r in report.results if r.status == NOT_SOLVED and r.message)
    none = (n.partition(":")[0] for n in report.notes if n.startswith("it defines none"))
    said |= dict.fromkeys(none)
    return next(iter(said), "it has none of the methods")
