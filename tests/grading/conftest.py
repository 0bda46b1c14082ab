"""A course to grade: submissions that are right, wrong, and worse."""

import contextlib
import csv
import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import IMPLEMENTATIONS

PLAIN = (IMPLEMENTATIONS / "plain.py").read_text()
ADAM = """import numpy as np
def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01,
                                beta1=0.9, beta2=0.999, epsilon=1e-8):
    for name in list(parameters):
        d = grads["d" + name]
        v["d" + name] = beta1 * v["d" + name] + (1 - beta1) * d
        s["d" + name] = beta2 * s["d" + name] + (1 - beta2) * d ** 2
        v_hat = v["d" + name] / (1 - beta1 ** t)
        s_hat = s["d" + name] / (1 - beta2 ** t)
        parameters[name] = parameters[name] - learning_rate * v_hat / (np.sqrt(s_hat) + epsilon)
    return parameters, v, s
"""
INSIDE = ADAM.replace("np.sqrt(s_hat) + epsilon", "np.sqrt(s_hat + epsilon)")
MOMENTUM = """def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    for name in list(parameters):
        v["d" + name] = beta * v["d" + name] + (1 - beta) * grads["d" + name]
        parameters[name] = parameters[name] - learning_rate * v["d" + name]
    return parameters, v
"""
HEAVY = MOMENTUM.replace("(1 - beta) * ", "")
HEAVY_AND_INSIDE = HEAVY + INSIDE


def notebook(text):
    """A notebook of two cells, the second of which is the text."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Exercise\n"]},
        {"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "execution_count": 1},
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def in_kinds(student, text):
    """The same source as each kind of what people hand in: name of the kind -> files."""
    return {
        "file": {f"{student}.py": text},
        "notebook": {f"{student}.ipynb": notebook(text)},
        "markdown": {f"{student}.md": f"My solution:\n\n```python\n{text}```\n"},
        "folder": {f"{student}/src/optim.py": text, f"{student}/README.md": "Mine."},
        "package": {
            f"{student}/mine/__init__.py": "from .rules import *\n",
            f"{student}/mine/rules.py": text,
        },
    }


LINGERS = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv("/bin/sleep", ["sleep", "98.7654"])
    os._exit(0)
os.wait()
"""


def sleepers():
    """The processes that such a submission has left."""
    for name in filter(str.isdecimal, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/cmdline", "rb") as file:
            if b"98.7654" in file.read():
                yield int(name)


@dataclass
class Graded:
    """What a run left in its folder."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def rows(self):
        """The table's rows, by student."""
        text = (self.folder / "grades.csv").read_text(encoding="utf-8")
        return {row["student"]: row for row in csv.DictReader(text.splitlines())}

    @property
    def content(self):
        """What the JSON holds."""
        return json.loads((self.folder / "grades.json").read_text(encoding="utf-8"))

    def row(self, student):
        """One row of it."""
        return next(r for r in self.content["rows"] if r["student"] == student)

    def feedback(self, student):
        """What a student gets."""
        return (self.folder / f"feedback/{student}.md").read_text(encoding="utf-8")


def write(folder, files):
    """Write texts into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def grade(run, tmp_path):
    """Run ``optproof grade`` on a folder or on texts; quickly, unless `training` asks for it."""

    def grade(files, *arguments, training="none", output="out", **how):
        where = files
        if isinstance(files, dict):
            where = write(tmp_path / "class", files)
        paths = where if isinstance(where, list) else [where]
        ran = run(
            *("grade", *paths, "--output", output, "--training", training, "--seed", 7),
            *("--jobs", 1, *arguments),
            **how,
        )
        return Graded(ran.code, ran.out, ran.err, tmp_path / output)

    return grade
