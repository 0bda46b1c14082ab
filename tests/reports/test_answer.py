"""The report ends with the answer: what is wrong, where, its effect, how to mend it; once each."""

import json
import re

import jsonschema
import pytest
from faulty import faulty

from optproof import fixtures
from optproof.deviations import PIPELINES
from optproof.judging.diagnosis import Diagnosis
from optproof.judging.judge import Finding
from optproof.judging.report import Result
from optproof.reports.answer import Block, block, mend
from optproof.reports.given import given
from optproof.reports.terminal import in_short, told, wrapped

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
INSIDE_PLAIN = ("(np.sqrt(s_corrected[d]) + epsilon)", "np.sqrt(s_corrected[d] + epsilon)")
FASTER = ("        seed = seed + 1\n", "        seed = seed + 1\n        learning_rate *= 1.2\n")
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
        " operations, ",
        " test cases (-v lists them)",
        "given W2[2, 1] = -1.09989127, dW2 = -0.0126645989, v = 0, s = 0, t = 2, ",
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


def test_one_mistake_among_all_of_the_document_is_one_screen_too(run, tmp_path):
    faulty(tmp_path, "mine", INSIDE_PLAIN)
    ran = run("check", "mine.py")

    assert ran.code == 1
    assert len(rows(ran.out)) < 24
    assert "pass: 12 operations, 131 test cases" in ran.said
    assert "not run: training/adam, small/adam: use what deviates" in ran.said


def test_a_training_that_diverges_says_where_first_and_shows_what_overflows(run, tmp_path):
    faulty(tmp_path, "mine", FASTER)
    ran = run("check", "mine.py", "--only", "training/gd")

    assert ran.code == 1
    assert len(rows(ran.out)) < 24
    assert "it diverges: its numbers grow until they overflow (inf, nan)" in ran.said
    assert "diverges training/gd in epoch 0, batch 0, update_parameters_with_gd" in ran.said
    assert "cost: yours nan, expected 0.69433331824" in ran.said
    assert "ULP" not in ran.out
    assert "Warning" not in ran.err


@pytest.mark.parametrize("case", ["cost/ordinary", "init/model", "backward/ordinary"])
def test_what_an_example_starts_from_is_said_of_every_operation(case):
    assert given(case, Finding("x", "off", (0, 0)))


def test_what_a_number_starts_from_is_of_its_own_element():
    assert given("gd/documented", Finding("b1", "off", (1, 0))).startswith("b1[1, 0] = ")
    assert given("fresh/gd/1", Finding("b1", "off", (1, 0))) == ""
    assert given("gd/documented", Finding("b1", "off", (1, 0, 7))).startswith("parameters W1")


def test_the_reason_that_nothing_could_be_judged_is_said_once(screen, tmp_path):
    ran = screen("def", "--markdown", "a.md", "--html", "a.html", "--json", "a.json")

    assert (tmp_path / "a.md").read_text("utf-8").count("cannot be imported") == 1
    page = (tmp_path / "a.html").read_text("utf-8")
    assert page.count("<section") == 1
    assert ran.code == 3
    assert json.loads((tmp_path / "a.json").read_text())["exit_code"] == 3


def test_a_bug_of_our_own_is_written_to_every_output(screen, tmp_path, monkeypatch):
    def broken(*given, **how):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("optproof.checking.check.check", broken)
    forms = {"markdown": "a.md", "html": "a.html", "json": "a.json", "junitxml": "a.xml"}
    options = [w for form, file in forms.items() for w in (f"--{form}", file)]
    ran = screen(GD, *options, "--badge", "b.json")

    assert ran.code == 70
    assert "this is a bug of optproof's own" in ran.err
    for file in forms.values():
        text = (tmp_path / file).read_text("utf-8")
        assert "ZeroDivisionError: ours" in text, file
    report = json.loads((tmp_path / "a.json").read_text())
    assert report["exit_code"] == 70
    assert not report["counts"].get("pass")
    assert json.loads((tmp_path / "b.json").read_text())["message"] == "not judged"
    schema = json.loads((fixtures.root() / "schema" / "report.schema.json").read_text("utf-8"))
    jsonschema.validate(report, schema)


def test_a_right_twin_has_no_block(screen):
    ran = screen(GD + MOMENTUM + ADAM, "--training", "none")

    assert ran.code == 0
    assert len(rows(ran.out)) < 24
    assert "to mend" not in ran.out
    assert "mine.py conforms in what it implements: gradient descent, momentum and Adam" in ran.said


def test_the_last_screen_of_several_mistakes_has_what_each_takes(screen):
    ran = screen(UPHILL + HEAVY + INSIDE)

    short = ran.out.partition("in short:")[2]
    assert len(rows(short)) < 23
    short = " ".join(short.split())
    assert short.count("to mend") == short.count("example test case") == 3
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


@pytest.mark.parametrize(("count", "mends", "examples"), [(3, 3, 3), (6, 6, 0), (14, 0, 0)])
def test_the_more_mistakes_there_are_the_less_is_said_of_each_in_short(count, mends, examples):
    parts = (
        ("effect", "steps are too long " * 20),
        ("to mend", "theta_new = theta - alpha * g"),
        ("example", "test case gd/documented, W1[0, 1]: yours 1, expected 2"),
    )
    one = Block("gd", "deviation", "1 of 1 test cases wrong", ("uphill",), parts, "", "a.py", 3)
    lines = in_short([one] * count)

    assert len(lines) < 20
    assert lines.count("  a.py:3 uphill") == count
    assert sum(line.startswith("    to mend ") for line in lines) == mends
    assert sum(line.startswith("    example ") for line in lines) == examples


def test_each_known_mistake_leaves_room_on_a_screen():
    off = Finding("W2", "off", (2, 1), "-1.0924503627516955", "-1.09244991", 4.5e-7)
    for known in fixtures.load_deviations().values():
        found = Diagnosis(known.operation, ((known.id,),), (), (), file="mine.py", line=65)
        result = Result("adam/documented", known.operation, ("GD-1",), "deviation", findings=(off,))
        lines = told(block([result], [found], "mine.py"))
        assert len(lines) <= 15, known.id  # seven more go around it
        assert max(map(len, lines)) <= 80
