"""Which numbers of a method are others than specified: hyperparameters, factors, limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..deviations import Answer, Pipeline, Scope, Slip, State, Unknown
from ..deviations.edits import constants
from ..deviations.pipeline import steps_of
from ..deviations.table import merged
from ..fixtures import Case
from ..protocol import Array
from .predicting import UNFIT, close
from .search import Answers, Slips, begun, explains
from .solving import shown, solve

#: Learning rates that are tried where another hyperparameter is unknown, too.
RATES = (0.001, 0.01, 0.1, 1.0)


@dataclass(frozen=True)
class Given:
    """One tensor's worth of an answer: what its stages start from, and what came back."""

    pipeline: Pipeline
    case: Case
    answer: Answer
    key: str
    dtype: str
    start: State

    @property
    def tensors(self) -> list[str]:
        """The tensors of the key in the order in which they are settled."""
        found = [n for n in (f"v.d{self.key}", f"s.d{self.key}", self.key) if n in self.answer]
        return found or list(self.answer)

    def tensor(self, name: str, slips: Sequence[Slip]) -> Array:
        """Return one tensor of what these slips give, with the work of its own state alone."""
        return np.asarray(self.all(slips)[name])

    def all(self, slips: Sequence[Slip]) -> Answer:
        """Return the tensors of its state that these slips give."""
        x = State(self.start)
        for stage in self.pipeline.stages:
            for step in steps_of(stage, (s for s in slips if s.stage == stage.name)):
                x.update(step(x))
        return self.pipeline.collect({self.key: x})

    def fits(self, name: str, slips: Sequence[Slip]) -> bool:
        """Whether these slips give what came back for a tensor."""
        try:
            return close(self.case, name, self.tensor(name, slips), self.answer[name], self.dtype)
        except UNFIT:
            return False

    def may_be(self, slips: Sequence[Slip]) -> bool:
        """Whether these slips give what came back of its state; of one state in all, part may."""
        if self.key == "":
            return True
        try:
            return all(
                name in self.answer
                and close(self.case, name, np.asarray(value), self.answer[name], self.dtype)
                for name, value in self.all(slips).items()
            )
        except UNFIT:
            return False

    def solved(self, unknown: Unknown, slips: Slips, name: str) -> Iterator[Slip]:
        """Yield `unknown` with the number that gives what came back for a tensor."""
        got = self.answer[name]
        if got.dtype.kind != "f":
            return

        def f(c: float) -> Array:
            return self.tensor(name, (*slips, unknown.slip(c)))

        try:
            for near in solve(f, got, unknown.low, unknown.high):
                for c in near:
                    slip = unknown.slip(c, shown(c))
                    if unknown.low < c < unknown.high and self.fits(name, (*slips, slip)):
                        yield slip
                        break
        except UNFIT:
            return


def given(pipeline: Pipeline, first: tuple[Case, Answer], key: str, dtype: str) -> Given:
    """Return what there is to solve for in one answer."""
    return Given(pipeline, *first, key, dtype, begun(pipeline, first[0], key))


def solved(
    here: Given, unknowns: Sequence[Unknown], scopes: Sequence[Scope], answers: Answers
) -> Iterator[Slips]:
    """Yield the one number that explains all answers."""
    wrong = next((t for t in here.tensors if not here.fits(t, ())), "")
    for unknown in unknowns if wrong else ():
        for slip in here.solved(unknown, (), wrong):
            for scope in scopes:
                scoped = replace(slip, scope=scope)
                if explains(here.pipeline, (scoped,), answers, here.dtype):
                    yield (scoped,)
                    break


def in_formulas(pipeline: Pipeline) -> Iterator[Unknown]:
    """Yield each number that a formula has, as one to be solved: the 1 of 1 - β."""
    for stage in pipeline.stages:
        for text in constants(stage.step.text):
            formula = stage.step.edited(text, merged(stage.step.text, text))
            yield Unknown(stage.name, formula, -1e4, 1e4, "")


def several(here: Given, answers: Answers) -> Iterator[Slips]:
    """Yield several hyperparameters, or some and a known deviation, that explain all answers."""
    hyper = tuple(u for u in here.pipeline.unknowns if u.formula.text.endswith(" = c"))
    if not hyper or not here.tensors:
        return
    *state, last = here.tensors
    for slips in _of_state(here, hyper, state, ()):
        for more in (*_of_step(here, hyper, slips, last), *_and_known(here, hyper, slips, last)):
            if explains(here.pipeline, more, answers, here.dtype):
                yield more


def _of_state(
    here: Given, hyper: Sequence[Unknown], state: Sequence[str], slips: Slips
) -> Iterator[Slips]:
    """Yield the hyperparameters that make v and s what came back: none where they are right."""
    for tensor in state:
        if not here.fits(tensor, slips):
            for unknown in hyper:
                for slip in here.solved(unknown, slips, tensor):
                    yield from _of_state(here, hyper, state, (*slips, slip))
            return
    yield slips


def _of_step(here: Given, hyper: Sequence[Unknown], slips: Slips, last: str) -> Iterator[Slips]:
    """Yield the hyperparameters, one or the rate and another, that make the parameters fit."""
    if here.fits(last, slips):
        if slips:
            yield slips
        return
    rates = [u for u in hyper if u.formula.text == "alpha = c"]
    first = [(*slips, u.slip(rate, shown(rate))) for u in rates for rate in RATES]
    for given_ in (slips, *first):
        for unknown in _left(hyper, given_):
            for slip in here.solved(unknown, given_, last):
                yield (*given_, slip)


def _and_known(here: Given, hyper: Sequence[Unknown], slips: Slips, last: str) -> Iterator[Slips]:
    """Yield a known deviation of the step beside these, and one more hyperparameter."""
    for stage in here.pipeline.stages:
        for name, step in stage.deviations.items():
            both = (*slips, Slip(stage.name, step, name))
            if not all(here.fits(t, both) for t in here.tensors if t != last):
                continue
            if here.fits(last, both):
                yield both
                continue
            for unknown in _left(hyper, both):
                if unknown.formula.text in ("alpha = c", "epsilon = c"):
                    for slip in here.solved(unknown, both, last):
                        yield (*both, slip)


def _left(hyper: Sequence[Unknown], slips: Slips) -> list[Unknown]:
    taken = {slip.step.text for slip in slips}
    return [u for u in hyper if u.formula.text not in taken]
