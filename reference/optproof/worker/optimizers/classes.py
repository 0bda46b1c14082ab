"""Classes: made with hyperparameters (and parameters), stepped with gradients."""

from __future__ import annotations

import ast
import contextlib
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import names
from .arguments import Arguments, NotDriven, tree_of
from .bodies import (
    Container,
    Groups,
    all_together,
    by_layer,
    container,
    in_order,
    layouts,
    one_by_one,
    single,
    titled,
)
from .lives import Arrays, Unable, Way
from .reading import counts_from, returns_deltas
from .saving import saving
from .standing import Standing, Style, styles
from .tensors import attached_kinds, frameworks, plain_kinds

STEPS = (
    "step update apply_gradients apply update_params update_parameters update_weights "
    "update_all optimize update_param update_one update_layer update_step update_variables "
    "apply_update apply_grads step_update gradient_step perform_update "
    "update_network _update get_update __call__"
).split()
SETUPS = (
    "setup build register set_params set_parameters initialize init init_state init_params "
    "add_parameters initialize_state init_moments prepare bind compile"
).split()
_BEFORE = ("pre_update_params", "pre_update", "pre_step")
# Gradients are set to zero after the step: before it, the next ones are there already.
_AFTER = ("post_update_params", "post_update", "post_step", "zero_grad", "zero_grads")
_RATE_NAMES = ("learningrate", "lr", "alpha", "eta", "stepsize", "rate", "learnrate")
_STEP_ROLES = frozenset("params grads t key layer network pairs layers W b dW db".split())
_MADE_ROLES = frozenset("params network shape layers key layer".split())


def step_methods(cls: type) -> list[str]:
    """Return the names of the methods that may be its step, likeliest first."""
    named = [m for m in STEPS if callable(getattr(cls, m, None)) and m != "__call__"]
    called = "__call__" in {n for c in cls.__mro__[:-1] for n in vars(c)}
    return named + ["__call__"] * (called and "__call__" not in named)


@dataclass
class _Plan:
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
    mode: str = ""  # where the parameters are read: found at the first step that moves them


class ClassLife:
    """One life of a class: one instance, or one for each tensor where it keeps one moment."""

    def __init__(self, plan: _Plan, way: Way, parameters: Arrays, hyper: Mapping[str, Any]) -> None:
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
            body = self.plan.body({n: parameters[n] for n in group})
            if instance is None or not self.plan.one_instance:
                instance = self._make(body)
            self.units.append((instance, body))
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
            with self._quiet():
                getattr(instance, self.plan.setup)(body.role(self.plan.setup_role))
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
            if all(g is None for g in mine.values()) and not _attached(body):
                out |= body.values()
                continue
            body.give(mine)
            before = body.values()

            def role(name: str, body: Any = body) -> Any:
                if name == "t":
                    return self.t
                return body.role(self.plan.pair_order if name == "pairs" else name)

            first, rest = self.plan.step.values(self.hyper, role)
            with self._quiet():
                returned = getattr(instance, self.plan.method)(*first, **rest)
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


def ways(cls: type, kind: str, extra: Mapping[str, Any]) -> Iterator[Way]:
    """Yield the ways in which a class might be driven, likeliest first.

    Raises
    ------
    NotDriven
        If there is none: it has no step, or asks for what no name tells.
    """
    methods = step_methods(cls)
    if not methods:
        raise NotDriven("it has no method step, update, apply_gradients, ...")
    why: NotDriven | None = None
    made = Arguments(cls, kind, _MADE_ROLES, extra)
    left = {n: v for n, v in extra.items() if n not in made.extra}
    yielded = False
    # Deltas last, and only where nothing in it moves the parameters: that may be what is wrong.
    for method, deltas in [(m, d) for d in (False, True) for m in methods]:
        if deltas and yielded:
            break
        try:
            static = inspect.getattr_static(cls, method)
            bound = isinstance(static, (staticmethod, classmethod))
            step = Arguments(getattr(cls, method), kind, _STEP_ROLES, left, method=not bound)
            for way in _ways_of(cls, made, method, step, deltas):
                yielded = True
                yield way
        except NotDriven as error:
            why = why or error
    if not yielded and why:
        raise why


