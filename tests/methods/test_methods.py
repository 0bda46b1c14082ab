"""The reference: the document's figures, and the properties that the specification states."""

import inspect
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from optproof import fast, fixtures, methods
from optproof.checking.trainings import FLOAT64
from optproof.fixtures import half_unit, load_cases
from optproof.judging.judge import flatten, judge
from optproof.operations import OPERATIONS
from optproof.protocol import encode

OPTIMIZERS = methods.OPTIMIZERS


def bits(arrays):
    return {k: (a.dtype.name, a.shape, a.tobytes()) for k, a in arrays.items()}


def random_arrays(seed=7, dtype="float64", layers=(4, 3, 2)):
    """Parameters, gradients and two moments of a small network."""
    rng = np.random.RandomState(seed)
    shapes = {}
    for layer, (n, before) in enumerate(zip(layers[1:], layers), start=1):
        shapes |= {f"W{layer}": (n, before), f"b{layer}": (n, 1)}
    parameters = {k: rng.randn(*shape).astype(dtype) for k, shape in shapes.items()}
    grads, v = (
        {f"d{k}": rng.randn(*shape).astype(dtype) for k, shape in shapes.items()} for _ in range(2)
    )
    return parameters, grads, v, {k: a**2 for k, a in v.items()}


# The document's figures


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


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_trainings_give_the_documented_costs_and_accuracy(trained, optimizer):
    run = fixtures.load("training/documented.json")["runs"][optimizer]
    costs = trained[optimizer].costs

    printed = {epoch: "%f" % costs[int(epoch)] for epoch in run["costs"]}

    assert list(run["costs"]) == [str(e) for e in range(0, 10000, 1000)]
    assert printed == run["costs"]
    off = abs(trained[optimizer].right / 300 - float(run["accuracy"]))
    assert off <= half_unit(run["accuracy"])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_trainings_stay_by_the_certified_digits(trained, optimizer):
    """A tenth of the tolerance that an implementation has (SPEC.md, TRAIN-7)."""
    certified = fixtures.load(f"training/certified-{optimizer}.json")
    end = certified["checkpoints"]["10000"]
    cost_bound, parameter_bound = (bound / 10 for bound in FLOAT64)

    costs = {e: float(digits) for e, (digits, _) in certified["costs"].items()}
    worst = max(abs(trained[optimizer].costs[int(e)] - cost) for e, cost in costs.items())

    assert len(costs) == 100
    assert worst <= cost_bound
    assert trained[optimizer].right == end["right_of_300"]
    for name, tensor in end["parameters"].items():
        want = np.array([float(d) for d, _ in tensor["digits"]]).reshape(tensor["shape"])
        assert np.abs(trained[optimizer].parameters[name] - want).max() <= parameter_bound


def test_the_initial_parameters_are_those_shipped():
    documented = fixtures.load("training/documented.json")

    drawn = methods.initialize_parameters(documented["layers_dims"])

    shipped = documented["initial_parameters"]
    assert {k: a.reshape(-1).tolist() for k, a in drawn.items()} == {
        k: tensor["data"] for k, tensor in shipped.items()
    }


def test_scikit_learn_still_makes_the_shipped_data(documented_start):
    """Sine, cosine and the sum after them are each right to an ULP or so of a number below 4."""
    pytest.importorskip("sklearn")
    X, Y, _, _ = documented_start

    made_X, made_Y = methods.load_dataset()

    assert made_Y.tobytes() == Y.tobytes()
    assert made_X.shape == X.shape == (2, 300)
    assert np.abs(made_X - X).max() <= 4 * np.spacing(2.0)


# The same bits as the plain transcription


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("size", [64, 7, 1])
def test_training_is_the_plain_transcription_bit_for_bit(
    plain, documented_start, monkeypatch, optimizer, size
):
    X, Y, _, _ = documented_start
    epochs = 300 if size == 64 else 3
    batch_costs = []
    compute_cost = plain.compute_cost

    def recording(a3, Y):
        batch_costs.append(compute_cost(a3, Y))
        return batch_costs[-1]

    monkeypatch.setattr(plain, "compute_cost", recording)
    how = {"mini_batch_size": size, "num_epochs": epochs, "print_cost": False}
    theirs = plain.model(X, Y, [2, 5, 2, 1], optimizer, **how)
    in_an_epoch = math.ceil(300 / size)
    their_costs = [
        sum(batch_costs[k : k + in_an_epoch]) / 300 for k in range(0, len(batch_costs), in_an_epoch)
    ]

    start = methods.initialize_parameters([2, 5, 2, 1])
    for train in (methods.train, fast.train):
        seen = list(train(X, Y, start, optimizer, mini_batch_size=size, num_epochs=epochs))

        assert [float(epoch.cost) for epoch in seen] == their_costs
        assert bits(seen[-1].parameters) == bits(theirs)
    assert bits(methods.model(X, Y, [2, 5, 2, 1], optimizer, **how)) == bits(theirs)


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


