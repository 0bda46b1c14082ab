"""The Python worker: loads one implementation and answers calls over stdin and stdout.

It runs in a process of its own, so that a crash, a hang or noise cannot hurt the run. The
implementation never sees the channel: its stdout goes elsewhere, its stdin is empty.
"""

from __future__ import annotations

import contextlib
import copy
import importlib
import importlib.util
import io
import json
import os
import sys
import traceback
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from . import methods, protocol
from .finding import find
from .methods.training import OPERATIONS as REFERENCE
from .operations import TRAINING_COMMON, TRAINING_OWN
from .targets import notebook

BUILT_IN = "optproof.methods"
MOST_OUTPUT = 100_000  # characters of the implementation's prints that are kept, a call


class NotLoaded(Exception):
    """The implementation could not be imported; the message says where and why."""


class Output(io.TextIOBase):
    """Takes the implementation's prints; hands complete lines to `on_line` as they come."""

    def __init__(self, on_line: Callable[[str], None] | None = None) -> None:
        self.text = ""
        self._on_line = on_line
        self._partial = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.text = (self.text + text)[:MOST_OUTPUT]
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
        spec = importlib.util.spec_from_file_location(path.stem, path)
        if spec is None or spec.loader is None:
            raise NotLoaded(f"{target}: not a Python file")
        module = importlib.util.module_from_spec(spec)
        sys.modules[path.stem] = module
        spec.loader.exec_module(module)
        return module, []
    except notebook.NotRead as error:
        raise NotLoaded(str(error)) from None
    except SyntaxError as error:
        raise NotLoaded(f"{error.filename}:{error.lineno}: {error.msg}") from None
    except SystemExit as error:
        raise NotLoaded(f"{target} called sys.exit({error.code!r}) while it was imported") from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise NotLoaded(f"{target}: {_describe(error)}") from None


def _is_reference(module: types.ModuleType) -> Callable[[Any], bool]:
    """Return what tells the reference's functions in a module that is not optproof's own."""
    own = module.__name__.startswith("optproof.")
    return lambda f: not own and (getattr(f, "__module__", None) or "").startswith("optproof.")


def _describe(error: BaseException) -> str:
    """Return the error in one line, with the innermost place that is not optproof's own."""
    own = str(Path(__file__).resolve().parent)
    frames = traceback.extract_tb(error.__traceback__)
    foreign = [
        f for f in frames if not f.filename.startswith((own, "<frozen")) or "methods" in f.filename
    ]
    place = f" ({Path(foreign[-1].filename).name}, line {foreign[-1].lineno})" if foreign else ""
    if isinstance(error, EOFError):
        return f"it reads standard input, which is empty here{place}"
    return f"{type(error).__name__}: {error}{place}"


