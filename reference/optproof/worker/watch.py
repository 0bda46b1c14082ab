"""What a training calls, seen from inside the worker: what ``trace`` is made of."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from .. import methods, protocol
from ..operations import OPERATIONS, TRAINING_COMMON, TRAINING_OWN

#: All that decides the parameters; the cost does not.
WATCHED = frozenset(TRAINING_COMMON).union(*TRAINING_OWN.values()) - {"compute_cost"}

Function = Callable[..., Any]
#: From an operation's name and function to the function to call in its place.
Wrap = Callable[[str, Function], Function]


class Watch:
    """Reports the calls of chosen epochs, and the parameters at the end of every epoch.

    Steps are counted by the updates, so that epoch and batch are those of the document's loop,
    whatever loop is running.

    Parameters
    ----------
    report : callable
        Takes a message: ``{"epoch", "total", "parameters"}`` at the end of an epoch (the sum of
        its costs), ``{"epoch", "batch", "operation", "arguments", "value"}`` for a call.
    named : callable
        Names the values that an operation returns.
    batches : int
        Updates an epoch.
    epochs : list of int
        The epochs whose calls are reported.
    """

    def __init__(
        self,
        report: Callable[[dict[str, Any]], None],
        named: Callable[[Any, tuple[str, ...]], tuple[dict[str, Any], int]],
        batches: int,
        epochs: list[int],
    ) -> None:
        self.report, self.named = report, named
        self.batches, self.epochs = batches, epochs
        self.steps = 0
        self.total = 0.0  # of the epoch's costs

    def wrap(self, name: str, function: Function) -> Function:
        """Return `function`, watched if it decides the parameters or is the cost."""
        if name == "compute_cost":
            return self._summing(function)
        if name not in WATCHED:
            return function
        is_update = name.startswith("update_parameters")

        @functools.wraps(function)
        def watched(*arguments: Any, **keywords: Any) -> Any:
            epoch, batch = divmod(self.steps, self.batches)
            sent = epoch in self.epochs and _encoded(_bound(name, arguments, keywords))
            value = function(*arguments, **keywords)
            self.steps += is_update
            ends = is_update and batch == self.batches - 1
            with contextlib.suppress(protocol.MalformedMessage):
                if sent or ends:
                    results, _ = self.named(value, OPERATIONS[name].results)
                if sent:
                    call = {"operation": name, "arguments": sent, "value": _encoded(results)}
                    self.report({"epoch": epoch, "batch": batch, **call})
                if ends:
                    parameters = _encoded(results["parameters"])
                    total, self.total = self.total, 0.0
                    end = {
                        "epoch": epoch,
                        "total": protocol.encode(total),
                        "parameters": parameters,
                    }
                    self.report(end)
            return value

        return watched

    def _summing(self, function: Function) -> Function:
        @functools.wraps(function)
        def watched(*arguments: Any, **keywords: Any) -> Any:
            value = function(*arguments, **keywords)
            with contextlib.suppress(TypeError, ValueError):
                self.total += float(value)
            return value

        return watched


@contextlib.contextmanager
def replaced(model: Function, functions: dict[str, Function], wrap: Wrap) -> Iterator[None]:
    """Wrap those of `functions` that `model` finds among its module's names, while in here."""
    names: dict[str, Any] = getattr(inspect.unwrap(model), "__globals__", {})
    own = {id(f): name for name, f in functions.items()}
    found = {k: f for k, f in names.items() if id(f) in own}
    names.update({k: wrap(own[id(f)], f) for k, f in found.items()})
    try:
        yield
    finally:
        names.update(found)


def _bound(name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments by their documented names, with the documented defaults."""
    documented = OPERATIONS[name].arguments
    known = {k: v for k, v in keywords.items() if k in documented}
    signature = inspect.signature(getattr(methods, name))
    bound = signature.bind_partial(*arguments[: len(documented)], **known)
    bound.apply_defaults()
    return {k: bound.arguments[k] for k in documented if k in bound.arguments}


def _encoded(value: Any) -> Any:
    return protocol.encode(value, use_base64=True)