def test_returned_arrays_are_new():
    parameters, grads, v, s = random_arrays()

    new, new_v, new_s = methods.update_parameters_with_adam(parameters, grads, v, s, 2)

    for old, fresh in ((parameters, new), (v, new_v), (s, new_s)):
        assert all(not np.shares_memory(old[k], fresh[k]) for k in old)


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


# Special cases that must hold


def test_size_1_is_stochastic_gradient_descent(documented_start):
    """MB-5: the document's loop over single examples, in the order of the epoch."""
    X, Y, parameters, _ = documented_start
    [epoch] = methods.train(X, Y, parameters, "gd", mini_batch_size=1, num_epochs=1)

    order = np.random.RandomState(11).permutation(300)
    for j in order:
        _, caches = methods.forward_propagation(X[:, j : j + 1], parameters)
        grads = methods.backward_propagation(X[:, j : j + 1], Y[:, j : j + 1], caches)
        parameters = methods.update_parameters_with_gd(parameters, grads, 0.0007)

    assert bits(epoch.parameters) == bits(parameters)


def test_size_m_is_batch_gradient_descent(documented_start):
    """MB-6: one batch of all examples; only the order of their sum may differ."""
    X, Y, parameters, _ = documented_start
    *_, epoch = methods.train(X, Y, parameters, "gd", mini_batch_size=300, num_epochs=5)

    for _ in range(5):
        _, caches = methods.forward_propagation(X, parameters)
        grads = methods.backward_propagation(X, Y, caches)
        parameters = methods.update_parameters_with_gd(parameters, grads, 0.0007)

    for k, a in parameters.items():
        assert np.abs(epoch.parameters[k] - a).max() <= 1e-14


@pytest.mark.parametrize("size", [300, 1000])
def test_a_size_of_m_or_more_gives_one_batch(size, documented_start):
    X, Y, _, _ = documented_start

    [(X_t, Y_t)] = methods.random_mini_batches(X, Y, size, 3)

    assert (X_t.shape, Y_t.shape) == ((2, 300), (1, 300))


@given(st.integers(1, 200), st.integers(1, 250), st.integers(0, 2**32 - 1))
@example(10, 3, 4)
@example(9, 3, 4)
@example(1, 1, 4)
@example(7, 8, 4)
def test_mini_batches_are_the_permuted_examples_with_their_labels_in_slices(m, size, seed):
    X, Y = np.vstack([np.arange(m), np.arange(m) ** 2]), np.arange(m)[None] % 2
    order = np.random.RandomState(seed).permutation(m)

    batches = methods.random_mini_batches(X, Y, size, seed)

    assert [b.shape[1] for b, _ in batches] == [size] * (m // size) + [m % size] * bool(m % size)
    assert np.hstack([X_t for X_t, _ in batches]).tolist() == X[:, order].tolist()
    assert np.hstack([Y_t for _, Y_t in batches]).tolist() == Y[:, order].tolist()


def test_beta_0_makes_momentum_gradient_descent(documented_start):
    """MOM-4, for one step from any velocity and for a training."""
    X, Y, parameters, _ = documented_start
    some, grads, v, _ = random_arrays()

    moved, velocity = methods.update_parameters_with_momentum(some, grads, v, 0.0, 0.1)
    assert bits(moved) == bits(methods.update_parameters_with_gd(some, grads, 0.1))
    assert bits(velocity) == bits(grads)

    *_, one = methods.train(X, Y, parameters, "momentum", beta=0.0, num_epochs=20)
    *_, other = methods.train(X, Y, parameters, "gd", num_epochs=20)
    assert bits(one.parameters) == bits(other.parameters)


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


def test_the_cost_is_printed_every_thousand_epochs_and_not_without_print_cost(
    documented_start, capsys
):
    X, Y, _, _ = documented_start

    methods.model(X, Y, [2, 5, 2, 1], "gd", num_epochs=1001)
    printed = capsys.readouterr().out
    methods.model(X, Y, [2, 5, 2, 1], "gd", num_epochs=1, print_cost=False)

    assert printed == "Cost after epoch 0: 0.702405\nCost after epoch 1000: 0.668101\n"
    assert capsys.readouterr().out == ""
