"""Signatures as people write them: how to call a function, and how to read what it returns.

Whatever is adapted is noted, and none of it touches a value: what comes out is judged as ever.
"""

from __future__ import annotations

import contextlib
import inspect
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from typing import Any

import numpy as np

from ..operations import MODEL_KEYWORDS, Operation
from ..protocol import MalformedMessage
from .layouts import LAYOUTS, documented_key
from .probing import changes_nothing, is_answer, probe

#: Other names for the document's arguments, without case and underscores.
ALIASES: dict[str, tuple[str, ...]] = {
    name: tuple(aliases.split())
    for name, aliases in {
        "parameters": "params param parameter weights theta",
        "grads": "gradients gradient grad gradparams",
        "learning_rate": "learnigrate learnrate lr alpha eta stepsize rate",
        "v": "velocity velocities vel firstmoment moment1",
        "s": "secondmoment moment2 sq squares cache",
        "t": "step iteration iter timestep iterations counter",
        "beta": "betav momentum mu rho gamma beta1",
        "beta1": "betav b1",
        "beta2": "betas b2",
        "epsilon": "eps epsilion",
        "mini_batch_size": "batchsize batch size",
        "seed": "randomseed randomstate",
        "layers_dims": "layerdims layerdim layersdim layers dims layersizes dimensions",
        "X": "data inputs features xtrain trainx",
        "Y": "labels targets ytrain trainy",
        "y": "labels targets ytrain trainy",
        "a3": "al yhat output probabilities",
        "caches": "cache",
        "optimizer": "optimiser method",
        "num_epochs": "epochs nepochs numiterations iterations",
    }.items()
}
#: Without these an operation still has a meaning: the function's own value, whatever it is.
OWN_VALUE = {
    "learning_rate",
    "beta",
    "beta1",
    "beta2",
    "epsilon",
    "mini_batch_size",
    "print_cost",
    "seed",
    "t",
    "y",
}
#: What a call ends in where the container is not the one that it expects.
RAISED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
HINT = "--mapping FILE says which of its arguments is which"


class NotBound(Exception):
    """It is not clear how to call this function; the message says why."""


class WrongMapping(Exception):
    """The mapping file names what the implementation does not have."""


def plain(name: str) -> str:
    """Return a name without case and underscores."""
    return name.replace("_", "").lower()


def documented_names(
    theirs: Iterable[str], wanted: Iterable[str], renamed: dict[str, str]
) -> dict[str, str]:
    """Return which of their names stands for which of the document's, as far as names tell.

    The paper's names are seen as such: m and v beside each other are the document's v and s.
    """
    theirs, wanted = list(theirs), list(wanted)
    found = {name: documented for documented, name in renamed.items() if name in theirs}
    plains = {plain(name) for name in theirs}
    paper = {"m": "v", "v": "s"} if {"m", "v"} <= plains and "s" not in plains else {}
    known = {plain(w): w for w in wanted} | {k: w for k, w in paper.items() if w in wanted}
    for exact in (True, False):
        for name in theirs:
            aliases = [w for w in wanted if plain(name) in ALIASES.get(w, ())]
            match = known.get(plain(name)) if exact else next(iter(aliases), None)
            if match and name not in found and match not in found.values():
                found[name] = match
    return found


