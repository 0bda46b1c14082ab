"""What no known deviation explains: numbers that are solved, places, and edited formulas."""

import numpy as np
import pytest

from optproof import fixtures
from optproof.deviations import EVERYWHERE, PIPELINES, Scope, Slip
from optproof.deviations.edits import constants, edits
from optproof.judging.diagnosis import diagnose
from optproof.judging.predicting import predict
from optproof.judging.solving import plain, shown, solve

ADAM, MOMENTUM, BACKWARD = (
    "update_parameters_with_adam",
    "update_parameters_with_momentum",
    "backward_propagation",
)


def cases_of(operation):
    cases = [c for f in fixtures.load_cases() for c in f.cases if c.operation == operation]
    return [c for c in cases if not {"recipe", "permutation"} & c.inputs.keys()]


def answers_of(operation, *slips):
    """What an implementation with these slips answers; each (stage, formula, scope or None)."""
    pipeline = PIPELINES[operation]
    stages = {stage.name: stage for stage in pipeline.stages}
    made = []
    for stage, text, *scope in slips:
        step = stages[stage].step.edited(text, text)
        made.append(Slip(stage, step, "", scope[0] if scope else EVERYWHERE))
    with np.errstate(all="ignore"):
        return [(case, predict(pipeline, made, case)) for case in cases_of(operation)]


def found(operation, *slips):
    diagnosis = diagnose(operation, answers_of(operation, *slips), "float64")
    assert diagnosis.explanations == ()
    return diagnosis.found[0] if diagnosis.found else diagnosis


@pytest.mark.parametrize(
    ("operation", "slips", "says"),
    [
        (ADAM, [("hyperparameters", "epsilon = 1e-07")], "ε is 1e-07, whatever is passed"),
        (ADAM, [("hyperparameters", "beta2 = 0.99")], "β2 is 0.99, whatever is passed"),
        (
            ADAM,
            [("hyperparameters", "beta1 = 0.8"), ("hyperparameters", "beta2 = 0.99")],
            "β1 is 0.8, whatever is passed; β2 is 0.99, whatever is passed",
        ),
        (
            ADAM,
            [("hyperparameters", "g = g + 0.003 * theta")],
            "0.003 θ is added to the gradient: L2 weight decay",
        ),
        (MOMENTUM, [("hyperparameters", "alpha = 0.3")], "the learning rate is 0.3"),
        (BACKWARD, [("output error", "dz3 = (a3 - Y) / 64")], "it divides by 64"),
    ],
)
def test_a_number_that_is_another_is_solved_and_printed(operation, slips, says):
    assert found(operation, *slips).says.startswith(says)


@pytest.mark.parametrize(
    "formula",
    [
        "epsilon = 1e-7 * t",  # no one number explains all cases
        "beta2 = beta2 * beta1",
        "g = g + 0.003 * theta ** 2",
    ],
)
def test_what_only_looks_like_a_number_in_one_case_is_not_called_one(formula):
    answers = answers_of(ADAM, ("hyperparameters", formula))
    diagnosis = diagnose(ADAM, answers, "float64")
    assert "whatever" not in "".join(f.says for f in diagnosis.found)
    assert "decay" not in "".join(f.says for f in diagnosis.found)


def test_a_forgotten_epsilon_is_not_solved_as_a_tiny_one():
    diagnosis = diagnose(
        ADAM, answers_of(ADAM, ("quotient", "step = v_hat / np.sqrt(s_hat)")), "float64"
    )
    assert diagnosis.explanations == (("adam.epsilon-missing",),)


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (Scope("b"), "the biases"),
        (Scope("W"), "the weights"),
        (Scope("", "last"), "the last layer"),
        (Scope("", "not first"), "all layers but the first"),
    ],
)
def test_a_known_deviation_in_one_place_alone_is_named_with_the_place(scope, words):
    slip = ("second moment", "s_new = s + g ** 2", scope)
    named = found(ADAM, slip)
    assert (named.names, named.scope) == (("adam.s-sums-all",), words)


