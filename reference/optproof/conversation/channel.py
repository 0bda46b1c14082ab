"""What a session is held over: a process, or a function of the caller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .. import messages
from ..errors import CallError, Malformed, NotSolved, Raised, Unsupported
from ..messages import Answer, Hello, Json, Reply


class Channel(Protocol):
    """One implementation that answers; :class:`.Conversation` is the channel to a process."""

    def hello(self) -> Hello:
        """Return its first message."""

    def call(
        self,
        operation: str,
        arguments: Json,
        timeout: float | None = None,
        on_output: Callable[[str], None] | None = None,
        on_seen: Callable[[Json], None] | None = None,
    ) -> Answer:
        """Return the result of one operation, or raise a `CallError`."""

    def end(self, politely: bool = True) -> bool:
        """End it; return whether it said something that nothing asked for."""


def failure(reply: Reply) -> CallError:
    """Return the error that a reply stands for which is no result."""
    if isinstance(reply, messages.Unsupported):
        return (Unsupported if reply.solved else NotSolved)(reply.reason)
    assert isinstance(reply, messages.Error)
    return (Malformed if reply.kind == "malformed" else Raised)(reply.message, reply.hint)
