"""What a run found: plain data, from which every output is made."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from .diagnosis import Diagnosis
from .judge import Finding

PASS, DEVIATION, ERROR = "pass", "deviation", "error"
NOT_IMPLEMENTED, NOT_RUN = "not implemented", "not run"
#: A deviation that the baseline lists, and an entry of the baseline that no longer occurs.
KNOWN, STALE = "known", "stale"
STATUSES = (PASS, KNOWN, DEVIATION, STALE, ERROR, NOT_RUN, NOT_IMPLEMENTED)
FAILING = (DEVIATION, STALE, ERROR)


@dataclass(frozen=True)
class Result:
    """The verdict on one case.

    Parameters
    ----------
    id, operation, clauses
        Of the case.
    status : str
        One of :data:`STATUSES`. Not run is never passed.
    message : str
        Why, where it is not a pass.
    hint : str
        What to do about it.
    findings : tuple of Finding
        For a deviation: each tensor that is not as expected.
    notes : tuple of str
        What is worth knowing though it does not count against the implementation.
    seconds : float
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
    """

    target: str
    versions: dict[str, str]
    dtype: str
    results: tuple[Result, ...]
    diagnoses: tuple[Diagnosis, ...] = ()
    variants: tuple[str, ...] = ()
    interrupted: bool = False
    notes: tuple[str, ...] = field(default=())

    @property
    def counts(self) -> Counter[str]:
        """How many results have each status."""
        return Counter(result.status for result in self.results)

    @property
    def exit_code(self) -> int:
        """0 conforms, 1 deviates, 5 nothing was run, 130 interrupted."""
        if self.interrupted:
            return 130
        counts = self.counts
        if any(counts[status] for status in FAILING):
            return 1
        if not counts[PASS] and not counts[KNOWN]:
            return 5
        return 1 if counts[NOT_RUN] else 0
