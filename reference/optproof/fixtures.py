"""Fixture files, read into frozen dataclasses. Nothing here decides what is right."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from .errors import CallError, FixtureError
from .operations import OPERATIONS
from .protocol import Array, MalformedMessage, decode

SCHEMA = 1
Json = dict[str, Any]


@dataclass(frozen=True)
class Expected:
    """What one tensor of an answer must be.

    Parameters
    ----------
    dtype, shape
        Of the whole tensor.
    values : float64 array or None
        The values of the block that is judged; None where only dtype and shape are.
    bound : float64 array or None
        Largest error allowed for each value, for float64 answers: half a unit of the last printed
        digit (documented cases) or the rounding bound (vectors). 0 asks for equality.
    start : tuple of int
        Index at which the block begins.
    digits : tuple of str
        The values as the document prints them; empty where they are not from the document.
    """

    dtype: str
    shape: tuple[int, ...]
    values: Array | None
    bound: Array | None
    start: tuple[int, ...]
    digits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """One call and what must come back. Ids are permanent: never renumbered, never reused."""

    id: str
    operation: str
    clauses: tuple[str, ...]
    comment: str
    inputs: Json
    expected: dict[str, Expected]
    signatures: dict[str, dict[str, Expected]]

    def arguments(self) -> Json:
        """Return the arguments by name, decoded; recipes are carried out here.

        Raises
        ------
        CallError
            If this NumPy's generator does not give the bytes that the recipe promises.
        """
        inputs = dict(self.inputs)
        recipe = inputs.pop("recipe", None)
        drawn = carry_out(recipe, self.id) if recipe else {}
        return {**drawn, **decode(inputs)}


@dataclass(frozen=True)
class Note:
    """What a deviation is, as the fixture files tell it to readers without optproof."""

    title: str
    effect: str
    clause: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class FixtureFile:
    """One file: one operation."""

    path: str
    operation: str
    provenance: Json
    notes: dict[str, Note]
    cases: tuple[Case, ...] = field(default=())


@dataclass(frozen=True)
class Deviation:
    """What a known deviation is, in words; its formula stands in ``optproof.deviations``."""

    id: str
    operation: str
    stage: str
    clause: str
    title: str
    effect: str
    variant: bool = False
    links: tuple[str, ...] = ()


@cache
def load_deviations() -> dict[str, Deviation]:
    """Return the catalogue by id."""
    entries = load("deviations.json")["deviations"]
    return {
        name: Deviation(name, **{**entry, "links": tuple(entry.get("links", ()))})
        for name, entry in entries.items()
    }


def root() -> Path:
    """Return the folder of the fixtures: ``$OPTPROOF_FIXTURES``, the wheel's, or the checkout's."""
    if chosen := os.environ.get("OPTPROOF_FIXTURES"):
        return Path(chosen)
    here = Path(__file__).resolve()
    shipped = here.parent / "fixtures"
    return shipped if shipped.is_dir() else here.parents[2] / "fixtures"


@cache
def manifest() -> Json:
    """Return the manifest: the files that there must be, their SHA-256, and counts."""
    path = root() / "manifest.json"
    content = _parse(path, _read(path))
    if not isinstance(content.get("files"), dict) or content.get("schema") != SCHEMA:
        raise FixtureError(f"{path}: not a manifest of schema {SCHEMA}", _REINSTALL)
    return content


@cache
def load(name: str) -> Json:
    """Return the content of the fixture file `name` (relative to :func:`root`), hash checked.

    Raises
    ------
    FixtureError
        If it is missing, truncated, or not the file that the manifest lists.
    """
    path = root() / name
    raw = _read(path)
    content = _parse(path, raw)
    listed = manifest()["files"].get(name, {}).get("sha256")
    if hashlib.sha256(raw).hexdigest() != listed:
        # Say what is wrong with the content, if anything is, before that it was changed.
        if "cases" in content:
            _fixture_file(name, content)
        raise FixtureError(f"{path}: not the file that manifest.json lists (SHA-256)", _REINSTALL)
    return content


@cache
def load_cases() -> tuple[FixtureFile, ...]:
    """Return every file of cases that the manifest lists, in the order of the operations."""
    names = [n for n in manifest()["files"] if n.startswith(("documented/", "vectors/"))]
    files = [_fixture_file(name, load(name)) for name in names]
    order = list(OPERATIONS)
    return tuple(sorted(files, key=lambda f: (order.index(f.operation), f.path)))


_REINSTALL = "reinstall optproof, or unset OPTPROOF_FIXTURES if it points elsewhere"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FixtureError(f"{path}: cannot be read ({error.strerror})", _REINSTALL) from None


def _parse(path: Path, raw: bytes) -> Json:
    try:
        content = json.loads(raw)
    except ValueError as error:
        raise FixtureError(f"{path}: truncated or not JSON ({error})", _REINSTALL) from None
    if not isinstance(content, dict):
        raise FixtureError(f"{path}: holds no JSON object", _REINSTALL)
    return content


def _fixture_file(name: str, content: Json) -> FixtureFile:
    try:
        if content["schema"] != SCHEMA:
            raise ValueError(f"schema {content['schema']!r}; this optproof reads {SCHEMA}")
        operation = content["operation"]
        if operation not in OPERATIONS:
            raise ValueError(f"unknown operation {operation!r}")
        notes = {
            key: Note(n["title"], n["effect"], n["clause"], tuple(n.get("links", ())))
            for key, n in content["notes"].items()
        }
        cases = tuple(_case(operation, case) for case in content["cases"])
        return FixtureFile(name, operation, content["provenance"], notes, cases)
    except KeyError as error:
        problem = f"key {error} is missing"
    except (AttributeError, TypeError, ValueError, InvalidOperation, MalformedMessage) as error:
        problem = str(error)
    raise FixtureError(f"{root() / name}: not to its schema: {problem}", _REINSTALL)


def _case(operation: str, case: Json) -> Case:
    expected = {name: _expected(tensor) for name, tensor in case["expected"].items()}
    signatures = {
        deviation: {name: _expected(tensor) for name, tensor in tensors.items()}
        for deviation, tensors in case.get("signatures", {}).items()
    }
    return Case(
        case["id"],
        operation,
        tuple(case["clauses"]),
        case["comment"],
        case["inputs"],
        expected,
        signatures,
    )


def _expected(tensor: Json) -> Expected:
    dtype, shape = tensor["dtype"], tuple(tensor["shape"])
    block = tuple(tensor.get("block", shape))
    start = tuple(tensor.get("start", (0,) * len(shape)))
    if "digits" in tensor:
        digits = tuple(tensor["digits"])
        values = np.array([float(d) for d in digits]).reshape(block)
        bound = np.array([half_unit(d) for d in digits]).reshape(block)
        return Expected(dtype, shape, values, bound, start, digits)
    if "data" in tensor:
        values = np.array([float(v) for v in tensor["data"]]).reshape(block)
        bound = np.broadcast_to(np.array(tensor["bound"], dtype=float), values.shape)
        return Expected(dtype, shape, values, bound, start)
    return Expected(dtype, shape, None, None, start)


def half_unit(digits: str) -> float:
    """Return half a unit of the last digit of a printed number.

    A number printed without decimals (``0.``) is exact: NumPy prints an array so only when all
    its entries are whole.

    >>> half_unit("-0.3756023"), half_unit("1.51020075e-05"), half_unit("0.")
    (5e-08, 5e-14, 0.0)
    """
    exponent = Decimal(digits).as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"{digits!r} is not a finite number")
    return 0.0 if exponent >= 0 else float(f"5e{exponent - 1}")


def carry_out(recipe: Json, case_id: str) -> dict[str, Array]:
    """Return the arrays that a recipe of random draws gives.

    ``{"generator": "numpy-legacy", "seed", "draws": [{"name", "shape", "dtype", "sha256"}]}``:
    each draw is ``randn`` of that shape, for a bool ``randn < less_than``.

    Raises
    ------
    CallError
        If the bytes (row-major, little-endian) do not hash to ``sha256``.
    """
    generator = np.random.RandomState(recipe["seed"])
    arrays = {}
    for draw in recipe["draws"]:
        array: Array = generator.randn(*draw["shape"])
        if draw["dtype"] == "bool":
            array = array < draw["less_than"]
        little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        if hashlib.sha256(little.data).hexdigest() != draw["sha256"]:
            raise CallError(
                "recipe",
                f"{case_id}: NumPy {np.__version__} does not draw the {draw['name']} of this case",
                "its legacy generator differs from the one that the document used; report this",
            )
        arrays[draw["name"]] = array
    return arrays
