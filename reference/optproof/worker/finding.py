"""Find the operations in a module: functions, methods, and classes that keep state and t."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from typing import Any

from ..operations import OPERATIONS, Operation
from .binding import HINT, OWN_VALUE, Bound, Call, NotBound, WrongMapping, documented_names, plain
from .layouts import Keys, as_documented

CLASSES = {
    "update_parameters_with_gd": "gd sgd gradientdescent",
    "update_parameters_with_momentum": "momentum sgdmomentum sgdwithmomentum momentumsgd",
    "update_parameters_with_adam": "adam",
}
METHODS = "update step apply apply_gradients update_parameters update_params optimize __call__"


def find(
    module: types.ModuleType, mapping: dict[str, Any], ignored: Callable[[Any], bool]
) -> tuple[dict[str, Bound], dict[str, str]]:
    """Return the operations of a module, and why those are left out that cannot be called.

    Raises
    ------
    WrongMapping
        If the mapping names a function or an argument that there is not.
    """
    bound: dict[str, Bound] = {}
    refused: dict[str, str] = {}
    functions = mapping.get("functions", {})
    for name, operation in OPERATIONS.items():
        notes: list[str] = []
        where = functions.get(name, name)
        try:
            if where != name:
                notes.append(f"{where} is taken for {name}")
            function: Any = module
            for part in where.split("."):
                function = getattr(function, part, None)
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
            refused[name] = f"it is not clear how to call its {where}: {error}; {HINT}"
    return bound, refused


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
