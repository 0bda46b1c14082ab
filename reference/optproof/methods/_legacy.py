"""NumPy's legacy generator, without its global state."""

from __future__ import annotations

import threading

import numpy as np


class _Own(threading.local):
    """One generator a thread: making a RandomState takes 50 times as long as seeding one."""

    def __init__(self) -> None:
        self.generator = np.random.RandomState(0)


_OWN = _Own()


def legacy_generator(seed: int) -> np.random.RandomState:
    """Return a generator with the stream of ``np.random.seed(seed)``, good until the next call."""
    _OWN.generator.seed(seed)
    return _OWN.generator
