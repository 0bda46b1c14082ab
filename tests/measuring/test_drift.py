"""The drift table: measured figures, marks, and what is beyond its bound."""

import json
from pathlib import Path

import numpy as np
import pytest

from optproof import fixtures, methods
from optproof.commands import cli
from optproof.measuring import drift

FINE = {"ulps": 1.5, "within": True, "sha256": "a"}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name, records):
    Path(name).write_text(json.dumps({"schema": 1, "records": records}), "utf-8")


def the_file(operation):
    vectors = (f for f in fixtures.load_cases() if f.path.startswith("vectors/"))
    return next(f for f in vectors if f.operation == operation)


def test_the_reference_is_within_its_bounds_and_a_wrong_one_is_not(monkeypatch):
    file = the_file("update_parameters_with_gd")
    right = drift._operation(file)
    assert right["within"]
    assert 0 < right["ulps"] < 8

    def wrong(parameters, grads, learning_rate):
        return {k: p - learning_rate * (1 + 1e-13) * grads["d" + k] for k, p in parameters.items()}

    monkeypatch.setattr(methods, "update_parameters_with_gd", wrong)
    drifted = drift._operation(file)
    assert not drifted["within"]
    assert drifted["ulps"] > right["ulps"]
    assert drifted["sha256"] != right["sha256"]


def test_every_operation_with_vectors_is_measured_and_the_reference_within_its_bounds(monkeypatch):
    monkeypatch.setattr(drift, "_training", lambda optimizer: {f"{optimizer} costs": FINE})

    found = drift.measure()

    vectors = {f.operation for f in fixtures.load_cases() if f.path.startswith("vectors/")}
    assert set(found) == vectors | {f"{optimizer} costs" for optimizer in methods.OPTIMIZERS}
    assert [name for name, quantity in found.items() if not quantity["within"]] == []


def test_ulps_are_those_of_the_largest_number():
    want = np.array([4.0, 1e-290])
    assert drift._ulps(want + 2 * np.spacing(4.0), want) == 2.0
    assert drift._ulps(np.array([]), np.array([])) == 0.0


def test_a_training_is_measured_against_its_certificate(monkeypatch):
    monkeypatch.setitem(
        fixtures.load("training/documented.json")["hyperparameters"], "num_epochs", 200
    )
    found = drift._training("gd")
    assert set(found) == {"gd costs", "gd parameters"}
    assert all(q["within"] and q["ulps"] < 1000 for q in found.values())
    monkeypatch.setattr(drift, "FLOAT64", (0.0, 0.0))
    assert not drift._training("gd")["gd parameters"]["within"]


def test_the_table_marks_what_changed_is_new_or_beyond_its_bound(here, capsys):
    changed = {**FINE, "sha256": "b"}
    write("now.json", {"2.10.0": {"gd": FINE}, "2.9.0 Nehalem": {"gd": changed}})
    write("more.json", {"1.26.4": {"gd": {**FINE, "within": False, "ulps": 1234.5}}})
    write("before.json", {"2.10.0": {"gd": FINE}, "2.9.0 Nehalem": {"gd": FINE}})
    words = ["drift", "show", "now.json", "more.json", "--baseline", "before.json"]
    assert cli.main(words) == 1
    assert capsys.readouterr().out.splitlines() == [
        "| ULPs | 1.26.4 | 2.9.0 Nehalem | 2.10.0 |",
        "|---|---:|---:|---:|",
        "| gd | 1234!+ | 1.5* | 1.5 |",
        "beyond its bound: gd with NumPy 1.26.4",
    ]
    assert cli.main(["drift", "show", "now.json", "--plot", "drift.png"]) == 0
    assert Path("drift.png").read_bytes().startswith(b"\x89PNG")


def test_record_adds_this_environment_to_the_file(here, monkeypatch):
    write("all.json", {"1.21.0": {"gd": FINE}})
    monkeypatch.setattr(drift, "measure", lambda: {"gd": FINE})
    assert cli.main(["drift", "record", "all.json", "--label", "Nehalem"]) == 0
    records = json.loads(Path("all.json").read_text("utf-8"))["records"]
    assert records == {"1.21.0": {"gd": FINE}, f"{np.__version__} Nehalem": {"gd": FINE}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("{", "not a file of drift records"),
        ('{"schema": 1, "records": {"2.0.0": {"gd": {"ulps": 1}}}}', "not a file of drift records"),
        ('{"schema": 2, "records": {}}', "schema 2; this optproof reads 1"),
    ],
)
def test_what_is_no_file_of_records_is_an_error(here, capsys, content, message):
    if content is not None:
        Path("bad.json").write_text(content, "utf-8")
    assert cli.main(["drift", "show", "bad.json"]) == 2
    assert message in capsys.readouterr().err


def test_the_page_shows_the_committed_records():
    checkout = Path(__file__).resolve().parents[2]
    page = (checkout / "reference" / "DRIFT.md").read_text("utf-8")
    records = drift.load(checkout / ".ci" / "drift.json")
    assert "\n".join(drift.table(records, {})) in page
    assert drift.beyond(records) == []
    minors = {tuple(name.split()[0].split(".")[:2]) for name in records}
    covered = {("1", str(n)) for n in range(21, 27)} | {("2", str(n)) for n in range(6)}
    assert minors == covered
