"""A formula: a line of text that is computed as it stands, and printed as it stands."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from functools import cached_property
from types import CodeType
from typing import Any

import numpy as np

from .pipeline import Stage, State


def float32(x: Any) -> Any:
    """Round to float32 and back: floats, arrays of floats, and numbers on balls alike."""
    if hasattr(x, "arb"):
        return x.of(type(x.arb)(float(np.float32(float(x.arb.mid())))))
    rounded = np.asarray(x, dtype=float).astype(np.float32).astype(float)
    return rounded if rounded.ndim else float(rounded)


#: What every formula may use beside what is known so far.
WORDS: dict[str, Any] = {"np": np, "float32": float32}


class Formula:
    """One or more assignments, in the words of the specification.

    Parameters
    ----------
    text : str
        What is printed: ``v_new = beta1 * v + (1 - beta1) * g``. ``own`` is the tensor's state
        itself, so that ``(weights or own)["step"]`` reads what is known of a bias's weights.
    full : str
        What is computed: `text`, and of its stage the assignments that it leaves as specified.
    words : dict
        Functions that it may use, by name.
    """

    def __init__(self, text: str, full: str = "", words: dict[str, Any] | None = None) -> None:
        self.text = text
        self.full = full or text
        self.words = {**WORDS, **(words or {})}

    @cached_property
    def code(self) -> CodeType:
        """The text, compiled when it is first computed."""
        return compile(self.full, f"<{self.full}>", "exec")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What it assigns."""
        targets = (
            t for s in ast.parse(self.full).body if isinstance(s, ast.Assign) for t in s.targets
        )
        return tuple(n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name))

    def __call__(self, x: State) -> dict[str, Any]:
        known = {**self.words, **x, "own": x}
        exec(self.code, known)
        return {name: known[name] for name in self.names}

    def __repr__(self) -> str:
        return f"Formula({self.text!r})"


#: ``first moment (ADAM-2)``, and ``-> v`` where it settles a result.
HEAD = re.compile(r"(?P<name>\w.*) \((?P<clause>[^)]+)\)(?: -> (?P<output>\w+))?")
ENTRY = re.compile(r"    (?:(?P<id>[a-z-]+\.[\w-]+): )?(?P<text>\S.*)")


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
            full = merged(specified.text, entry["text"])
            stages[-1].deviations[entry["id"]] = Formula(entry["text"], full, words)
        else:
            stages[-1] = replace(stages[-1], step=Formula(entry["text"], entry["text"], words))
    return tuple(stages)


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
