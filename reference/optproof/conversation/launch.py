"""What to start, and in which environment."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any, Protocol

from ..errors import TargetError
from ..operations import ONE_THREAD

#: What Linux allows without privilege: large lines take fewer turns.
PIPE_SIZE = 2**20


class Started(Protocol):
    """What a conversation needs of the process that it is held with: as of a ``Popen``."""

    stdin: IO[bytes] | None
    stdout: IO[bytes] | None
    stderr: IO[bytes] | None
    pid: int

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def kill(self) -> None: ...


def start_process(launch: Launch) -> Started:
    """Start the command, as the leader of a process group of its own.

    Raises
    ------
    TargetError
        If it cannot be started.
    """
    try:
        return subprocess.Popen(
            launch.command,
            pipesize=PIPE_SIZE,
            bufsize=0,  # a buffered pipe cannot be closed while a thread still writes to it
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=launch.environment,
            start_new_session=True,
        )
    except OSError as error:
        hint = "is it installed, and on PATH?" if isinstance(error, FileNotFoundError) else ""
        what = f"{launch.command[0]} cannot be started ({error.strerror})"
        raise TargetError(what, hint) from None


@dataclass(frozen=True)
class Launch:
    """How to start an implementation.

    Parameters
    ----------
    name : str
        For the report.
    command : tuple of str
    environment : dict of str
    pinned : dict
        What holds whatever its hello says: ``dtype``, ``variants``.
    is_port : bool
        Whether its own code speaks the protocol, and not a worker of ours.
    start : callable
        Starts it: a process of its own, by default.
    """

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    pinned: dict[str, Any] = field(default_factory=dict)
    is_port: bool = False
    start: Callable[[Launch], Started] = start_process


class Ahead:
    """Starts an implementation before it is asked for, while the imports of this process go on.

    What cannot be started is told when it is asked for.

    Parameters
    ----------
    launch : Launch
    begin : callable, optional
        Starts the first; by default the launch does.
    """

    def __init__(self, launch: Launch, begin: Callable[[Launch], Started] | None = None) -> None:
        self._start = launch.start
        self._started: Started | None = None
        with contextlib.suppress(TargetError):
            self._started = (begin or launch.start)(launch)

    def __call__(self, launch: Launch) -> Started:
        """Return the process that is there; a new one, if that has been given away."""
        started, self._started = self._started, None
        return started or self._start(launch)

    def end(self) -> None:
        """End the process, if nobody has asked for it."""
        if started := self._started:
            end_group(started)
            for pipe in (started.stdin, started.stdout, started.stderr):
                if pipe:
                    pipe.close()


def end_group(process: Started) -> None:
    """End a process with every process in its group, and wait until it has."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def environment() -> dict[str, str]:
    """Return the environment of an implementation: this one, with what makes runs alike."""
    return {
        **ONE_THREAD,
        "MPLBACKEND": "Agg",
        "PYTHONIOENCODING": "utf-8",
        **os.environ,
    }
