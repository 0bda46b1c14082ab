"""Every command that a page shows is typed by a test, or stands here with the reason why not."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from documents import blocks, commands, files, follow, is_like

from optproof.commands.cli import COMMANDS, MAINTAINERS, build_parser, module_of
from optproof.conversation.mapping import read_mapping

pytestmark = pytest.mark.once  # nothing here depends on NumPy

CHECKOUT = Path(__file__).resolve().parents[2]
#: Blocks of the documentation that test_documentation.py types.
CONSOLE = re.compile(r"^```console\n.*?^```$", re.M | re.S)
PAGES = {
    page.relative_to(CHECKOUT).as_posix(): CONSOLE.sub("", page.read_text("utf-8"))
    for pattern in ("*.md", "reference/*.md", "fixtures/*.md", "reference/docs/**/*.md")
    for page in sorted(CHECKOUT.glob(pattern))
}

#: Typed by the test that is named.
ELSEWHERE = {
    "optproof check my_adam.py --only adam": "test_readme.py::test_its_report_is_what_the_command",
    "python -m pip install . && optproof check reference": (
        "test_packaging.py::test_it_finds_its_own_fixtures_and_checks"
    ),
    "python -m pip install tox && tox run -e py": (
        "test_readme.py::test_the_gate_runs_its_test_command_first"
    ),
    "optproof smoke --exec 'python gd.py'": (
        "test_protocol_page.py::test_the_smallest_implementation_conforms_and_smoke_prints"
    ),
}
ELSEWHERE_BY_START = {
    "optproof grade submissions --output confined": (
        "test_confining.py::test_nothing_is_reached_outside"
    ),
    "optproof grade submissions/ --output grades --scheduler": (
        "test_cluster.py::test_a_worker_that_is_killed_changes_nothing"
    ),
    "optproof grade /autograder": "test_recipes.py::test_gradescope_gets_its_results",
    "optproof check --exec 'unshare ": "test_untrusted.py::test_the_recipe_confines_what_it_says",
}
#: Typed by no test, by how the command begins.
NOT_RUN = {
    "optproof check --exec 'docker ": "needs a container with optproof in it",
    "pip install -e .": "a step on a forge, in the reader's own repository",
    'pip install "optproof @ git+': "a step on a forge: needs the repository's address to answer",
    "python -m venv .venv": "makes the environment that the tests run in",
    "python -m pip install tox": "makes the environment that the tests run in",
    "tox ": "runs these tests",
    "python -m pip install .": "installs the checkout, as test_packaging.py does",
    "optproof fixtures verify": "proves for minutes; the environment lint of tox.ini runs it",
    "optproof certify --optimizer adam": "certifies for hours; test_certify.py does fewer epochs",
    "NPY_DISABLE_CPU_FEATURES=": "its list of processor features is the reader's own",
}

#: With epsilon under the root.
INSIDE = """\
import numpy as np


def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    new = {}, {}, {}
    for key, w in parameters.items():
        g = grads["d" + key]
        new[1]["d" + key] = beta1 * v["d" + key] + (1 - beta1) * g
        new[2]["d" + key] = beta2 * s["d" + key] + (1 - beta2) * g**2
        v_hat = new[1]["d" + key] / (1 - beta1**t)
        s_hat = new[2]["d" + key] / (1 - beta2**t)
        new[0][key] = w - learning_rate * v_hat / np.sqrt(s_hat + epsilon)
    return new
