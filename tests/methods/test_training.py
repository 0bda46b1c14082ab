"""The loop: epochs that are values, costs where they are asked for; the fast operations in it."""

import dataclasses

import numpy as np
import pytest

from optproof import fast, methods

DTYPES = ("float64", "float32")


def as_bits(epoch):
    v, s, t = epoch.moments
    arrays = [(k, a) for d in (epoch.parameters, v, s) if d for k, a in d.items()]
    told = [(k, a.dtype.name, a.shape, a.tobytes()) for k, a in arrays]
    return epoch.number, epoch.cost, type(epoch.cost).__name__, t, told


def random_start(layers, m, dtype, replicas=()):
    rng = np.random.RandomState(m)
    X = rng.randn(*replicas, layers[0], m).astype(dtype)
    Y = rng.randint(0, 2, (*replicas, 1, m))
    parameters = {}
    for layer, (n, before) in enumerate(zip(layers[1:], layers), start=1):
        parameters[f"W{layer}"] = (rng.randn(*replicas, n, before) / before).astype(dtype)
        parameters[f"b{layer}"] = rng.randn(*replicas, n, 1).astype(dtype)
    return X, Y, parameters


@pytest.fixture
def start(documented_start):
    X, Y, parameters, _ = documented_start

    def in_dtype(dtype):
        return X.astype(dtype), Y, {k: a.astype(dtype) for k, a in parameters.items()}

    return in_dtype


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("optimizer", methods.OPTIMIZERS)
def test_plain_and_fast_are_the_same_bits_and_go_on_after_each_others_epochs(
    start, optimizer, dtype
):
    plain = list(methods.train(*start(dtype), optimizer, num_epochs=60))
    quick = list(fast.train(*start(dtype), optimizer, num_epochs=60))

    whole = [as_bits(epoch) for epoch in plain]  # as they are after the last: they are values
    assert [as_bits(epoch) for epoch in quick] == whole
    for train in (methods.train, fast.train):
        for kept in (plain[29], quick[29]):
            rest = train(*start(dtype), optimizer, num_epochs=60, after=kept)
            assert [as_bits(epoch) for epoch in rest] == whole[30:]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [1, 44, 64])
@pytest.mark.parametrize("layers", [(2, 5, 2, 1), (3, 1, 4, 1), (1, 7, 7, 1), (40, 33, 17, 1)])
def test_the_fast_operations_are_those_of_the_network_bit_for_bit(layers, size, dtype):
    how = {"mini_batch_size": size, "num_epochs": 3, "learning_rate": 0.01}

    plain, quick = (
        [as_bits(e) for e in train(*random_start(layers, 108, dtype), "adam", **how)]
        for train in (methods.train, fast.train)
    )

    assert quick == plain


@pytest.mark.parametrize("optimizer", methods.OPTIMIZERS)
def test_replicas_in_leading_axes_agree_with_the_plain_operations(optimizer):
    X, Y, parameters = random_start((2, 5, 2, 1), 64, "float64", replicas=(4,))
    operations = methods.Operations(lambda X, Y, size, seed: [(X, Y)])
    how = {"operations": operations, "num_epochs": 20}

    *_, plain = methods.train(X, Y, parameters, optimizer, **how)
    *_, quick = fast.train(X, Y, parameters, optimizer, **how)

    for k, theta in plain.parameters.items():
        assert quick.parameters[k].shape == theta.shape
        assert np.abs(quick.parameters[k] - theta).max() < 1e-13
    assert quick.cost == pytest.approx(plain.cost, rel=1e-13)


def test_an_operation_of_another_is_what_fast_trains_with(start):
    def halved(parameters, grads, learning_rate):
        return methods.update_parameters_with_gd(parameters, grads, learning_rate / 2)

    operations = dataclasses.replace(methods.Operations(), update_parameters_with_gd=halved)
    *_, given = fast.train(*start("float64"), "gd", num_epochs=3, operations=operations)
    *_, half = methods.train(*start("float64"), "gd", learning_rate=0.00035, num_epochs=3)

    assert as_bits(given) == as_bits(half)


@pytest.mark.parametrize("train", [methods.train, fast.train])
def test_a_cost_is_computed_only_where_it_is_asked_for(start, train):
    every, third, none = (
        list(train(*start("float64"), "adam", num_epochs=7, cost_every=n)) for n in (1, 3, 0)
    )

    assert [e.cost for e in third] == [e.cost if e.number % 3 == 0 else None for e in every]
    assert {e.cost for e in none} == {None}
    last = [as_bits(epochs[-1]._replace(cost=None)) for epochs in (every, third, none)]
    assert last[0] == last[1] == last[2]


@pytest.mark.parametrize("train", [methods.train, fast.train])
def test_t_counts_the_steps_over_all_epochs(start, train):
    *_, epoch = train(*start("float64"), "adam", num_epochs=3)

    assert epoch.moments.t == 15


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"mini_batch_size": 0}, "mini_batch_size is 0; it must be at least 1"),
        ({"optimizer": "sgd"}, "optimizer is 'sgd'; it must be one of gd, momentum, adam"),
        ({"Y": np.ones((1, 3))}, "X has 300 columns .* Y has 3"),
    ],
)
@pytest.mark.parametrize("train", [methods.train, fast.train])
def test_a_bad_argument_is_named(start, train, more, message):
    X, Y, parameters = start("float64")

    with pytest.raises(ValueError, match=message):
        next(train(**{"X": X, "Y": Y, "parameters": parameters, "optimizer": "gd", **more}))
