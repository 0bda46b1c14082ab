"""Answers the calls of one conversation with the functions of one module."""

from __future__ import annotations

import contextlib
import inspect
import io
import types
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from .. import fast, methods, protocol
from ..errors import Malformed, NotRun
from ..operations import (
    OPERATIONS,
    OPTIMIZERS,
    STEPS,
    TRAINING_COMMON,
    TRAINING_OWN,
    UNSEEDED,
    next_arguments,
)
from ..protocol import Answer, Call, Chain, Error, Message, Reply, Unsupported
from . import notebook, optimizers
from .binding import Bound, copied
from .finding import find
from .loading import describe, helper_files
from .purity import SEPARATE, aliased, arrays, differences, global_random_state, side_effects
from .watch import Watch, Wrap, replaced

MOST_OUTPUT = 100_000  # characters of the implementation's prints that are kept, a call


class Output(io.TextIOWrapper):
    """Takes the implementation's prints; hands complete lines to `on_line` as they come.

    A whole text stream, since implementations also call ``reconfigure``, ``buffer`` and the like.
    """

    def __init__(self, on_line: Callable[[str], None] | None = None) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")
        self.text = ""
        self._on_line = on_line
        self._partial = ""

    def write(self, text: str) -> int:
        self.text += text[: MOST_OUTPUT - len(self.text)]
        if self._on_line:
            *lines, self._partial = (self._partial + text).split("\n")
            for line in lines:
                self._on_line(line)
        return len(text)


def _is_reference(module: types.ModuleType) -> Callable[[Any], bool]:
    """Return what tells the reference's functions in a module that is not optproof's own."""
    own = module.__name__.startswith("optproof.")
    return lambda f: not own and (getattr(f, "__module__", None) or "").startswith("optproof.")


