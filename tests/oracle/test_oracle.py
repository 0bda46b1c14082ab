"""The oracle: its values agree with a second derivation, its roundings are proved, its bounds hold.

The second derivation works on single numbers, straight from SPEC.md's formulas, in fractions and
mpmath; it shares no code with optproof, and reads the shipped files as plain JSON.
"""

import json
import math
import re
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from optproof import fixtures
from optproof.checking.check import check
from optproof.judging.judge import compare
from optproof.judging.report import NOT_APPLICABLE, NOT_IMPLEMENTED, PASS

flint = pytest.importorskip("flint")
mpmath = pytest.importorskip("mpmath")

from optproof.oracle import legacy, numbers  # noqa: E402
from optproof.oracle.exact import Arithmetic  # noqa: E402

VECTORS = Path(fixtures.root()) / "vectors"
PAGES = Path(__file__).parents[2] / "reference"
IMPLEMENTATIONS = Path(__file__).parents[1] / "implementations"


def cases(operation):
    return json.loads((VECTORS / f"{operation}.json").read_text("utf-8"))["cases"]


# --- the second derivation ---


def elements(case, dicts):
    """Yield name, index and the numbers of one parameter: its own, of each call's dicts."""
    for name, tensor in case["inputs"]["parameters"].items():
        for i, theta in enumerate(tensor["data"]):
            states = {d: case["inputs"][d]["d" + name]["data"][i] for d in dicts}
            yield name, i, theta, states


def steps(case, name, i):
    """Yield gradient and learning rate of every call."""
    then = case.get("then", [])
    arguments = {**case.get("defaults", {}), **case["inputs"]}
    for call in range(case.get("calls", 1)):
        if call:
            arguments.update(then[(call - 1) % len(then)])
        yield arguments["grads"]["d" + name]["data"][i], arguments["learning_rate"]


def nearest(value):
    """Round an exact number to a double."""
    if isinstance(value, mpmath.mpf):
        sign, mantissa, exponent, _ = value._mpf_
        value = (-1) ** sign * Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return value.numerator / value.denominator


def stated(case, tensor, i):
    return float(case["expected"][tensor]["data"][i])


@pytest.mark.parametrize("case", cases("update_parameters_with_gd"), ids=lambda c: c["id"])
def test_gradient_descent_values_follow_from_the_formula(case):
    for name, i, theta, _ in elements(case, ()):
        theta = Fraction(theta)
        for g, alpha in steps(case, name, i):
            theta -= Fraction(alpha) * Fraction(g)
        assert stated(case, name, i) == nearest(theta)


@pytest.mark.parametrize("case", cases("update_parameters_with_momentum"), ids=lambda c: c["id"])
def test_momentum_values_follow_from_the_formula(case):
    beta = Fraction(case["inputs"]["beta"])
    for name, i, theta, states in elements(case, ("v",)):
        theta, v = Fraction(theta), Fraction(states["v"])
        for g, alpha in steps(case, name, i):
            v = beta * v + (1 - beta) * Fraction(g)
            theta -= Fraction(alpha) * v
        assert stated(case, name, i) == nearest(theta)
        assert stated(case, f"v.d{name}", i) == nearest(v)


@pytest.mark.parametrize("case", cases("update_parameters_with_adam"), ids=lambda c: c["id"])
def test_adam_values_follow_from_the_formula(case):
    with mpmath.workprec(700):
        given = {**case.get("defaults", {}), **case["inputs"]}
        b1, b2, epsilon = (mpmath.mpf(given[k]) for k in ("beta1", "beta2", "epsilon"))
        for name, i, theta, states in elements(case, ("v", "s")):
            theta, v, s = (mpmath.mpf(x) for x in (theta, states["v"], states["s"]))
            for t, (g, alpha) in enumerate(steps(case, name, i), start=case["inputs"]["t"]):
                g = mpmath.mpf(g)
                v = b1 * v + (1 - b1) * g
                s = b2 * s + (1 - b2) * g * g
                v_hat, s_hat = v / (1 - b1**t), s / (1 - b2**t)
                theta -= mpmath.mpf(alpha) * v_hat / (mpmath.sqrt(s_hat) + epsilon)
            assert stated(case, name, i) == nearest(theta)
            assert stated(case, f"v.d{name}", i) == nearest(v)
            assert stated(case, f"s.d{name}", i) == nearest(s)


@pytest.mark.parametrize("case", cases("compute_cost"), ids=lambda c: c["id"])
def test_costs_follow_from_the_formula(case):
    with mpmath.workprec(700):
        pairs = zip(case["inputs"]["a3"]["data"], case["inputs"]["Y"]["data"])
        total = sum(-mpmath.log(mpmath.mpf(a) if y else 1 - mpmath.mpf(a)) for a, y in pairs)
        assert stated(case, "cost", 0) == nearest(total)


# --- the generator ---


