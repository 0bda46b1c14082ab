"""Trainings with an optimizer that keeps its own state: optproof's loop steps one life of it."""

from __future__ import annotations

from collections.abc import Iterable

from .. import fixtures
from ..judging.report import DEVIATION, ERROR, NOT_APPLICABLE, NOT_RUN, PASS, Result
from ..operations import OPTIMIZERS
from ..protocol import Hello
from .trajectories import value_used


def trains(greeting: Hello, optimizer: str) -> bool:
    """Whether a training with this optimizer is a matter of its steps alone, in a Python worker."""
    has = greeting["operations"]
    return optimizer in greeting["optimizers"] and "model" not in has and "train" in has


def not_trained(
    greeting: Hello, optimizer: str, results: Iterable[Result]
) -> tuple[str, str] | None:
    """Return the status and the reason where its steps cannot be trained with, or are wrong."""
    offered, hyper = greeting["optimizers"][optimizer], fixtures.documented_start()[3]
    update = f"update_parameters_with_{optimizer}"
    for name in OPTIMIZERS[optimizer]:
        if update in greeting["operations"]:
            break  # which takes all
        if name not in offered["takes"] and value_used(offered, name) != hyper[name]:
            return (
                NOT_APPLICABLE,
                f"it takes no {name}, and its own is not the document's {hyper[name]:g}",
            )
    own = [r for r in results if r.operation == f"{optimizer} optimizer"]
    if bad := [r for r in own if r.status in (DEVIATION, ERROR)]:
        return NOT_RUN, f"{bad[0].operation} already deviates ({bad[0].id})"
    if own and not any(r.status == PASS for r in own):
        return NOT_RUN, f"{own[0].operation} was not judged ({own[0].id})"
    return None
