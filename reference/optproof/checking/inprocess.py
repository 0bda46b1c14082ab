"""A session without a process, for functions of our own."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from ..conversation import Launch
from ..conversation.process import failure
from ..conversation.session import Session
from ..protocol import PROTOCOL, check_hello, encode
from ..worker.serve import Worker


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
        hello = {"type": "hello", "protocol": PROTOCOL, "name": self.launch.name}
        module = ModuleType("optproof.function")  # even the reference is judged
        setattr(module, operation, function)
        self._worker = Worker(module, self._receive, {})
        own_name = getattr(function, "__name__", "") == operation
        defaults = self._worker.defaults() if own_name else {}
        self.greeting = check_hello(
            {**hello, "operations": [operation], "dtype": dtype, "defaults": defaults}
        )
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
        if answer["type"] != "result":
            raise failure(answer)
        return answer
