"""Factories: functions of hyperparameters that return an optimizer, as optax's do."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from . import classes, names
from .arguments import Arguments, NotDriven
from .bodies import matched
from .compiling import PLAIN_STEPS, compiled, is_pure
from .lives import TRIAL, Arrays, Unable, Way
from .reading import counts_from
from .saving import pickled
from .tensors import plain_kinds


class TransformationLife:
    """A pair of functions: init makes the state, update turns gradients into updates."""

    def __init__(
        self,
        make: Callable[[Mapping[str, Any]], Any],
        hyper: Mapping[str, Any],
        kind: Any,
        parameters: Arrays,
    ) -> None:
        self.make, self.hyper, self.kind = make, dict(hyper), kind
        self._begin()
        self.shapes = {n: a.shape for n, a in parameters.items()}
        self.template = {n: n for n in parameters}
        self.parameters = {n: kind.parameter(a.copy()) for n, a in parameters.items()}
        self.state = self.init(self.parameters)
        self.steps = 0

    def _begin(self) -> None:
        """Make the two functions: their state is passed to them, and stays as it is."""
        made = self.make(self.hyper)
        self.init, self.update, *more = (
            made if isinstance(made, tuple) else (made.init, made.update)
        )
        self.get = more[0] if more else None
        self.compiled: Any = None

    def resume(self) -> None:
        """Pickle the state, and go on from it with functions made anew."""
        self.state = pickled(self.state)
        self._begin()

    def step(self, gradients: Mapping[str, Any], rate: float | None) -> Arrays:
        """Take a step."""
        if rate is not None:
            # As whoever uses it changes a rate that is a part of what the factory returns: the
            # state goes on, and what is kept anywhere else would be lost.
            if not is_pure(self.update):
                raise Unable("its learning rate cannot change: it keeps state of its own")
            self.hyper["learning_rate"] = rate
            self._begin()
        if any(g is None for g in gradients.values()):
            raise Unable("a tree without one of its gradients is another tree")
        given = {n: self.kind.gradient(g) for n, g in gradients.items()}
        if self.get:  # as jax.example_libraries has it
            self.state = self.update(self.steps, given, self.state)
            self.parameters = self.get(self.state)
        else:
            self._updated(given)
        self.steps += 1
        values = matched(self.parameters, self.template, self.shapes)
        if values is None:
            raise Unable("what its update returns is not structured as the parameters are")
        return values

    def _call(self, *arguments: Any) -> Any:
        """Call update: compiled, where that is the same and there are many steps."""
        if self.steps == PLAIN_STEPS:
            self.compiled = compiled(self.update, *arguments)
        return (self.compiled or self.update)(*arguments)

    def _updated(self, given: Arrays) -> None:
        takes = inspect.signature(self.update).parameters
        told = names.roles(takes)
        order = [r for r in told.values() if r in ("params", "grads")]
        if order[:1] == ["params"]:  # (params, grads, state) -> (params, state)
            self.parameters, self.state = self._call(self.parameters, given, self.state)
            return
        first = [given, self.state] + [self.parameters] * (len(takes) > 2)
        updates, self.state = self._call(*first)
        self.parameters = {n: self.parameters[n] + updates[n] for n in self.template}


def is_transformation(made: Any) -> bool:
    """Return whether something has the two functions of a gradient transformation."""
    if isinstance(made, tuple) and not hasattr(made, "init"):
        return len(made) in (2, 3) and all(inspect.isroutine(f) for f in made)
    parts = [getattr(made, part, None) for part in ("init", "update")]
    return all(callable(p) for p in parts) and not inspect.isclass(made)


def looks_like_a_factory(function: Any, kind: str) -> bool:
    """Return whether a function asks for hyperparameters and settings alone."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    required = [p.name for p in parameters if p.default is p.empty and p.kind.value < 2]
    hyper = names.hyperparameters(required, kind)
    return all(n in hyper or names.plain(n) in names.NEUTRAL for n in required)


def ways(function: Any, kind: str, extra: Mapping[str, Any]) -> Iterator[Way]:
    """Yield the ways in which what a factory returns might be driven.

    Raises
    ------
    NotDriven
        If it returns nothing that takes a step.
    """
    made = Arguments(function, kind, classes._MADE_ROLES, extra)

    def make(hyper: Mapping[str, Any]) -> Any:
        first, rest = made.values(hyper, lambda role: None)
        return function(*first, **rest)

    asks = bool(made.roles)
    first = None if asks else make(TRIAL)
    framework = "optax" if type(first).__module__.startswith("optax") else ""
    if is_transformation(first):
        added = "what its update returns is added to the parameters"
        for tensors in plain_kinds(function):

            def start(parameters: Arrays, hyper: Mapping[str, Any], t: Any = tensors) -> Any:
                return TransformationLife(make, hyper, t, parameters)

            yield Way(start, [*made.notes(), added], made.takes, framework=framework)
    elif inspect.isfunction(first):
        yield from _closures(function, first, made, kind, extra)
    else:
        raise NotDriven(f"what it returns ({type(first).__name__}) takes no step")


def _closures(
    function: Any, closure: Callable[..., Any], made: Arguments, kind: str, extra: Mapping[str, Any]
) -> Iterator[Way]:
    step = Arguments(closure, kind, classes._STEP_ROLES, extra)
    roles = set(step.roles.values())
    if "params" not in roles:
        raise NotDriven("the function that it returns does not ask for parameters")
    counted = next((n for n, r in step.roles.items() if r == "t"), "")
    start_t = counts_from(function, counted) if counted else 1
    for title, groups, body, one, order in classes._bodies(function, roles, set(), ""):
        plan = classes._Plan(
            function, made, "__call__", step, groups, body, one, start_t=start_t, pair_order=order
        )
        how = [*made.notes(), *step.notes(), "the function that it returns takes the step"]
        how += [f"it is given {title}"] if title else []
        takes = [*made.takes, *(t for t in step.takes if t not in made.takes)]
        way = Way(None, how, takes)  # type: ignore[arg-type]
        way.start = classes._starter(plan, way)
        yield way
