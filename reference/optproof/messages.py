"""The messages of the protocol (reference/PROTOCOL.md): frozen dataclasses, one JSON object a line.

What an implementation says is checked where it is read, so that the harness can rely on it.
"""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar

from .formats import FORMATS
from .operations import OPTIMIZERS
from .protocol import PROTOCOL, MalformedMessage, Parts, shown, tidy

#: What C's "%.17g" makes of -0.0, and what Python would read as the whole number 0.
MINUS_ZERO = re.compile(rb"-0[,\]}\s]")

#: What is behind some lines that are no message.
ONE_LINE = "a message is one line: switch indentation (pretty printing) off"
NOT_BOXED = "a string is not in a list: in R, toJSON(x, auto_unbox = TRUE)"
STAYS_A_LIST = "a list of one stays a list: in R, I(x), in Octave and MATLAB, {x} inside {}"

#: So much of a definition is shown.
MOST_LINES = 200

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


def told(message: Message) -> Json:
    """Return a message as it travels; what has its default is left out."""
    content: Json = {"type": message.type} if message.type else {}
    if isinstance(message, Hello):
        content["protocol"] = PROTOCOL
    if isinstance(message, Seen):
        return {**content, "id": message.id, **message.seen}
    for f in fields(message):  # type: ignore[arg-type]
        value = getattr(message, f.name)
        required = f.default is MISSING and f.default_factory is MISSING
        if required or (value != f.default and (value or value is False)):
            content[f.name] = value
    return content


def dump_line(message: Message) -> bytes:
    """Return `message` as one line of strict JSON."""
    line = json.dumps(told(message), allow_nan=False, separators=(",", ":"), default=told)
    return line.encode() + b"\n"


def load_line(line: bytes) -> Json:
    """Return the message in `line`.

    Raises
    ------
    MalformedMessage
        If the line is not UTF-8, not strict JSON, or not an object with a ``type``.
    """

    def refuse(token: str) -> None:
        raise MalformedMessage(f"a bare {token}: not JSON; write it as a string")

    try:
        whole = _whole if MINUS_ZERO.search(line) else None
        message = json.loads(line.decode(), parse_constant=refuse, parse_int=whole)
    except MalformedMessage:
        raise
    except (ValueError, RecursionError) as error:
        hint = ONE_LINE if line.strip() in (b"{", b"[") else ""
        raise MalformedMessage(f"{_not_json(line, error)}: {_begins(line)}", hint) from None
    if not isinstance(message, dict):
        raise MalformedMessage(f"a message that is not an object: {_begins(line)}")
    if "type" not in message:
        raise MalformedMessage(f"a message without a type: {_begins(line)}")
    if not isinstance(message["type"], str):
        hint = NOT_BOXED if isinstance(message["type"], list) else ""
        what = f"a message whose type is {shown(message['type'])}, not a string"
        raise MalformedMessage(what, hint)
    return message


def _whole(digits: str) -> int | float:
    return -0.0 if digits == "-0" else int(digits)


