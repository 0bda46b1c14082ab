"""The channel to a function of the caller's own process."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from ..operations import SHORTER
from ..protocol import Answer, Call, Chain, Hello, Json, Message, Output, Parts, encode
from ..worker.answering import Worker
from .channel import failure
from .launch import Launch
from .session import Session


class Function:
    """A channel without a process: it calls the function as the worker does.

    The function gets copies of the arguments, its prints are kept off the terminal, and NumPy's
    global random state is put back after each call.
    """

    def __init__(self, operation: str, function: Callable[..., Any], dtype: str) -> None:
        module = ModuleType("optproof.function")  # even the reference is judged
        setattr(module, operation, function)
        self.name = getattr(function, "__qualname__", operation)
        self._worker = Worker(module, self._receive, {})
        own_name = getattr(function, "__name__", "") == operation
        defaults = self._worker.defaults() if own_name else {}
        self._hello = Hello(
            self.name, (operation,), dtype=dtype, defaults=defaults, accepts=SHORTER
        )
        self._on_output: Callable[[str], None] | None = None

    def _receive(self, message: Message) -> None:
        if self._on_output and isinstance(message, Output):
            self._on_output(message.text)

    def hello(self) -> Hello:
        """Return what it implements."""
        return self._hello

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
        """Call the function; what runs here cannot be stopped from here."""
        self._on_output = on_output
        state = np.random.get_state()
        try:
            reply = self._worker.answer(Call(0, operation, encode(arguments), chain, parts or {}))
        finally:
            np.random.set_state(state)
        if not isinstance(reply, Answer):
            raise failure(reply)
        return reply

    def end(self, politely: bool = True) -> bool:
        """Nothing is to be ended."""
        return False


def function_session(operation: str, function: Callable[..., Any], dtype: str) -> Session:
    """Return a session with a function, greeted."""
    channel = Function(operation, function, dtype)
    session = Session(Launch(channel.name, (), {}), timeout=0.0, channel=channel)
    session.greet()
    return session
