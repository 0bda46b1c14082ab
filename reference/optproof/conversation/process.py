"""The conversation with an implementation in another process, with a time limit on every answer."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import threading
from collections.abc import Callable

from ..errors import Broken, CallError, Stray, TargetError, TimedOut
from ..protocol import (
    Answer,
    Bye,
    Call,
    Chain,
    Hello,
    Json,
    MalformedMessage,
    Message,
    Output,
    Parts,
    Seen,
    dump_line,
    encode,
    load_line,
    read_hello,
    read_reply,
    shown,
    tidy,
)
from .channel import failure
from .clock import POLL, Clock
from .last_words import useful
from .launch import Launch, end_group
from .lines import Lines, TooLate

#: A line longer than this is not an answer: the largest documented one has 20 MB.
LONGEST_LINE = 64 * 2**20
#: What a hello must be.
FOR_HELLO = 'PROTOCOL.md, "Messages from the implementation"; optproof smoke tries it out'
#: Why no hello may have come.
FLUSHED = "is its hello flushed, and ended by a line feed? "
AT_START = "does it train, or wait for something, as it starts? --timeout allows longer"
#: Why a process may have ended well and too soon.
OF_ITSELF = (
    "it took its input to be over, or this line for the last: does it read from standard input, "
    'and lines of any length? PROTOCOL.md, "By language"'
)
#: Of what it writes to standard error, so many bytes are kept.
WORDS = 8000
#: What to do about a line on standard output that is no message.
FOR_MESSAGES = (
    'standard output is for messages alone, a line each: PROTOCOL.md, "How it is started"'
)
#: A longer line is written by a thread: the pipe itself may hold no more.
PIPE_HOLDS = 32 * 2**10

#: To start, and to give its first answer, it has so many times the time of any other answer:
#: 120 s unless --timeout says otherwise. It imports and compiles.
TO_START = 12


class Conversation:
    """One process and the messages to and from it; a context manager that always ends it.

    Parameters
    ----------
    launch : Launch
        What to start. It starts at once; :meth:`hello` waits until it is ready.
    timeout : float
        Seconds for each answer (:class:`.clock.Clock`); to start it has :data:`TO_START` times
        as many.
    on_wait : callable, optional
        Called now and then while an answer is waited for, with the seconds since.
    """

    def __init__(
        self,
        launch: Launch,
        timeout: float,
        on_wait: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        self.launch = launch
        self.timeout = timeout
        self._on_wait = on_wait
        self._next_id = 0
        self._use_base64 = False
        self._last_words = b""
        self._ending = False
        self._process = launch.start(launch)
        assert self._process.stdout is not None
        self._lines = Lines(self._process.stdout, LONGEST_LINE)
        self._listener = threading.Thread(target=self._read_stderr, daemon=True)
        self._writer: threading.Thread | None = None
        self._listener.start()

    def __enter__(self) -> Conversation:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def _read_stderr(self) -> None:
        assert self._process.stderr is not None
        with contextlib.suppress(OSError), self._process.stderr as stream:
            while text := stream.read(PIPE_HOLDS):
                self._last_words = (self._last_words + text)[-WORDS:]

    def hello(self) -> Hello:
        """Wait for the first message and return it.

        Raises
        ------
        TargetError
            If the implementation cannot be loaded, takes too long, or speaks another protocol.
        """
        name = self.launch.name
        try:
            message = self._receive(self._clock(TO_START * self.timeout))
        except Stray as error:
            raise TargetError(f"{name}: in place of a hello {error.what}", error.hint) from None
        except TimedOut as error:
            hint = f"{FLUSHED * self.launch.is_port}{AT_START}"
            raise TargetError(f"{name}: cannot be started: {error.what}", hint) from None
        except CallError as error:
            raise TargetError(f"{name}: cannot be started: {error.what}", error.hint) from None
        if message["type"] == "fatal":
            raise TargetError(f"{name}: {tidy(message.get('message'))}")
        try:
            greeting = read_hello(message)
        except MalformedMessage as error:
            hint = "; ".join(filter(None, (error.hint, FOR_HELLO)))
            raise TargetError(f"{name}: its first message is {error}", hint) from None
        self._use_base64 = "base64" in greeting.encodings
        return greeting

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
        """Ask for one operation and return its result.

        Raises
        ------
        CallError
            If what comes back is no result, comes too late, or the process ends.
        """
        self._next_id += 1
        seconds = timeout or self.timeout
        encoded = encode(arguments, self._use_base64)
        self._send(Call(self._next_id, operation, encoded, chain, parts or {}))
        clock = self._clock(seconds)
        while True:
            message = self._receive(clock)
            if message.get("id") != self._next_id:
                raise Broken(self._other_id(message))
            try:
                reply = read_reply(message)
            except MalformedMessage as error:
                raise Broken(f"it sent {error}") from None
            if isinstance(reply, Output):
                if on_output:
                    on_output(reply.text)
            elif isinstance(reply, Seen):
                if on_seen:
                    on_seen(reply.seen)
            elif isinstance(reply, Answer):
                return reply
            else:
                raise failure(reply)

    def _other_id(self, message: Json) -> str:
        """Say what is wrong with the id of an answer."""
        if "id" not in message:
            return f"it sent a {tidy(message['type'])} without an id; the call's is {self._next_id}"
        given = shown(message["id"])
        if type(message["id"]) is int:
            return f"it answered call {given}, not asked; the call is {self._next_id}"
        return f"it sent the id {given}; the call's is {self._next_id}"

    def _send(self, message: Message) -> None:
        line = dump_line(message)
        if len(line) < PIPE_HOLDS:
            self._write(line)
        else:  # would block for as long as the other side does not read
            self._writer = threading.Thread(target=self._write, args=(line,), daemon=True)
            self._writer.start()

    def _write(self, line: bytes) -> None:
        stream = self._process.stdin
        assert stream is not None
        rest = memoryview(line)
        # If the process has ended, the reading side finds out, and says how.
        with contextlib.suppress(OSError, ValueError):
            while rest:
                rest = rest[stream.write(rest) :]

    def _clock(self, limit: float) -> Clock:
        return Clock(self._process.pid, limit)

    def _receive(self, clock: Clock) -> Json:
        """Return the next message, unless `clock` is over before it comes."""
        line = self._next_line(clock)
        if not line:
            raise self._ended()
        if len(line) == LONGEST_LINE:
            self.end(politely=False)
            raise Broken(f"an answer longer than {LONGEST_LINE >> 20} MiB")
        try:
            return load_line(line)
        except MalformedMessage as error:
            self.end(politely=False)
            raise Stray(f"it sent {error}", self._last(error.hint or FOR_MESSAGES)) from None

    def _next_line(self, clock: Clock) -> bytes:
        while True:
            line, came = b"", True
            try:
                line = self._lines.next(min(POLL, clock.limit))
            except TooLate:
                came = self._ending  # by another thread
            if not came or clock.is_due:  # also when it sends something all the time
                clock.tick()
                self._on_wait(clock.waited)
                if clock.is_over:
                    self.end(politely=False)
                    raise TimedOut(str(clock), self._last(clock.hint))
            if came:
                return line

    def _ended(self) -> Broken:
        """Say how the process ended, with the last lines that it wrote to stderr."""
        hint = ""
        try:
            code = self._process.wait(timeout=0.5)
            how = f"exit code {code}" if code >= 0 else f"killed by {_signal_name(-code)}"
            what = f"its process ended ({how})"
            if code == 0 and self.launch.is_port and not self._last_words:
                hint = OF_ITSELF
        except subprocess.TimeoutExpired:
            what = "it closed its output and went on; it was stopped"
        self.end(politely=False)
        return Broken(what, self._last(hint))

    def _last(self, hint: str) -> str:
        """Return `hint`, and before it the last words of a process that has ended."""
        self._listener.join(timeout=0.5)
        words = useful(self._last_words)
        return "; ".join(filter(None, (f"its last words: {words}" * bool(words), hint)))

    def end(self, politely: bool = True) -> bool:
        """End the process and every process in its group; safe to call again.

        Returns whether it had said something that nothing asked for.
        """
        process, self._ending = self._process, True
        assert process.stdin is not None
        if politely and process.poll() is None and not (self._writer and self._writer.is_alive()):
            self._write(dump_line(Bye()))
            process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=1.0)
        end_group(process)
        process.stdin.close()
        unasked = False
        with contextlib.suppress(TooLate):
            unasked = politely and bool(self._lines.next(0.2))
        self._lines.close()
        self._listener.join(timeout=0.2)
        if process.stderr and not self._listener.is_alive():
            process.stderr.close()
        return unasked


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
