"""One function of the caller's, checked in the caller's own process; for use inside tests."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from ..conversation import Launch
from ..conversation.session import Session
from ..errors import CallError, UsageError
from ..judging.report import Report
from ..operations import OPERATIONS
from ..protocol import PROTOCOL, check_hello, encode
from ..worker.serve import Worker
from .check import check


class InProcess(Session):
    """A session without a process: it calls the function as the worker does.

    The function gets copies of the arguments, its prints are kept off the terminal, and NumPy's
    global random state is put back after each call.
    """

    def __init__(self, operation: str, function: Callable[..., Any], dtype: str) -> None:
        self.launch = Launch(getattr(function, "__qualname__", operation), (), {})
        self.broken, self.unasked, self._conversation = {}, False, None
        self.adapted = {}
        self.timeout = 0.0  # what runs here cannot be stopped from here
        module = ModuleType("optproof.function")  # even the reference is judged
        setattr(module, operation, function)
        self._worker = Worker(module, self._receive, {})
        hello = {"type": "hello", "protocol": PROTOCOL, "name": self.launch.name}
        told = {"operations": [operation], "dtype": dtype, "arguments": self._worker.arguments()}
        self.greeting = check_hello({**hello, **told})
        self._on_output: Callable[[str], None] | None = None

    def _receive(self, message: dict[str, Any]) -> None:
        if self._on_output:
            self._on_output(message["text"])

    def call(self, operation: str, case_id: str, arguments: Any, **how: Any) -> dict[str, Any]:
        """Call the function."""
        self._on_output = how.get("on_output")
        state = np.random.get_state()
        try:
            answer = self._worker.answer(
                {"id": 0, "operation": operation, "arguments": encode(arguments)}
            )
        finally:
            np.random.set_state(state)
        if answer["type"] == "unsupported":
            raise CallError("unsupported", answer["reason"])
        if answer["type"] != "result":
            raise CallError(answer["kind"], answer["message"])
        return answer


def check_function(
    function: Callable[..., Any], operation: str | None = None, dtype: str = "float64"
) -> Report:
    """Judge one function against all cases of an operation; `model` is trained for 200 epochs.

    Parameters
    ----------
    function : callable
        With the document's argument order and return order.
    operation : str, optional
        The document's name for what it does; by default the function's own name.
    dtype : str
        What it computes in.

    Raises
    ------
    UsageError
        If there is no such operation, or no case of it.
    """
    operation = operation or getattr(function, "__name__", "")
    if operation not in OPERATIONS:
        known = ", ".join(OPERATIONS)
        raise UsageError(f"no operation is called {operation!r}", f"known are: {known}")
    return check(InProcess(operation, function, dtype), only=(operation,), training="short")
