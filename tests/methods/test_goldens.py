"""Golden files of the reference (fixtures/golden), and the proof that they can fail.

They pin what the reference computes more closely than what an implementation is held to. Their
tolerances are some hundred times the drift measured between NumPy 1.17 and 2.5, other BLAS kernels
and makes (8e-16 in a cost, 3e-14 in a parameter). That they are right, and not just what the code
once gave, is shown against the certified digits and an independent generator.
"""

import os
import random
from pathlib import Path

import numpy as np
import pytest

from optproof import fixtures, methods

GOLDEN = Path(__file__).resolve().parents[2] / "fixtures/golden"
COST, PARAMETER = 1e-13, 1e-11
EXACT = 0.0
OPTIMIZERS = methods.OPTIMIZERS


@pytest.fixture
def golden(ndarrays_regression, request):
    """Compare arrays with fixtures/golden/NAME.npz: keys, shapes, dtypes, values."""

    def check(name, arrays, tolerances):
        path = GOLDEN / f"{name}.npz"
        regenerate = any(request.config.getoption(o) for o in ("force_regen", "regen_all"))
        if regenerate and os.environ.get("CI"):
            pytest.fail("goldens are not regenerated in CI")
        if not regenerate:
            if not path.exists():
                pytest.fail(f"{path} is missing; --force-regen writes it")
            recorded = read(name)
            assert kinds(arrays) == kinds(recorded)  # ndarrays_regression takes float32 for float64
            assert all(np.isfinite(a).all() for a in recorded.values())  # and NaN for NaN
        assert set(tolerances) == set(arrays)
        ndarrays_regression.check(
            arrays,
            fullpath=path,
            tolerances={k: {"atol": atol, "rtol": 0.0} for k, atol in tolerances.items()},
        )

    return check


def read(name):
    with np.load(GOLDEN / f"{name}.npz") as recorded:
        return dict(recorded)


def kinds(arrays):
    return {k: (a.dtype.name, a.shape) for k, a in arrays.items()}


def training_arrays(outcome):
    costs = {"costs_per_100": outcome.costs[::100], "costs_per_1000": outcome.costs[::1000]}
    return {**costs, **outcome.parameters, "right_of_300": np.array(outcome.right, "int64")}


def training_tolerances(arrays):
    own = {"right_of_300": EXACT, "costs_per_100": COST, "costs_per_1000": COST}
    return {k: own.get(k, PARAMETER) for k in arrays}


BATCHES = [(300, 64, 11), (300, 64, 12), (300, 64, 10010), (148, 64, 0), (5, 1, 0), (128, 64, 3)]


def mini_batch_arrays():
    """For each (m, size, seed): which column went where, and the shapes of X and Y by batch."""
    arrays = {}
    for m, size, seed in BATCHES:
        columns = np.arange(m, dtype="int64")[None]
        batches = methods.random_mini_batches(np.vstack([columns, columns]), columns, size, seed)
        name = f"m{m}_size{size}_seed{seed}"
        arrays[f"permutation_{name}"] = np.hstack([Y for _, Y in batches])[0]
        arrays[f"shapes_{name}"] = np.array([[*X.shape, *Y.shape] for X, Y in batches], "int64")
    return arrays


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training(golden, trained, optimizer):
    arrays = training_arrays(trained[optimizer])

    golden(f"training-{optimizer}", arrays, training_tolerances(arrays))


def test_mini_batches(golden):
    arrays = mini_batch_arrays()

    golden("mini-batches", arrays, dict.fromkeys(arrays, EXACT))


# Where they come from


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_golden_trainings_are_the_certified_digits(optimizer):
    certified = fixtures.load(f"training/certified-{optimizer}.json")
    end = certified["checkpoints"]["10000"]
    recorded = read(f"training-{optimizer}")

    costs = np.array([float(certified["costs"][str(e)][0]) for e in range(0, 10000, 100)])

    assert np.abs(recorded["costs_per_100"] - costs).max() <= COST
    assert np.abs(recorded["costs_per_1000"] - costs[::10]).max() <= COST
    assert recorded["right_of_300"] == end["right_of_300"]
    for name, tensor in end["parameters"].items():
        want = np.array([float(d) for d, _ in tensor["digits"]]).reshape(tensor["shape"])
        assert np.abs(recorded[name] - want).max() <= PARAMETER


