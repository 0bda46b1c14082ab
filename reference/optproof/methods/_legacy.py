"""NumPy's legacy generator, without its global state."""

from __future__ import annotations

import threading

import numpy as np

#: One generator a thread: making a RandomState takes 50 times as long as seeding one.
_OWN = threading.local()


def legacy_generator(seed: int) -> np.random.RandomState:
    """Return a generator with the stream of ``np.random.seed(seed)``, good until the next call."""
    generator: np.random.RandomState | None = getattr(_OWN, "generator", None)
    if generator is None:
        generator = _OWN.generator = np.random.RandomState(0)
    generator.seed(seed)
    return generator
