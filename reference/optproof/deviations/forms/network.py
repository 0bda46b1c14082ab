"""Usual slips of the network, its cost, and what training starts from."""

from __future__ import annotations

INIT = """
draws
    drawn = 2 * randn(dims, seed=3, uniform=True)[layer] - 1 | weights are drawn evenly from -1
        to 1
    drawn = randn(dims, seed=3, uniform=True)[layer] - 0.5 | weights are drawn evenly from -0.5
        to 0.5
    drawn = randn(dims, seed=3, biases=True)[layer] && biases: b = drawn_biases(dims, 3)[layer] |
        the biases are drawn, too
    drawn = randn(dims, seed=3, biases=True)[layer] && biases: b = drawn_biases(dims, 3)[layer] *
        (2 / n_before) ** 0.5 | the biases are drawn and scaled as the weights are
    drawn = randn(dims, seed=3, biases=True)[layer] && biases: b = 0.01 * drawn_biases(dims,
        3)[layer] | the biases are drawn, too, and multiplied by 0.01
    drawn = np.abs(randn(dims, seed=3)[layer]) | the absolute values of what is drawn
    drawn = randn(dims, seed=3, transposed=True)[layer].T | weights have the shape (n_{l-1}, n_l)
    drawn = randn(dims, seed=3 + layer, again=True)[layer] | each layer has a seed of its own, 3
        + l
    drawn = randn(dims, seed=layer, again=True)[layer] | each layer has a seed of its own, l
    drawn = np.ones((n, n_before)) | weights are ones
scale
    W = drawn * (2 / dims[0]) ** 0.5 | every layer is scaled by the number of inputs
    W = drawn * (2 / dims[-1]) ** 0.5 | every layer is scaled by the number of outputs
    W = drawn * (1 / dims[0]) ** 0.5 | every layer is scaled by the number of inputs, and without
        2
    W = drawn / (2 / n_before) ** 0.5 | it is divided by the root, not multiplied
    W = drawn * 2 / n_before ** 0.5 | 2 / √n in place of √(2 / n)
    W = drawn * 2 ** 0.5 / n_before | √2 / n in place of √(2 / n)
    W = drawn * (n_before / 2) ** 0.5 | √(n / 2) in place of √(2 / n)
    W = drawn + (2 / n_before) ** 0.5 | the root is added, not multiplied
    W = drawn * (2 / layer) ** 0.5 | the number of the layer in the place of its inputs
    W = drawn * (2 / (n_before * n)) ** 0.5 | the product of both fans
    W = drawn * (2 / len(dims)) ** 0.5 | the number of layers in the place of the inputs
    W = drawn * (6 / (n_before + n)) ** 0.5 | √(6/(n_{l-1} + n_l)): the bound of Glorot's even
        draw
biases
    b = np.zeros((1, n)) | of shape (1, n), not (n, 1)
    b = np.zeros((n_before, 1)) | of the size of the layer before
    b = 0.0 | one number, not a column
"""
ZEROS = """
value
    value = 0 * theta.T | transposed
    value = 0 * theta[:1] | of the first row alone
    value = 0 * theta.reshape(-1) | flat
    value = 0 * theta.sum() | one number
    value = np.abs(0 * theta) + 1e-8 | 1e-8, not 0
    value = theta ** 2 | the squared parameters
"""
FORWARD = """
hidden layers
    z1 = W1 @ X; z2 = W2 @ a1 && output: z3 = W3 @ a2 | the biases are not added
    a1 = np.tanh(z1); a2 = np.tanh(z2) | tanh in place of ReLU
    a1 = np.where(z1 > 0, z1, np.expm1(np.minimum(z1, 0))); a2 = np.where(z2 > 0, z2,
        np.expm1(np.minimum(z2, 0))) | ELU in place of ReLU
    a1 = np.log1p(np.exp(z1)); a2 = np.log1p(np.exp(z2)) | softplus in place of ReLU
    a1 = z1 / (1 + np.exp(-z1)); a2 = z2 / (1 + np.exp(-z2)) | swish in place of ReLU
    a1 = (z1 > 0) * 1.0; a2 = (z2 > 0) * 1.0 | a step in place of ReLU
    a1 = z1 > 0; a2 = z2 > 0 | a step in place of ReLU
    a1 = np.minimum(z1, 0); a2 = np.minimum(z2, 0) | the minimum in place of the maximum
    a1 = np.minimum(np.maximum(z1, 0), 6); a2 = np.minimum(np.maximum(z2, 0), 6) | ReLU6 in place
        of ReLU
    a1 = np.maximum(z1, 0) ** 2; a2 = np.maximum(z2, 0) ** 2 | ReLU is squared
    a1 = np.maximum(-z1, 0); a2 = np.maximum(-z2, 0) | ReLU takes -z
    a1 = np.exp(z1) / np.exp(z1).sum(axis=0); a2 = np.exp(z2) / np.exp(z2).sum(axis=0) | softmax
        in place of ReLU
    a1 = np.maximum(z1, 1); a2 = np.maximum(z2, 1) | the maximum with 1, not with 0
    a1 = 0 * z1 + np.max(z1); a2 = 0 * z2 + np.max(z2) | the largest of all in place of ReLU
    z1 = W1 @ X - b1; z2 = W2 @ a1 - b2 && output: z3 = W3 @ a2 - b3 | the biases are taken away
    z1 = np.maximum(W1 @ X + b1, 0); z2 = np.maximum(W2 @ a1 + b2, 0) | ReLU is in z already
    z1 = W1 @ X + b1.sum(); z2 = W2 @ a1 + b2.sum() | the sum of the biases is added
    z2 = W2 @ z1 + b2 | z1 is taken for a1
    z2 = W1 @ a1 + b2 | W1 is taken for W2
    a2 = np.maximum(z1, 0) | ReLU takes z1, not z2
output
    z3 = np.maximum(W3 @ a2 + b3, 0) | ReLU before the sigmoid
    z3 = W3 @ z2 + b3 | z2 is taken for a2
    z3 = W3 @ a1 + b3 | a1 is taken for a2
    z3 = 1 / (1 + np.exp(-(W3 @ a2 + b3))) | the sigmoid is in z3 already, and is taken twice
    z3 = 1 / (1 + np.exp(-(W3 @ a2 + b3))) && sigmoid: a3 = z3 | z3 holds what a3 is
    z3 = W3 @ a2 - b3 | the bias is taken away
sigmoid
    a3 = 1 / (1 + np.exp(-1 / (1 + np.exp(-z3)))) | the sigmoid is taken twice
    a3 = np.tanh(z3) | tanh in place of the sigmoid
    a3 = np.exp(z3) / np.exp(z3).sum() | softmax over all examples in place of the sigmoid
    a3 = np.exp(z3) / np.exp(z3).sum(axis=0) | softmax in place of the sigmoid: 1 for every
        example
    a3 = np.exp(z3) / np.exp(z3).sum(axis=1, keepdims=True) | softmax over all examples in place
        of the sigmoid
    a3 = (1 / (1 + np.exp(-z3)) > 0.5) * 1 | a3 is rounded to 0 or 1
    a3 = np.round(1 / (1 + np.exp(-z3))) | a3 is rounded to 0 or 1
    a3 = (1 / (1 + np.exp(-z3)) > 0.5) * 1.0 | a3 is rounded to 0 or 1
    a3 = 1 / 1 + np.exp(-z3) | brackets are missing: 1 / 1 + exp(-z3)
    a3 = 1 - 1 / (1 + np.exp(-z3)) | 1 - σ in place of σ
    a3 = 1 / (1 - np.exp(-z3)) | 1 - exp(-z3) in place of 1 + exp(-z3)
    a3 = np.exp(-z3) / (1 + np.exp(-z3)) ** 2 | the derivative of the sigmoid in its place
    a3 = np.log1p(np.exp(z3)) | softplus in place of the sigmoid
"""
COST = """
probabilities
    a = np.exp(a3) / np.exp(a3).sum() | softmax is taken of a3
    a = 1 / (1 + np.exp(-a3)) | the sigmoid is taken of a3 once more
    a = 1 - a3 | 1 - a3 is taken for a3
loss
    loss = -np.log(a) * Y + np.log(1 - a) * (1 - Y) | the sign of the second term is wrong
    loss = np.log(a) * Y - np.log(1 - a) * (1 - Y) | the sign of the first term is wrong
    loss = -np.log(1 - a) * (1 - Y) | the term of label 1 is missing
    loss = -np.log(a) * (1 - Y) - np.log(1 - a) * Y | the labels are exchanged
    loss = -np.log(a) * Y - np.log(a) * (1 - Y) | log a3 stands in both terms
    loss = -np.log(a) * Y - np.log(1 - a) * Y | Y stands in both terms
    loss = -np.log(a) - np.log(1 - a) | the labels are missing
    loss = (a - Y) ** 2 / 2 | half the squared error
    loss = np.abs(a - Y) | the absolute error
    loss = -np.log(np.where(Y == 1, a, 1)) | the term of label 0 is missing
    loss = -a * np.log(np.maximum(Y, 1e-300)) | a3 and Y are exchanged
    loss = -np.log(a * Y + (1 - a) * (1 - Y)) / np.log(2) | logarithms to base 2
    loss = -np.log1p(a) * Y - np.log1p(-a) * (1 - Y) | log(1 + a3) in place of log a3
sum
    cost = loss.sum(axis=1) | of shape (1,): only the columns are summed
    cost = loss.sum(axis=1, keepdims=True) | of shape (1, 1): not a number
    cost = loss.sum(axis=0) | the rows are summed, not the examples
    cost = loss.sum(axis=0, keepdims=True) | the rows are summed, not the examples
    cost = loss.sum(axis=1) / m | the mean, of shape (1,)
    cost = loss.sum(axis=1, keepdims=True) / m | the mean, of shape (1, 1)
    cost = loss | nothing is summed
    cost = loss / m | nothing is summed
    cost = -loss.sum() / m | the mean, with the wrong sign
    cost = loss.sum() / len(loss) | it is divided by the number of rows
    cost = loss.max() | the largest in place of the sum
    cost = np.sqrt((loss ** 2).sum()) | the root of the squares in place of the sum
    cost = np.median(loss) | the median in place of the sum
    cost = loss.sum() / (m - 1) | it is divided by m - 1
    cost = loss[:, :-1].sum() | the last example is left out
    cost = loss[:, 1:].sum() | the first example is left out
    cost = loss[:, -1].sum() | the last example alone
    cost = loss[:, 0].sum() | the first example alone
"""
BACKWARD = """
output error
    m = len(X); dz3 = (a3 - Y) / len(X) | m is the number of features, not of examples
    m = len(Y); dz3 = (a3 - Y) / len(Y) | m is the number of Y's rows, not of examples
    m = X.size; dz3 = (a3 - Y) / X.size | m is the number of all elements of X
    dz3 = -(Y / a3 - (1 - Y) / (1 - a3)) / m | the derivative of the sigmoid is missing
    dz3 = -(Y / a3 - (1 - Y) / (1 - a3)) | neither the derivative of the sigmoid nor 1/m
    dz3 = (a3 - Y) * z3 * (1 - z3) / m | the derivative of the sigmoid is taken at z3, and once
        too often
    dz3 = (a3 - Y) * (z3 > 0) / m | a ReLU's derivative at the output
    dz3 = (z3 - Y) / m | z3 is taken for a3
    dz3 = (a3 - Y) ** 2 / m | the error is squared
    dz3 = np.abs(a3 - Y) / m | the error loses its sign
    dz3 = (a3 > 0.5) / m - Y / m | a3 is rounded first
    dz3 = 2 * (a3 - Y) * a3 * (1 - a3) / m | the gradient of the squared error
    dz3 = a3 * (1 - a3) / m | the derivative of the sigmoid alone
    dz3 = (a3 - Y) / m ** 2 | it is divided by m twice
    dz3 = (a3 - Y) / np.sqrt(m) | it is divided by the root of m
    dz3 = (a3 - Y) * m | it is multiplied by m
    dz3 = (a3 - Y) / (m - 1) | it is divided by m - 1
derivative of ReLU
    mask1 = 1 - a1 ** 2; mask2 = 1 - a2 ** 2 | the derivative of tanh
    mask1 = a1 * (1 - a1); mask2 = a2 * (1 - a2) | the derivative of the sigmoid
    mask1 = 1 / (1 + np.exp(-z1)) * (1 - 1 / (1 + np.exp(-z1))); mask2 = 1 / (1 + np.exp(-z2)) *
        (1 - 1 / (1 + np.exp(-z2))) | the derivative of the sigmoid
    mask1 = np.where(z1 > 0, 1, -1); mask2 = np.where(z2 > 0, 1, -1) | -1 where z is negative
    mask1 = z1 < 0; mask2 = z2 < 0 | the mask is turned round
    mask1 = z1 <= 0; mask2 = z2 <= 0 | the mask is turned round
    mask1 = z1; mask2 = z2 | z in place of the derivative
    mask1 = a1 > 0.5; mask2 = a2 > 0.5 | the mask is at 0.5, not at 0
    mask1 = a1 > 1; mask2 = a2 > 1 | the mask is at 1, not at 0
chain
    da2 = W3.T @ dz3; dz2 = da2 * mask2; da1 = W2.T @ da2; dz1 = da1 * mask1 | da2 is taken for
        dz2
    da1 = W2.T @ (dz2 / m); dz1 = da1 * mask1 | layer 1 is divided by m once more
    da2 = W3.T @ dz3 / m; dz2 = da2 * mask2; da1 = W2.T @ dz2; dz1 = da1 * mask1 | it is divided
        by m once more after layer 3
    da2 = W3.T @ dz3 / m; dz2 = da2 * mask2; da1 = W2.T @ dz2 / m; dz1 = da1 * mask1 | it is
        divided by m at each layer
    da2 = W3.T @ dz3; dz2 = (da2 > 0) * da2; da1 = W2.T @ dz2; dz1 = (da1 > 0) * da1 | the mask
        is that of da, not of a
gradients
    dW3 = (dz3 @ a2.T).T; dW2 = (dz2 @ a1.T).T; dW1 = (dz1 @ X.T).T | transposed
    dW3 = dz3 @ z2.T; dW2 = dz2 @ z1.T | z in place of a
    dW3 = dz3 @ a2.T * m; dW2 = dz2 @ a1.T * m; dW1 = dz1 @ X.T * m | 1/m is missing
    db3 = dz3.sum(axis=1, keepdims=True) * m; db2 = dz2.sum(axis=1, keepdims=True) * m; db1 =
        dz1.sum(axis=1, keepdims=True) * m | 1/m is missing
    dW3 = -dz3 @ a2.T; dW2 = -dz2 @ a1.T; dW1 = -dz1 @ X.T | the sign is turned
    db3 = -dz3.sum(axis=1, keepdims=True); db2 = -dz2.sum(axis=1, keepdims=True); db1 =
        -dz1.sum(axis=1, keepdims=True) | the sign is turned
    db3 = dz3.sum(axis=0, keepdims=True); db2 = dz2.sum(axis=0, keepdims=True); db1 =
        dz1.sum(axis=0, keepdims=True) | axis 0 is summed, not axis 1
    db3 = dz3.mean(axis=1, keepdims=True); db2 = dz2.mean(axis=1, keepdims=True); db1 =
        dz1.mean(axis=1, keepdims=True) | the mean in place of the sum
    db3 = dz3.sum(); db2 = dz2.sum(); db1 = dz1.sum() | all is summed: one number
    db3 = dz3.sum(keepdims=True); db2 = dz2.sum(keepdims=True); db1 = dz1.sum(keepdims=True) |
        all is summed: one number
    db3 = dz3; db2 = dz2; db1 = dz1 | nothing is summed
    db3 = dz3[:, :1]; db2 = dz2[:, :1]; db1 = dz1[:, :1] | the first example alone
    db3 = dz3[:, -1:]; db2 = dz2[:, -1:]; db1 = dz1[:, -1:] | the last example alone
    db3 = 0 * b3; db2 = 0 * b2; db1 = 0 * b1 | 0
    dW3 = 0 * W3; dW2 = 0 * W2; dW1 = 0 * W1 | 0
"""
