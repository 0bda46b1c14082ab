"""The conversation with an implementation in another process, with a time limit on every answer."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from typing import Any

from ..errors import CallError, TargetError
from ..protocol import PROTOCOL, MalformedMessage, dump_line, encode, load_line
from .python import Launch

#: A line longer than this is not an answer: the largest documented one has 20 MB.
LONGEST_LINE = 64 * 2**20

#: A longer line is written by a thread: the pipe itself may hold no more.
PIPE_HOLDS = 32 * 2**10

Message = dict[str, Any]


class Conversation:
    """One process and the messages to and from it; a context manager that always ends it.

    Parameters
    ----------
    launch : Launch
        What to start. It starts at once; :meth:`hello` waits until it is ready.
    timeout : float
        Seconds to wait for each answer.
    """

    def __init__(self, launch: Launch, timeout: float) -> None:
        self.launch = launch
        self.timeout = timeout
        self._next_id = 0
        self._use_base64 = False
        self._lines: queue.Queue[bytes | None] = queue.Queue(maxsize=1000)
        self._stderr = tempfile.TemporaryFile()
        try:
            self._process = subprocess.Popen(
                launch.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                env=launch.environment,
                start_new_session=True,
            )
        except OSError as error:
            raise TargetError(f"{launch.name}: cannot be started ({error.strerror})") from None
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Conversation:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        with contextlib.suppress(OSError, ValueError):
            while line := stream.readline(LONGEST_LINE):
                self._lines.put(line)
        self._lines.put(None)

    def hello(self) -> Message:
        """Wait for the first message and return it.

        Raises
        ------
        TargetError
            If the implementation cannot be loaded, takes too long, or speaks another protocol.
        """
        name = self.launch.name
        try:
            message = self._receive(self.timeout)
        except CallError as error:
            advice = (
                "does its import train, or wait for something?" if error.kind == "timeout" else ""
            )
            raise TargetError(f"{name}: not ready: {error.what}", error.hint or advice) from None
        if message["type"] == "fatal":
            raise TargetError(f"cannot be imported: {message['message']}")
        if message["type"] != "hello" or message.get("protocol") != PROTOCOL:
            raise TargetError(f"{name}: its first message is not a hello of protocol {PROTOCOL}")
        self._use_base64 = "base64" in message.get("encodings", ())
        return message

    def call(
        self,
        operation: str,
        arguments: Message,
        timeout: float | None = None,
        on_output: Callable[[str], None] | None = None,
        on_seen: Callable[[Message], None] | None = None,
    ) -> Message:
        """Ask for one operation and return the ``result`` message.

        Raises
        ------
        CallError
            If what comes back is no result, comes too late, or the process ends.
        """
        self._next_id += 1
        seconds = timeout or self.timeout
        deadline = time.monotonic() + seconds
        arguments = encode(arguments, self._use_base64)
        message = {
            "type": "call",
            "id": self._next_id,
            "operation": operation,
            "arguments": arguments,
        }
        self._send(message)
        while True:
            answer = self._receive(seconds, deadline)
            if answer.get("id") != self._next_id:
                raise CallError("protocol", f"an answer to call {answer.get('id')!r}, not asked")
            kind = answer["type"]
            if kind == "output":
                if on_output:
                    on_output(str(answer.get("text", "")))
            elif kind == "seen":
                if on_seen:
                    on_seen(answer)
            elif kind == "result":
                return answer
            elif kind == "unsupported":
                raise CallError("unsupported", str(answer.get("reason", "not implemented")))
            elif kind == "error":
                raise CallError(str(answer.get("kind", "exception")), str(answer.get("message")))
            else:
                raise CallError("protocol", f"a message of type {kind!r} in place of an answer")

    def _send(self, message: Message) -> None:
        line = dump_line(message)
        if len(line) < PIPE_HOLDS:
            self._write(line)
        else:  # would block for as long as the other side does not read
            threading.Thread(target=self._write, args=(line,), daemon=True).start()

    def _write(self, line: bytes) -> None:
        stream = self._process.stdin
        assert stream is not None
        # If the process has ended, the reading side finds out, and says how.
        with contextlib.suppress(OSError, ValueError):
            stream.write(line)
            stream.flush()

    def _receive(self, seconds: float, deadline: float | None = None) -> Message:
        """Return the next message; `seconds` is the limit, `deadline` when it began earlier."""
        remaining = seconds if deadline is None else deadline - time.monotonic()
        try:
            line = self._lines.get(timeout=max(0.0, remaining))
        except queue.Empty:
            self.end(politely=False)
            what = f"no answer within {seconds:g} s; it was stopped"
            raise CallError("timeout", what, "is it stuck? --timeout allows longer") from None
        if line is None:
            raise self._ended()
        try:
            return load_line(line)
        except MalformedMessage as error:
            self.end(politely=False)
            raise CallError("protocol", f"it sent {error}") from None

    def _ended(self) -> CallError:
        """Say how the process ended, with the last line that it wrote to stderr."""
        try:
            code = self._process.wait(timeout=0.5)
            how = f"exit code {code}" if code >= 0 else f"killed by {_signal_name(-code)}"
            what = f"its process ended ({how})"
        except subprocess.TimeoutExpired:
            what = "it closed its output and went on; it was stopped"
        self.end(politely=False)
        self._stderr.seek(0)
        tail = self._stderr.read()[-2000:].decode("utf-8", "replace").strip().splitlines()
        return CallError("crash", what, f"its last words: {tail[-1]}" if tail else "")

    def end(self, politely: bool = True) -> None:
        """End the process and every process that it started; safe to call again."""
        process = self._process
        if process.stdin and not process.stdin.closed:
            with contextlib.suppress(OSError):
                if politely and process.poll() is None:
                    process.stdin.write(dump_line({"type": "bye"}))
            with contextlib.suppress(OSError):
                process.stdin.close()
        if politely:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=1.0)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
