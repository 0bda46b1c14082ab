"""What the values of the fixtures are there to tell: right in another shape, and wrong twins."""

import numpy as np
import pytest

from optproof import methods
from optproof.checking.function import check_function
from optproof.deviations import PIPELINES
from optproof.formats import held_in

#: Cases that do not apply to a format, or to who draws an order of their own.
NOT_JUDGED = ("not implemented", "not applicable")

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


# --- the dtype ---

OPERATIONS = [name for name in methods.__all__ if name in PIPELINES]


@pytest.mark.sample(8)
@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_reference_conforms_in_every_format_that_is_declared(operation, dtype):
    with np.errstate(all="ignore"):
        report = check_function(in_format(getattr(methods, operation), dtype), operation, dtype)

    assert {r.status for r in report.results if r.status not in NOT_JUDGED} == {"pass"}


def in_format(function, dtype):
    """What computes in float32 and stores in bfloat16, as hardware does."""
    if dtype != "bfloat16":
        return function

    def stored(*arguments, **named):
        return held(function(*arguments, **named))

    def held(value):
        if isinstance(value, (tuple, list)):
            return type(value)(map(held, value))
        if isinstance(value, dict):
            return {k: held(v) for k, v in value.items()}
        return held_in(np.asarray(value), dtype) if value.dtype.kind == "f" else value

    return stored


DECLARED = '__optproof__ = {"dtype": "float32"}\n'
ZEROS = """
import numpy as np

{declared}
def initialize_velocity(parameters):
    return {{"d" + k: np.zeros(p.shape{dtype}) for k, p in parameters.items()}}
"""


@pytest.mark.parametrize(
    ("declared", "dtype", "line"),
    [
        (DECLARED, ', "float32"', ""),
        (DECLARED, "", "only its dtype is wrong: float64 comes back, float32 is declared"),
        ("", "", ""),
        ("", ', "float32"', "only its dtype is wrong: float32 comes back, float64 is declared"),
    ],
)
def test_moments_of_another_dtype_than_declared_are_told_with_the_line_to_declare_it(
    check, declared, dtype, line
):
    ran = check(ZEROS.format(declared=declared, dtype=dtype))

    assert ran.code == (1 if line else 0)
    assert ran.report["diagnoses"] == []
    if line:
        got = "float64" if declared else "float32"
        result = ran.result("initialize_velocity")
        assert result["message"] == line
        assert f'__optproof__ = {{"dtype": "{got}"}}' in result["hint"]
        assert line in ran.out


AS_GIVEN = """
import numpy as np

__optproof__ = {{"dtype": "float32"}}

def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    order = np.random.permutation(X.shape[1])
    X, Y = X[:, order]{then}, Y[:, order]
    starts = range(0, X.shape[1], mini_batch_size)
    return [(X[:, i:i + mini_batch_size], Y[:, i:i + mini_batch_size]) for i in starts]

def compute_cost(a3, Y):
    return float(-(np.log(a3) * Y + np.log(1 - a3) * (1 - Y)).sum())

def backward_propagation(X, Y, caches):
    _, a1, _, _, _, a2, W2, _, _, a3, W3, _ = caches
    d3 = (a3 - Y) / X.shape[1]
    d2 = (W3.T @ d3) * (a2 > 0)
    d1 = (W2.T @ d2) * (a1 > 0)
    out = {{}}
    for layer, d, a in ((3, d3, a2), (2, d2, a1), (1, d1, X)):
        out[f"dW{{layer}}"], out[f"db{{layer}}"] = d @ a.T, d.sum(1, keepdims=True)
    return out
"""


@pytest.mark.parametrize(("then", "code"), [("", 0), (" * np.ones(1)", 1)])
def test_what_keeps_the_dtype_that_it_is_given_conforms_where_it_declares_it(check, then, code):
    ran = check(AS_GIVEN.format(then=then))

    assert ran.code == code
    others = {ran.statuses[name] for name in ("backward_propagation", "compute_cost")}
    assert others <= {"pass", "not applicable"}


PROMOTING = """
import numpy as np

__optproof__ = {"dtype": "float32"}

def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    v = {d: beta1 * v[d] + (1 - beta1) * grads[d] for d in v}
    s = {d: beta2 * s[d] + (1 - beta2) * grads[d] ** 2 for d in s}
    root = np.sqrt(1 - beta2**t)
    return {
        k: p - learning_rate / (1 - beta1**t) * v["d" + k] / (np.sqrt(s["d" + k]) / root + epsilon)
        for k, p in parameters.items()
    }, v, s
"""


