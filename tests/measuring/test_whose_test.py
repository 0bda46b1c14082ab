"""Which wrong Adam passes whose test: the page is what the command finds."""

import re
from pathlib import Path

import pytest

from optproof.measuring.others_tests import OTHERS
from optproof.measuring.whose_test import PIPELINE, maker, page, row

PAGE = Path(__file__).parents[2] / "reference" / "WRONG-ADAMS.md"
LINES = PAGE.read_text(encoding="utf-8").splitlines()
#: The one that takes 10,000 steps.
QUICK = [test for test in OTHERS if test.project != "optax"]


@pytest.mark.parametrize("test", QUICK, ids=lambda test: test.project)
def test_the_right_form_passes(test):
    assert test.passes(maker(test.right), maker(test.right))


@pytest.mark.parametrize("test", QUICK[:-1], ids=lambda test: test.project)
def test_ascent_passes_none_that_looks_at_values(test):
    assert not test.passes(maker("adam.step-sign"), maker(test.right))


@pytest.mark.full
@pytest.mark.parametrize("name", PIPELINE.ids)
def test_the_page_says_what_is_found(name):
    assert page([row(name)]).splitlines()[-1] in LINES


def test_a_wrong_one_passes_loose_tests_and_no_trajectory():
    found = row("adam.epsilon-hard-coded")
    by_project = dict(zip((t.project for t in OTHERS), found.passes))
    assert all(by_project[name] for name in ("timm", "apex", "bitsandbytes"))
    assert found.told


def test_the_page_has_a_line_for_each_and_no_trajectory_lets_one_pass():
    for name in PIPELINE.ids:
        assert sum(line.startswith(f"| {name} |") for line in LINES) == 1
    (ours,) = [line for line in LINES if line.startswith("| optproof |")]
    assert re.search(rf"\| 0 of {len(PIPELINE.ids)} \|$", ours)
