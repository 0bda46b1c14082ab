"""Stages and unknowns, read from tables of formulas."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

from .forms import FORMS, WHOLE
from .formula import Formula
from .pipeline import Slip, Stage, Unknown

#: ``first moment (ADAM-2)``, and ``-> v`` where it settles a result.
HEAD = re.compile(r"(?P<name>\w.*) \((?P<clause>[^)]+)\)(?: -> (?P<output>\w+))?")
#: ``adam.adamw (c = 0.01): ...`` has a number ``c`` that who declares it may give.
ENTRY = re.compile(r"    (?:(?P<id>[a-z-]+\.[\w-]+)(?: \(c = (?P<c>[\d.e-]+)\))?: )?(?P<text>\S.*)")


def read_stages(table: str, words: dict[str, Any] | None = None) -> tuple[Stage, ...]:
    """Return the stages of a method from a table of formulas.

    A stage begins at the margin with its name and clause. Under it, indented by four, stand the
    formula as specified (none: it only names what is given) and the known deviations, of which
    each gives the assignments that differ. A line that is indented by more goes on with the one
    above it.
    """
    stages: list[Stage] = []
    for line in re.sub(r"\n {5,}", " ", table.strip("\n")).splitlines():
        if head := HEAD.fullmatch(line):
            name, clause, output = head["name"], head["clause"], head["output"] or ""
            stages.append(Stage(name, clause, Formula("", "", words), {}, output))
            continue
        entry = ENTRY.fullmatch(line)
        if entry is None:
            raise ValueError(f"neither a stage nor a formula: {line!r}")
        specified = stages[-1].step
        if entry["id"]:
            name, form = entry["id"], partial(_form, specified.text, entry["text"], words)
            stages[-1].deviations[name] = form(entry["c"] or "c")
            if entry["c"]:
                stages[-1].numbered[name] = form
        else:
            stages[-1] = replace(stages[-1], step=Formula(entry["text"], entry["text"], words))
    return tuple(stages)


def _form(specified: str, text: str, words: dict[str, Any] | None, c: str) -> Formula:
    text = with_number(text, c)
    return Formula(text, merged(specified, text), words)


def with_number(text: str, c: str) -> str:
    """Return a formula with its number ``c`` filled in.

    >>> with_number("g = g + c * theta", "0.1")
    'g = g + 0.1 * theta'
    """
    return re.sub(r"\bc\b", c, text)


def merged(specified: str, other: str) -> str:
    """Return the assignments as specified, with those of `other` in the place of the same names.

    >>> merged("a = 1; b = 2; c = 3", "b = 4")
    'a = 1; b = 4; c = 3'
    """
    if ";" not in specified:
        return other
    own = {_target(statement): statement for statement in other.split("; ")}
    kept = [own.pop(_target(s), s) for s in specified.split("; ")]
    return "; ".join([*kept, *own.values()])


def _target(statement: str) -> str:
    return statement.partition(" = ")[0].strip()


def read_unknowns(
    table: str, stages: tuple[Stage, ...], words: dict[str, Any] | None = None
) -> tuple[Unknown, ...]:
    """Return the unknowns of a method from a table.

    Under each stage: ``formula with c | low < c < high | sentence``.
    """
    specified = {stage.name: stage.step.text for stage in stages}
    unknowns = []
    stage = ""
    for line in re.sub(r"\n {5,}", " ", table.strip("\n")).splitlines():
        if not line.startswith(" "):
            stage = line
            continue
        text, limits, says = (part.strip() for part in line.split(" | "))
        low, high = map(float, limits.split(" < c < "))
        formula = Formula(text, merged(specified[stage], text), words)
        unknowns.append(Unknown(stage, formula, low, high, says))
    return tuple(unknowns)


def read_forms(operation: str, stages: tuple[Stage, ...]) -> tuple[tuple[Slip, ...], ...]:
    """Return the usual slips of an operation: see :mod:`optproof.deviations.forms`."""
    of = {stage.name: stage for stage in stages}
    forms: list[tuple[Slip, ...]] = []
    stage = ""
    for line in re.sub(r"\n {5,}", " ", FORMS.get(operation, "").strip("\n")).splitlines():
        if not line.startswith(" "):
            stage = line
            continue
        text, says = (part.strip() for part in line.rsplit(" | ", 1))
        slips = []
        for number, part in enumerate(text.split(" && ")):
            name, formula = part.split(": ", 1) if number else (stage, part)
            slips.append(_slip(of[name], formula, says if not number else " "))
        forms.append(tuple(slips))
    for name, text, numbers, says in WHOLE.get(operation, ()):
        for c in numbers:
            forms.append((_slip(of[name], with_number(text, str(c)), says.format(c=c)),))
    return tuple(forms)


def _slip(stage: Stage, text: str, says: str) -> Slip:
    return Slip(stage.name, stage.step.edited(text, merged(stage.step.text, text)), says=says)
