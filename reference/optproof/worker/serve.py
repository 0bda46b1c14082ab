"""The Python worker: loads one implementation and answers calls over stdin and stdout.

It runs in a process of its own, so that a crash, a hang or noise cannot hurt the run. The
implementation never sees the channel: its stdout goes elsewhere, its stdin is empty.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import sys

import numpy as np

from ..operations import SHORTER
from ..protocol import Fatal, Hello, Message, Refusal, dump_line, load_line, read_call
from . import optimizers, precision
from .answering import Output, Worker
from .arguments import WrongMapping
from .lines import lines_of
from .loading import NotLoaded, declaration, load, reference_imports
from .process import end_with, limit_memory, take_channel
from .standins import needed_at_import, release_variants


def main() -> None:
    """Converse until ``bye`` or the end of input. Arguments: TARGET [MEMORY OPTIONS]."""
    target, *more = sys.argv[1:]
    memory, given = [*more, *("0", "{}")[len(more) :]]
    options = {"run_cells": False, "mapping": {}, **json.loads(given)}
    to_do_at_exit = atexit._ncallbacks()
    sys.dont_write_bytecode = True
    incoming, outgoing = take_channel()
    end_with(outgoing.fileno())
    sys.path.insert(0, os.getcwd())

    def send(message: Message) -> None:
        outgoing.write(dump_line(message))
        outgoing.flush()

    if float(memory):
        limit_memory(float(memory))
    output = Output()
    try:
        with contextlib.redirect_stdout(output):
            first = precision.before_import(target)
            module, notes = load(target, options["run_cells"])
        if device := options.get("device"):
            optimizers.choose(device)
        declared = declaration(module)
        notes += first + precision.after_import(declared["dtype"]) + reference_imports(module)
        worker = Worker(module, send, options["mapping"], options.get("optimizer"))
        if needed_at_import and not worker.found_any():
            raise NotLoaded(needed_at_import[0])
    except NotLoaded as error:
        return send(Fatal(f"cannot be imported: {error}"))
    except (optimizers.NoSuchName, optimizers.NoSuchDevice) as error:
        return send(Fatal(str(error)))
    except WrongMapping as error:
        return send(Fatal(f"the mapping does not fit: {error}"))
    send(
        Hello(
            target,
            tuple(worker.operations()),
            version=str(getattr(module, "__version__", "")),
            language=f"Python {sys.version.split()[0]}, NumPy {np.__version__}",
            dtype=declared["dtype"],
            variants=(*declared["variants"], *release_variants(module)),
            encodings=("data", "base64"),
            accepts=("watch", "exact", "global_seed", *SHORTER, *worker.own_order()),
            notes=(*notes, *worker.optimizers.notes),
            refused={k: Refusal(**why) for k, why in worker.refusals().items()},
            files=worker.files,
            lines=lines_of({k: b.function for k, b in worker.functions.items()}),
            defaults=worker.defaults(),
            optimizers={k: o.told() for k, o in worker.optimizers.optimizers.items()},
            others={k: tuple(names) for k, names in worker.optimizers.others.items()},
            stdout=output.text,
        )
    )
    for line in incoming:
        message = load_line(line)
        if message["type"] == "bye":
            break
        send(worker.answer(read_call(message)))
    if atexit._ncallbacks() == to_do_at_exit:
        os._exit(0)  # nobody has anything to finish: no need to take the interpreter apart
