"""Guards the fixtures: the only writer of the vectors, and the checks on what is shipped.

Needs the extra ``certify`` where values are computed.
"""

from __future__ import annotations

import datetime
import hashlib
import importlib.util
import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import fixtures
from ..errors import UsageError
from ..fixtures import SCHEMA, Json
from ..operations import OPERATIONS
from ..protocol import decode_tensor, encode
from ..reports.explain import clauses
from .kill_matrix import (
    KILL_MATRIX,
    KILL_MATRIX_OF_TRAJECTORIES,
    kill_matrix,
    kill_matrix_of_trajectories,
)

if TYPE_CHECKING:
    from rich.console import Console

    from .vector import Vector

PROVENANCE = {
    "source": "the reference's own source on exact balls (python-flint arb), correctly rounded, "
    "the rounding proved",
    "command": "optproof fixtures regenerate",
    "bounds": "the same source in a model of floating-point arithmetic; SPEC.md, clause CONV-8",
}
#: What the manifest lists.
LISTED = (
    "deviations.json",
    "documented/*.json",
    "vectors/*.json",
    "trajectories/*.json",
    "training/*.json",
)
CLAUSE = re.compile(r"\b[A-Z]+-[0-9]+\b")


def build(only: Sequence[str] = ()) -> dict[str, Json]:
    """Compute the files that are written here, or some: their content by name in the fixtures."""
    from .network_vectors import WITHDRAWN, network_vectors
    from .optimizer_vectors import optimizer_vectors
    from .signatures import add_signatures
    from .trajectory_files import build_trajectories

    vectors = [*optimizer_vectors(), *network_vectors()]
    contents = {}
    for operation, group in groupby(vectors, key=lambda v: v.operation):
        name, defined = f"vectors/{operation}.json", list(group)
        if only and name not in only:
            continue
        content: Json = {
            "schema": SCHEMA,
            "operation": operation,
            "provenance": PROVENANCE,
            "notes": {},
            "cases": [_case(vector) for vector in defined],
        }
        short = OPERATIONS[operation].short
        if withdrawn := {i: why for i, why in WITHDRAWN.items() if i.startswith(f"{short}/")}:
            content["withdrawn"] = withdrawn
        add_signatures(content, defined)
        contents[name] = content
    if only and not any(name.startswith("trajectories/") for name in only):
        return contents
    return {**contents, **build_trajectories(PROVENANCE)}


def _case(vector: Vector) -> Json:
    from .bounds import applicable, bounds, flushed
    from .exact import expected_values

    expected, exact = expected_values(vector)
    allowed, with_flush = bounds(vector, exact), flushed(vector, exact)
    case: Json = {
        "id": vector.id,
        "clauses": list(vector.clauses),
        "comment": vector.comment,
        "dtypes": applicable(vector, exact, expected, allowed),
        "inputs": encode({k: v for k, v in vector.inputs.items() if k not in vector.left_out}),
    }
    if vector.left_out:
        case["defaults"] = {name: vector.inputs[name] for name in vector.left_out}
    if vector.calls > 1:
        case.update(then=encode(list(vector.then)), calls=vector.calls)
    case["expected"] = {
        name: {**encode(values), "bound": _bound(allowed[name].reshape(-1).tolist())}
        for name, values in expected.items()
    }
    for name, tensor in case["expected"].items():
        if (with_flush[name] > allowed[name]).any():
            tensor["flushed"] = _bound(with_flush[name].reshape(-1).tolist())
    return case


def _bound(values: list[float]) -> float | list[float]:
    return values[0] if len(set(values)) == 1 else values


def render(value: Any, indent: int = 0) -> str:
    """Return JSON with a tensor, or a list of plain values, on one line."""
    nested = [v for v in value if isinstance(v, (dict, list))] if isinstance(value, list) else []
    if isinstance(value, dict) and value and "shape" not in value:
        inner = [f"{json.dumps(k)}: {render(v, indent + 1)}" for k, v in value.items()]
        opening, closing = "{}"
    elif nested:
        inner = [render(v, indent + 1) for v in value]
        opening, closing = "[]"
    else:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    pad = "\n" + " " * indent
    return opening + pad + " " + f",{pad} ".join(inner) + pad + closing


