"""The lines of ``optproof repro`` show the mistake when they are run."""

import contextlib
import io
import re
import sys
from pathlib import Path

import pytest

IMPLEMENTATIONS = Path(__file__).parents[1] / "implementations"
sys.path.insert(0, str(Path(__file__).parents[1]))

from faulty import EPSILON_HAT, T_RESET, faulty  # noqa: E402

CLASS = """
import numpy as np


class Adam:
    def __init__(self, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.lr, self.b1, self.b2, self.eps = learning_rate, beta1, beta2, epsilon
        self.m, self.v, self.t = {}, {}, 0

    def update(self, params, grads):
        self.t += 1
        for k in params:
            g = grads[k]
            self.m[k] = self.b1 * self.m.get(k, 0) + (1 - self.b1) * g
            self.v[k] = self.b2 * self.v.get(k, 0) + (1 - self.b2) * g**2
            m, v = self.m[k] / (1 - self.b1**self.t), self.v[k] / (1 - self.b2**self.t)
            params[k] = params[k] - self.lr * m / np.sqrt(v + self.eps)
"""


def shown(lines, folder, monkeypatch):
    """Run the lines as a session does; return the value of the last, and what is said of it."""
    monkeypatch.chdir(folder)
    *setup, last = [line for line in lines.splitlines() if line.strip()]
    expression, _, said = last.partition("  # ")
    names = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec("\n".join(setup), names)
    return eval(expression, names), re.fullmatch("yours (.*), expected (.*)", said)


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("change", "case", "first"),
    [
        (EPSILON_HAT, "adam/one-by-one", "import numpy as np; import runpy"),
        (EPSILON_HAT, "adam/documented", "import optproof; import runpy"),
        (("= a3 - Y", "= Y - a3"), "backward/documented", ""),
        (("dz3 = (a3 - Y) / m", "dz3 = (Y - a3) / m"), "backward/small", ""),
        (("np.random.seed(seed)", "np.random.seed(1)"), "minibatch/documented", "import optproof"),
        (T_RESET, "training/adam", "import optproof"),
    ],
    ids=str,
)
def test_the_three_lines_give_the_number_that_is_wrong(
    run, tmp_path, monkeypatch, change, case, first
):
    from optproof import fixtures

    known = [c.id for f in fixtures.load_cases() for c in f.cases] + ["training/adam"]
    if change[0] not in Path(IMPLEMENTATIONS / "plain.py").read_text() or case not in known:
        pytest.skip("not in this source")
    faulty(tmp_path, "mine", change)
    ran = run("repro", case, "mine.py")
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 3
    assert ran.out.startswith(first)
    value, said = shown(ran.out, tmp_path, monkeypatch)
    assert said[1] == str(value)
    assert said[2] != str(value)


def test_of_a_class_the_path_is_shown(run, tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(CLASS)
    from optproof.fixtures import load_trajectories

    case = next(t.id for t in load_trajectories() if t.optimizer == "adam")
    ran = run("repro", case, "mine.py")
    assert ran.code == 0
    value, said = shown(ran.out, tmp_path, monkeypatch)
    assert said[1] == str(value)


def test_what_is_right_leaves_nothing_to_show(run):
    ran = run("repro", "adam/documented", IMPLEMENTATIONS / "plain.py")
    assert ran.code == 5
    assert "adam/documented: pass" in ran.err
    assert run("repro", "adam/nothing", IMPLEMENTATIONS / "plain.py").code == 2
