"""The lines that come out of a pipe, each waited for no longer than is said."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from typing import IO

#: So much is read at once: as much as a pipe is made to hold.
_PIECE = 2**20


class TooLate(Exception):
    """No line came in time."""


class Lines:
    """Reads lines from a pipe; no thread reads ahead, so that who floods it has to wait.

    Parameters
    ----------
    stream : binary stream
        Unbuffered; it is closed by :meth:`close`.
    longest : int
        A line is cut off here.
    """

    def __init__(self, stream: IO[bytes], longest: int) -> None:
        self._stream = stream
        self._longest = longest
        self._rest = bytearray()
        self._seen = 0  # so much of the rest holds no line feed
        self._lock = threading.Lock()  # held while the pipe is used
        self._is_open = True
        self._poll = select.poll()
        self._poll.register(stream, select.POLLIN)

    def next(self, seconds: float) -> bytes:
        """Return the next line; what is left at the end, and then nothing, over and over.

        Raises
        ------
        TooLate
            If none is complete after so many seconds.
        """
        until = time.monotonic() + seconds
        while (end := self._rest.find(b"\n", self._seen)) < 0 and len(self._rest) < self._longest:
            self._seen = len(self._rest)
            piece = self._read(until)
            if not piece:
                end = self._seen - 1
                break
            self._rest += piece
        size = min(end + 1 or len(self._rest), self._longest)
        line = bytes(self._rest[:size])
        del self._rest[:size]
        self._seen = 0
        return line

    def _read(self, until: float) -> bytes:
        """Return what the pipe holds, once it holds something; nothing at its end."""
        with self._lock:
            if not self._is_open:
                return b""
            if not self._poll.poll(max(0.0, 1000 * (until - time.monotonic()))):
                raise TooLate
            with contextlib.suppress(OSError):
                return os.read(self._stream.fileno(), _PIECE)
            return b""

    def close(self) -> None:
        """Close the pipe, unless another thread waits at it: then that one finds the end."""
        if self._lock.acquire(timeout=0.5):
            self._is_open = False
            self._stream.close()
            self._lock.release()
