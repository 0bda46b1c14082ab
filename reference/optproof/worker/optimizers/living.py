"""One life of a class: made, stepped, and read where its first step shows the parameters."""

from __future__ import annotations

import contextlib
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import names
from .arguments import Arguments
from .bodies import Container, Groups
from .lives import Arrays, Unable, Way
from .saving import saving
from .standing import Standing

_BEFORE = ("pre_update_params", "pre_update", "pre_step")
# Gradients are set to zero after the step: before it, the next ones are there already.
_AFTER = ("post_update_params", "post_update", "post_step", "zero_grad", "zero_grads")
_RATE_NAMES = ("learningrate", "lr", "alpha", "eta", "stepsize", "rate", "learnrate")


@dataclass
class Plan:
    """How one class is made and stepped in one of the ways."""

    cls: type
    made: Arguments
    method: str
    step: Arguments
    groups: Groups
    body: Callable[[Arrays], Any]
    one_instance: bool
    setup: str = ""
    setup_role: str = ""
    start_t: int = 1
    pair_order: str = "pairs"
    no_grad: bool = False
    deltas: bool = False  # whether it returns them, and knows no parameters
    sign: float = 0.0  # of the deltas: found at the first step
    biases: tuple[str, Arguments] | None = None  # the step of the biases, where it is another
    mode: str = ""  # where the parameters are read: found at the first step that moves them


