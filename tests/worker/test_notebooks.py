"""Notebooks as the field writes them get the right verdict; what was not run is told."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from optproof.checking.check import check
from optproof.conversation import python_target
from optproof.errors import TargetError, UsageError

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
GD, BATCHES = "update_parameters_with_gd", "random_mini_batches"
VELOCITY, MOMENTUM = "initialize_velocity", "update_parameters_with_momentum"
ADAM_INIT, ADAM = "initialize_adam", "update_parameters_with_adam"
EVERY = (GD, BATCHES, VELOCITY, MOMENTUM, ADAM_INIT, ADAM)
OF_THE_MEAN = "opt_utils is not there: optproof's reference answers for it"
OF_THE_MEAN += " (in this release the cost is the batch's mean)"
HELPERS = [
    OF_THE_MEAN,
    "testCases is not there: optproof's reference answers for it",
]


def judge(path, only=("*/documented",), run_cells=False):
    return check(python_target(str(path), run_cells=run_cells), only=only, timeout=30.0)


def verdicts(report):
    return {
        r.operation: r.status
        for r in report.results
        if r.status not in ("not implemented", "not solved")
    }


def passing(*operations):
    return dict.fromkeys(operations, "pass")


SHAPES = {
    "v1.ipynb": (passing(*EVERY), HELPERS),
    "v1b_with_outputs.ipynb": (
        passing(*EVERY),
        ["opt_utils_v1a is not there: optproof's reference answers for it", HELPERS[1]],
    ),
    "2021_five_returns.ipynb": (
        passing(*EVERY),
        [
            "opt_utils_v1a is not there: optproof's reference answers for it",
            "public_tests is not there: optproof's reference answers for it",
            f"{ADAM}: it returns 2 more than the documented 3; ignored",
        ],
    ),
    "epsilon_inside.ipynb": ({**passing(*EVERY), ADAM: "deviation"}, HELPERS),
    "skeleton.ipynb": (
        passing(BATCHES, VELOCITY, ADAM_INIT),
        [
            *HELPERS,
            "cell 2 is skipped: not solved: there is no code between its markers",
            f"{GD}: not solved: there is no code between its markers",
            f"{MOMENTUM}: not solved: None still stands on line 5, 6, 7, 8",
        ],
    ),
    "syntax_error_in_one_cell.ipynb": (
        passing(*EVERY[1:]),
        [*HELPERS, "cell 2 is skipped: SYNTAX (its line 3)"],
    ),
    "colab.ipynb": (passing(GD, BATCHES), ["google is not there: what calls it fails"]),
    "class_and_own_helper.ipynb": (
        # The first is a helper file's; Adam is a class.
        {VELOCITY: "not applicable", MOMENTUM: "deviation", ADAM: "pass"},
        [
            f"{ADAM}: its state is read and set: found from one step with a gradient, and one with "
            "twice that"
        ],
    ),
    "lecture_notes.md": (passing(GD, BATCHES, VELOCITY, MOMENTUM), []),
    "exported.py": (passing(*EVERY), HELPERS),
}


@pytest.mark.sample(10)
@pytest.mark.parametrize("name", SHAPES)
def test_a_notebook_of_this_shape_gets_the_right_verdict(name):
    wanted, notes = SHAPES[name]
    report = judge(NOTEBOOKS / name)
    absent = [n for n in report.notes if n.endswith("is not there: what calls it fails")]
    told = [n for n in report.notes if n not in absent or "google" in n]
    told = [n.replace("invalid syntax", "SYNTAX").replace("expected ':'", "SYNTAX") for n in told]
    assert verdicts(report) == wanted
    assert told == notes


def test_the_mistake_in_a_notebook_is_named():
    [diagnosis] = judge(NOTEBOOKS / "epsilon_inside.ipynb", only=("adam",)).diagnoses
    assert diagnosis.explanations == (("adam.epsilon-inside-sqrt",),)


def test_a_skeleton_does_not_train_with_what_is_not_solved():
    only = ("momentum/documented", "training/momentum")
    report = check(str(NOTEBOOKS / "skeleton.ipynb"), only=only, timeout=60.0)
    assert {(r.status, r.message) for r in report.results} == {
        ("not solved", "not solved: None still stands on line 5, 6, 7, 8"),
        ("not solved", f"{MOMENTUM}: not solved: None still stands on line 5, 6, 7, 8"),
    }


@pytest.mark.full
def test_a_notebook_trains_with_its_own_model():
    pytest.importorskip("matplotlib")
    report = judge(NOTEBOOKS / "v1b_with_outputs.ipynb", only=("training/adam",))
    assert [r.status for r in report.results] == ["pass"]
    assert "it has no model" not in str(report.results[0].notes)


def write(path, *cells, language="python"):
    content = {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": None,
                "metadata": {},
                "outputs": [],
                "source": c,
            }
            for c in cells
        ],
        "metadata": {"kernelspec": {"language": language, "display_name": "", "name": "k"}},
        "nbformat": 4,
        "nbformat_minor": 2,
    }
    path.write_text(json.dumps(content))
    return path


RIGHT = f"""
def {GD}(parameters, grads, learning_rate):
    return {{k: p - learning_rate * grads["d" + k] for k, p in parameters.items()}}
