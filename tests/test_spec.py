"""SPEC.md and the fixtures hold together: every clause has a case, or says why not."""

import re
from pathlib import Path

from optproof import fixtures
from optproof.explain import clauses
from optproof.trainings import trainings

SPEC = (Path(__file__).resolve().parents[1] / "reference" / "SPEC.md").read_text("utf-8")
ID = re.compile(r"\b[A-Z]{2,}-\d+\b")


def cited():
    """The clauses that a case or a training cites."""
    by_cases = {c for file in fixtures.load_cases() for case in file.cases for c in case.clauses}
    by_trainings = {clause for training in trainings("full") for clause in training.clauses}
    return by_cases | by_trainings


def excused():
    """The clauses that section 12 gives a reason for."""
    section = SPEC[SPEC.index("## 12.") : SPEC.index("## 13.")]
    rows = [line for line in section.splitlines() if line.startswith("| ") and "---" not in line]
    return {clause for row in rows for clause in ID.findall(row.split("|")[1])}


def test_every_clause_has_a_case_or_says_why_not():
    assert set(clauses()) - cited() - excused() == set()


def test_no_clause_with_a_case_is_excused():
    assert cited() & excused() == set()


def test_every_clause_that_is_cited_exists():
    assert cited() - set(clauses()) == set()


def test_every_clause_that_the_text_mentions_exists():
    mentioned = {found for found in ID.findall(SPEC) if found.split("-")[0] in PREFIXES}
    assert mentioned - set(clauses()) == set()


PREFIXES = {clause.split("-")[0] for clause in clauses()}


def test_every_variant_stands_in_the_table_and_nothing_else():
    section = SPEC[SPEC.index("## 9.") : SPEC.index("## 10.")]
    listed = re.findall(r"^\| `([a-z0-9.-]+)` \|", section, re.MULTILINE)
    assert listed == [d.id for d in fixtures.load_deviations().values() if d.variant]


def test_the_number_of_deviations_is_the_one_stated():
    stated = re.search(r"The catalogue\s+has (\d+)", SPEC)
    assert int(stated[1]) == len(fixtures.load_deviations())
