"""Usual slips that are no entries of the catalogue: a formula and a sentence each.

They name what people write now and then. None has an id or a signature: like all that is found, a
form counts only if it reproduces every answer.

Under each stage: ``formula | sentence``. ``&& other stage: formula`` adds what differs there.
"""

ADAM = """
hyperparameters
    alpha, beta1, beta2, epsilon = map(bfloat16, (alpha, beta1, beta2, epsilon)) | the
        hyperparameters are held in bfloat16
    beta1, beta2 = map(bfloat16, (beta1, beta2)) | the betas are held in bfloat16
    alpha, beta1, beta2, epsilon = map(float16, (alpha, beta1, beta2, epsilon)) | the
        hyperparameters are held in float16
    beta1, beta2 = map(float16, (beta1, beta2)) | the betas are held in float16
    g = float32(g) | the gradients are rounded to float32
    theta = float32(theta) | the parameters are rounded to float32
    beta2 = beta1 | β1 is taken for both betas
    beta1 = beta2 | β2 is taken for both betas
    g = g / np.sqrt((g * g).sum()) | the gradient is divided by its norm, tensor by tensor
    alpha, beta1, beta2 = beta1, alpha, beta2 | α and β1 are exchanged
    beta2, epsilon = epsilon, beta2 | β2 and ε are exchanged
    beta1, beta2, epsilon = beta2, epsilon, beta1 | β1, β2 and ε are exchanged
    alpha, beta1, beta2, epsilon = beta1, beta2, epsilon, alpha | α stands last: the hyperparameters
        are exchanged
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
    power1 = t * beta1 ** (t - 1); power2 = t * beta2 ** (t - 1) | the derivative of βᵗ in place of
        βᵗ
    power1 = t ** beta1; power2 = t ** beta2 | t^β in place of β^t
    power1 = np.exp(-beta1 * t); power2 = np.exp(-beta2 * t) | exp(-β t) in place of βᵗ
first moment
    v_new = float32(beta1 * v + (1 - beta1) * g) | v is held in float32
    v_new = beta1 * v + (1 - beta1) * theta | the parameters are averaged, not the gradients
    v_new = beta1 * v + (1 - beta1) * g ** 2 | v has the squared gradient
    v_new = beta1 * v + (1 - beta1) * np.sign(g) | v has the sign of the gradient
    v_new = g + 0 * v | v is the gradient: nothing is averaged
    v_new = float32(beta1 * v + (1 - beta1) * g) && second moment: s_new = float32(beta2 * s +
        (1 - beta2) * g ** 2) | the moments are held in float32
    v_new = beta1 * v + (1 - beta1) * g ** 2 && second moment: s_new = beta2 * s + (1 - beta2) * g |
        the gradient and its square are exchanged
    v_new = v && second moment: s_new = s | the moments are not updated
second moment
    s_new = float32(beta2 * s + (1 - beta2) * g ** 2) | s is held in float32
    s_new = beta2 * s + (1 - beta2) * (g ** 2).sum(axis=-1, keepdims=True) | squares are summed
        along each row
    s_new = beta2 * s + (1 - beta2) * (g ** 2).sum(axis=0, keepdims=True) | squares are summed along
        each column
    s_new = beta2 * s + (1 - beta2) * (g ** 2).mean(axis=-1, keepdims=True) | the mean square of
        each row is taken
    s_new = beta2 * s + (1 - beta2) * (g ** 2).mean(axis=0, keepdims=True) | the mean square of
        each column is taken
    s_new = beta2 * s + (1 - beta2) * (g ** 2).mean() | the mean square of the whole tensor is taken
    s_new = beta2 * s + (1 - beta2) * np.sqrt((g ** 2).sum()) | the norm of the tensor is taken
    s_new = beta2 * s + (1 - beta2) * g * v_new | g is multiplied by v, not by itself
    s_new = beta2 * s + (1 - beta2) * g * v | g is multiplied by the old v, not by itself
    s_new = beta2 * s + ((1 - beta2) * g) ** 2 | the factor 1 - β2 is squared, too
    s_new = beta2 * s + np.sqrt(1 - beta2) * g ** 2 | the factor is the root of 1 - β2
    s_new = beta2 * s + (1 - beta2) * np.sqrt(np.abs(g)) | the root of the gradient in place of its
        square
    s_new = beta2 * s + (1 - beta2) * 2 * g | 2 g in place of g²
    s_new = beta2 * s + (1 - beta2) * g ** 3 | g³ in place of g²
    s_new = np.maximum(beta2 * s, np.abs(g)) | AdaMax: the largest |g| so far
    s_new = (beta2 * np.sqrt(s) + (1 - beta2) * np.abs(g)) ** 2 | roots are averaged, not squares
    s_new = beta2 * s + (1 - beta2) * v_hat ** 2 | the square of v̂ in place of g²
    s_new = beta2 * s + (1 - beta2) * theta ** 2 | the square of the parameters in place of g²
correction of v
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
    v_out = v_hat && returned s: s_out = s_hat | the corrected v̂ and ŝ are returned as the new v and s
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
    v_new = beta * v + (1 - beta) * alpha * g; alpha = 1 | the learning rate stands in the velocity
    v_new = beta * v + (1 - beta) * v | v is averaged with itself: the gradient is not used
    v_new = beta * g + (1 - beta) * g + 0 * v | v is the gradient: nothing is averaged
    v_new = beta * v + g && step: theta_new = theta - alpha * (1 - beta) * v_new | the factor 1 - β
        stands in the step, not in the velocity
    v_new = beta * v + g && step: theta_new = theta - alpha * (g + beta * v_new) | Nesterov's
        momentum without the factor 1 - β: θ - α (dθ + β v)
    v_new = beta * v - alpha * g && step: theta_new = theta + beta * v_new - alpha * g | Nesterov's
        momentum: v := β v - α dθ, θ := θ + β v - α dθ
    v_new = beta * v - alpha * g && step: theta_new = theta - beta * v + (1 + beta) * v_new |
        Nesterov's momentum: v := β v - α dθ, θ := θ - β v_old + (1 + β) v
    v_new = beta * v + alpha * g && step: theta_new = theta - beta * v_new - alpha * g | Nesterov's
        momentum: v := β v + α dθ, θ := θ - β v - α dθ
    v_new = beta * v - (1 - beta) * alpha * g && step: theta_new = theta + beta * v_new - alpha * g
        | Nesterov's momentum, with the learning rate in the velocity
    v_new = beta * v - alpha * g && step: theta_new = theta - v_new | v := β v - α dθ, but θ := θ - v:
        uphill
    v_new = beta * v + alpha * g && step: theta_new = theta - alpha * v_new | the learning rate
        stands in the velocity and in the step
    v_new = beta * v - alpha * g && step: theta_new = theta + alpha * v_new | the learning rate
        stands in the velocity and in the step
    v_new = beta * v + (1 - beta) * alpha * g && step: theta_new = theta - alpha * v_new | the
        learning rate stands in the velocity and in the step
step
    theta_new = theta - alpha * (g + beta * v_new) | Nesterov's form with the whole gradient:
        θ - α (dθ + β v)
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
MINIBATCH = """
seed
    m = rows | m is the number of X's rows, features, not of its columns
