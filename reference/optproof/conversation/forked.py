"""The first worker of a command, forked from it: it need not import again what both import.

It becomes what a new interpreter would be: its own session, streams, ``sys.argv``, ``sys.path`` and
``__main__``, no exit handlers, no open file. Where that would not do, a new one is started.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import os
import signal
import subprocess
import sys
import time
import types
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, NoReturn

from .launch import PIPE_SIZE, Launch, Started
from .python import is_python

_F_SETPIPE_SZ = 1031
_THRESHOLDS = (700, 10, 10)  # Python's own
_kept: list[object] = []


class Forked:
    """A child of this process; what a conversation needs of a ``Popen``."""

    def __init__(self, pid: int, pipes: Sequence[IO[bytes]]) -> None:
        self.pid = pid
        self.stdin: IO[bytes] | None
        self.stdout: IO[bytes] | None
        self.stderr: IO[bytes] | None
        self.stdin, self.stdout, self.stderr = pipes
        self._code: int | None = None

    def poll(self) -> int | None:
        """Return its exit code, if it has ended."""
        return self._reap(os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit code once it has ended."""
        until, pause = time.monotonic() + (timeout or 0.0), 0.0005
        while (code := self._reap(os.WNOHANG if timeout is not None else 0)) is None:
            if time.monotonic() >= until:
                raise subprocess.TimeoutExpired("worker", timeout or 0.0)
            time.sleep(pause)
            pause = min(2 * pause, 0.05)
        return code

    def kill(self) -> None:
        """End it."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def _reap(self, how: int) -> int | None:
        if self._code is None:
            try:
                pid, status = os.waitpid(self.pid, how)
            except ChildProcessError:  # somebody else has
                pid, status = self.pid, 0
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code


def begin(launch: Launch) -> Started:
    """Fork what is a Python worker, where that is as good as a new process; else start that.

    Raises
    ------
    TargetError
        If it cannot be started.
    """
    if sys.platform != "linux" or not is_python(launch) or _is_hidden(launch.command[3]):
        return launch.start(launch)
    _ = importlib.import_module("numpy").ndarray  # which really imports it
    for module in ("protocol.messages", "worker.process"):
        importlib.import_module(f"optproof.{module}")
    if len(os.listdir("/proc/self/task")) > 1:  # a fork takes one thread along
        return launch.start(launch)
    return _fork(launch)


def _is_hidden(target: str) -> bool:
    """Whether a file near the target has the name of a module that is imported here already.

    A new interpreter may not have it yet, and find the file.
    """
    here = Path(target).resolve()
    names = {path.stem for path in (here, *here.parents)}
    for folder in {Path.cwd(), *here.parents[:3]}:
        with contextlib.suppress(OSError):
            for entry in os.listdir(folder):
                name, dot, _ = entry.partition(".")
                # A folder hides nothing unless it is a package.
                if name in sys.modules and (dot or (folder / name / "__init__.py").exists()):
                    names.add(name)
    return any(name in sys.modules for name in names - {"optproof"})


def _fork(launch: Launch) -> Forked:
    ours, theirs = pipes()
    begun, begins = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    gc.freeze()  # else the first collection of either copies every page
    pid = os.fork()
    if pid == 0:
        _become_worker(launch, theirs)
    gc.unfreeze()
    for descriptor in (*theirs, begins):
        os.close(descriptor)
    os.read(begun, 1)  # until it leads a group, which may have to be ended
    os.close(begun)
    return Forked(pid, ours)


def _become_worker(launch: Launch, descriptors: Sequence[int]) -> NoReturn:
    """Turn into a worker, and never come back."""
    code = 1
    try:
        os.setsid()
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
        _be_new(launch)
        importlib.import_module("optproof.worker.serve").main()
        atexit._run_exitfuncs()
        code = 0
    except SystemExit as exit:
        code = exit.code if isinstance(exit.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _be_new(launch: Launch) -> None:
    """Look as a new interpreter does, to what is going to be imported."""
    os.environ.update(launch.environment)
    gc.set_threshold(*_THRESHOLDS)
    atexit._clear()
    _kept.extend((sys.stdin, sys.stdout, sys.stderr, sys.modules["__main__"]))
    how: dict[str, Any] = {"encoding": "utf-8", "closefd": False}
    sys.stdin, sys.stdout = open(0, **how), open(1, "w", **how)
    sys.stderr = open(2, "w", errors="backslashreplace", buffering=1, **how)
    vars(sys).update(__stdin__=sys.stdin, __stdout__=sys.stdout, __stderr__=sys.stderr)
    script = os.path.dirname(os.path.realpath(sys.argv[0]))
    sys.path[:] = [p for p in sys.path if p and p != script]
    sys.argv = ["-c", *launch.command[3:]]
    sys.modules["__main__"] = types.ModuleType("__main__")


def pipes() -> tuple[list[IO[bytes]], list[int]]:
    """Return our ends of a process's stdin, stdout and stderr, and its own."""
    (their_in, our_in), (our_out, their_out), (our_err, their_err) = (os.pipe() for _ in range(3))
    with contextlib.suppress(ImportError, OSError):
        import fcntl

        for descriptor in (our_in, our_out):
            fcntl.fcntl(descriptor, _F_SETPIPE_SZ, PIPE_SIZE)
    ours = [(our_in, "wb"), (our_out, "rb"), (our_err, "rb")]
    return [os.fdopen(number, how, 0) for number, how in ours], [their_in, their_out, their_err]
