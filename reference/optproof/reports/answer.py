"""What there is to say of an operation that does not conform: the one text of all reports."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from .. import fixtures
from ..deviations import PIPELINES
from ..deviations.loop import STAGES as LOOP
from ..fixtures import Deviation
from ..judging.diagnosis import Diagnosis, Found
from ..judging.judge import Finding
from ..judging.report import (
    DEVIATION,
    ERROR,
    FAILING,
    KNOWN,
    NOT_CALLED,
    PASS,
    STALE,
    TIMED_OUT,
    UNDECIDED,
    Report,
    Result,
)
from .given import given

#: What a block is called where its cases differ, worst first.
WORST = (ERROR, DEVIATION, STALE, NOT_CALLED, TIMED_OUT)
#: Notes that change nothing: --verbose has them.
HARMLESS = ("it changes its arguments", "it prints while it works")
#: How many mistakes that cannot be told apart, and how many messages, a block names.
MOST = 3
#: A message that says no more than the example does.
PLAIN = ("deviates in ", "deviates from step ")
#: What was not asked for: --verbose has it.
UNASKED = "of the document's 10 printed costs"
OUTSIDE = re.compile(r"\d+ of \d+ values outside the bound")
#: A formula that has the learning rate in the velocity.
_STEP_ITSELF = re.compile(r"^(\w+), alpha = (.+), 0 \* alpha \+ 1\.0$")
#: Another tensor's part in a formula, and what it is called.
_OTHER = re.compile(r"(weights|biases|first|last)\[['\"](\w+)['\"]\]")
_OF = {"weights": "its weights", "biases": "its biases"}
_OF |= {"first": "the first layer", "last": "the last layer"}
NO_NUMBERS = ("nan", "inf", "-inf", "NaN", "Infinity", "-Infinity")
#: The finding that says where a training and the reference's first part.
PARTS = "first divergence"


@dataclass(frozen=True)
class Block:
    """One operation that deviates, raises or cannot be called.

    Parameters
    ----------
    operation, status : str
    count : str
        How many of its test cases; where it could not be judged: why.
    mistakes : tuple of str
        Each in words, its id in brackets; or what the implementation raised.
    parts : tuple of (label, text)
        Where it is, what it does to a training, how to mend it, an example, the clause.
    paste : str
        Code or settings to copy, as they stand.
    file, line : str, int
        Empty and 0 where the line is not known.
    """

    operation: str
    status: str
    count: str
    mistakes: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]
    paste: str = ""
    file: str = ""
    line: int = 0

    @property
    def head(self) -> str:
        """The operation, its status, and how many test cases; or why it was not judged."""
        return f"{self.operation}  {self.said}: {self.count}"

    @property
    def said(self) -> str:
        """The status, as it is said."""
        return "cannot be called" if self.status == NOT_CALLED else self.status


def blocks(report: Report) -> list[Block]:
    """Return a block for each operation of which there is something to say, as they were run.

    One block, of the target, where the same kept every operation from being judged.
    """
    found = [
        block(own, report.diagnoses, _again(report))
        for own in by_operation(report.results).values()
        if any(r.status in WORST for r in own)
    ]
    if len(found) > 1 and len({replace(one, operation="") for one in found}) == 1:
        return [replace(found[0], operation=report.target)]
    return found


def _again(report: Report) -> str:
    """Return the target, where a Python session can call it."""
    is_python = report.versions.get("language", "").startswith("Python")
    plain = re.fullmatch(r"[\w./\\:-]+", report.target) and report.target != "reference"
    return relative(report.target) if is_python and plain else ""


def block(results: Sequence[Result], diagnoses: Sequence[Diagnosis], target: str = "") -> Block:
    """Return what there is to say of the results of one operation, of a target if given."""
    operation = results[0].operation
    telling = [r for r in results if r.status in WORST]
    status = next(s for s in WORST if any(r.status == s for r in telling))
    first = next((r for r in telling if r.findings), telling[0])
    found = [d for d in diagnoses if d.operation == operation and any(r.findings for r in telling)]
    placed = next((d for d in found if d.line), None)
    mistakes: list[str] = []
    parts: list[tuple[str, str]] = []
    if placed:
        parts.append(("line", f"{relative(placed.file)}:{placed.line}"))
    for diagnosis in found:
        mistakes += _named(diagnosis)
        parts += _what_it_does(diagnosis)
    if operation == "model" and any(f.got in NO_NUMBERS for r in telling for f in r.findings):
        mistakes.append("it diverges: its numbers grow until they overflow (inf, nan)")
    mistakes += _messages(telling, bool(mistakes))
    parted = [(r.id, f.message) for r in telling for f in r.findings if f.tensor == PARTS]
    for name, message in parted[:1]:
        parts.append(("diverges", f"{name} {message.removeprefix('is ')}"))
    if first.findings:
        if start := given(first.id, _best(first)):
            parts.append(("given", start))
        parts.append(("example", _example(first)))
        clause = next((c for d in found if (c := _clause(d))), _cited(first.clauses))
        again = f"; again: optproof repro {first.id} {target}"
        shows = again if target and _best(first).expected else ""
        parts.append(("clause", f"SPEC.md {clause}{shows}"))
    of_model = (n for r in telling if r.operation == "model" for n in r.notes)
    parts += [("note", n) for n in dict.fromkeys(of_model) if not n.startswith(UNASKED)]
    hint, paste = _hint(telling)
    parts += [("to do", hint)] if hint else []
    if variant := _variant(found):
        parts.append(("meant so?", f"--variant {variant} judges against this form"))
    count = _count(telling, [r for r in results if r.status in (*WORST, PASS, KNOWN)])
    if status in UNDECIDED and mistakes:
        count = mistakes.pop(0)
    return Block(
        shown(operation),
        status,
        count,
        tuple(mistakes),
        tuple(parts),
        paste,
        relative(placed.file) if placed else "",
        placed.line if placed else 0,
    )


def by_operation(results: Sequence[Result]) -> dict[str, list[Result]]:
    """Return the results of each operation, in the order in which they first came."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result.operation, []).append(result)
    return groups


