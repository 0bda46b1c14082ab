"""The worker's own process: its channel, its memory, and its end with who started it."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
from typing import BinaryIO


def end_with(channel: int) -> None:
    """End this process, and its group where it leads one, once nobody reads `channel` any more.

    A thread waits for that, so that it also works during a call. A parent-death signal would not
    do: it comes when the *thread* that started the process ends. Where the system cannot wait for
    a pipe (Windows), and while an extension module holds the interpreter, nothing happens.
    """
    if hasattr(select, "poll"):
        threading.Thread(target=_wait, args=(channel,), daemon=True).start()


def _wait(channel: int) -> None:
    poll = select.poll()
    poll.register(channel, 0)  # errors are always told, and all that a file or a terminal has not
    while not any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll()):
        pass
    with contextlib.suppress(OSError):
        if os.getpgid(0) == os.getpid():
            os.killpg(0, signal.SIGKILL)
    os._exit(1)


def limit_memory(gibibytes: float) -> None:
    """Bound the memory that the implementation can allocate (where the system can)."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (int(gibibytes * 2**30),) * 2)


def take_channel() -> tuple[BinaryIO, BinaryIO]:
    """Keep stdin and stdout for the conversation; give the implementation none of them."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb", 2**20), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    return incoming, outgoing
