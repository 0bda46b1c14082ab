"""Functions that take a step: of one array or of all, with their state as arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from . import names
from .arguments import Arguments, NotDriven, class_of, mentioned
from .bodies import (
    Container,
    Groups,
    all_together,
    by_layer,
    container,
    filled,
    in_order,
    layouts,
    one_by_one,
    single,
    titled,
)
from .lives import Arrays, Unable, Way
from .reading import (
    counter_in_settings,
    counts_from,
    globals_kept,
    initializers,
    parts_of_state,
    reads_gradients,
    returned_names,
)
from .tensors import attached_kinds, frameworks, plain_kinds

_ROLES = frozenset("params grads t key W b dW db state record".split())


@dataclass
class _Plan:
    """How one function is called in one of the ways."""

    function: Callable[..., Any]
    arguments: Arguments
    groups: Groups
    body: Callable[[Arrays], Container]
    states_as_gradients: bool
    record: Callable[[Any], Any]
    in_record: dict[str, str]
    counts: int
    returned: list[str]  # the names in its return statement, "" for what is no name
    counter: str  # the key of t in a dict of settings
    put_back: Callable[[], None]


class _Unit:
    """A part of the parameters with the state that is passed beside it."""

    def __init__(self, plan: _Plan, arrays: Arrays, hyper: Mapping[str, Any]) -> None:
        self.plan, self.body = plan, plan.body(arrays)
        self.states: dict[str, Any] = {}
        template = self.body.of_gradients if plan.states_as_gradients else self.body.template
        for name in plan.arguments.states:
            zeros = {n: self.body.kind.gradient(np.zeros_like(a)) for n, a in arrays.items()}
            part = names.part_of_state(name) if "W" in plan.arguments.roles.values() else ""
            leaf = template["Wb".index(part)] if part else template
            self.states[name] = filled(leaf, zeros.__getitem__)
        self.t: Any = plan.counts
        self.record_name = next((n for n, r in plan.arguments.roles.items() if r == "record"), "")
        if self.record_name:
            self.states[self.record_name] = plan.record(self.body.held)
            self.write(hyper)

    def write(self, hyper: Mapping[str, Any]) -> None:
        """Write the hyperparameters into a dict of settings."""
        if not self.record_name or not self.plan.in_record:
            return
        if self.states[self.record_name] is None:
            self.states[self.record_name] = {}
        record = self.states[self.record_name]
        if isinstance(record, dict):
            for name, own in self.plan.in_record.items():
                record[name] = (
                    (hyper["beta1"], hyper["beta2"]) if own == "betas" else hyper.get(own)
                )

    def call(self, gradients: Arrays, hyper: Mapping[str, Any]) -> Arrays:
        """Call with the state as it stands; keep what comes back."""
        self.body.give(gradients)

        def role(name: str) -> Any:
            if name == "record":
                return self.states[self.record_name]
            if name in self.states and name not in ("t",):
                return self.states[name]
            return self.t if name == "t" else self.body.role(name)

        first, rest = self.plan.arguments.values(hyper, role)
        before = self.t
        if self.plan.counter:
            settings = rest[self.plan.arguments.settings]
            settings[self.plan.counter] = self.t
        self._keep(self.plan.function(*first, **rest))
        if self.plan.counter:
            self.t = settings[self.plan.counter]
        elif self.t is before:
            self.t = before + 1
        values = self.body.values()
        if values is None:
            raise Unable("what it returns is not the parameters")
        return values

    def _keep(self, value: Any) -> None:
        if value is None:
            return
        whole = self.body.returned(value) if not isinstance(value, (tuple, list)) else None
        if whole or self._is_all_parameters(value):
            self.body.hold(value)
            return
        if not isinstance(value, (tuple, list)):
            return  # neither parameters nor state: what changed in place is read
        slots = self._slots(len(value))
        for name, part in zip(slots, value):
            if name == "params":
                if self.body.returned(part) is None:
                    raise Unable("what it returns is not the parameters")
                self.body.hold(part)
            elif name in ("W", "b"):
                held = list(self.body.held)
                held["Wb".index(name)] = part
                self.body.hold(held)
            elif name == "t":
                self.t = part
            elif name in self.states:
                self.states[name] = part

    def _is_all_parameters(self, value: Any) -> bool:
        found = self.body.returned(value)
        return found is not None and found[0] is value

    def _slots(self, count: int) -> list[str]:
        """Return what each returned part is: by the names it returns, then by order."""
        theirs = self.plan.arguments
        told = self.plan.returned if len(self.plan.returned) == count else [""] * count
        t = next((n for n, r in theirs.roles.items() if r == "t"), None)
        own = next((n for n, r in theirs.roles.items() if r == "params"), None)
        slots = [""] * count
        for i, name in enumerate(told):
            if name and name == own:
                slots[i] = "params"
            elif name and theirs.roles.get(name) in ("W", "b"):
                slots[i] = theirs.roles[name]
            elif name and name == t:
                slots[i] = "t"
            else:
                like = [s for s in self.states if name and _like(name, s)]
                slots[i] = like[0] if len(like) == 1 and like[0] not in slots else ""
        rest = [s for s in self.states if s not in slots]
        for part in ("W", "b") if "W" in theirs.roles.values() else ("params",):
            if part not in slots and "" in slots:
                slots[slots.index("")] = part
        for i, slot in enumerate(slots):
            if not slot and rest:
                slots[i] = rest.pop(0)
        return slots


def _like(name: str, state: str) -> bool:
    """Return whether a returned name is that of a state, or of its new value."""
    a, b = names.plain(name), names.plain(state)
    return a == b or (a.startswith(b) and a[len(b) :] in ("t", "new", "next", "n", "1", "out"))


class FunctionLife:
    """One life of a function: its state is passed back to it."""

    def __init__(self, plan: _Plan, parameters: Arrays, hyper: Mapping[str, Any]) -> None:
        self.hyper = dict(hyper)
        self.plan = plan
        plan.put_back()
        self.units = [
            _Unit(plan, {n: parameters[n] for n in group}, hyper)
            for group in plan.groups(list(parameters))
        ]

    def step(self, gradients: Mapping[str, Any], rate: float | None) -> Arrays:
        """Take a step."""
        if any(g is None for g in gradients.values()):
            raise Unable("it is not called for a parameter without a gradient")
        if rate is not None and rate != self.hyper["learning_rate"]:
            offered = [*self.plan.arguments.takes, *self.plan.in_record.values()]
            if "learning_rate" not in offered:
                raise Unable("its learning rate cannot change")
            self.hyper["learning_rate"] = rate
            for unit in self.units:
                unit.write(self.hyper)
        out: Arrays = {}
        for unit in self.units:
            out |= unit.call({n: gradients[n] for n in unit.body.shapes}, self.hyper)
        return out


def looks_like_a_step(function: Any) -> bool:
    """Return whether a function asks for parameters and gradients."""
    try:
        theirs = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return False
    told = set(names.roles(theirs).values())
    if "params" in told and (frameworks(function) & {"torch", "tinygrad"}):
        return True  # parameters carry their gradients
    if "params" in told and names.kinds_of(function.__name__) and reads_gradients(function):
        return True
    if "grads" in told and names.kinds_of(function.__name__) and any(map(names.is_state, theirs)):
        return True  # without parameters: refused, with its wrapper
    return {"params", "grads"} <= told or {"W", "dW"} <= told


def ways(function: Any, kind: str, extra: Mapping[str, Any]) -> Iterator[Way]:
    """Yield the ways in which a function might be called, likeliest first.

    Raises
    ------
    NotDriven
        If it asks for what no name tells.
    """
    arguments = Arguments(function, kind, _ROLES, extra)
    roles = set(arguments.roles.values())
    in_record = {
        n: own
        for n, own in (mentioned(function, kind) if "record" in roles else {}).items()
        if own not in arguments.takes
    }
    takes = [*arguments.takes, *(o for o in in_record.values() if o != "betas")]
    takes += ["beta1", "beta2"] if "betas" in in_record.values() else []
    if not roles & {"params", "W"}:
        raise NotDriven("it does not ask for parameters")
    t = next((n for n, r in arguments.roles.items() if r == "t"), "")
    counter, raised = counter_in_settings(function) if arguments.settings else ("", False)
    if counter and not raised:
        raise NotDriven(f"nothing in it raises {arguments.settings}[{counter!r}]")
    counts = counts_from(function, t or counter) if t or counter else 1
    put_back = globals_kept(function)
    returned = returned_names(function)
    named = next((n for n, r in arguments.roles.items() if r == "record"), "")
    for title, groups, body in _bodies(function, roles):
        for as_gradients in (True, False) if arguments.states else (True,):
            for started, record in _records(function, named):
                plan = _Plan(
                    function,
                    arguments,
                    groups,
                    body,
                    as_gradients,
                    record,
                    in_record,
                    counts,
                    returned,
                    counter,
                    put_back,
                )
                how = [*arguments.notes()]
                how += [f"its {n} is taken for {own}" for n, own in in_record.items() if n != own]
                how += [f"it is given {title}"] if title else []
                how += [f"its {n} starts at zero" for n in arguments.states]
                how += [started] if started else []
                how += [f"its {t or counter} counts from {counts}"] if t or counter else []
                yield Way(partial(FunctionLife, plan), how, takes)


_Body = tuple[str, Groups, Callable[[Arrays], Container]]


def _bodies(function: Any, roles: set[str]) -> Iterator[_Body]:
    kinds = plain_kinds(function) if roles & {"grads", "dW"} else attached_kinds(function)
    for kind in kinds:
        if "W" in roles:
            yield titled(kind, "one layer's W, b, dW and db a call"), by_layer, in_order(kind)
            continue
        if "key" not in roles:
            for at, (title, _, _) in enumerate(layouts(["W1", "b1"])):
                yield titled(kind, title), all_together, container(kind, at)
        yield titled(kind, "one array a call"), one_by_one, single(kind)


def _records(function: Any, name: str) -> list[tuple[str, Callable[[Any], Any]]]:
    """Return how a record of all state may start: as its own function makes it, or empty."""
    if not name:
        return [("", lambda held: None)]
    found: list[tuple[str, Callable[[Any], Any]]] = []
    parameters = inspect.signature(function).parameters.values()
    record = next(p for p in parameters if p.name == name)
    if (cls := class_of(function, record)) is not None:
        found.append((f"its {name} is made by {cls.__name__}", lambda held: cls()))
    for init in initializers(function):
        found.append((f"its state is made by {init.__name__}", _started_by(init)))
    parts = parts_of_state(function, record.name)
    if parts is not None:
        what = f"{parts} arrays" if parts else "an array"
        found.append((f"its {record.name} starts as {what} of zeros a tensor", _zeros(parts)))
    if record.default is not record.empty:
        found.append(("", lambda held: None if record.default is None else dict(record.default)))
    else:
        found.append((f"its {record.name} starts empty", lambda held: {}))
    return found


def _zeros(parts: int) -> Callable[[Any], Any]:
    """Return what makes a list of zeros, or of tuples of them, beside a list of parameters."""

    def start(held: Any) -> Any:
        def zeros(p: Any) -> Any:
            return (p.detach() if hasattr(p, "detach") else getattr(p, "data", p)) * 0

        def of(p: Any) -> Any:
            return tuple(zeros(p) for _ in range(parts)) if parts else zeros(p)

        return [of(p) for p in held]

    return start


def _started_by(init: Any) -> Callable[[Any], Any]:
    def start(held: Any) -> Any:
        required = [
            p
            for p in inspect.signature(init).parameters.values()
            if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD
        ]
        if not required:
            return init()
        if names.role(required[0].name) == "shape":
            return init(np.shape(held))
        return init(held)

    return start
