"""The number that shows a known mistake, where one call does not show it."""

import re

import pytest

from optproof import fixtures, methods
from optproof.fixtures import load_trajectories
from optproof.reports.worked import EPOCHS, worked_number

CATALOGUE = fixtures.load_deviations()
#: What is kept between calls, and a division by zero, have no number.
WITHOUT = {name for name in CATALOGUE if name.endswith("aliased")} | {"adam.s-corrected-from-v"}


def said(name):
    return re.fullmatch(
        r"in (\S+), (.+?) (?:is|has shape) (.+?); so (.+)", worked_number(CATALOGUE[name])
    )


def trained(optimizer):
    X, Y, parameters, given = fixtures.small_start()
    for epoch in methods.train(X, Y, parameters, optimizer, **{**given, "num_epochs": EPOCHS}):
        last = epoch
    return last


def element(parameters, place):
    tensor, index = re.fullmatch(r"(\w+)\[(.+)\] after \d epochs", place).groups()
    return float(parameters[tensor][tuple(map(int, index.split(", ")))])


def test_all_that_change_a_number_have_one():
    assert {name for name in CATALOGUE if not worked_number(CATALOGUE[name])} == WITHOUT


@pytest.mark.parametrize(
    ("name", "of"),
    [("training.gd-for-all", "gd"), ("training.momentum-for-all", "momentum")],
)
def test_a_training_by_another_rule_comes_to_what_that_rule_comes_to(name, of):
    case, place, right, wrong = said(name).groups()

    assert case == "small/adam"
    assert float(right) == pytest.approx(element(trained("adam").parameters, place), rel=1e-9)
    other = element(trained(of).parameters, place)
    assert float(wrong.removeprefix("it becomes ")) == pytest.approx(other, rel=1e-9)


def test_the_right_cost_is_the_references():
    for name in ("cost.sum-of-means", "training.cost-not-averaged"):
        _, _, right, wrong = said(name).groups()
        assert float(right) == pytest.approx(trained("adam").cost, rel=1e-12)
        assert float(wrong.removeprefix("it becomes ")) != pytest.approx(float(right), rel=1e-3)


def test_a_number_of_a_trajectory_is_the_one_that_is_expected():
    case, place, right, _ = said("adam.amsgrad-largest").groups()

    [made] = [t for t in load_trajectories() if t.id == case]
    tensor, index = re.fullmatch(r"(.+)\[(.+?)\]", place).groups()
    assert made.expected[tensor].values[tuple(map(int, index.split(", ")))] == float(right)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("minibatch.labels-flat", "[1, 1]", "it has shape [1]"),
        ("minibatch.tail-dropped", "[2, 1]", "it is missing"),
        ("predict.half-is-one", "0", "it becomes 1"),
    ],
)
def test_a_shape_or_a_label_is_said(name, right, wrong):
    assert said(name).groups()[2:] == (right, wrong)
