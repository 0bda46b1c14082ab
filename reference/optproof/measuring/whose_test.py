"""Which wrong Adam passes whose test: the catalogue against the tests of others, and ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any

import numpy as np

from .. import fixtures
from ..deviations import PIPELINES
from ..deviations.elementwise import BESIDE
from ..deviations.formula import WORDS
from ..deviations.pipeline import steps_of
from ..files import document
from ..fixtures import load_trajectories
from ..judging.judge import compare
from ..judging.trajectories import follow, named, with_deviations
from .others_tests import OTHERS, Arrays, Maker

ADAM = "update_parameters_with_adam"
PIPELINE = PIPELINES[ADAM]
#: The command that makes the page.
COMMAND = "optproof whose-test"


class Candidate:
    """An Adam with one deviation of the catalogue, or none, that keeps its own state."""

    def __init__(self, code: CodeType, hyper: dict[str, float]) -> None:
        self.code, self.t = code, 0
        self.scalars = {"alpha": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
        self.scalars |= {"alpha" if k == "learning_rate" else k: v for k, v in hyper.items()}
        self.v: Arrays = {}
        self.s: Arrays = {}
        self.m: Arrays = {}

    def step(self, parameters: Arrays, gradients: Arrays) -> Arrays:
        """Take a step: all stages of each tensor in one go, biases after their weights."""
        self.t += 1
        states: dict[str, dict[str, Any]] = {}
        for position, (k, theta) in enumerate(parameters.items()):
            x = {**WORDS, **self.scalars, "theta": theta, "g": gradients[k], "t": self.t}
            zero = np.zeros(theta.shape)
            x |= {"v": self.v.get(k, zero), "s": self.s.get(k, zero), BESIDE: self.m.get(k, 0.0)}
            x |= {"position": position, "own": x}
            x["weights"] = states.get(f"W{k[1:]}") if k[0] == "b" else None
            states[k] = x
            exec(self.code, x)
            self.v[k], self.s[k], self.m[k] = x["v_out"], x["s_out"], x.get(f"{BESIDE}_out", 0.0)
        return {k: x["theta_new"] for k, x in states.items()}


def maker(name: str = "") -> Maker:
    """Return what makes an Adam with this deviation."""
    slips = PIPELINE.slips([name] if name else [])
    lines = [
        step.full  # type: ignore[attr-defined]
        for stage in PIPELINE.stages
        for step in steps_of(stage, (s for s in slips if s.stage == stage.name))
    ]
    code = compile("\n".join(line for line in lines if line), f"<{name or 'adam'}>", "exec")
    return lambda **hyper: Candidate(code, hyper)


@dataclass(frozen=True)
class Row:
    """One wrong Adam: which tests of others it passes, and which of our trajectories tell it.

    Parameters
    ----------
    passes : tuple of bool
        In the order of :data:`OTHERS`.
    told : str
        The first of our trajectories that tells it; empty: none.
    """

    name: str
    passes: tuple[bool, ...]
    told: str


def row(name: str) -> Row:
    """Put one wrong Adam to all tests."""
    with np.errstate(all="ignore"):
        passes = tuple(_passes(test.passes, name, test.right) for test in OTHERS)
        return Row(name, passes, _told(name))


def _passes(test: Any, name: str, right: str) -> bool:
    try:
        return bool(test(maker(name), maker(right)))
    except (ArithmeticError, ValueError):  # a division by zero, another shape: the test ends there
        return False


def _told(name: str) -> str:
    ours = [t for t in load_trajectories() if t.optimizer == "adam" and not t.like]
    for trajectory in sorted(ours, key=lambda t: t.count):
        try:
            path = list(follow(trajectory, with_deviations("adam", [name])))
        except ArithmeticError:
            return trajectory.id
        if compare(trajectory.expected, named(trajectory, path), "float64"):
            return trajectory.id
    return ""


def rows(names: Sequence[str] = ()) -> Iterator[Row]:
    """Yield each wrong Adam of the catalogue, or those of these names."""
    for name in names or PIPELINE.ids:
        yield row(name)


def read(text: str = "") -> list[Row]:
    """Return the rows of a page, by default of the one that comes with optproof."""
    lines = (text or document("WRONG-ADAMS.md")).splitlines()
    found = []
    for line in (line for line in lines if line.startswith("| adam.")):
        name, *marks, told, _ = (cell.strip() for cell in line.strip("|").split(" | "))
        told = "" if told == "none" else f"trajectory/adam/{told}"
        found.append(Row(name, tuple(mark == "x" for mark in marks), told))
    return found


def page(found: Sequence[Row]) -> str:
    """Return the page, Markdown."""
    catalogue, count = fixtures.load_deviations(), len(found)
    lines = [
        "# Which wrong Adam passes whose test",
        "",
        f"The {count} other forms of Adam in the catalogue, put to the tests by which others judge "
        "their own Adam, and to optproof's trajectories. The tests are restated from public files: "
        "their steps, hyperparameters and tolerances, in float64, with gradients drawn by us where "
        "the original draws them. Where it compares with another library, the document's form "
        "stands for that (for TensorFlow 1 its own, `adam.epsilon-hat`). The document's "
        "form "
        "passes all of them. Some of these forms are conventions that may be declared; undeclared "
        "they are mistakes.",
        "",
        f"Made by `{COMMAND}`.",
        "",
        "| whose | test | what it asks | wrong Adams that pass |",
        "| --- | --- | --- | --- |",
    ]
    for i, test in enumerate(OTHERS):
        passed = sum(r.passes[i] for r in found)
        lines.append(f"| {test.project} | {test.file} | {test.what} | {passed} of {count} |")
    missed = sum(not r.told for r in found)
    ours = "the parameters after every step, to proved bounds"
    lines.append(f"| optproof | fixtures/trajectories/adam.json | {ours} | {missed} of {count} |")
    heads = [t.project for t in OTHERS]
    lines += ["", "## Form by form", "", "`x`: it passes.", ""]
    lines += [
        f"| form | {' | '.join(heads)} | told by | what it does |",
        f"| --- |{' --- |' * (len(heads) + 2)}",
    ]
    for r in found:
        marks = " | ".join("x" if p else "" for p in r.passes)
        told = r.told.rpartition("/")[2] or "none"
        lines.append(f"| {r.name} | {marks} | {told} | {catalogue[r.name].title} |")
    return "\n".join(lines) + "\n"
