"""The conformance site: every page there, with its data; every link leads somewhere."""

import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag

import pytest
from reported import REPORT
from sites import INSIDE, WRONG, build

from optproof import fixtures
from optproof.files import document
from optproof.measuring import whose_test
from optproof.reports import json_report
from optproof.reports.explain import clauses, formulas

pytest.importorskip("jinja2")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder, as the command writes it."""
    return build(tmp_path_factory.mktemp("site"))


def data(site, path):
    return json.loads((site / f"{path}.json").read_text("utf-8"))


def page(site, path):
    return (site / f"{path}.html").read_text("utf-8")


class Links(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.ids = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.links += [given[name] for name in ("href", "src") if given.get(name)]
        self.ids += [given["id"]] if given.get("id") else []


def test_every_link_leads_to_a_page_and_every_page_has_its_data(site):
    found = {path: Links(path.read_text("utf-8")) for path in site.rglob("*.html")}
    for path, parsed in found.items():
        assert len(parsed.ids) == len(set(parsed.ids)), path
        content = json.loads(path.with_suffix("").with_name(path.stem + ".json").read_text("utf-8"))
        assert content["page"] == path.relative_to(site).as_posix().removesuffix(".html")
        for link in parsed.links:
            if link.startswith(("data:", "https://")):
                continue
            target, fragment = urldefrag(link)
            goal = (path.parent / unquote(target)).resolve() if target else path
            assert goal.is_file(), f"{path}: {link}"
            if fragment:
                assert fragment in found[goal].ids, f"{path}: {link}"


def test_nothing_can_be_reached_by_its_address_alone(site):
    seen, todo = set(), [site / "index.html"]
    while todo:
        path = todo.pop()
        if path in seen or path.suffix != ".html":
            continue
        seen.add(path)
        links = Links(path.read_text("utf-8")).links
        todo += [(path.parent / urldefrag(k)[0]).resolve() for k in links if ".html" in k]
    assert seen == set(site.rglob("*.html"))


def test_every_mistake_and_clause_has_a_page_of_its_id(site):
    for known in fixtures.load_deviations().values():
        content = data(site, f"mistakes/{known.id}")
        assert content["effect"] == known.effect
        text = unescape(page(site, f"mistakes/{known.id}"))
        for wrong, right in formulas(known):
            assert wrong in text
            assert right in text
        assert all(link in text for link in known.links)
    assert all((site / f"clauses/{clause}.html").is_file() for clause in clauses())


def test_a_mistake_names_what_tells_it_and_whose_tests_do_not(site):
    content = data(site, f"mistakes/{INSIDE}")
    matrix = (fixtures.root() / "kill-matrix.md").read_text("utf-8")

    told = {row["kind"]: row["ids"] for row in content["told"]}
    [row] = [r for r in matrix.splitlines() if r.startswith(f"| {INSIDE} |")]
    missed = row.partition("all but ")[2].strip(" |").split(", ")
    assert not {*missed} & {*told["test cases"]}
    assert "adam/documented" in told["test cases"]
    assert "trajectory/adam/scales" in told["trajectories"]
    assert "PyTorch" in content["passes"]
    assert "bitsandbytes" not in content["passes"]
    assert {found["name"] for found in content["libraries"]} == {
        "follows",
        "wrong.optim",
        REPORT.target,
    }


def test_every_number_that_a_page_shows_is_a_proved_one_and_another(site):
    shown = [data(site, f"mistakes/{name}")["number"] for name in fixtures.load_deviations()]
    for number in filter(None, shown):
        right, wrong = re.fullmatch(r"in \S+, (.+); so (.+)", number).groups()
        assert right.split()[-1] != wrong.split()[-1]
    assert len([n for n in shown if n]) > 190
    assert data(site, f"mistakes/{INSIDE}")["number"].startswith("in adam/")


@pytest.mark.parametrize(
    ("name", "method", "kind", "said", "to"),
    [
        ("right.optim", "gradient descent", "right", "conforms", []),
        ("follows", "Adam", "right", "conforms", [INSIDE]),
        ("both", "Adam", "right", "conforms", ["adam.epsilon-hat", "adam.l2", "adam.adamw"]),
        ("wrong.optim", "Adam", "wrong", "deviates", []),
        ("open.optim", "Adam", "open", "not judged", []),
    ],
)
def test_a_library_is_what_its_report_says(site, name, method, kind, said, to):
    [row] = [r for r in data(site, "index")["libraries"] if r["name"] == name]

    [found] = row["methods"].items()
    assert found[0] == method
    assert (found[1]["kind"], found[1]["said"]) == (kind, said)
    assert [form["id"] for form in found[1]["to"]] == to
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["date"])
    text = page(site, f"libraries/{name}")
    assert "2.1 (Python 3.13)" in text
    [operation] = data(site, f"libraries/{name}")["operations"]
    assert operation["kind"] == kind
    assert (INSIDE in operation["verdict"]) == (name in ("follows", "wrong.optim"))


def test_the_search_has_every_page_by_the_words_of_its_effect(site):
    rows = data(site, "index")["search"]

    found = [r for r in rows if "29 % too short" in r["says"]]
    assert [r["path"] for r in found] == [f"mistakes/{INSIDE}"]
    assert len(rows) == len({r["path"] for r in rows})
    assert {r["kind"] for r in rows} == {"mistake", "clause", "library", "page"}
    assert all((site / f"{row['path']}.html").is_file() for row in rows)


def test_drift_is_sorted_by_version_and_marks_what_is_beyond(site):
    content = data(site, "drift")

    assert content["environments"] == ["1.21.0", "2.1.0"]
    assert content["quantities"][0]["within"] == [False, True]
    text = re.sub(r"<[^>]+>", " ", page(site, "drift"))
    assert re.search(r"gd\s+300!\s+a\s+1.5\s+b", text)


def test_certified_costs_stand_beside_the_documents(site):
    [run] = [r for r in data(site, "trainings")["runs"] if r["optimizer"] == "adam"]

    for row in run["costs"]:
        assert not row["printed"] or abs(float(row["cost"]) - float(row["printed"])) <= 5e-7
    assert sum(bool(row["printed"]) for row in run["costs"]) == 10


def test_the_page_of_whose_test_is_read_as_it_was_written(site):
    text = document("WRONG-ADAMS.md")

    assert whose_test.page(whose_test.read(text)) == text
    assert data(site, "whose-test")["tests"][0]["passed"] == 65


def test_a_report_is_read_as_it_was_written(tmp_path):
    plain = replace(WRONG, code=(), curves=())
    json_report.write(plain, tmp_path / "a.json")
    _, read = json_report.read(tmp_path / "a.json")

    assert read == plain


@pytest.mark.parametrize("text", ["", "[]", '{"optproof": "report"}', '{"a": 1}', "null"])
def test_what_is_no_report_is_refused(run, tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    ran = run("site", "built", "--reports", "a.json")

    assert ran.code == 2
    assert "a.json: not a report of this optproof" in ran.err
    assert not (tmp_path / "built" / "index.html").exists()


def test_a_folder_of_somebody_else_is_left_as_it_is(run, tmp_path):
    (tmp_path / "built").mkdir()
    (tmp_path / "built" / "index.html").write_text("mine")
    ran = run("site", "built")

    assert ran.code == 2
    assert "built is left as it is" in ran.err
    assert (tmp_path / "built" / "index.html").read_text() == "mine"