class Call:
    """How to pass documented arguments to one function.

    Raises
    ------
    NotBound
        If the function asks for something that the document does not have, or lacks something
        without which the operation has no meaning.
    WrongMapping
        If it has no argument of a name in `renamed`.
    """

    def __init__(
        self, function: Callable[..., Any], wanted: Iterable[str], renamed: dict[str, str]
    ) -> None:
        self.function = function
        self.wanted = tuple(wanted)
        self.notes: list[str] = []
        self.names: dict[str, str] | None = None  # their name -> the document's; None: by position
        try:
            signature = inspect.signature(function).parameters.values()
        except (TypeError, ValueError):
            return
        if any(p.kind is p.VAR_POSITIONAL for p in signature):
            return
        theirs = [p for p in signature if p.kind is not p.VAR_KEYWORD]
        self.any_keyword = any(p.kind is p.VAR_KEYWORD for p in signature)
        absent = set(renamed.values()) - {p.name for p in theirs}
        if absent and not self.any_keyword:
            name = getattr(function, "__name__", "it")
            what = f"{name} has no argument {', '.join(sorted(absent))}"
            raise WrongMapping(f"{what}; it has {', '.join(p.name for p in theirs)}")
        names = documented_names((p.name for p in theirs), self.wanted, renamed)
        for position, p in enumerate(theirs):  # what names do not tell, the position may
            at = self.wanted[position] if position < len(self.wanted) else None
            if p.name not in names and p.default is p.empty:
                if at is None or at in names.values():
                    raise NotBound(f"it asks for {p.name}, which the document does not have")
                names[p.name] = at
        # One argument for both, as PyTorch has it.
        self.pair = names.get("betas") == "beta2" and "beta1" not in names.values()
        self.positional = [p.name for p in theirs if p.kind is p.POSITIONAL_ONLY]
        self.names = {p.name: names[p.name] for p in theirs if p.name in names}
        self._note()

    @property
    def missing(self) -> list[str]:
        """The documented arguments that it does not take."""
        if self.names is None or self.any_keyword:
            return []
        there = {*self.names.values(), "beta1"} if self.pair else self.names.values()
        return [name for name in self.wanted if name not in there]

    def _note(self) -> None:
        assert self.names is not None
        for name, documented in self.names.items():
            if name == "betas" and self.pair:
                documented = "(beta1, beta2)"
            if name != documented:
                self.notes.append(f"its {name} is taken for {documented}")
        order = [w for w in self.wanted if w in self.names.values()]
        if order != list(self.names.values()):
            self.notes.append(f"its arguments come in another order: {', '.join(self.names)}")

    def __call__(self, arguments: dict[str, Any]) -> Any:
        """Call with the arguments by their documented names."""
        if self.names is None:
            given = list(takewhile(arguments.__contains__, self.wanted))
            rest = {n: arguments[n] for n in self.wanted if n in arguments and n not in given}
            return self.function(*(arguments[name] for name in given), **rest)
        rest = {n: arguments[w] for n, w in self.names.items() if w in arguments}
        if self.pair and "beta1" in arguments:
            rest["betas"] = (arguments["beta1"], arguments["beta2"])
        if self.any_keyword:
            taken = self.names.values()
            rest |= {w: arguments[w] for w in self.wanted if w in arguments and w not in taken}
        first = [rest.pop(name) for name in self.positional]
        return self.function(*first, **rest)


