"""Gradient descent with momentum (SPEC.md, clauses MOM-1 to MOM-4)."""

from __future__ import annotations

import numpy as np

from ._types import Arrays, Scalar


def initialize_velocity(parameters: Arrays) -> Arrays:
    """Return the velocity before the first step: zeros.

    Parameters
    ----------
    parameters : dict of arrays
        ``W1, b1, ..., WL, bL``.

    Returns
    -------
    dict of arrays
        ``dW1, db1, ..., dWL, dbL``: zeros of the shape and dtype of each parameter.

    Notes
    -----
    Clause MOM-1.
    """
    return {"d" + k: np.zeros_like(theta) for k, theta in parameters.items()}


def update_parameters_with_momentum(
    parameters: Arrays, grads: Arrays, v: Arrays, beta: Scalar, learning_rate: Scalar
) -> tuple[Arrays, Arrays]:
    r"""Take one step of gradient descent with momentum.

    .. math::
        v &:= \beta v + (1 - \beta) \, d\theta \\
        \theta &:= \theta - \alpha v

    Parameters
    ----------
    parameters, grads : dict of arrays
        As in :func:`update_parameters_with_gd`.
    v : dict of arrays
        The velocity, an exponentially weighted average of the gradients, keyed as `grads`.
    beta : float
        The weight :math:`\beta` of the past, 0 <= beta < 1. 0 gives gradient descent (MOM-4).
    learning_rate : float
        The learning rate :math:`\alpha`.

    Returns
    -------
    parameters, v : dict of arrays
        The new parameters and the new velocity.

    Raises
    ------
    KeyError
        If a parameter has no gradient or no velocity.

    Notes
    -----
    Clauses MOM-2 (velocity) and MOM-3 (step). Textbooks after Polyak (1964) leave out the factor
    :math:`1 - \beta`; that is another method, a variant here.
    """
    new_v = {}
    new_parameters = {}
    for k, theta in parameters.items():
        dk = "d" + k
        new_v[dk] = beta * v[dk] + (1 - beta) * grads[dk]
        new_parameters[k] = theta - learning_rate * new_v[dk]
    return new_parameters, new_v
