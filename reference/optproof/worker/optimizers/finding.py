"""Find the optimizers of a module: classes, functions, factories, minimizers."""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import types
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from ...protocol import Offer
from ..lines import text_of
from . import classes, factories, functions, keras, minimizers, names
from .arguments import Meant, NotDriven
from .lives import (
    TRIAL,
    Way,
    acts_as_rate,
    best,
    loses_on_resuming,
    rate_changes,
    trial_parameters,
)
from .own import own_values
from .reading import mentions
from .saving import saving
from .wrapper import judged, wrapper


class NoSuchName(Exception):
    """A module does not have what was asked for by name."""


@dataclass
class Optimizer:
    """An optimizer that was found, and the way to drive it."""

    kind: str
    name: str
    thing: Any
    way: Way
    changes_rate: bool
    framework: str

    def told(self) -> Offer:
        """Return what the hello says of it."""
        line, file, source = place(self.thing)
        return Offer(
            self.name,
            tuple(self.way.takes),
            own=self.way.own,
            how=tuple(self.way.how),
            line=line,
            file=file,
            source=source,
            framework=self.framework,
        )


@dataclass
class Found:
    """The optimizers of a module, what looks like one and cannot be driven, and notes."""

    optimizers: dict[str, Optimizer] = field(default_factory=dict)
    #: The names of more of a kind, each to be judged by itself.
    others: dict[str, list[str]] = field(default_factory=dict)
    refused: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, others: Found) -> None:
        """Take others in the place of those of their kinds."""
        self.optimizers |= others.optimizers
        for kind in others.optimizers:  # it is settled which one is meant
            self.others.pop(kind, None)
        self.refused |= others.refused
        self.notes += others.notes


def find(
    module: types.ModuleType,
    ignored: Callable[[Any], bool],
    taken: Collection[Any] = (),
    options: Mapping[str, Any] | None = None,
    settled: Collection[str] = (),
) -> Found:
    """Return the optimizers of a module.

    Parameters
    ----------
    module : module
    ignored : callable
        Tells what is not the module's own.
    taken : collection
        Functions that are judged as the document's operations.
    options : mapping, optional
        ``name``: the only one to look at; ``as``: its kind; ``with``: settings by name.
    settled : collection of str
        Kinds of which the module has the document's own update: no other function is one.
    """
    options = options or {}
    found = Found()
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        for name, thing in _candidates(module, ignored, taken, options):
            for kind in _kinds(name, thing, options):
                # Where the document's own update is there, such a function is what it calls.
                if kind in settled and not inspect.isclass(thing):
                    continue
                _add(found, kind, name, thing, options)
            if names.other_method(name) and not options.get("as") and _looks_like(name, thing):
                what = "is not judged: the document does not have that method"
                found.notes.append(f"{_where(name, thing)} {what}")
    for kind in found.optimizers.keys() & found.refused.keys():
        if found.optimizers[kind].name == judged(kind):  # what was refused has its wrapper
            del found.refused[kind]
    return found


def _candidates(
    module: types.ModuleType,
    ignored: Callable[[Any], bool],
    taken: Collection[Any],
    options: Mapping[str, Any],
) -> Iterator[tuple[str, Any]]:
    """Yield what may be an optimizer, exact names before others."""
    if wanted := options.get("name"):
        thing = named(module, wanted)
        if not any(thing is f for f in taken):
            yield wanted, thing
        return
    own = [
        (n, t)
        for n, t in vars(module).items()
        if (inspect.isclass(t) or _is_function(t))
        and _is_own(t, module)
        and not ignored(t)
        and not any(t is f for f in taken)
    ]
    bases = {b for _, t in own if inspect.isclass(t) for b in t.__mro__[1:]}
    exact = ("adam", "adamoptimizer", "optimizeradam", "momentum", "sgd", "gd")
    seen: list[Any] = []
    for name, thing in sorted(own, key=lambda item: names.plain(item[0]) not in exact):
        if thing not in seen and not (thing in bases and not names.kinds_of(name)):
            seen.append(thing)
            yield name, thing


def _is_function(thing: Any) -> bool:
    """Return whether something is a function, or one that is compiled, as by jax.jit."""
    if inspect.isfunction(thing):
        return True
    return callable(thing) and inspect.isfunction(getattr(thing, "__wrapped__", None))


def named(module: types.ModuleType, name: str) -> Any:
    """Return the thing of that dotted name in a module.

    Raises
    ------
    NoSuchName
        If there is none.
    """
    thing: Any = module
    for part in name.split("."):
        if not hasattr(thing, part):
            there = [n for n, t in vars(module).items() if callable(t) and _is_own(t, module)]
            has = f"; it has {', '.join(there[:12])}" if there else ""
            raise NoSuchName(f"there is no {name} in it{has}")
        thing = getattr(thing, part)
    return thing