class ClassLife:
    """One life of a class: one instance, or one for each tensor where it keeps one moment."""

    def __init__(self, plan: Plan, way: Way, parameters: Arrays, hyper: Mapping[str, Any]) -> None:
        self.plan, self.hyper = plan, dict(hyper)
        self.t = plan.start_t
        self.last = {n: a.copy() for n, a in parameters.items()}
        self._begin(parameters)
        way.instance = self.instances[-1]

    def _begin(self, parameters: Arrays) -> None:
        """Make the instances, and what they are handed."""
        self.units: list[tuple[Any, Any]] = []
        instance = None
        for group in self.plan.groups(list(parameters)):
            parts = [[n] for n in group] if self.plan.biases else [group]
            bodies = [self.plan.body({n: parameters[n] for n in part}) for part in parts]
            if instance is None or not self.plan.one_instance:
                instance = self._make(bodies[0])
            self.units += [(instance, body) for body in bodies]
        self.instances = list({id(i): i for i, _ in self.units}.values())

    def resume(self, inherited: bool = False) -> None:
        """Save the state, and go on from it in a new instance, with the parameters as they are.

        Where `inherited`, also by what only a framework's base class has.

        Raises
        ------
        Unable
            If the class does not offer to save and load its state.
        """
        offered = saving(self.plan.cls)
        if offered is None or not (offered.own or inherited):
            raise Unable("it does not offer to save and load its state")
        states = [offered.state(instance) for instance in self.instances]
        self._begin(self.last)
        for instance, state in zip(self.instances, states):
            offered.give(instance, state)

    def _make(self, body: Any) -> Any:
        first, rest = self.plan.made.values(self.hyper, body.role)
        instance = self.plan.cls(*first, **rest)
        if self.plan.setup:
            held = body.role(self.plan.setup_role)
            with self._quiet():
                if self.plan.setup.startswith("."):
                    setattr(instance, self.plan.setup[1:], held)
                else:
                    getattr(instance, self.plan.setup)(held)
        return instance

    def _quiet(self) -> Any:
        if self.plan.no_grad:
            return sys.modules["torch"].no_grad()
        return contextlib.nullcontext()

    def step(self, gradients: Mapping[str, Any], rate: float | None) -> Arrays:
        """Take a step."""
        if rate is not None and rate != self.hyper["learning_rate"]:
            self._set_rate(rate)
        for instance in self.instances:
            _call_those(instance, _BEFORE)
        out: Arrays = {}
        for instance, body in self.units:
            mine = {n: gradients[n] for n in body.shapes}
            if self.plan.biases and any(g is None for g in gradients.values()):
                raise Unable("its two methods step both of a layer")
            if all(g is None for g in mine.values()) and not _attached(body):
                out |= body.values()
                continue
            body.give(mine)
            before = body.values()

            def role(name: str, body: Any = body) -> Any:
                if name == "t":
                    return self.t
                return body.role(self.plan.pair_order if name == "pairs" else name)

            method, step = self.plan.method, self.plan.step
            if self.plan.biases and all(n.startswith("b") for n in mine):
                method, step = self.plan.biases
            first, rest = step.values(self.hyper, role)
            with self._quiet():
                returned = getattr(instance, method)(*first, **rest)
            out |= self._read(instance, body, before, returned)
        for instance in self.instances:
            _call_those(instance, _AFTER)
        self.t += 1
        self.last = {n: np.array(a) for n, a in out.items()}
        return out

    def _read(self, instance: Any, body: Any, before: Arrays, returned: Any) -> Arrays:
        """Return the parameters from where the first step that moved them showed them."""
        if self.plan.deltas:
            return self._moved(body, before, returned)
        found = self._seen(instance, body, returned)
        if not self.plan.mode:
            for mode, (_, values) in found.items():
                if any(not np.array_equal(values[n], before[n]) for n in values):
                    self.plan.mode = mode
                    break
            else:
                return before
        if self.plan.mode not in found:
            raise Unable(f"the parameters are not in {self.plan.mode} after this step")
        held, values = found[self.plan.mode]
        if self.plan.mode == "what it returns":
            body.hold(held)
        return dict(values)

    def _moved(self, body: Any, before: Arrays, returned: Any) -> Arrays:
        """Return the parameters moved by the deltas that came back, down the gradient."""
        if (back := body.returned(returned)) is None:
            raise Unable("what it returns is no delta for each parameter")
        if not self.plan.sign:
            signs = {
                float(x)
                for n, delta in back[1].items()
                for x in np.unique(np.sign(delta) * np.sign(body.given[n]))
            }
            if signs not in ({1.0}, {-1.0}):
                raise Unable("its first delta does not go along the gradient")
            self.plan.sign = -signs.pop()
        moved = {n: before[n] + self.plan.sign * delta for n, delta in back[1].items()}
        body.put({n: body.kind.parameter(a) for n, a in moved.items()})
        return moved

    def _seen(self, instance: Any, body: Any, returned: Any) -> dict[str, tuple[Any, Arrays]]:
        found: dict[str, tuple[Any, Arrays]] = {}
        if (back := body.returned(returned)) is not None:
            found["what it returns"] = back
        if (given := body.values()) is not None:
            found["what it is given"] = (None, given)
        if isinstance(body, Container) and not body.kind.attach:
            for name, value in list(getattr(instance, "__dict__", {}).items()):
                named = names.role(name.lstrip("_")) == "params"
                if named and (back := body.returned(value)) is not None:
                    found[f"its attribute {name}"] = back
        return found

    def _set_rate(self, rate: float) -> None:
        """Give it a new rate as its users do: by its attribute, its groups, or its step."""
        old, self.hyper["learning_rate"] = self.hyper["learning_rate"], rate
        done = "learning_rate" in self.plan.step.takes
        for instance in self.instances:
            for group in getattr(instance, "param_groups", None) or ():
                for key in [k for k in group if names.plain(k) in _RATE_NAMES and group[k] == old]:
                    group[key], done = rate, True
            for name, value in list(getattr(instance, "__dict__", {}).items()):
                if isinstance(value, dict):
                    for key in [
                        k for k in value if isinstance(k, str) and _is_rate(k, value[k], old)
                    ]:
                        value[key], done = rate, True
                elif _is_rate(name, value, old):
                    setattr(instance, name, rate)
                    done = True
        if not done:
            raise Unable("its learning rate cannot change")


def _is_rate(name: str, value: Any, old: float) -> bool:
    named = any(part in names.plain(name) for part in _RATE_NAMES)
    return named and isinstance(value, (int, float, np.floating)) and float(value) == old


def _attached(body: Any) -> bool:
    if isinstance(body, Standing):
        return True
    return body.kind.attach is not None or not isinstance(body.template, str)


def _call_those(instance: Any, methods: tuple[str, ...]) -> None:
    for name in methods:
        method = getattr(instance, name, None)
        if callable(method):
            with contextlib.suppress(TypeError, ValueError):
                inspect.signature(method).bind()
                method()
