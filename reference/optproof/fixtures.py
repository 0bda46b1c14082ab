"""Fixture files, read into frozen dataclasses. Nothing here decides what is right."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from .errors import FixtureError, NotRun
from .formats import FORMATS
from .operations import OPERATIONS
from .operations import next_arguments as next_arguments
from .protocol import Array, MalformedMessage, decode
from .versions import root as root

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
    flushed : float64 array or None
        The bound where subnormal numbers are taken for zero; None where it is the same.
    """

    dtype: str
    shape: tuple[int, ...]
    values: Array | None
    bound: Array | None
    start: tuple[int, ...]
    digits: tuple[str, ...] = ()
    flushed: Array | None = None


@dataclass(frozen=True)
class Case:
    """One call, or a chain of calls, and what must come back from the last.

    Parameters
    ----------
    id : str
        Permanent: never renumbered, never reused.
    operation, clauses, comment
    inputs : dict
        The arguments of the first call, encoded, or a recipe that gives them.
    raw : dict
        The whole case as the file has it. Expected values and signatures are read from it when
        they are first asked for.
    """

    id: str
    operation: str
    clauses: tuple[str, ...]
    comment: str
    inputs: Json
    raw: Json = field(repr=False)

    @cached_property
    def expected(self) -> dict[str, Expected]:
        """What each tensor of the last call's answer must be.

        Raises
        ------
        FixtureError
            If what the file says of it is not to the schema.
        """
        try:
            return {name: read_expected(tensor) for name, tensor in self.raw["expected"].items()}
        except (AttributeError, KeyError, TypeError, ValueError, InvalidOperation) as error:
            problem = f"{type(error).__name__}: {error}"
        raise FixtureError(f"{root()}: case {self.id} is not to its schema: {problem}", _REINSTALL)

    @cached_property
    def signatures(self) -> dict[str, dict[str, Expected | None]]:
        """What each known deviation answers, where that differs; None for a missing tensor."""
        return {
            deviation: {name: read_expected(t) if t else None for name, t in tensors.items()}
            for deviation, tensors in self.raw.get("signatures", {}).items()
        }

    @property
    def expected_unknown(self) -> bool:
        """Whether this is a documented case of a variant that the document has no figures for."""
        return bool(self.raw.get("unknown", False))

    def as_variant(self, variant: str) -> Case:
        """Return the case with what `variant` answers in the place of what is specified."""
        signature = self.raw.get("signatures", {}).get(variant)
        expected = self.raw["expected"]
        documented = any("digits" in tensor for tensor in expected.values())
        answers = {k: _flushing(v, expected.get(k, {})) for k, v in (signature or {}).items()}
        changed = {"expected": {**expected, **answers}}
        unknown = {"unknown": documented and not signature}
        return replace(self, raw={**self.raw, **changed, **unknown})

    @cached_property
    def _drawn(self) -> dict[str, Array]:
        """What the recipe gives: drawn once."""
        return carry_out(self.inputs["recipe"], self.id)

    @property
    def calls(self) -> int:
        """How many calls the case makes: 1, or more for a chain."""
        return int(self.raw.get("calls", 1))

    @property
    def dtypes(self) -> tuple[str, ...]:
        """The formats in which the case tells right from wrong."""
        return tuple(self.raw.get("dtypes", FORMATS))

    def arguments(self) -> Json:
        """Return the arguments by name, defaults too; recipes are carried out here.

        Raises
        ------
        NotRun
            If this NumPy's generator does not give the bytes that the recipe promises.
        """
        inputs = dict(self.inputs)
        recipe = inputs.pop("recipe", None)
        drawn = self._drawn if recipe else {}
        return {**drawn, **decode(inputs), **self.defaults}

    @property
    def defaults(self) -> dict[str, float]:
        """The document's values of the arguments that the call leaves out."""
        return dict(self.raw.get("defaults", {}))

    def change(self, call: int) -> Json:
        """Return the arguments that change at a later call of a chain, counted from 1."""
        then = self.raw.get("then")
        return dict(decode(then[(call - 1) % len(then)])) if then else {}


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
    withdrawn: dict[str, str] = field(default_factory=dict)  # id -> why


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
    listed = manifest()["files"].get(name, {}).get("sha256")
    if hashlib.sha256(raw).hexdigest() != listed:
        # Say what is wrong with the content, if anything is, before that it was changed.
        content = _parse(path, raw)
        if "cases" in content:
            _fixture_file(name, content, read_all=True)
        raise FixtureError(f"{path}: not the file that manifest.json lists (SHA-256)", _REINSTALL)
    return _parse_but_signatures(raw) or _parse(path, raw)


