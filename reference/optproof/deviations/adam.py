"""Adam, stage by stage."""

from __future__ import annotations

from typing import Any

import numpy as np

from .elementwise import collect_elementwise, float32, start_elementwise
from .pipeline import Pipeline, Stage

HYPERPARAMETERS = Stage(
    "hyperparameters",
    "ADAM-5",
    lambda x: {},
    {
        "adam.betas-swapped": lambda x: {"beta1": x.beta2, "beta2": x.beta1},
        "adam.beta1-hard-coded": lambda x: {"beta1": 0 * x.beta1 + 0.9},
        "adam.beta2-hard-coded": lambda x: {"beta2": 0 * x.beta2 + 0.999},
        "adam.epsilon-hard-coded": lambda x: {"epsilon": 0 * x.epsilon + 1e-08},
        "adam.learning-rate-hard-coded": lambda x: {"alpha": 0 * x.alpha + 0.01},
        "adam.hyperparameters-float32": lambda x: {
            n: float32(x[n]) for n in ("alpha", "beta1", "beta2", "epsilon")
        },
    },
)
STEP_COUNTER = Stage(
    "step counter",
    "ADAM-7",
    lambda x: {},
    {
        "adam.t-minus-one": lambda x: {"t": x.t - 1},
        "adam.t-plus-one": lambda x: {"t": x.t + 1},
        "adam.t-not-advanced": lambda x: {"t": 0 * x.t + 1},
        "adam.t-per-tensor": lambda x: {"t": x.t + x.position},
    },
)
FIRST_MOMENT = Stage(
    "first moment",
    "ADAM-2",
    lambda x: {"v_new": x.beta1 * x.v + (1 - x.beta1) * x.g},
    {
        "adam.v-coefficient-missing": lambda x: {"v_new": x.beta1 * x.v + x.g},
        "adam.v-coefficient-of-beta2": lambda x: {"v_new": x.beta1 * x.v + (1 - x.beta2) * x.g},
        "adam.v-decays-with-beta2": lambda x: {"v_new": x.beta2 * x.v + (1 - x.beta2) * x.g},
        "adam.v-without-decay": lambda x: {"v_new": x.v + (1 - x.beta1) * x.g},
        "adam.v-weights-exchanged": lambda x: {"v_new": (1 - x.beta1) * x.v + x.beta1 * x.g},
        "adam.v-not-carried": lambda x: {"v_new": (1 - x.beta1) * x.g + 0 * x.v},
    },
)
SECOND_MOMENT = Stage(
    "second moment",
    "ADAM-3",
    lambda x: {"s_new": x.beta2 * x.s + (1 - x.beta2) * x.g**2},
    {
        "adam.s-coefficient-missing": lambda x: {"s_new": x.beta2 * x.s + x.g**2},
        "adam.s-coefficient-of-beta1": lambda x: {"s_new": x.beta2 * x.s + (1 - x.beta1) * x.g**2},
        "adam.s-decays-with-beta1": lambda x: {"s_new": x.beta1 * x.s + (1 - x.beta1) * x.g**2},
        "adam.s-without-decay": lambda x: {"s_new": x.s + (1 - x.beta2) * x.g**2},
        "adam.s-sums-all": lambda x: {"s_new": x.s + x.g**2},
        "adam.s-weights-exchanged": lambda x: {"s_new": (1 - x.beta2) * x.s + x.beta2 * x.g**2},
        "adam.s-not-carried": lambda x: {"s_new": (1 - x.beta2) * x.g**2 + 0 * x.s},
        "adam.s-gradient-not-squared": lambda x: {"s_new": x.beta2 * x.s + (1 - x.beta2) * x.g},
        "adam.s-sum-squared": lambda x: {"s_new": (x.beta2 * x.s + (1 - x.beta2) * x.g) ** 2},
        "adam.s-of-v": lambda x: {"s_new": x.beta2 * x.s + (1 - x.beta2) * x.v_new**2},
        "adam.s-of-norm": lambda x: {"s_new": x.beta2 * x.s + (1 - x.beta2) * (x.g**2).sum()},
        "adam.adabelief": lambda x: {"s_new": x.beta2 * x.s + (1 - x.beta2) * (x.g - x.v_new) ** 2},
        "adam.amsgrad": lambda x: {
            "s_new": np.maximum(x.s, x.beta2 * x.s + (1 - x.beta2) * x.g**2)
        },
    },
)


def _powers_in_float32(x: Any) -> dict[str, Any]:
    return {"power1": float32(float32(x.beta1) ** x.t), "power2": float32(float32(x.beta2) ** x.t)}


