"""``optproof.toml``: how to check, and which deviations are known."""

from __future__ import annotations

import importlib
import math
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import UsageError, nearest, printable
from ..files import read_text
from ..operations import LEVELS

FILE = Path("optproof.toml")


@dataclass(frozen=True)
class Known:
    """One ``[[known]]`` entry: a deviation that does not fail the run.

    Parameters
    ----------
    id : str
        Of a case or training, or of a deviation of the catalogue.
    reason : str
        Why it is accepted.
    link : str, optional
    expires : date, optional
        The last day on which it is.
    """

    id: str
    reason: str
    link: str = ""
    expires: date | None = None


@dataclass(frozen=True)
class Config:
    """The file's ``[check]`` table, with paths relative to the current folder, and its entries."""

    path: Path | None = None
    check: dict[str, Any] = field(default_factory=dict)
    known: tuple[Known, ...] = ()


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "\0" not in value


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < math.inf


#: Seconds, or GiB: more than anybody waits for or has, and less than a clock refuses.
MOST = 1e6
#: What each key takes: a test, and the words for it.
Rule = tuple[Callable[[Any], bool], str]
CHECK: dict[str, Rule] = {
    "target": (_is_text, "a text"),
    "exec": (_is_text, "a text"),
    "only": (lambda v: isinstance(v, list) and all(map(_is_text, v)), "a list of texts"),
    "training": (lambda v: isinstance(v, str) and v in LEVELS, " or ".join(LEVELS)),
    "variants": (lambda v: isinstance(v, list) and all(map(_is_text, v)), "a list of texts"),
    "timeout": (lambda v: _is_number(v) and 0 < v <= MOST, "a number above 0"),
    "memory": (lambda v: _is_number(v) and 0 <= v <= MOST, "a number of 0 or more"),
}
#: What holds where neither the command line nor the file says it.
DEFAULTS: dict[str, Any] = {"only": (), "variants": (), "timeout": 10.0, "memory": 4.0}
KNOWN: dict[str, Rule] = {
    "id": (_is_text, "a text"),
    "reason": (_is_text, "a text"),
    "link": (_is_text, "a text"),
    "expires": (lambda v: type(v) is date, "a date, as 2030-01-31, without quotes"),
}


def parse_toml(text: str, where: object) -> dict[str, Any]:
    """Return what TOML text says.

    Raises
    ------
    UsageError
        If it is not TOML, or this Python has no reader of it.
    """
    for module in ("tomllib", "tomli"):  # Python 3.10 has no tomllib
        try:
            content: dict[str, Any] = importlib.import_module(module).loads(text)
            return content
        except ImportError:
            continue
        except ValueError as error:
            raise UsageError(f"{where}: not TOML: {error}") from None
        except RecursionError:
            raise UsageError(f"{where}: nested too deeply to be read") from None
    hint = "pip install tomli, or use Python 3.11 or newer"
    raise UsageError(f"{where} cannot be read without the package tomli", hint)


def load(path: Path | None = None) -> Config:
    """Read a configuration; by default ``optproof.toml`` of the current folder, if there is one.

    Raises
    ------
    UsageError
        If the file cannot be read, or says something that has no meaning.
    """
    if path is None and not FILE.exists():
        return Config()
    path = path or FILE
    content = parse_toml(read_text(path), path)
    check, known = content.pop("check", {}), content.pop("known", [])
    if content or not isinstance(check, dict) or not isinstance(known, list):
        what = f"{path}: {', '.join(content) or 'its content'} has no meaning here"
        raise UsageError(what, "it holds a table [check] and entries [[known]]")
    _obey(check, CHECK, f"{path}: [check]")
    if "target" in check and "exec" in check:
        raise UsageError(f"{path}: [check] has both target and exec", "keep one")
    if check.get("target", "").endswith(".py"):
        check["target"] = str(path.parent / check["target"])
    for number, entry in enumerate(known, 1):
        _obey(entry, KNOWN, f"{path}: [[known]] entry {number}")
        if missing := {"id", "reason"} - entry.keys():
            raise UsageError(f"{path}: [[known]] entry {number} has no {' and no '.join(missing)}")
    ids = [entry["id"] for entry in known]
    if twice := [i for i in ids if ids.count(i) > 1]:
        raise UsageError(f"{path}: {twice[0]} is known twice", "keep one entry")
    return Config(path, check, tuple(Known(**entry) for entry in known))


def _obey(table: Any, rules: dict[str, Rule], where: str) -> None:
    if not isinstance(table, dict):
        raise UsageError(f"{where} is not a table")
    for key, value in table.items():
        if key not in rules:
            hint = f"{nearest(key, rules)} known are: {', '.join(rules)}".strip()
            raise UsageError(f"{where}: no key {key!r}", hint)
        fits, words = rules[key]
        if not fits(value):
            raise UsageError(f"{where}: {key} is {value!r}; it must be {words}")


def settle(arguments: Namespace, config: Config) -> dict[str, str]:
    """Fill in what the command line leaves open; return where each setting came from."""
    file = dict(config.check)
    if arguments.target is not None or arguments.exec is not None:
        file.pop("target", None)
        file.pop("exec", None)
    sources = {}
    for key in CHECK:
        if getattr(arguments, key) not in (None, []):
            sources[key] = "command line"
            continue
        sources[key] = str(config.path) if key in file else "default"
        setattr(arguments, key, file.get(key, DEFAULTS.get(key)))
    return sources


def named(config: Config, sources: dict[str, str]) -> str:
    """Return in a few words what of a run a file has settled, and which file; "" for none."""
    own = [key for key in sources if key in config.check and sources[key] == str(config.path)]
    words = [f"{key} {_words(config.check[key])}" for key in own if key not in ("target", "exec")]
    return f"{', '.join(words)} ({printable(config.path)})" if words else ""


def _words(value: Any) -> str:
    return " and ".join(value) if isinstance(value, list) else str(value)
