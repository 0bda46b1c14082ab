"""Each library's optimizers are checked for real, where the library is installed."""

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from reported import REPORT

from optproof.checking.check import check
from optproof.errors import UsageError
from optproof.libraries import ADAPTERS, adapters
from optproof.measuring.libraries import reports, rows
from optproof.reports import json_report

PAGE = Path(__file__).parents[2] / "reference" / "LIBRARIES.md"
GD, MOMENTUM = "update_parameters_with_gd", "update_parameters_with_momentum"
ADAM = "update_parameters_with_adam"
#: Cases that no rounding and no number of the smallest size decides.
CASES = ("gd/ordinary", "momentum/nonzero-velocity", "momentum/trajectory-10", "adam/nonzero-state")
CASES += ("adam/epsilon-decides", "adam/trajectory-10")
CONFORMS = {GD: ["pass"], MOMENTUM: ["pass"] * 2, ADAM: ["pass"] * 3}
#: The variants that it is judged against, and what these cases show.
FOUND = {
    "torch.optim": ((), CONFORMS),
    "torch.optim.foreach": ((), CONFORMS),
    "torch.optim.fused": ((), CONFORMS),
    "torch.optim.capturable": ((), {}),  # it wants an accelerator
    "optax": ((), CONFORMS),
    "optax.trace": (
        ("momentum.heavy-ball", "adam.epsilon-inside-sqrt"),
        {MOMENTUM: ["pass"] * 2, ADAM: ["pass"] * 3},
    ),
    "jax.example_libraries.optimizers": (("momentum.heavy-ball",), CONFORMS),
    "keras": (("momentum.heavy-ball-learning-rate-in-velocity", "adam.epsilon-hat"), CONFORMS),
    "sklearn.neural_network": (
        ("momentum.heavy-ball-learning-rate-in-velocity", "adam.epsilon-hat"),
        CONFORMS,
    ),
    # Its attributes are float32: 0.9 is not 0.9.
    "onnx.reference": (
        ("adam.epsilon-hat",),
        {MOMENTUM: ["deviation"] * 2, ADAM: ["deviation"] * 3},
    ),
}


def needs(name):
    package = ADAPTERS[name].package
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"not run: {package} is not installed")


@pytest.mark.parametrize("name", FOUND)
def test_the_library_does_what_the_table_says(name):
    needs(name)
    report = check(name, only=CASES, training="none", timeout=60.0)
    found = {}
    for result in report.results:
        if result.status != "not implemented":
            found.setdefault(result.operation, []).append(result.status)
    assert (report.variants, found) == FOUND[name]


@pytest.mark.parametrize("name", ["thinc", "tinygrad"])
def test_a_library_in_float32_says_so(name):
    needs(name)
    report = check(name, only=("gd/ordinary",), training="none", timeout=60.0)
    assert (report.dtype, [r.status for r in report.results]) == ("float32", ["pass"])


def test_a_library_that_keeps_its_state_to_itself_is_judged_by_its_trainings():
    needs("autograd.misc.optimizers")
    only = ("training/adam",)
    [result] = check("autograd.misc.optimizers", only=only, timeout=60.0).results
    assert result.status == "pass"


def test_a_library_that_is_not_installed_is_a_usage_error_with_advice(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(UsageError, match=r"torch is not installed\n.*optproof\[torch\]"):
        check("torch.optim")


def test_an_adapter_that_there_is_not_is_a_usage_error():
    with pytest.raises(UsageError, match="no adapter nosuch"):
        list(reports(["nosuch"]))


def test_no_library_at_all_is_a_usage_error(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"none of the libraries is installed"):
        list(reports())


REPORTS = PAGE.parents[1] / ".ci" / "libraries"


def test_the_page_is_made_from_the_reports(run):
    table = run("libraries", "--from", REPORTS).out.strip()
    assert table in PAGE.read_text(encoding="utf-8")


@pytest.mark.full
@pytest.mark.parametrize("name", ADAPTERS)
def test_the_table_of_libraries_is_what_the_tool_prints(name):
    needs(name)
    [(_, report)] = reports([name])
    found = list(rows(name, report))
    library_and_version = found[0].partition(", ")[0]
    page = PAGE.read_text(encoding="utf-8").splitlines()
    if not any(line.startswith(library_and_version) for line in page):
        pytest.skip(f"not run: the page's table is of another version than{library_and_version}")
    assert [line for line in page if line.startswith(f"| {name} |")] == found


# Adapters of other distributions

SMALL = """
__version__ = "2.5"

class Momentum:
    def __init__(self, lr, momentum):
        self.lr, self.momentum, self.v = lr, momentum, {}

    def step(self, params, grads):
        for k in params:
            self.v[k] = self.momentum * self.v.get(k, 0) + (1 - self.momentum) * grads[k]
            params[k] = params[k] - self.lr * self.v[k]
"""


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A distribution that is installed, and offers its optimizer by an entry point."""
    about = tmp_path / "small_library-2.5.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: small-library\nVersion: 2.5\n")
    (about / "entry_points.txt").write_text(
        "[optproof.libraries]\nsmall.momentum = small_library\ntorch.optim = small_library\n"
    )
    (tmp_path / "small_library.py").write_text(SMALL)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    adapters.cache_clear()
    yield tmp_path / "small_library.py"
    adapters.cache_clear()


def test_another_distribution_offers_its_library(small, run, tmp_path):
    ran = run("libraries", "small.momentum", "--json", tmp_path / "reports")
    row = "| small.momentum | 2.5, float64 | momentum optimizer | conforms ("
    assert ran.code == 0
    assert row in ran.out
    assert row in run("libraries", "--from", tmp_path / "reports").out
    assert run("check", "small.momentum", "--training", "none").code == 0
    small.write_text(SMALL.replace("(1 - self.momentum) * grads", "grads"))
    assert run("check", "small.momentum", "--training", "none").code == 1


def test_another_distribution_takes_no_name_of_our_own(small):
    assert adapters()["torch.optim"].module == "optproof.libraries.torch_optim"


def test_a_library_that_cannot_be_started_is_a_row(small, run):
    small.write_text("raise OSError('no licence')\n")
    ran = run("libraries", "small.momentum")
    assert ran.code == 0
    assert "cannot be started" in ran.out
    assert "no licence" in ran.out


def test_reports_are_kept_where_they_are_asked_for(run, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "optproof.measuring.libraries.check", lambda name, **how: replace(REPORT, target=name)
    )
    ran = run("libraries", "sklearn.neural_network", "--json", "new/reports")

    assert ran.code == 0
    _, report = json_report.read(tmp_path / "new" / "reports" / "sklearn.neural_network.json")
    assert report.target == "sklearn.neural_network"