@pytest.mark.parametrize("root", ["np.sqrt(1 - beta2**t)", "math.sqrt(1 - beta2**t)"])
def test_a_numpy_scalar_that_promotes_is_told_where_it_does(check, root):
    source = PROMOTING.replace("np.sqrt(1 - beta2**t)", root).replace(
        "import", "import math\nimport", 1
    )

    ran = check(source, "--only", "adam")

    promotes = (np.ones(1, "float32") * np.float64(2.0)).dtype == np.float64 and "np." in root
    assert ran.code == (1 if promotes else 0)
    if promotes:
        message = "only its dtype is wrong: float64 comes back, float32 is declared"
        assert ran.result("update_parameters_with_adam")["message"] == message


@pytest.mark.full
def test_a_wrong_value_beside_a_wrong_dtype_is_no_matter_of_the_dtype(check):
    source = PROMOTING.replace(DECLARED, "").replace("+ epsilon", "- epsilon")
    ran = check(
        source.replace("return {", "return {k: p.astype('float32') for k, p in {").replace(
            "}, v, s", "}.items()}, v, s"
        ),
        "--only",
        "adam",
    )

    assert ran.code == 1
    assert "only its dtype" not in ran.out


# --- the defaults ---

ADAM = ALPHA_FIRST.format(rate="learning_rate")


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "epsilon=1e-8",
            "epsilon=1e-7",
            "the default of epsilon is 1e-07, the document's is 1e-08",
        ),
        ("=0.01", "=0.001", "the default of learning_rate is 0.001, the document's is 0.01"),
        ("beta1=0.9", "beta1=0.99", "the default of beta1 is 0.99, the document's is 0.9"),
        ("beta2=0.999", "beta2=None", "the default of beta2 is None, the document's is 0.999"),
    ],
)
def test_a_default_that_is_not_the_documents_is_named(check, old, new, told):
    source = ADAM.replace(old, new).replace(
        "    s = {d", "    beta2 = 0.99 if beta2 is None else beta2\n    s = {d"
    )
    assert check(ADAM, "--only", "adam").code == 0

    ran = check(source, "--only", "adam")

    assert ran.code == 1
    assert ran.report["diagnoses"] == []
    deviating = {r["id"]: r["message"] for r in ran.report["results"] if r["status"] == "deviation"}
    assert deviating == {"adam/defaults": told}
    assert told in ran.out


@pytest.mark.parametrize("old", ["=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8"])
def test_who_has_no_defaults_or_another_name_is_not_judged_by_them(check, old, tmp_path):
    without = ADAM.replace(old, ", beta1, beta2, epsilon")
    ran = check(without, "--only", "adam")
    assert ran.code == 0

    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[functions]\nupdate_parameters_with_adam = "step"\n')
    renamed = ADAM.replace("update_parameters_with_adam", "step").replace("=1e-8", "=1e-7")
    ran = check(renamed, "--only", "adam", "--mapping", mapping)
    assert ran.code == 0


@pytest.mark.parametrize(("old", "new"), [("size=64", "size=32"), ("seed=0", "seed=1")])
def test_the_defaults_of_mini_batches_are_judged(check, old, new):
    source = AS_GIVEN.replace('__optproof__ = {{"dtype": "float32"}}', "").format(then="")

    assert check(source, "--only", "minibatch").code == 0
    ran = check(source.replace(old, new), "--only", "minibatch")
    assert ran.code == 1
    assert f"the default of {'mini_batch_size' if 'size' in old else 'seed'} is" in ran.out


# --- subnormal numbers ---

FLUSHING = """
import numpy as np

def flush(x):
    return np.where(np.abs(x) < {least}, 0.0, x)

def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    p, v, s = dict(parameters), dict(v), dict(s)
    for k in p:
        d = "d" + k
        g = flush(grads[d])
        v[d] = flush(flush(beta1 * flush(v[d])) + flush((1 - beta1) * g))
        s[d] = flush(flush(beta2 * flush(s[d])) + flush((1 - beta2) * flush(g * g)))
        root = np.sqrt(flush(s[d] / (1 - beta2**t)))
        step = flush(flush(v[d] / (1 - beta1**t)) / (root + epsilon))
        p[k] = flush(p[k] - flush(learning_rate * step))
    return p, v, s
"""


@pytest.mark.parametrize(("least", "code"), [("np.finfo(float).tiny", 0), ("1e-150", 1)])
def test_subnormals_taken_for_zero_are_noted_and_larger_numbers_deviate(check, least, code):
    ran = check(FLUSHING.format(least=least), "--only", "adam")

    assert ran.code == code
    noted = [r["id"] for r in ran.report["results"] if FLUSH in r["notes"]]
    assert noted == ([] if code else ["adam/magnitudes"])


FLUSH = "it takes subnormal numbers for zero"