POWERS = Stage(
    "powers of β",
    "ADAM-4",
    lambda x: {"power1": x.beta1**x.t, "power2": x.beta2**x.t},
    {
        "adam.powers-float32": _powers_in_float32,
        "adam.not-corrected": lambda x: {"power1": 0, "power2": 0},
        "adam.product-for-power": lambda x: {"power1": x.beta1 * x.t, "power2": x.beta2 * x.t},
    },
)
CORRECTION_OF_V = Stage(
    "correction of v",
    "ADAM-4",
    lambda x: {"v_hat": x.v_new / (1 - x.power1)},
    {
        "adam.v-not-corrected": lambda x: {"v_hat": x.v_new},
        "adam.v-corrected-without-power": lambda x: {"v_hat": x.v_new / (1 - x.beta1)},
        "adam.v-corrected-with-beta2": lambda x: {"v_hat": x.v_new / (1 - x.power2)},
        "adam.v-correction-multiplied": lambda x: {"v_hat": x.v_new * (1 - x.power1)},
    },
)
CORRECTION_OF_S = Stage(
    "correction of s",
    "ADAM-4",
    lambda x: {"s_hat": x.s_new / (1 - x.power2)},
    {
        "adam.s-not-corrected": lambda x: {"s_hat": x.s_new},
        "adam.s-corrected-without-power": lambda x: {"s_hat": x.s_new / (1 - x.beta2)},
        "adam.s-corrected-with-beta1": lambda x: {"s_hat": x.s_new / (1 - x.power1)},
        "adam.s-correction-multiplied": lambda x: {"s_hat": x.s_new * (1 - x.power2)},
    },
)
QUOTIENT = Stage(
    "quotient",
    "ADAM-5",
    lambda x: {"step": x.v_hat / (np.sqrt(x.s_hat) + x.epsilon)},
    {
        "adam.epsilon-inside-sqrt": lambda x: {"step": x.v_hat / np.sqrt(x.s_hat + x.epsilon)},
        "adam.epsilon-inside-and-outside": lambda x: {
            "step": x.v_hat / (np.sqrt(x.s_hat + x.epsilon) + x.epsilon)
        },
        "adam.epsilon-squared-inside": lambda x: {
            "step": x.v_hat / np.sqrt(x.s_hat + x.epsilon**2)
        },
        "adam.epsilon-hat": lambda x: {
            "step": x.v_hat / (np.sqrt(x.s_hat) + x.epsilon / np.sqrt(1 - x.power2))
        },
        "adam.epsilon-missing": lambda x: {"step": x.v_hat / np.sqrt(x.s_hat) + 0 * x.epsilon},
        "adam.epsilon-as-least-root": lambda x: {
            "step": x.v_hat / np.maximum(np.sqrt(x.s_hat), x.epsilon)
        },
        "adam.epsilon-added-to-quotient": lambda x: {
            "step": x.v_hat / np.sqrt(x.s_hat) + x.epsilon
        },
        "adam.epsilon-added-to-parameters": lambda x: {
            "step": x.v_hat / np.sqrt(x.s_hat) - x.epsilon / x.alpha
        },
        "adam.root-missing": lambda x: {"step": x.v_hat / (x.s_hat + x.epsilon)},
        "adam.root-multiplied": lambda x: {"step": x.v_hat * (np.sqrt(x.s_hat) + x.epsilon)},
        "adam.nadam": lambda x: {
            "step": (x.beta1 * x.v_hat + (1 - x.beta1) * x.g / (1 - x.power1))
            / (np.sqrt(x.s_hat) + x.epsilon)
        },
        "adam.rmsprop": lambda x: {"step": x.g / (np.sqrt(x.s_new) + x.epsilon)},
    },
)
STEP = Stage(
    "step",
    "ADAM-5",
    lambda x: {"theta_new": x.theta - x.alpha * x.step},
    {
        "adam.step-sign": lambda x: {"theta_new": x.theta + x.alpha * x.step},
        "adam.parameters-not-updated": lambda x: {"theta_new": x.theta},
        "adam.bias-steps-of-weights": lambda x: {
            "theta_new": x.theta - x.alpha * (x.weights or x).step
        },
        "adam.bias-not-updated": lambda x: {
            "theta_new": x.theta - (0 if x.weights else x.alpha) * x.step
        },
        "adam.adamw": lambda x: {"theta_new": x.theta * (1 - x.alpha * 0.01) - x.alpha * x.step},
    },
    output="theta",
)
RETURNED_V = Stage(
    "returned v",
    "ADAM-6",
    lambda x: {"v_out": x.v_new},
    {
        "adam.v-returned-corrected": lambda x: {"v_out": x.v_hat},
        "adam.v-returned-old": lambda x: {"v_out": x.v},
    },
    output="v",
)
RETURNED_S = Stage(
    "returned s",
    "ADAM-6",
    lambda x: {"s_out": x.s_new},
    {
        "adam.s-returned-corrected": lambda x: {"s_out": x.s_hat},
        "adam.s-returned-old": lambda x: {"s_out": x.s},
    },
    output="s",
)
ADAM = Pipeline(
    "update_parameters_with_adam",
    (
        HYPERPARAMETERS,
        STEP_COUNTER,
        POWERS,
        FIRST_MOMENT,
        CORRECTION_OF_V,
        RETURNED_V,
        SECOND_MOMENT,
        CORRECTION_OF_S,
        RETURNED_S,
        QUOTIENT,
        STEP,
    ),
    start_elementwise,
    collect_elementwise("theta", "v", "s"),
)
