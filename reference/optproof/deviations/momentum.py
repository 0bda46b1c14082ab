"""Gradient descent and momentum, and the zeros they and Adam start from."""

from __future__ import annotations

from .elementwise import collect_elementwise, start_elementwise
from .pipeline import Pipeline, Stage

GD = Pipeline(
    "update_parameters_with_gd",
    (
        Stage(
            "learning rate",
            "GD-1",
            lambda x: {},
            {
                "gd.learning-rate-ignored": lambda x: {"alpha": 0 * x.alpha + 1.0},
                "gd.learning-rate-hard-coded": lambda x: {"alpha": 0 * x.alpha + 0.01},
            },
        ),
        Stage(
            "step",
            "GD-1",
            lambda x: {"theta_new": x.theta - x.alpha * x.g},
            {
                "gd.step-sign": lambda x: {"theta_new": x.theta + x.alpha * x.g},
                "gd.parameters-not-updated": lambda x: {"theta_new": x.theta + 0 * x.g},
                "gd.gradient-divided-by-columns": lambda x: {
                    "theta_new": x.theta - x.alpha * x.g / x.theta.shape[-1]
                },
                "gd.bias-not-updated": lambda x: {
                    "theta_new": x.theta - (0 if x.weights else x.alpha) * x.g
                },
                "gd.sign-of-gradient": lambda x: {
                    "theta_new": x.theta - x.alpha * ((x.g > 0) * 1.0 - (x.g < 0))
                },
            },
            output="theta",
        ),
    ),
    start_elementwise,
    collect_elementwise("theta"),
)
MOMENTUM = Pipeline(
    "update_parameters_with_momentum",
    (
        Stage(
            "hyperparameters",
            "MOM-2",
            lambda x: {},
            {
                "momentum.beta-hard-coded": lambda x: {"beta": 0 * x.beta + 0.9},
                "momentum.learning-rate-hard-coded": lambda x: {"alpha": 0 * x.alpha + 0.01},
            },
        ),
        Stage(
            "velocity",
            "MOM-2",
            lambda x: {"v_new": x.beta * x.v + (1 - x.beta) * x.g},
            {
                "momentum.heavy-ball": lambda x: {"v_new": x.beta * x.v + x.g},
                "momentum.first-step-undamped": lambda x: {
                    "v_new": x.g
                    if x.t == 1 and not (x.v * x.v > 0).any()
                    else x.beta * x.v + (1 - x.beta) * x.g
                },
                "momentum.learning-rate-in-velocity": lambda x: {
                    "v_new": x.beta * x.v + x.alpha * (1 - x.beta) * x.g,
                    "alpha": 0 * x.alpha + 1.0,
                },
                "momentum.heavy-ball-learning-rate-in-velocity": lambda x: {
                    "v_new": x.beta * x.v + x.alpha * x.g,
                    "alpha": 0 * x.alpha + 1.0,
                },
                "momentum.velocity-sign": lambda x: {
                    "v_new": x.beta * x.v - (1 - x.beta) * x.g,
                    "alpha": -x.alpha,
                },
                "momentum.negative-velocity-learning-rate-in-velocity": lambda x: {
                    "v_new": x.beta * x.v - x.alpha * x.g,
                    "alpha": 0 * x.alpha - 1.0,
                },
                "momentum.gradient-subtracted": lambda x: {
                    "v_new": x.beta * x.v - (1 - x.beta) * x.g
                },
                "momentum.weights-exchanged": lambda x: {
                    "v_new": (1 - x.beta) * x.v + x.beta * x.g
                },
                "momentum.without-decay": lambda x: {"v_new": x.v + (1 - x.beta) * x.g},
                "momentum.not-carried": lambda x: {"v_new": (1 - x.beta) * x.g + 0 * x.v},
                "momentum.of-parameters": lambda x: {
                    "v_new": x.beta * x.v + (1 - x.beta) * x.theta
                },
            },
        ),
        Stage(
            "step",
            "MOM-3",
            lambda x: {"theta_new": x.theta - x.alpha * x.v_new},
            {
                "momentum.nesterov": lambda x: {
                    "theta_new": x.theta - x.alpha * (x.beta * x.v_new + (1 - x.beta) * x.g)
                },
                "momentum.old-velocity": lambda x: {
                    "theta_new": x.theta - x.alpha * x.v + 0 * x.v_new
                },
                "momentum.plain-gradient": lambda x: {"theta_new": x.theta - x.alpha * x.g},
                "momentum.debiased": lambda x: {
                    "theta_new": x.theta - x.alpha * x.v_new / (1 - x.beta**x.t)
                },
                "momentum.step-sign": lambda x: {"theta_new": x.theta + x.alpha * x.v_new},
                "momentum.parameters-not-updated": lambda x: {"theta_new": x.theta + 0 * x.g},
                "momentum.bias-not-updated": lambda x: {
                    "theta_new": x.theta - (0 if x.weights else x.alpha) * x.v_new
                },
                "momentum.bias-velocity-of-weights": lambda x: {
                    "theta_new": x.theta - x.alpha * (x.weights or x).v_new
                },
            },
            output="theta",
        ),
        Stage(
            "returned v",
            "MOM-2",
            lambda x: {"v_out": x.v_new},
            {
                "momentum.v-returned-old": lambda x: {"v_out": x.v},
                "momentum.v-returned-scaled": lambda x: {"v_out": x.alpha * x.v_new},
            },
            output="v",
        ),
    ),
    start_elementwise,
    collect_elementwise("theta", "v"),
)
