"""The Python worker: loads one implementation and answers calls over stdin and stdout.

It runs in a process of its own, so that a crash, a hang or noise cannot hurt the run. The
implementation never sees the channel: its stdout goes elsewhere, its stdin is empty.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import importlib.util
import io
import json
import os
import sys
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from .. import methods, protocol
from ..formats import FORMATS
from ..methods.training import OPERATIONS as REFERENCE
from ..operations import TRAINING_COMMON, TRAINING_OWN, UNSEEDED
from . import notebook
from .binding import Bound, WrongMapping, copied
from .finding import find
from .purity import arrays, differences, global_random_state, side_effects
from .watch import Watch, Wrap, replaced

MOST_OUTPUT = 100_000  # characters of the implementation's prints that are kept, a call
MOST_MESSAGE = 300  # characters of an exception's own message that are passed on


class NotLoaded(Exception):
    """The implementation could not be imported; the message says where and why."""


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


def load(target: str, run_cells: bool = False) -> tuple[types.ModuleType, list[str]]:
    """Import `target`: a path to a file, or a dotted module name; return notes on it, too."""
    try:
        if not target.endswith(notebook.SUFFIXES):
            return importlib.import_module(target), []
        path = Path(target).resolve()
        sys.path.insert(0, str(path.parent))
        if notebook.is_notebook(path):
            return notebook.load_notebook(path, run_cells)
        # Under its own name, unless that would hide a module in use: it may be called random.py.
        name = path.stem if path.stem not in sys.modules else "implementation"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec  # its name ends in .py
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        # Not through the loader: it trusts bytecode of a file that has the same size and second.
        exec(compile(path.read_bytes(), str(path), "exec", dont_inherit=True), vars(module))
        return module, []
    except notebook.NotRead as error:
        raise NotLoaded(str(error)) from None
    except SyntaxError as error:
        place = f"{error.filename or target}:{error.lineno}"
        raise NotLoaded(f"{place}: syntax error: {error.msg}") from None
    except ModuleNotFoundError as error:
        raise NotLoaded(f"{_describe(error)}; {sys.executable} runs it") from None
    except BaseException as error:
        raise NotLoaded(_describe(error)) from None


def _is_reference(module: types.ModuleType) -> Callable[[Any], bool]:
    """Return what tells the reference's functions in a module that is not optproof's own."""
    own = module.__name__.startswith("optproof.")
    return lambda f: not own and (getattr(f, "__module__", None) or "").startswith("optproof.")


def declaration(module: types.ModuleType) -> dict[str, Any]:
    """Return what the module declares of itself in ``__optproof__``, with the defaults."""
    declared = getattr(module, "__optproof__", {})
    if isinstance(declared, dict) and declared.get("dtype", "float64") in FORMATS:
        return {"dtype": "float64", "variants": (), **declared}
    example = "__optproof__ = {'dtype': 'float32'}"
    raise NotLoaded(f"__optproof__ is {declared!r}; write it as {example} ({', '.join(FORMATS)})")


def _describe(error: BaseException) -> str:
    """Return the error in one line, with the innermost line that is the implementation's own."""
    harness = str(Path(__file__).resolve().parents[1])
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if not f.filename.startswith((harness, "<frozen", "<__array_function__"))
        or "methods" in f.filename
    ]
    libraries = (os.path.dirname(os.__file__), os.path.dirname(os.path.dirname(np.__file__)))
    own = [f for f in frames if not f.filename.startswith(libraries)] or frames
    place = f" ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else ""
    if isinstance(error, EOFError):
        return f"it reads standard input, which is empty here{place}"
    if isinstance(error, MemoryError):
        return f"it wants more memory than --memory allows{place}"
    if isinstance(error, SystemExit):
        return f"it calls sys.exit({error.code!r}){place}"
    first, *more = str(error).strip().splitlines() or [""]
    what = f"{type(error).__name__}: {first[:MOST_MESSAGE]}" if first else type(error).__name__
    return f"{what}{' ...' if more or len(first) > MOST_MESSAGE else ''}{place}"