def mersenne_twister(seed):
    """Python's generator in the state that NumPy's legacy generator has when seeded."""
    state = [seed]
    for i in range(1, 624):
        state.append((1812433253 * (state[-1] ^ (state[-1] >> 30)) + i) & 0xFFFFFFFF)
    generator = random.Random()
    generator.setstate((3, (*state, 624), None))
    return generator


def permutation(seed, m):
    """Fisher and Yates, from the end, with masked rejection: no NumPy in it."""
    generator, items = mersenne_twister(seed), list(range(m))
    for i in reversed(range(1, m)):
        mask = (1 << i.bit_length()) - 1
        while (j := generator.getrandbits(32) & mask) > i:
            pass
        items[i], items[j] = items[j], items[i]
    return items


@pytest.mark.parametrize(("m", "size", "seed"), BATCHES)
def test_golden_mini_batches_are_those_of_an_independent_generator(m, size, seed):
    recorded, name = read("mini-batches"), f"m{m}_size{size}_seed{seed}"
    widths = [size] * (m // size) + ([m % size] if m % size else [])

    assert recorded[f"permutation_{name}"].tolist() == permutation(seed, m)
    assert recorded[f"shapes_{name}"].tolist() == [[2, w, 1, w] for w in widths]


# That they can fail


def off_by_a_hair(arrays):
    arrays["costs_per_100"] = arrays["costs_per_100"].copy()
    arrays["costs_per_100"][57] += 3 * COST


def off_in_a_parameter(arrays):
    arrays["W2"] = arrays["W2"] * (1 + 1e-9)


def in_float32(arrays):
    arrays["b1"] = arrays["b1"].astype("float32")


def without_a_key(arrays):
    del arrays["costs_per_1000"]


def with_a_key_more(arrays):
    arrays["costs_per_10"] = arrays["costs_per_100"]


def with_nan(arrays):
    arrays["b3"] = arrays["b3"] * np.nan


def of_another_shape(arrays):
    arrays["b2"] = arrays["b2"].reshape(-1)


def with_one_more_right(arrays):
    arrays["right_of_300"] = arrays["right_of_300"] + 1


@pytest.mark.parametrize(
    "spoil",
    [
        off_by_a_hair,
        off_in_a_parameter,
        in_float32,
        without_a_key,
        with_a_key_more,
        with_nan,
        of_another_shape,
        with_one_more_right,
    ],
)
def test_a_golden_fails(golden, spoil):
    arrays = read("training-adam")
    golden("training-adam", dict(arrays), training_tolerances(arrays))

    spoil(arrays)

    with pytest.raises(AssertionError):
        golden("training-adam", arrays, training_tolerances(arrays))


def test_a_missing_golden_fails_and_is_not_written(golden):
    with pytest.raises(pytest.fail.Exception, match="is missing; --force-regen writes it"):
        golden("no-such", {"x": np.zeros(1)}, {"x": EXACT})

    assert not (GOLDEN / "no-such.npz").exists()


@pytest.mark.parametrize("option", ["force_regen", "regen_all"])
def test_goldens_are_not_regenerated_in_ci(golden, request, monkeypatch, option):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(request.config.option, option, True)
    before = (GOLDEN / "mini-batches.npz").read_bytes()
    arrays = {k: a + 1 for k, a in mini_batch_arrays().items()}

    with pytest.raises(pytest.fail.Exception, match="not regenerated in CI"):
        golden("mini-batches", arrays, dict.fromkeys(arrays, EXACT))

    assert (GOLDEN / "mini-batches.npz").read_bytes() == before