def test_a_deviation_that_also_shows_elsewhere_is_not_said_to_be_in_one_place():
    """The wrong twin: the biases are wrong in another way."""
    answers = answers_of(
        ADAM,
        ("second moment", "s_new = s + g ** 2", Scope("b")),
        ("second moment", "s_new = beta2 * s + (1.5 - beta2) * g ** 3", Scope("W")),
    )
    diagnosis = diagnose(ADAM, answers, "float64")
    assert (diagnosis.explanations, diagnosis.found) == ((), ())


def test_an_edited_formula_is_given_beside_the_one_that_is_specified():
    named = found(ADAM, ("correction of v", "v_hat = v_new / (1 + power1 * beta2)"))
    assert not getattr(named, "formula", "")  # two edits: no formula is guessed
    named = found(ADAM, ("correction of v", "v_hat = v_new / (1 + power1)"))
    assert named.formula == "v_hat = v_new / (1 + power1)"
    assert named.specified == "v_hat = v_new / (1 - power1)"
    assert (named.stage, named.clause) == ("correction of v", "ADAM-4")


def test_a_layer_left_out_is_said_to_be_left_out():
    scope = Scope("", "last")
    named = found(
        MOMENTUM, ("step", "theta_new = theta", scope), ("returned v", "v_out = v", scope)
    )
    assert named.says == "nothing is updated in the last layer"


def test_two_wrongs_that_make_a_right_explain_nothing():
    """not-averaged and averaged-twice give the right gradients together."""
    answers = answers_of(BACKWARD, ("gradients", "db1 = dz1.sum(axis=1, keepdims=True) * 1.7"))
    diagnosis = diagnose(BACKWARD, answers, "float64")
    assert ("backward.not-averaged", "backward.averaged-twice") not in diagnosis.explanations


def test_float32_inside_is_told_from_a_mistake():
    answers = [
        (c, {k: v.astype(np.float32).astype(float) for k, v in a.items()})
        for c, a in answers_of(BACKWARD)
    ]
    [named] = diagnose(BACKWARD, answers, "float64").found
    assert named.says == "computed in float32, and returned as float64"


def test_the_first_wrong_link_of_the_backward_pass_is_named():
    answers = [
        (c, {k: a * 1.1 + 1e-3 if k in ("dW2", "db2", "dW1", "db1") else a for k, a in t.items()})
        for c, t in answers_of(BACKWARD)
    ]
    diagnosis = diagnose(BACKWARD, answers, "float64")
    assert diagnosis.stage == "chain"
    assert "layer 3 is right, dW2 and db2 are wrong" in diagnosis.evidence[0]


def test_the_first_wrong_batch_is_named_with_what_is_wrong_of_it():
    operation = "random_mini_batches"
    answers = [
        (c, {k: a[:, ::-1] if k.endswith("].Y") else a for k, a in t.items()})
        for c, t in answers_of(operation)
    ]
    diagnosis = diagnose(operation, answers, "float64")
    assert "its X is right, its Y is not" in diagnosis.evidence[0]


def test_a_number_is_solved_from_one_element_and_the_plain_one_comes_first():
    x = np.array([1e-9, 1.0, 3.0])
    got = x / (np.sqrt(x) + 1e-7)
    assert 1e-7 in [next(near) for near in solve(lambda c: x / (np.sqrt(x) + c), got, 0, 1)]
    assert next(plain(0.0156250001)) == pytest.approx(0.0156, abs=1e-4)
    assert 1 / 64 in list(plain(0.015625))
    assert list(solve(lambda c: x + 0 * c, got, 0, 1)) == []  # nothing depends on it


@pytest.mark.parametrize(
    ("number", "text"), [(1e-7, "1e-07"), (0.999, "0.999"), (1 / 300, "1/300"), (-1.0, "-1")]
)
def test_a_number_is_shown_as_one_would_write_it(number, text):
    assert shown(number) == text


def test_edits_change_one_thing():
    texts = edits("v = 1 - b ** t", ("b", "t", "s"))
    assert {"v = (1 - b) ** t", "v = 1 + b ** t", "v = 1 - s ** t", "v = b ** t"} <= set(texts)
    assert "v = 1 - b ** t" not in texts
    assert constants("v = 1 - b ** t") == ("v = c - b ** t",)
