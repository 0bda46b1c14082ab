"""A method as a row of stages; a deviation replaces one stage by another form.

A stage is a function of what is known so far that returns what it adds. The same stages run on
float arrays, one tensor at a time or many laid end to end, and on object arrays of balls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ..protocol import Array
from .formula import Formula, Step
from .scope import EVERYWHERE, Scope
from .state import State

Answer = dict[str, Array]


@dataclass(frozen=True)
class Stage:
    """One stage of a method.

    Parameters
    ----------
    name : str
    clause : str
        The clause of SPEC.md that states it.
    step : callable
        As specified.
    deviations : dict of str to callable
        Known other forms, by permanent id; ``fixtures/deviations.json`` says what each is.
    output : str
        What this stage settles and the caller sees: ``theta``, ``v``, ``s``; empty for the rest.
    numbered : dict of str to callable
        Those with a number ``c``, by id: each makes the step with the number that it is given.
    """

    name: str
    clause: str
    step: Step
    deviations: dict[str, Step] = field(default_factory=dict)
    output: str = ""
    numbered: dict[str, Callable[[str], Step]] = field(default_factory=dict)

    def form(self, name: str, number: str) -> Step:
        """Return a deviation of the catalogue, with this number in it if one is given.

        Raises
        ------
        KeyError
            If it has no number.
        """
        return self.numbered[name](number) if number else self.deviations[name]


@dataclass(frozen=True)
class Slip:
    """One stage computed in another way: a deviation of the catalogue, or one that was found.

    Parameters
    ----------
    stage : str
        The name of the stage that it replaces.
    step : callable
        What is computed in its place.
    name : str
        Its id in the catalogue; empty for one that was found.
    scope : Scope
        Where it holds.
    says : str
        What there is to say of one that was found.
    """

    stage: str
    step: Step
    name: str = ""
    scope: Scope = EVERYWHERE
    says: str = ""


def steps_of(stage: Stage, slips: Iterable[Slip]) -> list[Step]:
    """Return what is computed in a stage: as specified, unless a slip gives all that it gives."""
    steps = [slip.step for slip in slips]
    replaced = any(set(stage.step.names) <= set(step.names) for step in steps)
    return steps if steps and replaced else [stage.step, *steps]


@dataclass(frozen=True)
class Unknown:
    """A formula with one number ``c`` in it that is solved from the answers.

    Parameters
    ----------
    stage : str
    formula : Formula
    low, high : float
        What ``c`` must lie between, ends excluded.
    says : str
        The sentence, with ``{c}`` in it.
    """

    stage: str
    formula: Formula
    low: float
    high: float
    says: str

    def slip(self, c: float, shown: str = "", scope: Scope = EVERYWHERE) -> Slip:
        """Return what is computed with this number."""
        return Slip(self.stage, self.formula.given(c=c), "", scope, self.says.format(c=shown or c))


@dataclass(frozen=True)
class Pipeline:
    """A method: the operation that it is, its stages, and how arguments become an answer.

    Parameters
    ----------
    start : callable
        ``start(arguments) -> states``: what the stages begin with, one state a tensor or one in
        all, by name.
    collect : callable
        ``collect(states) -> answer``: the tensors, named as ``flatten`` does.
    unknowns : tuple of Unknown
        Numbers that may be others than specified, simple ones first.
    forms : tuple of tuples of Slip
        Usual slips that are no entries of the catalogue, with a sentence each.
    """

    operation: str
    stages: tuple[Stage, ...]
    start: Callable[[dict[str, Any]], dict[str, State]]
    collect: Callable[[dict[str, State]], Answer]
    unknowns: tuple[Unknown, ...] = ()
    forms: tuple[tuple[Slip, ...], ...] = ()

    @property
    def ids(self) -> list[str]:
        """The ids of all known deviations of this method."""
        return [name for stage in self.stages for name in stage.deviations]

    def slips(self, deviations: Iterable[str | Slip]) -> list[Slip]:
        """Return the deviations of these ids; what is a slip already stays.

        ``adam.adamw=0.1`` is a deviation with another number, ``a+b`` two of different stages.

        Raises
        ------
        KeyError
            If one is not a deviation of this method, has no number, or two are of the same stage
            everywhere.
        """
        of = {name: stage for stage in self.stages for name in stage.deviations}
        slips: list[Slip] = []
        for d in deviations:
            if isinstance(d, Slip):
                slips.append(d)
                continue
            for one in d.split("+"):
                name, _, number = one.partition("=")
                slips.append(Slip(of[name].name, of[name].form(name, number), name))
        taken = [slip.stage for slip in slips if slip.name and slip.scope == EVERYWHERE]
        if len(taken) > len(set(taken)):
            raise KeyError(*(slip.name for slip in slips))
        return slips

    def answer(self, arguments: dict[str, Any], deviations: Iterable[str | Slip] = ()) -> Answer:
        """Return what an implementation with these deviations answers."""
        return self.collect(self.states(arguments, self.slips(deviations)))

    def states(
        self, arguments: dict[str, Any], slips: Iterable[Slip] = (), until: str = ""
    ) -> dict[str, State]:
        """Return all that is known of each tensor after the last stage, or before stage `until`."""
        states = self.start(arguments)
        slips = tuple(slips)
        for stage in self.stages:
            if stage.name == until:
                break
            here = [slip for slip in slips if slip.stage == stage.name]
            for key, x in states.items():
                for step in steps_of(stage, (s for s in here if s.scope.holds(key, states))):
                    x.update(step(x))
        return states
