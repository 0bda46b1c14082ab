"""A conversation that outlives the processes it is held with."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import Broken, NotRun, TargetError, Unsupported
from . import Conversation, Launch

PERMUTATION_SENT = "the permutation was sent to it: how it seeds (MB-1) is not judged"


class Session:
    """A conversation that is started again when it breaks, except for what broke it."""

    def __init__(self, launch: Launch, timeout: float) -> None:
        self.launch = launch
        self.timeout = timeout
        self.broken: dict[str, str] = {}  # operation -> the case that ended the process
        self._conversation: Conversation | None = Conversation(launch, timeout)
        self.greeting: dict[str, Any] = {}
        self.unasked = False  # whether it said more than it was asked for
        self.adapted: dict[str, None] = {}  # what the worker adapted, in order, once each
        self._over = False

    def greet(self) -> dict[str, Any]:
        """Wait for the hello; once."""
        if not self.greeting:
            assert self._conversation is not None
            self.greeting = {**self._conversation.hello(), **self.launch.pinned}
        return self.greeting

    def call(self, operation: str, case_id: str, arguments: Any, **how: Any) -> dict[str, Any]:
        """Call, in a new process where the last one ended.

        Who has not NumPy's generator is sent the permutation that the seed stands for.
        """
        if self._over:
            raise NotRun("the run was stopped")
        if self._conversation is None:
            self._start_again(operation, case_id)
        assert self._conversation is not None
        draws = operation == "random_mini_batches" and "permutation" not in arguments
        if draws and "permutation" in self.greeting["accepts"]:
            generator = np.random.RandomState(arguments["seed"])
            order = generator.permutation(arguments["X"].shape[1]).tolist()
            answer = self.call(operation, case_id, {**arguments, "permutation": order}, **how)
            self.adapted[f"{operation}: {PERMUTATION_SENT}"] = None
            return {**answer, "notes": [*answer["notes"], PERMUTATION_SENT]}
        try:
            answer = self._conversation.call(operation, arguments, **how)
            self.adapted |= {f"{operation}: {note}": None for note in answer["adapted"]}
            return answer
        except Unsupported as error:
            self.adapted[f"{operation}: {error.what}"] = None
            raise
        except Broken:
            self.broken[operation] = case_id
            self._drop(politely=False)
            raise

    def _start_again(self, operation: str, case_id: str) -> None:
        try:
            self._conversation = Conversation(self.launch, self.timeout)
            self._conversation.hello()
        except TargetError as error:
            self.broken[operation] = case_id
            self._drop(politely=False)
            raise Broken(f"it did not start again: {error.what}", error.hint) from None

    def _drop(self, politely: bool = True) -> None:
        conversation, self._conversation = self._conversation, None
        if conversation is not None:
            self.unasked = conversation.end(politely) or self.unasked

    def end(self, politely: bool = True) -> None:
        """End the process, if there is one, for good."""
        self._over = True
        self._drop(politely)
