"""``optproof list``: every id once, and filters that choose what they say."""

import json

import pytest

from optproof import fixtures
from optproof.commands.list import KINDS, entries
from optproof.reports.explain import clauses, explain


def ids(ran):
    assert ran.code == 0, ran.err
    return [line.split()[0] for line in ran.out.splitlines()]


def test_everything_is_listed_once():
    listed = {kind: [entry.id for entry in entries(kind)] for kind in KINDS}

    assert all(len(found) == len(set(found)) for found in listed.values())
    assert {c.id for f in fixtures.load_cases() for c in f.cases} <= set(listed["cases"])
    assert listed["deviations"] == list(fixtures.load_deviations())
    assert listed["clauses"] == list(clauses())
    assert set(listed["variants"]) < set(listed["deviations"])


def test_what_is_listed_can_be_explained():
    for kind in ("trajectories", "variants", "clauses"):
        assert explain(entries(kind)[0].id)


@pytest.mark.parametrize(
    ("words", "inside", "outside"),
    [
        ("deviations adam", "adam.epsilon-inside-sqrt", "momentum.nesterov"),
        ("cases update_parameters_with_gd", "gd/documented", "adam/documented"),
        ("cases adam/doc*", "adam/documented", "adam/first-step"),
        ("cases --clause adam-5", "adam/documented", "gd/documented"),
        ("deviations --clause GD-1", "gd.l2", "adam.l2"),
        ("trajectories momentum", None, None),
        ("trainings adam", "training/adam", "training/gd"),
        ("clauses ADAM-*", "ADAM-5", "GD-1"),
    ],
)
def test_filters_choose(run, words, inside, outside):
    every = ids(run("list", words.split()[0]))
    found = ids(run("list", *words.split()))

    assert set(found) < set(every)
    if inside:
        assert inside in found
        assert outside in every
        assert outside not in found


def test_a_terminal_of_80_columns_is_not_overrun(run, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    ran = run("list", "cases")
    assert max(map(len, ran.out.splitlines())) <= 80
    assert set(ids(ran)) == {entry.id for entry in entries("cases")}


def test_without_a_kind_it_says_how_many(run):
    ran = run("list")

    assert [line.split()[1] for line in ran.out.splitlines()] == list(KINDS)


def test_json_to_standard_output_is_json_alone(run):
    words = ("reference", "--only", "gd/documented", "--training", "none")
    ran = run("check", *words, "--json", "-", alone=True)

    assert json.loads(ran.out)["counts"] == {"pass": 1}
    assert "reference conforms" in ran.err