def _is_own(thing: Any, module: types.ModuleType) -> bool:
    """Return whether something is defined in the module or its package."""
    where = getattr(thing, "__module__", None) or ""
    top = module.__name__.partition(".")[0]
    return where == module.__name__ or (
        (hasattr(module, "__path__") or "." in module.__name__) and (where.partition(".")[0] == top)
    )


def _kinds(name: str, thing: Any, options: Mapping[str, Any]) -> tuple[str, ...]:
    short, declared = name.rpartition(".")[2], options.get("as")
    kinds, asked = names.kinds_of(short), "name" in options
    if declared and (asked or declared in kinds or (not kinds and _looks_like(short, thing))):
        return (declared,)
    if declared or kinds:
        return () if declared else kinds
    if names.other_method(short) or not (asked or _looks_like(short, thing)):
        return ()
    offered = names.hyperparameters(_parameters(thing), "adam").values()
    if {"betas", "epsilon"} <= set(offered) or {"beta1", "beta2", "epsilon"} <= set(offered):
        return ("adam",)
    return ("",)


def _parameters(thing: Any) -> list[str]:
    try:
        return list(inspect.signature(thing).parameters)
    except (TypeError, ValueError):
        return []


def _looks_like(name: str, thing: Any) -> bool:
    """Return whether something without a telling name looks like an optimizer."""
    if inspect.isclass(thing):
        named = "optim" in names.plain(name) or names.other_method(name)
        framework = any(b.__name__ == "Optimizer" and b is not thing for b in thing.__mro__)
        return (named or framework) and bool(classes.step_methods(thing))
    apart = set(names.words(name))
    steps = bool(apart & {"update", "step", "optimizer", "optimize", "optimiser", "optim"})
    steps = steps or names.other_method(name)
    return steps and functions.looks_like_a_step(thing) and not names.prepares(name)


def _ways(thing: Any, name: str, kind: str, extra: Mapping[str, Any]) -> Iterator[Way] | None:
    """Return the ways to drive something, or None if it is no optimizer after all."""
    if inspect.isclass(thing):
        if keras.is_optimizer(thing):
            return keras.ways(thing, kind, extra)
        if factories.is_transformation_class(thing):
            return factories.ways(thing, kind, extra)
        if method := minimizers.method_of(thing):
            return minimizers.ways(method, kind, extra, thing)
        if not classes.step_methods(thing):
            return None
        if not (_asks_like_one(thing) or _is_made_like_one(thing, kind)):
            return None
        return classes.ways(thing, kind, extra)
    if minimizers.looks_like_a_minimizer(thing):
        return minimizers.ways(thing, kind, extra)
    if functions.looks_like_a_step(thing) and not names.prepares(name):
        return functions.ways(thing, kind, extra)
    if factories.looks_like_a_factory(thing, kind) and not names.prepares(name):
        return factories.ways(thing, kind, extra)
    return None


def _asks_like_one(cls: type) -> bool:
    """Return whether a class or its step asks for what an optimizer does; a classifier does not."""
    asked = {"grads", "layer", "network", "pairs", "W", "params"}
    steps = [getattr(cls, m) for m in classes.step_methods(cls)]
    return any(asked & set(names.roles(_parameters(f)).values()) for f in (cls, *steps)) or any(
        len(_parameters(f)) <= 1 for f in steps
    )


def _is_made_like_one(cls: type, kind: str) -> bool:
    """Return whether a class is made with a learning rate and is no model."""
    model = any(hasattr(cls, m) for m in ("fit", "predict", "forward", "train", "score"))
    asked = {n for m in classes.step_methods(cls) for n in _parameters(getattr(cls, m))}
    model = model or bool(asked & {"X", "Y", "x", "y", "inputs", "labels"})
    offered = names.hyperparameters(_parameters(cls), kind).values()
    return "learning_rate" in offered and not model


def _add(found: Found, kind: str, name: str, thing: Any, options: Mapping[str, Any]) -> None:
    """Try to drive something as one kind; keep it, or say why not."""
    extra, where = options.get("with") or {}, _where(name, thing)
    if not kind:
        hint = f"say which: --as adam, --as momentum or --as gd, with {where}"
        _refuse(found, "", name, thing, "its name does not tell which method it is", hint)
        return
    if kind in found.optimizers:
        _add_another(found, kind, name, thing, options)
        return
    refused_before = name in {r.get("name") for r in found.refused.values()}
    try:
        possible = _ways(thing, name, kind, extra)
        if possible is None:
            return
        first_way = next(possible, None)
        if first_way is None:
            return
        also_gd = names.kinds_of(name) == ("gd", "momentum")
        if kind == "momentum" and also_gd and "beta" not in first_way.takes:
            return
        way, failures = best(chain([first_way], possible))
        if way is not None:
            way.start(trial_parameters(), TRIAL)  # afresh: what a step leaves behind is no setting
        if way is not None and "learning_rate" not in way.takes:
            way = _with_rate(thing, name, kind, extra, way)
    except NotDriven as error:
        if not (refused_before and kind == "momentum"):
            _refuse(found, kind, name, thing, str(error), "")
        return
    except Exception as error:
        _refuse(found, kind, name, thing, f"it raises {type(error).__name__}: {error}"[:200], "")
        return
    if way is None:
        if failures != ["it raises NotImplementedError"] or not inspect.isclass(thing):
            told = [f for f in failures if f.startswith(("what comes back", "no parameter"))]
            likeliest = (sorted(told, reverse=True) + failures + ["nothing"])[0]
            why = f"no way to step it succeeds; the likeliest ends with: {likeliest}"
            _refuse(found, kind, name, thing, why, "")
        return
    missing = [h for h in names.HYPERPARAMETERS[kind] if h not in way.takes]
    way.own = own_values(thing, way.instance, kind, missing) if missing else {}
    changes = "learning_rate" in way.takes and _safely(rate_changes, way)
    framework = way.framework or _framework(thing)
    offered = saving(thing) if inspect.isclass(thing) else None
    if offered and not offered.own and _safely(loses_on_resuming, way):
        what = f"{offered.save}, which it inherits, does not hold all that it keeps"
        found.notes.append(f"{where} cannot be resumed: {what}")
    found.optimizers[kind] = Optimizer(kind, name, thing, way, changes, framework)


