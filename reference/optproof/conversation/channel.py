"""What a session is held over: a process, or a function of the caller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .. import protocol
from ..errors import CallError, Malformed, NotMade, NotSolved, Raised, Unsupported
from ..protocol import Answer, Chain, Hello, Json, Parts, Reply


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
        chain: Chain | None = None,
        parts: Parts | None = None,
    ) -> Answer:
        """Return the result of one operation, or raise a `CallError`."""

    def end(self, politely: bool = True) -> bool:
        """End it; return whether it said something that nothing asked for."""


def failure(reply: Reply) -> CallError:
    """Return the error that a reply stands for which is no result."""
    if isinstance(reply, protocol.Unsupported):
        return (Unsupported if reply.solved else NotSolved)(reply.reason)
    assert isinstance(reply, protocol.Error)
    kinds: dict[str, type[CallError]] = {"malformed": Malformed, "recipe": NotMade}
    return kinds.get(reply.kind, Raised)(reply.message, reply.hint)