def documented_start() -> tuple[Array, Array, dict[str, Array], Json]:
    """Return X, Y, initial parameters and hyperparameters of the documented trainings."""
    X, Y = (decode(load("training/moons.json")[name]) for name in "XY")
    documented = load("training/documented.json")
    parameters = decode(documented["initial_parameters"])
    return X, Y, parameters, dict(documented["hyperparameters"])


def small_start() -> tuple[Array, Array, dict[str, Array], Json]:
    """Return the same of the small training (clause TRAIN-9)."""
    small = load("training/small.json")
    X, Y, parameters = (decode(small[name]) for name in ("X", "Y", "initial_parameters"))
    return X, Y, parameters, dict(small["hyperparameters"])


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


class Signatures(Mapping[str, Any]):
    """The signatures of a case, read when they are first asked for."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    @cached_property
    def _read(self) -> Json:
        return dict(json.loads(self._raw))

    def __getitem__(self, name: str) -> Any:
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


#: How the writer of the fixtures lays signatures out. They are four fifths of a file, and a check
#: needs them for a declared variant alone.
_BEGIN, _END = b'\n   "signatures": {', b"\n   }"


def _parse_but_signatures(raw: bytes) -> Json | None:
    """Return the content of a file with signatures yet to be read; None where it has none such."""
    kept, found, at = list[bytes](), list[bytes](), 0
    while (begin := raw.find(_BEGIN, at)) >= 0 and (end := raw.find(_END, begin)) >= 0:
        start, end = begin + len(_BEGIN) - 1, end + len(_END)
        kept += [raw[at:start], b"%d" % len(found)]
        found.append(raw[start:end])
        at = end
    if not found:
        return None
    try:
        content = json.loads(b"".join([*kept, raw[at:]]))
        for entry in content.get("cases") or content["trajectories"]:
            if "signatures" in entry:
                entry["signatures"] = Signatures(found[entry["signatures"]])
        return dict(content)
    except (ValueError, TypeError, LookupError, AttributeError):  # laid out in another way
        return None


def _fixture_file(name: str, content: Json, read_all: bool = False) -> FixtureFile:
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
        cases = tuple(read_case(operation, case) for case in content["cases"])
        if read_all:
            _ = [(case.expected, case.signatures) for case in cases]
        withdrawn = dict(content.get("withdrawn", {}))
        return FixtureFile(name, operation, content["provenance"], notes, cases, withdrawn)
    except KeyError as error:
        problem = f"key {error} is missing"
    except (AttributeError, TypeError, ValueError, InvalidOperation, MalformedMessage) as error:
        problem = str(error)
    raise FixtureError(f"{root() / name}: not to its schema: {problem}", _REINSTALL)


def read_case(operation: str, case: Json) -> Case:
    """Return a case from what its file says."""
    clauses = tuple(case["clauses"])
    return Case(case["id"], operation, clauses, case["comment"], case["inputs"], case)


def read_expected(tensor: Json) -> Expected:
    """Return what a tensor must be, from what its file says."""
    dtype, shape = tensor["dtype"], tuple(tensor["shape"])
    block = tuple(tensor.get("block", shape))
    start = tuple(tensor.get("start", (0,) * len(shape)))
    if "digits" in tensor:
        digits = tuple(tensor["digits"])
        values = np.array([float(d) for d in digits]).reshape(block)
        bound = np.array([half_unit(d) for d in digits]).reshape(block)
        return Expected(dtype, shape, values, bound, start, digits)
    if "data" in tensor:
        values = np.array(tensor["data"], dtype=float).reshape(block)
        bound = _in_shape(tensor["bound"], block)
        flushed = _in_shape(tensor["flushed"], block) if "flushed" in tensor else None
        return Expected(dtype, shape, values, bound, start, flushed=flushed)
    return Expected(dtype, shape, None, None, start)


def _flushing(tensor: Json, documented: Json) -> Json:
    """Allow a variant's tensor what flushing adds to the documented form's bound, twice.

    A variant differs in one stage: what a number below the smallest normal one moves in it is of
    the size that it has in the document's form, far below all that the case tells apart.
    """
    if "flushed" not in documented or "bound" not in tensor:
        return tensor
    added = np.asarray(documented["flushed"]) - np.asarray(documented["bound"])
    return {**tensor, "flushed": (np.asarray(tensor["bound"]) + 2 * added).tolist()}


def _in_shape(bound: Any, shape: tuple[int, ...]) -> Array:
    array = np.array(bound, dtype=float)
    return array.reshape(shape) if array.ndim else np.full(shape, array)


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
            raise NotRun(
                f"{case_id}: NumPy {np.__version__} does not draw the {draw['name']} of this case",
                "its legacy generator differs from the one that the document used; report this",
            )
        arrays[draw["name"]] = array
    return arrays
