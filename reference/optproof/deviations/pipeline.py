"""A method as a row of stages; a deviation replaces one stage by another form.

A stage is a function of what is known so far that returns what it adds. The same stages run on
float arrays, one tensor at a time or many laid end to end, and on object arrays of balls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..protocol import Array


class State(dict[str, Any]):
    """What is known so far, by name; also as attributes, so that the maths reads like the maths."""

    def __getattr__(self, name: str) -> Any:
        return self[name]


class Step(Protocol):
    """A formula: what it adds to a state, and the text of it."""

    @property
    def text(self) -> str: ...

    def __call__(self, x: State) -> dict[str, Any]: ...


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
    """

    name: str
    clause: str
    step: Step
    deviations: dict[str, Step] = field(default_factory=dict)
    output: str = ""


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
    """

    operation: str
    stages: tuple[Stage, ...]
    start: Callable[[dict[str, Any]], dict[str, State]]
    collect: Callable[[dict[str, State]], Answer]

    @property
    def ids(self) -> list[str]:
        """The ids of all known deviations of this method."""
        return [name for stage in self.stages for name in stage.deviations]

    def steps(self, deviations: Iterable[str] = ()) -> list[Step]:
        """Return the steps with these deviations in the place of their stages.

        Raises
        ------
        KeyError
            If one is not a deviation of this method, or two are of the same stage.
        """
        left = set(deviations)
        steps = []
        for stage in self.stages:
            chosen = next((name for name in stage.deviations if name in left), None)
            steps.append(stage.deviations[chosen] if chosen else stage.step)
            left.discard(chosen or "")
        if left:
            raise KeyError(*left)
        return steps

    def answer(self, arguments: dict[str, Any], deviations: Iterable[str] = ()) -> Answer:
        """Return what an implementation with these deviations answers."""
        steps = self.steps(deviations)
        return self.collect({k: follow(x, steps) for k, x in self.start(arguments).items()})


def follow(state: State, steps: Iterable[Step]) -> State:
    """Take the steps one after another."""
    for step in steps:
        state.update(step(state))
    return state
