"""Their side: a process that has imported NumPy, and forks a worker for each submission.

It knows nothing of expected values: only what a worker knows. It is asked on a socket, a JSON
object a message; the worker's stdin, stdout and stderr come along as descriptors.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
import json
import os
import random
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from .guard import guard

#: ``prctl``: what a worker leaves behind becomes a child of this process, which ends it.
_SUBREAPER = 36
MOST = 2**16


def main() -> None:
    """Answer on the socket that is descriptor 0, until it closes. Arguments: modules to import."""
    asked = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    importlib.import_module("optproof.worker.serve")
    for name in sys.argv[1:]:
        with contextlib.suppress(BaseException):
            importlib.import_module(name)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0)
    gc.collect()
    gc.freeze()
    wake, woken = socket.socketpair()
    wake.setblocking(False)
    woken.setblocking(False)
    signal.set_wakeup_fd(woken.fileno())
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    _say(asked, ready=os.getpid())
    _serve(asked, wake)


def _serve(asked: socket.socket, wake: socket.socket) -> None:
    import select

    children: set[int] = set()
    while True:
        ready, _, _ = select.select([asked, wake], [], [])
        with contextlib.suppress(BlockingIOError):
            wake.recv(MOST)
        _reap(asked, children)
        if asked not in ready:
            continue
        try:
            data, descriptors, _, _ = socket.recv_fds(asked, MOST, 3)
        except OSError:
            data, descriptors = b"", []
        if not data:
            _end_all()
            return
        request = json.loads(data)
        if request["do"] == "end":
            _end_all()
            children.clear()
            _say(asked, ended=True)
            continue
        pid = os.fork()
        if pid == 0:
            _become_worker(request, descriptors, (asked, wake))
        children.add(pid)
        for descriptor in descriptors:
            os.close(descriptor)
        _say(asked, pid=pid)


def _say(channel: socket.socket, **message: Any) -> None:
    with contextlib.suppress(OSError):
        channel.send(json.dumps(message).encode())


def _reap(asked: socket.socket, children: set[int]) -> None:
    """Tell of every worker that has ended; what else has ended is only cleared away."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            if pid in children:
                children.discard(pid)
                _say(asked, ended=pid, code=os.waitstatus_to_exitcode(status))


def _end_all() -> None:
    """End every process below this one, those that have left their group among them."""
    for _ in range(1000):
        below = list(_children())
        if not below:
            return
        for pid in below:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, 0)  # then its own children are ours


def _children() -> Iterator[int]:
    """Yield the children of this process."""
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc"):
            if name.isdecimal():
                with contextlib.suppress(OSError, IndexError, ValueError):
                    text = Path(f"/proc/{name}/stat").read_text(errors="replace")
                    if int(text.rpartition(")")[2].split()[1]) == os.getpid():
                        yield int(name)


def _become_worker(
    request: dict[str, Any], descriptors: list[int], ours: tuple[socket.socket, ...]
) -> NoReturn:
    """Turn into a worker, and never come back."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
        for descriptor in descriptors:
            os.close(descriptor)
        for channel in ours:
            channel.close()
        os.chdir(request["folder"])
        work(request["arguments"], request["guard"])
        atexit._run_exitfuncs()
        code = 0
    except SystemExit as exit:
        code = exit.code if isinstance(exit.code, int) else 1
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.write(2, f"{type(error).__name__}: {error}\n".encode("utf-8", "replace"))
    finally:
        os._exit(code)


def work(arguments: list[str], limits: dict[str, Any]) -> None:
    """Be the worker of a submission, within limits; its numbers are drawn from fixed seeds."""
    from ..worker.serve import main as serve

    sys.argv = ["optproof", *arguments]
    random.seed(0)
    np.random.seed(0)
    guard(**limits)
    serve()


def confined() -> None:
    """Be the worker of a submission in a process of its own. Arguments: the limits, its own."""
    work(sys.argv[2:], json.loads(sys.argv[1]))


if __name__ == "__main__":
    main()
