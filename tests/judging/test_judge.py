"""One answer against one case: what is let through, what is not, and how it is said."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from optproof.deviations import PIPELINES
from optproof.errors import Malformed
from optproof.fixtures import Expected, load_cases
from optproof.judging.judge import (
    UNIT_ROUNDOFF,
    compare,
    flatten,
    judge,
    remarks,
    ulp_distance,
)
from optproof.operations import OPERATIONS
from optproof.protocol import A_TENSOR, RESULTS, encode

# ULPs

WIDTH = {"float64": 64, "float32": 32, "float16": 16}
floating = st.sampled_from(sorted(WIDTH))


def finite(dtype):
    return st.floats(width=WIDTH[dtype], allow_nan=False, allow_infinity=False)


def pairs(count):
    return floating.flatmap(lambda d: st.tuples(st.just(d), *[finite(d)] * count))


@given(pairs(2))
def test_ulp_distance_is_symmetric_and_zero_for_equals_alone(drawn):
    dtype, a, b = drawn

    assert ulp_distance(a, b, dtype) == ulp_distance(b, a, dtype)
    assert (ulp_distance(a, b, dtype) == 0) == (a == b)


@given(pairs(1), st.integers(0, 50), st.sampled_from([-math.inf, math.inf]))
def test_ulp_distance_counts_steps_to_the_next_number(drawn, steps, towards):
    dtype, a = drawn
    kind = np.dtype(dtype).type
    b = kind(a)
    with np.errstate(over="ignore", under="ignore"):
        for _ in range(steps):
            b = np.nextafter(b, kind(towards))
    assume(np.isfinite(b))

    assert ulp_distance(a, float(b), dtype) == steps


@given(pairs(3))
def test_ulp_distance_is_a_distance_on_a_line(drawn):
    dtype, *points = drawn
    a, b, c = sorted(points)

    whole = ulp_distance(a, c, dtype)

    assert whole == ulp_distance(a, b, dtype) + ulp_distance(b, c, dtype)


@given(pairs(1))
def test_ulp_distance_crosses_zero(drawn):
    dtype, a = drawn

    assert ulp_distance(-a, a, dtype) == 2 * ulp_distance(0.0, a, dtype)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_ulp_distance_to_no_number_is_none(bad):
    assert ulp_distance(bad, 1.0) is None
    assert ulp_distance(1.0, bad) is None
    assert ulp_distance(1.0, 2.0, "int64") is None


def test_ulp_distance_is_of_float64_unless_told_and_of_what_the_dtype_can_hold():
    assert ulp_distance(1.0, 1.0 + 2.0**-52) == 1
    assert ulp_distance(1.0, 1.0 + 2.0**-23, "float32") == 1
    assert ulp_distance(3e38, 1e300, "float32") == ulp_distance(3e38, 1e200, "float32")


# Bounds


def wanted(values, bound, dtype="float64", digits=()):
    values = np.array(values, dtype=float)
    bounds = np.broadcast_to(np.array(bound, dtype=float), values.shape)
    start = (0,) * values.ndim
    return {"x": Expected(dtype, values.shape, values, bounds, start, digits)}


def test_an_error_of_the_bound_passes_and_one_ulp_more_does_not():
    expected = wanted([1.0], 2.0**-40)
    at_the_bound = 1.0 + 2.0**-40

    assert compare(expected, {"x": np.array([at_the_bound])}, "float64") == []
    [finding] = compare(expected, {"x": np.array([np.nextafter(at_the_bound, 2)])}, "float64")
    assert finding.index == (0,)
    assert (finding.expected, finding.got) == ("1.0", str(np.float64(1 + 2.0**-40 + 2.0**-52)))
    assert finding.difference == 2.0**-40 + 2.0**-52
    assert finding.ulps == 2**12 + 1


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats())
@example(-1.7e308, 1.7e308)
def test_a_bound_of_zero_asks_for_equality(want, got):
    findings = compare(wanted([want], 0.0), {"x": np.array([got])}, "float64")

    assert (findings == []) == (got == want)


@pytest.mark.parametrize("bound", [0.0, 1.0, 1e308])
@pytest.mark.parametrize("got", [math.nan, math.inf, -math.inf])
def test_nan_and_infinity_never_pass_for_a_number(bound, got):
    [finding] = compare(wanted([1.0, 1.0], bound), {"x": np.array([1.0, got])}, "float64")

    assert finding.index == (1,)
    assert finding.got == str(np.float64(got))


def test_an_expected_infinity_is_met_by_it_alone():
    expected = wanted([math.inf], 1e308)

    assert compare(expected, {"x": np.array([math.inf])}, "float64") == []
    assert compare(expected, {"x": np.array([-math.inf])}, "float64") != []
    assert compare(expected, {"x": np.array([1e308])}, "float64") != []


def test_the_finding_is_the_element_furthest_outside_its_own_bound():
    expected = wanted([[0.0, 0.0], [0.0, 0.0]], [[1.0, 1e-9], [1.0, 0.0]])

    [finding] = compare(expected, {"x": np.array([[5.0, 1e-3], [0.5, 0.0]])}, "float64")

    assert finding.index == (0, 1)
    assert finding.message == "2 of 4 values outside the bound"


def test_what_is_exact_is_furthest_outside_and_nan_above_all():
    expected = wanted([1.0, 0.0, 0.0, 0.0], [1e-9, 0.0, 0.0, 0.0])

    for got, index in (
        ([1.0, 0.0, 5e-324, 0.0], 2),
        ([1.1, 0.0, 1e-200, 2e-200], 3),
        ([1.1, 5.0, math.nan, math.inf], 2),
    ):
        [finding] = compare(expected, {"x": np.array(got)}, "float64")
        assert finding.index == (index,)


def test_a_block_is_judged_where_it_begins():
    values, bound = np.array([[7.0]]), np.array([[0.0]])
    expected = {"x": Expected("float64", (3, 4), values, bound, (1, 2))}
    got = np.zeros((3, 4))

    [finding] = compare(expected, {"x": got}, "float64")
    got[1, 2] = 7.0

    assert finding.index == (1, 2)
    assert compare(expected, {"x": got}, "float64") == []


@pytest.mark.parametrize("shape", [(2,), (1, 2), (2, 1, 1), (3, 1), ()])
def test_a_shape_that_would_broadcast_is_still_wrong(shape):
    [finding] = compare(wanted([[1.0], [1.0]], 1.0), {"x": np.ones(shape)}, "float64")

    assert (finding.tensor, finding.message) == ("x", "wrong shape")
    assert (finding.expected, finding.got) == ("(2, 1)", str(shape))


@pytest.mark.parametrize("dtype", ["float32", "float16", "int64", "int32", "bool"])
def test_a_dtype_that_is_not_declared_is_wrong_even_if_the_values_are_right(dtype):
    [finding] = compare(wanted([1.0], 0.0), {"x": np.ones(1, dtype)}, "float64")

    assert (finding.tensor, finding.message) == ("x", "wrong dtype")
    assert (finding.expected, finding.got) == ("float64", dtype)


@pytest.mark.parametrize("dtype", ["int64", "int32", "bool", "float64", "float32"])
def test_labels_may_be_of_any_dtype_but_not_of_another_value(dtype):
    want = wanted([1.0, 0.0], 0.0, "bool")

    assert compare(want, {"x": np.array([1, 0], dtype)}, "float64") == []
    assert compare(want, {"x": np.array([1, 1], dtype)}, "float64")


def test_a_label_that_is_only_near_to_one_is_none():
    want = wanted([1.0, 0.0], 0.0, "int64")

    assert compare(want, {"x": np.array([1.0 + 1e-15, 0.0])}, "float64")
    assert compare(want, {"x": np.array([1.0, np.nan])}, "float64")


def test_labels_of_a_floating_dtype_are_noted_and_numbers_are_not():
    expected = {**wanted([1.0], 0.0, "int64"), "y": wanted([1.0], 0.0)["x"]}
    case = SimpleNamespace(expected=expected, operation="predict")

    floats = {"x": np.ones(1), "y": np.ones(1)}
    assert remarks(case, floats, "float64") == ("x: labels of dtype float64",)
    assert remarks(case, {**floats, "x": np.ones(1, bool)}, "float64") == ()


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_bounds_grow_with_the_unit_roundoff_of_the_declared_dtype(dtype):
    kind = np.dtype(dtype).type
    scale = UNIT_ROUNDOFF[dtype] / UNIT_ROUNDOFF["float64"]
    expected = wanted([1.0], 4 * UNIT_ROUNDOFF["float64"])
    inside, outside = 1 + 4 * UNIT_ROUNDOFF[dtype], 1 + 6 * UNIT_ROUNDOFF[dtype]

    assert scale > 1
    assert compare(expected, {"x": np.array([inside], kind)}, dtype) == []
    [finding] = compare(expected, {"x": np.array([outside], kind)}, dtype)
    assert finding.ulps == 3


def test_printed_digits_are_judged_in_float64_to_their_bound_and_no_further():
    expected = wanted([1.0], 2.0**-40, digits=("1.000",))

    assert compare(expected, {"x": np.array([1 + 2.0**-40])}, "float64") == []
    [finding] = compare(expected, {"x": np.array([1 + 2.0**-40 + 2.0**-52])}, "float64")
    assert finding.expected == "1.000"


def test_a_bound_of_zero_asks_for_equality_in_every_dtype():
    smallest = np.array([2.0**-24], "float16")

    assert compare(wanted([0.0], 0.0), {"x": np.zeros(1, "float16")}, "float16") == []
    assert compare(wanted([0.0], 0.0), {"x": smallest}, "float16") != []


def test_a_shorter_dtype_may_underflow_by_four_of_its_smallest_numbers():
    expected, smallest = wanted([0.0], 1e-300), 2.0**-24

    assert compare(expected, {"x": np.array([4 * smallest], "float16")}, "float16") == []
    assert compare(expected, {"x": np.array([5 * smallest], "float16")}, "float16") != []


def test_printed_digits_are_judged_in_a_shorter_dtype_to_1024_roundoffs_of_the_largest():
    expected = wanted([0.25, -0.5], 2.0**-10, digits=("0.25", "-0.5"))
    at_the_bound = np.float32(0.25 + 2.0**-10 + 1024 * 2.0**-24 * 0.5)
    beyond = np.nextafter(at_the_bound, np.float32(1))

    for value, findings in ((at_the_bound, 0), (beyond, 1)):
        got = {"x": np.array([value, -0.5], "float32")}
        assert len(compare(expected, got, "float32")) == findings


def test_bfloat16_is_judged_by_its_own_roundoff_and_travels_as_float32():
    expected = wanted([1.0], 2.0**-53)

    assert compare(expected, {"x": np.array([1 + 2.0**-8], "float32")}, "bfloat16") == []
    assert compare(expected, {"x": np.array([1 + 2.0**-7], "float32")}, "bfloat16") != []
    [finding] = compare(expected, {"x": np.array([1.0])}, "bfloat16")
    assert (finding.expected, finding.got) == ("float32", "float64")


def test_unit_roundoffs_are_those_of_ieee_754():
    of_numpy = {d: float(np.finfo(d).eps) / 2 for d in WIDTH}
    assert {**of_numpy, "bfloat16": 2.0**-8} == UNIT_ROUNDOFF


def test_a_missing_and_a_superfluous_tensor_are_found():
    findings = compare(wanted([1.0], 0.0), {"y": np.ones(1)}, "float64")

    assert [(f.tensor, f.message) for f in findings] == [
        ("x", "is missing"),
        ("y", "is not among the results"),
    ]


# Every shipped case


@pytest.mark.parametrize(
    "case", [c for file in load_cases() for c in file.cases], ids=lambda case: case.id
)
def test_each_judged_value_of_a_case_is_caught_when_it_is_off(case):
    """Move one value at a time just outside twice its bound; the judge must name that place."""
    right = {}
    for name, want in case.expected.items():
        array = np.zeros(want.shape, want.dtype)
        if want.values is not None:
            array[tuple(slice(s, s + n) for s, n in zip(want.start, want.values.shape))] = (
                want.values
            )
        right[name] = array

    assert judge(case, right) == []

    for name, want in case.expected.items():
        if want.values is None or want.dtype != "float64":
            continue
        indices = [i for i in np.ndindex(want.values.shape) if np.isfinite(want.values[i])]
        for index in indices[:: len(indices) // 20 + 1]:
            place = tuple(i + s for i, s in zip(index, want.start))
            wrong = right[name].copy()
            wide = want.bound if want.flushed is None else np.maximum(want.bound, want.flushed)
            wrong[place] += 2 * wide[index] + np.spacing(wrong[place])
            [finding] = judge(case, {**right, name: wrong})
            assert (finding.tensor, finding.index) == (name, place)


# Answers that are not even tensors


@pytest.mark.parametrize(
    ("operation", "value", "message"),
    [
        (
            "initialize_velocity",
            [1],
            "the answer is [1], not an object with the results by name",
        ),
        ("initialize_velocity", {}, "the answer has no v"),
        ("initialize_velocity", {"v": None}, "v is null, not an object (a dict) of tensors"),
        ("initialize_velocity", {"v": {"dW1": "text"}}, 'v.dW1 is "text", not a tensor'),
        ("initialize_velocity", {"v": {"dW1": [0.0]}}, "v.dW1 is [0.0], not a tensor"),
        ("initialize_velocity", {"v": {"dW1": {"dtype": "f"}}}, "v.dW1 is an object without shape"),
        (
            "initialize_velocity",
            {"v": {"dW1": {"dtype": "float64", "shape": [2], "data": [1]}}},
            "v.dW1 is a float64 tensor of shape [2] with bad data",
        ),
        ("initialize_velocity", {"v": 3}, "v is 3, not an object (a dict) of tensors"),
        (
            "random_mini_batches",
            {"mini_batches": 3},
            "mini_batches is 3, not a list of pairs [X, Y]",
        ),
        ("random_mini_batches", {"mini_batches": [[1]]}, "mini_batches is [[1]], not a list"),
        ("random_mini_batches", {"mini_batches": ["XY"]}, 'mini_batches is ["XY"], not a'),
        (
            "random_mini_batches",
            {"mini_batches": [[1, "Y"]]},
            'mini_batches[0].Y is "Y", not a tensor',
        ),
        ("forward_propagation", {"a3": 0.5, "caches": [[]] * 12}, "caches.z1 is [], not a tensor"),
        ("compute_cost", {"cost": "low"}, 'cost is "low", not a tensor'),
        (
            "compute_cost",
            {"cost": {"dtype": "float64", "shape": []}},
            "cost is a float64 tensor of shape [] with bad data: it has no data",
        ),
        (
            "forward_propagation",
            {"a3": 0.5, "caches": []},
            "caches is [], not a list of 12 tensors: z1, a1, W1, b1, z2, a2, W2, b2, z3, a3",
        ),
        (
            "forward_propagation",
            {"a3": 0.5, "caches": 12 * "x"},
            'caches is "xxxxxxxxxxxx", not a list of 12',
        ),
        ("backward_propagation", {"grads": [1]}, "grads is [1], not an object (a dict) of tensors"),
    ],
)
def test_an_answer_that_is_no_tensor_is_malformed(operation, value, message):
    with pytest.raises(Malformed) as caught:
        flatten(operation, value)

    assert caught.value.what.startswith(message)
    assert caught.value.hint in (RESULTS, A_TENSOR)


def test_a_flattened_answer_has_the_values_that_came_back():
    arrays = [np.full((2, k), k / 2) for k in range(1, 13)]
    tensors = flatten("forward_propagation", encode({"a3": np.float32(0.1), "caches": arrays}))

    names = "z1 a1 W1 b1 z2 a2 W2 b2 z3 a3 W3 b3".split()
    assert list(tensors) == ["a3", *(f"caches.{name}" for name in names)]
    assert (tensors["a3"].dtype, tensors["a3"].tolist()) == (np.float32, float(np.float32(0.1)))
    for name, array in zip(names, arrays):
        assert tensors[f"caches.{name}"].tolist() == array.tolist()


@pytest.mark.parametrize("value", [True, 3, 0.5, math.inf, math.nan])
def test_a_bare_number_is_a_tensor_of_no_dimensions(value):
    cost = flatten("compute_cost", {"cost": encode(value)})["cost"]

    assert (cost.shape, cost.dtype) == ((), np.array(value).dtype)
    assert np.array_equal(cost, value, equal_nan=type(value) is float)


def test_of_the_gradients_those_of_the_layers_are_left_out():
    grads = {"dz1": 1.0, "da1": 2.0, "dW1": 3.0, "db1": 4.0}

    tensors = flatten("backward_propagation", {"grads": grads})

    assert {name: float(array) for name, array in tensors.items()} == {"dW1": 3.0, "db1": 4.0}


def test_answers_are_flattened_by_the_names_of_the_document():
    adam = {"parameters": {"W1": 1.0}, "v": {"dW1": 2.0}, "s": {"dW1": 3.0}}
    batches = {"mini_batches": [[np.ones((2, 3)), np.ones((1, 3))]] * 2}

    names = {
        name: list(flatten(name, encode(value)))
        for name, value in (
            ("update_parameters_with_adam", adam),
            ("random_mini_batches", batches),
            ("compute_cost", {"cost": math.nan}),
        )
    }

    assert names == {
        "update_parameters_with_adam": ["W1", "v.dW1", "s.dW1"],
        "random_mini_batches": [f"mini_batches[{k}].{n}" for k in (0, 1) for n in "XY"],
        "compute_cost": ["cost"],
    }
    assert set(names) < set(OPERATIONS)


def test_a_right_adam_is_told_where_the_documents_table_is_wrong_and_a_wrong_one_is_not():
    case = next(c for f in load_cases() for c in f.cases if c.id == "adam/documented")
    right = PIPELINES[case.operation].answer(case.arguments())
    (said,) = remarks(case, right, "float64")
    assert said.startswith("W2[2, 1] and b2[0, 0] of the document's table differ from yours")
    inside = PIPELINES[case.operation].answer(case.arguments(), ["adam.epsilon-inside-sqrt"])
    assert remarks(case, inside, "float64") == ()


# A declared variant where subnormal numbers are taken for zero


@pytest.mark.parametrize(
    ("operation", "variant"),
    [
        ("update_parameters_with_momentum", "momentum.heavy-ball"),
        ("update_parameters_with_adam", "adam.epsilon-hat"),
        ("update_parameters_with_adam", "adam.epsilon-inside-sqrt"),
    ],
)
def test_a_variant_is_allowed_flushing_as_the_document_s_form_is(operation, variant):
    files = [file for file in load_cases() if file.operation == operation]
    [case] = [c for file in files for c in file.cases if c.id.endswith("/magnitudes")]
    case = case.as_variant(variant)
    right = {name: want.values for name, want in case.expected.items()}

    def flushed(array):
        return np.where(np.abs(array) < np.finfo(float).tiny, 0.0, array)

    assert judge(case, right) == []
    assert judge(case, {name: flushed(array) for name, array in right.items()}) == []
    wrong = {name: flushed(array) * (1 + 1e-12) for name, array in right.items()}
    assert judge(case, wrong) != []
