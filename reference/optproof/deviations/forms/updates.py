"""Usual slips of the update rules."""

from __future__ import annotations

GD = """
learning rate
    g = float32(g) | the gradients are rounded to float32
    g = g / np.sqrt((g * g).sum()) | the gradient is divided by its norm, tensor by tensor
step
    theta_new = -alpha * g | the parameters are replaced by the step
    theta_new = alpha * g | the parameters are replaced by the step
    theta_new = theta * (1 - alpha * g) | θ is multiplied, not added to
    theta_new = theta - alpha / g | α is divided by the gradient
    theta_new = theta - g / alpha | the gradient is divided by α
    theta_new = theta - 2 * alpha * g | the parameters are updated twice
    theta_new = theta - alpha * g ** 2 | the gradient is squared
    theta_new = g - alpha * theta | θ and the gradient are exchanged
    theta_new = theta - alpha * theta | the parameters stand in the place of the gradient
    theta_new = theta - alpha * g.mean(axis=-1, keepdims=True) | the gradient is averaged along
        each row
    theta_new = float32(theta - alpha * g) | the parameters are rounded to float32
"""
MOMENTUM = """
hyperparameters
    alpha, beta = beta, alpha | α and β are exchanged
    g = float32(g) | the gradients are rounded to float32
    g = g / np.sqrt((g * g).sum()) | the gradient is divided by its norm, tensor by tensor
    beta = bfloat16(beta) | β is held in bfloat16
velocity
    v_new = float32(beta * v + (1 - beta) * g) | v is held in float32
    v_new = beta * v + beta * g | β g in place of (1 - β) g
    v_new = beta * v + (1 + beta) * g | (1 + β) g in place of (1 - β) g
    v_new = beta * v + (1 - beta) * g ** 2 | the gradient is squared
    v_new = beta * v + np.sqrt(1 - beta ** 2) * g | the factor is the root of 1 - β²
    v_new = v + g | gradients are summed: neither β nor 1 - β
    v_new = g + 0 * v | v is the gradient: nothing is averaged
    v_new = beta * (v + g) | β (v + dθ) in place of β v + (1 - β) dθ
    v_new = beta * (v + (1 - beta) * g) | β multiplies both terms
    v_new = beta * v + (1 - beta) * alpha * g; alpha = 1 | the learning rate stands in the
        velocity
    v_new = beta * v + (1 - beta) * v | v is averaged with itself: the gradient is not used
    v_new = beta * g + (1 - beta) * g + 0 * v | v is the gradient: nothing is averaged
    v_new = beta * v + g && step: theta_new = theta - alpha * (1 - beta) * v_new | the factor 1 -
        β stands in the step, not in the velocity
    v_new = beta * v + g && step: theta_new = theta - alpha * (g + beta * v_new) | Nesterov's
        momentum without the factor 1 - β: θ - α (dθ + β v)
    v_new = beta * v - alpha * g && step: theta_new = theta + beta * v_new - alpha * g |
        Nesterov's momentum: v := β v - α dθ, θ := θ + β v - α dθ
    v_new = beta * v - alpha * g && step: theta_new = theta - beta * v + (1 + beta) * v_new |
        Nesterov's momentum: v := β v - α dθ, θ := θ - β v_old + (1 + β) v
    v_new = beta * v + alpha * g && step: theta_new = theta - beta * v_new - alpha * g |
        Nesterov's momentum: v := β v + α dθ, θ := θ - β v - α dθ
    v_new = beta * v - (1 - beta) * alpha * g && step: theta_new = theta + beta * v_new - alpha *
        g | Nesterov's momentum, with the learning rate in the velocity
    v_new = beta * v - alpha * g && step: theta_new = theta - v_new | v := β v - α dθ, but θ := θ
        - v: uphill
    v_new = beta * v + alpha * g && step: theta_new = theta - alpha * v_new | the learning rate
        stands in the velocity and in the step
    v_new = beta * v - alpha * g && step: theta_new = theta + alpha * v_new | the learning rate
        stands in the velocity and in the step
    v_new = beta * v + (1 - beta) * alpha * g && step: theta_new = theta - alpha * v_new | the
        learning rate stands in the velocity and in the step
step
    theta_new = theta - alpha * (g + beta * v_new) | Nesterov's form with the whole gradient: θ -
        α (dθ + β v)
    theta_new = theta - alpha * (g + beta * v) | θ - α (dθ + β v), with the old v
    theta_new = theta - alpha * (beta * v + g) | θ - α (dθ + β v), with the old v
    theta_new = theta - alpha * (v_new + (1 - beta) * g) | the gradient is added once more
    theta_new = theta - alpha * (v_new + g) | the gradient is added to v in the step
    theta_new = theta - alpha * beta * v_new | the step is multiplied by β
    theta_new = theta - alpha * (1 - beta) * v_new | the step is multiplied by 1 - β
    theta_new = theta - alpha * v_new / (1 - beta) | the step is divided by 1 - β
    theta_new = theta - v_new | α is left out
    theta_new = theta + v_new | α is left out, and the sign is wrong
    theta_new = -alpha * v_new | the parameters are replaced by the step
    theta_new = theta - 2 * alpha * v_new | the parameters are updated twice
    theta_new = theta - alpha * v_new * g | v is multiplied by the gradient
    theta_new = theta - alpha * np.sign(v_new) | the sign of v in place of v
    theta_new = float32(theta - alpha * v_new) | the parameters are rounded to float32
    theta_new = theta * (1 - alpha * v_new) | θ is multiplied, not added to
returned v
    v_out = g | the gradients are returned as v
    v_out = -v_new | v is returned with its sign turned
    v_out = theta_new | the parameters are returned as v
"""
ADAM = """
hyperparameters
    alpha, beta1, beta2, epsilon = map(bfloat16, (alpha, beta1, beta2, epsilon)) | the
        hyperparameters are held in bfloat16
    beta1, beta2 = map(bfloat16, (beta1, beta2)) | the betas are held in bfloat16
    alpha, beta1, beta2, epsilon = map(float16, (alpha, beta1, beta2, epsilon)) | the
        hyperparameters are held in float16
    beta1, beta2 = map(float16, (beta1, beta2)) | the betas are held in float16
    beta2 = float32(beta2) | β2 is held in float32
    beta1 = float32(beta1) | β1 is held in float32
    epsilon = float32(epsilon) | ε is held in float32
    alpha = float32(alpha) | α is held in float32
    g = float32(g) | the gradients are rounded to float32
    theta = float32(theta) | the parameters are rounded to float32
    beta2 = beta1 | β1 is taken for both betas
    beta1 = beta2 | β2 is taken for both betas
    g = g / np.sqrt((g * g).sum()) | the gradient is divided by its norm, tensor by tensor
    alpha, beta1, beta2 = beta1, alpha, beta2 | α and β1 are exchanged
    beta2, epsilon = epsilon, beta2 | β2 and ε are exchanged
    beta1, beta2, epsilon = beta2, epsilon, beta1 | β1, β2 and ε are exchanged
    alpha, beta1, beta2, epsilon = beta1, beta2, epsilon, alpha | α stands last: the
        hyperparameters are exchanged
    beta1, beta2 = beta1 ** t, beta2 ** t | βᵗ is taken for β in the moments too
step counter
    t = position // 2 + 1 | t is the number of the layer, not of the step
    t = position // 2 | t is the number of the layer, from 0, not of the step
    t = position + 1 | t is the number of the tensor, not of the step
    t = t + position // 2 + 1 | t is raised within a step, before each layer
    t = t + position + 1 | t is raised within a step, before each tensor
    t = 2 * t | t is taken twice
    t = 2 * t - 1 | t is raised twice in a step
    t = t // 2 | t is halved
    t = min(t, 1) | t is at most 1
    t = t % 2 | t is taken modulo 2
powers of β
    power1 = (1 - beta1) ** t; power2 = (1 - beta2) ** t | 1 - (1 - β)^t in place of 1 - β^t
    power1 = (1 - beta1) ** t | 1 - (1 - β1)^t in place of 1 - β1^t
    power2 = (1 - beta2) ** t | 1 - (1 - β2)^t in place of 1 - β2^t
    power1 = beta1 ** (t + 1) | t is one ahead in the correction of v
    power2 = beta2 ** (t + 1) | t is one ahead in the correction of s
    power1 = beta1; power2 = beta2 | the corrections are without the power: 1 - β
    power1 = t * beta1 ** (t - 1); power2 = t * beta2 ** (t - 1) | the derivative of βᵗ in place
        of βᵗ
    power1 = t ** beta1; power2 = t ** beta2 | t^β in place of β^t
    power1 = np.exp(-beta1 * t); power2 = np.exp(-beta2 * t) | exp(-β t) in place of βᵗ
first moment
    v_new = float32(beta1 * v + (1 - beta1) * g) | v is held in float32
    v_new = beta1 * v + (1 - beta1) * theta | the parameters are averaged, not the gradients
    v_new = beta1 * v + (1 - beta1) * g ** 2 | v has the squared gradient
    v_new = beta1 * v + (1 - beta1) * np.sign(g) | v has the sign of the gradient
    v_new = g + 0 * v | v is the gradient: nothing is averaged
    v_new = float32(beta1 * v + (1 - beta1) * g) && second moment: s_new = float32(beta2 * s + (1
        - beta2) * g ** 2) | the moments are held in float32
    v_new = beta1 * v + (1 - beta1) * g ** 2 && second moment: s_new = beta2 * s + (1 - beta2) *
        g | the gradient and its square are exchanged
    v_new = v && second moment: s_new = s | the moments are not updated
second moment
    s_new = float32(beta2 * s + (1 - beta2) * g ** 2) | s is held in float32
    s_new = beta2 * s + (1 - beta2) * (g ** 2).sum(axis=-1, keepdims=True) | squares are summed
        along each row
    s_new = beta2 * s + (1 - beta2) * (g ** 2).sum(axis=0, keepdims=True) | squares are summed
        along each column
    s_new = beta2 * s + (1 - beta2) * (g ** 2).mean(axis=-1, keepdims=True) | the mean square of
        each row is taken
    s_new = beta2 * s + (1 - beta2) * (g ** 2).mean(axis=0, keepdims=True) | the mean square of
        each column is taken
    s_new = beta2 * s + (1 - beta2) * (g ** 2).mean() | the mean square of the whole tensor is
        taken
    s_new = beta2 * s + (1 - beta2) * np.sqrt((g ** 2).sum()) | the norm of the tensor is taken
    s_new = beta2 * s + (1 - beta2) * g * v_new | g is multiplied by v, not by itself
    s_new = beta2 * s + (1 - beta2) * g * v | g is multiplied by the old v, not by itself
    s_new = beta2 * s + ((1 - beta2) * g) ** 2 | the factor 1 - β2 is squared, too
    s_new = beta2 * s + np.sqrt(1 - beta2) * g ** 2 | the factor is the root of 1 - β2
    s_new = beta2 * s + (1 - beta2) * np.sqrt(np.abs(g)) | the root of the gradient in place of
        its square
    s_new = beta2 * s + (1 - beta2) * 2 * g | 2 g in place of g²
    s_new = beta2 * s + (1 - beta2) * g ** 3 | g³ in place of g²
    s_new = np.maximum(beta2 * s, np.abs(g)) | AdaMax: the largest |g| so far
    s_new = (beta2 * np.sqrt(s) + (1 - beta2) * np.abs(g)) ** 2 | roots are averaged, not squares
    s_new = beta2 * s + (1 - beta2) * v_hat ** 2 | the square of v̂ in place of g²
    s_new = beta2 * s + (1 - beta2) * theta ** 2 | the square of the parameters in place of g²
correction of v
    v_hat = (beta2 * s + (1 - beta2) * g ** 2) / (1 - power1) | v̂ is made from s in place of v
    v_hat = g / (1 - power1) | the gradient is corrected, not v
    v_hat = v_new / power1 | v is divided by β1ᵗ
    v_hat = v_new / (1 - beta1 * t) | 1 - β1 t in place of 1 - β1^t
correction of s
    s_hat = s_new / power2 | s is divided by β2ᵗ
    s_hat = s_new / (1 - beta2 * t) | 1 - β2 t in place of 1 - β2^t
    s_hat = s_new / np.sqrt(1 - power2) | s is divided by the root of 1 - β2ᵗ
    s_hat = s_new / (1 - power2) ** 2 | s is corrected twice
    s_hat = v_hat / (1 - power2) | ŝ is made from v̂
returned v
    v_out = beta2 * s + (1 - beta2) * g ** 2 && returned s: s_out = v_new | v and s are exchanged
        where they are returned
    v_out = g | the gradients are returned as v
    v_out = v_hat && returned s: s_out = s_hat | the corrected v̂ and ŝ are returned as the new v
        and s
    v_out = v && returned s: s_out = s | the old v and s are returned
returned s
    s_out = v_new | v is returned as s
    s_out = g ** 2 | the squared gradients are returned as s
quotient
    step = v_hat / np.square(s_hat) | the square of ŝ in place of its root, without ε
    step = v_hat / (s_hat ** 2 + epsilon) | the square of ŝ in place of its root
    step = v_hat / s_hat | v̂ / ŝ: neither root nor ε
    step = v_hat | nothing is divided by the root of ŝ
    step = v_new | nothing is corrected, and nothing divided by the root of s
    step = g | the moments are not used: gradient descent
    step = g / (np.sqrt(s_hat) + epsilon) | the gradient in place of v̂: RMSProp
    step = v_hat / np.sqrt(s_hat) + epsilon | ε stands outside the quotient
    step = v_hat / (np.sqrt(s_hat) - epsilon) | ε is taken away
    step = v_hat / np.sqrt(s_hat + epsilon ** 2) | ε² is added under the root
    step = v_hat / (1 + np.sqrt(s_hat)) | 1 is added in place of ε
    step = v_hat / (np.sqrt(s_hat) * epsilon) | ε multiplies the root
    step = np.sqrt(v_hat) / (np.sqrt(s_hat) + epsilon) | the root of v̂ is taken, too
    step = s_hat / (np.sqrt(v_hat) + epsilon) | v̂ and ŝ are exchanged
    step = v_hat / (np.sqrt(np.abs(v_hat)) + epsilon) | the root of |v̂| in place of that of ŝ
    step = v_hat / (np.sqrt(v_hat ** 2) + epsilon) | the root of v̂² in place of that of ŝ
    step = v_hat / (np.sqrt(s_hat).sum() + epsilon) | the roots of the whole tensor are summed
    step = v_hat / (np.sqrt(s_hat.sum()) + epsilon) | ŝ is summed over the whole tensor
    step = v_hat / (np.sqrt(s_hat.mean()) + epsilon) | ŝ is averaged over the whole tensor
step
    theta_new = theta - step | α is left out
    theta_new = -alpha * step | the parameters are replaced by the step
    theta_new = alpha * step | the parameters are replaced by the step
    theta_new = theta - alpha * g | the moments are kept but not used
    theta_new = theta - alpha / t * step | α is divided by t
    theta_new = theta - alpha / np.sqrt(t) * step | α is divided by the root of t
    theta_new = theta - alpha * t * step | α is multiplied by t
    theta_new = theta - alpha * (1 - beta1) * step | the step is multiplied by 1 - β1
    theta_new = theta - alpha * beta1 * step | the step is multiplied by β1
    theta_new = theta - 2 * alpha * step | the parameters are updated twice
    theta_new = theta * (1 - alpha * step) | θ is multiplied, not added to
    theta_new = float32(theta - alpha * step) | the parameters are rounded to float32
    theta_new = g - alpha * step | the step is taken from the gradient, not from the parameters
"""
