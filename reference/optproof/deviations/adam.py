"""Adam, stage by stage."""

from __future__ import annotations

from . import unknowns
from .elementwise import collect_elementwise, start_elementwise
from .pipeline import Pipeline
from .table import read_forms, read_stages, read_unknowns

STAGES = """
hyperparameters (ADAM-5)
    adam.betas-swapped: beta1, beta2 = beta2, beta1
    adam.beta1-hard-coded: beta1 = 0 * beta1 + 0.9
    adam.beta2-hard-coded: beta2 = 0 * beta2 + 0.999
    adam.epsilon-hard-coded: epsilon = 0 * epsilon + 1e-08
    adam.learning-rate-hard-coded: alpha = 0 * alpha + 0.01
    adam.betas-complementary: beta1, beta2 = 1 - beta1, 1 - beta2
    adam.hyperparameters-float32: alpha, beta1, beta2, epsilon = map(float32, (alpha, beta1, beta2,
        epsilon))
    adam.betas-float32: beta1, beta2 = map(float32, (beta1, beta2))
    adam.betas-epsilon-float32: beta1, beta2, epsilon = map(float32, (beta1, beta2, epsilon))
    adam.l2 (c = 0.01): g = g + c * theta
step counter (ADAM-7)
    adam.t-minus-one: t = t - 1
    adam.t-plus-one: t = t + 1
    adam.t-not-advanced: t = 0 * t + 1
    adam.t-per-tensor: t = t + position
    adam.t-per-layer: t = t + position // 2
    adam.t-minus-one-at-least-one: t = max(t - 1, 1)
powers of β (ADAM-4)
    power1 = beta1 ** t; power2 = beta2 ** t
    adam.powers-float32: power1 = float32(float32(beta1) ** t);
        power2 = float32(float32(beta2) ** t)
    adam.powers-of-float32-betas: power1 = float32(beta1) ** t; power2 = float32(beta2) ** t
    adam.not-corrected: power1 = 0; power2 = 0
    adam.product-for-power: power1 = beta1 * t; power2 = beta2 * t
    adam.sum-for-difference: power1 = -beta1 ** t; power2 = -beta2 ** t
    adam.first-step-undamped: beta1, beta2 = (0 * beta1, 0 * beta2) if t == 1 and not
        (v * v > 0).any() else (beta1, beta2)
    adam.lazy: beta1, beta2, alpha = np.where(g == 0, 1, beta1), np.where(g == 0, 1, beta2),
        np.where(g == 0, 0, alpha)
first moment (ADAM-2)
    v_new = beta1 * v + (1 - beta1) * g
    adam.v-coefficient-missing: v_new = beta1 * v + g
    adam.v-coefficient-of-beta2: v_new = beta1 * v + (1 - beta2) * g
    adam.v-decays-with-beta2: v_new = beta2 * v + (1 - beta2) * g
    adam.v-without-decay: v_new = v + (1 - beta1) * g
    adam.v-weights-exchanged: v_new = (1 - beta1) * v + beta1 * g
    adam.v-not-carried: v_new = (1 - beta1) * g + 0 * v
correction of v (ADAM-4)
    v_hat = v_new / (1 - power1)
    adam.v-not-corrected: v_hat = v_new
    adam.v-corrected-without-power: v_hat = v_new / (1 - beta1)
    adam.v-corrected-with-beta2: v_hat = v_new / (1 - power2)
    adam.v-correction-multiplied: v_hat = v_new * (1 - power1)
    adam.v-corrected-by-power-of-difference: v_hat = v_new / (1 - beta1) ** t
    adam.v-hat-of-old-v: v_hat = v / (1 - power1)
returned v (ADAM-6) -> v
    v_out = v_new
    adam.v-returned-corrected: v_out = v_hat
    adam.v-returned-old: v_out = v
second moment (ADAM-3)
    s_new = beta2 * s + (1 - beta2) * g ** 2
    adam.s-coefficient-missing: s_new = beta2 * s + g ** 2
    adam.s-coefficient-of-beta1: s_new = beta2 * s + (1 - beta1) * g ** 2
    adam.s-decays-with-beta1: s_new = beta1 * s + (1 - beta1) * g ** 2
    adam.s-without-decay: s_new = s + (1 - beta2) * g ** 2
    adam.s-sums-all: s_new = s + g ** 2
    adam.s-weights-exchanged: s_new = (1 - beta2) * s + beta2 * g ** 2
    adam.s-not-carried: s_new = (1 - beta2) * g ** 2 + 0 * s
    adam.s-gradient-not-squared: s_new = beta2 * s + (1 - beta2) * g
    adam.s-sum-squared: s_new = (beta2 * s + (1 - beta2) * g) ** 2
    adam.s-of-absolute-gradient: s_new = beta2 * s + (1 - beta2) * np.maximum(g, -g)
    adam.s-of-v: s_new = beta2 * s + (1 - beta2) * v_new ** 2
    adam.s-of-norm: s_new = beta2 * s + (1 - beta2) * (g ** 2).sum()
    adam.adabelief: s_new = beta2 * s + (1 - beta2) * (g - v_new) ** 2
    adam.amsgrad: s_new = np.maximum(s, beta2 * s + (1 - beta2) * g ** 2)
correction of s (ADAM-4)
    s_hat = s_new / (1 - power2)
    adam.s-not-corrected: s_hat = s_new
    adam.s-corrected-without-power: s_hat = s_new / (1 - beta2)
    adam.s-corrected-with-beta1: s_hat = s_new / (1 - power1)
    adam.s-correction-multiplied: s_hat = s_new * (1 - power2)
    adam.s-corrected-by-power-of-difference: s_hat = s_new / (1 - beta2) ** t
    adam.s-corrected-from-v: s_hat = v_new / (1 - power2)
    adam.s-hat-of-old-s: s_hat = s / (1 - power2)
    adam.amsgrad-largest: m_out = larger(m, s_new); s_hat = m_out / (1 - power2)
    adam.amsgrad-largest-corrected: m_out = larger(m, s_new / (1 - power2)); s_hat = m_out
returned s (ADAM-6) -> s
    s_out = s_new
    adam.s-returned-corrected: s_out = s_hat
    adam.s-returned-old: s_out = s
quotient (ADAM-5)
    step = v_hat / (np.sqrt(s_hat) + epsilon)
    adam.epsilon-inside-sqrt: step = v_hat / np.sqrt(s_hat + epsilon)
    adam.epsilon-inside-and-outside: step = v_hat / (np.sqrt(s_hat + epsilon) + epsilon)
    adam.epsilon-squared-inside: step = v_hat / np.sqrt(s_hat + epsilon ** 2)
    adam.epsilon-hat: step = v_hat / (np.sqrt(s_hat) + epsilon / np.sqrt(1 - power2))
    adam.epsilon-missing: step = v_hat / np.sqrt(s_hat) + 0 * epsilon
    adam.epsilon-as-least-root: step = v_hat / np.maximum(np.sqrt(s_hat), epsilon)
    adam.epsilon-added-to-quotient: step = v_hat / np.sqrt(s_hat) + epsilon
    adam.epsilon-added-to-parameters: step = v_hat / np.sqrt(s_hat) - epsilon / alpha
    adam.root-missing: step = v_hat / (s_hat + epsilon)
    adam.root-multiplied: step = v_hat * (np.sqrt(s_hat) + epsilon)
    adam.nadam: step = (beta1 * v_hat + (1 - beta1) * g / (1 - power1)) / (np.sqrt(s_hat) + epsilon)
    adam.rmsprop: step = g / (np.sqrt(s_new) + epsilon)
step (ADAM-5) -> theta
    theta_new = theta - alpha * step
    adam.step-sign: theta_new = theta + alpha * step
    adam.parameters-not-updated: theta_new = theta
    adam.bias-steps-of-weights: theta_new = theta - alpha * (weights or own)["step"]
    adam.bias-not-updated: theta_new = theta if weights else theta - alpha * step
    adam.adamw (c = 0.01): theta_new = theta * (1 - alpha * c) - alpha * step
"""

_STAGES = read_stages(STAGES)
ADAM = Pipeline(
    "update_parameters_with_adam",
    _STAGES,
    start_elementwise,
    collect_elementwise("theta", "v", "s", "m"),
    read_unknowns(unknowns.ADAM, _STAGES),
    read_forms("update_parameters_with_adam", _STAGES),
)