def shown(operation: str) -> str:
    """Return what an operation is called: ``adam optimizer`` is ``optimizer adam``."""
    kind, _, rest = operation.partition(" ")
    return f"{rest} {kind}" if rest == "optimizer" else operation


def relative(file: str) -> str:
    """Return a path as seen from here, where it lies below; a cell of a notebook stays."""
    with suppress(ValueError):
        return Path(file).relative_to(Path.cwd()).as_posix()
    return file


def ids(diagnosis: Diagnosis) -> list[str]:
    """Return the known mistakes that a diagnosis names."""
    names = [n for names in diagnosis.explanations[:1] for n in names]
    return names + [n for found in diagnosis.found for n in found.names]


def mend(known: Deviation) -> str:
    """Return how a known mistake is mended: the formula as it must be.

    >>> mend(fixtures.load_deviations()["adam.epsilon-inside-sqrt"])
    'step = v_hat / (np.sqrt(s_hat) + epsilon)'
    """
    stages = PIPELINES[known.operation].stages if known.operation in PIPELINES else LOOP
    stage = next((s for s in stages if known.id in s.deviations), None)
    if stage is None:  # of a whole training, or of what is kept between calls
        return f"compute the {known.stage} as SPEC.md {known.clause} says"
    right = stage.step.text.split("; ")
    targets = {t.partition(" = ")[0] for t in stage.deviations[known.id].text.split("; ")}
    same = [s for s in right if s.partition(" = ")[0] in targets]
    if known.stage == "memory":
        return "give each tensor an array, and each state a dictionary, of its own"
    if known.stage == "keys":
        return "name them dW1, db1, ... as the document does"
    if not stage.step.text:
        are = "they are" if known.stage.endswith("s") else "it is"
        return f"use the {known.stage} as {are} passed"
    return "; ".join(same or right)


def describe(finding: Finding, ulps: bool = False) -> str:
    """Return a finding in a line: tensor, element, yours, expected, and how far it is off."""
    place = place_of(finding)
    if not finding.expected:
        return f"{place} {finding.message}"
    text = f"{place}: yours {finding.got}, expected {digits(finding.expected)}"
    beside = [] if OUTSIDE.fullmatch(finding.message) and not ulps else [finding.message]
    if finding.difference is not None and math.isfinite(finding.difference):
        off = [f"off by {finding.difference:.2g}"]
        off += [f"{finding.ulps} ULPs"] * (ulps and finding.ulps is not None)
        return f"{text} ({', '.join([*off, *beside])})"
    return f"{text} ({beside[0]})" if beside else text


def digits(expected: str) -> str:
    """Return so many digits of an expected value as a float64 has.

    >>> digits("0.694333318249047896582043657398")
    '0.6943333182490479'
    """
    return repr(float(expected)) if re.fullmatch(r"-?\d+\.\d{18,}", expected) else expected


def place_of(finding: Finding) -> str:
    """Return the tensor and the element that a finding is about."""
    place = finding.tensor + (str(list(finding.index)) if finding.index else "")
    if step := re.match(r"step\[(\d+)\]\.", place):
        return f"{place[step.end() :]} after step {step[1]}"
    return place


