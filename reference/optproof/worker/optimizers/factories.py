"""Factories: functions of hyperparameters that return an optimizer, as optax's do."""

from __future__ import annotations

import ast
import contextlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from . import names
from .arguments import Arguments, NotDriven, tree_of
from .bodies import container, filled, matched
from .classes import MADE_ROLES, STEP_ROLES, starter
from .compiling import PLAIN_STEPS, compiled, is_pure
from .handing import bodies
from .lives import TRIAL, Arrays, Unable, Way, trial_parameters
from .living import Plan
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
        template: Any = None,
        whole: bool = False,
    ) -> None:
        self.make, self.hyper, self.kind, self.whole = make, dict(hyper), kind, whole
        self._begin()
        self.shapes = {n: a.shape for n, a in parameters.items()}
        self.template = template or {n: n for n in parameters}
        made = {n: kind.parameter(a.copy()) for n, a in parameters.items()}
        self.parameters = filled(self.template, made.__getitem__)
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
        each = {n: self.kind.gradient(g) for n, g in gradients.items()}
        given = filled(self.template, each.__getitem__)
        if self.get:  # as jax.example_libraries has it
            self.state = self._call(self.steps, given, self.state)
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

    def _updated(self, given: Any) -> None:
        takes = inspect.signature(self.update).parameters
        told = names.roles(takes)
        order = [r for r in told.values() if r in ("params", "grads")]
        if order[:1] == ["params"]:  # (params, grads, state) -> (params, state)
            self.parameters, self.state = self._call(self.parameters, given, self.state)
            return
        first = [given, self.state] + [self.parameters] * (len(takes) > 2)
        updates, self.state = self._call(*first)
        if self.whole:
            self.parameters = updates
        elif isinstance(self.template, str):
            self.parameters = self.parameters + updates
        elif isinstance(self.template, list):
            self.parameters = [p + u for p, u in zip(self.parameters, updates)]
        else:
            self.parameters = {n: self.parameters[n] + updates[n] for n in self.template}


class OneByOne:
    """A transformation of one array at a time, each with a state of its own."""

    def __init__(
        self,
        make: Callable[[Mapping[str, Any]], Any],
        hyper: Mapping[str, Any],
        kind: Any,
        parameters: Arrays,
        whole: bool,
    ) -> None:
        self.lives = {
            n: TransformationLife(make, hyper, kind, {n: a}, n, whole)
            for n, a in parameters.items()
        }

    def resume(self) -> None:
        """Pickle each state, and go on from it."""
        for life in self.lives.values():
            life.resume()

    def step(self, gradients: Mapping[str, Any], rate: float | None) -> Arrays:
        """Take a step of each."""
        return {n: life.step({n: gradients[n]}, rate)[n] for n, life in self.lives.items()}


def is_transformation(made: Any) -> bool:
    """Return whether something has the two functions of a gradient transformation."""
    if isinstance(made, tuple) and not hasattr(made, "init"):
        return len(made) in (2, 3) and all(inspect.isroutine(f) for f in made)
    parts = [getattr(made, part, None) for part in ("init", "update")]
    return all(callable(p) for p in parts) and not inspect.isclass(made)


def is_transformation_class(cls: Any) -> bool:
    """Return whether a class has init(params) and an update that is passed the state."""
    init, update = getattr(cls, "init", None), getattr(cls, "update", None)
    if not (inspect.isfunction(init) and inspect.isfunction(update)):
        return False
    asked = list(inspect.signature(update).parameters)[1:]
    return "grads" in names.roles(asked).values() and any(map(names.is_record, asked))


