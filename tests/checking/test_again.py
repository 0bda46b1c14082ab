"""Some cases are asked again: what keeps something from call to call is still found."""

import numpy as np
import pytest

from optproof import methods
from optproof.checking.cases import TWICE_EVERY, _sample
from optproof.checking.check import check
from optproof.checking.jobs import Run
from optproof.conversation import Launch
from optproof.conversation.function import Function
from optproof.conversation.session import Session
from optproof.fixtures import load_cases
from optproof.judging.report import DEVIATION, PASS, Result
from optproof.operations import SHORTER

UPDATE = "update_parameters_with_momentum"
CASES = [c for f in load_cases() for c in f.cases if c.operation == UPDATE]
CALLS = sum(case.calls for case in CASES)


def report(function):
    channel = Function(UPDATE, function, "float64")
    launch = Launch("it", (), {}, {"accepts": SHORTER})
    return check(Session(launch, 0.0, channel=channel), training="none")


def right(parameters, grads, v, beta, learning_rate):
    return methods.update_parameters_with_momentum(parameters, grads, v, beta, learning_rate)


def keeps(when):
    """A right update that moves W1 by what it has `seen`, each call's W1 in turn."""
    seen = []

    def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
        seen.append(parameters["W1"].tobytes())
        parameters, v = right(parameters, grads, v, beta, learning_rate)
        return {**parameters, "W1": parameters["W1"] + 1e-3 * when(seen)}, v

    return update_parameters_with_momentum


STATE = {
    "what it has seen before it answers otherwise": lambda seen: seen.count(seen[-1]) == 2,
    "it answers otherwise once it has seen all": lambda seen: len(seen) > CALLS,
}


def test_what_is_right_is_right_when_it_is_asked_again():
    told = report(right)
    assert {r.status for r in told.results if r.operation == UPDATE} == {"pass"}


@pytest.mark.parametrize("name", STATE)
def test_what_keeps_something_is_found_by_the_sample(name):
    told = report(keeps(STATE[name]))
    assert any("asked again" in r.message for r in told.results)
    assert told.exit_code == 1


def test_of_each_operation_the_first_and_the_last_are_asked_again():
    channel = Function(UPDATE, right, "float64")
    session = Session(Launch("it", (), {}, {}), 0.0, channel=channel)
    session.greet()
    cases = [case for case in CASES if case.calls == 1]
    answers = {UPDATE: [(case, {"W1": np.zeros(2)}) for case in cases]}

    def asked(right):
        results = {c.id: Result(c.id, UPDATE, (), PASS if right else DEVIATION) for c in cases}
        results |= {c.id: Result(c.id, UPDATE, (), PASS) for c in cases[:5]}
        return _sample(Run(session, [], answers=answers, results=results), UPDATE)

    chosen = asked(right=True)
    assert {cases[0].id, cases[-1].id} <= chosen
    assert len(cases) / TWICE_EVERY <= len(chosen) < len(cases) / 2
    assert asked(right=False) <= {c.id for c in cases[:5]}
