"""Fresh cases: right implementations pass them, and a table of the published answers does not."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from optproof import fixtures, methods
from optproof.checking.fresh import DRAWS, draw_cases, expected_of
from optproof.judging.judge import flatten, judge
from optproof.operations import OPERATIONS
from optproof.oracle.decimals import Near, Undecided
from optproof.protocol import encode

IMPLEMENTATIONS = Path(__file__).parents[1] / "implementations"
TABLE = """
import json
from pathlib import Path

import numpy as np

from optproof import fixtures, methods
from optproof.operations import next_arguments
from optproof.protocol import decode, encode

def _key(arguments):
    return json.dumps(encode(arguments), sort_keys=True)

_TABLE = {}
for _file in fixtures.load_cases():
    for _case in _file.cases:
        if _case.operation == "update_parameters_with_gd":
            _arguments = _case.arguments()
            for _call in range(1, _case.calls + 1):
                _answer = methods.update_parameters_with_gd(**_arguments)
                _TABLE[_key(_arguments)] = _answer
                _arguments = next_arguments(
                    _arguments, {"parameters": _answer}, _case.change(_call)
                )

def update_parameters_with_gd(parameters, grads, learning_rate):
    arguments = {"parameters": parameters, "grads": grads, "learning_rate": learning_rate}
    return _TABLE.get(_key(arguments), parameters)
"""


def test_a_table_of_the_published_answers_passes_them_and_no_fresh_ones(check):
    assert check(TABLE).code == 0

    ran = check(TABLE, "--fresh", "2", "--seed", "5")

    assert ran.code == 1
    deviating = [r["id"] for r in ran.report["results"] if r["status"] == "deviation"]
    assert deviating == ["gd/fresh-1", "gd/fresh-2"]
    assert "--fresh 2 --seed 5" in ran.out


def test_the_seed_is_printed_where_none_is_given(check):
    ran = check(TABLE, "--fresh", "1", "--only", "velocity")
    assert "fresh cases of each operation: --fresh 1 --seed " in ran.out


def answer(case, function):
    names = OPERATIONS[case.operation].results
    value = function(**case.arguments())
    return flatten(case.operation, encode(dict(zip(names, value if len(names) > 1 else [value]))))


@pytest.mark.parametrize("operation", DRAWS)
def test_the_reference_and_the_plain_transcription_pass_fresh_cases(operation, plain):
    for case in draw_cases([operation], 15, seed=1):
        for module in (methods, plain):
            assert judge(case, answer(case, getattr(module, operation))) == [], case.id


@pytest.mark.parametrize("operation", DRAWS)
def test_fresh_cases_are_of_their_seed_and_no_two_are_alike(operation):
    first, again, other = (draw_cases([operation], 4, seed) for seed in (1, 1, 2))

    assert [c.raw for c in first] == [c.raw for c in again]
    assert not {str(c.inputs) for c in first} >= {str(c.inputs) for c in other}
    assert len({str(c.inputs) for c in first}) > 1


@pytest.mark.sample(2)
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", ["single", "reordered"])
def test_honest_implementations_pass_fresh_cases(check, name, seed):
    assert check(IMPLEMENTATIONS / f"{name}.py", "--fresh", "8", "--seed", seed).code == 0


WRONG = {
    "update_parameters_with_gd": lambda f, a: f(
        **{**a, "learning_rate": a["learning_rate"] * (1 + 1e-9)}
    ),
    "update_parameters_with_momentum": lambda f, a: f(**{**a, "beta": a["beta"] * (1 - 1e-9)}),
    "update_parameters_with_adam": lambda f, a: f(**{**a, "epsilon": a["epsilon"] * 1.01}),
    "forward_propagation": lambda f, a: f(a["X"] * (1 + 1e-9), a["parameters"]),
    "compute_cost": lambda f, a: f(**a) * (1 + 1e-9),
    "backward_propagation": lambda f, a: f(a["X"] * (1 + 1e-9), a["Y"], a["caches"]),
}


@pytest.mark.parametrize("operation", WRONG)
def test_a_small_mistake_deviates_in_some_fresh_case(operation):
    function = getattr(methods, operation)
    cases = draw_cases([operation], 5, seed=3)
    assert any(
        judge(case, answer(case, lambda **a: WRONG[operation](function, a))) for case in cases
    )


def test_values_and_bounds_computed_on_the_spot_are_those_of_the_published_model():
    """Published values are proved on balls. There, what a format holds exactly is not rounded."""
    compared = 0
    for file in fixtures.load_cases():
        for case in file.cases:
            wanted = case.operation in WRONG and file.path.startswith("vectors/")
            if not wanted or case.calls > 1 or "magnitudes" in case.id:
                continue
            try:
                spot = expected_of(case.operation, case.arguments())
            except Undecided:
                continue
            exact_sums = case.operation == "backward_propagation" or case.id.endswith("few-bits")
            for name, want in case.expected.items():
                values, bounds = np.array(spot[name]["data"]), np.array(spot[name]["bound"])
                published = want.bound.reshape(-1)
                assert (np.abs(values - want.values.reshape(-1)) <= published).all()
                assert (bounds >= 0.7 * published - 1e-300).all()
                assert (bounds <= (10 if exact_sums else 2.1) * published + 1e-300).all()
                compared += len(values)
    assert compared > 1000


def test_what_rounding_may_turn_is_not_decided():
    third = Near(Decimal(1)) / Near(Decimal(3))
    with pytest.raises(Undecided):
        _ = third > 1 / 3
    assert third > 0.3
    assert not Near(Decimal(0)) > 0
