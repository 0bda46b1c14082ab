"""Messages as they travel: one JSON object a line."""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, fields

from .messages import Hello, Json, Message, Seen
from .tensors import PROTOCOL, MalformedMessage, shown, tidy

#: What C's "%.17g" makes of -0.0, and what Python would read as the whole number 0.
MINUS_ZERO = re.compile(rb"-0[,\]}\s]")

#: What is behind some lines that are no message.
ONE_LINE = "a message is one line: switch indentation (pretty printing) off"
NOT_BOXED = "a string is not in a list: in R, toJSON(x, auto_unbox = TRUE)"


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