def regenerate(reason: str, console: Console) -> int:
    """Write the vectors and the manifest again, print what changed, and record why.

    Raises
    ------
    UsageError
        Under CI, on a dirty tree, outside a checkout, or without a reason.
    """
    _refuse_unguarded(reason)
    root = fixtures.root()
    _refuse_documented(root)
    _write_small(root)
    write_manifest(root, fixtures.manifest()["version"])  # deviations.json is written by hand
    fixtures.manifest.cache_clear()
    fixtures.load.cache_clear()
    contents = build()
    rendered = {name: render(content) + "\n" for name, content in contents.items()}
    folders = ("vectors", "trajectories")
    old = {f"{f}/{path.name}": path for f in folders for path in (root / f).glob("*.json")}
    changes: list[str] = []
    for name, content in contents.items():
        before = json.loads(old[name].read_text("utf-8")) if name in old else {"cases": []}
        changes += differences(before, content)
    changes += [f"{name}: removed" for name in old if name not in contents]
    for line in changes:
        console.print(line, soft_wrap=True, highlight=False)
    for folder in folders:
        (root / folder).mkdir(exist_ok=True)
    for name, path in old.items():
        if name not in contents:
            path.unlink()
    for name, text in rendered.items():
        (root / name).write_text(text, "utf-8", newline="\n")
    if write_manifest(root, fixtures.manifest()["version"] + 1):
        today = datetime.date.today().isoformat()
        with (root / "vectors" / "HISTORY.md").open("a", encoding="utf-8") as history:
            history.write(f"- {today}: {reason} ({len(changes)} changes)\n")
    (root / KILL_MATRIX).write_text(kill_matrix(contents), "utf-8", newline="\n")
    table = kill_matrix_of_trajectories(contents)
    (root / KILL_MATRIX_OF_TRAJECTORIES).write_text(table, "utf-8", newline="\n")
    console.print(f"{len(changes)} changes in {len(contents)} files")
    return 0


def _write_small(root: Path) -> None:
    from . import small

    (root / small.NAME).write_text(render(small.small_training()) + "\n", "utf-8", newline="\n")


def _refuse_unguarded(reason: str) -> None:
    if os.environ.get("CI"):
        raise UsageError("fixtures are not regenerated under CI", "do it in a checkout of your own")
    if not reason.strip():
        raise UsageError("--reason is empty", "say why the fixtures change")
    command = ["git", "-C", str(fixtures.root()), "status", "--porcelain"]
    try:
        status = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        raise UsageError(f"{fixtures.root()} is in no git checkout, or there is no git") from None
    if status.strip():
        changed = status.splitlines()[0].strip()
        raise UsageError(f"the checkout has changes ({changed}, ...)", "commit or stash them first")


def _refuse_documented(root: Path) -> None:
    """The document's figures do not change: who edits them has made a mistake."""
    for name, entry in fixtures.manifest()["files"].items():
        path = root / name
        if name.startswith("documented/") and (
            not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]
        ):
            raise UsageError(f"{path} was changed", "the document's figures are never regenerated")


def write_manifest(root: Path, version: int) -> bool:
    """Write the manifest of what is there; return whether any file changed."""
    path = root / "manifest.json"
    before = json.loads(path.read_text("utf-8"))
    files: dict[str, Json] = {}
    for name in _present(root):
        raw = (root / name).read_bytes()
        files[name] = {"sha256": hashlib.sha256(raw).hexdigest()}
        content = json.loads(raw)
        for kind in ("cases", "trajectories"):
            if kind in content:
                files[name][kind] = len(content[kind])
    if files == before["files"]:
        return False
    count = sum(entry.get("cases", 0) for entry in files.values())
    manifest = {
        "schema": SCHEMA,
        "version": version,
        "cases": count,
        "files": files,
    }
    path.write_text(json.dumps(manifest, indent=1) + "\n", "utf-8", newline="\n")
    return True


def _present(root: Path) -> list[str]:
    """Return the files that the manifest must list."""
    found = [path for pattern in LISTED for path in sorted(root.glob(pattern))]
    return [path.relative_to(root).as_posix() for path in found]


def differences(old: Json, new: Json) -> list[str]:
    """Say, case by case and tensor by tensor, how `new` differs from `old`."""
    parts = ("provenance", "notes", "withdrawn")
    lines = [f"{k}: changed" for k in parts if _entries(old) and old.get(k) != new.get(k)]
    before, after = ({case["id"]: case for case in _entries(c)} for c in (old, new))
    for case_id in {**before, **after}:
        if case_id not in after:
            lines.append(f"{case_id}: removed")
        elif case_id not in before:
            lines.append(f"{case_id}: new")
        else:
            lines += [f"{case_id}: {d}" for d in _changes(before[case_id], after[case_id])]
    return lines


def _entries(content: Json) -> list[Json]:
    """Return the cases of a file, or its trajectories."""
    return [*content.get("cases", []), *content.get("trajectories", [])]


