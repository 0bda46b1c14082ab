"""What a run found: plain data, from which every output is made."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ..statuses import (
    ABSENT,
    DEVIATION,
    ERROR,
    FAILING,
    KNOWN,
    NOT_APPLICABLE,
    NOT_CALLED,
    NOT_IMPLEMENTED,
    NOT_RUN,
    NOT_SOLVED,
    PASS,
    STALE,
    STATUSES,
    TIMED_OUT,
    UNDECIDED,
)
from .diagnosis import Diagnosis
from .judge import Finding

__all__ = [
    "ABSENT",
    "DEVIATION",
    "ERROR",
    "FAILING",
    "KNOWN",
    "NOT_APPLICABLE",
    "NOT_CALLED",
    "NOT_IMPLEMENTED",
    "NOT_RUN",
    "NOT_SOLVED",
    "PASS",
    "STALE",
    "STATUSES",
    "TIMED_OUT",
    "UNDECIDED",
    "Code",
    "Curve",
    "Report",
    "Result",
]


#: The exit code of a bug of optproof's own (EX_SOFTWARE).
OWN_BUG = 70


@dataclass(frozen=True)
class Result:
    """The verdict on one case.

    Parameters
    ----------
    id, operation, clauses
        Of the case.
    status : str
        ``pass``, ``deviation``, ``error``, ... (``optproof.statuses`` has all). Not run is never
        passed.
    message : str
        Why, where it is not a pass.
    hint : str
        What to do about it.
    findings : tuple of Finding
        For a deviation: each tensor that is not as expected.
    notes : tuple of str
        What is worth knowing though it does not count against the implementation.
    seconds : float
    explained : Diagnosis, optional
        Of a training: which mistakes lead where it came to.
    """

    id: str
    operation: str
    clauses: tuple[str, ...]
    status: str
    message: str = ""
    hint: str = ""
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    explained: Diagnosis | None = None


@dataclass(frozen=True)
class Code:
    """The text of an operation, as the implementation has it.

    Parameters
    ----------
    operation, file : str
    line : int
        Of its first line.
    text : str
    """

    operation: str
    file: str
    line: int
    text: str


@dataclass(frozen=True)
class Curve:
    """The costs of a training that deviates, beside the reference's.

    Parameters
    ----------
    id : str
        Of the training.
    yours, reference : tuple of (int, float)
        Epochs and their costs; yours may be empty: not every model can be watched.
    parts : int or None
        The epoch of the first divergence.
    """

    id: str
    yours: tuple[tuple[int, float], ...]
    reference: tuple[tuple[int, float], ...]
    parts: int | None = None


@dataclass(frozen=True)
class Report:
    """A whole run.

    Parameters
    ----------
    target : str
    versions : dict of str
        Of optproof, the fixtures, and what the implementation says of itself.
    dtype : str
        What the implementation declares to compute in.
    results : tuple of Result
        One for every case selected, run or not.
    diagnoses : tuple of Diagnosis
        For each operation that deviates: which known deviations explain all of its answers.
    variants : tuple of str
        Declared: what the implementation was judged against in the place of the specification.
    interrupted : bool
        Whether the run was stopped before its end.
    settings : str
        What a configuration file said, and which: a submission's own may narrow a run.
    bug : str
        Of optproof's own, which ended the run.
    code : tuple of Code
        Of the operations that are not plainly right, where it is known; for a page.
    curves : tuple of Curve
        Of the trainings that deviate, where they were asked for; for a page.
    """

    target: str
    versions: dict[str, str]
    dtype: str
    results: tuple[Result, ...]
    diagnoses: tuple[Diagnosis, ...] = ()
    variants: tuple[str, ...] = ()
    interrupted: bool = False
    notes: tuple[str, ...] = field(default=())
    settings: str = ""
    bug: str = ""
    code: tuple[Code, ...] = ()
    curves: tuple[Curve, ...] = ()

    @property
    def counts(self) -> Counter[str]:
        """How many results have each status."""
        return Counter(result.status for result in self.results)

    @property
    def exit_code(self) -> int:
        """0 conforms, 1 deviates, 3 no verdict, 5 nothing was run, 70 our bug, 130 interrupted.

        Where cases differ, the first of 130, 1, 3, 0 that one of them asks for: a deviation is a
        deviation whatever else could not be called.
        """
        if self.bug:
            return OWN_BUG
        if self.interrupted:
            return 130
        counts = Counter(result.status for result in self.results)
        if any(counts[status] for status in FAILING):
            return 1
        if any(counts[status] for status in UNDECIDED):
            return 3
        return 0 if counts[PASS] or counts[KNOWN] else 5
