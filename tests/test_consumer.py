"""The fixtures can be read, and deviations named, without optproof."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
JAVASCRIPT = ROOT / "tests/implementations/javascript"
RIGHT, WRONG = "(Math.sqrt(w / correction2) + epsilon)", "Math.sqrt(w / correction2 + epsilon)"


def consume(*methods):
    if shutil.which("node") is None:
        pytest.skip("not run: there is no node on PATH")
    command = ["node", JAVASCRIPT / "consume.mjs", ROOT / "fixtures", *methods]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout.splitlines()


def test_the_worked_consumer_passes_a_right_implementation():
    code, [line] = consume()
    assert code == 0
    assert " 0 fail" in line


def test_the_worked_consumer_names_the_deviation_of_a_wrong_one(tmp_path):
    source = (JAVASCRIPT / "methods.mjs").read_text(encoding="utf-8")
    wrong = tmp_path / "methods.mjs"
    wrong.write_text(source.replace(RIGHT, WRONG), encoding="utf-8")
    code, lines = consume(wrong)
    assert code == 1
    named = lines[lines.index(next(i for i in lines if i.startswith("adam/documented"))) + 1]
    assert "epsilon-inside-sqrt: epsilon added under the square root" in named


def test_the_worked_consumer_does_not_pass_an_implementation_of_nothing(tmp_path):
    empty = tmp_path / "methods.mjs"
    empty.write_text("export {};", encoding="utf-8")
    code, [line] = consume(empty)
    assert code == 1
    assert line.startswith("0 pass, 0 fail")
