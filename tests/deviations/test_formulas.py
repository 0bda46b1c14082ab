"""Formulas: a text that is computed as it stands."""

import numpy as np
import pytest

from optproof.deviations import PIPELINES, Formula, State
from optproof.deviations.table import merged, read_stages

TABLE = """
first (GD-1)
    gd.doubled: g = 2 * g
    gd.long: g = g +
        1
second (GD-1, CONV-2) -> theta
    theta_new = theta - alpha * g; u = 1
    gd.sign: theta_new = theta + alpha * g
"""


def test_a_table_is_read_into_stages():
    first, second = read_stages(TABLE)
    assert (first.name, first.clause, first.output, first.step.text) == ("first", "GD-1", "", "")
    assert first.deviations["gd.long"].text == "g = g + 1"
    assert (second.clause, second.output) == ("GD-1, CONV-2", "theta")
    assert second.step.text == "theta_new = theta - alpha * g; u = 1"


def test_a_deviation_gives_the_assignments_that_differ_and_the_others_stay():
    deviation = read_stages(TABLE)[1].deviations["gd.sign"]
    x = State(theta=np.ones(2), alpha=0.5, g=np.ones(2))
    added = deviation(x)
    assert added["theta_new"].tolist() == [1.5, 1.5]
    assert added["u"] == 1
    assert deviation.text == "theta_new = theta + alpha * g"
    assert set(x) == {"theta", "alpha", "g"}  # a formula changes nothing


def test_statements_are_merged_by_the_name_that_they_assign():
    assert merged("a = 1; b = 2; c = 3", "c = 0; a = 9") == "a = 9; b = 2; c = 0"
    assert merged("a = 1", "a, b = 2, 3") == "a, b = 2, 3"


def test_a_line_that_is_neither_a_stage_nor_a_formula_is_refused():
    with pytest.raises(ValueError, match="neither a stage nor a formula"):
        read_stages("first stage GD-1")


def test_every_formula_compiles_and_assigns_something():
    for pipeline in PIPELINES.values():
        for stage in pipeline.stages:
            for form in stage.deviations.values():
                assert isinstance(form, Formula)
                assert form.names
                assert set(stage.step.names) <= set(form.names)
