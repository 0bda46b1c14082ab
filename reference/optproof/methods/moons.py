"""The data set (SPEC.md, clause DATA-1)."""

from __future__ import annotations

import numpy as np

from ._types import Array


def load_dataset() -> tuple[Array, Array]:
    """Draw the document's 300 examples with scikit-learn's ``make_moons``.

    Returns
    -------
    X : float64 array, shape (2, 300)
    Y : int64 array, shape (1, 300)
        Labels 0 (red) and 1 (blue).

    Raises
    ------
    ImportError
        If scikit-learn is not installed (``pip install 'optproof[sklearn]'``).

    Notes
    -----
    Clause DATA-1: legacy generator seeded with 3, noise 0.2. The same data ship by value in
    ``fixtures/training/moons.json``, which is what this package itself trains on.
    """
    from sklearn.datasets import make_moons  # imported here: nothing else needs scikit-learn

    X, Y = make_moons(n_samples=300, noise=0.2, random_state=np.random.RandomState(3))
    return X.T, Y.reshape(1, -1)