class Worker:
    """Answers the calls of one conversation.

    Parameters
    ----------
    module : module
        The implementation: its functions with the names of :data:`OPERATIONS`.
    send : callable
        Takes a message (a dict) to the other side.
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
        training = name in ("model", "train")
        on_line = (
            (lambda line: self.send({"type": "output", "id": message["id"], "text": line}))
            if training
            else None
        )
        if name in self.refused:
            return {"type": "error", "kind": "exception", "message": self.refused[name]}
        if name != "train" and name not in self.functions:
            return {"type": "unsupported", "reason": f"it has no function {name}"}
        if name != "train" and (why := notebook.unsolved(self.functions[name].function, False)):
            return {"type": "unsupported", "reason": why}
        answer = self._carry_out(name, arguments, Output(on_line))
        none_in_it = answer["type"] == "result" and _has_none(answer["value"])
        failed = name != "train" and (answer["type"] == "error" or none_in_it)
        if failed and (why := notebook.unsolved(self.functions[name].function, True)):
            return {"type": "unsupported", "reason": why}
        return answer

    def _carry_out(self, name: str, arguments: dict[str, Any], output: Output) -> dict[str, Any]:
        """Return the answer to one call, the prints of which go to `output`."""
        originals = copy.deepcopy(arguments)
        try:
            with contextlib.redirect_stdout(output), _global_random_state():
                named = self._call(name, arguments)
        except KeyboardInterrupt:
            raise
        except protocol.MalformedMessage as error:
            return {"type": "error", "kind": "malformed", "message": f"it returned {error}"}
        except NotImplementedError as error:
            return {"type": "unsupported", "reason": str(error) or "it raises NotImplementedError"}
        except BaseException as error:
            what = f"sys.exit({error.code!r}) was called" if isinstance(error, SystemExit) else ""
            return {"type": "error", "kind": "exception", "message": what or _describe(error)}
        answer: dict[str, Any] = {"type": "result"}
        if output.text:
            answer["stdout"] = output.text
        if mutated := sorted(_differences(originals, arguments)):
            answer["mutated"] = mutated
        try:
            answer["value"] = protocol.encode(named, use_base64=True)
        except protocol.MalformedMessage as error:
            return {"type": "error", "kind": "malformed", "message": f"it returned {error}"}
        answer["notes"] = self.functions[name].notes if name in self.functions else []
        return answer

    def _call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if name == "train":
            return {"parameters": self._train(**arguments)}
        arguments.update(arguments.pop("keywords", {}))
        return self.functions[name].call(arguments)

    def _train(self, optimizer: str, X: Any, Y: Any, layers_dims: Any, **hyper: Any) -> Any:
        """Train with the operations that the implementation has, the reference's for the rest."""
        own = (*TRAINING_COMMON, *TRAINING_OWN[optimizer])
        operations = types.SimpleNamespace(
            **{**vars(REFERENCE), **{n: self.functions[n] for n in own if n in self.functions}}
        )
        initialize = self.functions.get("initialize_parameters", methods.initialize_parameters)
        parameters = initialize(layers_dims)
        for epoch in methods.train(X, Y, parameters, optimizer, operations=operations, **hyper):
            parameters = epoch.parameters
            methods.training.print_cost_as_document(epoch)
        return parameters


def _has_none(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_none(v) for v in value.values() if "data" not in value)
    return value is None or (isinstance(value, list) and any(_has_none(v) for v in value))


def _differences(before: Any, after: Any, name: str = "") -> Iterator[str]:
    """Name the entries of `after` that are not what they were in `before`."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() | after.keys():
            place = f"{name}.{key}" if name else str(key)
            if key in before and key in after:
                yield from _differences(before[key], after[key], place)
            else:
                yield place
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for i, (b, a) in enumerate(zip(before, after)):
            yield from _differences(b, a, f"{name}[{i}]")
    elif isinstance(before, np.ndarray):
        if not (isinstance(after, np.ndarray) and before.tobytes() == after.tobytes()):
            yield name
    elif before != after:
        yield name


@contextlib.contextmanager
def _global_random_state() -> Iterator[None]:
    """Give each call the same global random state, so that no call depends on those before.

    The seed is one that no fixture uses: who ignores the seed must not be right by accident.
    """
    np.random.seed(1_414_213_562)
    yield


def limit_memory(gibibytes: float) -> None:
    """Bound the memory that the implementation can allocate (where the system can)."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        most = int(gibibytes * 2**30)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _take_channel() -> tuple[BinaryIO, BinaryIO]:
    """Keep stdin and stdout for the conversation; give the implementation none of them."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    return incoming, outgoing


def main() -> None:
    """Converse until ``bye`` or the end of input. Arguments: TARGET [MEMORY OPTIONS]."""
    target = sys.argv[1]
    memory, given = [*sys.argv[2:], "0", "{}"][:2]
    options = {"run_cells": False, "mapping": {}, **json.loads(given)}
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
    except NotLoaded as error:
        send({"type": "fatal", "message": str(error)})
        return
    worker = Worker(module, send, options["mapping"])
    declared = getattr(module, "__optproof__", {})
    send(
        {
            "type": "hello",
            "protocol": protocol.PROTOCOL,
            "name": target,
            "version": str(getattr(module, "__version__", "")),
            "language": f"Python {sys.version.split()[0]}, NumPy {np.__version__}",
            "operations": [*worker.functions, *(worker.refused.keys() - {"model"}), "train"],
            "notes": [*notes, *(why for name, why in worker.refused.items() if name == "model")],
            "dtype": declared.get("dtype", "float64"),
            "variants": list(declared.get("variants", ())),
            "encodings": ["data", "base64"],
            "stdout": output.text,
        }
    )
    for line in incoming:
        message = protocol.load_line(line)
        if message["type"] == "bye":
            break
        send({**worker.answer(message), "id": message["id"]})


if __name__ == "__main__":
    main()