class Worker:
    """Answers the calls of one conversation.

    Parameters
    ----------
    module : module
        The implementation: its functions with the names of :data:`OPERATIONS`.
    send : callable
        Takes a message to the other side, before the answer.
    mapping : dict
        The content of a mapping file.
    options : dict, optional
        Which optimizer to judge, and how: see :func:`optimizers.find`.
    """

    def __init__(
        self,
        module: types.ModuleType,
        send: Callable[[Message], None],
        mapping: dict[str, Any],
        options: dict[str, Any] | None = None,
    ) -> None:
        self.module = module
        ignored = _is_reference(module)
        self.functions, self.refused = find(module, mapping, ignored)
        named = (options or {}).get("name")
        if named:  # one thing of it, and nothing else
            thing = optimizers.named(module, named)
            self.functions = {n: b for n, b in self.functions.items() if b.function is thing}
            self.refused = {}
        self.unsolved = notebook.unsolved_names(module)
        self.files = helper_files(module, self.own_functions())
        self.optimizers = optimizers.Found()
        if not module.__name__.startswith("optproof.") or ".libraries." in module.__name__:
            taken = [bound.function for bound in self.functions.values()]
            with global_random_state():
                own = {n.rpartition("_")[2] for n in self.functions if hasattr(module, n)}
                self.optimizers = optimizers.find(module, ignored, taken, options, own)
                for operation, where in mapping.get("functions", {}).items():
                    kind = operation.rpartition("_")[2]
                    if inspect.isclass(optimizers.named(module, where)) and kind in OPTIMIZERS:
                        asked = {"name": where, "as": kind}
                        self.optimizers.add(optimizers.find(module, ignored, taken, asked))
        self._leave_initial_moments()
        self._stepped: set[str] = set()  # updates of what keeps its own state
        for kind, optimizer in self.optimizers.optimizers.items():
            update = f"update_parameters_with_{kind}"
            with global_random_state(), contextlib.redirect_stdout(Output()):
                by_state = None if update in self.functions else optimizers.as_operation(optimizer)
            if by_state:
                self.functions[update] = Bound(OPERATIONS[update], by_state, {}, [optimizers.NOTE])
                self._stepped.add(update)
                self.refused.pop(update, None)  # a near name, which is called after all
        self.send = send
        self._may_draw = False  # whether a training is judged by its spread

    def _leave_initial_moments(self) -> None:
        """Leave what makes the state of an optimizer of its own: its steps are judged instead."""
        for name, kind in (("initialize_velocity", "momentum"), ("initialize_adam", "adam")):
            near = name in self.functions and not hasattr(self.module, name)
            own = f"update_parameters_with_{kind}" not in self.functions
            if near and own and kind in self.optimizers.optimizers:
                del self.functions[name]

    def operations(self) -> list[str]:
        """Return the operations of which something can be said, and the training."""
        left = (name for name in self.unsolved if name in OPERATIONS)
        return list(dict.fromkeys([*self.functions, *self.refusals(), *left, "train"]))

    def found_any(self) -> bool:
        """Return whether there is anything that can be judged, or said not to be callable."""
        return bool(self.functions or self.optimizers.optimizers or self.refusals())

    def refusals(self) -> dict[str, dict[str, str]]:
        """Return what cannot be called or stepped, by operation: the message, and the hint.

        What is only near an operation's name is left out where an optimizer of its kind is found.
        """
        found, other = self.optimizers.optimizers, self.optimizers.refused
        told = {
            name: why
            for name, why in self.refused.items()
            if hasattr(self.module, name) or name.rpartition("_")[2] not in found
        }
        for name in OPERATIONS.keys() - self.functions.keys() - told.keys():
            if name.startswith("update") and (why := other.get(name.rpartition("_")[2])):
                told[name] = {"message": why["message"], "hint": why["hint"]}
        return told

    def own_order(self) -> list[str]:
        """Return ``["own_order"]`` where its mini-batches take no seed."""
        batches = self.functions.get("random_mini_batches")
        return ["own_order"] if batches and "seed" in batches.lacks else []

    def defaults(self) -> dict[str, dict[str, float | None]]:
        """Return the defaults of the operations that are functions of the document's own name."""
        return {
            name: bound.defaults()
            for name, bound in self.functions.items()
            if getattr(self.module, name, None) is bound.function
        }

    def own_functions(self) -> list[tuple[str, Callable[..., Any]]]:
        """Return each operation's name and the function behind it."""
        return [(name, bound.function) for name, bound in self.functions.items()]

    def answer(self, call: Call) -> Reply:
        """Return the answer to one call; of a chain, that of the last or of the first that fails.

        In a chain the results go into the next call as they would over the wire.
        """
        given = dict(call.arguments)
        drawn: dict[str, Any] = {}
        made: dict[str, str] = {}
        if recipe := given.pop("recipe", None):
            try:
                drawn, made = _made(recipe)
            except NotRun as error:
                return Error(call.id, error.what, "recipe", error.hint)
        arguments = {**drawn, **protocol.decode(given)}
        chain = call.chain or Chain(1)
        again = arguments  # what goes into a later call, too, and must not be changed by this one
        changes = [protocol.decode(change) for change in chain.then]
        for link in range(1, chain.calls):
            reply = self._answer(call, {**arguments, **copied(again)}, is_last=False)
            if not isinstance(reply, Answer):
                return reply
            try:
                protocol.flatten(call.operation, reply.value)
            except Malformed as error:
                return Error(call.id, error.what, "malformed", error.hint)
            change = changes[(link - 1) % len(changes)] if changes else {}
            arguments = next_arguments(arguments, reply.value, change)
            kept = arguments.keys() - reply.value.keys() | change.keys()
            again = {name: arguments[name] for name in kept}
        reply = self._answer(call, arguments)
        return replace(reply, made=made) if isinstance(reply, Answer) else reply

    def _answer(self, call: Call, arguments: dict[str, Any], is_last: bool = True) -> Reply:
        """Return the answer to a call with these arguments, or to one link of a chain."""
        name = call.operation

        def on_line(line: str) -> None:
            self.send(protocol.Output(call.id, line))

        if name == STEPS:
            with contextlib.redirect_stdout(Output()), global_random_state():
                return optimizers.answer(self.optimizers, call.id, arguments, describe)
        if name in self.refused:
            return Error(call.id, self.refused[name]["message"])
        bound = self.functions.get(name)
        if bound is None and name in self.unsolved:
            return Unsupported(call.id, self.unsolved[name], solved=False)
        if bound is None and name != "train":
            return Unsupported(call.id, f"it has no function {name}")
        if bound and (why := bound.beyond(arguments) or self._draws_itself(bound, arguments)):
            return Unsupported(call.id, why)
        if "exact" in arguments:
            return self._answer_exactly(call, bound, arguments)
        watch = self._watch(call.id, arguments)
        output = Output(on_line if name in ("model", "train") else None)
        reply = self._carry_out(call, bound, arguments, watch, output, is_last)
        failed = isinstance(reply, Error) or (isinstance(reply, Answer) and _has_none(reply.value))
        nothing = bound and (failed or bound.idle)
        why = notebook.unsolved(bound.function, failed) if bound and nothing else ""
        return Unsupported(call.id, why, solved=False) if why else reply

    def _draws_itself(self, bound: Bound, arguments: dict[str, Any]) -> str:
        """Say why its model cannot be judged number by number, if it draws an order of its own."""
        names = getattr(inspect.unwrap(bound.function), "__globals__", {})
        if bound.operation.name != "model" or "global_seed" in arguments or not self.own_order():
            return ""
        batches = self.functions["random_mini_batches"].function
        own = any(value is batches for value in names.values())
        why = "its model draws its mini-batches in an order of its own: --statistical N judges it"
        return why if own else ""

    def _carry_out(
        self,
        call: Call,
        bound: Bound | None,
        arguments: dict[str, Any],
        watch: Watch | None,
        output: Output,
        is_last: bool,
    ) -> Reply:
        """Return the answer to one call, the prints of which go to `output`.

        Of an earlier link of a chain only the value is told, not encoded.
        """
        name = call.operation
        self._may_draw = "global_seed" in arguments
        seed = arguments.pop("global_seed", UNSEEDED)
        originals = copied(arguments) if is_last else arguments
        passed = [array for _, array in arrays(arguments)]
        try:
            with contextlib.redirect_stdout(output), global_random_state(seed) as state:
                named = self._call(bound, arguments, watch.wrap if watch else None)
        except NotImplementedError as error:
            said = str(error)  # with no word of its own it is a stub
            return Unsupported(call.id, said or "it raises NotImplementedError", bool(said))
        except protocol.MalformedMessage as error:
            return Error(call.id, f"it returns {error}", "malformed")
        except BaseException as error:
            return Error(call.id, describe(error))
        try:
            if not is_last:
                return Answer(call.id, protocol.carried(named))
            value = protocol.encode(named, use_base64=True, parts=call.parts)
        except (protocol.MalformedMessage, RecursionError) as error:
            return Error(call.id, f"it returns {error}", "malformed")
        one = bound.one_container if bound and name in SEPARATE else []
        return Answer(
            call.id,
            value,
            notes=tuple(side_effects(name, passed, named, state)),
            mutated=tuple(sorted(differences(originals, arguments))),
            aliased=tuple((a, b) for a, b in aliased(name, arguments, named) or one),
            adapted=tuple(bound.notes) if bound else (),
            stdout=output.text,
        )

    def _answer_exactly(self, call: Call, bound: Bound | None, arguments: dict[str, Any]) -> Reply:
        """Answer a call on balls in place of floats; say why where that cannot be done."""
        from . import exact

        exact.set_precision(arguments.pop("exact"))
        try:
            with contextlib.redirect_stdout(Output()), global_random_state(), exact.in_math():
                named = self._call(bound, exact.on_balls(arguments), exact.start_on_balls)
            return Answer(call.id, exact.encode(named))
        except BaseException as error:
            return Unsupported(call.id, f"it cannot run on exact numbers: {describe(error)}")

    def _watch(self, call_id: int, arguments: dict[str, Any]) -> Watch | None:
        wanted = arguments.pop("watch", None)
        if wanted is None:
            return None

        def report(seen: dict[str, Any]) -> None:
            self.send(protocol.Seen(call_id, seen))

        return Watch(report, _named, **wanted)

    def _call(
        self, bound: Bound | None, arguments: dict[str, Any], wrap: Wrap | None
    ) -> dict[str, Any]:
        """Call, or train if there is nothing to call; of a training, wrap all in it."""
        if bound is None:
            return {"parameters": self._train(**arguments, wrap=wrap)}
        arguments.update(arguments.pop("keywords", {}))
        functions = {name: own.function for name, own in self.functions.items()}
        wrapped = replaced(bound.function, functions, wrap) if wrap else contextlib.nullcontext()
        with wrapped:
            return bound.call(arguments)

    def _train(
        self, optimizer: str, X: Any, Y: Any, layers_dims: Any, wrap: Wrap | None, **hyper: Any
    ) -> Any:
        """Train with the operations that the implementation has, the reference's for the rest."""
        used = [*TRAINING_COMMON, *TRAINING_OWN[optimizer]]
        if self.own_order() and not self._may_draw:
            used.remove("random_mini_batches")  # no training could be had again
        used = [name for name in used if name not in self.files]  # a helper's are not its own
        functions: dict[str, Callable[..., Any]] = {
            **vars(methods.Operations()),
            "initialize_parameters": methods.initialize_parameters,
            **{name: self.functions[name] for name in used if name in self.functions},
        }
        update = f"update_parameters_with_{optimizer}"
        own = self.optimizers.optimizers.get(optimizer)
        if own and (update not in self.functions or update in self._stepped):
            functions[update] = optimizers.as_update(own, hyper)
        if wrap:
            functions = {n: wrap(n, f) for n, f in functions.items()}
        parameters = functions.pop("initialize_parameters")(layers_dims)
        if X.dtype.kind == "f":  # and not balls
            parameters = {k: np.asarray(a).astype(X.dtype) for k, a in parameters.items()}
        hyper |= {"operations": methods.Operations(**functions), "cost_every": 1 if wrap else 1000}
        for epoch in fast.train(X, Y, parameters, optimizer, **hyper):
            parameters = epoch.parameters
            if isinstance(epoch.cost, (float, np.floating)):  # and not a ball
                methods.training.print_cost_as_document(epoch)
        return parameters


