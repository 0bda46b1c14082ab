"""One function of the caller's, called where it stands and judged in a process of its own.

What a test does to its own process, as patching ``np.abs``, reaches the function, as it should, and
never the judge.
"""

from __future__ import annotations

import base64
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import numpy as np

from ..conversation import Launch
from ..conversation.channel import failure
from ..conversation.session import Session
from ..errors import OptproofError, TargetError, UsageError, nearest
from ..judging.report import Report
from ..operations import OPERATIONS, SHORTER
from ..protocol import (
    Answer,
    Call,
    Chain,
    Hello,
    Json,
    Message,
    Output,
    Parts,
    Seen,
    dump_line,
    encode,
    load_line,
    read_call,
    read_reply,
)
from ..settings import baseline
from ..settings.config import Config, load
from ..worker.answering import Worker
from .check import check

_START = (
    "import sys; sys.path[:] = [p for p in sys.path if p]; "
    "from optproof.checking.function import judge; judge(*sys.argv[1:])"
)


def check_function(
    function: Callable[..., Any],
    operation: str | None = None,
    dtype: str = "float64",
    config: Path | None = None,
) -> Report:
    """Judge one function against all cases of an operation; `model` is trained for 200 epochs.

    The function gets copies of the arguments, its prints are kept off the terminal, and NumPy's
    global random state is put back after each call.

    Parameters
    ----------
    function : callable
        With the document's argument order and return order.
    operation : str, optional
        The document's name for what it does; by default the function's own name.
    dtype : str
        What it computes in.
    config : Path, optional
        An ``optproof.toml`` whose known deviations and variants hold.

    Raises
    ------
    UsageError
        If there is no such operation, or no case of it.
    """
    operation = operation or getattr(function, "__name__", "")
    if operation not in OPERATIONS:
        hint = nearest(str(operation), OPERATIONS) or f"known are: {', '.join(OPERATIONS)}"
        raise UsageError(f"no operation is called {operation!r}", hint)
    module = ModuleType("optproof.function")  # even the reference is judged
    setattr(module, operation, function)
    name = getattr(function, "__qualname__", operation)
    command = [sys.executable, "-c", _START, operation, name, dtype, str(config or "")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            return _serve(process, module)
        finally:
            process.kill()


def _serve(process: subprocess.Popen[bytes], module: ModuleType) -> Report:
    """Answer the calls of the judge until it sends its report."""
    assert process.stdin is not None
    assert process.stdout is not None
    outgoing = process.stdin

    def send(message: Message) -> None:
        outgoing.write(dump_line(message))
        outgoing.flush()

    worker = Worker(module, send, {})
    for line in process.stdout:
        message = load_line(line)
        if message["type"] == "report":
            report: Report = pickle.loads(base64.b64decode(message["pickle"]))
            return report
        if message["type"] == "failed":
            raise UsageError(message["what"], message.get("hint", ""))
        state = np.random.get_state()
        try:
            reply = worker.answer(read_call(message))
        finally:
            np.random.set_state(state)
        send(reply)
    raise TargetError("the process that judges has ended")


class Upstream:
    """The channel to whoever started this process; what runs there cannot be stopped from here."""

    def __init__(self, name: str, operation: str, dtype: str) -> None:
        self._hello = Hello(name, (operation,), dtype=dtype, accepts=SHORTER)
        self._incoming, self._outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)

    def hello(self) -> Hello:
        """Return what it implements."""
        return self._hello

    def send(self, line: bytes) -> None:
        """Send a line up."""
        self._outgoing.write(line)
        self._outgoing.flush()

    def call(
        self,
        operation: str,
        arguments: Json,
        timeout: float | None = None,
        on_output: Callable[[str], None] | None = None,
        on_seen: Callable[[Json], None] | None = None,
        chain: Chain | None = None,
        parts: Parts | None = None,
    ) -> Answer:
        """Have the function called."""
        self.send(
            dump_line(Call(0, operation, encode(arguments, use_base64=True), chain, parts or {}))
        )
        for line in self._incoming:
            reply = read_reply(load_line(line))
            if isinstance(reply, Answer):
                return reply
            if isinstance(reply, Output):
                if on_output:
                    on_output(reply.text)
            elif not isinstance(reply, Seen):
                raise failure(reply)
        raise SystemExit(1)  # nobody is there to hear a report

    def end(self, politely: bool = True) -> bool:
        """Nothing is to be ended."""
        return False


@dataclass(frozen=True)
class Judged(Message):
    """The report, for whoever asked."""

    type: ClassVar[str] = "report"
    pickle: str


@dataclass(frozen=True)
class Refused(Message):
    """It cannot be judged so."""

    type: ClassVar[str] = "failed"
    what: str
    hint: str = ""


def judge(operation: str, name: str, dtype: str, config: str) -> None:
    """Judge what is answered on stdin, and send the report; the other process is our own."""
    channel = Upstream(name, operation, dtype)
    session = Session(Launch(name, (), {}), timeout=0.0, channel=channel)
    session.greet()
    try:
        settings = load(Path(config)) if config and Path(config).exists() else Config()
        baseline.check_ids(settings)
        variants = settings.check.get("variants", ())
        report = check(session, only=(operation,), training="short", variants=variants)
        report = baseline.apply(report, settings.known, date.today())
        pickled = base64.b64encode(pickle.dumps(report)).decode("ascii")
        channel.send(dump_line(Judged(pickled)))
    except OptproofError as error:
        channel.send(dump_line(Refused(error.what, error.hint)))
