"""Each library's optimizers are checked for real, where the library is installed."""

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from reported import REPORT

from optproof.checking.check import check
from optproof.errors import UsageError
from optproof.measuring.libraries import ADAPTERS, table
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
        list(table(["nosuch"]))


def test_no_library_at_all_is_a_usage_error(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"none of the libraries is installed"):
        list(table())


@pytest.mark.parametrize("name", ADAPTERS)
def test_the_table_of_libraries_is_what_the_tool_prints(name):
    needs(name)
    _, *rows = table([name])
    library_and_version = rows[0].partition(", ")[0]
    page = PAGE.read_text(encoding="utf-8").splitlines()
    if not any(line.startswith(library_and_version) for line in page):
        pytest.skip(f"not run: the page's table is of another version than{library_and_version}")
    assert [line for line in page if line.startswith(f"| {name} |")] == rows


def test_reports_are_kept_where_they_are_asked_for(run, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "optproof.measuring.libraries.check", lambda name, **how: replace(REPORT, target=name)
    )
    ran = run("libraries", "sklearn.neural_network", "--json", "new/reports")

    assert ran.code == 0
    _, report = json_report.read(tmp_path / "new" / "reports" / "sklearn.neural_network.json")
    assert report.target == "sklearn.neural_network"
