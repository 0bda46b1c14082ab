"""Signatures as people write them: how to call a function, and how to read what it returns.

Whatever is adapted is noted, and none of it touches a value: what comes out is judged as ever.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from ..operations import MODEL_KEYWORDS, Operation
from ..protocol import MalformedMessage
from .arguments import DOCUMENTED, OWN_VALUE, Call, NotBound
from .batches import EXAMPLES, as_pairs
from .layouts import LAYOUTS, as_arrays, documented_key, is_documented
from .probing import TO_MOVE, changes_nothing, is_answer, probe_of
from .purity import differences, same_containers

OWN = {"seed": "it takes no seed, so that its own order is not reproducible, and is not judged"}
#: What a call ends in where the container is not the one that it expects.
RAISED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


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
    by_name : bool
        Whether only names say which argument is which, not their positions.

    Attributes
    ----------
    idle : bool
        Whether the last call came to nothing where it should not.
    lacks : list of str
        The document's arguments that it does not take.
    one_container : list of pairs of str
        Results of the last call that are one dictionary, before anything is copied.
    partner : Bound, optional
        The update that takes the state which this operation makes.

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
        by_name: bool = False,
    ) -> None:
        self.operation = operation
        self.function = function
        self._order = mapping.get("results", {}).get(operation.name)
        renamed = mapping.get("arguments", {}).get(operation.name, {})
        wanted = operation.arguments + (MODEL_KEYWORDS if operation.name == "model" else ())
        self._invoke = Call(function, wanted, renamed, by_name)
        self.notes = [*notes, *self._invoke.notes]
        self.lacks = self._invoke.missing
        if lacking := [w for w in self.lacks if w not in OWN_VALUE]:
            raise NotBound(f"it takes no {', '.join(lacking)}", self._invoke.names)
        self.notes += [OWN.get(w, f"it takes no {w}: its own is used") for w in self.lacks]
        self.partner: Bound | None = None
        self.one_container: list[list[str]] = []
        self.idle = False
        of_dicts = bool({"parameters", "grads"} & set(operation.arguments))
        own_rows = operation.name == "random_mini_batches" and (by_name or "seed" in self.lacks)
        self._layouts = EXAMPLES if own_rows else LAYOUTS
        self._layout = "" if of_dicts or own_rows else "documented"
        self._layout = mapping.get("containers", {}).get(operation.name, self._layout)

    def defaults(self) -> dict[str, float | None]:
        """Return what its signature has for arguments left out; None for what is no number."""
        named = self._invoke.names
        if named is None:
            return {}
        signature = inspect.signature(self.function).parameters.values()
        given = {named[p.name]: p.default for p in signature if p.name in named}
        return {
            name: value if type(value) in (int, float) and math.isfinite(value) else None
            for name, value in given.items()
            if value is not inspect.Parameter.empty
        }

    def __call__(self, *arguments: Any) -> Any:
        """Call as the document does and return what the document does."""
        given = dict(zip(self.operation.arguments, arguments))
        # In a training: what is settled is not tried out again, 10,000 times.
        if self._layout == "documented" and not (self._order or self.partner):
            named = self._read("documented", given, self._invoke(given), as_is=True)
        else:
            named = self._try(self._layout, given) if self._layout else self.call(given)
        values = tuple(named[name] for name in self.operation.results)
        return values if len(values) > 1 else values[0]

    def call(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Call with documented arguments and return the documented results, both by name.

        Where the document's dicts end in an error, or change nothing, the container is the first
        with which a case of three layers is answered and changed; if there is none, the error
        stands.
        """
        # What is given again if another container is tried, or told from what comes back.
        kept = TO_MOVE & arguments.keys() if self._layout else arguments.keys()
        untouched = copied({name: arguments[name] for name in kept})
        first, self.idle = None, False
        if not self._layout and self._layouts is EXAMPLES:
            self._settle()
        try:
            named = self._try(self._layout or "documented", arguments)
            self.idle = changes_nothing(untouched, named)
        except RAISED as error:
            first = error
        if not self._layout and (first or self.idle) and self._settle() != "documented":
            arguments.update(untouched)
            return self._try(self._layout, copied(untouched))
        if first:
            raise first
        self._layout = self._layout or "documented"
        return named

    @property
    def names(self) -> dict[str, str]:
        """Its arguments -> the document's."""
        return self._invoke.names or {}

    def beyond(self, arguments: dict[str, Any]) -> str:
        """Say why these arguments cannot be put to it: it has a value of its own for one."""
        for name, value in DOCUMENTED.items():
            if name in self.lacks and arguments.get(name, value) != value:
                return f"it takes no {name}: only the document's {value:g} is judged"
        return ""

    def try_out(self) -> BaseException | None:
        """Call it with the probe; return what that ends in where no container is answered."""
        error, notes = None, list(self.notes)
        for layout in self._layouts:
            self.notes = list(notes)
            given = probe_of(self.operation)
            try:
                with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
                    named = self._try(layout, given)
            except Exception as raised:
                error = error or raised
                if not isinstance(raised, RAISED):
                    break
                continue
            if is_answer(named):
                self._layout = layout
                if layout != "documented":
                    self._add_note(f"it is given {self._layouts[layout].title}")
                return None
        self.notes = notes
        return error or ValueError("what it returns is not what the document returns")

    def counts_itself(self) -> bool:
        """Whether it answers the same call differently the second time."""
        given = probe_of(self.operation)
        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
            first, second = (self._try(self._settle(), copied(given)) for _ in range(2))
            return any(differences(first, second))
        return False

    def _settle(self) -> str:
        """Settle on the container with which the probe is answered and changed, and say which."""
        if not self._layout and self.try_out():
            self._layout = "documented"
        return self._layout

    def _try(self, layout: str, arguments: dict[str, Any]) -> dict[str, Any]:
        give = self._layouts[layout].give
        given = {name: give(name, value) for name, value in arguments.items()}
        return self._read(layout, given, self._invoke(given))

    def _read(
        self, layout: str, given: dict[str, Any], value: Any, as_is: bool = False
    ) -> dict[str, Any]:
        """Return what came back by the documented names, in the document's containers.

        `as_is` takes what needs no reading as it is, and notes nothing: in a training.
        """
        results = self.operation.results
        values = value if len(results) > 1 else (value,)
        as_is = as_is and type(values) is tuple and len(values) == len(results)
        if as_is and all(map(is_documented, results, values)):
            return {n: dict(v) if type(v) is dict else v for n, v in zip(results, values)}
        container = self._layouts[layout]
        out = {}
        returned = self._named(value, given)
        self.one_container = same_containers(returned)
        for name, result in returned.items():
            take = container.take
            if self.partner and layout == "documented" and self._has_own_keys(result, given):
                take = LAYOUTS[self.partner._settle()].take
            documented, note = take(name, result)
            with contextlib.suppress(RecursionError):  # the encoder says that it holds itself
                documented = as_arrays(documented)
            out[name] = documented
            if note and layout == "documented":
                self._add_note(note)
        return out

    def _has_own_keys(self, result: Any, given: dict[str, Any]) -> bool:
        """Whether a state is under the keys of the parameters, as the update wants it."""
        alike = isinstance(result, dict) and result.keys() == given["parameters"].keys()
        return alike and self.partner is not None and self.partner._settle() == "own keys"

    def _add_note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def _named(self, value: Any, given: dict[str, Any]) -> dict[str, Any]:
        """Return what came back under the documented names."""
        if self.operation.name == "random_mini_batches":
            value, note = as_pairs(value, given["X"], given["Y"])
            if note:
                self._add_note(note)
        elif isinstance(value, Iterator):
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
            raise MalformedMessage(f"nothing; the document returns {', '.join(results)}")
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
