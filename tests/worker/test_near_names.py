"""Near names of the document's functions are bound by their words, and only where that is sure."""

import json

import pytest

from optproof.worker.names import near

GD, MOMENTUM = "update_parameters_with_gd", "update_parameters_with_momentum"
ADAM, BATCHES = "update_parameters_with_adam", "random_mini_batches"

NEAR = {
    "update_parameters_gd": GD,
    "update_params_with_gd": GD,
    "gradient_descent_update": GD,
    "sgd_step": GD,
    "updateParameters": GD,
    "update_paramters_with_gd": GD,
    "update_parameters_momentum": MOMENTUM,
    "momentum_update": MOMENTUM,
    "updateParametersWithMomentum": MOMENTUM,
    "update_with_adam": ADAM,
    "adam_update": ADAM,
    "adam": ADAM,
    "adam_optimizer": ADAM,
    "UpdateParamsAdam": ADAM,
    "init_velocity": "initialize_velocity",
    "initialise_velocity": "initialize_velocity",
    "init_adam": "initialize_adam",
    "initializeAdam": "initialize_adam",
    "random_minibatches": BATCHES,
    "randomMiniBatches": BATCHES,
    "create_mini_batches": BATCHES,
    "iterate_minibatches": BATCHES,
    "forward_prop": "forward_propagation",
    "forwardPropagation": "forward_propagation",
    "backprop": "backward_propagation",
    "computeCost": "compute_cost",
}
ELSE = """get_minibatch_size plot_adam adamax adamw nadam update_parameters_with_adamax adam_test
update_parameters_with_adagrad nesterov_momentum update_parameters_with_nesterov_momentum
update_parameters_with_rmsprop initialize_parameters_he initialize_parameters_zeros batch_norm
batch_normalization_forward get_batch update_learning_rate update_lr schedule_lr_decay momentum_test
compute_cost_with_regularization backward_propagation_with_dropout compare_adam_and_gd
update_parameters_with_adam_test_case forward train_with_adam model_with_adam
update_parameters_with_gd update_parameters_with_adam random_mini_batches""".split()


@pytest.mark.parametrize(("name", "operation"), NEAR.items())
def test_a_near_name_is_near_to_one_operation(name, operation):
    assert near(name) == operation


@pytest.mark.parametrize("name", ELSE)
def test_a_name_that_is_something_else_is_near_to_none(name):
    assert near(name) == ""


SOURCES = {
    "adam_update": (
        ADAM,
        """
import numpy as np
def adam_update(params, grads, v, s, t, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    for k in params:
        d = "d" + k
        v[d] = beta1 * v[d] + (1 - beta1) * grads[d]
        s[d] = beta2 * s[d] + (1 - beta2) * grads[d] ** 2
        step = (v[d] / (1 - beta1**t)) / (np.sqrt(s[d] / (1 - beta2**t)) + eps)
        params[k] = params[k] - lr * step
    return params, v, s
""",
        ("- lr * step", "+ lr * step"),
    ),
    "momentum_step": (
        MOMENTUM,
        """
def momentum_step(parameters, grads, velocity, beta, alpha):
    velocity = {k: beta * a + (1 - beta) * grads[k] for k, a in velocity.items()}
    return {k: p - alpha * velocity["d" + k] for k, p in parameters.items()}, velocity
""",
        ("(1 - beta) * grads", "grads"),
    ),
    "sgd_update": (
        GD,
        """
def sgd_update(learning_rate, gradients, params):
    for k in params:
        params[k] = params[k] - learning_rate * gradients["d" + k]
""",
        ("] - l", "] + l"),
    ),
    "randomMiniBatches": (
        BATCHES,
        """
import numpy as np
def randomMiniBatches(X, Y, batch_size=64, seed=0):
    np.random.seed(seed)
    order = np.random.permutation(X.shape[1])
    cuts = range(0, X.shape[1], batch_size)
    return [(X[:, order[i : i + batch_size]], Y[:, order[i : i + batch_size]]) for i in cuts]
""",
        ("seed(seed)", "seed(seed + 1)"),
    ),
    "initialise_adam": (
        "initialize_adam",
        """
import numpy as np
def initialise_adam(params):
    return tuple({"d" + k: np.zeros_like(a) for k, a in params.items()} for _ in range(2))
""",
        ("zeros_like", "ones_like"),
    ),
    "forward_prop": (
        "forward_propagation",
        """
import numpy as np
def forward_prop(X, params):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    z1 = W1 @ X + b1; a1 = np.maximum(0, z1)
    z2 = W2 @ a1 + b2; a2 = np.maximum(0, z2)
    z3 = W3 @ a2 + b3; a3 = 1 / (1 + np.exp(-z3))
    return a3, (z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3)
""",
        ("maximum(0, z2)", "tanh(z2)"),
    ),
}


@pytest.mark.sample(2)
@pytest.mark.parametrize("name", SOURCES)
def test_a_function_of_a_near_name_is_judged_and_the_report_says_so(check, name):
    operation, source, mistake = SOURCES[name]
    ran = check(source)
    assert (ran.code, ran.statuses) == (0, {operation: "pass"})
    assert f"{name} is taken for {operation}" in " ".join(ran.report["notes"])
    wrong = source.replace(*mistake)
    assert wrong != source
    assert check(wrong).statuses == {operation: "deviation"}