@given(seed=st.integers(0, 2**32 - 1), m=st.integers(0, 300))
@example(seed=0, m=1)
@settings(max_examples=50, deadline=None)
def test_permutations_are_those_of_numpy(seed, m):
    expected = np.random.RandomState(seed).permutation(m).tolist()
    assert legacy.permutation(seed, m) == expected


@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 40))
@settings(max_examples=30, deadline=None)
def test_normal_numbers_are_those_of_numpy(seed, count):
    flint.ctx.prec = 128
    drawn = legacy.normals(seed, count, Arithmetic().model)
    actual = [numbers.rounded(number.arb) for number in drawn]
    # NumPy's own are rounded at every step; near the edge of the disc the logarithm loses digits.
    np.testing.assert_allclose(actual, np.random.RandomState(seed).randn(count), 1e-11, 0)


# --- rounding and deciding ---

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(FINITE)
@example(5e-324)
@example(-0.0)
@example(sys.float_info.max)
def test_a_double_rounds_to_itself(value):
    assert numbers.rounded(flint.arb(value)) == value


@given(st.floats(min_value=0, max_value=1e300))
@example(0.0)
@example(5e-324)
@example(1.0)
def test_half_way_between_two_doubles_rounds_to_the_even_one(value):
    flint.ctx.prec = 256
    above = math.nextafter(value, math.inf)
    even = value if int(Fraction(value) / Fraction(math.ulp(value))) % 2 == 0 else above
    assert numbers.rounded((flint.arb(value) + flint.arb(above)) / 2) == even


def test_a_ball_across_two_doubles_is_not_rounded():
    half_way = 1 + flint.arb(2) ** -53 + flint.arb(0, 1e-40)
    with pytest.raises(numbers.NotProved, match="lies across two doubles"):
        numbers.rounded(half_way)


def test_an_undecided_comparison_is_refused_where_a_bare_ball_says_false():
    ball = flint.arb(0, 1e-30)
    assert not (ball > 0)
    with pytest.raises(numbers.NotProved, match="not decided"):
        _ = numbers.Number(ball, Arithmetic().model) > 0


# --- the bounds ---


def vectors():
    files = [file for file in fixtures.load_cases() if file.path.startswith("vectors/")]
    return [case for file in files for case in file.cases]


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    "name", ["plain", "reordered", "fused", "extended", "single", "half", "brain"]
)
def test_honest_implementations_pass(name):
    report = check(str(IMPLEMENTATIONS / f"{name}.py"), training="none")
    fine = (PASS, NOT_IMPLEMENTED, NOT_APPLICABLE)
    failed = [(r.id, r.message) for r in report.results if r.status not in fine]
    assert failed == []
    assert report.counts[PASS] > 80


def wrong_by(case, name, want):
    """Yield index and value of each element, with a mistake of 1e-9 in what the call changed.

    Left out is what float64 itself cannot tell: a change that is small beside the parameter, or
    beside the terms of the sum that it is what is left of.
    """
    beside = np.abs(want.values)
    start = np.zeros(want.shape)
    if not case.operation.startswith("update_"):
        beside = np.full(want.shape, beside.max())
    elif name in case.inputs["parameters"]:
        start = np.array(case.inputs["parameters"][name]["data"]).reshape(want.shape)
        beside = np.abs(start)
    if want.dtype != "float64":
        return
    for index in np.ndindex(want.shape):
        change = want.values[index] - start[index]
        if abs(change) > 1e-4 * beside[index] and abs(change) > 1e-290:
            yield index, want.values[index] + 1e-9 * change


def test_a_mistake_of_one_in_a_thousand_million_is_caught_in_every_element():
    tried = 0
    for case in vectors():
        for name, want in case.expected.items():
            for index, wrong in wrong_by(case, name, want):
                values = want.values.copy()
                values[index] = wrong
                assert compare({name: want}, {name: values}, "float64"), (case.id, name, index)
                tried += 1
    assert tried > 3000


def test_the_page_of_measurements_states_what_is_always_caught():
    caught = {}
    for case in vectors():
        for name, want in case.expected.items():
            for index, wrong in wrong_by(case, name, want):
                size = 1e-9 * want.bound[index] / abs(wrong - want.values[index])
                caught[case.operation] = max(size, caught.get(case.operation, 0.0))
    actual = {k: f"{size:.1e}" for k, size in caught.items() if size}

    page = (PAGES / "MEASUREMENTS.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\d\.\d(?:e-\d+)) \|$", page, re.MULTILINE)
    assert actual == dict(rows)


def test_the_page_of_bounds_states_how_many_test_cases_apply_to_each_dtype():
    counts = Counter(dtype for case in vectors() for dtype in case.dtypes)
    stated = ", ".join(f"{dtype} {n}" for dtype, n in counts.items())
    assert f"apply to: {stated} of {len(vectors())} vectors" in " ".join(
        (PAGES / "BOUNDS.md").read_text("utf-8").split()
    )


def test_no_vector_is_out_of_reach_of_float64():
    assert [case.id for case in vectors() if "float64" not in case.dtypes] == []
