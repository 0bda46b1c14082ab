"""The network: golden files of each of its operations, the initial parameters, the data set."""

import numpy as np
import pytest

from optproof import fixtures, methods

#: BLAS and the library of exp and log decide the last bits of all but the initial parameters.
STABLE = 12


def test_golden_initialisation(golden_case):
    golden_case("init/model", "init/one-by-one", name="initialisation")


def test_golden_forward(golden_case):
    golden_case("forward/ordinary", "forward/one-example", name="forward", digits=STABLE)


def test_golden_backward(golden_case):
    golden_case("backward/ordinary", "backward/dead", name="backward", digits=STABLE)


def test_golden_cost(golden_case):
    kinds = ("ordinary", "one-example", "sure-and-right", "sure-and-wrong", "tiny-probability")
    kinds += ("next-to-1", "all-1", "all-0", "half")
    golden_case(*(f"cost/{kind}" for kind in kinds), name="cost", digits=STABLE)


def test_golden_predictions(golden_case):
    golden_case("predict/near-half", "predict-dec/near-half", name="predictions")


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