def test_the_document_s_own_name_comes_first(check):
    right = SOURCES["sgd_update"][1]
    both = right.replace("] - l", "] + l") + right.replace("sgd_update", GD)
    assert check(both).code == 0


SOMETHING_ELSE = {
    "it trains": "def gradient_descent(X, y, theta, alpha, iterations):\n    return theta\n",
    "a library's": "from random import shuffle as random_mini_batches_\n",
    "another network": "def forward_prop(X, params):\n    return X @ params['w']\n",
    "private": "def _adam(parameters, grads, v, s, t):\n    return parameters, v, s\n",
}


@pytest.mark.parametrize("source", SOMETHING_ELSE.values(), ids=SOMETHING_ELSE.keys())
def test_what_is_something_else_is_not_judged(check, source):
    ran = check(source + SOURCES["initialise_adam"][1])
    assert "initialize_adam" in ran.statuses
    assert not {"deviation", "error"} & set(ran.statuses.values())


def refused(source, tmp_path):
    import types

    from optproof.worker.finding import find

    module = types.ModuleType("theirs")
    exec(source, vars(module))
    return find(module, {}, lambda function: False)


ASKS_MORE = SOURCES["adam_update"][1].replace("t, lr", "t, schedule, lr")
TWO = SOURCES["sgd_update"][1] + SOURCES["sgd_update"][1].replace("sgd_update", "gd_step")
NO_BATCHES = "def make_batches(X, Y, batch_size):\n    return X.shape, Y.shape\n"
FAILS = SOURCES["momentum_step"][1].replace("velocity.items()", "velocity.itms()")


@pytest.mark.parametrize(
    ("source", "operation", "message", "hint"),
    [
        (ASKS_MORE, ADAM, "adam_update looks like .* it asks for schedule", "schedule=..."),
        (TWO, GD, "sgd_update and gd_step both look like", r"\[functions\]"),
        (
            NO_BATCHES,
            BATCHES,
            "make_batches looks like .* what it returns is not",
            "batch_size=mini",
        ),
        (FAILS, MOMENTUM, "momentum_step looks like .* AttributeError", "alpha=learning_rate"),
    ],
)
def test_what_cannot_be_called_is_refused_with_what_to_paste(
    source, operation, message, hint, tmp_path
):
    import re

    bound, told = refused(source, tmp_path)
    assert operation not in bound
    assert re.search(message, told[operation]["message"])
    assert re.search(hint, told[operation]["hint"])
    assert len(told[operation]["hint"].splitlines()) <= 9


def test_the_wrapper_that_is_offered_works(check, tmp_path):
    _, told = refused(ASKS_MORE, tmp_path)
    pasted = told[ADAM]["hint"].partition("\n")[2].replace("schedule=...", "schedule=None")
    ran = check(ASKS_MORE + pasted)
    assert (ran.code, ran.statuses) == (0, {ADAM: "pass"})
    wrong = ASKS_MORE.replace("- lr * step", "+ lr * step")
    assert check(wrong + pasted).code == 1


def test_an_adam_that_counts_its_own_steps_is_refused(tmp_path):
    source = SOURCES["adam_update"][1].replace("s, t, lr", "s, lr").replace("**t", "**t[0]")
    counting = "t = [0]\n" + source.replace("    for k", "    t[0] += 1\n    for k")
    bound, told = refused(counting, tmp_path)
    assert ADAM not in bound
    assert "counts its steps itself" in told[ADAM]["message"]
    bound, told = refused("t = [2]\n" + source, tmp_path)
    assert (ADAM in bound, told) == (True, {})


METHOD = """
class Net:
    def __init__(self, scale{default}):
        self.scale = scale
    def nudge(self, parameters, grads, learning_rate):
        return {{k: p - self.scale * learning_rate * grads["d" + k] for k, p in parameters.items()}}
"""


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("default", [True, False])
def test_a_mapping_may_name_a_method_and_say_how_its_instance_is_made(
    check, tmp_path, default, sign
):
    mapping = {"functions": {GD: "Net.nudge"}}
    if not default:
        mapping["construct"] = {"Net": {"scale": float(f"{sign}1.0")}}
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps(mapping))
    source = METHOD.format(default=f"={sign}1.0" if default else "")
    assert check(source, "--mapping", path).code == (1 if sign else 0)


def test_a_mapping_may_name_the_container(check, tmp_path):
    source = f"""
def {GD}(parameters, grads, learning_rate):
    return [p - learning_rate * g for p, g in zip(parameters, grads)]
"""
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps({"containers": {GD: "flat"}}))
    assert check(source, "--mapping", path).code == 0
    assert check(source.replace("p - l", "p + l"), "--mapping", path).code == 1
    path.write_text(json.dumps({"containers": {GD: "round"}}))
    ran = check(source, "--mapping", path)
    assert (ran.code, "known: documented, keys, own keys" in ran.err) == (2, True)


def test_a_method_whose_instance_cannot_be_made_is_refused_with_the_way_out(check, tmp_path):
    source = METHOD.format(default="").replace("nudge", GD)
    ran = check(source)
    assert ran.code == 3
    assert "[construct.Net]" in ran.result(GD)["message"]
    path = tmp_path / "mapping.json"
    for scale, code in ((1.0, 0), (-1.0, 1)):
        path.write_text(json.dumps({"construct": {"Net": {"scale": scale}}}))
        assert check(source, "--mapping", path).code == code
