"""The vectors: inputs that tell right from wrong.

Literals, or numbers drawn from Python's own generator, so that they owe nothing to NumPy's version.
"""

from __future__ import annotations

from .network_vectors import network_vectors
from .optimizer_vectors import optimizer_vectors
from .vector import Vector


def vectors() -> list[Vector]:
    """Return all definitions, those of an operation together."""
    return [*optimizer_vectors(), *network_vectors()]
