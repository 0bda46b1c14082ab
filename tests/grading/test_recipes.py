"""The recipes of GRADING.md, as they stand there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from .conftest import ADAM, HEAVY, INSIDE, MOMENTUM, write

PAGE = (Path(__file__).parents[2] / "reference/GRADING.md").read_text("utf-8")


def block(kind, holds):
    """The block of the page that holds a text."""
    blocks = [part.partition("\n```")[0] for part in PAGE.split(f"```{kind}\n")[1:]]
    (found,) = [text for text in blocks if holds in text]
    return found + "\n"


@pytest.fixture
def autograder(tmp_path):
    """What Gradescope has in /autograder, in a folder; runs run_autograder."""

    def autograder(files):
        write(tmp_path / "submission", files)
        (tmp_path / "results").mkdir()
        script = tmp_path / "run_autograder"
        script.write_text(block("sh", "# run_autograder").replace("/autograder", str(tmp_path)))
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        words = ["bash", script]
        done = subprocess.run(
            words, env={**os.environ, "PATH": path}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return json.loads((tmp_path / "results/results.json").read_text("utf-8"))

    return autograder


@pytest.mark.skipif(os.name != "posix", reason="not run: there is no bash")
def test_gradescope_gets_its_results(autograder):
    results = autograder({"optim.py": ADAM + HEAVY, "metadata.txt": ""})
    tests = {test["name"]: test for test in results["tests"]}
    assert results["score"] == sum(test["score"] for test in tests.values()) == 4.0
    assert sum(test["max_score"] for test in tests.values()) == 10.0
    assert tests["update_parameters_with_adam"]["status"] == "passed"
    wrong = tests["update_parameters_with_momentum"]
    assert (wrong["status"], wrong["score"], wrong["max_score"]) == ("failed", 1.0, 2.0)
    assert "momentum.heavy-ball" in wrong["output"]
    assert tests["random_mini_batches"]["output"] == "not handed in"
    assert results["output_format"] in ("text", "html", "simple_format", "md", "ansi")
    assert results["visibility"] == "visible"
    assert "submission" in results["output"]


def test_gradescope_gets_a_result_of_what_cannot_run(run, tmp_path):
    write(tmp_path / "submission", {"optim.py": "def f(:\n"})
    ran = run("grade", "submission", "--gradescope", "results.json", "--quiet")
    assert ran.code == 0
    results = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert results["score"] == 0
    assert "syntax error" in results["output"]
    # What is no results.json of ours is left as it is.
    (tmp_path / "results.json").write_text("mine")
    assert run("grade", "submission", "--gradescope", "results.json", "--quiet").code == 2
    assert (tmp_path / "results.json").read_text() == "mine"


def test_the_cell_for_nbgrader_tells_right_from_wrong(capsys):
    cell = compile(block("python", "import optproof\n"), "cell", "exec")

    def run_with(source):
        notebook = {"np": np}
        exec(compile(source, "their cell", "exec"), notebook)
        exec(cell, notebook)

    run_with(ADAM)
    with pytest.raises(AssertionError):
        run_with(INSIDE)
    assert "adam.epsilon-inside-sqrt" in capsys.readouterr().out


def test_the_rubric_of_the_page_is_one(grade, tmp_path):
    write(tmp_path, {"rubric.toml": block("toml", "# rubric.toml")})
    graded = grade({"ada.py": MOMENTUM}, "--rubric", tmp_path / "rubric.toml")
    assert (graded.rows["ada"]["points"], graded.rows["ada"]["of"]) == ("4", "10")


STAND_IN = """
from distributed import LocalCluster
class SLURMCluster(LocalCluster):
    def __init__(self, cores, processes, memory, walltime):
        super().__init__(n_workers=0, threads_per_worker=1, dashboard_address=None)
    def scale(self, n=2, jobs=None):
        super().scale(n)
"""


@pytest.mark.full
def test_the_script_for_slurm_grades_on_what_it_starts(tmp_path):
    pytest.importorskip("distributed", reason="not run: there is no dask.distributed")
    files = {"class/ada.py": MOMENTUM, "class/alan.py": HEAVY, "dask_jobqueue.py": STAND_IN}
    write(tmp_path, {**files, "on_slurm.py": block("python", "SLURMCluster")})
    words = ["class", "--output", "out", "--only", "momentum/deep", "--quiet"]
    done = subprocess.run(
        [sys.executable, "on_slurm.py", *words], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    table = (tmp_path / "out/grades.csv").read_text("utf-8")
    assert "ada,conforms," in table
    assert "alan,deviates," in table
