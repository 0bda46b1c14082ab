"""What to start, and in which environment."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Launch:
    """How to start an implementation: a name for the report, the command, its environment."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]


def environment() -> dict[str, str]:
    """Return the environment of an implementation: this one, with what makes runs alike."""
    return {
        # One thread: the arrays are small, and the result must not depend on the machine.
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        "MPLBACKEND": "Agg",
        "PYTHONIOENCODING": "utf-8",
        **os.environ,
    }
