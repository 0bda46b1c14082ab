"""Mini-batches: their golden file, a generator without NumPy, and the slices."""

import random

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from optproof import methods

#: Examples, size of a batch, seed: the first two epochs of a training, the last, and others.
ORDERS = [(300, 64, 11), (300, 64, 12), (300, 64, 10010), (148, 64, 0), (5, 1, 0), (128, 64, 3)]


def test_golden(golden_case):
    golden_case("minibatch/m-below-s", "minibatch/m-above-s", name="mini-batches")


def test_golden_orders(golden):
    content = {}
    for m, size, seed in ORDERS:
        columns = np.arange(m)[None]
        batches = methods.random_mini_batches(np.vstack([columns, columns]), columns, size, seed)
        order = permutation(seed, m)
        assert [X.tolist() for X, _ in batches] == [
            [order[k : k + size]] * 2 for k in range(0, m, size)
        ]
        assert [Y.tolist() for _, Y in batches] == [
            [order[k : k + size]] for k in range(0, m, size)
        ]
        lines = [
            " ".join(map(str, Y[0, :16])) + (" ..." if Y.size > 16 else "") for _, Y in batches
        ]
        content[f"{m} examples, batches of {size}, seed {seed}"] = lines
    golden(content, "orders")


def mersenne_twister(seed):
    """Python's generator in the state that NumPy's legacy generator has when seeded."""
    state = [seed]
    for i in range(1, 624):
        state.append((1812433253 * (state[-1] ^ (state[-1] >> 30)) + i) & 0xFFFFFFFF)
    generator = random.Random()
    generator.setstate((3, (*state, 624), None))
    return generator


def permutation(seed, m):
    """Fisher and Yates, from the end, with masked rejection: no NumPy in it."""
    generator, items = mersenne_twister(seed), list(range(m))
    for i in reversed(range(1, m)):
        mask = (1 << i.bit_length()) - 1
        while (j := generator.getrandbits(32) & mask) > i:
            pass
        items[i], items[j] = items[j], items[i]
    return items


@pytest.mark.parametrize("size", [300, 1000])
def test_a_size_of_m_or_more_gives_one_batch(size, documented_start):
    X, Y, _, _ = documented_start

    [(X_t, Y_t)] = methods.random_mini_batches(X, Y, size, 3)

    assert (X_t.shape, Y_t.shape) == ((2, 300), (1, 300))


@given(st.integers(1, 200), st.integers(1, 250), st.integers(0, 2**32 - 1))
@example(10, 3, 4)
@example(9, 3, 4)
@example(1, 1, 4)
@example(7, 8, 4)
def test_mini_batches_are_the_permuted_examples_with_their_labels_in_slices(m, size, seed):
    X, Y = np.vstack([np.arange(m), np.arange(m) ** 2]), np.arange(m)[None] % 2
    order = np.random.RandomState(seed).permutation(m)

    batches = methods.random_mini_batches(X, Y, size, seed)

    assert [b.shape[1] for b, _ in batches] == [size] * (m // size) + [m % size] * bool(m % size)
    assert np.hstack([X_t for X_t, _ in batches]).tolist() == X[:, order].tolist()
    assert np.hstack([Y_t for _, Y_t in batches]).tolist() == Y[:, order].tolist()