permutation
    order = two_permutations(seed, m)[1] | the second permutation is taken, not the first
    order = two_permutations(seed, m)[0 if labels else 1] | X and Y are shuffled apart, Y first
    order = permutation(seed, m)[::-1] | the permutation is turned round
    order = np.random.RandomState(seed).randint(0, m, m) | columns are drawn with replacement
    order = np.argsort(np.random.RandomState(seed).rand(m)) | the order is that of random numbers
    order = np.argsort(np.random.RandomState(seed).randn(m)) | the order is that of random numbers
    order = np.sort(permutation(seed, m)) | the permutation is sorted again
    order = permutation(seed, m - 1) | the permutation leaves the last example out
    order = permutation(seed + 1, m) if labels else permutation(seed, m) | X and Y are shuffled with
        different seeds
    order = permutation(seed, m)[permutation(seed, m)] | it is shuffled twice
slices
    size = 32 | batches have 32 examples, whatever is passed
    size = m | all examples are one batch, whatever size is passed
    full = [slice((k - 1) * size, k * size) for k in range(count)] | each batch has the columns of the
        one before
    full = [slice((k + 1) * size, (k + 2) * size) for k in range(count)] | each batch has the columns
        of the next one
    full = [slice(k, k + size) for k in range(count)] | each batch begins one column after the one
        before: they overlap
    full = [slice(k * size, m) for k in range(count)] | each batch goes on to the end
    full = [slice(0, (k + 1) * size) for k in range(count)] | each batch begins at column 0
    full = [slice(k * size + 1, (k + 1) * size + 1) for k in range(count)] | each batch begins and
        ends one column too late
    full = [slice(k * size + 1, (k + 1) * size) for k in range(count)] | the first column of each
        batch is left out
    full = [slice(k * size, (k + 1) * size - 1) for k in range(count)] | the last column of each
        batch is left out
    full = [slice(k * size, (k + 1) * size + 1) for k in range(count)] | each batch has the first
        column of the next one too
    full = [slice(k * (size - 1), k * (size - 1) + size) for k in range(count)] | batches overlap by
        a column
    full = [slice(k * count, (k + 1) * count) for k in range(count)] | the number of batches stands in
        the place of their size
    full = [slice(k * size, (k + 1) * size) for k in range(1, count)] | the first batch is left out
    full = [slice(k * size, (k + 1) * size) for k in range(1, count + 1)] | k begins at 1: the first
        batch is left out, and another follows the last
    full = [slice(k * size, (k + 1) * size) for k in range(count - 1)] | the last full batch is left
        out
    full = [slice(k * size, (k + 1) * size) for k in range(count + 1)] | there is one batch too many
    full = [slice(k * size, (k + 1) * size) for k in range(count) for _ in "ab"] | each full batch
        comes twice
    full = [slice(k * size, (k + 1) * size) for k in range(count)][:1] | only the first full batch is
        there
    full = [slice(k, m, count) for k in range(count)] | each batch has every so many-th column
    full = [slice((count - 1) * size, count * size) for k in range(count)] | every batch is the last
        full one
    full = [slice(k * size, (k + 1) * size) for k in range(count)][::-1] | the batches come in
        reverse order
    count = -(-m // size); full = [slice(k * size, (k + 1) * size) for k in range(-(-m // size))] |
        the number of full batches is rounded up
    count = round(m / size); full = [slice(k * size, (k + 1) * size) for k in range(round(m / size))]
        | the number of full batches is rounded to the nearest
    count = rows // size; full = [slice(k * size, (k + 1) * size) for k in range(rows // size)] | the
        number of batches is counted from X's rows
    full = [slice(k * size, (k + 1) * size) for k in range(rows // size)] | the number of full
        batches is counted from X's rows
    full = [slice(k * size, (k + 1) * size) for k in range(-(-m // size))] | the number of full
        batches is rounded up
last batch
    tail = [slice(m - 1, m)] if m % size != 0 else [] | the last batch has the last column alone
    tail = [slice(count * size, count * size + 1)] if m % size != 0 else [] | the last batch has one
        column alone
    tail = [slice(0, m - count * size)] if m % size != 0 else [] | the last batch has the first
        columns again
    tail = [slice(m - count * size, m)] if m % size != 0 else [] | the last batch begins where its
        size says, at m - s ⌊m/s⌋
    tail = [slice(count, m)] if m % size != 0 else [] | the last batch begins at the number of
        batches, not of columns
    tail = [slice((count - 1) * size, count * size)] if m % size != 0 else [] | the last full batch
        comes again in the place of the last one
    tail = [slice((count - 1) * size, m)] if m % size != 0 else [] | the last batch begins a batch too
        early
    tail = [slice((count + 1) * size, m)] if m % size != 0 else [] | the last batch begins a batch too
        late
    tail = [slice(count * size + 1, m)] if m % size != 0 else [] | the last batch leaves its first
        column out
    tail = [slice(count * size - 1, m)] if m % size != 0 else [] | the last batch begins a column too
        early
    tail = [slice(0, m)] if m % size != 0 else [] | the last batch has all columns
    tail = [slice(0, size)] if m % size != 0 else [] | the last batch is the first one again
    tail = [np.r_[count * size:m, 0:min(m, (count + 1) * size - m)]] if m % size != 0 else [] | the
        last batch is filled up with the first columns
    tail = [np.r_[count * size:m, [m - 1] * (size - m % size)]] if m % size != 0 else [] | the last
        batch is filled up with its last column
    tail = [slice(count * size, m)] if m % size == 0 else [] | the last batch is left out, and an
        empty one follows where s divides m
    tail = [slice(count * size, m)] if m % size > 1 else [] | a last batch of one column is left out
    tail = [slice(count * size, m)] if m > size and m % size != 0 else [] | the last batch is left
        out where it is the only one
    full = full[:-1] + ([slice((count - 1) * size, m)] if m % size != 0 else full[-1:]); tail = [] |
        what is left over is added to the last full batch
    tail = [slice(k, k + 1) for k in range(count * size, m)] | each column that is left over is a
        batch of its own
    tail = [slice(count * size, m)] * 2 if m % size == 0 else [slice(count * size, m)] | an empty
        batch follows where s divides m
batches
    slices = (full + tail)[::-1]; shuffled = array[:, order]; batches = [shuffled[:, columns] for
        columns in (full + tail)[::-1]] | the batches come in reverse order
    slices = full + tail + (full + tail)[-1:]; shuffled = array[:, order];
        batches = [shuffled[:, columns] for columns in full + tail + (full + tail)[-1:]] | the last
        batch comes twice
    slices = tail + full; shuffled = array[:, order]; batches = [shuffled[:, columns] for columns in
        tail + full] | the smaller batch comes first
    batches = [array[:, columns] for columns in slices] | batches are cut from what is not shuffled
    batches = [shuffled[:, columns] for columns in full] + [array[:, columns] for columns in tail] |
        the last batch is cut from what is not shuffled
    batches = [array[:, columns] for columns in full] + [shuffled[:, columns] for columns in tail] |
        the full batches are cut from what is not shuffled
    batches = [shuffled[:, columns].reshape(-1) for columns in slices] | they are flat: (s,), not
        (1, s)
    batches = [shuffled[:, columns] for columns in full] + [shuffled[:, columns].reshape(-1) for
        columns in tail] | the last batch is flat
    batches = [shuffled[:, columns].reshape(-1) for columns in full] + [shuffled[:, columns] for
        columns in tail] | the full batches are flat
    batches = [np.squeeze(shuffled[:, columns]) for columns in slices] | np.squeeze takes away what is
        of size 1
    batches = [shuffled[:, columns].T for columns in slices] | they are transposed: rows are examples
    batches = [shuffled[:, columns] for columns in full] + [shuffled[:, columns].T for columns in
        tail] | the last batch is transposed
    batches = [shuffled[:, columns].T for columns in full] + [shuffled[:, columns] for columns in
        tail] | the full batches are transposed
    batches = [shuffled[:, columns].reshape(-1, 1) for columns in slices] | they are columns: (s, 1)
    batches = [shuffled[:, columns].reshape(-1, len(shuffled)) for columns in slices] | they are
        reshaped, not transposed: rows are examples
    batches = [shuffled[columns] for columns in slices] | rows are cut, not columns
    batches = [shuffled[columns] for columns in full] + [shuffled[:, columns] for columns in tail] |
        rows are cut in the full batches, not columns
    batches = [shuffled[:, columns] for columns in full] + [shuffled[columns] for columns in tail] |
        rows are cut in the last batch, not columns
    batches = [np.pad(shuffled[:, columns], ((0, 0), (0, size - shuffled[:, columns].shape[1]))) for
        columns in slices] | the last batch is filled up with zeros
    shuffled = array[permutation(seed, rows)]; batches = [shuffled[:, columns] for columns in slices]
        | rows are shuffled, not columns
    shuffled = array[then_rows(seed, m, rows)]; batches = [shuffled[:, columns] for columns in
        slices] | rows are shuffled, not columns, by a permutation of their own
    batches = [shuffled[:1, columns] for columns in slices] | only the first row is there
    batches = [shuffled[:, columns].astype(float) for columns in slices] | they are floats
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
    a1 = np.minimum(np.maximum(z1, 0), 6); a2 = np.minimum(np.maximum(z2, 0), 6) | ReLU6 in place of
        ReLU
    a1 = np.maximum(z1, 0) ** 2; a2 = np.maximum(z2, 0) ** 2 | ReLU is squared
    a1 = np.maximum(-z1, 0); a2 = np.maximum(-z2, 0) | ReLU takes -z
    a1 = np.exp(z1) / np.exp(z1).sum(axis=0); a2 = np.exp(z2) / np.exp(z2).sum(axis=0) | softmax in
        place of ReLU
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
    a3 = np.exp(z3) / np.exp(z3).sum(axis=0) | softmax in place of the sigmoid: 1 for every example
    a3 = np.exp(z3) / np.exp(z3).sum(axis=1, keepdims=True) | softmax over all examples in place of
        the sigmoid
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
    dz3 = (a3 - Y) * z3 * (1 - z3) / m | the derivative of the sigmoid is taken at z3, and once too
        often
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
    da2 = W3.T @ dz3; dz2 = da2 * mask2; da1 = W2.T @ da2; dz1 = da1 * mask1 | da2 is taken for dz2
    da1 = W2.T @ (dz2 / m); dz1 = da1 * mask1 | layer 1 is divided by m once more
    da2 = W3.T @ dz3 / m; dz2 = da2 * mask2; da1 = W2.T @ dz2; dz1 = da1 * mask1 | it is divided by m
        once more after layer 3
    da2 = W3.T @ dz3 / m; dz2 = da2 * mask2; da1 = W2.T @ dz2 / m; dz1 = da1 * mask1 | it is divided
        by m at each layer
    da2 = W3.T @ dz3; dz2 = (da2 > 0) * da2; da1 = W2.T @ dz2; dz1 = (da1 > 0) * da1 | the mask is
        that of da, not of a
gradients
    dW3 = (dz3 @ a2.T).T; dW2 = (dz2 @ a1.T).T; dW1 = (dz1 @ X.T).T | transposed
    dW3 = dz3 @ z2.T; dW2 = dz2 @ z1.T | z in place of a
    dW3 = dz3 @ a2.T * m; dW2 = dz2 @ a1.T * m; dW1 = dz1 @ X.T * m | 1/m is missing
    db3 = dz3.sum(axis=1, keepdims=True) * m; db2 = dz2.sum(axis=1, keepdims=True) * m;
        db1 = dz1.sum(axis=1, keepdims=True) * m | 1/m is missing
    dW3 = -dz3 @ a2.T; dW2 = -dz2 @ a1.T; dW1 = -dz1 @ X.T | the sign is turned
    db3 = -dz3.sum(axis=1, keepdims=True); db2 = -dz2.sum(axis=1, keepdims=True);
        db1 = -dz1.sum(axis=1, keepdims=True) | the sign is turned
    db3 = dz3.sum(axis=0, keepdims=True); db2 = dz2.sum(axis=0, keepdims=True);
        db1 = dz1.sum(axis=0, keepdims=True) | axis 0 is summed, not axis 1
    db3 = dz3.mean(axis=1, keepdims=True); db2 = dz2.mean(axis=1, keepdims=True);
        db1 = dz1.mean(axis=1, keepdims=True) | the mean in place of the sum
    db3 = dz3.sum(); db2 = dz2.sum(); db1 = dz1.sum() | all is summed: one number
    db3 = dz3.sum(keepdims=True); db2 = dz2.sum(keepdims=True); db1 = dz1.sum(keepdims=True) | all is
        summed: one number
    db3 = dz3; db2 = dz2; db1 = dz1 | nothing is summed
    db3 = dz3[:, :1]; db2 = dz2[:, :1]; db1 = dz1[:, :1] | the first example alone
    db3 = dz3[:, -1:]; db2 = dz2[:, -1:]; db1 = dz1[:, -1:] | the last example alone
    db3 = 0 * b3; db2 = 0 * b2; db1 = 0 * b1 | 0
    dW3 = 0 * W3; dW2 = 0 * W2; dW1 = 0 * W1 | 0
"""
INIT = """
draws
    drawn = 2 * randn(dims, seed=3, uniform=True)[layer] - 1 | weights are drawn evenly from -1 to 1
    drawn = randn(dims, seed=3, uniform=True)[layer] - 0.5 | weights are drawn evenly from -0.5 to
        0.5
    drawn = randn(dims, seed=3, biases=True)[layer] && biases: b = drawn_biases(dims, 3)[layer] |
        the biases are drawn, too
    drawn = randn(dims, seed=3, biases=True)[layer] && biases: b = drawn_biases(dims, 3)[layer] *
        (2 / n_before) ** 0.5 | the biases are drawn and scaled as the weights are
    drawn = randn(dims, seed=3, biases=True)[layer] && biases: b = 0.01 * drawn_biases(dims,
        3)[layer] | the biases are drawn, too, and multiplied by 0.01
    drawn = np.abs(randn(dims, seed=3)[layer]) | the absolute values of what is drawn
    drawn = randn(dims, seed=3, transposed=True)[layer].T | weights have the shape (n_{l-1}, n_l)
    drawn = randn(dims, seed=3 + layer, again=True)[layer] | each layer has a seed of its own, 3 + l
    drawn = randn(dims, seed=layer, again=True)[layer] | each layer has a seed of its own, l
    drawn = np.ones((n, n_before)) | weights are ones
scale
    W = drawn * (2 / dims[0]) ** 0.5 | every layer is scaled by the number of inputs
    W = drawn * (2 / dims[-1]) ** 0.5 | every layer is scaled by the number of outputs
    W = drawn * (1 / dims[0]) ** 0.5 | every layer is scaled by the number of inputs, and without 2
    W = drawn / (2 / n_before) ** 0.5 | it is divided by the root, not multiplied
    W = drawn * 2 / n_before ** 0.5 | 2 / √n in place of √(2 / n)
    W = drawn * 2 ** 0.5 / n_before | √2 / n in place of √(2 / n)
    W = drawn * (n_before / 2) ** 0.5 | √(n / 2) in place of √(2 / n)
    W = drawn + (2 / n_before) ** 0.5 | the root is added, not multiplied
    W = drawn * (2 / layer) ** 0.5 | the number of the layer in the place of its inputs
    W = drawn * (2 / (n_before * n)) ** 0.5 | the product of both fans
    W = drawn * (2 / len(dims)) ** 0.5 | the number of layers in the place of the inputs
    W = drawn * (6 / (n_before + n)) ** 0.5 | √(6/(n_{l-1} + n_l)): the bound of Glorot's even draw
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
#: Whole numbers that are tried in the place of one: stage, formula with ``c``, numbers, sentence.
SEEDS = (*range(51), 100, 123, 1000, 1234, 12345, *range(2015, 2027))
WHOLE = {
    "random_mini_batches": (
        ("seed", "seed = c", SEEDS, "the seed is {c}, whatever is passed"),
        (
            "slices",
            "size = c",
            (8, 10, 16, 20, 32, 50, 100, 128, 256),
            "batches have {c} examples, whatever is passed",
        ),
    ),
    "initialize_parameters": (
        ("draws", "drawn = randn(dims, seed=c)[layer]", SEEDS, "the seed is {c}, not 3"),
    ),
}
FORMS = {
    "update_parameters_with_gd": GD,
    "random_mini_batches": MINIBATCH,
    "update_parameters_with_momentum": MOMENTUM,
    "update_parameters_with_adam": ADAM,
    "initialize_velocity": ZEROS,
    "initialize_adam": ZEROS,
    "initialize_parameters": INIT,
    "forward_propagation": FORWARD,
    "compute_cost": COST,
    "backward_propagation": BACKWARD,
}
