"""What ``optproof drift record`` measures of an implementation: errors, verdicts and bits."""

from pathlib import Path

import numpy as np
import pytest

from optproof import fixtures, methods
from optproof.commands import cli
from optproof.conversation import python_target
from optproof.measuring import drift, records

#: An update whose bits depend on the environment, as they do where NumPy adds up in another order.
CHANGES = '''
import os

ARITHMETIC = os.environ.get("ARITHMETIC", "old")


def update_parameters_with_gd(parameters, grads, learning_rate):
    """One step."""
    new = {}
    for name, value in parameters.items():
        step = learning_rate * grads["d" + name]
        if ARITHMETIC == "new":  # right as well, and rounded once more
            step = (learning_rate / 3) * (3 * grads["d" + name])
        if ARITHMETIC == "wrong":
            step = step * (1 + 1e-9)
        new[name] = value - step
    return new
'''


@pytest.fixture
def recorded(run, tmp_path, monkeypatch):
    """Record the update with some arithmetic; return what the command said."""
    (tmp_path / "mine.py").write_text(CHANGES)

    def record(arithmetic, output, *more):
        monkeypatch.setenv("ARITHMETIC", arithmetic)
        return run("drift", "record", "mine.py", "--training", "none", "--output", output, *more)

    return record


def test_a_change_of_bits_is_told_and_a_wrong_one_fails(recorded, run):
    assert recorded("old", "committed.json").code == 0
    same = recorded("old", "now.json")
    assert same.out.splitlines() == [
        f"mine.py, NumPy {np.__version__}: recorded in now.json",
        "  update_parameters_with_gd: 3 ULPs",
    ]
    ran = run("drift", "show", "now.json", "--baseline", "committed.json")
    assert ran.code == 0
    assert (
        f"{np.__version__}: nothing has changed since {np.__version__} in the baseline" in ran.out
    )

    assert recorded("new", "now.json").code == 0
    ran = run("drift", "show", "now.json", "--baseline", "committed.json")
    assert ran.code == 0  # it is right still
    assert f"{np.__version__}: 1 changed since {np.__version__} in the baseline" in ran.out
    assert "  update_parameters_with_gd: 3 ULPs then, " in ran.out

    wrong = recorded("wrong", "now.json")
    assert wrong.code == 1
    assert "beyond its bound: gd/" in wrong.out
    ran = run("drift", "show", "now.json", "--baseline", "committed.json")
    assert ran.code == 1
    assert f"beyond its bound: update_parameters_with_gd in {np.__version__}" in ran.out
    assert "!*" in ran.out


def test_records_of_other_environments_stay_and_a_label_names_one(recorded, tmp_path):
    recorded("old", "all.json")
    recorded("new", "all.json", "--label", "no AVX2")
    target, found = records.load(tmp_path / "all.json")
    assert target == "mine.py"
    assert set(found) == {np.__version__, f"{np.__version__} no AVX2"}


def test_records_of_two_implementations_are_not_mixed(recorded, run, tmp_path):
    recorded("old", "all.json")
    before = (tmp_path / "all.json").read_bytes()
    ran = run("drift", "record", "reference", "--output", "all.json")
    assert ran.code == 2
    assert "all.json has the records of mine.py, not of reference" in ran.err
    assert (tmp_path / "all.json").read_bytes() == before


def test_what_answers_nothing_is_not_recorded(run, tmp_path):
    (tmp_path / "mine.py").write_text("x = 1\n")
    ran = run("drift", "record", "mine.py")
    assert ran.code == 5
    assert "mine.py: nothing is recorded" in ran.out
    assert not (tmp_path / "drift.json").exists()


def test_a_file_of_records_is_not_taken_for_an_implementation(run):
    ran = run("drift", "record", "drift.json")
    assert ran.code == 2
    assert "drift.json is no implementation" in ran.err
    assert "optproof drift record TARGET --output drift.json" in ran.err


