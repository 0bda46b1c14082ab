"""Usual slips: each is found from its answers alone, and what is near to one is not called it."""

from dataclasses import replace

import numpy as np
import pytest

from optproof import fixtures
from optproof.deviations import PIPELINES, SCOPES, Scope
from optproof.judging.diagnosis import diagnose
from optproof.judging.evidence import order_of_caches
from optproof.judging.judge import compare
from optproof.judging.predicting import predict
from optproof.judging.search import within
from optproof.judging.solving import solve_two

FORMS = [(name, k) for name, line in PIPELINES.items() for k in range(len(line.forms))]


def cases_of(operation):
    cases = [c for f in fixtures.load_cases() for c in f.cases if c.operation == operation]
    return [c for c in cases if not {"recipe", "permutation"} & c.inputs.keys()]


def answers_of(operation, slips):
    found = []
    with np.errstate(all="ignore"):
        for case in cases_of(operation):
            try:
                found.append((case, predict(PIPELINES[operation], slips, case)))
            except (ArithmeticError, LookupError, TypeError, ValueError):
                continue
    return found


def deviates(answers):
    return any(compare(case.expected, answer, "float64") for case, answer in answers)


@pytest.mark.sample(40)
@pytest.mark.parametrize(("operation", "k"), FORMS, ids=[f"{name}-{k}" for name, k in FORMS])
def test_each_form_that_shows_is_named_from_its_answers(operation, k):
    answers = answers_of(operation, PIPELINES[operation].forms[k])
    if not answers or not deviates(answers):
        pytest.skip("no case shows it")
    found = diagnose(operation, answers, "float64")
    assert found.explanations or found.found, PIPELINES[operation].forms[k][0].says


@pytest.mark.sample(80)
@pytest.mark.parametrize(("operation", "k"), FORMS, ids=[f"{name}-{k}" for name, k in FORMS])
def test_an_answer_near_to_a_form_is_not_called_it(operation, k):
    form = PIPELINES[operation].forms[k]
    answers = answers_of(operation, form)
    if not answers or not deviates(answers):
        pytest.skip("no case shows it")
    case, answer = answers[-1]
    name = next(iter(answer))
    changed = answer[name].copy()
    if not (changed.size and np.isfinite(changed.flat[0])):
        pytest.skip("it is empty, or no number")
    changed.flat[0] = changed.flat[0] + 1 + abs(changed.flat[0])  # another one of them
    found = diagnose(operation, [*answers[:-1], (case, {**answer, name: changed})], "float64")
    assert form[0].says not in [f.says for f in found.found]


@pytest.mark.parametrize(
    ("operation", "layer", "text"),
    [
        ("forward_propagation", "second", "a2 = np.tanh(z2)"),
        ("backward_propagation", "first", "dW1 = (dz1 @ X.T).T"),
    ],
)
def test_a_form_may_hold_in_one_line_alone(operation, layer, text):
    line = PIPELINES[operation]
    [form] = [f for f in line.forms if text in f[0].step.text]
    scoped = within(line, form[0], Scope("", layer))
    assert scoped.step.text == text
    found = diagnose(operation, answers_of(operation, [scoped]), "float64").found
    assert (found[0].says, found[0].scope) == (form[0].says, str(Scope("", layer)))


def test_what_has_no_line_in_a_layer_cannot_be_wrong_there_alone():
    line = PIPELINES["forward_propagation"]
    [twice] = [f for f in line.forms if "taken twice" in f[0].says and len(f) == 1][:1]
    assert {within(line, twice[0], s) for s in SCOPES if s != Scope()} <= {None}


def test_caches_in_another_order_are_told_and_others_are_not():
    operation = "forward_propagation"
    line, right = PIPELINES[operation], answers_of(operation, ())

    def swapped(answer, factor):
        z, a = answer["caches.z2"], answer["caches.a2"]
        return {**answer, "caches.z2": a * factor, "caches.a2": z}

    order = order_of_caches(line, [(c, swapped(a, 1)) for c, a in right], "float64")
    assert order == "the caches come as (z1, a1, W1, b1, a2, z2, W2, b2, z3, a3, W3, b3)"
    assert not order_of_caches(line, [(c, swapped(a, 1.5)) for c, a in right], "float64")


def test_two_numbers_are_solved_at_once_and_no_other_two_are():
    x = np.linspace(0.1, 2, 7)

    def f(beta, epsilon):
        return x**beta / (np.sqrt(x) + epsilon)

    beta, epsilon = solve_two(f, f(0.99, 1e-3), (0.9, 1e-5))
    assert abs(beta - 0.99) < 1e-9
    assert abs(epsilon - 1e-3) < 1e-9
    assert solve_two(f, np.sin(9 * x), (0.9, 1e-5)) is None


def test_one_number_is_no_evidence_of_a_factor():
    operation = "initialize_parameters"
    answers = answers_of(operation, ())
    drawn = np.random.RandomState(77)
    other = [
        (c, {k: drawn.standard_normal(a.shape) if k[0] == "W" else a for k, a in t.items()})
        for c, t in answers
    ]
    assert diagnose(operation, other, "float64").stage == "draws"
    scaled = [(c, {k: a * (1.7 if k == "W1" else 1) for k, a in t.items()}) for c, t in answers]
    assert diagnose(operation, scaled, "float64").stage == "scale"


def test_where_weights_alone_are_wrong_the_scope_says_so():
    line = PIPELINES["update_parameters_with_gd"]
    [form] = [f for f in line.forms if "squared" in f[0].says]
    scoped = replace(form[0], scope=Scope("W"))
    found = diagnose(line.operation, answers_of(line.operation, [scoped]), "float64").found
    assert "the weights" in found[0].scope