def _made(recipe: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the arguments that a recipe gives, and the SHA-256 of each, which is checked."""
    from ..fixtures import carry_out

    return {**carry_out(recipe, "this recipe")}, {d["name"]: d["sha256"] for d in recipe["draws"]}


def _has_none(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_none(v) for v in value.values() if "data" not in value)
    return value is None or (isinstance(value, list) and any(_has_none(v) for v in value))


def _named(value: Any, results: tuple[str, ...]) -> tuple[dict[str, Any], int]:
    """Return what came back under the documented names, and how many values came on top."""
    if value is None:
        raise protocol.MalformedMessage(f"nothing; the document returns {', '.join(results)}")
    if len(results) == 1:
        if isinstance(value, tuple) and value:
            return {results[0]: value[0]}, len(value) - 1
        return {results[0]: value}, 0
    if not isinstance(value, (tuple, list)):
        kind = f"one value ({type(value).__name__})"
        raise protocol.MalformedMessage(f"{kind}; the document returns {', '.join(results)}")
    if len(value) < len(results):
        documented = f"{len(results)}: {', '.join(results)}"
        count = f"{len(value)} value{'s' if len(value) != 1 else ''}"
        raise protocol.MalformedMessage(f"{count}; the document returns {documented}")
    return dict(zip(results, value)), len(value) - len(results)
