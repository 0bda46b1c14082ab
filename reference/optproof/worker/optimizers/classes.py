"""Classes: made with hyperparameters (and parameters), stepped with gradients."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

from . import names
from .arguments import Arguments, NotDriven, tree_of
from .bodies import by_layer, one_by_one
from .handing import bodies
from .lives import Arrays, Way
from .living import ClassLife, Plan
from .reading import counts_from, returns_deltas
from .tensors import frameworks

STEPS = (
    "step update apply_gradients apply update_params update_parameters update_weights "
    "update_all optimize update_param update_one update_layer update_step update_variables "
    "apply_update apply_grads step_update gradient_step perform_update update_network "
    "_update get_update get_updates compute_updates compute_update minimize descend "
    "apply_gradient update_weight take_step make_step single_step one_step __call__"
).split()
SETUPS = (
    "setup build register set_params set_parameters initialize init init_state init_params "
    "add_parameters initialize_state init_moments prepare bind compile"
).split()
STEP_ROLES = frozenset("params grads t key layer network pairs layers W b dW db".split())
MADE_ROLES = frozenset("params network shape layers key layer sizes count".split())


def step_methods(cls: type) -> list[str]:
    """Return the names of the methods that may be its step, likeliest first."""
    written = {n for c in cls.__mro__ if c.__module__ != "builtins" for n in vars(c)}
    return [m for m in STEPS if m in written and callable(getattr(cls, m, None))]


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
    made = Arguments(cls, kind, MADE_ROLES, extra)
    left = {n: v for n, v in extra.items() if n not in made.extra}
    yielded = False
    # Deltas last, and only where nothing in it moves the parameters: that may be what is wrong.
    for method, deltas in [(m, d) for d in (False, True) for m in methods]:
        if deltas and yielded:
            break
        try:
            static = inspect.getattr_static(cls, method)
            bound = isinstance(static, (staticmethod, classmethod))
            step = Arguments(
                getattr(cls, method), kind, STEP_ROLES, left, method=not bound,
                eliminate=not set(made.roles.values()) & {"params", "network", "layers"},
            )  # fmt: skip
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
    roles |= {step.star} - {""}
    built |= {made.star} - {""}
    offered = {"params", "network", "layers", "layer"}
    setups = [("", "")]
    if offered & (roles | built):  # that may have to be called all the same
        setups += _setups(cls)
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
    biases = _of_biases(cls, method, step)
    for setup, setup_role in setups:
        for title, groups, body, one, order in bodies(cls, roles, built, setup_role):
            if biases:  # an instance a layer, as its two methods share it
                if groups is not one_by_one:
                    continue
                groups, title = by_layer, title.replace("a tensor", "a layer")
            for no_grad in (False, True) if "torch" in frameworks(cls) else (False,):
                plan = Plan(
                    cls, made, method, step, groups, body, one, setup, setup_role, start_t, order,
                    no_grad, deltas, biases=biases,
                )  # fmt: skip
                how = [*made.notes(), *step.notes(), f"its step is {method}"]
                how += [_told_of_setup(setup)] if setup else []
                how += [f"its {biases[0]} steps the biases"] if biases else []
                how += [f"it is given {title}"] if title else []
                how += ["it is stepped under torch.no_grad()"] if no_grad else []
                how += ["what it returns moves the parameters, down the gradient"] if deltas else []
                way = Way(None, how, takes)  # type: ignore[arg-type]
                way.start = starter(plan, way)
                yield way


def starter(plan: Plan, way: Way) -> Callable[[Arrays, Mapping[str, Any]], ClassLife]:
    """Return what begins a life."""
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
    yield from _attributes_left(cls)


def _of_biases(cls: type, method: str, step: Arguments) -> tuple[str, Arguments] | None:
    """Return the method that steps the biases, beside one that steps the weights."""
    for one, other in (("weights", "biases"), ("weights", "bias"), ("weight", "bias")):
        name = method.replace(one, other)
        if name != method and callable(getattr(cls, name, None)):
            return name, Arguments(
                getattr(cls, name), step.kind, STEP_ROLES, step.extra, method=True, eliminate=True
            )
    return None


def _told_of_setup(setup: str) -> str:
    return f"its {setup} is called first" if setup[0] != "." else f"its {setup[1:]} is set"


def _attributes_left(cls: type) -> Iterator[tuple[str, str]]:
    """Yield the attributes that it reads and never sets, where a name tells what goes there."""
    read, written = dict[str, None](), set(dir(cls))
    for node in chain.from_iterable(ast.walk(t) for c in cls.__mro__[:-1] if (t := tree_of(c))):
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "self":
            if isinstance(node.ctx, ast.Store):
                written.add(node.attr)
            else:
                read[node.attr] = None
    for name in read:
        told = names.role(name.lstrip("_"))
        if name not in written and told in ("params", "network", "layers"):
            yield f".{name}", told
