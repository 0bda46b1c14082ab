"""Frameworks are told by the imports of a file, and get the precision they need."""

import os

import pytest

from optproof.conversation.python import python_target
from optproof.worker import precision


def test_jax_is_switched_before_it_is_imported(tmp_path, monkeypatch):
    monkeypatch.delenv("JAX_ENABLE_X64", raising=False)
    path = tmp_path / "written.py"
    path.write_text("import numpy\n", encoding="utf-8")
    assert precision.before_import(str(path)) == []
    assert "JAX_ENABLE_X64" not in os.environ
    path.write_text("import optax\n", encoding="utf-8")
    precision.before_import(str(path))
    assert os.environ["JAX_ENABLE_X64"] == "1"
    monkeypatch.delenv("JAX_ENABLE_X64")


@pytest.mark.parametrize(
    ("declared", "switched"), [("float32", False), ("float64", True)], ids=["float32", "float64"]
)
def test_tinygrad_computes_in_what_a_file_declares(declared, switched, tmp_path, monkeypatch):
    for name in ("DEFAULT_FLOAT", "OPTIM_DTYPE", "TRAINING", "DEV"):
        monkeypatch.setenv(name, "")  # so that it is put back
        monkeypatch.delenv(name)
    path = tmp_path / "written.py"
    path.write_text(
        f'from tinygrad import Tensor\n__optproof__ = {{"dtype": "{declared}"}}\n', encoding="utf-8"
    )
    notes = precision.before_import(str(path))
    assert (os.environ.get("DEFAULT_FLOAT") == "float64") is switched
    assert bool(notes) is switched


def test_who_declares_float32_keeps_it():
    assert precision.after_import("float32") == []


def test_one_thing_of_a_file_is_named(tmp_path):
    path = tmp_path / "written.py"
    path.write_text("", encoding="utf-8")
    launch = python_target(f"{path}:Adam", kind="adam", settings={"scale": 1})
    assert launch.name.endswith("written.py:Adam")
    assert '"optimizer": {"name": "Adam", "as": "adam", "with": {"scale": 1}}' in launch.command[-1]
    assert launch.command[-3] == str(path)
