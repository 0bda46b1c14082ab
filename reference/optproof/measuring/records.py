"""Records of what an implementation computes, by environment: the file, the table, what changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypedDict

from ..errors import UsageError
from ..files import write

SCHEMA = 2
REFERENCE = "reference"


class Quantity(TypedDict):
    """One operation, optimizer or training.

    Its largest error, whether all of it is within its bounds, a hash of the bits of its answers,
    and one of what was expected: by other test cases, no bits can be compared.
    """

    ulps: float
    within: bool
    bits: str
    expected: str


Record = dict[str, Quantity]
Records = dict[str, Record]  # by environment: the version of NumPy, and a label


def load(path: Path) -> tuple[str, Records]:
    """Read a file of records: of which implementation they are, and the records.

    Raises
    ------
    UsageError
        If it is not one.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            raise UsageError(f"{path}: schema {content['schema']!r}; this optproof reads {SCHEMA}")
        records: Records = content["records"]
        for record in records.values():
            for quantity in record.values():
                float(quantity["ulps"]), bool(quantity["within"])
                str(quantity["bits"]), str(quantity["expected"])
        return str(content.get("target", REFERENCE)), records
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        hint = "optproof drift record TARGET writes one"
        raise UsageError(f"{path}: not a file of drift records", hint) from None


def load_of(path: Path, target: str) -> Records:
    """Read the records that a file has of this implementation; none if there is no file.

    Raises
    ------
    UsageError
        If it is no file of records, or one of another implementation.
    """
    if not path.exists():
        return {}
    of, records = load(path)
    if of != target:
        hint = "--output names another file"
        raise UsageError(f"{path} has the records of {of}, not of {target}", hint)
    return records


def add(path: Path, target: str, environment: str, record: Record) -> None:
    """Put a record into a file, beside those of other environments."""
    records = {**load_of(path, target), environment: record}
    content: dict[str, Any] = {"schema": SCHEMA, "target": target, "records": records}
    write(path, json.dumps(content, indent=1, sort_keys=True) + "\n", None)


def order(name: str) -> tuple[Any, ...]:
    """Sort environments by version."""
    version, _, rest = name.partition(" ")
    return [int(part) if part.isdigit() else 0 for part in version.split(".")], version, rest


def before(name: str, baseline: Records) -> str:
    """Return the environment of the baseline that this one is compared with; "" if there is none.

    Itself, or else the newest before it, or else the oldest after it; the label is the same.
    """
    if name in baseline:
        return name
    same = sorted((n for n in baseline if n.partition(" ")[2] == name.partition(" ")[2]), key=order)
    older = [n for n in same if order(n) < order(name)]
    return (older[-1:] or same[:1] or [""])[0]


def table(records: Records, baseline: Records) -> list[str]:
    """Return a Markdown table: a line for each quantity, a column for each environment.

    ``*`` marks other bits than in the baseline, ``+`` what the baseline has not, ``?`` what other
    test cases judged there, ``!`` what is beyond its bound.
    """
    names = sorted(records, key=order)
    quantities = dict.fromkeys(q for record in records.values() for q in record)
    width = max(map(len, quantities), default=0)
    lines = [f"| {'ULPs':<{width}} | {' | '.join(names)} |"]
    lines.append("|---" + "|---:" * len(names) + "|")
    for name in quantities:
        cells = (
            _cell(records[n].get(name), baseline.get(before(n, baseline), {}).get(name), baseline)
            for n in names
        )
        lines.append(f"| {name:<{width}} | {' | '.join(cells)} |")
    return lines


def _cell(now: Quantity | None, then: Quantity | None, baseline: Records) -> str:
    if now is None:
        return ""
    mark = "" if now["within"] else "!"
    if baseline:
        mark += _difference(now, then)
    return f"{shown(now['ulps'])}{mark}"


def _difference(now: Quantity, then: Quantity | None) -> str:
    if then is None:
        return "+"
    if then["expected"] != now["expected"]:
        return "?"
    return "*" if then["bits"] != now["bits"] else ""


def shown(ulps: float) -> str:
    """Return a number of ULPs as the table has it."""
    return f"{ulps:.2g}" if ulps < 100 else f"{ulps:.0f}" if ulps < 1e6 else f"{ulps:.1e}"


def changes(records: Records, baseline: Records) -> list[str]:
    """Say of each environment what has other bits than in the baseline, and what is gone."""
    lines = []
    for name in sorted(records, key=order):
        if not (then := before(name, baseline)):
            lines.append(f"{name}: the baseline has nothing to compare it with")
            continue
        old, new = baseline[then], records[name]
        marks = {q: _difference(new[q], old[q]) for q in new if q in old}
        told = [
            f"  {q}: {shown(old[q]['ulps'])} ULPs then, {shown(new[q]['ulps'])} now"
            for q, mark in marks.items()
            if mark == "*"
        ]
        told += [f"  {q}: is gone" for q in old if q not in new]
        told += [f"  {q}: is new" for q in new if q not in old]
        others = [q for q, mark in marks.items() if mark == "?"]
        what = f"{len(told)} changed" if told else "nothing has changed"
        lines += [f"{name}: {what} since {then} in the baseline", *told]
        if others:
            why = "other test cases were used there: record the baseline with this optproof"
            lines.append(f"  {', '.join(others)}: cannot be compared; {why}")
    return lines


def beyond(records: Records) -> list[str]:
    """Name what is beyond its bound."""
    return [
        f"{quantity} in {name}"
        for name, record in records.items()
        for quantity, found in record.items()
        if not found["within"]
    ]
