"""A conversation that outlives the processes it is held with."""

from __future__ import annotations

from typing import Any

from .errors import CallError
from .targets import Conversation, Launch

ENDS_THE_PROCESS = ("timeout", "crash", "protocol")


class Session:
    """A conversation that is started again when it breaks, except for what broke it."""

    def __init__(self, launch: Launch, timeout: float) -> None:
        self.launch = launch
        self.timeout = timeout
        self.broken: dict[str, str] = {}  # operation -> the case that ended the process
        self._conversation: Conversation | None = Conversation(launch, timeout)
        self.greeting: dict[str, Any] = {}

    def greet(self) -> dict[str, Any]:
        """Wait for the hello; once."""
        if not self.greeting:
            assert self._conversation is not None
            self.greeting = self._conversation.hello()
        return self.greeting

    def call(self, operation: str, case_id: str, arguments: Any, **how: Any) -> dict[str, Any]:
        """Call, in a new process where the last one ended."""
        if self._conversation is None:
            self._conversation = Conversation(self.launch, self.timeout)
            self._conversation.hello()
        try:
            return self._conversation.call(operation, arguments, **how)
        except CallError as error:
            if error.kind in ENDS_THE_PROCESS:
                self.broken[operation] = case_id
                self.end()
            raise

    def end(self, politely: bool = True) -> None:
        """End the process, if there is one."""
        if self._conversation is not None:
            self._conversation.end(politely)
            self._conversation = None
