"""Trajectories: an optimizer's steps from zero state, and the parameters after them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import InvalidOperation
from functools import cache, cached_property
from typing import Any

from . import fixtures
from .errors import FixtureError
from .fixtures import Expected, Json, read_expected
from .formats import FORMATS, held_in
from .operations import OPTIMIZERS
from .protocol import Array, decode

Arrays = dict[str, Array]


@dataclass(frozen=True)
class Trajectory:
    """One optimizer, made once and stepped with these gradients.

    Parameters
    ----------
    id : str
        Permanent: never renumbered, never reused.
    optimizer : {"gd", "momentum", "adam"}
    clauses, comment
    hyperparameters : dict of float
        All that the optimizer has. The learning rate may change at a step.
    raw : dict
        As the file has it, with the entries of the one that it is ``like``. Expected values and
        signatures are read from it when they are first asked for.
    """

    id: str
    optimizer: str
    clauses: tuple[str, ...]
    comment: str
    hyperparameters: dict[str, float]
    raw: Json = field(repr=False)

    @property
    def operation(self) -> str:
        """The operation of the document that is one step of it."""
        return f"update_parameters_with_{self.optimizer}"

    @property
    def count(self) -> int:
        """How many steps it has."""
        return int(self.raw["count"])

    @property
    def instances(self) -> int:
        """How many instances are stepped in turn: 1 or 2."""
        return int(self.raw.get("instances", 1))

    @property
    def reuse_buffers(self) -> bool:
        """Whether the gradients of every step come in the same arrays."""
        return bool(self.raw.get("reuse_buffers", False))

    @property
    def resume_after(self) -> int | None:
        """After which step its state is saved, and a new instance goes on from it."""
        return self.raw.get("resume_after")

    @property
    def like(self) -> str:
        """The id of the one whose steps it repeats in another way; empty: it has its own."""
        return str(self.raw.get("like", ""))

    @property
    def dtypes(self) -> tuple[str, ...]:
        """The formats in which it tells right from wrong."""
        return tuple(self.raw.get("dtypes", FORMATS))

    @cached_property
    def parameters(self) -> Arrays:
        """The parameters that it starts from."""
        return dict(decode(self.raw["parameters"]))

    @cached_property
    def steps(self) -> list[Json]:
        """Each step in order: ``grads``, and ``learning_rate`` where it changes there."""
        entries = [dict(decode(entry)) for entry in self.raw["steps"]]
        return [entries[k % len(entries)] for k in range(self.count)]

    @property
    def changes_rate(self) -> bool:
        """Whether the learning rate changes on the way."""
        return any("learning_rate" in entry for entry in self.raw["steps"])

    @property
    def leaves_out(self) -> bool:
        """Whether a parameter has no gradient at some step."""
        return any(g is None for entry in self.raw["steps"] for g in entry["grads"].values())

    @cached_property
    def expected(self) -> dict[str, Expected]:
        """The parameters after the steps that are judged, by names such as ``step[3].W1``.

        Raises
        ------
        FixtureError
            If what the file says of them is not to the schema.
        """
        try:
            return {name: read_expected(t) for name, t in self.raw["expected"].items()}
        except (AttributeError, KeyError, TypeError, ValueError, InvalidOperation) as error:
            problem = f"{type(error).__name__}: {error}"
        raise FixtureError(f"{fixtures.root()}: {self.id} is not to its schema: {problem}")

    @cached_property
    def signatures(self) -> dict[str, dict[str, Expected | None]]:
        """What each known deviation answers, where that differs."""
        return {
            deviation: {name: read_expected(t) for name, t in tensors.items()}
            for deviation, tensors in self.raw.get("signatures", {}).items()
        }

    def as_variant(self, variant: str) -> Trajectory:
        """Return it with what a variant comes to in the place of what is specified.

        A variant of which there is nothing here moves the parameters as specified.
        """
        own = self.raw.get("signatures", {}).get(variant, {})
        return self.with_expected({**self.raw["expected"], **own})

    @property
    def judged(self) -> list[int]:
        """The steps, from 1, after which the parameters are judged."""
        numbers = {int(name[5 : name.index("]")]) for name in self.raw["expected"]}
        return sorted(numbers)

    def arguments(self, takes: list[str] | None = None, dtype: str = "float64") -> Json:
        """Return the arguments of the call ``steps``.

        Parameters
        ----------
        takes : list of str, optional
            The hyperparameters to send; by default all.
        dtype : str
            What the tensors are sent in.
        """
        given = {k: v for k, v in self.hyperparameters.items() if takes is None or k in takes}
        parameters: Any = held_in(self.parameters, dtype)
        steps: list[Json] = held_in(self.steps, dtype)
        call: Json = {"optimizer": self.optimizer, "hyperparameters": given}
        if self.instances > 1:
            parameters = [parameters] * self.instances
            steps = [{**s, "grads": [s["grads"]] * self.instances} for s in steps]
            call["instances"] = self.instances
        if self.reuse_buffers:
            call["reuse_buffers"] = True
        if self.resume_after:
            call["resume_after"] = self.resume_after
        return {**call, "parameters": parameters, "steps": steps}

    def with_expected(self, expected: Json, **hyperparameters: float) -> Trajectory:
        """Return it with these tensors in the place of what is expected, as the files have them."""
        given = {**self.hyperparameters, **hyperparameters}
        return replace(self, hyperparameters=given, raw={**self.raw, "expected": expected})


def name_of(step: int, parameter: str) -> str:
    """Return the name of a parameter after a step, counted from 1.

    >>> name_of(3, "W1")
    'step[3].W1'
    """
    return f"step[{step}].{parameter}"


def load_trajectories(optimizers: Iterable[str] = OPTIMIZERS) -> tuple[Trajectory, ...]:
    """Return the trajectories of these optimizers; a file is read when it is first asked for.

    Raises
    ------
    FixtureError
        If a file is damaged or not to its schema.
    """
    asked = [name for name in OPTIMIZERS if name in optimizers]
    listed = fixtures.manifest()["files"]
    names = [n for name in asked if (n := f"trajectories/{name}.json") in listed]
    return tuple(t for name in names for t in _read(name))


@cache
def _read(name: str) -> list[Trajectory]:
    """Return the trajectories of a file."""
    content = fixtures.load(name)
    try:
        if content["schema"] != fixtures.SCHEMA:
            raise ValueError(f"schema {content['schema']!r}; this optproof reads {fixtures.SCHEMA}")
        optimizer, entries = content["optimizer"], content["trajectories"]
        if optimizer not in OPTIMIZERS:
            raise ValueError(f"unknown optimizer {optimizer!r}")
        return [read_trajectory(optimizer, entry, entries) for entry in entries]
    except KeyError as error:
        problem = f"key {error} is missing"
    except (AttributeError, TypeError, ValueError) as error:
        problem = str(error)
    raise FixtureError(f"{fixtures.root() / name}: not to its schema: {problem}")


def read_trajectory(optimizer: str, entry: Json, others: list[Json]) -> Trajectory:
    """Return a trajectory from what its file says; `others` hold the one that it is like."""
    if "like" in entry:
        [model] = [other for other in others if other["id"] == entry["like"]]
        entry = {**model, **entry}
    clauses, given = tuple(entry["clauses"]), dict(entry["hyperparameters"])
    return Trajectory(entry["id"], optimizer, clauses, entry["comment"], given, entry)
