"""Which known mistakes lead an optimizer along the path that it took."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from ..deviations import PIPELINES
from ..trajectories import Trajectory, name_of
from .diagnosis import Diagnosis
from .lives import LIVES
from .predicting import close
from .trajectories import Arrays, Update, follow, with_deviations


def explain_trajectory(
    optimizer: str, answers: Sequence[tuple[Trajectory, Arrays]], dtype: str = "float64"
) -> Diagnosis:
    """Say which known deviations reproduce all parameters after every step that is judged.

    Parameters
    ----------
    optimizer : str
    answers : sequence of (Trajectory, tensors)
        All that was answered, the right ones too; tensors named as by :func:`named`.
    dtype : str
        What the optimizer declares to compute in.

    Returns
    -------
    Diagnosis
        One mistake, or two of different stages; several where they cannot be told apart.
    """
    pipeline = PIPELINES[f"update_parameters_with_{optimizer}"]
    # Where few steps tell most, most candidates fall.
    ordered = sorted(answers, key=lambda pair: (pair[0].count == 1, pair[0].count))
    singles = [(name,) for name in pipeline.ids]
    pairs = (
        (one, other)
        for a, b in itertools.combinations(pipeline.stages, 2)
        for one in a.deviations
        for other in b.deviations
    )
    for candidates in (singles, pairs) if ordered else ():
        with np.errstate(all="ignore"):
            found = [
                names
                for names in candidates
                if all(
                    reproduces(with_deviations(optimizer, names), *pair, dtype) for pair in ordered
                )
            ]
        if found:
            return Diagnosis(f"{optimizer} optimizer", tuple(found), (), ("parameters",))
    for life in LIVES[optimizer]:
        if all(reproduces(life.begin(optimizer), *pair, dtype) for pair in ordered):
            where = (life.stage, life.clause)
            return Diagnosis(f"{optimizer} optimizer", (), (), ("parameters",), *where)
    return Diagnosis(f"{optimizer} optimizer", (), (), ("parameters",))


def said_of(diagnosis: Diagnosis) -> str:
    """Return what an optimizer does that is in no catalogue; empty if that is not known."""
    optimizer = diagnosis.operation.partition(" ")[0]
    for life in LIVES[optimizer]:
        if (life.stage, life.clause) == (diagnosis.stage, diagnosis.clause):
            return f"{diagnosis.operation}: {life.sentence}: that gives all its parameters"
    return ""


def reproduces(update: Update, trajectory: Trajectory, answer: Arrays, dtype: str) -> bool:
    """Whether this step, again and again, leads along a path, judged step by judged step."""
    judged = trajectory.judged
    try:
        for number, parameters in enumerate(follow(trajectory, update), start=1):
            for k, value in parameters.items() if number in judged else ():
                name = name_of(number, k)
                if name not in answer or not close(trajectory, name, value, answer[name], dtype):
                    return False
    except (ValueError, IndexError, ZeroDivisionError, OverflowError):
        return False
    return True
