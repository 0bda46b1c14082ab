"""What to start, and in which environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Launch:
    """How to start an implementation.

    Parameters
    ----------
    name : str
        For the report.
    command : tuple of str
    environment : dict of str
    pinned : dict
        What holds whatever its hello says: ``dtype``, ``variants``.
    """

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    pinned: dict[str, Any] = field(default_factory=dict)


def environment() -> dict[str, str]:
    """Return the environment of an implementation: this one, with what makes runs alike."""
    return {
        # One thread: the arrays are small, and the result must not depend on the machine.
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        "MPLBACKEND": "Agg",
        "PYTHONIOENCODING": "utf-8",
        **os.environ,
    }
