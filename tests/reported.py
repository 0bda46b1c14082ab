"""A report with a result of every status, and with words that would harm a careless output."""

from dataclasses import replace

from optproof.judging.diagnosis import Diagnosis
from optproof.judging.judge import Finding
from optproof.judging.report import (
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

NASTY = "50 % of a|b <c> & ]]> ```` \x00\x1b[31m\ud800 ::error::\r\nnew line"


def a_result(case_id, status, message=""):
    return Result(case_id, "update_parameters_with_adam", ("ADAM-5",), status, message, seconds=0.5)


REPORT = Report(
    target="dir,a:b/mine.py",
    versions={
        "optproof": "1",
        "fixtures": "1",
        "manifest": "0" * 64,
        "implementation": "",
        "language": NASTY,
    },
    dtype="float64",
    results=(
        a_result("adam/pass", PASS),
        replace(
            a_result("adam/deviation", DEVIATION, "deviates in W1"),
            findings=(Finding("W1", "off", (0, 1), "1.5", "NaN", float("nan")),),
        ),
        a_result("adam/error", ERROR, NASTY),
        a_result("adam/known", KNOWN, "as agreed"),
        a_result("adam/stale", STALE, "remove it"),
        a_result("adam/absent", NOT_IMPLEMENTED, "it has no Adam"),
        a_result("adam/not-run", NOT_RUN, "stopped"),
        a_result("adam/not-called", NOT_CALLED, "it takes no s"),
        a_result("adam/timed-out", TIMED_OUT, "no answer"),
        a_result("adam/not-solved", NOT_SOLVED, "None still stands"),
        a_result("adam/not-applicable", NOT_APPLICABLE, "it draws its own"),
    ),
    diagnoses=(
        Diagnosis(
            "update_parameters_with_adam", (("adam.epsilon-inside-sqrt",),), (), ("parameters",)
        ),
    ),
)