"""
ADAM = INSIDE.replace("np.sqrt(s_hat + epsilon)", "(np.sqrt(s_hat) + epsilon)")
#: The smallest implementation, in JavaScript.
IMPL = """\
import { createInterface } from "node:readline";
const say = (message) => process.stdout.write(JSON.stringify(message) + "\\n");
const number = (x) => (Object.is(x, -0) ? "-0.0" : String(x));
const gd = "update_parameters_with_gd";
say({ type: "hello", protocol: 1, name: "impl", language: "JavaScript", operations: [gd] });
for await (const line of createInterface({ input: process.stdin })) {
  const { type, id, operation, arguments: given } = JSON.parse(line);
  if (type === "bye") break;
  if (operation !== gd) { say({ type: "unsupported", id, reason: "not here" }); continue; }
  const tensors = Object.entries(given.parameters).map(([name, { shape, data }]) => {
    const g = given.grads["d" + name].data;
    const next = data.map((x, i) => number(x - given.learning_rate * g[i]));
    return `"${name}":{"dtype":"float64","shape":${JSON.stringify(shape)},"data":[${next}]}`;
  });
  process.stdout.write(`{"type":"result","id":${id},"value":{"parameters":{${tensors}}}}\\n`);
}
"""
OPTIMIZER = """\
class MyAdam:
    def __init__(self, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.h = learning_rate, beta1, beta2, epsilon
        self.v, self.s, self.t = {}, {}, 0

    def update(self, params, grads):
        rate, beta1, beta2, epsilon = self.h
        self.t += 1
        for k in params:
            g = grads[k]
            self.v[k] = beta1 * self.v.get(k, 0) + (1 - beta1) * g
            self.s[k] = beta2 * self.s.get(k, 0) + (1 - beta2) * g * g
            v_hat = self.v[k] / (1 - beta1**self.t)
            s_hat = self.s[k] / (1 - beta2**self.t)
            params[k] = params[k] - rate * v_hat / (s_hat**0.5 + epsilon)
"""
#: Pages whose reader has an optproof.toml.
REPOSITORIES = {"reference/CI.md", "reference/DRIFT.md"}
#: Output that depends on the NumPy: its numbers may be others.
OTHER_NUMBERS = {"reference/DRIFT.md"}
#: Pages whose commands take long, and what needs a program.
LONG = {
    "reference/TRAINING.md",
    "reference/MEASUREMENTS.md",
    "reference/docs/background/proofs.md",
}
NEEDS = {"README.md": "node", "reference/PROTOCOL.md": "node"}
CODES = {
    "optproof check inside.py": 1,
    "optproof check tests/implementations/sklearn_optimizers.py --training none": 1,
}


def fill(page, folder):
    """Put into the folder what the reader of a page has."""
    shutil.copytree(CHECKOUT / "tests/sample_repository", folder, dirs_exist_ok=True)
    if page not in REPOSITORIES:
        (folder / "optproof.toml").unlink()
    (folder / "my_adam.py").write_text(INSIDE if page == "reference/VARIANTS.md" else ADAM)
    (folder / "inside.py").write_text(INSIDE)
    if page == "reference/GRADING.md":
        (folder / "submissions").mkdir()
        (folder / "submissions/ada.py").write_text(ADAM)
    (folder / "my_optim.py").write_text(OPTIMIZER)
    (folder / "impl.mjs").write_text(IMPL)
    (folder / "my_adam.mjs").write_text(IMPL)
    shutil.copy(CHECKOUT / "tests/notebooks/v1.ipynb", folder / "assignment.ipynb")
    theirs = folder / "tests/implementations"
    theirs.mkdir(parents=True)
    shutil.copy(CHECKOUT / "tests/implementations/sklearn_optimizers.py", theirs)


def is_left_out(text):
    return text in ELSEWHERE or text.startswith((*ELSEWHERE_BY_START, *NOT_RUN))


def test_the_lint_environment_proves_the_fixtures():
    assert "    optproof fixtures verify\n" in (CHECKOUT / "tox.ini").read_text("utf-8")


def commit(run, folder):
    """Make the baseline of the repository, in place of the other target's."""
    (folder / "now.json").unlink()
    (folder / "drift.json").unlink()
    assert run("drift", "record", "mylib.optim", "--output", "drift.json").code == 0


def upgrade(folder):
    """Make of the record one of another NumPy, which gave an operation other bits."""
    path = folder / "drift.json"
    record = json.loads(path.read_text())
    [(_, figures)] = record["records"].items()
    figures["update_parameters_with_adam"]["bits"] = "0" * 16
    path.write_text(json.dumps({**record, "records": {"1.0.0": figures}}))


def to_type(page):
    return [c for c in commands(PAGES[page]) if not is_left_out(c.text)]


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, id=page, marks=pytest.mark.full if page in LONG else ())
        for page in PAGES
        if to_type(page)
    ],
)
def test_its_commands_do_what_the_page_says(page, run, tmp_path, monkeypatch):
    if (program := NEEDS.get(page)) and not shutil.which(program):
        pytest.skip(f"not run: there is no {program}")
    fill(page, tmp_path)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    before = {
        "optproof drift record my_adam.py --output now.json": partial(upgrade, tmp_path),
        "optproof drift record mylib.optim --output now.json": partial(commit, run, tmp_path),
    }
    follow(PAGES[page], run, tmp_path, CODES, is_left_out, before, page not in OTHER_NUMBERS)


