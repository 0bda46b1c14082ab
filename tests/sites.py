"""A small conformance site, as the command builds it: libraries right, wrong and open."""

import json
from dataclasses import replace

from reported import REPORT

from optproof.commands.cli import main
from optproof.judging.report import DEVIATION, NOT_CALLED, PASS, Result
from optproof.reports import json_report
from optproof.site import libraries

GD, ADAM = "update_parameters_with_gd", "update_parameters_with_adam"
INSIDE = "adam.epsilon-inside-sqrt"


def library(name, *statuses, operation=ADAM, **how):
    family = "adam" if operation == ADAM else "gd"
    results = tuple(
        Result(f"{family}/{n}", operation, ("ADAM-5",), s) for n, s in enumerate(statuses)
    )
    how = {"diagnoses": (), "code": (), "curves": (), "notes": (), **how}
    versions = {**REPORT.versions, "implementation": "2.1", "language": "Python 3.13"}
    return replace(REPORT, target=name, results=results, versions=versions, variants=(), **how)


RIGHT = library("right.optim", PASS, PASS, operation=GD)
#: It declares two forms at once, and one with a number.
BOTH = replace(library("both", PASS), variants=("adam.epsilon-hat+adam.l2", "adam.adamw=0.1"))
FOLLOWS = replace(library("follows", PASS, PASS), variants=(INSIDE,))
WRONG = library("wrong.optim", PASS, DEVIATION, diagnoses=REPORT.diagnoses)
OPEN = library("open.optim", PASS, NOT_CALLED)
RECORDS = {
    "schema": 2,
    "target": "reference",
    "records": {
        "2.1.0": {"gd": {"ulps": 1.5, "within": True, "bits": "b", "expected": "e"}},
        "1.21.0": {"gd": {"ulps": 300, "within": False, "bits": "a", "expected": "e"}},
    },
}


def build(folder):
    """Build it, twice: an earlier build is written over; return where it is."""
    reports = folder / "reports"
    reports.mkdir()
    for report in (RIGHT, BOTH, FOLLOWS, WRONG, OPEN, REPORT):
        json_report.write(report, reports / f"{libraries.slug(report.target)}.json")
    drift = folder / "drift.json"
    drift.write_text(json.dumps(RECORDS))
    for _ in range(2):
        words = ["--reports", str(reports), "--drift", str(drift)]
        assert main(["site", str(folder / "built"), *words]) == 0
    return folder / "built"
