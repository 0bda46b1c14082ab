"""Mini-batches of one's own: in rows, without a seed, in other containers."""

import itertools

import numpy as np
import pytest

from optproof.worker.batches import are_batches, as_pairs
from optproof.worker.probing import examples

BATCHES = "random_mini_batches"

COLUMNS = """
import numpy as np
def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
    np.random.seed(seed)
    order = np.random.permutation(X.shape[1])
    cuts = [order[i : i + mini_batch_size] for i in range(0, X.shape[1], mini_batch_size)]
    {returned}
"""
RETURNED = {
    "pairs": "return [(X[:, c], Y[:, c]) for c in cuts]",
    "two lists": "return [X[:, c] for c in cuts], [Y[:, c] for c in cuts]",
    "dicts": "return [{'X': X[:, c], 'Y': Y[:, c]} for c in cuts]",
    "dicts of other names": "return [{'inputs': X[:, c], 'labels': Y[:, c]} for c in cuts]",
    "a dict of lists": "return {'X': [X[:, c] for c in cuts], 'Y': [Y[:, c] for c in cuts]}",
    "a generator": "return ((X[:, c], Y[:, c]) for c in cuts)",
    "an iterable": "return type('Loader', (), {'__iter__': lambda s: "
    "iter([(X[:, c], Y[:, c]) for c in cuts])})()",
    "lists": "return [[X[:, c], Y[:, c]] for c in cuts]",
}


@pytest.mark.sample(8)
@pytest.mark.parametrize("returned", RETURNED.values(), ids=RETURNED.keys())
def test_batches_are_read_from_what_is_returned(check, returned):
    ran = check(COLUMNS.format(returned=returned))
    assert (ran.code, ran.statuses) == (0, {BATCHES: "pass"})
    assert check(COLUMNS.format(returned=returned.replace("Y[:, c]", "Y[:, c[::-1]]"))).code == 1


ROWS = """
import numpy as np
{above}
def iterate_minibatches(inputs, targets, batchsize, shuffle=False):
    order = np.arange(len(inputs))
    if shuffle:
        {generator}.shuffle(order)
    for i in range(0, len(inputs), batchsize):
        sel = order[i : i + batchsize]
        yield inputs[sel], targets[sel]
"""
OWN_ORDER = {
    "rows, a generator": ROWS.format(above="", generator="np.random"),
    "rows, a generator of its own": ROWS.format(
        above="rng = np.random.default_rng()", generator="rng"
    ),
    "columns, no seed": COLUMNS.replace(", seed=0", "")
    .replace("np.random.seed(seed)", "pass")
    .format(returned=RETURNED["pairs"]),
    "a loader": """
import numpy as np
class DataLoader:
    def __init__(self, X, y, batch_size=32, shuffle=True):
        self.X, self.y, self.batch_size, self.shuffle = X, y, batch_size, shuffle
    def __iter__(self):
        order = np.random.permutation(len(self.X))
        for i in range(0, len(self.X), self.batch_size):
            sel = order[i : i + self.batch_size]
            yield self.X[sel], self.y[sel]
    def __len__(self):
        return -(-len(self.X) // self.batch_size)
""",
}
#: A mistake, and the name that it must get.
MISTAKES = {
    "minibatch.tail-dropped": [
        ("len(inputs), batchsize):", "len(inputs) - batchsize + 1, batchsize):"),
        ("X.shape[1], mini", "X.shape[1] - mini_batch_size + 1, mini"),
        ("len(self.X), self.b", "len(self.X) - self.batch_size + 1, self.b"),
    ],
    "minibatch.shuffled-apart": [
        ("targets[sel]", "targets[np.random.permutation(len(inputs))[i : i + batchsize]]"),
        ("Y[:, c]", "Y[:, np.random.permutation(X.shape[1])[: len(c)]]"),
        ("self.y[sel]", "self.y[np.random.permutation(len(order))[: len(sel)]]"),
    ],
    "minibatch.labels-not-shuffled": [  # and a slice of labels too many does not raise
        ("targets[sel]", "targets[i : i + batchsize]"),
        ("Y[:, c]) for c in cuts", "Y[:, k : k + len(c)]) for k, c in "
         "zip(range(0, X.shape[1], mini_batch_size), cuts)"),
        ("self.y[sel]", "self.y[i : i + self.batch_size]"),
    ],
    "minibatch.first-batch-repeated": [
        ("order[i : i + batchsize]", "order[: batchsize] if i + batchsize <= len(order) else "
         "order[i:]"),
        ("order[i : i + mini_batch_size]", "(order[:mini_batch_size] if i + mini_batch_size <= "
         "len(order) else order[i:])"),
        ("order[i : i + self.batch_size]", "order[: self.batch_size] if i + self.batch_size <= "
         "len(order) else order[i:]"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("source", OWN_ORDER.values(), ids=OWN_ORDER.keys())
def test_an_order_of_its_own_is_judged_as_a_partition(check, source):
    ran = check(source)
    assert (ran.code, ran.statuses) == (0, {BATCHES: "pass"})
    assert "its own order is not reproducible" in " ".join(ran.report["notes"])


@pytest.mark.sample(8)
@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("source", OWN_ORDER.values(), ids=OWN_ORDER.keys())
def test_a_wrong_partition_is_named(check, source, mistake):
    wrong = source
    for change in MISTAKES[mistake]:
        wrong = wrong.replace(*change)
    assert wrong != source
    ran = check(wrong)
    assert (ran.code, ran.statuses) == (1, {BATCHES: "deviation"})
    assert mistake in str(ran.report["diagnoses"])


def test_no_order_of_rows_passes_for_columns_nor_the_other_way():
    X = examples()["X"]
    for order in map(list, itertools.permutations(range(8), 3)):
        assert not are_batches([(X[order], X[:1])], X)
        assert not are_batches([(X.T[:, order], X[:1])], X)
    assert are_batches([(X[:, [2, 0, 5]], X[:1, :3])], X)


def test_rows_under_the_document_s_name_with_a_seed_do_not_pass(check):
    source = COLUMNS.format(returned="return [(X[c], Y[c]) for c in cuts]")
    assert check(source.replace("X.shape[1]", "X.shape[0]")).code in (1, 3)


MODEL = """
def model(X, Y, layers_dims, optimizer, num_epochs=10000):
    random_mini_batches(X, Y)
    raise IndexError
"""


def test_a_training_in_an_order_of_its_own_is_not_judged_number_by_number(check):
    ran = check(OWN_ORDER["columns, no seed"] + MODEL, "--only", "training/gd", training="short")
    [result] = ran.report["results"]
    assert result["status"] not in ("deviation", "error")
    assert "--statistical" in result["message"]


@pytest.mark.parametrize("columns", [True, False])
@pytest.mark.parametrize("m", [2, 4, 6])
def test_two_batches_are_not_taken_for_two_lists_nor_these_for_batches(m, columns):
    X, Y = np.arange(2.0 * m).reshape(2, m), np.ones((1, m))
    pairs = [(X[:, i : i + 2], Y[:, i : i + 2]) for i in range(0, m, 2)]
    if not columns:
        X, Y, pairs = X.T, Y.T, [(x.T, y.T) for x, y in pairs]
    for value in (pairs, tuple(map(list, zip(*pairs)))):
        read, _ = as_pairs(value, X, Y)
        assert len(read) == len(pairs)
        assert all(a is b for batch, pair in zip(read, pairs) for a, b in zip(batch, pair))
