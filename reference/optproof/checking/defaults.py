"""The defaults of an implementation's functions, read from their signatures (clause TRAIN-9)."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from .. import methods
from ..judging.judge import Finding
from ..judging.report import DEVIATION, PASS, Result
from ..operations import MODEL_KEYWORDS, OPERATIONS


@dataclass(frozen=True)
class Defaults:
    """The document's defaults of one operation: ``training/default-values``."""

    operation: str
    values: dict[str, Any]
    clauses: tuple[str, ...] = ("TRAIN-9",)
    name: ClassVar[str] = "default-values"

    @property
    def id(self) -> str:
        """The permanent id."""
        return f"{OPERATIONS[self.operation].short}/{self.name}"


def defaults() -> list[Defaults]:
    """Return the document's defaults of ``model``, from the reference's signature.

    Other operations have cases that leave arguments out; `model` would take 10,000 epochs.
    """
    signature = inspect.signature(methods.model).parameters
    return [Defaults("model", {name: signature[name].default for name in MODEL_KEYWORDS})]


def judge_defaults(wanted: Iterable[Defaults], told: dict[str, dict[str, Any]]) -> Iterator[Result]:
    """Yield a result for each operation of which an implementation tells defaults.

    An argument without a default, or with one that is no number, is not judged.
    """
    for entry in wanted:
        theirs = told.get(entry.operation, {})
        theirs = {k: theirs[k] for k in entry.values if theirs.get(k) is not None}
        if not theirs:
            continue
        findings = tuple(
            Finding(name, "is another default", None, repr(entry.values[name]), repr(value))
            for name, value in theirs.items()
            if value != entry.values[name]
        )
        said = "; ".join(
            f"the default of {f.tensor} is {f.got}, the document's is {f.expected}"
            for f in findings
        )
        status = DEVIATION if findings else PASS
        yield Result(entry.id, entry.operation, entry.clauses, status, said, findings=findings)
