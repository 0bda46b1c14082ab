"""Any command whose process speaks the protocol (reference/PROTOCOL.md), in any language."""

from __future__ import annotations

import os
import shlex

from ..errors import UsageError, printable
from .launch import Launch, environment


def command_target(text: str) -> Launch:
    """Return how to start the command `text`, split as a shell would; no shell runs it.

    It starts in the current folder. ``env NAME=VALUE command`` sets a variable for it,
    ``sh -c '...'`` gives it a shell.

    Raises
    ------
    UsageError
        If the text is empty or a quotation in it is not closed.
    """
    try:
        command = tuple(shlex.split(text, posix=os.name == "posix"))
    except ValueError as error:
        raise UsageError(f"--exec {text!r}: {error}".lower(), "quote it as for a shell") from None
    if "\0" in text:
        raise UsageError("--exec has a NUL character in it", "take it out")
    if not command or not command[0]:
        raise UsageError("--exec is empty", "give the command that starts the implementation")
    return Launch(printable(text), command, environment(), is_port=True)