OPTIMIZER = """
import numpy as np


class Momentum:
    def __init__(self, learning_rate=0.01, beta=0.9):
        self.learning_rate, self.beta, self.v = learning_rate, beta, {}

    def update(self, params, grads):
        for name in params:
            old = self.v.get(name, np.zeros_like(params[name]))
            self.v[name] = self.beta * old + (1 - self.beta) * grads[name]
            params[name] = params[name] - FACTOR * self.learning_rate * self.v[name]
"""


@pytest.mark.parametrize(("factor", "within"), [("1.0", True), ("(1 + 1e-9)", False)])
def test_an_optimizer_that_keeps_its_state_is_measured_by_its_paths(tmp_path, factor, within):
    path = tmp_path / "momentum.py"
    path.write_text(OPTIMIZER.replace("FACTOR", factor))
    found, _, environment = drift.measure(python_target(str(path)), training="none")
    assert set(found) >= {"momentum optimizer"}
    assert found["momentum optimizer"]["within"] is within
    assert (found["momentum optimizer"]["ulps"] < 100) is within
    assert environment == np.__version__


@pytest.fixture(scope="module")
def reference():
    """The record of the reference; its training is cut to 200 epochs."""
    patch = pytest.MonkeyPatch()
    hyperparameters = fixtures.load("training/documented.json")["hyperparameters"]
    patch.setitem(hyperparameters, "num_epochs", 200)
    yield drift.measure(python_target("reference"))[0]
    patch.undo()


def test_every_operation_and_training_of_the_reference_is_measured_and_within(reference):
    vectors = {f.operation for f in fixtures.load_cases() if f.path.startswith("vectors/")}
    trained = {f"{o} {what}" for o in methods.OPTIMIZERS for what in ("costs", "parameters")}
    assert set(reference) == vectors | trained
    assert [name for name, quantity in reference.items() if not quantity["within"]] == []
    assert 0 < reference["update_parameters_with_gd"]["ulps"] < 8
    assert reference["gd parameters"]["ulps"] < 1000


def test_a_training_is_measured_as_well():
    path = Path(__file__).resolve().parents[1] / "implementations" / "plain.py"
    found, report, _ = drift.measure(python_target(str(path)))
    assert report.exit_code == 0
    for optimizer in methods.OPTIMIZERS:
        assert found[f"training/{optimizer}"]["within"]
        assert 0 < found[f"training/{optimizer}"]["ulps"] < 1000


def test_ulps_are_those_of_the_largest_number():
    want = np.array([4.0, 1e-290])
    assert drift.ulps(want + 2 * np.spacing(4.0), want) == 2.0
    assert drift.ulps(np.array([]), np.array([])) == 0.0
    single = want.astype("float32")
    single[0] += 3 * np.spacing(single[0])
    assert drift.ulps(single, want, "float32") == 3.0
    assert drift.ulps(want * np.nan, want) > 1e300


def test_a_hash_follows_every_bit_of_the_answers_and_of_what_is_expected():
    want = np.array([1.0, 2.0])
    first = drift.quantity([(want, want)], True)
    other = drift.quantity([(np.nextafter(want, 3), want)], True)
    judged_by_others = drift.quantity([(want, want[:1])], True)
    assert (first["bits"] == other["bits"], first["expected"] == other["expected"]) == (False, True)
    assert judged_by_others["expected"] != first["expected"]


def test_the_page_shows_the_committed_records():
    checkout = Path(__file__).resolve().parents[2]
    page = (checkout / "reference" / "DRIFT.md").read_text("utf-8")
    target, committed = records.load(checkout / ".ci" / "drift.json")
    assert target == "reference"
    assert "\n".join(records.table(committed, {})) in page
    assert records.beyond(committed) == []
    minors = {tuple(name.split()[0].split(".")[:2]) for name in committed}
    covered = {("1", str(n)) for n in range(21, 27)} | {("2", str(n)) for n in range(6)}
    assert minors == covered


def test_help_shows_both_actions(capsys):
    with pytest.raises(SystemExit):
        cli.main(["drift", "--help"])
    assert "optproof drift record my_adam.py" in capsys.readouterr().out
