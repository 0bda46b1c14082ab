"""An implementation that nobody here wrote, scikit-learn's, through the same command."""

import json
import math
from pathlib import Path

import pytest

from optproof.commands.cli import main
from optproof.fixtures import load_cases

ADAPTER = Path(__file__).parents[1] / "implementations/sklearn_optimizers.py"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    pytest.importorskip("sklearn")
    path = tmp_path_factory.mktemp("sklearn") / "report.json"
    words = ["--training", "short", "--timeout", "60", "--json", str(path), "--quiet"]
    assert main(["check", str(ADAPTER), *words]) == 1
    return json.loads(path.read_text())


def findings(report, case_id):
    [result] = [r for r in report["results"] if r["id"] == case_id]
    return {f["tensor"]: f for f in result["findings"]}


def documented(short):
    [case] = [c for f in load_cases() for c in f.cases if c.id == f"{short}/documented"]
    return case.arguments()


def test_the_adapter_is_short():
    assert len(ADAPTER.read_text().splitlines()) <= 30


@pytest.mark.full
def test_what_comes_out_for_scikit_learn(report):
    status = {r["id"]: r["status"] for r in report["results"]}

    assert status["gd/documented"] == status["training/gd"] == "pass"
    assert status["momentum/documented"] == status["training/momentum"] == "deviation"
    assert status["adam/documented"] == status["training/adam"] == "deviation"
    assert status["minibatch/documented"] == "not implemented"


@pytest.mark.full
def test_its_adam_takes_epsilon_outside_the_uncorrected_root(report):
    """It scales the rate by √(1-β2^t)/(1-β1^t) and adds ε to √s, not to √ŝ: 1.7e-7 here."""
    a, b1, b2 = documented("adam"), 0.9, 0.999
    m, v = 0.1 * a["grads"]["dW2"][2, 1], 0.001 * a["grads"]["dW2"][2, 1] ** 2
    rate = 0.01 * math.sqrt(1 - b2**2) / (1 - b1**2)
    hat = a["parameters"]["W2"][2, 1] - rate * m / (math.sqrt(v) + 1e-8)

    found = findings(report, "adam/documented")

    assert set(found) == {"b1", "W2", "b2"}  # its moments are the document's
    assert found["W2"]["index"] == [2, 1]
    assert float(found["W2"]["got"]) == pytest.approx(hat, rel=1e-15)
    assert found["W2"]["difference"] == pytest.approx(1.7e-7, rel=0.05)


@pytest.mark.full
def test_its_momentum_has_no_damping_and_the_rate_in_the_velocity(report):
    """v := βv + α g, θ := θ - v: with β = 0.9 the first step is ten times the document's."""
    a = documented("momentum")
    step = 0.01 * a["grads"]["dW1"][0, 1]

    found = findings(report, "momentum/documented")

    assert set(found) == {f"{d}{k}" for d in ("", "v.d") for k in ("W1", "b1", "W2", "b2")}
    assert found["W1"]["index"] == [0, 1]
    got = float(found["W1"]["got"])
    assert got == pytest.approx(a["parameters"]["W1"][0, 1] - step, rel=1e-15)
    index = tuple(found["v.dW1"]["index"])
    velocity = 0.01 * a["grads"]["dW1"][index]
    assert float(found["v.dW1"]["got"]) == pytest.approx(velocity, rel=1e-15)
