"""The files of the trajectories: proved values, and which deviations each tells."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from itertools import groupby

import numpy as np

from .. import fixtures
from ..deviations import PIPELINES
from ..fixtures import SCHEMA, Json, Trajectory, read_trajectory
from ..judging.judge import compare
from ..judging.trajectories import follow, named, with_deviations
from ..protocol import Array, encode
from .trajectory_vectors import Steps, trajectory_vectors


def build_trajectories(provenance: dict[str, str]) -> dict[str, Json]:
    """Return the content of each file, by its name relative to the fixtures."""
    contents: dict[str, Json] = {}
    for optimizer, group in groupby(trajectory_vectors(), key=lambda s: s.trajectory.optimizer):
        entries: list[Json] = []
        for steps in group:
            entries.append(dict(steps.entry) if "like" in steps.entry else _proved(steps))
        told = {name for entry in entries for name in entry.get("signatures", {})}
        contents[f"trajectories/{optimizer}.json"] = {
            "schema": SCHEMA,
            "optimizer": optimizer,
            "provenance": provenance,
            "notes": _notes(optimizer, told),
            "trajectories": entries,
        }
    return contents


def _proved(steps: Steps) -> Json:
    """Return the entry with its expected values, bounds, formats and signatures."""
    from .bounds import applicable, bounds
    from .exact import expected_values

    expected, exact = expected_values(steps)
    allowed = bounds(steps, exact)
    entry = dict(steps.entry)
    entry["dtypes"] = applicable(steps, exact, expected, allowed)
    entry["expected"] = {
        name: {**encode(values), "bound": _bound(allowed[name])}
        for name, values in expected.items()
    }
    trajectory = read_trajectory(steps.trajectory.optimizer, entry, [])
    entry["signatures"] = dict(_signatures(steps, trajectory))
    return entry


def _bound(allowed: Array) -> float | list[float]:
    values: list[float] = allowed.reshape(-1).tolist()
    return values[0] if len(set(values)) == 1 else values


def _signatures(steps: Steps, trajectory: Trajectory) -> Iterator[tuple[str, Json]]:
    """Yield each deviation that this trajectory tells, with the element that shows it best.

    Of a variant, all tensors that differ.
    """
    from .signatures import variant_tensors, witness

    catalogue = fixtures.load_deviations()
    for name in PIPELINES[trajectory.operation].ids:
        try:
            with np.errstate(all="ignore"):
                path = list(follow(trajectory, with_deviations(trajectory.optimizer, [name])))
        except (ValueError, IndexError, ZeroDivisionError):
            continue
        answer = named(trajectory, path)
        wrong = {f.tensor for f in compare(trajectory.expected, answer, "float64")}
        if wrong and catalogue[name].variant:
            form = partial(with_deviations, trajectory.optimizer, [name])
            yield name, variant_tensors(steps, form, trajectory.raw["expected"])
        elif wrong:
            yield name, witness(trajectory.expected, answer, wrong)


def _notes(optimizer: str, told: set[str]) -> Json:
    catalogue = fixtures.load_deviations()
    return {
        name: {"title": d.title, "effect": d.effect, "clause": d.clause}
        for name, d in catalogue.items()
        if name in told
    }


def invisible(optimizer: str) -> list[str]:
    """Return the deviations that do what is specified to the parameters, in every trajectory."""
    specified = _paths(optimizer, ())
    names = PIPELINES[f"update_parameters_with_{optimizer}"].ids
    return [name for name in names if _same(_paths(optimizer, (name,)), specified)]


def ties(optimizer: str) -> list[list[str]]:
    """Return the deviations that move the parameters alike in every trajectory."""
    groups: list[tuple[Array, list[str]]] = []
    unseen = invisible(optimizer)
    for name in PIPELINES[f"update_parameters_with_{optimizer}"].ids:
        if name in unseen:
            continue
        path = _paths(optimizer, (name,))
        for other, names in groups:
            if _same(path, other):
                names.append(name)
                break
        else:
            groups.append((path, [name]))
    return [names for _, names in groups if len(names) > 1]


def _same(a: Array, b: Array) -> bool:
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-9, atol=1e-15, equal_nan=True)


_all = cache(trajectory_vectors)


def _paths(optimizer: str, names: tuple[str, ...]) -> Array:
    """Return all parameters of all steps of all trajectories, end to end."""
    numbers: list[float] = []
    with np.errstate(all="ignore"):
        for steps in _all():
            trajectory = steps.trajectory
            if trajectory.optimizer == optimizer and not trajectory.like:
                for parameters in follow(trajectory, with_deviations(optimizer, names)):
                    numbers += [x for a in parameters.values() for x in np.ravel(a).tolist()]
    return np.array(numbers)
