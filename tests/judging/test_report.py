"""The exit code of a report, and what an exception is where other cases are answered."""

import pytest

from optproof.checking.settling import settled
from optproof.judging.report import STATUSES, Report, Result

VERSIONS = dict.fromkeys(("optproof", "fixtures", "implementation", "language"), "1")


def result(status, number=0, operation="predict"):
    return Result(f"predict/{number}", operation, ("PRED-1",), status, "why")


def exit_code(*statuses, interrupted=False):
    results = tuple(result(status, number) for number, status in enumerate(statuses))
    return Report("it", VERSIONS, "float64", results, interrupted=interrupted).exit_code


#: What counts towards nothing: beside any other it changes no exit code.
NOTHING = ["not run", "not solved", "not implemented", "not applicable"]


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        (["pass"], 0),
        (["known"], 0),
        (["pass", "known"], 0),
        (["deviation"], 1),
        (["stale"], 1),
        (["error"], 1),
        (["not called"], 3),
        (["timed out"], 3),
        (["pass", "not called"], 3),
        (["pass", "timed out"], 3),
        (["not called", "timed out", "error", "pass"], 1),
        (["timed out", "deviation"], 1),
        ([], 5),
    ],
)
def test_the_exit_code_of_mixtures(statuses, code):
    assert exit_code(*statuses) == code
    assert exit_code(*statuses, *NOTHING) == code
    assert exit_code(*reversed(statuses)) == code
    assert exit_code(*statuses, interrupted=True) == 130


def test_every_status_is_listed_once():
    assert len(STATUSES) == len(set(STATUSES)) == 11
    assert {*NOTHING, "pass", "known", "not called", "timed out"} < set(STATUSES)


def test_what_raises_on_every_case_is_not_called():
    results = [result("not called", n) for n in range(3)] + [result("not applicable", 3)]
    assert settled(results) == results


@pytest.mark.parametrize("answered", ["pass", "deviation", "error"])
def test_what_answers_some_cases_and_raises_on_others_is_in_error(answered):
    others = [result("not called", 5, "predict_dec"), result("timed out", 6)]
    found = settled([result("not called", 0), result(answered, 1), *others])
    assert [r.status for r in found] == ["error", answered, "not called", "timed out"]