def _not_json(line: bytes, error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        what = f"{error.msg.lower()} at character {error.pos + 1}"
        return f"a line that is not JSON ({what})" if line.strip() else "a line that is empty"
    nested = "nested too deep"
    return f"a line that is not JSON ({nested if isinstance(error, RecursionError) else error})"


def _begins(line: bytes) -> str:
    text = tidy(line[:80].decode("utf-8", "replace").strip())
    return f"{text}..." if len(line) > 80 else text


def read_call(message: Json) -> Call:
    """Return a call; what the harness sends is to the form."""
    chain = message.get("chain")
    return Call(
        message["id"],
        message["operation"],
        message["arguments"],
        Chain(chain["calls"], tuple(chain.get("then", ()))) if chain else None,
        message.get("parts", {}),
    )


def read_reply(message: Json) -> Reply | Output | Seen:
    """Return what came in place of an answer, or before it, checked.

    Raises
    ------
    MalformedMessage
        If it is no such message, or a list beside the value is not to the form.
    """
    number = message["id"]
    kind = message["type"]
    if kind == "result":
        return _answer(message)
    if kind == "unsupported":
        reason = tidy(message.get("reason", Unsupported.reason))
        return Unsupported(number, reason, message.get("solved") is not False)
    if kind == "error":
        words = {k: tidy(message[k]) for k in ("message", "hint") if k in message}
        return Error(number, kind=str(message.get("kind", Error.kind)), **words)
    if kind == "output":
        return Output(number, str(message.get("text", "")))
    if kind == "seen":
        return Seen(number, {k: v for k, v in message.items() if k not in ("type", "id")})
    raise MalformedMessage(f"a {tidy(kind)!r} in place of an answer")


def _answer(message: Json) -> Answer:
    texts = {k: _texts(message, k) for k in ("notes", "mutated", "adapted")}
    pairs = message.get("aliased", [])
    if not isinstance(pairs, list) or not all(isinstance(p, list) and len(p) == 2 for p in pairs):
        raise MalformedMessage("a result whose aliased is not a list of pairs")
    made = message.get("made", {})
    if not isinstance(made, dict):
        raise MalformedMessage("a result whose made is not an object of strings")
    return Answer(
        message["id"],
        message.get("value"),
        aliased=tuple((tidy(a), tidy(b)) for a, b in pairs),
        stdout=str(message.get("stdout", "")),
        made={str(k): str(v) for k, v in made.items()},
        **texts,
    )


def read_hello(message: Json) -> Hello:
    """Return a ``hello``, defaults filled in.

    Raises
    ------
    MalformedMessage
        If it is not a hello, speaks another protocol, or a field has the wrong type.
    """
    if message["type"] != "hello" or message.get("protocol") != PROTOCOL:
        raise MalformedMessage(f"not a hello of protocol {PROTOCOL}: {shown(message)}")
    for required in ("name", "operations"):
        if required not in message:
            raise MalformedMessage(f"a hello without {required}")
    dtype = message.get("dtype", "float64")
    if dtype not in FORMATS:
        raise MalformedMessage(f"a hello of dtype {tidy(dtype)}; known: {', '.join(FORMATS)}")
    return Hello(
        tidy(message["name"]),
        _texts(message, "operations"),
        version=tidy(message.get("version", "")),
        language=tidy(message.get("language", "")),
        dtype=dtype,
        variants=_texts(message, "variants"),
        encodings=_texts(message, "encodings"),
        accepts=_texts(message, "accepts"),
        notes=_texts(message, "notes"),
        refused=_refused(message),
        files=_files(message),
        lines=_lines(message),
        defaults=_defaults(message),
        optimizers=_optimizers(message),
        others=_others(message),
        stdout=tidy(message.get("stdout", "")),
    )


def _lines(message: Json) -> dict[str, Place]:
    """Return where a hello says that its functions stand; what is not to the form is left out."""
    lines = message.get("lines", {})
    if not isinstance(lines, dict):
        raise MalformedMessage("a hello whose lines is not an object")
    return {
        name: Place(
            tidy(place["file"]),
            place["line"],
            _source(place),
            tuple(
                (s[0], str(s[1]))
                for s in place.get("statements", ())
                if isinstance(s, list) and len(s) == 2 and type(s[0]) is int
            ),
        )
        for name, place in lines.items()
        if isinstance(place, dict)
        and isinstance(place.get("file"), str)
        and type(place.get("line")) is int
        and isinstance(place.get("statements", []), list)
    }


def _source(entry: Json) -> str:
    """Return the text of a definition, line by line printable; its indentation stays."""
    lines = str(entry.get("source") or "").expandtabs(4).split("\n")
    return "\n".join(map(tidy, lines[:MOST_LINES]))


def _defaults(message: Json) -> dict[str, dict[str, float | None]]:
    """Return what a hello says of the defaults of its functions, by operation and argument."""
    defaults = message.get("defaults", {})
    kinds = (int, float, type(None))
    if not isinstance(defaults, dict) or not all(
        isinstance(values, dict) and all(type(v) in kinds for v in values.values())
        for values in defaults.values()
    ):
        raise MalformedMessage("a hello whose defaults is not an object of objects of numbers")
    return defaults


def _files(message: Json) -> dict[str, str]:
    """Return which operations a hello says come from a helper's file, and from which."""
    files = message.get("files", {})
    if not isinstance(files, dict) or not all(isinstance(f, str) for f in files.values()):
        raise MalformedMessage("a hello whose files is not an object of strings")
    return {tidy(name): tidy(file) for name, file in files.items()}


def _refused(message: Json) -> dict[str, Refusal]:
    """Return what a hello says it cannot call, by operation."""
    refused = message.get("refused", {})
    if not isinstance(refused, dict) or not all(isinstance(e, dict) for e in refused.values()):
        raise MalformedMessage("a hello whose refused is not an object of objects")
    # A hint may be code to paste: its lines stay.
    return {
        tidy(name): Refusal(
            tidy(entry.get("message", "it cannot be called")),
            "\n".join(map(tidy, str(entry.get("hint", "")).splitlines())),
        )
        for name, entry in refused.items()
    }


def _optimizers(message: Json) -> dict[str, Offer]:
    """Return what a hello says of its optimizers."""
    offered = message.get("optimizers", {})
    if not isinstance(offered, dict) or not all(isinstance(e, dict) for e in offered.values()):
        raise MalformedMessage("a hello whose optimizers is not an object of objects")
    if unknown := offered.keys() - OPTIMIZERS.keys():
        known = ", ".join(OPTIMIZERS)
        raise MalformedMessage(f"a hello with the optimizer {tidy(min(unknown))}; known: {known}")
    checked = {}
    for optimizer in (name for name in OPTIMIZERS if name in offered):
        entry = {"type": f"hello with the optimizer {optimizer}", **offered[optimizer]}
        own, line = entry.get("own", {}), entry.get("line")
        if not isinstance(own, dict) or not all(type(v) in (int, float) for v in own.values()):
            raise MalformedMessage(f"a {entry['type']} whose own is not an object of numbers")
        checked[optimizer] = Offer(
            tidy(entry.get("name") or optimizer),
            _texts(entry, "takes"),
            {tidy(k): float(v) for k, v in own.items()},
            _texts(entry, "how"),
            line if type(line) is int else None,
            tidy(entry.get("file") or ""),
            _source(entry),
            tidy(entry.get("framework") or ""),
        )
    return checked


def _others(message: Json) -> dict[str, tuple[str, ...]]:
    """Return the names of more optimizers of a kind, which are started one by one."""
    others = message.get("others", {})
    if not isinstance(others, dict) or others.keys() - OPTIMIZERS.keys():
        raise MalformedMessage("a hello whose others is not an object of lists, by optimizer")
    return {kind: _texts({"type": "hello", **others}, kind) for kind in others}


def _texts(message: Json, name: str) -> tuple[str, ...]:
    value = message.get(name, [])
    if not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
        what = f"whose {name} is not a list of strings: {shown(value)}"
        hint = STAYS_A_LIST if isinstance(value, str) else ""
        raise MalformedMessage(f"a {message['type']} {what}", hint)
    return tuple(tidy(v) for v in value)