def looks_like_a_factory(function: Any, kind: str) -> bool:
    """Return whether a function asks for hyperparameters and settings alone."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    required = [p.name for p in parameters if p.default is p.empty and p.kind.value < 2]
    hyper = names.hyperparameters(required, kind)
    closes = any(names.role(n) == "params" for n in required) and _returns_a_function(function)
    return all(
        n in hyper or names.plain(n) in names.NEUTRAL or (closes and names.role(n) == "params")
        for n in required
    )


def _returns_a_function(function: Any) -> bool:
    """Return whether a function returns one that is defined in it."""
    tree = tree_of(function)
    nodes = list(ast.walk(tree)) if tree else []
    inner = {n.name for n in nodes if isinstance(n, ast.FunctionDef)}
    return any(isinstance(n, ast.Return) and getattr(n.value, "id", "") in inner for n in nodes)


def ways(function: Any, kind: str, extra: Mapping[str, Any]) -> Iterator[Way]:
    """Yield the ways in which what a factory returns might be driven.

    Raises
    ------
    NotDriven
        If it returns nothing that takes a step.
    """
    made = Arguments(function, kind, MADE_ROLES, extra)

    def make(hyper: Mapping[str, Any]) -> Any:
        first, rest = made.values(hyper, lambda role: None)
        return function(*first, **rest)

    if "params" in made.roles.values():
        yield from _closures(function, None, made, kind, extra)
        return
    first = None if made.roles else make(TRIAL)
    framework = "optax" if type(first).__module__.startswith("optax") else ""
    if is_transformation(first):
        for tensors in plain_kinds(function):
            for title, life in _lives(make, tensors, inspect.isclass(function)):
                how = [*made.notes(), title]
                yield Way(life, how, made.takes, framework=framework)
    elif inspect.isfunction(first):
        yield from _closures(function, first, made, kind, extra)
    else:
        raise NotDriven(f"what it returns ({type(first).__name__}) takes no step")


def _lives(make: Any, kind: Any, whole_too: bool) -> Iterator[tuple[str, Any]]:
    """Yield the ways in which init and update may be used: what is told of it, and its start."""
    for whole in (False, True) if whole_too else (False,):
        what = "what its update returns "
        what += "is the new parameters" if whole else "is added to the parameters"
        for given, title in (("", ""), ("list", " (a list)"), ("one", ", one array a call")):

            def start(
                parameters: Arrays,
                hyper: Mapping[str, Any],
                given: str = given,
                whole: bool = whole,
            ) -> Any:
                if given == "one":
                    return OneByOne(make, hyper, kind, parameters, whole)
                template = list(parameters) if given else None
                return TransformationLife(make, hyper, kind, parameters, template, whole)

            yield what + title, start


def _closure_of(function: Any, made: Arguments) -> Any:
    """Return the function that a factory returns when it is given trial parameters."""
    for at in (0, 2):
        body = container(plain_kinds(function)[0], at)(trial_parameters())
        first, rest = made.values(TRIAL, body.role)
        with contextlib.suppress(Exception):
            return function(*first, **rest)
    raise NotDriven("it raises for parameters in a dict and in a list")


def _closures(
    function: Any,
    closure: Callable[..., Any] | None,
    made: Arguments,
    kind: str,
    extra: Mapping[str, Any],
) -> Iterator[Way]:
    built = set(made.roles.values())
    closure = closure or _closure_of(function, made)
    if not inspect.isfunction(closure):
        raise NotDriven(f"what it returns ({type(closure).__name__}) takes no step")
    step = Arguments(closure, kind, STEP_ROLES, extra)
    roles = set(step.roles.values())
    if "params" not in roles | built:
        raise NotDriven("the function that it returns does not ask for parameters")
    counted = next((n for n, r in step.roles.items() if r == "t"), "")
    start_t = counts_from(function, counted) if counted else 1
    for title, groups, body, one, order in bodies(function, roles, built, ""):
        plan = Plan(
            function, made, "__call__", step, groups, body, one, start_t=start_t, pair_order=order
        )
        how = [*made.notes(), *step.notes(), "the function that it returns takes the step"]
        how += [f"it is given {title}"] if title else []
        takes = [*made.takes, *(t for t in step.takes if t not in made.takes)]
        way = Way(None, how, takes)  # type: ignore[arg-type]
        way.start = starter(plan, way)
        yield way
