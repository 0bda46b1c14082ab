"""Trainings are judged by what they print and by what they return."""

import pytest
from faulty import (
    EPSILON_HAT,
    FLOAT32,
    LAST_BATCH_COST,
    NO_MODEL,
    SUM_OF_MEANS,
    T_RESET,
    faulty,
)

from optproof import methods
from optproof.check import check
from optproof.conventions import convention, costs


def results(path, *only):
    only = only or ("training/*",)
    return {r.id: r for r in check(path, only=only, training="short").results}


@pytest.mark.parametrize("changes", [[], [NO_MODEL], FLOAT32, [*FLOAT32, NO_MODEL]])
def test_honest_trainings_pass(tmp_path, changes):
    path = faulty(tmp_path, "honest", *changes)

    assert {r.status for r in results(path).values()} == {"pass"}


def test_an_epsilon_that_the_printed_costs_do_not_show_is_seen_in_the_parameters(tmp_path):
    result = results(faulty(tmp_path, "hat", EPSILON_HAT), "training/adam")["training/adam"]

    assert result.status == "deviation"
    assert "printed cost" not in [f.tensor for f in result.findings]


def test_float32_is_not_an_excuse_for_a_wrong_adam(tmp_path):
    path = faulty(tmp_path, "wrong", *FLOAT32, T_RESET)

    assert results(path, "training/adam")["training/adam"].status == "deviation"


@pytest.mark.parametrize(
    ("change", "name", "printed"),
    [
        (LAST_BATCH_COST, "cost.last-batch", "0.690736"),
        (SUM_OF_MEANS, "cost.sum-of-means", "3.508377"),
    ],
)
def test_another_convention_of_the_cost_is_named(tmp_path, change, name, printed):
    result = results(faulty(tmp_path, "cost", change), "training/gd")["training/gd"]

    assert result.message.startswith(f"deviates in printed cost: this is {name}, ")
    assert [(f.tensor, f.got) for f in result.findings] == [("printed cost", printed)]


def test_the_conventions_first_figures_are_those_of_the_document():
    first = next(costs("gd", 1))

    assert f"{first['cost.last-batch']:.6f}" == "0.690736"
    assert f"{first['cost.sum-of-means']:.6f}" == "3.508377"


def test_a_convention_must_explain_every_printed_cost():
    assert convention("gd", {0: "0.690736", 3: "0.690736"}, 0.0) == ""
    assert convention("gd", {0: "nan"}, 0.0) == ""
    assert convention("gd", {}, 0.0) == ""


RETURN = "            costs.append(cost_avg)\n    return parameters"


@pytest.mark.parametrize(
    ("old", "new"),
    [("print_cost=True,", "print_cost=True, lambd=0, keep_prob=1,"), (RETURN, RETURN + ", costs")],
)
def test_what_people_add_to_model_is_tolerated(tmp_path, old, new):
    result = results(faulty(tmp_path, "more", (old, new)), "training/gd")["training/gd"]

    assert result.status == "pass"


def test_every_optimizer_has_a_float32_tolerance():
    from optproof.trainings import FLOAT32 as tolerances

    assert set(tolerances) == set(methods.OPTIMIZERS)