def test_what_is_typed_elsewhere_or_not_at_all_is_there():
    every = {command.text for text in PAGES.values() for command in commands(text)}
    assert len(every) >= 25
    assert ELSEWHERE.keys() <= every
    assert [
        start
        for start in (*ELSEWHERE_BY_START, *NOT_RUN)
        if not any(text.startswith(start) for text in every)
    ] == []
    for test in (*ELSEWHERE.values(), *ELSEWHERE_BY_START.values()):
        file, _, name = test.partition("::")
        [path] = CHECKOUT.glob(f"tests/*/{file}")
        assert f"def {name}" in path.read_text("utf-8")


def without_description(line):
    return re.split(r"  +(?=(?:[^']*'[^']*')*[^']*$)", line.strip())[0]


def inline():
    """Return the commands inside sentences, and the examples of each command's help."""
    text = "\n".join(PAGES.values())
    named = re.findall(r"`(optproof [a-z-]+[^`\n]*)`", text)
    for module in map(module_of, (*COMMANDS, *MAINTAINERS)):
        named += map(without_description, re.findall(r"^  (optproof .*)$", module.HELP, re.M))
    return sorted(set(named))


@pytest.fixture(scope="module")
def parser():
    return build_parser()


#: With these words behind it a sentence names a command, without what it needs.
SECOND = {"update", "record", "show", "verify", "lint", "regenerate"}


def test_commands_inside_sentences_and_examples_of_help_are_commands(parser):
    found = inline()
    assert len(found) >= 40
    for text in found:
        text = re.split(r" [>|] ", text)[0]
        words = shlex.split(re.sub(r"[][]", "", text.replace("...", "x")))[1:]
        if (len(words) == 1 and words[0][0] != "-") or (len(words) == 2 and words[1] in SECOND):
            assert words[0] in {*COMMANDS, *MAINTAINERS}
            continue
        words = ["5" if word in ("N", "S") else word for word in words]
        try:
            parser.parse_args(words)
        except SystemExit as ended:
            if ended.code:
                pytest.fail(f"{text}: no such command")


def shown_in(page, kind):
    return [block.text for block in blocks(PAGES[page]) if block.kind == kind]


def test_the_settings_that_the_page_on_ci_shows_are_taken(run, tmp_path):
    check, known = shown_in("reference/CI.md", "toml")
    (tmp_path / "optproof.toml").write_text(check + known)
    ran = run("check", "--show-config")
    assert ran.code == 0
    assert "mylib.optim" in ran.out
    assert "goes with release 2" in ran.out


@pytest.mark.full
def test_the_pytest_settings_and_the_test_that_the_page_shows_run(tmp_path):
    shutil.copytree(CHECKOUT / "tests/sample_repository", tmp_path, dirs_exist_ok=True)
    [ini], [test] = shown_in("reference/CI.md", "ini"), shown_in("reference/CI.md", "python")
    (tmp_path / "pytest.ini").write_text(ini)
    imports = "from mylib.optim import update_parameters_with_adam as my_function\n\n\n"
    (tmp_path / "test_mine.py").write_text(imports + test)
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        "documented or mine",
    ]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "optproof" in done.stdout + done.stderr or "passed" in done.stdout


def test_the_mapping_that_the_page_shows_is_one(tmp_path):
    [mapping] = [b.text for b in blocks(PAGES["reference/MAPPING.md"]) if "[functions]" in b.text]
    (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
    assert read_mapping(tmp_path / "mapping.toml")["arguments"]


def test_the_helper_finds_what_it_should_and_sees_what_is_not_as_shown(run, tmp_path):
    page = """\
Say:

    optproof list   # how many
    not a command

```sh
$ optproof list clauses ADAM-5
ADAM-5  ...
$ optproof explain 'a
b'
...
```

.. code-block:: console

   $ optproof --version
   optproof ...

```python
# folder/mine.py
x = 1
```
"""
    assert [(c.line, c.text) for c in commands(page)] == [
        (3, "optproof list"),
        (7, "optproof list clauses ADAM-5"),
        (9, "optproof explain 'a\nb'"),
        (16, "optproof --version"),
    ]
    assert files(page) == {"folder/mine.py": "# folder/mine.py\nx = 1\n"}
    assert is_like("a ... c\n...\nd", "a b c\n1\n2\nd\n")
    assert not is_like("a ... c\n...\nd", "a b c\n1\n2\ne\n")
    unknown = {"optproof explain 'a\nb'": 2}
    assert follow(page, run, tmp_path, unknown) == 4
    with pytest.raises(AssertionError, match="shown:"):
        follow(page.replace("ADAM-5  ...", "ADAM-6  ..."), run, tmp_path, unknown)
    with pytest.raises(AssertionError, match="line 9"):
        follow(page, run, tmp_path)
