"""Right implementations as different people write them: each conforms, its trainings included."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

ZOO = sorted((Path(__file__).parents[1] / "zoo").glob("*.py"))


def lacks(path):
    """Return which framework the file needs that is not here, if one."""
    text = path.read_text("utf-8")
    needed = (n for n in ("numba", "torch", "jax", "scipy") if f"import {n}" in text)
    return next((name for name in needed if find_spec(name) is None), "")


@pytest.mark.sample(9)
@pytest.mark.parametrize("path", ZOO, ids=lambda p: p.stem)
def test_a_right_implementation_conforms(path, run, tmp_path):
    if missing := lacks(path):
        pytest.skip(f"needs {missing}")

    found = run("check", path, "--json", tmp_path / "report.json")

    assert found.code == 0, found.out
    results = json.loads((tmp_path / "report.json").read_text("utf-8"))["results"]
    assert {r["status"] for r in results} <= {"pass", "not applicable", "not implemented"}
    assert "pass" in {r["status"] for r in results if r["operation"] == "model"}


def test_the_zoo_is_large():
    assert len(ZOO) >= 25
