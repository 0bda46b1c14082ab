"""Which of what an optimizer keeps is v, s and t: found from one step with g and one with 2 g.

What doubles is v, what quadruples is s, what counts is t. Where all are found, and a step from a
state that was written there is the document's, the operation's test cases are put to it as well.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from ... import methods
from ...operations import OPERATIONS
from .finding import Optimizer
from .functions import FunctionLife
from .lives import TRIAL, Arrays, Unable, trial_gradients, trial_parameters
from .living import ClassLife
from .tensors import read

#: What is as near as this is the same: rounding alone.
ROUNDING = 1e-12
DEEPEST = 5
STATE = {"momentum": ("v",), "adam": ("v", "s")}
NOTE = "its state is read and set: found from one step with a gradient, and one with twice that"


class Place(NamedTuple):
    """Where something is kept: an attribute of an object, or an entry of a dict or a list."""

    holder: Any
    key: Any

    def get(self) -> Any:
        """Return what is there."""
        return self.holder[self.key]

    def put(self, value: Any) -> None:
        """Write there: into an array that is there already, or in the place of a number."""
        old = self.get()
        if isinstance(old, np.ndarray) and old.ndim:
            old[...] = value
        elif hasattr(old, "detach"):
            old.detach().copy_(old.detach().new_tensor(value))
        elif isinstance(old, np.ndarray):
            self.holder[self.key] = np.array(value, dtype=old.dtype)
        else:
            self.holder[self.key] = type(old)(value)


class Roles(NamedTuple):
    """The places of a life's state, by their numbers in the order of :func:`places`.

    Parameters
    ----------
    state : dict of dict
        By v and s, and by tensor.
    counters : dict of int to callable
        What a counter holds after so many steps.
    """

    state: dict[str, dict[str, int]]
    counters: dict[int, Callable[[int, Mapping[str, float]], float]]


#: What counts steps, or holds a power of a decay: before the step, or for the next one.
COUNTERS: tuple[Callable[[int, Mapping[str, float]], float], ...] = (
    lambda n, h: n,
    lambda n, h: n + 1,
    lambda n, h: h["beta1"] ** n,
    lambda n, h: h["beta2"] ** n,
    lambda n, h: h["beta1"] ** (n + 1),
    lambda n, h: h["beta2"] ** (n + 1),
)


def as_operation(optimizer: Optimizer) -> Callable[..., Any] | None:
    """Return the document's update that writes the state it is given, or None where there is none.

    It must take all hyperparameters, and take the document's step from a state that it never had.
    """
    kind = optimizer.kind
    operation = OPERATIONS.get(f"update_parameters_with_{kind}")
    given = [a for a in operation.arguments if a in TRIAL] if operation else []
    if kind not in STATE or operation is None or not set(given) <= set(optimizer.way.takes):
        return None
    known: dict[tuple[Any, ...], Roles] = {}

    def update(*values: Any, **named: Any) -> Any:
        arguments = {**dict(zip(operation.arguments, values)), **named}
        hyper = {**TRIAL, **{a: arguments[a] for a in given}}
        parameters = {n: np.array(a) for n, a in arguments["parameters"].items()}
        shapes = tuple((n, a.shape, a.dtype.name) for n, a in parameters.items())
        try:
            if shapes not in known:
                known[shapes] = _roles(optimizer, parameters)
            return _step(optimizer, known[shapes], parameters, arguments, hyper, operation.results)
        except Unable as error:
            raise NotImplementedError(str(error)) from None

    try:
        if not _is_the_documents(update, operation):
            return None
    except Exception:  # it cannot be driven so: its trajectories judge it
        return None
    step = optimizer.thing
    if inspect.isclass(step):
        step = getattr(step, str(_plan(optimizer).method), update)
    names = [
        inspect.Parameter(a, inspect.Parameter.POSITIONAL_OR_KEYWORD) for a in operation.arguments
    ]
    update.__signature__ = inspect.Signature(names)  # type: ignore[attr-defined]
    update.__wrapped__ = step  # type: ignore[attr-defined]
    return update


def _plan(optimizer: Optimizer) -> Any:
    return optimizer.way.start(trial_parameters(), TRIAL).plan  # type: ignore[attr-defined]


def _is_the_documents(update: Callable[..., Any], operation: Any) -> bool:
    """Return whether it takes the document's step from a state in the midst of a life."""
    parameters, gradients = trial_parameters(), trial_gradients(1)
    arguments: dict[str, Any] = {"parameters": parameters, "t": 7, **TRIAL}
    arguments["grads"] = {f"d{n}": g for n, g in gradients.items()}
    arguments["v"] = {f"d{n}": g / 3 for n, g in trial_gradients(2).items()}
    arguments["s"] = {f"d{n}": g**2 / 5 for n, g in trial_gradients(3).items()}
    values = [arguments[a] for a in operation.arguments]
    right, got = getattr(methods, operation.name)(*values), update(*values)
    return all(
        np.allclose(a[n], b[n], rtol=1e3 * ROUNDING, atol=0) for a, b in zip(right, got) for n in a
    )


