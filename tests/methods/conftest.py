"""Golden files in plain text, beside the test of each method.

A golden pins what the reference computes, to the last bit where no library call decides it. What it
is made of is proved in the same test, so that writing it anew (``--force-regen``) blesses nothing
wrong: every number lies within the bounds of the fixtures, or is one of the certified digits.
"""

import os

import numpy as np
import pytest

from optproof import fixtures, methods
from optproof.judging.judge import flatten, judge
from optproof.operations import OPERATIONS
from optproof.protocol import encode


def rows(array, digits=None):
    """Each row of an array as a line of the shortest decimals that read back to its numbers."""
    text = repr if digits is None else lambda number: f"{number:.{digits}g}"
    table = np.atleast_2d(array)
    return ["  ".join(text(number) for number in row) for row in table.tolist()]


@pytest.fixture
def golden(data_regression, request):
    """Compare with a golden file; a missing one fails, and CI never writes one."""

    def check(content, name):
        options = ("force_regen", "regen_all")
        if os.environ.get("CI") and any(request.config.getoption(o) for o in options):
            pytest.fail("golden files are not written in CI")
        data_regression.check(content, basename=name)

    return check


@pytest.fixture
def golden_case(golden):
    """Put test cases to the reference: judge the answers, then compare them with a golden file."""
    every = {case.id: case for file in fixtures.load_cases() for case in file.cases}

    def check(*ids, name, digits=None):
        content = {}
        for case in map(every.get, ids):
            answer = flatten(case.operation, encode(answer_of(case)))
            assert judge(case, answer) == []  # what is proved of it
            if digits:
                assert_stable(answer, digits)
            given = {k: v for k, v in case.inputs.items() if isinstance(v, (int, float))}
            tensors = {k: rows(a, digits) for k, a in answer.items()}
            content[case.id] = {**({"given": given} if given else {}), **tensors}
        golden(content, name)

    return check


def answer_of(case):
    """The reference's results by name."""
    operation, arguments = OPERATIONS[case.operation], case.arguments()
    answer = getattr(methods, case.operation)(*(arguments[a] for a in operation.arguments))
    several = len(operation.results) > 1
    return dict(zip(operation.results, answer if several else (answer,)))


def assert_stable(answer, digits):
    """Fail where some ULPs more or less would change the digits: another case must be chosen."""
    for name, array in answer.items():
        if array.dtype.kind == "f":
            more, less = array * (1 + 1e-14), array * (1 - 1e-14)
            assert rows(more, digits) == rows(less, digits) == rows(array, digits), name
