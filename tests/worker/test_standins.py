"""What a notebook finds in the place of the modules that are not there."""

import numpy as np
import pytest

from optproof import fixtures, methods
from optproof.worker.standins import TEST_CASES, StandIn, helper


def documented(operation):
    [case] = [
        c
        for f in fixtures.load_cases()
        for c in f.cases
        if c.operation == operation and f.path.startswith("documented/")
    ]
    return case.arguments()


@pytest.mark.parametrize("operation", TEST_CASES)
def test_a_test_case_gives_the_documented_arguments(operation):
    given = getattr(helper("testCases"), f"{operation}_test_case")()

    names = TEST_CASES[operation].split()
    values = given if len(names) > 1 else (given,)
    np.testing.assert_equal(dict(zip(names, values)), {n: documented(operation)[n] for n in names})


def test_the_helpers_are_those_of_the_reference_and_plain_maths():
    module = helper("opt_utils_v1a")

    given = documented("update_parameters_with_gd")
    values = (*given["parameters"].values(), *given["grads"].values())
    np.testing.assert_equal(module.load_params_and_grads(), values)
    assert module.compute_cost is methods.compute_cost
    assert module.sigmoid(0.0) == 0.5
    assert module.relu(np.array([-1.0, 2.0])).tolist() == [0.0, 2.0]


def test_a_stand_in_can_be_set_up_and_says_what_is_missing_when_it_is_called():
    plots = StandIn("seaborn is not there")

    plots.rcParams["figure.figsize"] = (7, 4)
    assert isinstance(plots.style["x"], StandIn)
    with pytest.raises(ImportError, match="seaborn is not there"):
        plots.pyplot.figure()
    with pytest.raises(AttributeError):
        _ = plots.__file__