def _step(
    optimizer: Optimizer,
    roles: Roles,
    parameters: Arrays,
    arguments: Mapping[str, Any],
    hyper: Mapping[str, float],
    results: tuple[str, ...],
) -> Any:
    """Make one, let it make its state by a step of zeros, write the state, and take the step."""
    life: Any = optimizer.way.start({n: a.copy() for n, a in parameters.items()}, hyper)
    still = life.step({n: np.zeros_like(a) for n, a in parameters.items()}, None)
    if any(not np.array_equal(still[n], parameters[n]) for n in parameters):
        raise Unable("a gradient of zero moves its parameters: no state can be written")
    before = int(arguments.get("t", 2)) - 1
    _set_t(life, before)
    found = list(places(life))
    for name, of_tensors in roles.state.items():
        for n, at in of_tensors.items():
            found[at].put(arguments[name][f"d{n}"])
    for at, value in roles.counters.items():
        found[at].put(value(before, hyper))
    after = {"parameters": life.step({n: arguments["grads"][f"d{n}"] for n in parameters}, None)}
    for name, of_tensors in roles.state.items():
        after[name] = {f"d{n}": read(list(places(life))[at].get()) for n, at in of_tensors.items()}
    if not hyper["beta"] and "s" not in after and _is_as_given(after["v"], arguments["v"]):
        raise Unable("with beta 0 it keeps no velocity")
    return tuple(after[name] for name in results)


def _is_as_given(state: Arrays, given: Arrays) -> bool:
    return all(np.array_equal(a, given[n]) for n, a in state.items())


def _set_t(life: Any, steps: int) -> None:
    """Have the caller count on from so many steps, where a step is told its number."""
    if isinstance(life, ClassLife):
        life.t = life.plan.start_t + steps
    else:
        for unit in life.units:
            unit.t = unit.plan.counts + steps


def _roles(optimizer: Optimizer, parameters: Arrays) -> Roles:
    """Find the roles for parameters of these shapes.

    Raises
    ------
    Unable
        If a tensor has not one v (and one s) of its own, or nothing tells the number of the step.
    """
    random = np.random.RandomState(1)
    g = {n: (0.5 + random.rand(*a.shape)).astype(a.dtype) for n, a in parameters.items()}
    lives: list[Any] = []
    for factor, steps in ((1, 1), (2, 1), (1, 2)):
        life = optimizer.way.start({n: a.copy() for n, a in parameters.items()}, TRIAL)
        if not isinstance(life, (ClassLife, FunctionLife)):
            raise Unable("it has no state that could be reached")
        for _ in range(steps):
            life.step({n: factor * a for n, a in g.items()}, None)
        lives.append([read(place.get()) for place in places(life)])
    once, twice, two_steps = lives
    if not len(once) == len(twice) == len(two_steps):
        raise Unable("its state is not of the same form from step to step")
    decay = TRIAL["beta" if optimizer.kind == "momentum" else "beta1"]
    weights = {"v": 1 - decay, "s": 1 - TRIAL["beta2"]}
    state: dict[str, dict[str, int]] = {}
    for name in STATE[optimizer.kind]:
        power = 2 if name == "s" else 1
        state[name] = {}
        for n, a in g.items():
            want = weights[name] * a**power
            near = [
                i
                for i, (x, y) in enumerate(zip(once, twice))
                if _same(x, want) and _same(y, 2**power * want)
            ]
            if len(near) != 1:
                raise Unable(f"{len(near)} of what it keeps may be the {name} of {n}")
            state[name][n] = near[0]
    counters = {}
    for i, (x, y, z) in enumerate(zip(once, twice, two_steps)):
        if x is not None and x.size == 1 and x.ndim == 0 and _same(x, y):
            for counts in COUNTERS:
                if _same(x, counts(1, TRIAL)) and _same(z, counts(2, TRIAL)):
                    counters[i] = counts
                    break
    return Roles(state, counters)


def _same(x: Any, want: Any) -> bool:
    if x is None or np.shape(x) != np.shape(want):
        return False
    slack = ROUNDING if np.asarray(x).dtype == np.float64 else 1e-6
    return bool(np.allclose(np.asarray(x, dtype=float), want, rtol=slack, atol=0))


def places(life: Any) -> Iterator[Place]:
    """Yield where a life keeps arrays and numbers, always in the same order."""
    if isinstance(life, FunctionLife):
        roots = [unit.states for unit in life.units]
    else:
        roots = [vars(i) for i in life.instances if hasattr(i, "__dict__")]
        for _, body in life.units:
            network, layer = getattr(body, "network", None), getattr(body, "layer", None)
            roots += [vars(one) for one in (*getattr(network, "layers", ()), layer) if one]
    seen: set[int] = set()
    for root in roots:
        yield from _places(root, 0, seen)


def _places(holder: Any, depth: int, seen: set[int]) -> Iterator[Place]:
    if depth > DEEPEST or id(holder) in seen:
        return
    seen.add(id(holder))
    for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
        value = holder[key]
        if isinstance(value, (dict, list)):
            yield from _places(value, depth + 1, seen)
        elif isinstance(value, tuple):
            yield from (Place(value, i) for i, v in enumerate(value) if _is_array(v))
        elif _is_array(value) or (isinstance(value, (int, float)) and not isinstance(value, bool)):
            yield Place(holder, key)


def _is_array(value: Any) -> bool:
    return isinstance(value, (np.ndarray, np.generic)) or hasattr(value, "detach")
