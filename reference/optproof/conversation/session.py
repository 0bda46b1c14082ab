"""A conversation that outlives the processes it is held with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import Broken, NotRun, TargetError, TimedOut, Unsupported
from ..protocol import Answer, Hello, Json
from .channel import Channel
from .launch import Launch
from .process import TO_START, Conversation

PERMUTATION_SENT = "the permutation was sent to it: how it seeds (MB-1) is not judged"


#: How often one operation may end the process before the rest of it is not asked: that often the
#: process is started again; and how often it may not answer, which takes long each time.
MOST_ENDS, MOST_LATE = 4, 2


class Session:
    """A conversation that is started again when it breaks.

    Parameters
    ----------
    launch, timeout, on_wait
        As of a :class:`.Conversation`; the first answer may take as long as the start.
    channel : Channel, optional
        What is spoken to, in place of a process that the launch starts; its command is empty.
    """

    greeting: Hello  # once greeted

    def __init__(
        self,
        launch: Launch,
        timeout: float,
        on_wait: Callable[[float], None] = lambda seconds: None,
        channel: Channel | None = None,
    ) -> None:
        self.launch = launch
        self.timeout = timeout
        self.broken: dict[str, str] = {}  # operation -> the case that ended its last process
        self._ends: Counter[str] = Counter()
        self._on_wait = on_wait
        self._is_first = True
        self._failure: TargetError | None = None
        self._channel: Channel | None = channel or Conversation(launch, timeout, on_wait)
        self.is_greeted = False
        self.unasked = False  # whether it said more than it was asked for
        self.adapted: dict[str, None] = {}  # what the worker adapted, in order, once each
        self._over = False

    def greet(self) -> Hello:
        """Wait for the hello; once."""
        if not self.is_greeted:
            assert self._channel is not None
            self.greeting = replace(self._channel.hello(), **self.launch.pinned)
            self.is_greeted = True
        return self.greeting

    def call(self, operation: str, case_id: str, arguments: Json, **how: Any) -> Answer:
        """Call, in a new process where the last one ended.

        A worker without NumPy's generator is sent the permutation that the seed stands for.
        """
        if self._over:
            raise NotRun("the run was stopped")
        if self._channel is None:
            self._start_again()
        assert self._channel is not None
        draws = operation == "random_mini_batches" and "permutation" not in arguments
        if draws and "permutation" in self.greeting.accepts:
            generator = np.random.RandomState(arguments["seed"])
            order = generator.permutation(arguments["X"].shape[1]).tolist()
            answer = self.call(operation, case_id, {**arguments, "permutation": order}, **how)
            self.adapted[f"{operation}: {PERMUTATION_SENT}"] = None
            return replace(answer, notes=(*answer.notes, PERMUTATION_SENT))
        if self._is_first:
            grace = (TO_START - 1) * self.timeout
            how["timeout"] = (how.get("timeout") or self.timeout) + grace
            self._is_first = False
        try:
            answer = self._channel.call(operation, arguments, **how)
            self.adapted |= {f"{operation}: {note}": None for note in answer.adapted}
            return answer
        except Unsupported as error:
            if "resume_after" not in arguments:  # few offer it: no matter for a note
                self.adapted[f"{operation}: {error.what}"] = None
            raise
        except Broken as error:
            late = isinstance(error, TimedOut)
            self._ends[operation] += MOST_ENDS // MOST_LATE if late else 1
            if self._ends[operation] >= MOST_ENDS:
                self.broken[operation] = case_id
            self._drop(politely=False)
            raise

    def _start_again(self) -> None:
        try:
            if self._failure:
                raise self._failure
            self._channel = Conversation(self.launch, self.timeout, self._on_wait)
            self._channel.hello()
        except TargetError as error:
            self._failure = error
            self._drop(politely=False)
            raise Broken(f"it did not start again: {error.what}", error.hint) from None

    def _drop(self, politely: bool = True) -> None:
        channel, self._channel = self._channel, None
        if channel is not None:
            self.unasked = channel.end(politely) or self.unasked

    def end(self, politely: bool = True) -> None:
        """End the process, if there is one, for good."""
        self._over = True
        self._drop(politely)
