"""The mapping file: which function, argument or result stands for which of the document's."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import UsageError, nearest
from ..files import read_text
from ..operations import OPERATIONS
from ..worker.batches import EXAMPLES
from ..worker.layouts import LAYOUTS

SECTIONS = ("functions", "arguments", "results", "containers", "construct")


def read_mapping(path: Path) -> dict[str, Any]:
    """Return the content of a mapping file, TOML or JSON, checked.

    ``functions`` gives an operation the name of a function or method of the module, ``arguments``
    gives its arguments theirs, ``results`` lists what it returns, in its order, ``containers``
    names the container that it takes, ``construct`` gives a class what its instances are made with.

    Raises
    ------
    UsageError
        If it cannot be read, or names something that there is not.
    """
    from ..settings.config import parse_toml  # which needs this module

    try:
        text = read_text(path)
        mapping = json.loads(text) if path.suffix == ".json" else parse_toml(text, path)
    except RecursionError:
        raise UsageError(f"{path}: nested too deeply to be read") from None
    except ValueError as error:
        raise UsageError(f"{path}: {error}", "a mapping file is TOML, or JSON") from None
    known = f"known sections: {', '.join(f'[{s}]' for s in SECTIONS)}"
    if not isinstance(mapping, dict):
        raise UsageError(f"{path} is not a table of sections", known)
    for section, entries in mapping.items():
        if section not in SECTIONS:
            raise UsageError(f"{path}: unknown section {section!r}", known)
        if not isinstance(entries, dict):
            raise UsageError(f"{path}: {section} must be a section of its own", known)
        for name, value in entries.items():
            _check(f"{path}: {section}.{name}", section, name, value)
    return dict(mapping)


def _hint(name: str, known: Iterable[str]) -> str:
    return f"{nearest(name, known)} known: {', '.join(known)}".strip()


def _check(where: str, section: str, name: str, value: Any) -> None:
    if section == "construct":
        if not isinstance(value, dict):
            raise UsageError(f"{where} must be a table of arguments")
        return
    operation = OPERATIONS.get(name)
    if operation is None:
        raise UsageError(f"{where}: no such operation", _hint(name, OPERATIONS))
    known: tuple[str, ...] = ()
    names: list[Any] = []
    if section == "functions":
        right = isinstance(value, str)
    elif section == "containers":
        right, known, names = isinstance(value, str), (*LAYOUTS, *EXAMPLES), [value]
    elif section == "arguments":
        right, known = isinstance(value, dict), (*operation.arguments, "num_epochs")
        names = list(value) if right else []
        right = right and all(isinstance(v, str) for v in value.values())
    else:
        right, known = isinstance(value, list), operation.results
        names = value if right else []
    if not right:
        kinds = {"arguments": "a table of names", "results": "a list"}
        raise UsageError(f"{where} must be {kinds.get(section, 'a name')}")
    if unknown := [str(n) for n in names if n not in known]:
        raise UsageError(
            f"{where}: no {section[:-1]} {', '.join(unknown)}", f"known: {', '.join(known)}"
        )
