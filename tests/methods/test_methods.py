"""What holds of every operation of the reference: its cases, purity, signatures, dtypes, errors."""

import inspect
from fractions import Fraction

import numpy as np
import pytest
from arrays import random_arrays

from optproof import methods
from optproof.fixtures import load_cases
from optproof.judging.judge import flatten, judge
from optproof.operations import OPERATIONS
from optproof.protocol import encode

OPTIMIZERS = methods.OPTIMIZERS


@pytest.mark.parametrize(
    "case",
    [
        case
        for file in load_cases()
        for case in file.cases
        if case.calls == 1 and "permutation" not in case.inputs  # the rest: test_check.py
    ],
    ids=lambda case: case.id,
)
def test_the_reference_answers_every_case_as_expected(case):
    operation = OPERATIONS[case.operation]
    arguments = case.arguments()

    answer = getattr(methods, case.operation)(*(arguments[a] for a in operation.arguments))

    named = {operation.results[0]: answer}
    if len(operation.results) > 1:
        named = dict(zip(operation.results, answer))
    assert judge(case, flatten(case.operation, encode(named))) == []


# Purity


def calls():
    """Every operation with arguments that fit."""
    parameters, grads, v, s = random_arrays()
    network, _, _, _ = random_arrays(layers=(2, 5, 2, 1))
    rng = np.random.RandomState(1)
    X, Y = rng.randn(2, 10), (rng.rand(1, 10) < 0.5).astype(float)
    a3, caches = methods.forward_propagation(X, network)
    return {
        "update_parameters_with_gd": (parameters, grads, 0.1),
        "random_mini_batches": (X, Y, 3, 5),
        "initialize_velocity": (parameters,),
        "update_parameters_with_momentum": (parameters, grads, v, 0.8, 0.1),
        "initialize_adam": (parameters,),
        "update_parameters_with_adam": (parameters, grads, v, s, 3, 0.1, 0.8, 0.7, 1e-2),
        "initialize_parameters": ([2, 3, 1],),
        "forward_propagation": (X, network),
        "compute_cost": (a3, Y),
        "backward_propagation": (X, Y, caches),
        "predict": (X, Y, network),
        "predict_dec": (network, X),
        "model": (X, Y, [2, 5, 2, 1], "adam", 0.01, 4, 0.9, 0.9, 0.999, 1e-8, 3, False),
    }


@pytest.mark.parametrize("name", calls())
def test_an_operation_changes_neither_its_arguments_nor_the_global_generator(name, capsys):
    arguments, untouched = calls()[name], calls()[name]
    np.random.seed(99)
    state = np.random.get_state()

    first = getattr(methods, name)(*arguments)
    second = getattr(methods, name)(*arguments)

    assert encode(arguments) == encode(untouched)
    assert encode(first) == encode(second)
    after = np.random.get_state()
    assert [np.array_equal(a, b) for a, b in zip(state, after)] == [True] * 5
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - {"load_dataset"}))
def test_signatures_are_the_documents(plain, name):
    theirs = [
        (p.name, p.default) for p in inspect.signature(getattr(plain, name)).parameters.values()
    ]
    ours = [
        (p.name, p.default) for p in inspect.signature(getattr(methods, name)).parameters.values()
    ]

    assert ours[: len(theirs)] == theirs
    assert OPERATIONS[name].arguments == tuple(
        n for n, _ in ours[: len(OPERATIONS[name].arguments)]
    )
    assert all(default is not inspect.Parameter.empty for _, default in ours[len(theirs) :])


# Dtypes


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_updates_keep_the_dtype(dtype):
    parameters, grads, v, s = random_arrays(dtype=dtype)

    answers = [
        methods.update_parameters_with_gd(parameters, grads, 0.1),
        *methods.update_parameters_with_momentum(parameters, grads, v, 0.9, 0.1),
        *methods.update_parameters_with_adam(parameters, grads, v, s, 5),
        *methods.initialize_adam(parameters),
    ]

    assert {a.dtype.name for answer in answers for a in answer.values()} == {dtype}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_keeps_float32(documented_start, optimizer):
    X, Y, parameters, _ = documented_start
    single = {k: a.astype("f") for k, a in parameters.items()}

    epoch = list(methods.train(X.astype("f"), Y, single, optimizer, num_epochs=3))[-1]

    assert {a.dtype.name for a in epoch.parameters.values()} == {"float32"}


def exact(arrays):
    return {
        k: np.array([Fraction(x) for x in a.ravel().tolist()], object).reshape(a.shape)
        for k, a in arrays.items()
    }


def test_updates_work_on_exact_fractions():
    parameters, grads, v, _ = map(exact, random_arrays())
    rate, beta = Fraction(1, 100), Fraction(9, 10)

    stepped = methods.update_parameters_with_gd(parameters, grads, rate)
    moved, new_v = methods.update_parameters_with_momentum(parameters, grads, v, beta, rate)

    for k in parameters:
        for index in np.ndindex(parameters[k].shape):
            theta, g, old = parameters[k][index], grads["d" + k][index], v["d" + k][index]
            assert stepped[k][index] == theta - g / 100
            assert new_v["d" + k][index] == (9 * old + g) / 10
            assert moved[k][index] == theta - (9 * old + g) / 1000


# Errors


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda p, g, v, s: methods.update_parameters_with_gd(p, {}, 0.1), KeyError, "dW1"),
        (
            lambda p, g, v, s: methods.update_parameters_with_momentum(p, g, {}, 0.9, 0.1),
            KeyError,
            "dW1",
        ),
        (lambda p, g, v, s: methods.update_parameters_with_adam(p, g, v, {}, 1), KeyError, "dW1"),
        (
            lambda p, g, v, s: methods.update_parameters_with_adam(p, g, v, s, 0),
            ValueError,
            "t is 0; Adam counts steps from 1",
        ),
        (
            lambda p, g, v, s: methods.random_mini_batches(p["W1"], p["b2"], 2, 0),
            ValueError,
            "X has 4 columns .* Y has 1",
        ),
        (
            lambda p, g, v, s: methods.random_mini_batches(p["W1"], p["W1"], 0, 0),
            ValueError,
            "mini_batch_size is 0; it must be at least 1",
        ),
        (lambda p, g, v, s: methods.initialize_parameters([2]), ValueError, "layers_dims is"),
        (lambda p, g, v, s: methods.initialize_parameters([2, 0, 1]), ValueError, "layers_dims"),
        (lambda p, g, v, s: methods.forward_propagation(p["W1"], p), KeyError, "W3"),
        (
            lambda p, g, v, s: methods.model(p["W1"], p["W1"], [4, 1, 1, 1], "sgd"),
            ValueError,
            "optimizer is 'sgd'; it must be one of gd, momentum, adam",
        ),
    ],
)
def test_a_bad_argument_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call(*random_arrays())
