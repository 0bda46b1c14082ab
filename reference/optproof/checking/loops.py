"""What a training does otherwise: which costs it prints, and which mistake of the loop it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from .. import fixtures
from ..deviations.loop import Loop
from ..deviations.training import conventions
from ..errors import CallError
from ..judging.diagnosis import Diagnosis
from ..judging.judge import UNIT_ROUNDOFF
from ..judging.line import located
from ..judging.looping import explain_loop
from ..judging.report import Result
from ..protocol import Array

if TYPE_CHECKING:
    from .trainings import Training


def start_of(training: Training) -> Callable[[], Any]:
    """Return what gives data, initial parameters and hyperparameters of a training."""
    return fixtures.small_start if training.family == "small" else fixtures.documented_start


def other_costs(
    training: Training, has_model: bool, printed: dict[int, str], slack: float
) -> list[str]:
    """Say which costs it prints whose cost is no total; they are then not judged, but emptied."""
    said = ": optproof's loop adds up its means"
    if has_model:
        names = conventions(training.optimizer, printed, slack, start_of(training))
        titles = (f"{name}, {fixtures.load_deviations()[name].title}" for name in names)
        said = f": this is {' or '.join(titles)}"
        if not names:
            return []
    printed.clear()
    return [f"its printed costs are not the document's{said}"]


def explain_costs(training: Training, printed: dict[int, str], slack: float) -> Diagnosis:
    """Say which other costs are printed."""
    names = conventions(training.optimizer, printed, slack, start_of(training))
    explanations = tuple((name,) for name in names)
    return Diagnosis("model", explanations, ("parameters",), ("costs",), cases=(training.id,))


def explain_training(
    training: Training,
    dtype: str,
    bound: float,
    ask: Callable[[int], dict[str, Array]],
    parameters: dict[str, Array],
) -> Diagnosis | None:
    """Say which mistakes of its loop leave the parameters of `model`.

    Parameters
    ----------
    training : Training
    dtype : str
        What is declared.
    bound : float
        Largest error of a parameter after a few epochs.
    ask : callable
        Trains so many epochs; returns the parameters.
    parameters : dict of arrays
        After all epochs.
    """

    def after(epochs: int) -> dict[str, Array]:
        return parameters if epochs == training.epochs else ask(epochs)

    X, Y, start, given = start_of(training)()
    loop = Loop(X, Y, start, training.optimizer, given)
    unit = UNIT_ROUNDOFF[dtype] / UNIT_ROUNDOFF["float64"]
    try:
        return explain_loop(loop, cache(after), training.epochs, bound, training.id, unit)
    except CallError:
        return None


def of_trainings(results: Iterable[Result], lines: Mapping[str, Any]) -> list[Diagnosis]:
    """Return what explains trainings, once for those of which it is the same, with its line."""
    found: dict[Any, Diagnosis] = {}
    for result in results:
        if why := result.explained:
            same = replace(why, cases=())
            cases = found[same].cases if same in found else ()
            found[same] = replace(why, cases=(*cases, *why.cases))
    return [located(why, lines) for why in found.values()]