class Worker:
    """Answers the calls of one conversation.

    Parameters
    ----------
    module : module
        The implementation: its functions with the names of :data:`OPERATIONS`.
    send : callable
        Takes a message (a dict) to the other side.
    mapping : dict
        The content of a mapping file.
    """

    def __init__(
        self,
        module: types.ModuleType,
        send: Callable[[dict[str, Any]], None],
        mapping: dict[str, Any],
    ) -> None:
        self.functions, self.refused = find(module, mapping, _is_reference(module))
        self.send = send

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to one ``call``."""
        name, arguments = message["operation"], protocol.decode(message["arguments"])

        def on_line(line: str) -> None:
            self.send({"type": "output", "id": message["id"], "text": line})

        if name in self.refused:
            return {"type": "error", "kind": "exception", "message": self.refused[name]}
        bound = self.functions.get(name)
        if bound is None and name != "train":
            return {"type": "unsupported", "reason": f"it has no function {name}"}
        if "exact" in arguments:
            return self._answer_exactly(name, bound, arguments)
        if bound and (why := notebook.unsolved(bound.function, failed=False)):
            return {"type": "unsupported", "kind": "not solved", "reason": why}
        watch = self._watch(message["id"], arguments)
        output = Output(on_line if name in ("model", "train") else None)
        answer = self._carry_out(name, bound, arguments, watch, output)
        failed = answer["type"] == "error" or _has_none(answer.get("value", ()))
        if bound and failed and (why := notebook.unsolved(bound.function, failed=True)):
            return {"type": "unsupported", "kind": "not solved", "reason": why}
        return answer

    def _carry_out(
        self,
        name: str,
        bound: Bound | None,
        arguments: dict[str, Any],
        watch: Watch | None,
        output: Output,
    ) -> dict[str, Any]:
        """Return the answer to one call, the prints of which go to `output`."""
        seed = arguments.pop("global_seed", UNSEEDED)
        originals = copied(arguments)
        passed = [array for _, array in arrays(arguments)]
        try:
            with contextlib.redirect_stdout(output), global_random_state(seed) as state:
                named = self._call(bound, arguments, watch.wrap if watch else None)
        except NotImplementedError as error:
            return {"type": "unsupported", "reason": str(error) or "it raises NotImplementedError"}
        except protocol.MalformedMessage as error:
            return {"type": "error", "kind": "malformed", "message": f"it returns {error}"}
        except BaseException as error:
            return {"type": "error", "kind": "exception", "message": _describe(error)}
        answer: dict[str, Any] = {"type": "result"}
        if output.text:
            answer["stdout"] = output.text
        if mutated := sorted(differences(originals, arguments)):
            answer["mutated"] = mutated
        try:
            answer["value"] = protocol.encode(named, use_base64=True)
        except (protocol.MalformedMessage, RecursionError) as error:
            return {"type": "error", "kind": "malformed", "message": f"it returns {error}"}
        if notes := side_effects(name, passed, named, state):
            answer["notes"] = notes
        if bound and bound.notes:
            answer["adapted"] = bound.notes
        return answer

    def _answer_exactly(
        self, name: str, bound: Bound | None, arguments: dict[str, Any]
    ) -> dict[str, Any]:
        """Answer a call on balls in place of floats; say why where that cannot be done."""
        from . import exact

        exact.set_precision(arguments.pop("exact"))
        try:
            with contextlib.redirect_stdout(Output()), global_random_state(), exact.in_math():
                named = self._call(bound, exact.on_balls(arguments), exact.start_on_balls)
            return {"type": "result", "value": exact.encode(named)}
        except BaseException as error:
            why = f"it cannot run on exact numbers: {_describe(error)}"
            return {"type": "unsupported", "reason": why}

    def _watch(self, call_id: Any, arguments: dict[str, Any]) -> Watch | None:
        wanted = arguments.pop("watch", None)
        if wanted is None:
            return None

        def report(seen: dict[str, Any]) -> None:
            self.send({"type": "seen", "id": call_id, **seen})

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
        used = (*TRAINING_COMMON, *TRAINING_OWN[optimizer])
        functions: dict[str, Callable[..., Any]] = {
            **vars(REFERENCE),
            "initialize_parameters": methods.initialize_parameters,
            **{name: self.functions[name] for name in used if name in self.functions},
        }
        if wrap:
            functions = {n: wrap(n, f) for n, f in functions.items()}
        operations = types.SimpleNamespace(**functions)
        parameters = operations.initialize_parameters(layers_dims)
        for epoch in methods.train(X, Y, parameters, optimizer, operations=operations, **hyper):
            parameters = epoch.parameters
            if isinstance(epoch.cost, (float, np.floating)):  # and not a ball
                methods.training.print_cost_as_document(epoch)
        return parameters


def _has_none(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_none(v) for v in value.values() if "data" not in value)
    return value is None or (isinstance(value, list) and any(_has_none(v) for v in value))


def _named(value: Any, results: tuple[str, ...]) -> tuple[dict[str, Any], int]:
    """Return what came back under the documented names, and how many values came on top."""
    if value is None:
        raise protocol.MalformedMessage(f"None; the document returns {', '.join(results)}")
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


def limit_memory(gibibytes: float) -> None:
    """Bound the memory that the implementation can allocate (where the system can)."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (int(gibibytes * 2**30),) * 2)


def _take_channel() -> tuple[BinaryIO, BinaryIO]:
    """Keep stdin and stdout for the conversation; give the implementation none of them."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb", 2**20), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    return incoming, outgoing


def main() -> None:
    """Converse until ``bye`` or the end of input. Arguments: TARGET [MEMORY OPTIONS]."""
    target, *more = sys.argv[1:]
    memory, given = [*more, *("0", "{}")[len(more) :]]
    options = {"run_cells": False, "mapping": {}, **json.loads(given)}
    to_do_at_exit = atexit._ncallbacks()
    sys.dont_write_bytecode = True
    incoming, outgoing = _take_channel()
    sys.path.insert(0, os.getcwd())

    def send(message: dict[str, Any]) -> None:
        outgoing.write(protocol.dump_line(message))
        outgoing.flush()

    if float(memory):
        limit_memory(float(memory))
    output = Output()
    try:
        with contextlib.redirect_stdout(output):
            module, notes = load(target, options["run_cells"])
        declared = declaration(module)
        worker = Worker(module, send, options["mapping"])
    except NotLoaded as error:
        return send({"type": "fatal", "message": f"cannot be imported: {error}"})
    except WrongMapping as error:
        return send({"type": "fatal", "message": f"the mapping does not fit: {error}"})
    send(
        {
            "type": "hello",
            "protocol": protocol.PROTOCOL,
            "name": target,
            "version": str(getattr(module, "__version__", "")),
            "language": f"Python {sys.version.split()[0]}, NumPy {np.__version__}",
            "operations": [*worker.functions, *worker.refused, "train"],
            "notes": notes,
            "dtype": declared["dtype"],
            "variants": list(declared["variants"]),
            "encodings": ["data", "base64"],
            "accepts": ["watch", "exact", "global_seed"],
            "stdout": output.text,
        }
    )
    for line in incoming:
        message = protocol.load_line(line)
        if message["type"] == "bye":
            break
        send({**worker.answer(message), "id": message["id"]})
    if atexit._ncallbacks() == to_do_at_exit:
        os._exit(0)  # nobody has anything to finish: no need to take the interpreter apart
