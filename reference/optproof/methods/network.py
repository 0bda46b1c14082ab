"""The 3-layer network: LINEAR -> RELU -> LINEAR -> RELU -> LINEAR -> SIGMOID.

SPEC.md, clauses INIT, FWD, COST, BWD and PRED. Arrays may carry leading axes (replicas, stacked);
the last two axes are those that the docstrings name.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ._legacy import legacy_generator
from ._types import Array, Arrays, Scalar


def initialize_parameters(layers_dims: Sequence[int], seed: int = 3) -> Arrays:
    r"""Draw the initial weights (He initialisation); biases are zero.

    .. math:: W_l = \mathrm{randn}(n_l, n_{l-1}) \cdot \sqrt{2 / n_{l-1}}, \qquad b_l = 0

    Parameters
    ----------
    layers_dims : sequence of int
        Units a layer, input first: n_0, n_1, ..., n_L.
    seed : int, default 3
        Seed of the legacy generator; the weights are drawn in the order W1, W2, ..., WL.

    Returns
    -------
    dict of arrays
        ``Wl`` of shape (n_l, n_{l-1}) and ``bl`` of shape (n_l, 1), float64.

    Raises
    ------
    ValueError
        If a layer has fewer than one unit, or there are fewer than two entries.

    Notes
    -----
    Clauses INIT-1 (seed, order), INIT-2 (scale), INIT-3 (biases). K. He et al., "Delving Deep
    into Rectifiers", 2015, equation 10.
    """
    if len(layers_dims) < 2 or min(layers_dims) < 1:
        raise ValueError(f"layers_dims is {list(layers_dims)}; it needs two or more sizes >= 1")
    randn = legacy_generator(seed).randn
    parameters = {}
    for layer in range(1, len(layers_dims)):
        n, n_before = layers_dims[layer], layers_dims[layer - 1]
        parameters[f"W{layer}"] = randn(n, n_before) * math.sqrt(2 / n_before)
        parameters[f"b{layer}"] = np.zeros((n, 1))
    return parameters


def forward_propagation(X: Array, parameters: Arrays) -> tuple[Array, tuple[Array, ...]]:
    r"""Compute the network's output and what the backward pass needs of the way there.

    .. math::
        z_l = W_l a_{l-1} + b_l, \quad a_1 = \max(0, z_1), \quad a_2 = \max(0, z_2), \quad
        a_3 = 1 / (1 + e^{-z_3}), \quad a_0 = X

    Parameters
    ----------
    X : array, shape (n_0, m)
    parameters : dict of arrays
        ``W1, b1, W2, b2, W3, b3``.

    Returns
    -------
    a3 : array, shape (n_3, m)
        The probability of label 1.
    caches : tuple of 12 arrays
        ``(z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3)``.

    Raises
    ------
    KeyError
        If one of the six parameters is missing.

    Notes
    -----
    Clauses FWD-1 (layers), FWD-2 (caches).
    """
    W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    z1 = W1 @ X + b1
    a1 = np.maximum(z1, 0)
    z2 = W2 @ a1 + b2
    a2 = np.maximum(z2, 0)
    z3 = W3 @ a2 + b3
    a3 = 1 / (1 + np.exp(-z3))
    return a3, (z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3)


def compute_cost(a3: Array, Y: Array) -> Scalar:
    r"""Return the total cross-entropy of a batch; the epoch's mean is taken by the caller.

    .. math:: J = \sum_i -y_i \log a_i - (1 - y_i) \log(1 - a_i)

    Parameters
    ----------
    a3 : array, shape (1, m)
        Probabilities, strictly between 0 and 1.
    Y : array, shape (1, m)
        Labels 0 or 1.

    Returns
    -------
    float
        The sum, not the mean (COST-1).

    Notes
    -----
    Clause COST-1. Many copies return the mean, as the document did before v1a.
    """
    return -(np.log(a3) * Y + np.log(1 - a3) * (1 - Y)).sum(axis=(-2, -1))


def backward_propagation(X: Array, Y: Array, caches: tuple[Array, ...]) -> Arrays:
    r"""Return the gradient of the *mean* cross-entropy of a batch.

    .. math::
        dz_3 = (a_3 - Y) / m, \quad dW_l = dz_l a_{l-1}^T, \quad db_l = \sum_i dz_l^{(i)},
        \quad dz_l = W_{l+1}^T dz_{l+1} \cdot [a_l > 0]

    Parameters
    ----------
    X : array, shape (n_0, m)
    Y : array, shape (1, m)
    caches : tuple of 12 arrays
        From :func:`forward_propagation`.

    Returns
    -------
    dict of arrays
        ``dW1, db1, dW2, db2, dW3, db3``, and ``dz1, da1, dz2, da2, dz3``.

    Notes
    -----
    Clauses BWD-1 (mean), BWD-2 (ReLU's derivative: 1 where a > 0, else 0, also at 0), BWD-3
    (chain).
    """
    _, a1, _, _, _, a2, W2, _, _, a3, W3, _ = caches
    dz3 = (a3 - Y) / X.shape[-1]
    da2 = W3.swapaxes(-1, -2) @ dz3
    dz2 = da2 * (a2 > 0)
    da1 = W2.swapaxes(-1, -2) @ dz2
    dz1 = da1 * (a1 > 0)
    return {
        **_linear_gradients(3, dz3, a2),
        **_linear_gradients(2, dz2, a1),
        **_linear_gradients(1, dz1, X),
        **{"dz3": dz3, "da2": da2, "dz2": dz2, "da1": da1, "dz1": dz1},
    }


def _linear_gradients(layer: int, dz: Array, a_before: Array) -> Arrays:
    dW = dz @ a_before.swapaxes(-1, -2)
    return {f"dW{layer}": dW, f"db{layer}": dz.sum(axis=-1, keepdims=True)}


def predict(X: Array, y: Array, parameters: Arrays) -> Array:
    """Return the predicted labels: 1 where the output is above 0.5, else 0.

    Parameters
    ----------
    X : array, shape (n_0, m)
    y : array, shape (1, m)
        The true labels: kept for the document's signature, which prints the accuracy with it.
    parameters : dict of arrays

    Returns
    -------
    array of int, shape (1, m)

    Notes
    -----
    Clause PRED-1. The document prints ``Accuracy:`` here; see :func:`accuracy`.
    """
    return predict_dec(parameters, X).astype(int)


def predict_dec(parameters: Arrays, X: Array) -> Array:
    """Return whether the output is above 0.5, for plotting a decision boundary.

    Parameters
    ----------
    parameters : dict of arrays
    X : array, shape (n_0, m)

    Returns
    -------
    array of bool, shape (1, m)

    Notes
    -----
    Clause PRED-2. An output of exactly 0.5 is label 0.
    """
    a3, _ = forward_propagation(X, parameters)
    return a3 > 0.5


def accuracy(predictions: Array, y: Array) -> float:
    """Return the fraction of predictions that equal the labels (clause PRED-3)."""
    return float(np.mean(predictions == y))