def _ways_of(
    cls: type, made: Arguments, method: str, step: Arguments, deltas: bool
) -> Iterator[Way]:
    roles, built = set(step.roles.values()), set(made.roles.values())
    takes = [*made.takes, *(t for t in step.takes if t not in made.takes)]
    offered = {"params", "network", "layers", "layer"}
    setups = [("", "")]
    if not offered & (roles | built):
        setups = [] if "pairs" in roles or "W" in roles else list(_setups(cls))
        if "pairs" in roles or "W" in roles:
            setups = [("", "")]
    if deltas and setups:
        return
    if not setups:
        setups = [("", "")]
        if not (deltas and "grads" in roles and returns_deltas(getattr(cls, method))):
            raise NotDriven(f"neither it nor its {method} asks for parameters")
        if "learning_rate" not in takes:
            raise NotDriven(f"its {method} returns a delta, and takes no learning rate")
    counted = next((n for n, r in step.roles.items() if r == "t"), "")
    start_t = counts_from(getattr(cls, method), counted) if counted else 1
    for setup, setup_role in setups:
        for title, groups, body, one, order in _bodies(cls, roles, built, setup_role):
            for no_grad in (False, True) if "torch" in frameworks(cls) else (False,):
                plan = _Plan(
                    cls, made, method, step, groups, body, one, setup, setup_role, start_t, order,
                    no_grad, deltas,
                )  # fmt: skip
                how = [*made.notes(), *step.notes(), f"its step is {method}"]
                how += [f"its {setup} is called first"] if setup else []
                how += [f"it is given {title}"] if title else []
                how += ["it is stepped under torch.no_grad()"] if no_grad else []
                how += ["what it returns moves the parameters, down the gradient"] if deltas else []
                way = Way(None, how, takes)  # type: ignore[arg-type]
                way.start = _starter(plan, way)
                yield way


def _starter(plan: _Plan, way: Way) -> Callable[[Arrays, Mapping[str, Any]], ClassLife]:
    return lambda parameters, hyper: ClassLife(plan, way, parameters, hyper)


def _setups(cls: type) -> Iterator[tuple[str, str]]:
    """Yield the methods that take the parameters, or what holds them, before the first step."""
    for name in SETUPS:
        method = getattr(cls, name, None)
        if not callable(method):
            continue
        required = [
            p.name
            for p in list(inspect.signature(method).parameters.values())[1:]
            if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
        told = names.role(required[0]) if len(required) == 1 else ""
        if told in ("params", "network", "shape"):
            yield name, told


_Body = tuple[str, Groups, Callable[[Arrays], Any], bool, str]


def _bodies(cls: type, roles: set[str], built: set[str], setup_role: str) -> Iterator[_Body]:
    """Yield what it might be handed: a title, how tensors are grouped, and the bodies."""
    every = roles | built | {setup_role}
    if "layer" in every:
        yield from _standing(cls, "layer", by_layer, "layer" in roles)
    elif every & {"network", "layers"}:
        yield from _standing(cls, "network", all_together, True)
    elif "W" in roles:
        for kind in plain_kinds(cls):
            yield (
                titled(kind, "one layer's W, b, dW and db a call" + _an_object("layer", False)),
                by_layer, in_order(kind), False, "pairs",
            )  # fmt: skip
    elif "pairs" in roles:
        for kind in plain_kinds(cls):
            for order, title in (
                ("pairs", "(gradient, parameter)"),
                ("sraip", "(parameter, gradient)"),
            ):
                yield titled(kind, f"pairs {title}"), all_together, container(kind, 2), True, order
    elif "grads" in roles:
        for kind in plain_kinds(cls):
            if "key" not in roles:
                for i, (title, _, _) in enumerate(layouts(["W1", "b1"])):
                    yield titled(kind, title), all_together, container(kind, i), True, "pairs"
            keyed = "key" in roles or _keys_by_id(cls)
            yield (
                titled(kind, "one array a call" + _an_object("tensor", keyed)),
                one_by_one, single(kind), keyed, "pairs",
            )  # fmt: skip
    else:
        for kind in attached_kinds(cls):
            for at in (2, 0):
                title = "a list of parameters" if at == 2 else "a dict of parameters"
                yield titled(kind, title), all_together, container(kind, at), True, "pairs"
            if "params" in roles:
                yield titled(kind, "one parameter a call"), one_by_one, single(kind), True, "pairs"


def _an_object(what: str, keyed: bool) -> str:
    return ", one object for all" if keyed else f", one object a {what}"


def _standing(cls: type, part: str, groups: Any, one: bool) -> Iterator[_Body]:
    what = "a layer with weights and biases" if part == "layer" else "a network"
    for style in styles(attached_kinds(cls)):

        def make(arrays: Arrays, style: Style = style) -> Standing:
            return Standing(arrays, style, part)

        yield what + f" ({style.title})" * bool(style.title), groups, make, one, "pairs"


def _keys_by_id(cls: type) -> bool:
    """Return whether its source keys state by the identity of what it is given."""
    tree = tree_of(cls)
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "id"
        for node in (ast.walk(tree) if tree else ())
    )
