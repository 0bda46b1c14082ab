"""A shell completes commands, options, choices and ids."""

import shutil
import subprocess

import pytest

TRY = """
COMP_WORDS=({words}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 )); COMPREPLY=()
_shtab_optproof; echo "${{COMPREPLY[@]}}"
"""


@pytest.fixture(scope="module")
def script():
    pytest.importorskip("shtab", reason="not run: shtab is not here (the extra completion)")
    from optproof.commands.cli import main

    def script(shell, capsys):
        assert main(["completion", shell]) == 0
        return capsys.readouterr().out

    return script


def test_bash_completes(script, capsys):
    if not (bash := shutil.which("bash")):
        pytest.skip("not run: there is no bash")
    wanted = {
        "optproof ch": "check",
        "optproof check --t": "--training",
        "optproof check --training ''": "short",
        "optproof check --only ad": "adam",
        "optproof check --variant adam.epsilon-h": "adam.epsilon-hat",
        "optproof explain ADAM-": "ADAM-5",
        "optproof repro adam/doc": "adam/documented",
        "optproof explain trajectory/gd/": "trajectory/gd/three",
        "optproof list dev": "deviations",
        "optproof drift re": "record",
    }
    text = script("bash", capsys) + "".join(TRY.format(words=words) for words in wanted)
    done = subprocess.run([bash, "--norc"], input=text, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == len(wanted)
    for line, right in zip(lines, wanted.values(), strict=True):
        assert right in line.split()
        assert "smoke" not in line.split()


@pytest.mark.parametrize("shell", ["zsh", "tcsh"])
def test_other_shells_get_a_script(script, shell, capsys):
    text = script(shell, capsys)
    assert all(word in text for word in ("whose-test", "epsilon-hat", "junitxml"))
