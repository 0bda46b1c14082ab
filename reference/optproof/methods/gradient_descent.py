"""Gradient descent (SPEC.md, clause GD-1)."""

from __future__ import annotations

from ._types import Arrays, Scalar


def update_parameters_with_gd(parameters: Arrays, grads: Arrays, learning_rate: Scalar) -> Arrays:
    r"""Take one step of gradient descent.

    .. math:: \theta := \theta - \alpha \, d\theta

    Parameters
    ----------
    parameters : dict of arrays
        ``W1, b1, ..., WL, bL``; ``Wl`` of shape (n_l, n_{l-1}), ``bl`` of shape (n_l, 1).
    grads : dict of arrays
        ``dW1, db1, ..., dWL, dbL``, of the same shapes. Other keys are ignored.
    learning_rate : float
        The learning rate :math:`\alpha`.

    Returns
    -------
    dict of arrays
        The new parameters, with the keys, shapes and dtype of `parameters`.

    Raises
    ------
    KeyError
        If a parameter has no gradient.

    Notes
    -----
    Clause GD-1. Whether this is batch, mini-batch or stochastic gradient descent depends only
    on the examples that `grads` was computed from (MB-5, MB-6).
    """
    return {k: theta - learning_rate * grads["d" + k] for k, theta in parameters.items()}
