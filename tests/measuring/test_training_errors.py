"""What the floats lose, against the certified values."""

import numpy as np
import pytest

from optproof import fast, fixtures, methods
from optproof.checking.trainings import FLOAT32, FLOAT32_SHORT, FLOAT64
from optproof.measuring.training_errors import rows, training_errors


@pytest.mark.parametrize("optimizer", methods.OPTIMIZERS)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", FLOAT64), ("float32", FLOAT32_SHORT)])
def test_honest_rounding_stays_far_inside_the_tolerances(optimizer, dtype, tolerance):
    found = training_errors(optimizer, dtype, 200)

    assert found.cost < tolerance[0] / 5
    assert found.parameters[200] < tolerance[1] / 5
    assert max(found.ulps.values()) < 20


def test_an_error_is_counted_in_ulps_of_the_certified_cost(monkeypatch):
    train = fast.train

    def off_by_8_ulps(*arguments, **keywords):
        for epoch in train(*arguments, **keywords):
            yield epoch._replace(cost=epoch.cost + 8 * np.spacing(epoch.cost))

    honest = training_errors("gd", epochs=1).ulps[0]
    monkeypatch.setattr(fast, "train", off_by_8_ulps)

    assert abs(training_errors("gd", epochs=1).ulps[0] - 8) <= honest + 1e-9


def test_the_tolerances_widen_with_the_training_and_the_optimizer():
    assert FLOAT64 < FLOAT32_SHORT
    assert FLOAT32["gd"] < FLOAT32["momentum"] < FLOAT32["adam"]


def test_a_row_has_every_thousandth_epoch():
    found = training_errors("gd", epochs=1)._replace(ulps=dict.fromkeys(range(0, 10000, 100), 1.0))

    (row,) = rows(iter([found]))
    assert row.count("| 1 ") == 10
    assert row.startswith(f"| {np.__version__}")
    assert fixtures.load("training/certified-gd.json")["costs"]["9000"]