class Bound:
    """One operation of an implementation.

    Parameters
    ----------
    operation : Operation
    function : callable
    mapping : dict
        Of a mapping file: ``arguments`` and ``results`` of this operation.
    notes : sequence of str
        What was adapted to get hold of the function.

    Raises
    ------
    NotBound
        As :class:`Call`.
    """

    def __init__(
        self,
        operation: Operation,
        function: Callable[..., Any],
        mapping: dict[str, Any],
        notes: Iterable[str] = (),
    ) -> None:
        self.operation = operation
        self.function = function
        self._order = mapping.get("results", {}).get(operation.name)
        renamed = mapping.get("arguments", {}).get(operation.name, {})
        wanted = operation.arguments + (MODEL_KEYWORDS if operation.name == "model" else ())
        self._invoke = Call(function, wanted, renamed)
        self.notes = [*notes, *self._invoke.notes]
        if lacking := [w for w in self._invoke.missing if w not in OWN_VALUE]:
            raise NotBound(f"it takes no {', '.join(lacking)}")
        self.notes += [f"it takes no {w}: its own is used" for w in self._invoke.missing]
        self._layout = "" if {"parameters", "grads"} & set(operation.arguments) else "documented"
        self._takes = operation.arguments
        self.idle = False  # whether the last call came to nothing where it should not

    def takes(self) -> dict[str, float | None] | None:
        """Return its arguments by the document's names, with each default that is a number.

        None where its signature does not tell.
        """
        call = self._invoke
        if call.names is None or call.any_keyword or call.pair:
            return None
        theirs = inspect.signature(self.function).parameters
        defaults = {w: theirs[n].default for n, w in call.names.items()}
        number = (bool, int, float)
        return {w: v if isinstance(v, number) else None for w, v in defaults.items()}

    def __call__(self, *arguments: Any) -> Any:
        """Call as the document does and return what the document does."""
        named = self.call(dict(zip(self.operation.arguments, arguments)))
        values = tuple(named[name] for name in self.operation.results)
        return values if len(values) > 1 else values[0]

    def call(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Call with documented arguments and return the documented results, both by name.

        Where the document's dicts end in an error, or change nothing, the container is the first
        with which a case of three layers is answered and changed; if there is none, the error
        stands.
        """
        untouched, first, self.idle = copied(arguments), None, False
        try:
            named = self._try(self._layout or "documented", arguments)
            self.idle = changes_nothing(untouched, named)
        except RAISED as error:
            first = error
        if not self._layout and (first or self.idle):
            self._layout = self._find_layout()
            if self._layout != "documented":
                self._add_note(f"it is given {LAYOUTS[self._layout].title}")
                arguments.update(untouched)
                return self._try(self._layout, copied(untouched))
        if first:
            raise first
        self._layout = self._layout or "documented"
        return named

    def _find_layout(self) -> str:
        """Return the first container with which the probe is answered, and changes something."""
        for layout in LAYOUTS:
            given = {name: value for name, value in probe().items() if name in self._takes}
            try:
                with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
                    if is_answer(copied(given), self._try(layout, given)):
                        return layout
            except RAISED:
                continue
        return "documented"

    def _try(self, layout: str, arguments: dict[str, Any]) -> dict[str, Any]:
        given = {name: LAYOUTS[layout].give(name, value) for name, value in arguments.items()}
        out = {}
        for name, result in self._named(self._invoke(given), given).items():
            out[name], note = LAYOUTS[layout].take(name, result)
            if note and layout == "documented":
                self._add_note(note)
        return out

    def _add_note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def _named(self, value: Any, given: dict[str, Any]) -> dict[str, Any]:
        """Return what came back under the documented names."""
        if isinstance(value, Iterator):
            self._add_note("it yields its results: all are taken")
            value = list(value)
        results = tuple(self._order or self.operation.results)
        in_place = [name for name in results if name in given]
        if isinstance(value, dict) and len(results) > 1 and set(results) <= value.keys():
            return {name: value[name] for name in self.operation.results}
        if value is None and in_place == list(results):
            self._add_note("it returns nothing: what it changed in place is read")
            return {name: given[name] for name in results}
        if value is None:
            raise MalformedMessage(f"None; the document returns {', '.join(results)}")
        several = isinstance(value, tuple) or (isinstance(value, list) and len(results) > 1)
        values = list(value) if several else [value]
        if (extra := len(values) - len(results)) > 0:
            self._add_note(f"it returns {extra} more than the documented {len(results)}; ignored")
        at = next((i for i, v in enumerate(values) if _has_parameters(v)), 0)
        if at and results[0] == "parameters":
            self._add_note("it returns the parameters later than the document does")
            values = [values[at], *values[:at], *values[at + 1 :]]
        if lacking := results[len(values) :]:
            if not set(lacking) <= set(in_place):
                count = f"{len(values)} value{'s' * (len(values) != 1)}"
                what = count if several else f"one value ({type(value).__name__})"
                documented = f"{len(results)}: {', '.join(results)}"
                raise MalformedMessage(f"{what}; the document returns {documented}")
            self._add_note(f"it does not return {', '.join(lacking)}: read from its arguments")
            values = [*values, *(given[name] for name in lacking)]
        return dict(zip(results, values))


def copied(value: Any) -> Any:
    """Copy containers and arrays, not what is in the arrays: it may be exact numbers."""
    if isinstance(value, dict):
        return {key: copied(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(copied(v) for v in value)
    return value.copy() if hasattr(value, "copy") else value


def _has_parameters(value: Any) -> bool:
    return isinstance(value, dict) and any(documented_key("parameters", key) for key in value)
