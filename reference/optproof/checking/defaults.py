"""The defaults of an implementation's functions, read from their signatures (clause TRAIN-9)."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

from .. import methods
from ..judging.judge import Finding
from ..judging.report import DEVIATION, PASS, Result
from ..operations import MODEL_KEYWORDS
from ..protocol import Hello
from .jobs import Job, Run


def jobs() -> list[Job]:
    """Return the one job: the defaults of ``model``, from the reference's signature.

    Other operations have cases that leave arguments out; `model` would take 10,000 epochs.
    """
    signature = inspect.signature(methods.model).parameters
    values = {name: signature[name].default for name in MODEL_KEYWORDS}
    what = "The defaults of its signature."
    return [Defaults("training/default-values", "model", ("TRAIN-9",), what, values)]


@dataclass(frozen=True)
class Defaults(Job):
    """Compare the defaults that an implementation tells of an operation with the document's.

    An argument without a default, or with one that is no number, is not judged.
    """

    values: dict[str, Any]

    def _told(self, greeting: Hello) -> dict[str, Any]:
        told = greeting.defaults.get(self.operation, {})
        return {k: told[k] for k in self.values if told.get(k) is not None}

    def concerns(self, greeting: Hello | None) -> bool:
        """Whether any is told."""
        return greeting is not None and bool(self._told(greeting))

    def run(self, here: Run) -> Result:
        """Compare."""
        findings = tuple(
            Finding(name, "is another default", None, repr(self.values[name]), repr(value))
            for name, value in self._told(here.session.greeting).items()
            if value != self.values[name]
        )
        said = "; ".join(
            f"the default of {f.tensor} is {f.got}, the document's is {f.expected}"
            for f in findings
        )
        return self.result(DEVIATION if findings else PASS, said, findings=findings)