"""


def test_nothing_runs_while_loading_unless_asked_to(tmp_path):
    touch = "open('ran', 'w').close()\nopen(__file__ + '.ran', 'w').close()"
    path = write(tmp_path / "n.ipynb", touch, RIGHT)
    judge(path)
    before = sorted(p.name for p in tmp_path.iterdir())
    judge(path, run_cells=True)
    after = sorted(p.name for p in tmp_path.iterdir())
    Path("ran").unlink(missing_ok=True)
    assert (before, after) == (["n.ipynb"], ["n.ipynb", "n.ipynb.ran"])


def test_run_cells_goes_on_after_a_cell_that_fails(tmp_path):
    report = judge(write(tmp_path / "n.ipynb", "1 / 0", RIGHT), run_cells=True)
    assert verdicts(report) == {GD: "pass"}
    assert report.notes == ("cell 1, line 1: fails: ZeroDivisionError: division by zero",)


def test_a_helper_beside_the_notebook_is_told_as_its_own_and_decides_nothing(tmp_path):
    (tmp_path / "opt_utils.py").write_text("def compute_cost(a3, Y): return 0.0\n")
    path = write(tmp_path / "n.ipynb", "from opt_utils import compute_cost", RIGHT)
    report = judge(path, only=("gd/documented", "cost/ordinary"))
    assert verdicts(report) == {GD: "pass", "compute_cost": "not applicable"}
    assert report.exit_code == 0
    assert report.results[-1].message.startswith("it is of opt_utils.py, a helper, and not")
    assert report.notes == ()


def test_the_reference_is_not_judged_in_place_of_the_notebook(tmp_path):
    path = write(tmp_path / "n.ipynb", "from opt_utils import *")
    report = judge(path, only=("cost", "forward"))
    assert verdicts(report) == {}
    assert report.exit_code == 5


@pytest.mark.skipif(find_spec("h5py") is not None, reason="not run: h5py is there")
def test_a_package_that_is_not_there_stops_only_what_calls_it(tmp_path):
    uses = RIGHT.replace(":\n", ":\n    h5py.File('x')\n", 1).replace(GD, ADAM_INIT)
    cells = ["import h5py\nfrom no_such_package import thing", RIGHT, uses]
    report = judge(write(tmp_path / "n.ipynb", *cells))
    assert verdicts(report) == {GD: "pass", ADAM_INIT: "not called"}
    assert report.notes == (
        "h5py is not there: what calls it fails",
        "no_such_package is not there: what calls it fails",
    )


def test_a_class_derived_from_a_package_that_is_not_there_stops_nothing(tmp_path):
    cells = ["import no_such_package as nn", "class Net(nn.Module):\n    pass", RIGHT]
    report = judge(write(tmp_path / "n.ipynb", *cells))
    assert verdicts(report) == {GD: "pass"}
    assert report.notes == ("no_such_package is not there: what calls it fails",)


@pytest.mark.parametrize(
    "constant",
    ["one: float = 1.0", "one, two = 1.0, 2.0", "[one, two] = 1.0, 2.0", "one = two = 1.0"],
)
def test_constants_are_taken_however_they_are_written(tmp_path, constant):
    path = write(
        tmp_path / "n.ipynb", constant, RIGHT.replace("learning_rate *", "one * learning_rate *")
    )
    assert verdicts(judge(path)) == {GD: "pass"}


def test_a_name_that_only_running_the_cells_would_give_is_told(tmp_path):
    uses = RIGHT.replace("learning_rate *", "one * learning_rate *")
    path = write(tmp_path / "n.ipynb", "import numpy as np\none = np.float64(1)", uses)
    what = f"cell 1, line 2: one is not computed, and {GD} uses it; --run-cells runs all cells"
    report = judge(path)
    assert (verdicts(report), report.notes) == ({GD: "not called"}, (what,))
    report = judge(path, run_cells=True)
    assert (verdicts(report), report.notes) == ({GD: "pass"}, ())


@pytest.mark.parametrize("name", ["n.ipynb", "dataclasses.ipynb"])
def test_a_dataclass_in_a_notebook_works_whatever_the_notebook_is_called(tmp_path, name):
    cell = "from dataclasses import dataclass\n@dataclass\nclass Config:\n    rate: float = 0.1"
    report = judge(write(tmp_path / name, cell, RIGHT.replace(":\n", ":\n    Config()\n", 1)))
    assert (verdicts(report), report.notes) == ({GD: "pass"}, ())


def test_a_name_that_is_none_at_first_does_not_hide_an_error(tmp_path):
    wrong = (
        f"def {GD}(parameters, grads, learning_rate):\n    x = None\n    x = 1\n    return x.y\n"
    )
    assert verdicts(judge(write(tmp_path / "n.ipynb", wrong))) == {GD: "not called"}


UNREADABLE = {
    "not JSON": "{",
    "no notebook": '{"cells": 1}',
    "no cells": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 2}',
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_file_that_is_no_notebook_is_a_target_error(text, tmp_path):
    path = tmp_path / "n.ipynb"
    path.write_text(text)
    with pytest.raises(TargetError, match=r"n\.ipynb"):
        judge(path)


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"kernelspec": {"language": "R", "name": "ir"}}, "R"),
        ({"kernelspec": {"name": "ir"}}, "R"),
        ({"kernelspec": {"name": "julia-1.10", "display_name": "Julia 1.10"}}, "Julia"),
        ({"kernelspec": None, "language_info": {"name": "julia"}}, "julia"),
    ],
)
def test_a_notebook_in_another_language_is_a_target_error(metadata, language, tmp_path):
    path = write(tmp_path / "n.ipynb", "x <- 1")
    path.write_text(json.dumps({**json.loads(path.read_text()), "metadata": metadata}))
    with pytest.raises(TargetError, match=f"is a notebook in {language}, not Python"):
        judge(path)


def as_found(change, encoding="utf-8"):
    """Return what writes a notebook with one right cell, changed as notebooks in use are."""

    def write_changed(path, source):
        content = json.loads(write(path, "import numpy as np", source).read_text())
        change(content)
        path.write_text(json.dumps(content), encoding=encoding)
        return path

    return write_changed


def worksheets(content):
    cells = [{**c, "input": c.pop("source"), "language": "python"} for c in content.pop("cells")]
    content.update(worksheets=[{"cells": cells, "metadata": {}}], nbformat=3, metadata={"name": ""})


FOUND = {
    "with a BOM": as_found(lambda n: None, "utf-8-sig"),
    "UTF-16": as_found(lambda n: None, "utf-16"),
    "no metadata": as_found(lambda n: n.pop("metadata")),
    "no kernelspec": as_found(lambda n: n["metadata"].clear()),
    "kernelspec null": as_found(lambda n: n["metadata"].update(kernelspec=None)),
    "Python": as_found(lambda n: n["metadata"]["kernelspec"].update(language="Python")),
    "ipython3": as_found(lambda n: n["metadata"]["kernelspec"].update(language="ipython3")),
    "an environment's kernel": as_found(
        lambda n: n["metadata"].update(kernelspec={"name": "conda-env-dl-py"})
    ),
    "a cell without source": as_found(lambda n: n["cells"].insert(0, {"cell_type": "code"})),
    "source as a list": as_found(
        lambda n: [c.update(source=c["source"].splitlines(True)) for c in n["cells"]]
    ),
    "a lone surrogate": as_found(
        lambda n: n["cells"][1].update(source="# \ud83d\n" + n["cells"][1]["source"])
    ),
    "worksheets": as_found(worksheets),
}


@pytest.mark.sample(2)
@pytest.mark.parametrize("write_changed", FOUND.values(), ids=FOUND.keys())
def test_notebooks_are_read_as_they_are_found(write_changed, tmp_path):
    path = write_changed(tmp_path / "n.ipynb", RIGHT)
    assert verdicts(judge(path)) == {GD: "pass"}
    wrong = write_changed(tmp_path / "n.ipynb", RIGHT.replace("p - l", "p + l"))
    assert verdicts(judge(wrong)) == {GD: "deviation"}


MARKED = """
def update_parameters_with_gd(parameters, grads, learning_rate):
    {above}
    # YOUR CODE STARTS HERE

    # YOUR CODE ENDS HERE
    {below}
