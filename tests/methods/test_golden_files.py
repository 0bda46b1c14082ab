"""That golden files can fail, and that writing them anew blesses nothing wrong."""

from pathlib import Path

import numpy as np
import pytest

from optproof import methods

HERE = Path(__file__).parent
#: A step that is wrong in the last place of one number; the bounds of the fixtures allow it.
RIGHT = methods.update_parameters_with_gd


def off(factor):
    def update(parameters, grads, learning_rate):
        new = RIGHT(parameters, grads, learning_rate)
        new["W1"] = new["W1"].copy()
        new["W1"][0, 0] = factor(new["W1"][0, 0])
        return new

    return update


def test_the_last_bit_of_one_number_is_seen(golden_case, monkeypatch):
    golden_case("gd/three-layers", name="one")
    monkeypatch.setattr(methods, "update_parameters_with_gd", off(lambda n: np.nextafter(n, 9)))
    with pytest.raises(AssertionError, match="FILES DIFFER"):
        golden_case("gd/three-layers", name="one")


@pytest.mark.parametrize("wrong", [lambda n: n * (1 + 1e-9), lambda n: n * np.nan])
def test_what_is_not_proved_is_not_written(golden_case, monkeypatch, request, wrong):
    monkeypatch.setattr(methods, "update_parameters_with_gd", off(wrong))
    monkeypatch.setattr(request.config.option, "force_regen", True)
    before = (HERE / "test_golden_files" / "one.yml").read_bytes()
    with pytest.raises(AssertionError, match=r"assert \[Finding"):
        golden_case("gd/three-layers", name="one")
    assert (HERE / "test_golden_files" / "one.yml").read_bytes() == before


def test_another_dtype_is_not_taken_for_the_right_one(golden_case, monkeypatch):
    def single(parameters, grads, learning_rate):
        return {k: a.astype("f") for k, a in RIGHT(parameters, grads, learning_rate).items()}

    monkeypatch.setattr(methods, "update_parameters_with_gd", single)
    with pytest.raises(AssertionError, match=r"assert \[Finding"):
        golden_case("gd/few-bits", name="one")


def test_digits_that_the_last_bits_decide_are_refused(golden_case):
    with pytest.raises(AssertionError):
        golden_case("forward/ordinary", name="one", digits=16)


@pytest.mark.parametrize("option", ["force_regen", "regen_all"])
def test_golden_files_are_not_written_in_ci(golden, request, monkeypatch, option):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(request.config.option, option, True)
    with pytest.raises(pytest.fail.Exception, match="not written in CI"):
        golden({"a": 1}, "one")
