"""Optimizers of frameworks: run where the framework is there (the library-* environments)."""

import importlib.util

import numpy as np
import pytest
from worker.optimizers import framework_forms, more_frameworks, public_framework_forms
from worker.optimizers.driving import HYPER, conforms, expected, found_in, trajectory

from optproof.worker import precision
from optproof.worker.optimizers import run

FORMS = {
    f"{package}: {title}": (package, *form)
    for package, forms in {
        "torch": {**framework_forms.TORCH, **public_framework_forms.TORCH, **more_frameworks.TORCH},
        "optax": {**framework_forms.OPTAX, **public_framework_forms.OPTAX, **more_frameworks.OPTAX},
        "keras": {**framework_forms.KERAS, **public_framework_forms.KERAS, **more_frameworks.KERAS},
        "tensorflow": framework_forms.TENSORFLOW,
        "tinygrad": {**framework_forms.TINYGRAD, **more_frameworks.TINYGRAD},
    }.items()
    for title, form in forms.items()
}
TWINS = [(title, i) for title, form in FORMS.items() for i in range(len(form[3]))]

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def _float64(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")


def found(title, tmp_path, old="", new=""):
    package, source, _, _ = FORMS[title]
    (tmp_path / "first.py").write_text(source, encoding="utf-8")
    precision.before_import(str(tmp_path / "first.py"))
    for needed in [package, *(["jax"] if package in ("optax", "keras") else [])]:
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"not run: {needed} is not there")
        importlib.import_module(needed)
    precision.after_import("float64")
    assert old in source
    return found_in(source.replace(old, new) if old else source, tmp_path)


@pytest.mark.parametrize("title", FORMS)
def test_right(title, tmp_path):
    kinds = FORMS[title][2]
    there = found(title, tmp_path)
    assert tuple(there.optimizers) == kinds
    for kind in kinds:
        assert conforms(there, kind), there.optimizers[kind].told()


@pytest.mark.parametrize(("title", "i"), TWINS)
def test_wrong_twin(title, i, tmp_path):
    _, _, kinds, twins = FORMS[title]
    there = found(title, tmp_path, *twins[i])
    assert not all(conforms(there, kind) for kind in kinds)


def test_the_framework_of_a_subclass_is_told(tmp_path):
    optimizer = found("torch: a subclass with state in self.state", tmp_path).optimizers["adam"]
    assert optimizer.told()["framework"] == "torch"
    plain = found("torch: a plain class on parameters, under no_grad", tmp_path).optimizers["gd"]
    assert plain.told()["framework"] == ""
    assert "it is stepped under torch.no_grad()" in plain.told()["how"]


def test_a_parameter_without_a_gradient_stays(tmp_path):
    optimizer = found("torch: a subclass with state in self.state", tmp_path).optimizers["adam"]
    parameters, gradients = trajectory()
    frozen = [{**g, "dW2": None} for g in gradients]
    arguments = {
        "parameters": parameters,
        "hyperparameters": HYPER["adam"],
        "steps": [{"grads": g} for g in frozen],
    }
    seen = run(optimizer, arguments)
    path = expected("adam", parameters, gradients, HYPER["adam"])
    assert all(np.array_equal(s["W2"], parameters["W2"]) for s in seen)
    assert all(np.allclose(s["W1"], p["W1"], rtol=1e-12) for s, p in zip(seen, path))


RATE = """
import jax.numpy as jnp
import optax


def sgd(learning_rate):
    def init(params):
        return optax.EmptyState()

    def update(updates, state, params=None):
        return {k: -learning_rate * g for k, g in updates.items()}, state

    return optax.GradientTransformation(init, update)
"""


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("", "", True),
        ("def sgd", "seen = []\n\n\ndef sgd", True),
        ("        return {k:", "        counts.append(1)\n        return {k:", False),
    ],
    ids=["pure", "pure beside a list", "keeps something to itself"],
)
def test_a_factory_changes_its_rate_where_its_update_keeps_nothing(old, new, changes, tmp_path):
    source = RATE.replace("optax\n\n", "optax\n\ncounts = []\n\n", 1).replace(old, new, 1)
    package = pytest.importorskip("optax")
    assert package
    optimizer = found_in(source, tmp_path).optimizers["gd"]
    assert optimizer.changes_rate is changes
