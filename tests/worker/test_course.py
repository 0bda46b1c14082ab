"""The document's own given code, quirks and all, conforms: as a file and notebook of each release.

It reshapes the labels to (1, m), loops over ``len(parameters) // 2`` layers, seeds the global
generator, changes its arguments, and leaves its helpers to modules that it does not show.
"""

import importlib.util
import json
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location(
    "notebooks_make", Path(__file__).parents[1] / "notebooks" / "make.py"
)
make = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(make)

OPERATIONS = [make.GD, make.BATCHES, make.VELOCITY, make.MOMENTUM, make.ADAM_INIT, make.ADAM]
FIVE = make.ADAM.replace("parameters, v, s\n", "parameters, v, s, v_corrected, s_corrected\n")

LAST_BATCH = make.MODEL.replace("cost_total += compute_cost", "cost_avg = compute_cost").replace(
    "        cost_avg = cost_total / m\n", ""
)
HELPERS = r"""
def load_params_and_grads(seed=1):
    np.random.seed(seed)
    W1, b1 = np.random.randn(2, 3), np.random.randn(2, 1)
    return W1, b1

def initialize_parameters(layer_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layer_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layer_dims[l], layer_dims[l-1]) * \
            np.sqrt(2 / layer_dims[l-1])
        parameters['b' + str(l)] = np.zeros((layer_dims[l], 1))
        assert(parameters['W' + str(l)].shape == (layer_dims[l], layer_dims[l-1]))
    return parameters

def sigmoid(x):
    s = 1/(1+np.exp(-x))
    return s

def relu(x):
    s = np.maximum(0,x)
    return s

def forward_propagation(X, parameters):
    W1 = parameters["W1"]
    b1 = parameters["b1"]
    W2 = parameters["W2"]
    b2 = parameters["b2"]
    W3 = parameters["W3"]
    b3 = parameters["b3"]
    z1 = np.dot(W1, X) + b1
    a1 = relu(z1)
    z2 = np.dot(W2, a1) + b2
    a2 = relu(z2)
    z3 = np.dot(W3, a2) + b3
    a3 = sigmoid(z3)
    cache = (z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3)
    return a3, cache

def backward_propagation(X, Y, cache):
    m = X.shape[1]
    (z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3) = cache
    dz3 = 1./m * (a3 - Y)
    dW3 = np.dot(dz3, a2.T)
    db3 = np.sum(dz3, axis=1, keepdims = True)
    da2 = np.dot(W3.T, dz3)
    dz2 = np.multiply(da2, np.int64(a2 > 0))
    dW2 = np.dot(dz2, a1.T)
    db2 = np.sum(dz2, axis=1, keepdims = True)
    da1 = np.dot(W2.T, dz2)
    dz1 = np.multiply(da1, np.int64(a1 > 0))
    dW1 = np.dot(dz1, X.T)
    db1 = np.sum(dz1, axis=1, keepdims = True)
    gradients = {"dz3": dz3, "dW3": dW3, "db3": db3,
                 "da2": da2, "dz2": dz2, "dW2": dW2, "db2": db2,
                 "da1": da1, "dz1": dz1, "dW1": dW1, "db1": db1}
    return gradients

def compute_cost(a3, Y):
    logprobs = np.multiply(-np.log(a3),Y) + np.multiply(-np.log(1 - a3), 1 - Y)
    cost_total =  np.sum(logprobs)
    return cost_total

def predict(X, y, parameters):
    m = X.shape[1]
    p = np.zeros((1,m), dtype = int)
    a3, caches = forward_propagation(X, parameters)
    for i in range(0, a3.shape[1]):
        if a3[0,i] > 0.5:
            p[0,i] = 1
        else:
            p[0,i] = 0
    print("Accuracy: "  + str(np.mean((p[0,:] == y[0,:]))))
    return p

def predict_dec(parameters, X):
    a3, cache = forward_propagation(X, parameters)
    predictions = (a3 > 0.5)
    return predictions

def load_dataset(is_plot=True):
    np.random.seed(3)
    train_X, train_Y = sklearn.datasets.make_moons(n_samples=300, noise=.2)
    train_X = train_X.T
    train_Y = train_Y.reshape((1, train_Y.shape[0]))
    return train_X, train_Y
"""

#: Imports, the operations and the training of each release.
RELEASES = {
    "v1": (make.IMPORTS, [*OPERATIONS, LAST_BATCH]),
    "v1a": (make.IMPORTS.replace("opt_utils", "opt_utils_v1a"), [*OPERATIONS, make.MODEL]),
    "v1b": (
        make.IMPORTS.replace("opt_utils", "opt_utils_v1b").replace("testCases", "testCase"),
        [*OPERATIONS, make.MODEL],
    ),
    "2021": (
        "import numpy as np\nimport matplotlib.pyplot as plt\nimport scipy.io\nimport math\n"
        "import sklearn\nimport sklearn.datasets\n\nfrom opt_utils_v1a import *\n"
        "from copy import deepcopy\nfrom testCases import *\nfrom public_tests import *\n"
        "%matplotlib inline\nplt.rcParams['figure.figsize'] = (7.0, 4.0)\n",
        [
            *OPERATIONS[:-1],
            FIVE,
            make.MODEL.replace("parameters, v, s = update", "parameters, v, s, _, _ = update"),
        ],
    ),
    "everything in one file": (
        "import numpy as np\nimport math\nimport sklearn\nimport sklearn.datasets\n"
        "import matplotlib.pyplot as plt\n" + HELPERS,
        [*OPERATIONS, make.MODEL],
    ),
}
MISTAKES = {
    "momentum": ("(1 - beta) * grads", "(1 + beta) * grads"),
    "adam": ("np.power(beta2, t)", "np.power(beta1, t)"),
    "minibatch": ("num_complete_minibatches * mini_batch_size :]", "-mini_batch_size :]"),
}


def as_file(tmp_path, imports, cells):
    path = tmp_path / "optimization_methods.py"
    lines = [line for line in imports.splitlines() if not line.startswith("%")]
    path.write_text("\n".join([*lines, *cells]))
    return path


def as_notebook(tmp_path, imports, cells):
    path = tmp_path / "Optimization_methods.ipynb"
    content = {"cells": [make.code(c) for c in (imports, *cells)], "metadata": {}, "nbformat": 4}
    path.write_text(json.dumps(content))
    return path


#: These are trained, too: it takes the time of all the rest.
TRAINED = [("v1a", as_file), ("2021", as_notebook), ("everything in one file", as_file)]


@pytest.mark.sample(10)
@pytest.mark.parametrize("write", [as_file, as_notebook])
@pytest.mark.parametrize("release", RELEASES)
def test_the_document_s_own_code_conforms(check, tmp_path, release, write):
    imports, cells = RELEASES[release]
    level = "short" if (release, write) in TRAINED else "none"
    ran = check(write(tmp_path, imports, cells), training=level)
    assert ran.code == 0, ran.out
    assert set(ran.statuses.values()) == {"pass"}
    assert len(ran.statuses) >= (6 if level == "none" else 7)


@pytest.mark.sample(6)
@pytest.mark.parametrize("only", MISTAKES)
@pytest.mark.parametrize("write", [as_file, as_notebook])
def test_its_wrong_twin_does_not(check, tmp_path, write, only):
    imports, cells = RELEASES["v1a"]
    wrong = [cell.replace(*MISTAKES[only]) for cell in cells]
    assert wrong != cells
    assert check(write(tmp_path, imports, wrong), "--only", only).code == 1
