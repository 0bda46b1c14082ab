"""``optproof explain``: what a deviation, a clause or a case is; and variants, by their names."""

import re

import pytest

from optproof import fixtures
from optproof.errors import UsageError
from optproof.reports.explain import clauses, explain
from optproof.settings.variants import declared_variants

HAT, INSIDE = "adam.epsilon-hat", "adam.epsilon-inside-sqrt"
BEFORE = "adam.v-weights-exchanged"


def test_a_deviation_is_explained_with_its_clause_and_a_number_that_shows_it(run):
    ran = run("explain", BEFORE)

    known = fixtures.load_deviations()[BEFORE]
    title, text = clauses()["ADAM-2"]
    lines = ran.out.splitlines()
    assert ran.code == 0
    assert lines[0] == (
        f"{BEFORE}: a known mistake of update_parameters_with_adam, in its first moment"
    )
    assert lines[1:4] == [
        f"  what    {known.title}",
        f"  effect  {known.effect}",
        f"  spec    ADAM-2 ({title}): {text}",
    ]
    assert lines[4:6] == [
        "  formula v_new = (1 - beta1) * v + beta1 * g",
        "  right   v_new = beta1 * v + (1 - beta1) * g",
    ]
    assert lines[6].startswith("  number  in adam/")
    assert lines[7] == "  mend    compute the first moment as ADAM-2 states it"


def test_what_no_formula_tells_is_explained_in_words():
    lines = explain("adam-init.aliased")
    assert lines[0] == "adam-init.aliased: a known mistake of initialize_adam, in its memory"
    assert (
        lines[-1] == "  mend    give each tensor an array, and each state a dictionary, of its own"
    )


def test_a_trajectory_is_explained_with_what_it_ends_in_and_tells():
    lines = explain("trajectory/adam/scales")
    assert lines[0] == "trajectory/adam/scales: 3 steps of the adam optimizer"
    assert [line for line in lines if line.startswith("  expected  step[3].W1 (2, 3), first value")]
    assert "adam.epsilon-hat" in lines[-1]
    assert "trajectory/adam/scales" in explain(lines[3].split()[1])[2]


def test_the_worked_number_is_one_that_the_case_expects():
    [line] = [line for line in explain(INSIDE) if line.startswith("  number")]
    case_id, name, row, column, value = re.findall(
        r"in (.+?), (.+?)\[(\d+), (\d+)\] is (.+?);", line
    )[0]

    [case] = [c for f in fixtures.load_cases() for c in f.cases if c.id == case_id]
    want = case.expected[name].values[int(row), int(column)]
    assert float(value) == pytest.approx(want, rel=1e-6)


def test_a_variant_is_explained_as_one_that_may_be_declared():
    lines = explain(HAT)

    assert lines[0].endswith("; a variant, which may be declared")
    assert f"          or, if you mean it: --variant {HAT}" in lines
    assert [line for line in lines if line.startswith("  see     http")]


@pytest.mark.parametrize("name", ["ADAM-5", "adam-5"])
def test_a_clause_is_explained_with_its_cases_and_deviations(name):
    lines = explain(name)

    title, text = clauses()["ADAM-5"]
    assert lines[:2] == [f"ADAM-5: {title}", f"  {text}"]
    assert "adam/documented" in lines[2].removeprefix("  test cases  ").split(", ")
    assert INSIDE in lines[3].removeprefix("  mistakes    ").split(", ")


def test_a_case_is_explained_with_what_it_expects_and_what_it_tells():
    lines = explain("adam/documented")

    assert lines[0] == "adam/documented: a test case of update_parameters_with_adam"
    assert "  expected  W1 (2, 3), first value 1.63178673, bound 5e-09" in lines
    assert INSIDE in lines[-1].removeprefix("  tells     ").split(", ")


def test_a_case_that_expects_shapes_alone_names_them():
    lines = explain("velocity/documented")

    assert "  expected  v.dW1 (2, 3), first value 0., bound 0" in lines


def test_every_id_is_explained():
    names = [*fixtures.load_deviations(), *clauses()]
    names += [case.id for file in fixtures.load_cases() for case in file.cases]

    assert all(explain(name)[0].startswith(f"{name}: ") for name in names)


def test_an_unknown_id_is_answered_with_those_like_it(run):
    ran = run("explain", "adam.epsilon-inside")

    assert ran.code == 2
    assert "no test case, trajectory, clause or mistake is called 'adam.epsilon-inside'" in ran.err
    assert f"hint: perhaps {INSIDE}" in ran.err
    with pytest.raises(UsageError, match="optproof list has them all"):
        explain("?")


# Variants


def test_variants_are_found_by_their_operation():
    assert declared_variants([HAT, HAT, "momentum.heavy-ball"]) == {
        "update_parameters_with_adam": HAT,
        "update_parameters_with_momentum": "momentum.heavy-ball",
    }


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["adam"], "'adam' is not a variant"),
        (["adam.s-not-corrected"], "'adam.s-not-corrected' is a deviation, but no variant"),
        ([HAT, INSIDE], f"{HAT} and {INSIDE} are variants of the same step"),
    ],
)
def test_what_cannot_be_declared_is_refused(names, message):
    with pytest.raises(UsageError) as caught:
        declared_variants(names)

    assert caught.value.what == message
    assert caught.value.hint
