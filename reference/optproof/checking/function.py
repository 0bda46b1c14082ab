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
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ..conversation import Launch
from ..conversation.process import failure
from ..conversation.session import Session
from ..errors import OptproofError, TargetError, UsageError
from ..judging.report import Report
from ..operations import OPERATIONS
from ..protocol import PROTOCOL, check_hello, check_result, dump_line, encode, load_line
from ..settings import baseline
from ..settings.config import Config, load
from ..worker.serve import Worker
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
        known = ", ".join(OPERATIONS)
        raise UsageError(f"no operation is called {operation!r}", f"known are: {known}")
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

    def send(message: dict[str, Any]) -> None:
        outgoing.write(dump_line(message))
        outgoing.flush()

    worker = Worker(module, send, {})
    for line in process.stdout:
        message = load_line(line)
        if message["type"] == "report":
            report: Report = pickle.loads(base64.b64decode(message["pickle"]))
            return report
        if message["type"] == "failed":
            raise UsageError(message["what"], message["hint"])
        state = np.random.get_state()
        try:
            answer = worker.answer(message)
        finally:
            np.random.set_state(state)
        send({**answer, "id": message["id"]})
    raise TargetError("the process that judges has ended")


class Upstream(Session):
    """A session with whoever started this process."""

    def __init__(self, name: str, operation: str, dtype: str) -> None:
        self.launch = Launch(name, (), {})
        self.broken, self.unasked, self._conversation = {}, False, None
        self.adapted = {}
        self.timeout = 0.0  # what runs there cannot be stopped from here
        hello = {"type": "hello", "protocol": PROTOCOL, "name": name}
        self.greeting = check_hello({**hello, "operations": [operation], "dtype": dtype})
        self._incoming, self._outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)

    def send(self, message: dict[str, Any]) -> None:
        """Send a message up."""
        self._outgoing.write(dump_line(message))
        self._outgoing.flush()

    def call(self, operation: str, case_id: str, arguments: Any, **how: Any) -> dict[str, Any]:
        """Have the function called."""
        encoded = encode(arguments, use_base64=True)
        self.send({"type": "call", "id": 0, "operation": operation, "arguments": encoded})
        for line in self._incoming:
            answer = load_line(line)
            if answer["type"] == "result":
                return check_result(answer)
            if answer["type"] != "output":
                raise failure(answer)
            if on_output := how.get("on_output"):
                on_output(answer["text"])
        raise SystemExit(1)  # nobody is there to hear a report


def judge(operation: str, name: str, dtype: str, config: str) -> None:
    """Judge what is answered on stdin, and send the report; the other process is our own."""
    session = Upstream(name, operation, dtype)
    try:
        settings = load(Path(config)) if config and Path(config).exists() else Config()
        baseline.check_ids(settings)
        variants = settings.check.get("variants", ())
        report = check(session, only=(operation,), training="short", variants=variants)
        report = baseline.apply(report, settings.known, date.today())
        pickled = base64.b64encode(pickle.dumps(report)).decode("ascii")
        session.send({"type": "report", "pickle": pickled})
    except OptproofError as error:
        session.send({"type": "failed", "what": error.what, "hint": error.hint})
