"""Our side of the nursery: workers that are forked, each for one submission, in its folder."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from ..conversation.forked import pipes
from ..conversation.launch import Launch, Started, environment
from ..errors import TargetError
from .nursery import MOST

_START = (
    "import sys; sys.path[:] = [p for p in sys.path if p]; "
    "from optproof.grading.nursery import main; main()"
)
#: To import NumPy, and what else is asked for.
TO_START = 120.0
#: Where descriptors cannot be sent, or a fork is not safe, each worker is started anew.
CAN_FORK = sys.platform == "linux" and hasattr(socket, "send_fds")


class Forked:
    """A worker that the nursery has forked; what a conversation needs of a ``Popen``."""

    def __init__(self, nursery: Nursery, pid: int, pipes: Sequence[IO[bytes]]) -> None:
        self.pid = pid
        self.stdin: IO[bytes] | None
        self.stdout: IO[bytes] | None
        self.stderr: IO[bytes] | None
        self.stdin, self.stdout, self.stderr = pipes
        self._nursery = nursery

    def poll(self) -> int | None:
        return self._nursery.ended(self.pid)

    def wait(self, timeout: float | None = None) -> int:
        code = self._nursery.ended(self.pid, timeout=timeout)
        if code is None:
            raise subprocess.TimeoutExpired("worker", timeout or 0.0)
        return code

    def kill(self) -> None:
        with contextlib.suppress(OSError):
            os.kill(self.pid, signal.SIGKILL)


class Nursery:
    """A process that forks workers; it is started again when a submission has ended it.

    Parameters
    ----------
    preload : sequence of str
        Modules that it imports beside NumPy.
    """

    def __init__(self, preload: Sequence[str] = ()) -> None:
        self._preload = tuple(preload)
        self._lock = threading.RLock()
        self._ended: dict[int, int] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self.deaths = 0

    def start(self, launch: Launch, folder: Path, guard: dict[str, Any]) -> Started:
        """Fork a worker for a launch of ``python_target``.

        Raises
        ------
        TargetError
            If that cannot be done.
        """
        with self._lock:
            for _ in range(2):
                if self._process is None:
                    self._begin()
                ours, theirs = pipes()
                request = {
                    "do": "start",
                    "arguments": launch.command[3:],
                    "folder": str(folder),
                    "guard": guard,
                }
                try:
                    pid = self._ask(json.dumps(request).encode(), "pid", theirs)
                    return Forked(self, pid, ours)
                except (OSError, EOFError):
                    for pipe in ours:
                        pipe.close()
                    self._lost()
                finally:
                    for descriptor in theirs:
                        os.close(descriptor)
        raise TargetError("no process could be forked for it")

    def clear(self) -> None:
        """End whatever the last submission has left running, in its group or not."""
        with self._lock:
            if self._process is None:
                return
            try:
                self._ask(b'{"do": "end"}', "ended")
            except (OSError, EOFError):
                self._lost()
            self._ended.clear()

    def ended(self, pid: int, timeout: float | None = 0.0) -> int | None:
        """Return the exit code of a worker once it has ended; None after `timeout`."""
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            with self._lock:
                if pid not in self._ended and self._channel is None:
                    self._ended[pid] = -signal.SIGKILL  # nobody can say
                if pid in self._ended:
                    return self._ended[pid]
                try:
                    self._listen(0.02 if until is None or timeout else 0.0)
                except (OSError, EOFError):
                    self._lost()
                    continue
            if until is not None and time.monotonic() >= until:
                return None

    def close(self) -> None:
        """End the nursery, and all that it has forked."""
        with self._lock:
            if self._process is not None:
                assert self._channel
                self._channel.close()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(timeout=5.0)
                self._lost(counts=False)

    def _begin(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        surroundings = {**environment(), "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _START, *self._preload],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=surroundings,
                start_new_session=True,
            )
        self._channel = ours
        try:
            self._answer("ready", TO_START)
        except (OSError, EOFError):
            self._lost(counts=False)
            hint = "python -c 'import optproof.grading.nursery' in a shell says why"
            raise TargetError("the process that forks the workers does not start", hint) from None

    def _ask(self, request: bytes, key: str, descriptors: Sequence[int] = ()) -> int:
        assert self._channel
        if len(request) > MOST:
            raise TargetError("its arguments and the environment are too long to be handed on")
        socket.send_fds(self._channel, [request], list(descriptors))
        return self._answer(key, TO_START)

    def _answer(self, key: str, seconds: float) -> int:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            message = self._listen(1.0)
            if message and key in message and "code" not in message:
                return int(message[key])
        raise EOFError

    def _listen(self, seconds: float) -> dict[str, Any]:
        """Return the next message, and note which worker has ended."""
        assert self._channel
        if not select.select([self._channel], [], [], seconds)[0]:
            return {}
        data = self._channel.recv(MOST)
        if not data:
            raise EOFError
        message: dict[str, Any] = json.loads(data)
        if "code" in message:
            self._ended[message["ended"]] = message["code"]
        return message

    def _lost(self, counts: bool = True) -> None:
        process, self._process = self._process, None
        if self._channel:
            self._channel.close()
            self._channel = None
        if process:
            process.kill()
            process.wait()
            self.deaths += counts
