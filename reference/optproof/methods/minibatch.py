"""Mini-batches: shuffle the examples, cut them into batches (SPEC.md, clauses MB-1 to MB-6)."""

from __future__ import annotations

from ._legacy import legacy_generator
from ._types import Array


def random_mini_batches(
    X: Array, Y: Array, mini_batch_size: int = 64, seed: int = 0
) -> list[tuple[Array, Array]]:
    r"""Shuffle the columns of X and Y together and cut them into mini-batches.

    With :math:`\pi` the permutation of the m columns that NumPy's legacy generator draws from
    `seed`, and s the batch size, batch k holds columns
    :math:`\pi(ks), \ldots, \pi(\min((k+1)s, m) - 1)`: :math:`\lfloor m/s \rfloor` full batches,
    then the :math:`m - s\lfloor m/s \rfloor` columns left over, if any.

    Parameters
    ----------
    X : array, shape (features, m), any dtype
        One example a column.
    Y : array, shape (outputs, m), any dtype
        The label of the same column's example.
    mini_batch_size : int, default 64
        Columns a batch (s). 1 gives stochastic, m batch gradient descent.
    seed : int, default 0
        Seed of the legacy generator. The global generator is neither read nor changed.

    Returns
    -------
    list of (X_t, Y_t)
        X_t of shape (features, s), Y_t of shape (outputs, s); the last may be narrower.

    Raises
    ------
    ValueError
        If X and Y have different numbers of columns, or `mini_batch_size` is below 1.

    Notes
    -----
    Clauses MB-1 (seeding), MB-2 (permutation), MB-3 (slicing), MB-4 (tail).
    """
    m = X.shape[-1]
    if Y.shape[-1] != m:
        raise ValueError(f"X has {m} columns (examples), Y has {Y.shape[-1]}; they must agree")
    if mini_batch_size < 1:
        raise ValueError(f"mini_batch_size is {mini_batch_size}; it must be at least 1")

    permutation = legacy_generator(seed).permutation(m)
    X, Y = X[:, permutation], Y[:, permutation]
    starts = range(0, m, mini_batch_size)
    return [(X[:, k : k + mini_batch_size], Y[:, k : k + mini_batch_size]) for k in starts]
