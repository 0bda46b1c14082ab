"""Which mistakes lead an optimizer along the path that it took.

Only parameters are seen, so that our side keeps the state through the steps. What is tried must
first give one tensor of a short trajectory, and counts only if it gives all that was answered.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .. import fixtures
from ..deviations import EVERYWHERE, PIPELINES, SCOPES, Pipeline, Scope, Slip, State, Unknown
from ..deviations.edits import edits
from ..deviations.table import merged
from ..fixtures import Trajectory
from ..protocol import Array, names
from .diagnosis import Diagnosis, Found, as_found
from .judge import compare
from .lives import LIVES
from .numbers import in_formulas
from .predicting import UNFIT, close
from .search import Slips, left_out, operands
from .solving import plain, shown, solve, solve_two
from .trajectories import Arrays, Update, follow, with_deviations

Paths = Sequence[tuple[Trajectory, Arrays]]


def explain_trajectory(optimizer: str, answers: Paths, dtype: str = "float64") -> Diagnosis:
    """Say what reproduces all parameters after every step that is judged.

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
        One known mistake; what was worked out; or two known ones of different stages. Several
        where they cannot be told apart.
    """
    unknown = Diagnosis(f"{optimizer} optimizer", (), (), ("parameters",))
    # Where few steps tell most, most candidates fall.
    ordered = sorted(answers, key=lambda pair: (pair[0].count == 1, pair[0].count))
    if not ordered:
        return unknown
    walk = _Walk(PIPELINES[f"update_parameters_with_{optimizer}"], ordered, dtype)
    with np.errstate(all="ignore"):
        if named := walk.named(walk.singles()):
            return replace(unknown, explanations=named)
        for life in LIVES[optimizer]:
            if all(reproduces(life.begin(optimizer), *pair, dtype) for pair in ordered):
                return _with(unknown, Found(life.sentence, (), life.stage, life.clause))
        if slips := next(walk.found(), ()):
            return _with(unknown, as_found(walk.pipeline, slips))
        if named := walk.named(walk.pairs()):
            return replace(unknown, explanations=named)
        if slips := next(walk.two_numbers(), ()):
            return _with(unknown, as_found(walk.pipeline, slips))
        if slips := next(walk.known_and_number(), ()):
            return _with(unknown, as_found(walk.pipeline, slips))
    return replace(unknown, evidence=_seen(ordered, dtype))


def _seen(answers: Paths, dtype: str) -> tuple[str, ...]:
    """Say from which step on parameters are wrong, and which, where the paths agree in it."""
    first, kinds, right = set(), set(), set()
    for trajectory, answer in answers:
        wrong = {f.tensor for f in compare(trajectory.expected, answer, dtype)}
        if wrong:
            first.add(min(names.number_of(name) or 0 for name in wrong))
            kinds |= {names.key_of(name)[0] for name in wrong}
        else:
            right.add(trajectory.count)
    said = []
    if first == {1}:
        said.append("the first step is wrong already")
    elif first and min(first) > 1:
        said.append(
            f"the first step is right, step {min(first)} is not: look at what is kept from step to "
            "step"
        )
    if len(kinds) == 1:
        said.append({"W": "only weights are wrong", "b": "only biases are wrong"}[kinds.pop()])
    return tuple(said)


def _value(unknown: Unknown, given: dict[str, object]) -> float:
    """Return the hyperparameter that is passed for an unknown; 0 where none is."""
    own = {"alpha": "learning_rate"}
    name = unknown.formula.text.partition(" = ")[0]
    value = given.get(own.get(name, name), 0.0)
    return value if isinstance(value, float) else 0.0


def _with(unknown: Diagnosis, found: Found) -> Diagnosis:
    return replace(unknown, stage=found.stage, clause=found.clause, found=(found,))


def reproduces(update: Update, trajectory: Trajectory, answer: Arrays, dtype: str) -> bool:
    """Whether this step, again and again, leads along a path, judged step by judged step."""
    judged = trajectory.judged
    try:
        for number, parameters in enumerate(follow(trajectory, update), start=1):
            for k, value in parameters.items() if number in judged else ():
                name = names.step(number, k)
                if name not in answer or not close(trajectory, name, value, answer[name], dtype):
                    return False
    except UNFIT:
        return False
    return True


def up_to(trajectory: Trajectory, key: str) -> Trajectory:
    """Return it with no parameters after `key`: no tensor depends on one that comes later."""
    keys = list(trajectory.parameters)
    kept = keys[: keys.index(key) + 1]
    raw = trajectory.raw
    steps = [{**e, "grads": {f"d{k}": e["grads"][f"d{k}"] for k in kept}} for e in raw["steps"]]
    parameters = {k: raw["parameters"][k] for k in kept}
    return replace(trajectory, raw={**raw, "parameters": parameters, "steps": steps})


@dataclass
class _Walk:
    """The answers to explain, and the first tensor that is wrong of the first of them."""

    pipeline: Pipeline
    answers: Paths
    dtype: str

    def __post_init__(self) -> None:
        self.conventions = {d.id for d in fixtures.load_deviations().values() if d.variant}
        self.optimizer = self.pipeline.operation.rpartition("_")[2]
        self.wrong = {
            finding.tensor.rpartition(".")[2]
            for trajectory, answer in self.answers
            for finding in compare(trajectory.expected, answer, self.dtype)
        }
        first, self.answer = next(
            (pair for pair in self.answers if compare(pair[0].expected, pair[1], self.dtype)),
            self.answers[0],
        )
        here = {
            f.tensor.rpartition(".")[2] for f in compare(first.expected, self.answer, self.dtype)
        }
        self.key = next((k for k in first.parameters if k in here), next(iter(first.parameters)))
        self.short = up_to(first, self.key)

    def path(self, slips: Sequence[str | Slip]) -> Array:
        """Return the first wrong tensor after each step that is judged, laid end to end."""
        judged = self.short.judged
        steps = enumerate(follow(self.short, with_deviations(self.optimizer, slips)), start=1)
        return np.concatenate([p[self.key].reshape(-1) for n, p in steps if n in judged])

    def may_be(self, slips: Sequence[str | Slip]) -> bool:
        """Whether these slips give the first wrong tensor, step by step."""
        judged = self.short.judged
        try:
            steps = follow(self.short, with_deviations(self.optimizer, slips))
            return all(
                close(self.short, name, parameters[self.key], self.answer[name], self.dtype)
                for number, parameters in enumerate(steps, start=1)
                if number in judged and (name := names.step(number, self.key))
            )
        except UNFIT:
            return False

    def explains(self, slips: Sequence[str | Slip]) -> bool:
        """Whether these slips give every answer."""
        update = with_deviations(self.optimizer, slips)
        return all(reproduces(update, *pair, self.dtype) for pair in self.answers)

    def named(self, candidates: Iterator[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
        return tuple(names for names in candidates if self.may_be(names) and self.explains(names))

    def singles(self) -> Iterator[tuple[str, ...]]:
        return ((name,) for name in self.pipeline.ids)

    def pairs(self) -> Iterator[tuple[str, ...]]:
        for a, b in itertools.combinations(self.pipeline.stages, 2):
            yield from itertools.product(a.deviations, b.deviations)

    def scopes(self) -> list[Scope]:
        """Return the scopes that hold all that is wrong, the smallest first."""
        keys = list(self.answers[0][0].parameters)
        held = [(s, sum(s.holds(k, keys) for k in keys)) for s in SCOPES]
        fitting = [
            (size, scope)
            for scope, size in held
            if size < len(keys)
            and not scope.moment
            and all(scope.holds(k, keys) for k in self.wrong)
        ]
        return [EVERYWHERE, *(scope for _, scope in sorted(fitting, key=lambda pair: pair[0]))]

    def found(self) -> Iterator[Slips]:
        """Yield a known mistake in one place, a number, or a formula with one edit."""
        scopes = self.scopes()
        yield from self.in_scopes(self.known(), scopes[1:])
        for scope in scopes[1:]:
            if (slips := left_out(self.pipeline, scope)) and self.explains(slips):
                yield slips
        for unknown in self.pipeline.unknowns:
            yield from self.in_scopes(self.solved(unknown, ()), scopes)
        yield from self.in_scopes(iter(self.pipeline.forms), scopes)
        yield from self.in_scopes(self.near(), scopes)
        for unknown in in_formulas(self.pipeline):
            yield from self.in_scopes(self.solved(unknown, ()), scopes)

    def in_scopes(self, found: Iterator[Slips], scopes: Sequence[Scope]) -> Iterator[Slips]:
        """Yield what gives the first wrong tensor with the scope in which it gives all."""
        for slips in found if scopes else ():
            if not self.may_be(slips):
                continue
            for scope in scopes:
                scoped = tuple(replace(slip, scope=scope) for slip in slips)
                if self.explains(scoped):
                    yield scoped
                    break

    def known(self) -> Iterator[Slips]:
        for stage in self.pipeline.stages:
            for name, step in stage.deviations.items():
                yield (Slip(stage.name, step, name),)

    def solved(self, unknown: Unknown, slips: Slips) -> Iterator[Slips]:
        """Yield the number that leads along the path of the first wrong tensor."""
        judged = [names.step(number, self.key) for number in self.short.judged]
        if any(name not in self.answer for name in judged):
            return
        got = np.concatenate([self.answer[name].reshape(-1) for name in judged])

        def path(c: float) -> Array:
            return self.path((*slips, unknown.slip(c)))

        try:
            for near in solve(path, got, unknown.low, unknown.high):
                for c in near:
                    more = (*slips, unknown.slip(c, shown(c)))
                    if unknown.low < c < unknown.high and self.may_be(more):
                        yield more
                        break
        except UNFIT:
            return

    def near(self) -> Iterator[Slips]:
        """Yield the edits of each formula, and of those of other conventions."""
        x = State(next(iter(self.pipeline.start(self.first_arguments()).values())))
        for stage in self.pipeline.stages:
            conventions = [s for name, s in stage.deviations.items() if name in self.conventions]
            for form in (stage.step, *conventions):
                for text in edits(form.text, (*operands(x), *stage.step.names)):
                    yield (Slip(stage.name, stage.step.edited(text, merged(form.text, text))),)
            x.update(stage.step(x))

    def first_arguments(self) -> dict[str, object]:
        """Return what the first step of the short trajectory is given."""
        seen: list[dict[str, object]] = []
        right = with_deviations(self.optimizer, ())

        def update(arguments: dict[str, object]) -> dict[str, object]:
            seen.append(arguments)
            return right(arguments)

        next(follow(self.short, update))
        return seen[0]

    def two_numbers(self) -> Iterator[Slips]:
        """Yield two hyperparameters that have other values."""
        hyper = [u for u in self.pipeline.unknowns if u.formula.text.endswith(" = c")]
        judged = [names.step(number, self.key) for number in self.short.judged]
        if any(name not in self.answer for name in judged):
            return
        got = np.concatenate([self.answer[name].reshape(-1) for name in judged])
        given = self.first_arguments()
        for pair in itertools.combinations([u for u in hyper if _value(u, given)], 2):

            def path(*numbers: float, pair: tuple[Unknown, ...] = pair) -> Array:
                return self.path([u.slip(c) for u, c in zip(pair, numbers)])

            try:
                found = solve_two(path, got, (_value(pair[0], given), _value(pair[1], given)))
            except UNFIT:
                continue
            for both in itertools.product(*(plain(c) for c in found or ())) if found else ():
                slips = tuple(u.slip(c, shown(c)) for u, c in zip(pair, both))
                inside = all(u.low < c < u.high for u, c in zip(pair, both))
                if inside and self.may_be(slips) and self.explains(slips):
                    yield slips
                    break

    def known_and_number(self) -> Iterator[Slips]:
        """Yield a form of another convention beside a hyperparameter that has another value."""
        hyper = [u for u in self.pipeline.unknowns if u.formula.text.endswith(" = c")]
        for slips in self.known():
            for unknown in hyper if slips[0].name in self.conventions else ():
                if slips[0].stage != unknown.stage:
                    yield from self.in_scopes(self.solved(unknown, slips), [EVERYWHERE])
