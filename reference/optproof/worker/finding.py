"""Find the operations in a module: functions, near names, methods, and classes that keep state."""

from __future__ import annotations

import inspect
import os
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from ..operations import OPERATIONS, Operation
from .arguments import OWN_VALUE, Call, NotBound, WrongMapping, documented_names, plain
from .binding import Bound
from .layouts import Keys, as_documented
from .loading import describe
from .names import HELPERS, near
from .wrapper import wrapper

CLASSES = {
    "update_parameters_with_gd": "gd sgd gradientdescent",
    "update_parameters_with_momentum": "momentum sgdmomentum sgdwithmomentum momentumsgd",
    "update_parameters_with_adam": "adam",
}
METHODS = "update step apply apply_gradients update_parameters update_params optimize __call__"
#: What makes the state that an update takes.
PARTNERS = {
    "initialize_velocity": "update_parameters_with_momentum",
    "initialize_adam": "update_parameters_with_adam",
}

#: Why an operation cannot be called, and what to do: ``message`` and ``hint``.
Refused = dict[str, dict[str, str]]


def find(
    module: types.ModuleType, mapping: dict[str, Any], ignored: Callable[[Any], bool]
) -> tuple[dict[str, Bound], Refused]:
    """Return the operations of a module, and why those are left out that cannot be called.

    Raises
    ------
    WrongMapping
        If the mapping names a function or an argument that there is not.
    """
    bound: dict[str, Bound] = {}
    refused: Refused = {}
    functions = mapping.get("functions", {})
    for name, operation in OPERATIONS.items():
        notes: list[str] = []
        where = functions.get(name, name)
        function: Any = None
        try:
            if where != name:
                notes.append(f"{where} is taken for {name}")
            function = _named(module, where, mapping)
            if function is None and where != name:
                raise WrongMapping(f"there is no {where}")
            if ignored(function):
                continue
            if function is None:
                function, notes = _of_class(module, operation)
            elif inspect.isclass(function) and where != name:
                function, notes = _as_function(function, operation)
            # What is called model may also be a network, which can be called, too.
            if not callable(function) or (name == "model" and not inspect.isroutine(function)):
                continue
            bound[name] = Bound(operation, function, mapping, notes)
        except NotBound as error:
            what = f"it is not clear how to call its {where}: {error}"
            refused[name] = {"message": what, "hint": _way_out(name, function, where, error)}
    for name, found in _near(module, ignored).items():
        if name not in bound and name not in refused and name not in functions:
            _add_near(OPERATIONS[name], found, bound, refused)
    for name, update in PARTNERS.items():
        if name in bound:
            bound[name].partner = bound.get(update)
    _refuse_counting(bound, refused)
    return bound, refused


def _named(module: types.ModuleType, where: str, mapping: dict[str, Any]) -> Any:
    """Return what a dotted name in the module stands for; of a method, one of an instance."""
    owner: Any = None
    found: Any = module
    for part in where.split("."):
        owner, found = found, getattr(found, part, None)
    if not (inspect.isclass(owner) and inspect.isfunction(found)):
        return found
    if isinstance(inspect.getattr_static(owner, part), staticmethod):
        return found
    given = mapping.get("construct", {}).get(owner.__name__, {})
    try:
        inspect.signature(owner).bind(**given)
    except TypeError as error:
        what = f"an instance of its class {owner.__name__} cannot be made: {error}"
        raise NotBound(f"{what}; give its arguments in [construct.{owner.__name__}]") from None
    return getattr(owner(**given), part)


def _near(
    module: types.ModuleType, ignored: Callable[[Any], bool]
) -> dict[str, list[tuple[str, Callable[..., Any]]]]:
    """Return the functions whose names are near to an operation's, by operation."""
    found: dict[str, list[tuple[str, Callable[..., Any]]]] = {}
    for name, thing in vars(module).items():
        operation = near(name)
        if not operation or name.startswith("_") or not callable(thing) or ignored(thing):
            continue
        loads = operation == "random_mini_batches" and hasattr(thing, "__iter__")
        own = getattr(thing, "__module__", None) == module.__name__ or not _of_library(thing)
        if own and (loads or not inspect.isclass(thing)):
            found.setdefault(operation, []).append((name, thing))
    return found


def _of_library(thing: Any) -> bool:
    """Whether a function is an installed library's."""
    top = sys.modules.get((getattr(thing, "__module__", None) or "").partition(".")[0])
    file = getattr(top, "__file__", None) or ""
    installed = (os.path.dirname(os.__file__), os.path.dirname(os.path.dirname(np.__file__)))
    return file.startswith(installed) or "site-packages" in file


