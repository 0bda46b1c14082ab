"""The file of drift records, the table and what has changed."""

import json
from pathlib import Path

import pytest

from optproof.measuring import records

FINE = {"ulps": 1.5, "within": True, "bits": "a", "expected": "e"}
CHANGED = {**FINE, "ulps": 2.0, "bits": "b"}
OTHER_CASES = {**CHANGED, "expected": "f"}
BEYOND = {**FINE, "within": False, "ulps": 1234.5}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name, found, target="mine.py"):
    content = {"schema": records.SCHEMA, "target": target, "records": found}
    Path(name).write_text(json.dumps(content), "utf-8")


def test_the_table_marks_what_changed_is_new_or_beyond_its_bound(run):
    write("now.json", {"2.10.0": {"gd": FINE}, "2.9.0 Nehalem": {"gd": CHANGED}})
    write("more.json", {"1.26.4": {"gd": BEYOND, "adam": FINE}, "2.11.0": {"gd": OTHER_CASES}})
    write("then.json", {"2.10.0": {"gd": FINE, "momentum": FINE}, "2.9.0 Nehalem": {"gd": FINE}})
    ran = run("drift", "show", "now.json", "more.json", "--baseline", "then.json")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "| ULPs | 1.26.4 | 2.9.0 Nehalem | 2.10.0 | 2.11.0 |",
        "|---|---:|---:|---:|---:|",
        "| gd   | 1234! | 2* | 1.5 | 2? |",
        "| adam | 1.5+ |  |  |  |",
        "1.26.4: 2 changed since 2.10.0 in the baseline",
        "  momentum: is gone",
        "  adam: is new",
        "2.9.0 Nehalem: 1 changed since 2.9.0 Nehalem in the baseline",
        "  gd: 1.5 ULPs then, 2 now",
        "2.10.0: 1 changed since 2.10.0 in the baseline",
        "  momentum: is gone",
        "2.11.0: 1 changed since 2.10.0 in the baseline",
        "  momentum: is gone",
        "  gd: cannot be compared; other test cases were used there: record the baseline with this "
        "optproof",
        "beyond its bound: gd in 1.26.4",
    ]


def test_a_figure_is_drawn(run):
    pytest.importorskip("matplotlib")
    write("now.json", {"2.10.0": {"gd": FINE}, "2.9.0": {"gd": CHANGED, "adam": FINE}})
    assert run("drift", "show", "now.json", "--plot", "drift.png").code == 0
    assert Path("drift.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("name", "baseline", "compared"),
    [
        ("2.5.0", ["2.4.0", "2.5.0"], "2.5.0"),
        ("2.5.0", ["2.3.0", "2.10.0", "2.4.0"], "2.4.0"),  # the newest before it
        ("1.21.0", ["2.4.0", "2.3.0"], "2.3.0"),  # or else the oldest after it
        ("2.5.0 scalar", ["2.5.0", "2.4.0 scalar"], "2.4.0 scalar"),
        ("2.5.0 scalar", ["2.5.0"], ""),
    ],
)
def test_what_an_environment_is_compared_with(name, baseline, compared):
    assert records.before(name, {n: {} for n in baseline}) == compared


def test_an_environment_with_nothing_to_compare_is_told(run):
    write("now.json", {"2.5.0 scalar": {"gd": FINE}})
    write("then.json", {"2.5.0": {"gd": FINE}})
    ran = run("drift", "show", "now.json", "--baseline", "then.json")
    assert ran.out.splitlines()[-1] == ("2.5.0 scalar: the baseline has nothing to compare it with")


def test_records_of_two_implementations_are_not_compared(run):
    write("now.json", {"2.5.0": {"gd": FINE}})
    write("then.json", {"2.5.0": {"gd": FINE}}, "theirs.py")
    ran = run("drift", "show", "now.json", "--baseline", "then.json")
    assert ran.code == 2
    assert "now.json of mine.py, then.json of theirs.py" in ran.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("{", "not a file of drift records"),
        ('{"schema": 2, "records": {"2.0.0": {"gd": {"ulps": 1}}}}', "not a file of drift records"),
        ('{"schema": 1, "records": {}}', "schema 1; this optproof reads 2"),
    ],
)
def test_what_is_no_file_of_records_is_an_error(run, content, message):
    if content is not None:
        Path("bad.json").write_text(content, "utf-8")
    ran = run("drift", "show", "bad.json")
    assert ran.code == 2
    assert message in ran.err
