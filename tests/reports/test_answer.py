"""The report ends with the answer: what is wrong, where, its effect, how to mend it; once each."""

import json
import re

import pytest

from optproof import fixtures
from optproof.deviations import PIPELINES
from optproof.reports.answer import mend
from optproof.reports.terminal import in_short, wrapped

HEAD = """\
import numpy as np


"""
GD = """\
def update_parameters_with_gd(parameters, grads, learning_rate):
    return {k: w - learning_rate * grads["d" + k] for k, w in parameters.items()}


"""
MOMENTUM = """\
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {k: beta * v[k] + (1 - beta) * grads[k] for k in v}
    return {k: w - learning_rate * v["d" + k] for k, w in parameters.items()}, v


"""
ADAM = """\
def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    new, v_new, s_new = {}, {}, {}
    for k, w in parameters.items():
        g = grads["d" + k]
        v_new["d" + k] = beta1 * v["d" + k] + (1 - beta1) * g
        s_new["d" + k] = beta2 * s["d" + k] + (1 - beta2) * g**2
        v_hat = v_new["d" + k] / (1 - beta1**t)
        s_hat = s_new["d" + k] / (1 - beta2**t)
        new[k] = w - learning_rate * v_hat / (np.sqrt(s_hat) + epsilon)
    return new, v_new, s_new
"""
INSIDE = ADAM.replace("(np.sqrt(s_hat) + epsilon)", "np.sqrt(s_hat + epsilon)")
ID = "adam.epsilon-inside-sqrt"
UPHILL = GD.replace("w - ", "w + ")
HEAVY = MOMENTUM.replace("(1 - beta) * grads", "grads")


@pytest.fixture
def screen(run, tmp_path):
    def screen(source, *options):
        (tmp_path / "mine.py").write_text(HEAD + source, encoding="utf-8")
        return run("check", "mine.py", *options)

    return screen


def rows(out):
    """The rows of a terminal of 80 columns, no line of which is longer."""
    lines = out.splitlines()
    assert max(map(len, lines)) <= 80
    return lines


def test_one_mistake_is_one_screen_that_ends_with_the_answer(screen):
    ran = screen(GD + MOMENTUM + INSIDE)

    lines = rows(ran.out)
    known = fixtures.load_deviations()[ID]
    [at] = [
        n
        for n, line in enumerate((HEAD + GD + MOMENTUM + INSIDE).splitlines(), 1)
        if "s_hat +" in line
    ]
    assert ran.code == 1
    assert len(lines) < 24  # the prompt has a row, too
    assert ran.said.count(ID) == 2  # the mistake, and how to declare it
    for text in (
        "pass: update_parameters_with_gd (24 test cases), update_parameters_with_momentum (",
        f"update_parameters_with_adam deviation: 38 of 40 test cases wrong {known.title} ({ID})",
        f"line mine.py:{at}",
        f"effect {known.effect}",
        "to mend step = v_hat / (np.sqrt(s_hat) + epsilon)",
        "example test case adam/documented, W2[2, 1]: yours -1.09245036",
        ", expected -1.09244991 (off by 4.5e-07)",
        "clause SPEC.md ADAM-5",
    ):
        assert text in ran.said
    assert re.search(r"mine\.py deviates in Adam; conforms in gradient.*\)$", ran.said)
    assert "ULP" not in ran.out
    assert "not implemented" not in ran.out.rpartition("\n\n")[0]


def test_a_right_twin_has_no_block(screen):
    ran = screen(GD + MOMENTUM + ADAM, "--training", "none")

    assert ran.code == 0
    assert len(rows(ran.out)) < 10
    assert "to mend" not in ran.out
    assert "mine.py conforms in what it implements: gradient descent, momentum and Adam" in ran.said


def test_several_mistakes_end_with_a_line_each(screen):
    ran = screen(UPHILL + HEAVY + INSIDE)

    rows(ran.out)
    short = " ".join(ran.out.partition("in short:")[2].split())
    for name in ("gd.step-sign", "momentum.heavy-ball", ID):
        assert name in short
    assert "deviates in gradient descent, momentum and Adam (" in short


def test_quiet_is_one_line_that_names_the_mistakes(screen):
    ran = screen(UPHILL + HEAVY + INSIDE, "--quiet", "--training", "none")

    assert len(ran.out.splitlines()) == 1
    assert all(f"({name})" in ran.out for name in ("gd.step-sign", "momentum.heavy-ball", ID))


def test_verbose_has_every_case_and_the_ulps(screen):
    ran = screen(INSIDE, "--verbose", "--training", "none")

    assert " ULPs" in ran.out
    assert "update_parameters_with_gd" not in ran.out.rpartition("\n\n")[2]
    assert "gd/documented  not implemented" in ran.out
    assert ran.out.index("adam/documented  deviation") < ran.out.index("to mend")


def test_what_cannot_be_called_is_said_once_with_its_line(screen):
    ran = screen(ADAM.replace("np.sqrt(s_hat)", "np.sqrt(s_hat, axis=1)"), "--training", "none")

    assert ran.code == 3
    assert len(rows(ran.out)) < 24
    assert "update_parameters_with_adam cannot be called: TypeError: " in ran.said
    assert ran.said.count("TypeError") == 1
    assert "mine.py could not be judged: Adam (" in ran.said


def test_a_wrapper_stands_as_it_is_to_be_pasted(screen):
    near = (
        "def update_parameters_adam(params, gradients, moments, step, table, lr):\n    return 1\n"
    )

    ran = screen(near, "--training", "none")

    lines = rows(ran.out)
    start = next(n for n, line in enumerate(lines) if line.startswith("def "))
    code = lines[start : lines.index("", start)]
    compile("\n".join(code), "pasted", "exec")


def test_markdown_of_one_mistake_is_short_and_all_outputs_say_the_same(screen, tmp_path):
    written = ("--markdown", "a.md", "--junitxml", "a.xml", "--badge", "a.json")
    screen(GD + INSIDE, *written, "--training", "none")

    text = (tmp_path / "a.md").read_text("utf-8")
    assert len(text.splitlines()) < 40
    assert "to mend   step = v_hat / (np.sqrt(s_hat) + epsilon)" in text
    assert f"({ID})" in (tmp_path / "a.xml").read_text("utf-8")
    assert json.loads((tmp_path / "a.json").read_text())["message"] == "Adam deviates"


def test_every_known_mistake_says_how_it_is_mended():
    for known in fixtures.load_deviations().values():
        said = mend(known)
        stages = PIPELINES[known.operation].stages if known.operation in PIPELINES else ()
        wrong = [s.deviations[known.id].text for s in stages if known.id in s.deviations]
        assert said
        assert said not in wrong, known.id


def test_long_words_are_not_broken():
    name = "a" * 90
    assert wrapped(f"see {name} there", "  ") == ["see", f"  {name}", "  there"]


def test_nothing_is_said_in_short_of_one_block():
    assert in_short([]) == []
