"""What can become of a case: the one list that errors, results and reports share."""

from __future__ import annotations

PASS, DEVIATION, ERROR = "pass", "deviation", "error"
#: A deviation that the baseline lists, and an entry of the baseline that no longer occurs.
KNOWN, STALE = "known", "stale"
#: No way to call it was found, or it raised on every case; and it did not answer in time.
NOT_CALLED, TIMED_OUT = "not called", "timed out"
NOT_SOLVED, NOT_RUN, NOT_IMPLEMENTED = "not solved", "not run", "not implemented"
#: The case is outside what the implementation claims: it counts towards nothing.
NOT_APPLICABLE = "not applicable"

STATUSES = (
    *(PASS, KNOWN, DEVIATION, STALE, ERROR),
    *(NOT_CALLED, TIMED_OUT, NOT_RUN, NOT_SOLVED, NOT_IMPLEMENTED, NOT_APPLICABLE),
)
#: A counter-example can be printed for each of these.
FAILING = (DEVIATION, STALE, ERROR)
#: Nothing can be said of these, and something should be.
UNDECIDED = (NOT_CALLED, TIMED_OUT)
#: There was nothing to judge.
ABSENT = (NOT_IMPLEMENTED, NOT_SOLVED, NOT_APPLICABLE)
