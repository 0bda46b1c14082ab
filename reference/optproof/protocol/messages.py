"""The messages of the protocol (reference/PROTOCOL.md): frozen dataclasses."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from .tensors import Parts

Json = dict[str, Any]


class Message:
    """Base of all messages: `type` is how it is called in a line."""

    type: ClassVar[str] = ""

    def keys(self) -> list[str]:
        return [f.name for f in fields(self)]  # type: ignore[arg-type]

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    def get(self, name: str, default: Any = None) -> Any:
        return getattr(self, name, default)


@dataclass(frozen=True)
class Refusal(Message):
    """What looks like an operation and cannot be called."""

    message: str
    hint: str = ""


@dataclass(frozen=True)
class Place(Message):
    """Where a function stands, its text, and its statements: the line and the text of each."""

    file: str
    line: int
    source: str = ""
    statements: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Offer(Message):
    """What an implementation says of one of its optimizers.

    Parameters
    ----------
    name : str
    takes : tuple of str
        The hyperparameters that it can be given.
    own : dict of float
        The values of those that it cannot be given.
    how : tuple of str
        How it is stepped, for the report.
    line, file, source, framework
    """

    name: str
    takes: tuple[str, ...]
    own: dict[str, float] = field(default_factory=dict)
    how: tuple[str, ...] = ()
    line: int | None = None
    file: str = ""
    source: str = ""
    framework: str = ""


@dataclass(frozen=True)
class Hello(Message):
    """The first message of an implementation; PROTOCOL.md has a row for each field."""

    type: ClassVar[str] = "hello"
    name: str
    operations: tuple[str, ...]
    version: str = ""
    language: str = ""
    dtype: str = "float64"
    variants: tuple[str, ...] = ()
    encodings: tuple[str, ...] = ()
    accepts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    refused: dict[str, Refusal] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    lines: dict[str, Place] = field(default_factory=dict)
    defaults: dict[str, dict[str, float | None]] = field(default_factory=dict)
    optimizers: dict[str, Offer] = field(default_factory=dict)
    others: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stdout: str = ""


@dataclass(frozen=True)
class Fatal(Message):
    """In place of a hello: it cannot work."""

    type: ClassVar[str] = "fatal"
    message: str


@dataclass(frozen=True)
class Chain(Message):
    """So many calls; the arguments that change at each later one, in turn, encoded."""

    calls: int
    then: tuple[Json, ...] = ()


@dataclass(frozen=True)
class Call(Message):
    """Asks for one operation.

    Parameters
    ----------
    id, operation
    arguments : dict
        Encoded; what a `recipe` among them gives is made on the other side.
    chain : Chain, optional
        To call it several times, and answer the last.
    parts : dict, optional
        Of some tensors of the result, the only block that is wanted, by place.
    """

    type: ClassVar[str] = "call"
    id: int
    operation: str
    arguments: Json
    chain: Chain | None = None
    parts: Parts = field(default_factory=dict)


@dataclass(frozen=True)
class Bye(Message):
    """Ends the conversation."""

    type: ClassVar[str] = "bye"


@dataclass(frozen=True)
class Answer(Message):
    """The result of a call; `value` is what the implementation says it is, and not yet judged."""

    type: ClassVar[str] = "result"
    id: int
    value: Any
    notes: tuple[str, ...] = ()
    mutated: tuple[str, ...] = ()
    aliased: tuple[tuple[str, str], ...] = ()
    adapted: tuple[str, ...] = ()
    stdout: str = ""
    made: dict[str, str] = field(default_factory=dict)  # SHA-256 of what a recipe gave


@dataclass(frozen=True)
class Unsupported(Message):
    """It does not implement this; or, not `solved`, it is an exercise."""

    type: ClassVar[str] = "unsupported"
    id: int
    reason: str = "not implemented"
    solved: bool = True


@dataclass(frozen=True)
class Error(Message):
    """It raised (kind ``exception``), or returned what cannot be written (``malformed``).

    Or it cannot make what a recipe promises (``recipe``).
    """

    type: ClassVar[str] = "error"
    id: int
    message: str = "an error without a message"
    kind: str = "exception"
    hint: str = ""


@dataclass(frozen=True)
class Output(Message):
    """A line that a training printed."""

    type: ClassVar[str] = "output"
    id: int
    text: str = ""


@dataclass(frozen=True)
class Seen(Message):
    """What was seen in a training that is traced: the end of an epoch, or one call in it."""

    type: ClassVar[str] = "seen"
    id: int
    seen: Json


Reply = Answer | Unsupported | Error