def _with_rate(thing: Any, name: str, kind: str, extra: Mapping[str, Any], way: Way) -> Way:
    """Return the way with its one argument that no name tells as the rate, if it acts as one."""
    if own_values(thing, way.instance, kind, ["learning_rate"]):
        return way
    numbers = [
        n
        for n, p in inspect.signature(thing).parameters.items()
        if isinstance(p.default, float) and n not in extra and names.plain(n) not in names.NEUTRAL
    ]
    left = [n for n in numbers if n not in names.hyperparameters(numbers, kind)]
    if len(left) == 1:
        meant = {**extra, left[0]: Meant("learning_rate")}
        other, _ = best(_ways(thing, name, kind, meant) or iter(()))
        if other is not None and acts_as_rate(other):
            return other
    return way


def _add_another(
    found: Found, kind: str, name: str, thing: Any, options: Mapping[str, Any]
) -> None:
    """Keep one more of a kind, to be judged by itself; a note where it belongs to the first."""
    if inspect.isfunction(thing) and names.prepares(name):
        return
    first, alone = found.optimizers[kind], Found()
    both = inspect.isclass(thing) and inspect.isclass(first.thing)
    if not both and mentions(thing, first.name) and "learning_rate" not in first.way.takes:
        _add(alone, kind, name, thing, options)  # it may be what uses the first, with its rate
        if kind in alone.optimizers and "learning_rate" in alone.optimizers[kind].way.takes:
            found.optimizers[kind] = alone.optimizers[kind]
            found.notes += alone.notes
            return
        alone = Found()
    if not both and (mentions(thing, first.name) or mentions(first.thing, name)):
        what = f"is not judged: {first.name} is; name it to judge it: FILE:{name}"
        found.notes.append(f"{_where(name, thing)} {what}")
        return
    _add(alone, kind, name, thing, options)
    found.notes += alone.notes
    if alone.optimizers or (alone.refused and inspect.isclass(thing)):
        found.others.setdefault(kind, []).append(name)
    elif alone.refused:
        what = next(iter(alone.refused.values()))["message"]
        found.notes.append(f"not judged, beside {first.name}: {what}")


def _safely(function: Callable[[Way], bool], way: Way) -> bool:
    try:
        return function(way)
    except Exception:
        return False


def _framework(thing: Any) -> str:
    """Return the framework whose optimizer a class is derived from."""
    if not inspect.isclass(thing):
        return ""
    tops = {b.__module__.partition(".")[0] for b in thing.__mro__[1:] if "ptimizer" in b.__name__}
    return next((f for f in ("torch", "keras", "tinygrad") if f in tops), "")


def _refuse(found: Found, kind: str, name: str, thing: Any, why: str, hint: str) -> None:
    found.refused.setdefault(
        kind or _likeliest(thing),
        {
            "name": name,
            "message": f"{_where(name, thing)} cannot be stepped: {why}",
            "hint": hint or wrapper(name, thing, kind),
        },
    )


def _likeliest(thing: Any) -> str:
    """Return the kind that offers the hyperparameters that something has."""
    offered = _parameters(thing)
    if {"betas", "beta2"} & set(names.hyperparameters(offered, "adam").values()):
        return "adam"
    return "momentum" if "beta" in names.hyperparameters(offered, "momentum").values() else "gd"


def place(thing: Any) -> tuple[int | None, str, str]:
    """Return the line, the file and the text of a definition."""
    try:
        file = inspect.getsourcefile(thing) or ""
        lines, first = inspect.getsourcelines(thing)
        return first, os.path.relpath(file) if file else "", text_of("".join(lines))
    except (OSError, TypeError, ValueError):
        return None, "", ""


def _where(name: str, thing: Any) -> str:
    line, _, _ = place(thing)
    return f"its {name} (line {line})" if line else f"its {name}"