"""
STEP = """for key in parameters:
        parameters[key] = parameters[key] {sign} learning_rate * grads["d" + key]"""


@pytest.mark.parametrize(
    ("above", "below", "status"),
    [
        (STEP.format(sign="-"), "return parameters", "pass"),
        (STEP.format(sign="+"), "return parameters", "deviation"),
        ("", "return parameters", "not solved"),
        ("", "return new_parameters", "not solved"),
        ("", "", "not solved"),
    ],
)
def test_empty_markers_mean_not_solved_only_where_the_function_does_nothing(
    above, below, status, tmp_path
):
    path = tmp_path / "n.py"
    path.write_text(MARKED.format(above=above, below=below))
    report = judge(path)
    assert verdicts(report) == ({} if status == "not solved" else {GD: status})
    told = [r.message for r in report.results if r.operation == GD]
    assert told[0].startswith("not solved") == (status == "not solved")


def test_an_error_without_a_place_for_code_is_not_an_exercise(tmp_path):
    path = tmp_path / "n.py"
    path.write_text(f"def {GD}(parameters, grads, learning_rate):\n    W = None\n    W.x\n")
    assert "not solved" not in judge(path).results[0].message


FENCED = {
    "in a list": "1. Setup\n\n   ```python\n   {first}\n   ```\n\n{code}",
    "at a marker": "- ```py\n  {first}\n  ```\n\n{code}",
    "in capitals": "```Python\n{first}\n```\n\n{code}",
    "tildes": "~~~~python\n{first}\n~~~~\n\n{code}",
}


@pytest.mark.parametrize("text", FENCED.values(), ids=FENCED.keys())
def test_fences_are_read_where_they_stand(text, tmp_path):
    code = RIGHT.replace("learning_rate *", "one * learning_rate *")
    path = tmp_path / "notes.md"
    path.write_text(text.format(first="one = 1.0", code=f"```python\n{code}\n```\n"))
    assert verdicts(judge(path)) == {GD: "pass"}
    path.write_text(text.format(first="one = -1.0", code=f"```python\n{code}\n```\n"))
    assert verdicts(judge(path)) == {GD: "deviation"}


def test_a_file_of_another_kind_is_a_usage_error(tmp_path):
    (tmp_path / "n.txt").write_text("")
    with pytest.raises(UsageError, match=r"is none of \.py, \.ipynb, \.md"):
        judge(tmp_path / "n.txt")


def test_the_notebooks_are_as_their_script_writes_them(tmp_path, monkeypatch):
    import importlib.util

    spec = importlib.util.spec_from_file_location("make", NOTEBOOKS / "make.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    monkeypatch.setattr(make, "HERE", tmp_path)
    make.write()
    written = {p.name: p.read_text(encoding="utf-8") for p in tmp_path.iterdir()}
    kept = {name: (NOTEBOOKS / name).read_text(encoding="utf-8") for name in written}
    assert written == kept


@pytest.mark.parametrize(
    ("raised", "status"),
    [("NotImplementedError", "not solved"), ("NotImplementedError('no Adam')", "not implemented")],
)
def test_a_stub_that_only_raises_is_an_exercise_not_solved(tmp_path, raised, status):
    source = f"def initialize_adam(parameters):\n    L = len(parameters) // 2\n    raise {raised}\n"
    (tmp_path / "stub.py").write_text(source)
    report = check(python_target(str(tmp_path / "stub.py")), only=("adam-init",), training="none")

    assert {r.status for r in report.results} == {status}
    assert report.exit_code == 5
