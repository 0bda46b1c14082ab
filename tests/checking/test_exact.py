"""Implementations run on balls: proved the same, or proved another, without a tolerance."""

from dataclasses import replace
from pathlib import Path

import pytest
from faulty import EPSILON_HAT, faulty

from optproof import fixtures
from optproof.checking.check import check
from optproof.checking.plan import plan
from optproof.conversation import python_target

flint = pytest.importorskip("flint")


def results(path, *only, variants=()):
    report = check(path, only=only, training="short", variants=variants, exact=True)
    return {r.id: r for r in report.results}


@pytest.mark.full
def test_the_plain_transcription_is_proved_on_documented_cases_and_vectors(tmp_path):
    found = results(faulty(tmp_path, "plain"), "*/documented", "training/adam")

    assert {r.status for r in found.values()} == {"pass"}
    assert {"adam/documented", "training/adam"} <= set(found)
    assert all(r.notes[0].startswith("proved: equal to ") for r in found.values())


def test_every_vector_of_a_rounded_operation_is_proved():
    from optproof.checking import proofs as exact

    chosen = exact.jobs(plan(training="none"))
    found = results("reference", *(c.id for c in chosen))

    assert {r.status for r in found.values()} == {"pass"}
    assert {c.operation for c in chosen} == exact.ROUNDED


@pytest.mark.full
def test_epsilon_hat_is_proved_to_be_another_adam(tmp_path):
    found = results(faulty(tmp_path, "hat", EPSILON_HAT), "adam/documented", "training/adam")

    assert {r.status for r in found.values()} == {"deviation"}
    finding = found["training/adam"].findings[0]
    assert (finding.tensor, finding.message) == ("W1", "provably not the same number")
    assert finding.expected[:6] == finding.got[:6]


@pytest.mark.full
@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ([EPSILON_HAT], "pass"),
        ([EPSILON_HAT, ("+ epsilon)", "+ epsilon * (1 + 2.0**-52))")], "deviation"),
        pytest.param([], "deviation", marks=pytest.mark.full),
    ],
    ids=["epsilon-hat", "its twin with another epsilon", "the document's own"],
)
def test_a_declared_variant_is_what_is_proved(tmp_path, changes, status):
    path = faulty(tmp_path, "declared", *changes)
    ids = ("adam/documented", "adam/epsilon-large", "training/adam")
    found = results(path, *ids, variants=("adam.epsilon-hat",))

    assert {r.id: r.status for r in found.values()} == dict.fromkeys(ids, status)


#: AMSGrad keeps a maximum of its own, which no function of the document's signature has.
VARIANTS = [
    d.id
    for d in fixtures.load_deviations().values()
    if d.variant and not d.id.startswith("adam.amsgrad-largest")
]


@pytest.mark.sample(12)
@pytest.mark.once
@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_is_proved_where_declared_and_refuted_where_not(name):
    operation = fixtures.load_deviations()[name].operation
    launch = python_target(str(Path(__file__).parents[1] / "implementations" / "deviating.py"))
    environment = {**launch.environment, "OPTPROOF_DEVIATIONS": name}
    launch = replace(launch, environment=environment)
    how = {"only": (operation,), "training": "none", "exact": True}
    declared = check(launch, variants=(name,), **how)
    undeclared = check(launch, **how)

    assert {r.status for r in declared.results} == {"pass"}
    assert "deviation" in {r.status for r in undeclared.results}


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        # In float64 neither is to be seen in the documented digits.
        ("learning_rate * (\n", "learning_rate * (1 + 2.0**-52) * (\n", "deviation"),
        ("+ epsilon)", "+ epsilon * (1 + 2.0**-52))", "deviation"),
        ("beta1 * v[d] + (1 - beta1) * grads[d]", "v[d] + (1 - beta1) * (grads[d] - v[d])", "pass"),
    ],
)
def test_what_rounds_alike_is_told_apart_and_what_is_the_same_is_not(tmp_path, old, new, status):
    path = faulty(tmp_path, "adam", (old, new))

    assert results(path, "adam/documented")["adam/documented"].status == status


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("np.sqrt(s_corrected[d])", "math.cos(s_corrected[d][0, 0])"), "become a float here"),
        (("beta1 * v[d]", "beta1 * (v[d] + grads[d]).astype(float)"), "become a float here"),
        (("np.sqrt(s_corrected[d])", "np.cbrt(s_corrected[d])"), "has no callable cbrt method"),
        (("    v_corrected = {}\n", "    assert grads['dW1'] + 0 is None\n"), "AssertionError"),
    ],
)
def test_what_cannot_run_on_exact_numbers_says_why_and_where(tmp_path, change, why):
    result = results(faulty(tmp_path, "adam", change), "adam/documented")["adam/documented"]

    assert result.status == "not implemented"
    assert result.message.startswith("it cannot run on exact numbers: ")
    assert why in result.message
    assert "(adam.py, line " in result.message


def test_numbers_made_anew_are_no_proof(tmp_path):
    change = (
        "    return parameters\n\n\ndef random",
        "    return anew(parameters)\n\n\ndef random",
    )
    anew = "def anew(p):\n    return {k: np.ones(p[k].shape) for k in p}\n\n\ndef sigmoid"
    path = faulty(tmp_path, "floats", change, ("def sigmoid", anew))
    result = results(path, "gd/documented")["gd/documented"]

    assert result.status == "not implemented"
    assert "W1 comes back as float64: exact numbers are lost" in result.message


@pytest.mark.full
def test_a_model_that_draws_its_costs_is_proved_by_its_operations(tmp_path):
    plots = (
        "        if print_cost and i % 100 == 0:\n",
        "        float(cost_avg)\n        if False:\n",
    )
    result = results(faulty(tmp_path, "draws", plots), "training/gd")["training/gd"]

    assert result.status == "pass"
    assert "optproof's loop trained with its operations" in result.notes[0]


def test_an_undecided_comparison_is_an_error():
    from optproof.ball import Ball, NotProved

    wide = Ball(0) + Ball(flint.arb(0, 1))

    for compare in (lambda: wide > 0, lambda: wide <= 0, lambda: wide == 0, lambda: bool(wide)):
        with pytest.raises(NotProved, match="is not decided"):
            compare()
    assert (Ball(1) > 0, Ball(0) >= 0, Ball(0) == 0, Ball(1) != 0) == (True, True, True, True)
