"""Right implementations as different people write them: each conforms, its trainings included."""

import ast
from importlib.util import find_spec
from pathlib import Path

import pytest

ZOO = sorted((Path(__file__).parents[1] / "zoo").glob("*.py"))


def lacks(path):
    """Return which framework the file needs that is not here."""
    imported = {
        (n.module or "").partition(".")[0] if isinstance(n, ast.ImportFrom) else n.names[0].name.partition(".")[0]
        for n in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(n, (ast.Import, ast.ImportFrom))
    }
    return next((name for name in sorted(imported) if find_spec(name) is None), "")


@pytest.mark.parametrize("path", ZOO, ids=lambda p: p.stem)
def test_a_right_implementation_conforms(path, run):
    if missing := lacks(path):
        pytest.skip(f"needs {missing}")
    found = run("check", str(path))
    assert found.code == 0, found.out
    judged = {s for r in found.report["results"] if (s := r["status"]) != "not implemented"}
    assert judged <= {"pass", "not applicable"}, found.out
    trained = [r for r in found.report["results"] if r["operation"] == "model"]
    assert any(r["status"] == "pass" for r in trained)


def test_the_zoo_is_large():
    assert len(ZOO) >= 25
