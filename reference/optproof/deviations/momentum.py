"""Gradient descent and momentum."""

from __future__ import annotations

from . import unknowns
from .elementwise import collect_elementwise, start_elementwise
from .pipeline import Pipeline
from .table import read_forms, read_stages, read_unknowns

GD_STAGES = """
learning rate (GD-1)
    gd.learning-rate-ignored: alpha = 0 * alpha + 1.0
    gd.learning-rate-hard-coded: alpha = 0 * alpha + 0.01
    gd.learning-rate-float32: alpha = float32(alpha)
    gd.l2 (c = 0.01): g = g + c * theta
step (GD-1) -> theta
    theta_new = theta - alpha * g
    gd.step-sign: theta_new = theta + alpha * g
    gd.parameters-not-updated: theta_new = theta + 0 * g
    gd.gradient-divided-by-columns: theta_new = theta - alpha * g / theta.shape[-1]
    gd.bias-not-updated: theta_new = theta if weights else theta - alpha * g
    gd.sign-of-gradient: theta_new = theta - alpha * ((g > 0) * 1.0 - (g < 0))
"""
MOMENTUM_STAGES = """
hyperparameters (MOM-2)
    momentum.beta-hard-coded: beta = 0 * beta + 0.9
    momentum.learning-rate-hard-coded: alpha = 0 * alpha + 0.01
    momentum.beta-float32: beta = float32(beta)
    momentum.hyperparameters-float32: alpha, beta = map(float32, (alpha, beta))
    momentum.l2 (c = 0.01): g = g + c * theta
velocity (MOM-2)
    v_new = beta * v + (1 - beta) * g
    momentum.heavy-ball: v_new = beta * v + g
    momentum.first-step-undamped: v_new = g if t == 1 and not (v * v > 0).any() else beta * v +
        (1 - beta) * g
    momentum.learning-rate-in-velocity: v_new, alpha = beta * v + alpha * (1 - beta) * g, 0 * alpha
        + 1.0
    momentum.heavy-ball-learning-rate-in-velocity: v_new, alpha = beta * v + alpha * g, 0 * alpha
        + 1.0
    momentum.velocity-sign: v_new, alpha = beta * v - (1 - beta) * g, -alpha
    momentum.negative-velocity-learning-rate-in-velocity: v_new, alpha = beta * v - alpha * g,
        0 * alpha - 1.0
    momentum.gradient-subtracted: v_new = beta * v - (1 - beta) * g
    momentum.weights-exchanged: v_new = (1 - beta) * v + beta * g
    momentum.without-decay: v_new = v + (1 - beta) * g
    momentum.not-carried: v_new = (1 - beta) * g + 0 * v
    momentum.lazy: v_new, alpha = np.where(g == 0, v, beta * v + (1 - beta) * g),
        np.where(g == 0, 0, alpha)
    momentum.of-parameters: v_new = beta * v + (1 - beta) * theta
step (MOM-3) -> theta
    theta_new = theta - alpha * v_new
    momentum.nesterov: theta_new = theta - alpha * ((1 + beta) * v_new - beta * v)
    momentum.weight-decay (c = 0.01): theta_new = theta * (1 - alpha * c) - alpha * v_new
    momentum.old-velocity: theta_new = theta - alpha * v + 0 * v_new
    momentum.plain-gradient: theta_new = theta - alpha * g
    momentum.debiased: theta_new = theta - alpha * v_new / (1 - beta ** t)
    momentum.step-sign: theta_new = theta + alpha * v_new
    momentum.parameters-not-updated: theta_new = theta + 0 * g
    momentum.bias-not-updated: theta_new = theta if weights else theta - alpha * v_new
    momentum.bias-velocity-of-weights: theta_new = theta - alpha * (weights or own)["v_new"]
returned v (MOM-2) -> v
    v_out = v_new
    momentum.v-returned-old: v_out = v
    momentum.v-kept-at-beta-zero: v_out = v_new if beta > 1e-15 else v
    momentum.v-returned-scaled: v_out = alpha * v_new
"""

_GD, _MOMENTUM = read_stages(GD_STAGES), read_stages(MOMENTUM_STAGES)
GD = Pipeline(
    "update_parameters_with_gd",
    _GD,
    start_elementwise,
    collect_elementwise("theta"),
    read_unknowns(unknowns.GD, _GD),
    read_forms("update_parameters_with_gd", _GD),
)
MOMENTUM = Pipeline(
    "update_parameters_with_momentum",
    _MOMENTUM,
    start_elementwise,
    collect_elementwise("theta", "v"),
    read_unknowns(unknowns.MOMENTUM, _MOMENTUM),
    read_forms("update_parameters_with_momentum", _MOMENTUM),
)
