"""Numbers that may be others than specified: a formula with ``c`` in it, its limits, a sentence.

A hyperparameter's limits are those that it has (ε > 0, 0 <= β < 1, α > 0): without them a
forgotten ε, swapped betas or ascent would be solved, too, and called right but for a number.
"""

ADAM = """
hyperparameters
    alpha = c | 0 < c < 1000 | the learning rate is {c}, whatever is passed
    beta1 = c | -1e-300 < c < 1 | β1 is {c}, whatever is passed
    beta2 = c | -1e-300 < c < 1 | β2 is {c}, whatever is passed
    epsilon = c | 0 < c < 10 | ε is {c}, whatever is passed
    g = g + c * theta | -1000 < c < 1000 | {c} θ is added to the gradient: L2 weight decay
    g = c * g | -1000 < c < 1000 | the gradient is multiplied by {c}
    g = np.minimum(np.maximum(g, -c), c) | 0 < c < 1000 | the gradient is clipped to ±{c}
    g = g * np.minimum(1, c / np.sqrt((g * g).sum())) | 0 < c < 1000 | the gradient's norm is
        clipped to {c}, tensor by tensor
    t = c | 0 < c < 1000 | t is {c}, whatever is passed
    alpha = alpha * c ** (t - 1) | 0 < c < 10 | the learning rate does not stay: it is multiplied
        by {c} after each step
    alpha = alpha * c ** t | 0 < c < 10 | the learning rate does not stay: it is multiplied by
        {c} before each step
    alpha = alpha / (1 + c * (t - 1)) | 0 < c < 1000 | the learning rate does not stay: it is
        divided by 1 + {c} times the number of steps before
    alpha = alpha / (1 + c * t) | 0 < c < 1000 | the learning rate does not stay: it is divided
        by 1 + {c} times the number of the step
powers of β
    power1 = beta1 ** c | 0 < c < 1000 | t is {c} in the correction of v, whatever is passed
    power2 = beta2 ** c | 0 < c < 1000 | t is {c} in the correction of s, whatever is passed
first moment
    v_new = beta1 * v + c * g | -1000 < c < 1000 | the gradient's weight is {c}, not 1 - β1
second moment
    s_new = beta2 * s + c * g ** 2 | -1000 < c < 1000 | the weight of g² is {c}, not 1 - β2
correction of v
    v_hat = c * v_new | -1000 < c < 1000 | v is multiplied by {c}, whatever t is
correction of s
    s_hat = c * s_new | 0 < c < 1000 | s is multiplied by {c}, whatever t is
second moment
    s_new = np.maximum(beta2 * s + (1 - beta2) * g ** 2, c) | 0 < c < 10 | s is at least {c}
quotient
    step = v_hat / (np.sqrt(s_hat + c) + epsilon) | 0 < c < 10 | {c} is added under the root
step
    theta_new = theta - c * alpha * step | -1000 < c < 1000 | the step is multiplied by {c}
    theta_new = theta * (1 - alpha * c) - alpha * step | -1000 < c < 1000 | the parameters decay
        by α times {c}, apart from the gradient: decoupled weight decay (AdamW)
    theta_new = theta * (1 - c) - alpha * step | -1000 < c < 1000 | the parameters decay by {c}
        in each step, apart from the gradient: decoupled weight decay
    theta_new = theta - alpha * np.minimum(np.maximum(step, -c), c) | 0 < c < 1000 | the step is
        clipped to ±{c}
"""
MOMENTUM = """
hyperparameters
    alpha = c | 0 < c < 1000 | the learning rate is {c}, whatever is passed
    beta = c | -1e-300 < c < 1 | β is {c}, whatever is passed
    alpha = alpha * c ** (t - 1) | 0 < c < 10 | the learning rate does not stay: it is multiplied
        by {c} after each step
    alpha = alpha * c ** t | 0 < c < 10 | the learning rate does not stay: it is multiplied by
        {c} before each step
    alpha = alpha / (1 + c * (t - 1)) | 0 < c < 1000 | the learning rate does not stay: it is
        divided by 1 + {c} times the number of steps before
    alpha = alpha / (1 + c * t) | 0 < c < 1000 | the learning rate does not stay: it is divided
        by 1 + {c} times the number of the step
    g = g + c * theta | -1000 < c < 1000 | {c} θ is added to the gradient: L2 weight decay
    g = c * g | -1000 < c < 1000 | the gradient is multiplied by {c}
    g = np.minimum(np.maximum(g, -c), c) | 0 < c < 1000 | the gradient is clipped to ±{c}
    g = g * np.minimum(1, c / np.sqrt((g * g).sum())) | 0 < c < 1000 | the gradient's norm is
        clipped to {c}, tensor by tensor
velocity
    v_new = beta * v + c * g | -1000 < c < 1000 | the gradient's weight is {c}, not 1 - β
step
    theta_new = theta - c * alpha * v_new | -1000 < c < 1000 | the step is multiplied by {c}
    theta_new = theta * (1 - alpha * c) - alpha * v_new | -1000 < c < 1000 | the parameters decay
        by α times {c}, apart from the velocity: decoupled weight decay
"""
GD = """
learning rate
    alpha = c | 0 < c < 1000 | the learning rate is {c}, whatever is passed
    alpha = alpha * c ** (t - 1) | 0 < c < 10 | the learning rate does not stay: it is multiplied
        by {c} after each step
    alpha = alpha * c ** t | 0 < c < 10 | the learning rate does not stay: it is multiplied by
        {c} before each step
    alpha = alpha / (1 + c * (t - 1)) | 0 < c < 1000 | the learning rate does not stay: it is
        divided by 1 + {c} times the number of steps before
    alpha = alpha / (1 + c * t) | 0 < c < 1000 | the learning rate does not stay: it is divided
        by 1 + {c} times the number of the step
    g = g + c * theta | -1000 < c < 1000 | {c} θ is added to the gradient: L2 weight decay
    g = c * g | -1000 < c < 1000 | the gradient is multiplied by {c}
    g = np.minimum(np.maximum(g, -c), c) | 0 < c < 1000 | the gradient is clipped to ±{c}
    g = g * np.minimum(1, c / np.sqrt((g * g).sum())) | 0 < c < 1000 | the gradient's norm is
        clipped to {c}, tensor by tensor
step
    theta_new = theta * (1 - c) - alpha * g | -1000 < c < 1000 | the parameters decay by {c} in
        each step
"""
FORWARD = """
hidden layers
    a1 = np.maximum(z1, c * z1); a2 = np.maximum(z2, c * z2) | -1 < c < 1 | a leaky ReLU of slope
        {c}
    a1 = np.minimum(np.maximum(z1, 0), c); a2 = np.minimum(np.maximum(z2, 0), c) | 0 < c < 1000 |
        ReLU is cut off at {c}
sigmoid
    a3 = 1 / (1 + np.exp(-c * z3)) | -1000 < c < 1000 | the sigmoid takes {c} z3
    a3 = np.minimum(np.maximum(1 / (1 + np.exp(-z3)), c), 1 - c) | 0 < c < 0.5 | the output is
        clipped to {c} and 1 - {c}
"""
COST = """
probabilities
    a = np.minimum(np.maximum(a3, c), 1 - c) | 0 < c < 0.5 | a3 is clipped to {c} and 1 - {c}
    a = np.maximum(a3, c) | 0 < c < 0.5 | a3 is clipped to {c} from below
    a = a3 + c | -0.5 < c < 0.5 | {c} is added to a3
loss
    loss = -np.log(a + c) * Y - np.log(1 - a) * (1 - Y) | 0 < c < 0.5 | {c} is added in the
        logarithm of a3 alone
    loss = -np.log(a) * Y - np.log(1 - a + c) * (1 - Y) | 0 < c < 0.5 | {c} is added in the
        logarithm of 1 - a3 alone
    loss = -np.log(a + c) * Y - np.log(1 - a + c) * (1 - Y) | 0 < c < 0.5 | {c} is added in both
        logarithms
sum
    cost = c * loss.sum() | -1000 < c < 1000 | the cost is multiplied by {c}
    cost = c * loss.sum() / m | -1000 < c < 1000 | the cost is {c} times the mean, not the total
"""
BACKWARD = """
output error
    m = c; dz3 = (a3 - Y) / c | 0 < c < 100000 | it divides by {c}, whatever the number of
        examples
    dz3 = c * (a3 - Y) / m | -1000 < c < 1000 | all gradients are multiplied by {c}
derivative of ReLU
    mask1 = np.where(a1 > 0, 1, c); mask2 = np.where(a2 > 0, 1, c) | -1 < c < 1 | the derivative
        of a leaky ReLU of slope {c}
gradients
    dW3 = dz3 @ a2.T + c * W3; dW2 = dz2 @ a1.T + c * W2; dW1 = dz1 @ X.T + c * W1 | -1000 < c <
        1000 | {c} W is added to the gradients: L2 weight decay
    dW3 = dz3 @ a2.T + c / m * W3; dW2 = dz2 @ a1.T + c / m * W2; dW1 = dz1 @ X.T + c / m * W1 |
        -1000 < c < 1000 | {c} W / m is added to the gradients: L2 regularisation
"""
INIT = """
scale
    W = drawn * c | -1000 < c < 1000 | the weights are scaled by {c}
    W = drawn * (c / n_before) ** 0.5 | 0 < c < 1000 | the weights are scaled by √({c} /
        n_before)
    W = drawn * (c / n) ** 0.5 | 0 < c < 1000 | the weights are scaled by √({c} / n)
    W = drawn * (c / (n + n_before)) ** 0.5 | 0 < c < 1000 | the weights are scaled by √({c} / (n
        + n_before))
biases
    b = np.zeros((n, 1)) + c | -1000 < c < 1000 | the biases are {c}
"""
