"""Complete implementations in other languages conform, and their wrong twins do not."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from optproof.checking.check import check
from optproof.checking.smoke import smoke
from optproof.conversation import command_target

HERE = Path(__file__).parents[1] / "implementations"


class Language(NamedTuple):
    tool: str
    folder: str
    build: str
    start: str
    right: str  # the denominator of Adam, and with epsilon inside the root
    wrong: str


LANGUAGES = {
    "javascript": Language(
        "node",
        "javascript",
        "",
        "node {}/serve.mjs",
        "(Math.sqrt(w / correction2) + epsilon)",
        "Math.sqrt(w / correction2 + epsilon)",
    ),
    "c": Language(
        "cc",
        "c",
        "cc -std=c11 -Wall -Wextra -Werror -O2 -o {0}/serve {0}/serve.c -lm",
        "{}/serve",
        "(sqrt(*si / correction2) + epsilon)",
        "sqrt(*si / correction2 + epsilon)",
    ),
    "java": Language(
        "javac",
        "java",
        "javac -d {0} {0}/Serve.java",
        "java -cp {} Serve",
        "(Math.sqrt(second / correction2) + epsilon)",
        "Math.sqrt(second / correction2 + epsilon)",
    ),
    "perl": Language(
        "perl",
        "perl",
        "",
        "perl {}/serve.pl",
        "(sqrt($s / $correction2) + $in{epsilon})",
        "sqrt($s / $correction2 + $in{epsilon})",
    ),
    "go": Language(
        "go",
        "go",
        "go build -o {0}/serve {0}/serve.go",
        "{}/serve",
        "(math.Sqrt(second/correction2) + in.Epsilon)",
        "math.Sqrt(second/correction2 + in.Epsilon)",
    ),
    "octave": Language(
        "octave-cli",
        "octave",
        "",
        "octave-cli --quiet {}/serve.m",
        "(sqrt(s_hat) + in.epsilon)",
        "sqrt(s_hat + in.epsilon)",
    ),
    "r": Language(
        "Rscript",
        "r",
        "Rscript -e library(jsonlite)",
        "Rscript {}/serve.R",
        "(sqrt(s_hat) + epsilon)",
        "sqrt(s_hat + epsilon)",
    ),
}


#: What authors of ports run into first, and what smoke says of it.
TRAPS = {
    "c": (
        "getline(&line, &room, stdin) > 0",
        "(room = 65536, fgets(line = realloc(line, room), (int)room, stdin))",
        "lines of any length",
    ),
    "go": (
        "in.ReadBytes('\\n')",
        "func() ([]byte, error) { line, _, err := in.ReadLine(); return line, err }()",
        "lines of any length",
    ),
    "octave": (
        'sprintf("%.17g,", a.\')',
        '[regexprep(jsonencode({a.\'(:).\'}), "[\\\\[\\\\]]", ""), ","]',
        "small numbers are written as 0",
    ),
    "r": ('sprintf("%.17g", x)', 'sprintf("%.15g", x)', "too few digits"),
}


def built(language, folder, old="", new=""):
    """Copy the implementation into `folder`, build it, and return how to start it."""
    if shutil.which(language.tool) is None:
        pytest.skip(f"not run: there is no {language.tool} on PATH")
    shutil.copytree(HERE / language.folder, folder, dirs_exist_ok=True)
    if old:
        [source] = [f for f in folder.iterdir() if old in f.read_text(encoding="utf-8")]
        text = source.read_text(encoding="utf-8").replace(old, new)
        source.write_text(text, encoding="utf-8")
    if language.build:
        command = shlex.split(language.build.format(folder))
        subprocess.run(command, check=True, capture_output=True)
    return command_target(language.start.format(shlex.quote(str(folder))))


#: C is always run, and all by "tox run -e full".
EACH = pytest.mark.parametrize(
    "language",
    [
        pytest.param(language, id=name, marks=() if name == "c" else pytest.mark.full)
        for name, language in LANGUAGES.items()
    ],
)


@EACH
def test_it_conforms_in_all_cases(language, tmp_path):
    report = check(built(language, tmp_path), training="none", timeout=60.0)
    assert [r for r in report.results if r.status in ("error", "deviation")] == []
    assert report.exit_code == 0


@pytest.mark.full
@EACH
def test_it_conforms_in_a_training(language, tmp_path):
    report = check(built(language, tmp_path), only=("training/adam",), timeout=60.0)
    assert [r for r in report.results if r.status in ("error", "deviation")] == []
    assert report.exit_code == 0


@EACH
def test_its_twin_with_epsilon_inside_the_root_is_found_out(language, tmp_path):
    launch = built(language, tmp_path, language.right, language.wrong)
    report = check(launch, only=("adam/*",), training="none", timeout=60.0)
    assert [d.explanations for d in report.diagnoses] == [(("adam.epsilon-inside-sqrt",),)]


@pytest.mark.full
@pytest.mark.parametrize("name", TRAPS)
def test_what_goes_wrong_first_is_told_by_smoke(name, tmp_path):
    old, new, said = TRAPS[name]
    right = built(LANGUAGES[name], tmp_path / "right")
    assert [wire for wire in smoke(right) if not wire.works] == []
    wrong = built(LANGUAGES[name], tmp_path / "wrong", old, new)
    assert said in " ".join(f"{w.message} {w.hint}" for w in smoke(wrong, 2.0) if not w.works)


def test_tensorflow_js_is_judged_in_float32():
    """OPTPROOF_TFJS names a folder to which npm installs it."""
    if not (where := os.environ.get("OPTPROOF_TFJS")):
        pytest.skip("not run: OPTPROOF_TFJS names no folder to install @tensorflow/tfjs to")
    folder = Path(where)
    shutil.copytree(HERE / "tfjs", folder, dirs_exist_ok=True)
    install = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(install, cwd=folder, check=True, capture_output=True)
    launch = command_target(f"node {shlex.quote(str(folder))}/serve.mjs")
    cases = ("gd/ordinary", "momentum/trajectory-10", "adam/nonzero-state", "adam/documented")
    report = check(launch, only=cases, training="none", timeout=60.0)
    statuses = {r.id: r.status for r in report.results}
    assert report.variants == ("momentum.heavy-ball",)
    assert statuses == dict.fromkeys(cases, "pass")