def _changes(old: Json, new: Json) -> Iterator[str]:
    for key in {**old, **new}:
        if key != "expected" and old.get(key) != new.get(key):
            yield f"{key} changed"
    before, after = old.get("expected", {}), new.get("expected", {})
    for name in {**before, **after}:
        a, b = before.get(name), after.get(name)
        if a == b:
            continue
        if a is None or b is None or a["shape"] != b["shape"] or a["dtype"] != b["dtype"]:
            yield f"{name} changed in shape or dtype, or is in one only"
            continue
        x, y = (decode_tensor(t).astype(float) for t in (a, b))
        count, most = int((x != y).sum()), float(np.abs(x - y).max(initial=0.0))
        bound = "" if a.get("bound") == b.get("bound") else ", bound changed"
        yield f"{name}: {count} of {x.size} values differ, by up to {most:.3g}{bound}"


def verify(console: Console, training: bool = False, only: Sequence[str] = ()) -> int:
    """Check hashes, schemas and, with the extra ``certify``, every value; 1 if one is wrong.

    With `only`, names of files, the schemas and values of those alone.

    With `training`, also prove the first 200 epochs of each optimizer again.
    """
    problems, checked = [*_hash_problems()], "hashes"
    if importlib.util.find_spec("jsonschema"):
        problems, checked = [*problems, *_schema_problems(only)], f"{checked}, schemas"
    else:
        console.print("schemas not checked: pip install jsonschema")
    if importlib.util.find_spec("flint"):
        problems, checked = (
            [*problems, *_value_problems(only)],
            f"{checked}, values" + f" of {len(only)}" * bool(only),
        )
    else:
        console.print("values not recomputed: pip install 'optproof[certify]'")
    if training:
        from .training import verify_training

        for optimizer, found in verify_training().items():
            problems += [f"training/certified-{optimizer}.json: {what}" for what in found]
        checked = f"{checked}, 200 epochs of each training, all documented costs"
    return _report(problems, console, checked)


def lint(console: Console) -> int:
    """Look for stray files, repeated ids, and notes and clauses that lead nowhere."""
    return _report(list(lint_problems()), console, "ids, notes, clauses, files")


def _report(problems: list[str], console: Console, checked: str) -> int:
    for problem in problems:
        console.print(problem, soft_wrap=True, highlight=False)
    summary = f"{checked} of {fixtures.root()}: {len(problems)} problems"
    console.print(summary, soft_wrap=True, highlight=False)
    return 1 if problems else 0


def _contents() -> dict[str, Json]:
    """Return each listed file that can be read, hash checked or not."""
    found = {}
    for name in fixtures.manifest()["files"]:
        path = fixtures.root() / name
        if path.is_file():
            found[name] = json.loads(path.read_text("utf-8"))
    return found


def _hash_problems() -> Iterator[str]:
    for name, entry in fixtures.manifest()["files"].items():
        path = fixtures.root() / name
        if not path.is_file():
            yield f"{name}: missing"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            yield f"{name}: not the file that manifest.json lists (SHA-256)"


def _schema_problems(only: Sequence[str]) -> Iterator[str]:
    validator = importlib.import_module("jsonschema").Draft202012Validator
    folder = fixtures.root() / "schema"
    for kind in ("cases", "trajectories"):
        schema = validator(json.loads((folder / f"{kind}.schema.json").read_text("utf-8")))
        for name, content in _contents().items():
            if kind not in content or (only and name not in only):
                continue
            for error in schema.iter_errors(content):
                yield f"{name}: {error.json_path}: {error.message[:200]}"


def _value_problems(only: Sequence[str]) -> Iterator[str]:
    from . import small

    if not only or small.NAME in only:
        yield from (f"{small.NAME}: {what}" for what in small.disagreements())
    shipped = _contents()
    for name, content in build(only).items():
        if name not in shipped:
            yield f"{name}: not in the manifest"
        else:
            yield from (f"{name}: {line}" for line in differences(shipped[name], content))


def lint_problems() -> Iterator[str]:
    """Yield what is wrong, in words."""
    listed = fixtures.manifest()["files"]
    for name in _present(fixtures.root()):
        if name not in listed:
            yield f"{name}: an orphan, not in manifest.json"
    known = clauses().keys()
    ids: Counter[str] = Counter()
    for name, content in _contents().items():
        cases = _entries(content)
        ids.update([*(case["id"] for case in cases), *content.get("withdrawn", ())])
        used = {deviation for case in cases for deviation in case.get("signatures", {})}
        notes = content.get("notes", {})
        yield from (f"{name}: the note {n!r} is used by no case" for n in sorted(set(notes) - used))
        yield from (f"{name}: no note declares {n!r}" for n in sorted(used - set(notes)))
        cited = {c for note in notes.values() for c in CLAUSE.findall(note["clause"])}
        for case in cases:
            cited |= set(case["clauses"])
            if "NaN" in json.dumps([case.get("inputs"), case.get("expected")]):
                yield f"{case['id']}: holds NaN"
        yield from (f"{name}: SPEC.md has no clause {c}" for c in sorted(cited - known))
    yield from (f"{i}: {count} cases have this id" for i, count in ids.items() if count > 1)
