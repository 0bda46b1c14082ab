"""An implementation that nobody here wrote, scikit-learn's, through the same command."""

import math
from pathlib import Path

import pytest

from optproof.fixtures import load_cases

ADAPTER = Path(__file__).parent / "implementations/sklearn_optimizers.py"


@pytest.fixture
def ran(check):
    pytest.importorskip("sklearn")
    return check(ADAPTER, "--timeout", "60", training="short")


def documented(short):
    [case] = [c for f in load_cases() for c in f.cases if c.id == f"{short}/documented"]
    return case.arguments()


def test_the_adapter_is_short():
    assert len(ADAPTER.read_text().splitlines()) <= 30


def test_what_comes_out_for_scikit_learn(ran):
    status = {r["id"]: r["status"] for r in ran.report["results"]}

    assert ran.code == 1
    assert status["gd/documented"] == status["training/gd"] == "pass"
    assert status["momentum/documented"] == status["training/momentum"] == "deviation"
    assert status["adam/documented"] == status["training/adam"] == "deviation"
    assert status["minibatch/documented"] == "not implemented"


def test_its_adam_takes_epsilon_outside_the_uncorrected_root(ran):
    """It scales the rate by √(1-β2^t)/(1-β1^t) and adds ε to √s, not to √ŝ: 1.7e-7 here."""
    a, b1, b2 = documented("adam"), 0.9, 0.999
    m, v = 0.1 * a["grads"]["dW2"][2, 1], 0.001 * a["grads"]["dW2"][2, 1] ** 2
    rate = 0.01 * math.sqrt(1 - b2**2) / (1 - b1**2)
    hat = a["parameters"]["W2"][2, 1] - rate * m / (math.sqrt(v) + 1e-8)

    findings = {f["tensor"]: f for f in ran.result("update_parameters_with_adam")["findings"]}

    assert set(findings) == {"b1", "W2", "b2"}  # its moments are the document's
    assert findings["W2"]["index"] == [2, 1]
    assert float(findings["W2"]["got"]) == pytest.approx(hat, rel=1e-15)
    assert findings["W2"]["difference"] == pytest.approx(1.7e-7, rel=0.05)


def test_its_momentum_has_no_damping_and_the_rate_in_the_velocity(ran):
    """v := βv + α g, θ := θ - v: with β = 0.9 the first step is ten times the document's."""
    a = documented("momentum")
    step = 0.01 * a["grads"]["dW1"][0, 1]

    findings = {f["tensor"]: f for f in ran.result("update_parameters_with_momentum")["findings"]}

    assert set(findings) == {f"{d}{k}" for d in ("", "v.d") for k in ("W1", "b1", "W2", "b2")}
    assert findings["W1"]["index"] == [0, 1]
    got = float(findings["W1"]["got"])
    assert got == pytest.approx(a["parameters"]["W1"][0, 1] - step, rel=1e-15)
    index = tuple(findings["v.dW1"]["index"])
    velocity = 0.01 * a["grads"]["dW1"][index]
    assert float(findings["v.dW1"]["got"]) == pytest.approx(velocity, rel=1e-15)
