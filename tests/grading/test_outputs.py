"""What a run leaves: a table, the same as JSON, feedback of one screen, a page of the class."""

import csv
import json
import re

import pytest
from jsonschema import Draft202012Validator

from optproof import fixtures
from optproof.commands.cli import main
from optproof.grading import feedback
from optproof.grading.row import Mark, Mistake, Row

from .conftest import ADAM, HEAVY, HEAVY_AND_INSIDE, INSIDE, MOMENTUM, Graded, write

STUDENTS = {
    "ada": ADAM + MOMENTUM,
    "alan": ADAM + HEAVY,
    "eve <b>": HEAVY_AND_INSIDE,
    "grace": INSIDE + MOMENTUM,
    "=cmd": "raise ValueError('<script>alert(1)</script>')\n",
    "linus": "def f(:\n",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class that was graded, with pages."""
    folder = tmp_path_factory.mktemp("course")
    write(folder / "class", {f"{who}.py": text for who, text in STUDENTS.items()})
    words = ["grade", folder / "class", "--output", folder / "out", "--html", "--training", "none"]
    words += ["--only", "adam", "--only", "momentum", "--seed", 7, "--jobs", 2, "--quiet"]
    return Graded(main(list(map(str, words))), "", "", folder / "out")


def test_the_files_that_are_there(graded):
    assert graded.code == 0
    assert sorted(p.name for p in graded.folder.iterdir()) == [
        *("class.html", "feedback", "grades.csv", "grades.json", "journal.jsonl")
    ]
    names = {p.stem for p in (graded.folder / "feedback").iterdir()}
    assert names == {"ada", "alan", "eve_b", "grace", "cmd", "linus"}


def test_the_table_has_a_row_a_student(graded):
    text = (graded.folder / "grades.csv").read_text(encoding="utf-8")
    header, *rows = csv.reader(text.splitlines())
    assert header == [
        *("student", "verdict", "points", "of", "mistakes", "why", "file", "seconds", "sha256")
    ]
    assert [row[0] for row in rows] == sorted(["'=cmd", *STUDENTS.keys() - {"=cmd"}])
    by_student = {row[0]: row[1:5] for row in rows}
    assert by_student["ada"] == ["conforms", "5", "5", ""]
    assert by_student["alan"] == ["deviates", "4", "5", "momentum.heavy-ball"]
    assert by_student["grace"] == ["deviates", "3.5", "5", "adam.epsilon-inside-sqrt"]
    assert by_student["linus"][0] == "no verdict"
    assert all(re.fullmatch(r"[0-9a-f]{64}", row[-1]) for row in rows)


@pytest.fixture(scope="module")
def schema():
    text = (fixtures.root() / "schema" / "grades.schema.json").read_text("utf-8")
    content = json.loads(text)
    Draft202012Validator.check_schema(content)
    return Draft202012Validator(content)


def test_the_json_is_to_its_schema_and_nothing_else_is(graded, schema):
    content = graded.content
    schema.validate(content)
    assert content["seed"] == 7
    assert not schema.is_valid({**content, "schema": 2})
    for change in ({"points": -1.0}, {"verdict": "good"}, {"key": "x"}, {"more": 1}):
        assert not schema.is_valid({**content, "rows": [{**content["rows"][0], **change}]})
    row = content["rows"][0]
    for key in row:
        without = {k: v for k, v in row.items() if k != key}
        assert not schema.is_valid({**content, "rows": [without]})


def test_each_deduction_is_explained(graded):
    for row in graded.content["rows"]:
        assert row["points"] == sum(mark["points"] for mark in row["marks"])
        for mark in row["marks"]:
            assert bool(mark["why"]) == (mark["points"] < mark["of"]), mark
    (mark,) = [m for m in graded.row("alan")["marks"] if m["points"] < m["of"]]
    assert "momentum.heavy-ball" in mark["why"]
    assert graded.row("alan")["mistakes"][0]["line"]


def test_feedback_says_what_is_wrong_where_and_how_it_is_mended(graded):
    text = graded.feedback("grace")
    assert text.startswith("<!-- optproof feedback -->\n# grace: 3.5 of 5 points\n")
    line = STUDENTS["grace"][: STUDENTS["grace"].index("np.sqrt(s_hat + epsilon)")].count("\n") + 1
    assert f"update_parameters_with_adam, line {line} of grace.py" in text.replace("\\", "")
    assert "adam.epsilon-inside-sqrt" in text
    assert "To mend: " in text
    assert text.count("momentum") == 1  # of what is right the name alone
    assert graded.feedback("ada").count("\n") <= 4
    assert "Traceback" not in graded.feedback("linus")
    assert "linus.py:1: syntax error" in graded.feedback("linus").replace("\\", "")


def many(count, words):
    """A row of as many mistakes, in words of that length."""
    told = " ".join(["divides"] * words)
    mistakes = [Mistake(f"operation {n}", "", told, told, "a.py", n) for n in range(count)]
    marks = [Mark(f"operation {n}", "deviation", 0.0, 1.0, told) for n in range(count)]
    return Row("ada", "deviates", of=count, marks=tuple(marks), mistakes=tuple(mistakes))


@pytest.mark.parametrize("words", [2, 30, 400])
@pytest.mark.parametrize("count", [1, 3, 14])
def test_feedback_is_one_screen(count, words):
    lines = feedback.as_markdown(many(count, words)).splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert lines[3].startswith("## operation 0")
    assert any(line.startswith("Divides") for line in lines)


def test_pages_run_nothing_that_was_handed_in_and_ask_for_nothing(graded):
    pages = [*graded.folder.glob("feedback/*.html"), graded.folder / "class.html"]
    assert len(pages) == 7
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert "<b>" not in text
        assert "http" not in text.replace("http-equiv", "").replace("http://www.w3.org/", "")


def test_the_class_page_ranks_mistakes_and_names_who_made_them(graded):
    text = (graded.folder / "class.html").read_text(encoding="utf-8")
    table = text[text.index('id="mistakes"') :]
    rows = re.findall(r"<tr><td.*?</tr>", table, re.S)
    assert len(rows) == 2
    assert all('data-key="2"' in row for row in rows)
    who = {re.search(r"<code>([\w.-]+)</code>", row)[1]: row for row in rows}
    assert "alan, eve &lt;b&gt;" in who["momentum.heavy-ball"]
    assert "eve &lt;b&gt;, grace" in who["adam.epsilon-inside-sqrt"]
    for student in ("ada", "alan", "eve_b", "grace", "cmd", "linus"):
        assert f'href="feedback/{student}.html"' in text


def test_the_output_must_not_be_among_the_submissions(grade, tmp_path):
    graded = grade({"ada.py": MOMENTUM}, output="class/out")
    assert graded.code == 2
    assert "is among the submissions" in graded.err
    write(tmp_path, {"out/mine.txt": "x"})
    graded = grade({"ada.py": MOMENTUM})
    assert graded.code == 2
    assert "holds other files: mine.txt" in graded.err
    assert (tmp_path / "out/mine.txt").read_text() == "x"


def test_the_seed_is_printed_and_asks_the_same_again(grade):
    first = grade({"ada.py": MOMENTUM}, "--only", "momentum/deep", output="one")
    assert "--seed 7 asks the same again" in first.out
    assert first.content["seed"] == first.row("ada")["seed"] == 7


def test_what_a_submission_declares_is_ignored_unless_asked_for(grade):
    text = MOMENTUM + "__optproof__ = {'variants': ['momentum.heavy-ball']}\n"
    known = '[[known]]\nid = "momentum.heavy-ball"\nreason = "I like it"\n'
    files = {
        "ada.py": text.replace("(1 - beta) * ", ""),
        "eve/mine.py": HEAVY,
        "eve/optproof.toml": known,
    }
    words = ("--only", "momentum")
    rows = grade(files, *words).rows
    assert {student: row["verdict"] for student, row in rows.items()} == {
        "ada": "deviates",
        "eve": "deviates",
    }
    rows = grade(files, *words, "--declared", output="declared").rows
    assert {student: row["verdict"] for student, row in rows.items()} == {
        "ada": "conforms",
        "eve": "conforms",
    }
