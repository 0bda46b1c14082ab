"""Adam (SPEC.md, clauses ADAM-1 to ADAM-7)."""

from __future__ import annotations

import numpy as np

from ._types import Arrays, Scalar
from .momentum import initialize_velocity


def initialize_adam(parameters: Arrays) -> tuple[Arrays, Arrays]:
    """Return both moments before the first step: zeros.

    Parameters
    ----------
    parameters : dict of arrays
        ``W1, b1, ..., WL, bL``.

    Returns
    -------
    v, s : dict of arrays
        ``dW1, db1, ..., dWL, dbL`` each: zeros of the shape and dtype of each parameter.

    Notes
    -----
    Clause ADAM-1.
    """
    return initialize_velocity(parameters), initialize_velocity(parameters)


def update_parameters_with_adam(
    parameters: Arrays,
    grads: Arrays,
    v: Arrays,
    s: Arrays,
    t: int,
    learning_rate: Scalar = 0.01,
    beta1: Scalar = 0.9,
    beta2: Scalar = 0.999,
    epsilon: Scalar = 1e-8,
) -> tuple[Arrays, Arrays, Arrays]:
    r"""Take one step of Adam.

    .. math::
        v &:= \beta_1 v + (1 - \beta_1) \, d\theta, & \hat v &= v / (1 - \beta_1^t) \\
        s &:= \beta_2 s + (1 - \beta_2) \, d\theta^2, & \hat s &= s / (1 - \beta_2^t) \\
        \theta &:= \theta - \alpha \, \hat v / (\sqrt{\hat s} + \varepsilon)

    Parameters
    ----------
    parameters, grads : dict of arrays
        As in :func:`update_parameters_with_gd`.
    v, s : dict of arrays
        First and second moment, uncorrected, keyed as `grads`.
    t : int
        The number of this step, counted from 1 and never reset (ADAM-7).
    learning_rate : float, default 0.01
        The learning rate :math:`\alpha`. (The model's default is 0.0007.)
    beta1, beta2 : float, default 0.9 and 0.999
        The weight of the past in the first and second moment, 0 <= beta < 1.
    epsilon : float, default 1e-8
        :math:`\varepsilon`, added to the root, not under it (ADAM-5).

    Returns
    -------
    parameters, v, s : dict of arrays
        The new parameters and the new, still uncorrected, moments (ADAM-6).

    Raises
    ------
    KeyError
        If a parameter has no gradient or no moment.
    ValueError
        If `t` is below 1: the correction would divide by zero.

    References
    ----------
    D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", 2015, Algorithm 1.
    Its reordered form ("epsilon-hat") is another function of epsilon, a variant here.
    """
    if t < 1:
        raise ValueError(f"t is {t}; Adam counts steps from 1 (SPEC.md, clause ADAM-7)")
    new_v = {}
    new_s = {}
    new_parameters = {}
    for k, theta in parameters.items():
        dk = "d" + k
        new_v[dk] = beta1 * v[dk] + (1 - beta1) * grads[dk]
        v_corrected = new_v[dk] / (1 - beta1**t)
        new_s[dk] = beta2 * s[dk] + (1 - beta2) * grads[dk] ** 2
        s_corrected = new_s[dk] / (1 - beta2**t)
        new_parameters[k] = theta - learning_rate * (v_corrected / (np.sqrt(s_corrected) + epsilon))
    return new_parameters, new_v, new_s
