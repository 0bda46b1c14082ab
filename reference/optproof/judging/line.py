"""The line of the source that a diagnosis most likely speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .. import fixtures
from ..protocol import Hello, Offer, Place
from .diagnosis import Diagnosis
from .report import FAILING, UNDECIDED, Code, Result

G = r"(grad|\bg\b|\bd[Wwb])"
#: What a statement of each stage has in it, and what it has not.
MARKS: dict[str, tuple[str, str]] = {
    "first moment": (r"beta_?1|\bb1\b|\bb_1\b", r"\*\*\s*t\b|power|\bpow\b|sqrt"),
    "second moment": (
        r"beta_?2|\bb2\b|\bb_2\b",
        r"\*\*\s*t\b|power\([^,]*beta|\bpow\(.*\bt\b|sqrt",
    ),
    "correction of v": (r"beta_?1.*(\*\*|power|pow)|(\*\*|power|pow).*beta_?1", r"sqrt"),
    "correction of s": (r"beta_?2.*(\*\*|power|pow)|(\*\*|power|pow).*beta_?2", r"sqrt"),
    "quotient": (r"sqrt", r"^\W*$"),
    "velocity": (r"\bbeta\b|momentum|\bmu\b", r"^\w*[Ww]\d?\b.*learning_rate.*v\b$"),
    "output error": (r"-\s*[Yy]\b", r"^return"),
    "loss": (r"log", r"^\W*$"),
    "scale": (r"sqrt|\*\*\s*0\.5|randn|normal", r"^\W*$"),
    "permutation": (r"permutation|shuffle", r"append"),
    "shuffle": (r"^seed (\+=|= .*seed)", r"^\W*$"),
    "step counter": (r"^t (\+=|= .*\bt\b)", r"^\W*$"),
    "batches": (r"random_mini_batches|permutation", r"^\W*$"),
    "update": (r"= update_parameters_with", r"^\W*$"),
    "epoch cost": (r"cost\w* = .*cost\w* / |cost\w* (\+=|= .*compute_cost)", r"^\W*$"),
}
#: What begins again in every epoch: of the statements that set it, the last one is in the loop.
AGAIN = {
    "training.t-reset-each-epoch": r"^t = \d+$",
    "training.t-counts-epochs": r"^t (=|\+=) ",
    "training.moments-reset-each-epoch": r"initialize_(adam|velocity)|zeros",
    "training.parameters-reset-each-epoch": r"initialize_parameters",
}
STEP = r"(learning_rate|\blr\b|alpha|\beta\b(?!\d))"


def code_of(results: Iterable[Result], greeting: Hello) -> tuple[Code, ...]:
    """Return the text of each operation that is not plainly right, where the hello tells it."""
    wanted = dict.fromkeys(r.operation for r in results if r.status in (*FAILING, *UNDECIDED))
    places: dict[str, Place | Offer] = {
        **greeting.lines,
        **{f"{name} optimizer": offer for name, offer in greeting.optimizers.items()},
    }
    return tuple(
        Code(name, place.file, place.line or 1, place.source)
        for name in wanted
        if (place := places.get(name)) and place.source.strip()
    )


def located(diagnosis: Diagnosis, lines: Mapping[str, Place]) -> Diagnosis:
    """Return the diagnosis with file and line: of the statement, or of the function.

    A statement is named only where one alone has the marks of the stage, or of what is assigned;
    one for the weights and the same for the biases are one.
    """
    place = lines.get(diagnosis.operation)
    if not place:
        return diagnosis
    line = _statement(diagnosis, place.statements) or place.line
    return replace(diagnosis, file=place.file, line=line)


def _statement(diagnosis: Diagnosis, statements: Any) -> int:
    assigned = re.match(r"(d[Wb]\d|dz\d|[za]\d) = ", _formula(diagnosis))
    if assigned:
        own = [n for n, text in statements if re.match(rf"\W*{assigned[1]}\W* =", text)]
        return own[0] if len(own) == 1 else 0
    known = [name for names in diagnosis.explanations[:1] for name in names[:1]]
    if known and (again := AGAIN.get(known[0])):
        own = [n for n, text in statements if re.search(again, text)]
        return own[-1] if len(own) > 1 else 0
    stage = fixtures.load_deviations()[known[0]].stage if known else diagnosis.stage
    marks = MARKS.get(stage)
    if stage == "step":
        marks = (STEP, r"^\W*$")
    if marks is None:
        return 0
    fitting = [
        (n, text)
        for n, text in statements
        if re.search(marks[0], text) and not re.search(marks[1], text)
    ]
    scope = diagnosis.found[0].scope if diagnosis.found else ""
    kind = {"the weights": r"[\"'d]W|_W\b", "the biases": r"[\"'d]b[^e]|_b\b"}.get(scope)
    if kind and any(re.search(kind, text) for _, text in fitting):
        fitting = [(n, text) for n, text in fitting if re.search(kind, text)]
    return fitting[0][0] if len({text.replace("W", "b") for _, text in fitting}) == 1 else 0


def _formula(diagnosis: Diagnosis) -> str:
    if diagnosis.found:
        return diagnosis.found[0].formula
    said = diagnosis.evidence[0] if diagnosis.evidence else ""
    named = re.search(r"(?:look at|only|^|:) ?((?:d[Wb]|dz|[za])\d = )", said)
    return named[1] if named else ""
