"""What each NumPy makes of the reference, in ULPs of the exact or certified value."""

from __future__ import annotations

import hashlib
import json
from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from .. import fast, fixtures, methods
from ..checking import cases
from ..checking.inprocess import InProcess
from ..checking.jobs import Run
from ..checking.trainings import FLOAT64
from ..errors import UsageError
from ..files import check_writable, write, write_figure
from ..formats import FORMATS
from ..judging.report import ABSENT, PASS
from ..protocol import Array

SCHEMA = 1
FLOAT = FORMATS["float64"]
Records = dict[str, dict[str, dict[str, Any]]]  # label -> quantity -> ulps, within, sha256


def measure() -> dict[str, dict[str, Any]]:
    """Return each quantity: how far off it is, whether that is within its bound, and its hash."""
    quantities: dict[str, dict[str, Any]] = {}
    for file in fixtures.load_cases():
        if file.path.startswith("vectors/"):
            quantities[file.operation] = _operation(file)
    for optimizer in methods.OPTIMIZERS:
        quantities.update(_training(optimizer))
    return quantities


def _ulps(got: Array, want: Array) -> float:
    """Return the largest error, in units of the last place of the largest number of `want`.

    0 where that number is so small that it has fewer digits than others.
    """
    largest = np.max(np.abs(want), initial=0.0)
    if largest < FLOAT.smallest_normal / FLOAT.unit_roundoff:
        return 0.0
    return float(np.max(np.abs(got - want)) / np.spacing(largest))


def _quantity(pairs: Iterable[tuple[Array, Array]], within: bool) -> dict[str, Any]:
    digest, worst = hashlib.sha256(), 0.0
    for got, want in pairs:
        digest.update(np.ascontiguousarray(got).tobytes())
        worst = max(worst, _ulps(got, want))
    return {"ulps": worst, "within": within, "sha256": digest.hexdigest()}


def _operation(file: fixtures.FixtureFile) -> dict[str, Any]:
    function = getattr(methods, file.operation)
    session = InProcess(file.operation, function, "float64")
    here = Run(session, cases.jobs(file.cases))
    here.do(job for job in here.jobs if isinstance(job, cases.Put))
    pairs, within = [], all(r.status in (PASS, *ABSENT) for r in here.found)
    for answered, tensors in here.answers.get(file.operation, ()):
        for name, expected in answered.expected.items():
            if expected.values is not None and expected.dtype == "float64":
                block = tuple(
                    slice(s, s + n) for s, n in zip(expected.start, expected.values.shape)
                )
                pairs.append((tensors[name][block], expected.values))
    return _quantity(pairs, within)


def _training(optimizer: str) -> dict[str, dict[str, Any]]:
    certified = fixtures.load(f"training/certified-{optimizer}.json")
    X, Y, start, hyperparameters = fixtures.documented_start()
    costs: list[tuple[Array, Array]] = []
    for epoch in fast.train(X, Y, start, optimizer, **hyperparameters, cost_every=100):
        if str(epoch.number) in certified["costs"]:
            want = float(certified["costs"][str(epoch.number)][0])
            costs.append((np.array(epoch.cost, float), np.array(want)))
    last = certified["checkpoints"][str(hyperparameters["num_epochs"])]["parameters"]
    parameters = [
        (epoch.parameters[name], np.array([float(d) for d, _ in t["digits"]]).reshape(t["shape"]))
        for name, t in last.items()
    ]
    return {
        f"{optimizer} costs": _quantity(costs, _within(costs, FLOAT64[0])),
        f"{optimizer} parameters": _quantity(parameters, _within(parameters, FLOAT64[1])),
    }


def _within(pairs: Iterable[tuple[Array, Array]], bound: float) -> bool:
    return all(np.max(np.abs(got - want)) <= bound for got, want in pairs)