def _add_near(
    operation: Operation,
    found: list[tuple[str, Callable[..., Any]]],
    bound: dict[str, Bound],
    refused: Refused,
) -> None:
    """Bind the one function of a near name that the probe shows to work, or say why none is."""
    fits: dict[str, Bound] = {}
    for name, function in found:
        try:
            candidate = Bound(
                operation, function, {}, [f"{name} is taken for {operation.name}"], by_name=True
            )
            if error := candidate.try_out():
                raise NotBound(describe(error), candidate.names)
        except NotBound as error:
            # Without these it is something else: a whole training, a helper.
            needed = set(operation.arguments) - OWN_VALUE - {"v", "s"}
            if operation.name not in HELPERS and needed <= set(error.names.values()):
                what = f"{name} looks like {operation.name}, and cannot be called as such: {error}"
                hint = _way_out(operation.name, function, name, error)
                refused[operation.name] = {"message": what, "hint": hint}
        else:
            fits[name] = candidate
    if len(fits) == 1:
        refused.pop(operation.name, None)
        [bound[operation.name]] = fits.values()
    elif fits:
        what = f"{' and '.join(fits)} both look like {operation.name}"
        hint = f'say which is meant, with --mapping FILE:\n[functions]\n{operation.name} = "{name}"'
        refused[operation.name] = {"message": what, "hint": hint}


def _refuse_counting(bound: dict[str, Bound], refused: Refused) -> None:
    """Refuse an Adam that counts its own steps: no case can say at which step it is."""
    name = "update_parameters_with_adam"
    if name in bound and "t" in bound[name].lacks and bound[name].counts_itself():
        del bound[name]
        what = "it takes no t and counts its steps itself, over all calls"
        refused[name] = {"message": what, "hint": "give it t, or put it into a class"}


def _way_out(operation: str, function: Any, where: str, error: NotBound) -> str:
    """Return what to paste: a wrapper that gives the function the document's signature."""
    if not callable(function) or inspect.isclass(function):
        return "--mapping FILE says which of its functions and arguments is which"
    called = where
    first = "paste this below it, with the dots filled in:"
    if where == operation:
        called = f"theirs.{where}"
        first = "check a file with this in it, where theirs is your module:\nimport FILE as theirs"
    return f"{first}\n{wrapper(operation, function, error.names, error.asks, called)}"


def _of_class(
    module: types.ModuleType, operation: Operation
) -> tuple[Callable[..., Any] | None, list[str]]:
    """Return the operation that a class of the module offers, and what was adapted for it.

    Either a method of the document's name, or the one step of a class called ``Adam``,
    ``MomentumOptimizer``, ``SGD``, ...
    """
    own = [
        c for c in vars(module).values() if inspect.isclass(c) and c.__module__ == module.__name__
    ]
    names = CLASSES.get(operation.name, "").split()
    for cls in own:
        if callable(getattr(cls, operation.name, None)) and _takes_nothing(cls):
            note = f"{operation.name} is a method of its class {cls.__name__}"
            return getattr(cls(), operation.name), [note]
        if plain(cls.__name__).removesuffix("optimizer") in names and _steps(cls):
            return _as_function(cls, operation)
    return None, []


def _steps(cls: type) -> list[str]:
    return [m for m in METHODS.split() if callable(vars(cls).get(m))]


def _takes_nothing(cls: type) -> bool:
    try:
        inspect.signature(cls).bind()
    except (TypeError, ValueError):
        return False
    return True


def _as_function(cls: type, operation: Operation) -> tuple[Callable[..., Any], list[str]]:
    """Return the class's step as a function of the document's arguments."""
    if not _steps(cls):
        raise NotBound(f"its class has none of the methods {', '.join(METHODS.split())}")
    # Only names count here: a class shares the arguments out between two signatures.
    hyper = [a for a in operation.arguments if a not in ("v", "s", "t")]
    construct = Call(cls, hyper, {})
    step = Call(getattr(cls, _steps(cls)[0]), ("self", *hyper), {})
    missing = [a for a in hyper if a in construct.missing and a in step.missing]
    if lacking := [a for a in missing if a not in OWN_VALUE]:
        raise NotBound(f"its class takes no {', '.join(lacking)}")

    def function(**given: Any) -> Any:
        instance = construct(given)
        names = documented_names(vars(instance), operation.arguments, {})
        attribute = {documented: name for name, documented in names.items()}
        for state in ("v", "s", "t"):
            if state not in given:
                continue
            if state not in attribute:
                raise NotBound(f"its class keeps no {state}")
            value = given[state]
            if isinstance(value, dict):
                value = Keys("state", value)
            elif state == "t" and getattr(instance, attribute["t"]) == 0:
                value -= 1  # it counts before the step
            setattr(instance, attribute[state], value)
        value = step({"self": instance, **given})
        if value is None:
            held = "parameters" in attribute
            value = getattr(instance, attribute["parameters"]) if held else given["parameters"]
        kept = (getattr(instance, attribute[r]) for r in operation.results[1:])
        states = [as_documented("state", state)[0] for state in kept]
        return (value, *states) if states else value

    function.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(a, inspect.Parameter.KEYWORD_ONLY) for a in operation.arguments]
    )
    taken = f"its class {cls.__name__} is taken for {operation.name}; state set and read"
    notes = [taken, *construct.notes, *step.notes]
    notes += [f"it takes no {a}: its own is used" for a in missing]
    return function, notes
