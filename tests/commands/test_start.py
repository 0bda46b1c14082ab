"""What a command starts and imports before it needs it."""

import os
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from optproof.conversation.launch import Ahead, Launch, start_process
from optproof.errors import TargetError
from optproof.fixtures import load_cases, load_deviations
from optproof.reports.explain import explain

WITHOUT = """
import contextlib, io, sys
from optproof.commands.cli import main
from optproof.commands.later import Later
for words in ("--version", "--help", "explain adam.epsilon-missing", "explain ADAM-3",
              "list cases"):
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(SystemExit):
        main(words.split())
    assert out.getvalue(), words
    assert type(sys.modules["numpy"]) is Later, words + " imports NumPy"
import numpy as np
assert np.zeros(2).sum() == 0 and type(sys.modules["numpy"]) is not Later
import numpy.linalg
assert numpy.linalg.norm([3.0, 4.0]) == 5
"""


def test_what_needs_no_number_does_not_import_numpy_and_all_of_it_comes_when_asked_for():
    ran = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def launch(*command):
    return Launch("it", command, dict(os.environ), {})


def test_a_process_started_ahead_is_given_once_and_a_new_one_after_it():
    started = []

    def start(launch):
        started.append(start_process(launch))
        return started[-1]

    it = replace(launch(sys.executable, "-c", "input()"), start=start)
    ahead = Ahead(it)
    assert len(started) == 1
    assert ahead(it) is started[0]
    ahead.end()
    assert started[0].poll() is None  # whoever took it ends it
    assert ahead(it) is started[1]
    for process in started:
        process.kill()
        process.communicate()


def test_a_process_started_ahead_that_nobody_takes_is_ended():
    it = launch(sys.executable, "-c", "import time; time.sleep(600)")
    ahead = Ahead(it)
    process = ahead._started
    ahead.end()
    assert process.poll() is not None
    assert process.stdout.closed


def test_what_cannot_be_started_is_told_when_it_is_asked_for():
    it = launch("no-such-program-anywhere")
    ahead = Ahead(it)
    with pytest.raises(TargetError, match="cannot be started"):
        ahead(it)
    ahead.end()


@pytest.mark.sample(8)
@pytest.mark.parametrize("name", sorted(load_deviations()))
def test_the_worked_number_is_what_the_formula_gives(name):
    """The element, right and wrong, of a case whose right value is in the fixtures."""
    from optproof.deviations import PIPELINES

    [line] = [line for line in explain(name) if line.startswith("  number")] or [""]
    if not line:
        return
    case_id = line.split("in ")[1].split(", ")[0]
    of_shape = " has shape " in line or " is not there;" in line
    if of_shape or case_id.startswith(("small/", "trajectory/")):
        return  # tests/reports/test_worked.py has these
    [case] = [c for f in load_cases() for c in f.cases if c.id == case_id]
    if " has shape " in line:
        tensor, right, wrong = re.fullmatch(
            r".*, (\S+) has shape (\[.*?\]); so it has shape (\[.*?\])", line
        ).groups()
        assert str(list(case.expected[tensor].shape)) == right != wrong
        return
    element, rest = line.split(f"{case_id}, ")[1].split(" is ", 1)
    tensor, index = re.fullmatch(r"(.+?)(?:\[([\d, ]+)\])?", element).groups("")
    where = tuple(int(i) for i in index.split(",")) if index else ()
    with np.errstate(all="ignore"):
        wrong = PIPELINES[case.operation].answer(case.arguments(), [name])[tensor][where]
    shown_right, shown_wrong = rest.split("; so it becomes ")
    assert float(shown_right) == case.expected[tensor].values[where]
    assert float(shown_wrong) == pytest.approx(float(wrong), rel=1e-6)
