"""What the values of the fixtures are there to tell: right in another shape, and wrong twins."""

import pytest

ZIPPED = """
import numpy as np

def update_parameters_with_gd(parameters, grads, learning_rate):
    return {{k: p - learning_rate * g for (k, p), g in zip(parameters.items(), {gradients})}}
"""
BY_KEY = "[grads['d' + k] for k in parameters]"


@pytest.mark.parametrize(("gradients", "code"), [(BY_KEY, 0), ("grads.values()", 1)])
def test_gradients_go_by_key_and_not_by_position(check, gradients, code):
    assert check(ZIPPED.format(gradients=gradients), "--only", "gd").code == code


MOMENTUM = """
import numpy as np

def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    new = {{d: beta * v[d] + (1 - beta) * grads[d] for d in v}}
    steps = {steps}
    return {{k: p - learning_rate * step for (k, p), step in zip(parameters.items(), steps)}}, new
"""


@pytest.mark.parametrize(
    ("steps", "code"), [("[new['d' + k] for k in parameters]", 0), ("new.values()", 1)]
)
def test_velocities_go_by_key_and_not_by_position(check, steps, code):
    ran = check(MOMENTUM.format(steps=steps), "--only", "momentum/gradients-as-returned")

    assert ran.code == code


RECOMPUTED = """
import numpy as np

def backward_propagation(X, Y, caches):
    _, _, W1, b1, _, _, W2, b2, _, _, W3, b3 = caches
    a1 = np.maximum(0, W1 @ X + b1)
    a2 = np.maximum(0, W2 @ a1 + {bias})
    a3 = 1 / (1 + np.exp(-(W3 @ a2 + b3)))
    d3 = (a3 - Y) / X.shape[1]
    d2 = (W3.T @ d3) * (a2 > 0)
    d1 = (W2.T @ d2) * (a1 > 0)
    out = {{}}
    for layer, d, a in ((3, d3, a2), (2, d2, a1), (1, d1, X)):
        out[f"dW{{layer}}"], out[f"db{{layer}}"] = d @ a.T, d.sum(1, keepdims=True)
    return out
"""


@pytest.mark.parametrize(("bias", "code"), [("b2", 0), ("0 * b2", 1)])
def test_activations_may_be_computed_again_from_the_caches(check, bias, code):
    assert check(RECOMPUTED.format(bias=bias), "--only", "backward").code == code


ALPHA_FIRST = """
import numpy as np

def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {{d: beta1 * v[d] + (1 - beta1) * grads[d] for d in v}}
    s = {{d: beta2 * s[d] + (1 - beta2) * grads[d] ** 2 for d in s}}
    root = {{d: np.sqrt(s[d] / (1 - beta2**t)) for d in s}}
    return {{
        k: p - {rate} * v["d" + k] / (1 - beta1**t) / (root["d" + k] + epsilon)
        for k, p in parameters.items()
    }}, v, s
"""


@pytest.mark.parametrize(("rate", "code"), [("learning_rate", 0), ("np.float32(learning_rate)", 1)])
def test_the_learning_rate_may_come_first(check, rate, code):
    assert check(ALPHA_FIRST.format(rate=rate), "--only", "adam").code == code


PREDICTIONS = """
import numpy as np

def _output(X, p):
    a1 = np.maximum(0, p["W1"] @ X + p["b1"])
    a2 = np.maximum(0, p["W2"] @ a1 + p["b2"])
    return 1 / (1 + np.exp(-(p["W3"] @ a2 + p["b3"])))

def predict(X, y, parameters):
    return (_output(X, parameters) {slip}).astype(int)

def predict_dec(parameters, X):
    return _output(X, parameters) {slip}
"""


@pytest.mark.parametrize("slip", ["> 0.5", "!= 0.5", "> 0", ">= 0.5", "> 0.51", "> 0.49", "< 0.5"])
def test_predictions_are_told_on_both_sides_of_one_half(check, slip):
    ran = check(PREDICTIONS.format(slip=slip))

    right = slip == "> 0.5"
    assert ran.code == (0 if right else 1)
    expected = "pass" if right else "deviation"
    assert {ran.statuses[name] for name in ("predict", "predict_dec")} == {expected}
