"""What an implementation says, checked where it is read, so that the harness can rely on it."""

from __future__ import annotations

from ..formats import FORMATS
from ..operations import OPTIMIZERS
from .messages import (
    Answer,
    Call,
    Chain,
    Error,
    Hello,
    Json,
    Offer,
    Output,
    Place,
    Refusal,
    Reply,
    Seen,
    Unsupported,
)
from .tensors import PROTOCOL, MalformedMessage, shown, tidy

STAYS_A_LIST = "a list of one stays a list: in R, I(x), in Octave and MATLAB, {x} inside {}"

#: So much of a definition is shown.
MOST_LINES = 200


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
