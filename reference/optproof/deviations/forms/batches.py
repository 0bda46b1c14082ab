"""Usual slips of mini-batches."""

from __future__ import annotations

MINIBATCH = """
seed
    m = rows | m is the number of X's rows, features, not of its columns
permutation
    order = two_permutations(seed, m)[1] | the second permutation is taken, not the first
    order = two_permutations(seed, m)[0 if labels else 1] | X and Y are shuffled apart, Y first
    order = permutation(seed, m)[::-1] | the permutation is turned round
    order = np.random.RandomState(seed).randint(0, m, m) | columns are drawn with replacement
    order = np.argsort(np.random.RandomState(seed).rand(m)) | the order is that of random numbers
    order = np.argsort(np.random.RandomState(seed).randn(m)) | the order is that of random
        numbers
    order = np.sort(permutation(seed, m)) | the permutation is sorted again
    order = permutation(seed, m - 1) | the permutation leaves the last example out
    order = permutation(seed + 1, m) if labels else permutation(seed, m) | X and Y are shuffled
        with different seeds
    order = permutation(seed, m)[permutation(seed, m)] | it is shuffled twice
slices
    size = 32 | batches have 32 examples, whatever is passed
    size = m | all examples are one batch, whatever size is passed
    full = [slice((k - 1) * size, k * size) for k in range(count)] | each batch has the columns
        of the one before
    full = [slice((k + 1) * size, (k + 2) * size) for k in range(count)] | each batch has the
        columns of the next one
    full = [slice(k, k + size) for k in range(count)] | each batch begins one column after the
        one before: they overlap
    full = [slice(k * size, m) for k in range(count)] | each batch goes on to the end
    full = [slice(0, (k + 1) * size) for k in range(count)] | each batch begins at column 0
    full = [slice(k * size + 1, (k + 1) * size + 1) for k in range(count)] | each batch begins
        and ends one column too late
    full = [slice(k * size + 1, (k + 1) * size) for k in range(count)] | the first column of each
        batch is left out
    full = [slice(k * size, (k + 1) * size - 1) for k in range(count)] | the last column of each
        batch is left out
    full = [slice(k * size, (k + 1) * size + 1) for k in range(count)] | each batch has the first
        column of the next one too
    full = [slice(k * (size - 1), k * (size - 1) + size) for k in range(count)] | batches overlap
        by a column
    full = [slice(k * count, (k + 1) * count) for k in range(count)] | the number of batches
        stands in the place of their size
    full = [slice(k * size, (k + 1) * size) for k in range(1, count)] | the first batch is left
        out
    full = [slice(k * size, (k + 1) * size) for k in range(1, count + 1)] | k begins at 1: the
        first batch is left out, and another follows the last
    full = [slice(k * size, (k + 1) * size) for k in range(count - 1)] | the last full batch is
        left out
    full = [slice(k * size, (k + 1) * size) for k in range(count + 1)] | there is one batch too
        many
    full = [slice(k * size, (k + 1) * size) for k in range(count) for _ in "ab"] | each full
        batch comes twice
    full = [slice(k * size, (k + 1) * size) for k in range(count)][:1] | only the first full
        batch is there
    full = [slice(k, m, count) for k in range(count)] | each batch has every so many-th column
    full = [slice((count - 1) * size, count * size) for k in range(count)] | every batch is the
        last full one
    full = [slice(k * size, (k + 1) * size) for k in range(count)][::-1] | the batches come in
        reverse order
    count = -(-m // size); full = [slice(k * size, (k + 1) * size) for k in range(-(-m // size))]
        | the number of full batches is rounded up
    count = round(m / size); full = [slice(k * size, (k + 1) * size) for k in range(round(m /
        size))] | the number of full batches is rounded to the nearest
    count = rows // size; full = [slice(k * size, (k + 1) * size) for k in range(rows // size)] |
        the number of batches is counted from X's rows
    full = [slice(k * size, (k + 1) * size) for k in range(rows // size)] | the number of full
        batches is counted from X's rows
    full = [slice(k * size, (k + 1) * size) for k in range(-(-m // size))] | the number of full
        batches is rounded up
last batch
    tail = [slice(m - 1, m)] if m % size != 0 else [] | the last batch has the last column alone
    tail = [slice(count * size, count * size + 1)] if m % size != 0 else [] | the last batch has
        one column alone
    tail = [slice(0, m - count * size)] if m % size != 0 else [] | the last batch has the first
        columns again
    tail = [slice(m - count * size, m)] if m % size != 0 else [] | the last batch begins where
        its size says, at m - s ⌊m/s⌋
    tail = [slice(count, m)] if m % size != 0 else [] | the last batch begins at the number of
        batches, not of columns
    tail = [slice((count - 1) * size, count * size)] if m % size != 0 else [] | the last full
        batch comes again in the place of the last one
    tail = [slice((count - 1) * size, m)] if m % size != 0 else [] | the last batch begins a
        batch too early
    tail = [slice((count + 1) * size, m)] if m % size != 0 else [] | the last batch begins a
        batch too late
    tail = [slice(count * size + 1, m)] if m % size != 0 else [] | the last batch leaves its
        first column out
    tail = [slice(count * size - 1, m)] if m % size != 0 else [] | the last batch begins a column
        too early
    tail = [slice(0, m)] if m % size != 0 else [] | the last batch has all columns
    tail = [slice(0, size)] if m % size != 0 else [] | the last batch is the first one again
    tail = [np.r_[count * size:m, 0:min(m, (count + 1) * size - m)]] if m % size != 0 else [] |
        the last batch is filled up with the first columns
    tail = [np.r_[count * size:m, [m - 1] * (size - m % size)]] if m % size != 0 else [] | the
        last batch is filled up with its last column
    tail = [slice(count * size, m)] if m % size == 0 else [] | the last batch is left out, and an
        empty one follows where s divides m
    tail = [slice(count * size, m)] if m % size > 1 else [] | a last batch of one column is left
        out
    tail = [slice(count * size, m)] if m > size and m % size != 0 else [] | the last batch is
        left out where it is the only one
    full = [slice(k, k + size) for k in range(1, m, size)]; tail = [] | they begin at column 1:
        the first example is left out
    full = [slice(k, k + size) for k in range(0, m - 1, size)]; tail = [] | a last batch of one
        column is left out
    full = [slice(k, k + size) for k in range(0, m - size, size)]; tail = [] | the last batch is
        left out, whole or not
    full = [slice(k, k + size) for k in range(size, m, size)]; tail = [] | the first batch is
        left out
    full = [slice(k, k + size) for k in range(0, m + 1, size)]; tail = [] | an empty batch
        follows where s divides m
    full = [slice(k, k + size) for k in range(0, m + size, size)]; tail = [] | an empty batch
        follows
    full = [slice(k, k + size) for k in range(0, m, size + 1)]; tail = [] | each batch begins one
        column too late: columns between them are left out
    full = [slice(k, k + size) for k in range(0, m, max(1, size - 1))]; tail = [] | batches
        overlap by a column
    full = [slice(k, k + size) for k in range(0, m, size // 2 or 1)]; tail = [] | batches overlap
        by half
    full = [slice(k, k + size) for k in range(0, m, 2 * size)]; tail = [] | every other batch is
        left out
    full = [slice(k, k + size) for k in range(m)]; tail = [] | batches overlap: each begins one
        column after the one before
    full = [slice(k, k + size - 1) for k in range(0, m, size)]; tail = [] | the last column of
        each batch is left out
    full = [slice(k, min(k + size, m) - 1) for k in range(0, m, size)]; tail = [] | the last
        column of each batch is left out
    full = [slice(k, min(k + size, m - 1)) for k in range(0, m, size)]; tail = [] | the last
        column of the last batch is left out
    full = [slice(k + 1, k + size) for k in range(0, m, size)]; tail = [] | the first column of
        each batch is left out
    full = [slice(k, k + size + 1) for k in range(0, m, size)]; tail = [] | each batch has the
        first column of the next one too
    full = [slice(k, m) for k in range(0, m, size)]; tail = [] | each batch goes on to the end
    full = [slice(0, k + size) for k in range(0, m, size)]; tail = [] | each batch begins at
        column 0
    full = [slice(k, k + size) for k in range(0, rows, size)]; tail = [] | X's rows are counted,
        not its columns
    full = [slice(k * size, (k + 1) * size) for k in range(m // size + 1)]; tail = [] | an empty
        batch follows where s divides m
    full = [slice(k * (m // count), (k + 1) * (m // count)) for k in range(count)]; tail = [] |
        the examples are shared out evenly, whatever size is passed
    full = list(np.array_split(np.arange(m), count)) if count else [slice(0, m)]; tail = [] | the
        examples are shared out evenly (array_split), whatever size is passed
    full = list(np.array_split(np.arange(m), -(-m // size))); tail = [] | the examples are shared
        out evenly (array_split), whatever size is passed
    full = list(np.array_split(np.arange(m), size)); tail = [] | there are as many batches as
        each must have columns
    full = full[:-1] + ([slice((count - 1) * size, m)] if m % size != 0 else full[-1:]); tail =
        [] | what is left over is added to the last full batch
    tail = [slice(k, k + 1) for k in range(count * size, m)] | each column that is left over is a
        batch of its own
    tail = [slice(count * size, m)] * 2 if m % size == 0 else [slice(count * size, m)] | an empty
        batch follows where s divides m
batches
    slices = (full + tail)[::-1]; shuffled = array[:, order]; batches = [shuffled[:, columns] for
        columns in (full + tail)[::-1]] | the batches come in reverse order
    slices = full + tail + (full + tail)[-1:]; shuffled = array[:, order]; batches = [shuffled[:,
        columns] for columns in full + tail + (full + tail)[-1:]] | the last batch comes twice
    slices = tail + full; shuffled = array[:, order]; batches = [shuffled[:, columns] for columns
        in tail + full] | the smaller batch comes first
    batches = [array[:, columns] for columns in slices] | batches are cut from what is not
        shuffled
    batches = [shuffled[:, columns] for columns in full] + [array[:, columns] for columns in
        tail] | the last batch is cut from what is not shuffled
    batches = [array[:, columns] for columns in full] + [shuffled[:, columns] for columns in
        tail] | the full batches are cut from what is not shuffled
    batches = [shuffled[:, columns].reshape(-1) for columns in slices] | they are flat: (s,), not
        (1, s)
    batches = [shuffled[:, columns] for columns in full] + [shuffled[:, columns].reshape(-1) for
        columns in tail] | the last batch is flat
    batches = [shuffled[:, columns].reshape(-1) for columns in full] + [shuffled[:, columns] for
        columns in tail] | the full batches are flat
    batches = [np.squeeze(shuffled[:, columns]) for columns in slices] | np.squeeze takes away
        what is of size 1
    batches = [shuffled[:, columns].T for columns in slices] | they are transposed: rows are
        examples
    batches = [shuffled[:, columns] for columns in full] + [shuffled[:, columns].T for columns in
        tail] | the last batch is transposed
    batches = [shuffled[:, columns].T for columns in full] + [shuffled[:, columns] for columns in
        tail] | the full batches are transposed
    batches = [shuffled[:, columns].reshape(-1, 1) for columns in slices] | they are columns: (s,
        1)
    batches = [shuffled[:, columns].reshape(-1, len(shuffled)) for columns in slices] | they are
        reshaped, not transposed: rows are examples
    batches = [shuffled[columns] for columns in slices] | rows are cut, not columns
    batches = [shuffled[columns] for columns in full] + [shuffled[:, columns] for columns in
        tail] | rows are cut in the full batches, not columns
    batches = [shuffled[:, columns] for columns in full] + [shuffled[columns] for columns in
        tail] | rows are cut in the last batch, not columns
    batches = [np.pad(shuffled[:, columns], ((0, 0), (0, size - shuffled[:, columns].shape[1])))
        for columns in slices] | the last batch is filled up with zeros
    shuffled = array[permutation(seed, rows)]; batches = [shuffled[:, columns] for columns in
        slices] | rows are shuffled, not columns
    shuffled = array[then_rows(seed, m, rows)]; batches = [shuffled[:, columns] for columns in
        slices] | rows are shuffled, not columns, by a permutation of their own
    batches = [shuffled[:1, columns] for columns in slices] | only the first row is there
    batches = [shuffled[:, columns].astype(float) for columns in slices] | they are floats
"""
