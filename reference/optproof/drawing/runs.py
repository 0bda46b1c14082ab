"""What figures are drawn from, and whether they can be drawn."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ..errors import UsageError
from ..files import check_writable
from ..protocol import Array

NAMES = {"gd": "Gradient Descent", "momentum": "Momentum", "adam": "Adam"}
TITLES = {optimizer: f"Model with {name} optimization" for optimizer, name in NAMES.items()}


class Run(NamedTuple):
    """One training: what its figures are drawn from."""

    optimizer: str
    learning_rate: float
    costs: list[float]  # every 100 epochs
    parameters: dict[str, Array]
    accuracy: float


def check_plotting(folder: Path, names: Iterable[str]) -> None:
    """Raise before the training what would be raised after it."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise UsageError("--plot needs matplotlib", "pip install 'optproof[plots]'") from None
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: no figures can be written there ({error.strerror})") from None
    for name in names:
        check_writable(folder / name, "figure")
