"""A helper's mistake is the helper's; the same mistake in the file itself decides."""

from pathlib import Path

import pytest

from optproof import methods
from optproof.checking.check import check
from optproof.checking.trace import trace
from optproof.checking.trainings import Training
from optproof.conversation import python_target
from optproof.errors import NothingRunError
from optproof.reports import junit
from optproof.reports.terminal import verdict

WRONG = """
def initialize_velocity(parameters):
    return {"d" + k: a + 1 for k, a in parameters.items()}
"""
RIGHT = """
def update_parameters_with_gd(parameters, grads, learning_rate):
    return {k: a - learning_rate * grads["d" + k] for k, a in parameters.items()}
"""


def judge(tmp_path, **files):
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text)
    return check(str(tmp_path / "mine.py"), only=["gd", "velocity"], training="none")


def test_a_mistake_of_a_helper_is_shown_and_decides_nothing(tmp_path):
    report = judge(tmp_path, my_helper=WRONG, mine="from my_helper import *\n" + RIGHT)
    statuses = {(r.operation, r.status) for r in report.results}
    told = {r.message for r in report.results if r.operation == "initialize_velocity"}
    assert report.exit_code == 0
    assert ("initialize_velocity", "not applicable") in statuses
    assert "it is of my_helper.py, a helper, and not right: deviates in v.dW1" in "".join(told)
    assert ("update_parameters_with_gd", "pass") in statuses
    assert "deviates" not in verdict(report).plain
    assert "<failure" not in junit.as_xml(report)


def test_the_same_mistake_in_the_file_itself_decides(tmp_path):
    report = judge(tmp_path, mine=WRONG + RIGHT)
    assert report.exit_code == 1
    assert {r.status for r in report.results} == {"pass", "deviation"}


def test_a_mistake_of_the_file_decides_though_a_helper_is_right(tmp_path):
    wrong = RIGHT.replace("a - learning", "a + learning")
    right = WRONG.replace("a + 1", "a * 0")
    report = judge(tmp_path, my_helper=right, mine="from my_helper import *\n" + wrong)
    assert report.exit_code == 1


MODEL = """
import numpy as np
from course import *

def update_parameters_with_gd(parameters, grads, learning_rate):
    return {k: a - learning_rate * grads["d" + k] for k, a in parameters.items()}

def model(X, Y, layers_dims, optimizer, learning_rate=0.0007, num_epochs=10000):
    np.random.seed(3)
    parameters, seed = initialize_parameters(layers_dims), 10
    for i in range(num_epochs if optimizer == "gd" else 0):
        seed += 1
        for x, y in random_mini_batches(X, Y, 64, seed):
            a3, caches = forward_propagation(x, parameters)
            grads = backward_propagation(x, y, caches)
            parameters = update_parameters_with_gd(parameters, grads, learning_rate)
    return parameters
"""


@pytest.mark.sample(2)
@pytest.mark.parametrize(("factor", "status"), [(1, "pass"), (2, "not applicable")])
def test_a_training_with_a_wrong_helper_decides_nothing(tmp_path, factor, status):
    course = Path(methods.network.__file__).read_text().replace("from ..", "from optproof.")
    course = course.replace("from .", "from optproof.methods.")
    scaled = f"""
from optproof.methods import random_mini_batches

right = backward_propagation
def backward_propagation(X, Y, caches):
    return {{k: {factor} * g for k, g in right(X, Y, caches).items()}}
"""
    for name, text in {"course": course + scaled, "mine": MODEL}.items():
        (tmp_path / f"{name}.py").write_text(text)
    report = check(str(tmp_path / "mine.py"), training="short")
    by_id = {r.id: r for r in report.results}
    assert report.exit_code == 0
    assert by_id["training/gd"].status == status


def test_trace_of_what_has_no_part_in_the_training_compares_nothing(tmp_path):
    (tmp_path / "empty.py").write_text("x = 1\n")
    empty = python_target(str(tmp_path / "empty.py"))
    with pytest.raises(NothingRunError, match="nothing was compared") as caught:
        trace(empty, python_target("optproof.methods"), Training("gd", 1))
    assert caught.value.exit_code == 5
