"""Each output is made from one report, and valid by the rules of those who read it."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import jsonschema
import pytest
from reported import REPORT

from optproof import fixtures
from optproof.commands import cli
from optproof.reports import badge, github, json_report, junit, markdown

INTERRUPTED = replace(REPORT, interrupted=True)


def test_json_is_to_its_schema():
    schema = json.loads((fixtures.root() / "schema" / "report.schema.json").read_text("utf-8"))
    for report in (REPORT, INTERRUPTED):
        text = json.dumps(json_report.as_json(report), allow_nan=False)
        jsonschema.validate(json.loads(text), schema)


def junit_suite(report):
    """Return the suite of a report, checked as the common JUnit.xsd would check it."""
    root = ET.fromstring(junit.as_xml(report).encode("utf-8", "surrogatepass"))
    assert root.tag == "testsuites"
    (suite,) = root
    names = {"name", "timestamp", "hostname", "tests", "failures", "errors", "skipped", "time"}
    assert (suite.tag, set(suite.attrib)) == ("testsuite", names)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp"))
    order = [child.tag for child in suite]
    cases = suite.findall("testcase")
    assert order == ["properties", *["testcase"] * len(cases), "system-out", "system-err"]
    assert all(set(p.attrib) == {"name", "value"} for p in suite.find("properties"))
    for case in cases:
        assert set(case.attrib) == {"classname", "name", "time"}
        assert float(case.get("time")) >= 0
        assert len(case) <= 1
        for child in case:
            assert child.tag in {"failure", "error", "skipped"}
            assert set(child.attrib) == {"type", "message"}
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(suite.get(attribute)) == len(suite.findall(f"testcase/{tag}"))
    assert int(suite.get("tests")) == len(cases) == len(report.results)
    return suite


def test_junit_shows_as_passed_what_passed_and_nothing_else():
    suite = junit_suite(REPORT)
    tags = {case.get("name"): [child.tag for child in case] for case in suite.iter("testcase")}
    assert tags == {
        "adam/pass": [],
        "adam/deviation": ["failure"],
        "adam/error": ["error"],
        "adam/known": ["skipped"],
        "adam/stale": ["failure"],
        "adam/absent": ["skipped"],
        "adam/not-run": ["error"],
        "adam/not-called": ["error"],
        "adam/timed-out": ["error"],
        "adam/not-solved": ["skipped"],
        "adam/not-applicable": ["skipped"],
    }
    failure = suite.find("testcase/failure").text
    assert "adam.epsilon-inside-sqrt" in failure
    assert "W1[0, 1]: yours NaN, expected 1.5" in failure
    message = suite.find("testcase/failure").get("message")
    assert message == "ε is added under the root: √(ŝ + ε) (adam.epsilon-inside-sqrt)"


def test_markdown_fences_what_the_implementation_says():
    text = markdown.as_markdown(REPORT)
    fences = re.findall(r"^(`{3,})", text, re.M)
    assert fences[2:4] == ["`````", "`````"]  # longer than the run of four in the message
    assert text.splitlines()[1].startswith("### `dir,a:b/mine.py deviates in Adam")
    assert "adam.epsilon-inside-sqrt" in text
    assert "adam/known" not in text


def test_github_annotations_are_one_command_a_line():
    lines = github.commands(REPORT)
    place = "file=dir%2Ca%3Ab/mine.py,title=optproof%3A update_parameters_with_adam"
    assert [line[: line.index("::", 2)] for line in lines] == [
        f"::error {place} error",
        f"::notice {place} known",
        f"::error {place} not run",
    ]
    assert "adam.epsilon-inside-sqrt" in lines[0]
    assert "50 %25 of" in lines[0]
    assert not any("\n" in line or "\r" in line for line in lines)


@pytest.mark.parametrize(
    ("report", "message", "color"),
    [
        (REPORT, "Adam deviates, 1 known", "red"),
        (INTERRUPTED, "interrupted, 1 known", "lightgrey"),
        (replace(REPORT, results=REPORT.results[:1]), "Adam conforms", "brightgreen"),
        (replace(REPORT, results=REPORT.results[5:6]), "nothing was run", "lightgrey"),
        (replace(REPORT, results=REPORT.results[7:8]), "Adam not judged", "lightgrey"),
    ],
)
def test_badge_is_a_shields_endpoint(report, message, color):
    expected = {"schemaVersion": 1, "label": "optproof", "message": message, "color": color}
    assert badge.as_badge(report) == expected


def test_check_writes_every_output_and_annotates_where_github_runs_it(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    forms = {"json": "a.json", "junitxml": "a.xml", "markdown": "a.md", "badge": "b.json"}
    arguments = [word for form, path in forms.items() for word in (f"--{form}", path)]
    (tmp_path / "mine.py").write_text("def initialize_adam(parameters): return 1, 2\n")
    assert cli.main(["check", "mine.py", "--only", "initialize_adam", *arguments]) == 1
    assert json.loads((tmp_path / "a.json").read_text())["exit_code"] == 1
    assert "testsuite" in (tmp_path / "a.xml").read_text()
    assert "initialize_adam  error: " in (tmp_path / "a.md").read_text()
    assert json.loads((tmp_path / "b.json").read_text())["color"] == "red"
    said = capsys.readouterr().out
    assert "::error file=mine.py,title=optproof%3A initialize_adam error::" in said


def test_a_run_that_cannot_start_leaves_no_older_verdict(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.py").write_text("def")
    (tmp_path / "a.json").write_text('{"optproof": "report", "of": "yesterday"}')
    assert cli.main(["check", "broken.py", "--json", "a.json"]) == 3
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["exit_code"] == 3