def load(path: Path) -> Records:
    """Read a file of records.

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
                float(quantity["ulps"]), bool(quantity["within"]), str(quantity["sha256"])
        return records
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        hint = "optproof drift record FILE writes one"
        raise UsageError(f"{path}: not a file of drift records", hint) from None


def record(path: Path, label: str) -> None:
    """Measure, and put the record into a file, beside those of other environments."""
    records = load(path) if path.exists() else {}
    records[f"{np.__version__} {label}".strip()] = measure()
    content = {"schema": SCHEMA, "records": records}
    write(path, json.dumps(content, indent=1, sort_keys=True) + "\n", None)


def order(name: str) -> tuple[Any, ...]:
    """Sort labels by version."""
    version, _, rest = name.partition(" ")
    return [int(part) if part.isdigit() else 0 for part in version.split(".")], version, rest


def run(arguments: Namespace, console: Console) -> int:
    """Carry out ``optproof drift``; exit code 1 where something is beyond its bound."""
    if arguments.action == "record":
        if len(arguments.files) != 1:
            raise UsageError("record takes one FILE")
        check_writable(arguments.files[0], None)
        record(arguments.files[0], arguments.label)
        return 0
    records: Records = {}
    for path in arguments.files:
        records.update(load(path))
    baseline = load(arguments.baseline) if arguments.baseline else {}
    for line in table(records, baseline):
        console.print(line, soft_wrap=True, highlight=False)
    if arguments.plot:
        plot(records, arguments.plot)
    found = beyond(records)
    for line in found:
        console.print(f"beyond its bound: {line}", soft_wrap=True, highlight=False)
    return 1 if found else 0


def table(records: Records, baseline: Records) -> list[str]:
    """Return a Markdown table: a quantity a line, a NumPy a column.

    ``*`` marks what has other bits than in the baseline, ``+`` what the baseline lacks, ``!`` what
    is beyond its bound.
    """
    names = sorted(records, key=order)
    quantities = dict.fromkeys(q for record in records.values() for q in record)
    width = max(map(len, quantities), default=0)
    lines = [f"| {'ULPs':<{width}} | {' | '.join(names)} |"]
    lines.append("|---" + "|---:" * len(names) + "|")
    for quantity in quantities:
        cells = (
            _cell(records[n].get(quantity), baseline.get(n, {}).get(quantity), bool(baseline))
            for n in names
        )
        lines.append(f"| {quantity:<{width}} | {' | '.join(cells)} |")
    return lines


def _cell(now: dict[str, Any] | None, before: dict[str, Any] | None, compared: bool) -> str:
    if now is None:
        return ""
    mark = "" if now["within"] else "!"
    if compared:
        mark += "+" if before is None else "*" if before["sha256"] != now["sha256"] else ""
    return f"{now['ulps']:.2g}{mark}" if now["ulps"] < 100 else f"{now['ulps']:.0f}{mark}"


def beyond(records: Records) -> list[str]:
    """Name what is beyond its bound."""
    return [
        f"{quantity} with NumPy {name}"
        for name, record in records.items()
        for quantity, found in record.items()
        if not found["within"]
    ]


def plot(records: Records, path: Path) -> None:
    """Draw a line a quantity over the NumPys.

    Raises
    ------
    UsageError
        Without matplotlib, or where `path` cannot be written.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise UsageError("--plot needs matplotlib", "pip install 'optproof[plots]'") from None
    names: Sequence[str] = sorted(records, key=order)
    figure = Figure(figsize=(10, 6))
    axes = figure.subplots()
    for quantity in dict.fromkeys(q for record in records.values() for q in record):
        ulps = [records[n].get(quantity, {}).get("ulps", float("nan")) for n in names]
        axes.plot(range(len(names)), ulps, marker="o", label=quantity)
    axes.set_xticks(range(len(names)))
    axes.set_xticklabels(names, rotation=45, ha="right")
    axes.set_yscale("symlog", linthresh=1.0)
    axes.set_ylabel("largest error in ULPs")
    axes.set_xlabel("NumPy")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    write_figure(figure, path, bbox_inches="tight")
