"""The line that a diagnosis speaks of: the statement, or the function where none stands out."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from optproof.judging.diagnosis import Diagnosis, Found
from optproof.judging.line import located
from optproof.protocol import Place

ADAM = """import numpy as np


def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    p, v, s = dict(parameters), dict(v), dict(s)
    for k in parameters:
        g = grads["d" + k]
        v["d" + k] = beta1 * v["d" + k] + (1 - beta1) * g
        s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * g * g
        v_hat = v["d" + k] / (1 - beta1**t)
        s_hat = s["d" + k] / (1 - beta2**t)
        p[k] = p[k] - learning_rate * v_hat / (np.sqrt(s_hat) + epsilon)
    return p, v, s
"""


@pytest.fixture
def at(run, tmp_path, monkeypatch):
    """Check Adam with one piece replaced; return the first line of the diagnosis."""
    monkeypatch.chdir(tmp_path)

    def check(old, new, *options):
        assert old in ADAM
        (tmp_path / "mine.py").write_text(ADAM.replace(old, new))
        ran = run("check", "mine.py", "--only", "adam", "--training", "none", *options)
        assert ran.code == 1
        places = [line for line in ran.out.splitlines() if line.startswith("  line ")]
        return places[0].split()[1] if places else ""

    return check


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("(1 - beta1) * g", "(1 + beta1) * g", 10),
        ("* g * g", "* g * g * g", 11),
        ("(1 - beta1**t)", "(1 + beta1**t)", 12),
        ("(1 - beta2**t)", "(1 + beta2**t)", 13),
        ("+ epsilon)", "- epsilon)", 14),
        ("    p, v, s = ", "    epsilon = 1e-5\n    p, v, s = ", 7),
        (" / (1 - beta2**t)", "", 13),
        ("v_hat / (np.sqrt(s_hat)", 'v_hat / (np.sqrt(s["d" + k])', 14),
        ("for k in parameters:", "for k in list(parameters)[:-2]:", 8),
    ],
)
def test_the_line_is_that_of_the_statement_or_of_the_function(at, old, new, line):
    assert at(old, new) == f"mine.py:{line}"


def test_junit_has_the_line(at, tmp_path):
    at("(1 - beta1**t)", "(1 + beta1**t)", "--junit", "report.xml")
    case = ET.parse(tmp_path / "report.xml").getroot().find(".//testcase")
    assert (case.get("file"), case.get("line")) == ("mine.py", "12")


def test_of_two_statements_that_do_the_same_the_first_is_named_or_that_of_the_scope():
    found = Found("", (), "first moment", "ADAM-2", "v_new = v", "")
    adam = "update_parameters_with_adam"
    diagnosis = Diagnosis(adam, (), (), ("v",), "first moment", "ADAM-2", (found,))
    twice = ((3, "vW = beta1 * vW + gW"), (4, "vb = beta1 * vb + gb"))
    place = {adam: Place("a.py", 1, statements=twice)}
    assert located(diagnosis, place).line == 3
    biases = replace(diagnosis, found=(replace(found, scope="the biases"),))
    assert located(biases, place).line == 4
    assert located(diagnosis, {}).line == 0


def test_what_no_statement_does_is_the_line_of_the_function():
    diagnosis = Diagnosis("compute_cost", (), (), ("cost",), "loss", "COST-1", (), ("wrong",))
    place = {"compute_cost": Place("a.py", 7, statements=((8, "x = helper(a3, Y)"),))}
    assert located(diagnosis, place).line == 7
