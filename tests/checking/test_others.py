"""Several optimizers of one kind in a file: all are judged, and none hides another."""

from textwrap import dedent

import pytest

from optproof import check
from optproof.judging.report import DEVIATION, NOT_CALLED, PASS
from optproof.worker.loading import load
from optproof.worker.optimizers import finding

RIGHT = """
class {name}:
    def __init__(self, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m, self.v, self.iter = {{}}, {{}}, 0

    def update(self, params, grads):
        self.iter += 1
        for k in params:
            g = grads[k]
            self.m[k] = self.beta1 * self.m.get(k, 0) + (1 - self.beta1) * g
            self.v[k] = self.beta2 * self.v.get(k, 0) + (1 - self.beta2) * g * g
            m = self.m[k] / (1 - self.beta1**self.iter)
            v = self.v[k] / (1 - self.beta2**self.iter)
            params[k] -= self.lr * m / (np.sqrt(v) + self.eps)
"""
WRONG = RIGHT.replace("(np.sqrt(v) + self.eps)", "np.sqrt(v + self.eps)")
BROKEN = RIGHT.replace("self.iter += 1", "self.iter += self.nothing_of_the_kind")


def judged(tmp_path, *classes):
    """Return what a file with these comes to."""
    file = tmp_path / "optimizers.py"
    file.write_text("import numpy as np\n" + "".join(map(dedent, classes)))
    return check(str(file), only=["trajectory/adam/scales"])


def statuses(report, operation):
    return {r.status for r in report.results if r.operation == operation}


@pytest.mark.parametrize(("first", "second"), [(RIGHT, WRONG), (WRONG, RIGHT)])
def test_the_one_that_deviates_is_not_hidden(tmp_path, first, second):
    """Whichever stands first; each is named in the report."""
    report = judged(tmp_path, first.format(name="Adam"), second.format(name="MyAdam"))
    assert report.exit_code == 1
    wrong = "adam optimizer" if first == WRONG else "MyAdam optimizer"
    right = "MyAdam optimizer" if first == WRONG else "adam optimizer"
    assert DEVIATION in statuses(report, wrong)
    assert statuses(report, right) == {PASS}
    [diagnosis] = report.diagnoses
    assert diagnosis.operation == wrong
    assert diagnosis.explanations == (("adam.epsilon-inside-sqrt",),)


def test_two_that_conform_conform(tmp_path):
    report = judged(tmp_path, RIGHT.format(name="Adam"), RIGHT.format(name="AdamOptimizer"))
    assert report.exit_code == 0
    assert statuses(report, "AdamOptimizer optimizer") == {PASS}
    assert len({r.id for r in report.results}) == len(report.results)


def test_one_that_cannot_be_stepped_leaves_the_verdict_open(tmp_path):
    report = judged(tmp_path, RIGHT.format(name="Adam"), BROKEN.format(name="AdamTwo"))
    assert report.exit_code == 3
    [left] = [r for r in report.results if r.status == NOT_CALLED]
    assert "AdamTwo" in left.message


def found_in(tmp_path, text):
    file = tmp_path / "one.py"
    file.write_text(text)
    module, _ = load(str(file))
    return finding.find(module, lambda thing: False)


def test_helpers_and_wrappers_of_the_first_are_not_others(tmp_path):
    """A function that makes it, or that it calls, is no second optimizer."""
    text = "import numpy as np\n" + RIGHT.format(name="Adam")
    text += "\ndef adam(lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):\n"
    text += "    return Adam(lr, beta1, beta2, eps)\n"
    found = found_in(tmp_path, text)
    assert list(found.optimizers) == ["adam"]
    assert not found.others


def test_a_subclass_of_the_first_is_another(tmp_path):
    """It uses the first's name, and has a step of its own."""
    text = "import numpy as np\n" + RIGHT.format(name="Adam")
    text += WRONG.format(name="Adam2").replace("class Adam2", "class Adam2(Adam)")
    assert found_in(tmp_path, text).others == {"adam": ["Adam2"]}
