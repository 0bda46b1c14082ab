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
from .arguments import OWN_VALUE, NotBound, WrongMapping
from .binding import Bound
from .loading import describe
from .names import HELPERS, near
from .wrapper import wrapper

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
                function, notes = _of_class(module, operation, mapping)
            elif inspect.isclass(function) and where != name:
                continue  # an optimizer, which is judged by its steps
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
    return getattr(_made(owner, mapping), part)


def _made(cls: type, mapping: dict[str, Any]) -> Any:
    """Return an instance of a class, made with what the mapping says."""
    given = mapping.get("construct", {}).get(cls.__name__, {})
    try:
        inspect.signature(cls).bind(**given)
    except (TypeError, ValueError) as error:
        name = cls.__name__
        what = f"an instance of its class {name} cannot be made: {error}"
        raise NotBound(
            f"{what}; a --mapping FILE gives its arguments in [construct.{name}]"
        ) from None
    return cls(**given)


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
    module: types.ModuleType, operation: Operation, mapping: dict[str, Any]
) -> tuple[Callable[..., Any] | None, list[str]]:
    """Return the operation that a class of the module offers, and what was adapted for it."""
    own = [
        c for c in vars(module).values() if inspect.isclass(c) and c.__module__ == module.__name__
    ]
    for cls in own:
        method = inspect.getattr_static(cls, operation.name, None)
        if isinstance(method, (types.FunctionType, staticmethod, classmethod)):
            note = f"{operation.name} is a method of its class {cls.__name__}"
            holder = _made(cls, mapping) if inspect.isfunction(method) else cls
            return getattr(holder, operation.name), [note]
    return None, []