def _named(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield the mistakes in words, each with its id."""
    of = f": {', '.join(diagnosis.cases)}" if diagnosis.cases else ""
    for number, names in enumerate(diagnosis.explanations[:MOST]):
        yield ("or, with the same answers: " if number else "") + _titles(names) + of
    if more := len(diagnosis.explanations[MOST:]):
        yield f"or one of {more} more that answer the same"
    for found in diagnosis.found:
        yield _found(found) + of
    if not (diagnosis.explanations or diagnosis.found or diagnosis.cases):
        right = f"right: {', '.join(diagnosis.right)}; " if diagnosis.right else ""
        yield f"an unknown mistake ({right}wrong: {', '.join(diagnosis.wrong)})"


def _titles(names: Sequence[str]) -> str:
    catalogue = fixtures.load_deviations()
    return "; and ".join(f"{catalogue[name].title} ({name})" for name in names)


def _found(found: Found) -> str:
    alone = "" if "all layers but" in found.scope else " alone"
    where = f", in {found.scope}{alone}" if found.scope and found.scope not in found.says else ""
    if found.formula:
        formula = _STEP_ITSELF.sub(r"\1 = \2, and steps by \1 itself", found.formula)
        formula = _OTHER.sub(lambda m: f"({m[2]} of {_OF[m[1]]})", formula)
        return f"it computes {formula}{where}"
    said = [_titles(found.names)] if found.names else []
    said += [found.says] if found.says else []
    return "; ".join(said) + where


def _what_it_does(diagnosis: Diagnosis) -> Iterator[tuple[str, str]]:
    """Yield the effects on a training, and how each mistake is mended."""
    catalogue = fixtures.load_deviations()
    known = [catalogue[name] for name in ids(diagnosis)]
    yield from (("effect", k.effect) for k in known)
    yield from (("to mend", text) for text in dict.fromkeys(mend(k) for k in known))
    for found in diagnosis.found:
        if found.specified:
            yield "to mend", found.specified
        elif found.stage and not found.names:
            yield "look at", f"the {found.stage}"
    yield from (("look at", sentence) for sentence in diagnosis.evidence)


def _clause(diagnosis: Diagnosis) -> str:
    catalogue = fixtures.load_deviations()
    clauses = [catalogue[name].clause for name in ids(diagnosis)]
    clauses += [found.clause for found in diagnosis.found if found.clause]
    return ", ".join(dict.fromkeys(clauses)) or diagnosis.clause


def _cited(clauses: Sequence[str]) -> str:
    """Return the ids; many of one section as the first and the last."""
    one_section = len({c.partition("-")[0] for c in clauses}) == 1
    return (
        f"{clauses[0]} to {clauses[-1]}" if one_section and len(clauses) > 3 else ", ".join(clauses)
    )


def _variant(diagnoses: Sequence[Diagnosis]) -> str:
    """Return the mistake that may be declared, where it is the only one."""
    names = {name for d in diagnoses for name in ids(d)}
    found = any(d.found for d in diagnoses)
    one = names.pop() if len(names) == 1 and not found else ""
    return one if one and fixtures.load_deviations()[one].variant else ""


def _messages(telling: Sequence[Result], named: bool) -> Iterator[str]:
    """Yield what the results say, once each, where it is more than what the example shows."""
    said = dict.fromkeys(r.message for r in telling if r.message)
    words = [m for m in said if not m.startswith(PLAIN)]
    yield from words[:MOST]
    if not words and not named:
        yield next(iter(said), "")
    if more := len(words[MOST:]):
        yield f"and {more} more; --verbose has all"


def _example(result: Result) -> str:
    what = "" if result.operation == "model" else "test case "
    return f"{what}{result.id}, {describe(_best(result))}"


def _best(result: Result) -> Finding:
    """Return the finding that shows most plainly that something is wrong."""
    found = [f for f in result.findings if f.expected]
    return next((f for f in found if f.got in NO_NUMBERS), (found or result.findings)[0])


def _hint(telling: Sequence[Result]) -> tuple[str, str]:
    """Return what to do in words, and what to paste: the lines after one that ends in a colon."""
    hint = next((r.hint for r in telling if r.hint), "")
    words, _, rest = hint.partition("\n")
    if words.endswith(":"):
        return words, rest
    return " ".join(hint.split()), ""


def _count(telling: Sequence[Result], judged: Sequence[Result]) -> str:
    of = "trainings" if telling[0].operation == "model" else "test cases"
    words = {
        **dict.fromkeys(FAILING, "wrong"),
        STALE: "stale",
        ERROR: "raised or returned no result",
        NOT_CALLED: "not called",
        TIMED_OUT: "timed out",
    }
    counts = [(sum(r.status == s for r in telling), words[s]) for s in (*FAILING, *UNDECIDED)]
    (first, what), *others = [pair for pair in counts if pair[0]]
    said = [f"{first} of {len(judged)} {of} {what}", *(f"{n} {w}" for n, w in others)]
    return ", ".join(said)
