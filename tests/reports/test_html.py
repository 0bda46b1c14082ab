"""The page of a report: code, numbers side by side, curves; and what people write stays text."""

import html
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from faulty import T_RESET, faulty
from reported import REPORT

import optproof
from optproof.judging.report import Code, Curve
from optproof.reports.html import as_html, as_part, content

pytest.importorskip("jinja2")

SCRIPT = "<script>alert('x')</script>"
INSIDE = ("(np.sqrt(s_corrected[d]) + epsilon)", "np.sqrt(s_corrected[d] + epsilon)")
VOID = {"meta", "link", "br", "img", "input"}


class Tree(HTMLParser):
    """Elements in order, with their attributes; fails where one is closed that is not open."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def nasty():
    """A report in which everything that an implementation can say is a script."""
    results = [
        replace(
            r,
            message=SCRIPT,
            hint=f"paste this:\n{SCRIPT}",
            findings=tuple(
                replace(f, tensor=SCRIPT, got=SCRIPT, expected=SCRIPT) for f in r.findings
            ),
        )
        for r in REPORT.results
    ]
    return replace(
        REPORT,
        target=f"{SCRIPT}.py",
        versions={**REPORT.versions, "language": SCRIPT},
        results=tuple(results),
        notes=(SCRIPT,),
        settings=SCRIPT,
        code=(Code("update_parameters_with_adam", SCRIPT, 1, f"{SCRIPT}\n{SCRIPT}"),),
        curves=(Curve(SCRIPT, ((0, 0.7),), ((0, 0.7),), 0),),
    )


@pytest.mark.parametrize("made", [as_html, as_part])
def test_nothing_that_an_implementation_says_is_markup(made):
    page = made(nasty())
    tags = [tag for tag, _ in Tree(page).elements]
    assert tags.count("script") == (1 if made is as_html else 0)
    assert html.escape(SCRIPT, quote=False).partition("(")[0] in page
    assert SCRIPT not in page
    assert not [a for _, own in Tree(page).elements for a in own if a.startswith("on")]


def test_a_mistake_is_shown_with_its_line_marked_and_the_numbers_side_by_side(check, tmp_path):
    path = faulty(tmp_path, "inside", INSIDE)
    ran = check(path, "--only", "adam", "--html", "page.html")
    assert ran.code == 1
    page = (tmp_path / "page.html").read_text("utf-8")
    plain = html.unescape(re.sub(r"<[^>]+>", "", page))
    assert "ε is added under the root: √(ŝ + ε) (adam.epsilon-inside-sqrt)" in plain
    [here] = re.findall(r'<span class="here">(.*?)   ◀ look here</span>', page)
    number, _, text = re.sub(r"<[^>]+>", "", here).partition("▶")
    assert text.strip() == "parameters[name] = parameters[name] - learning_rate * ("
    lines = (tmp_path / "inside.py").read_text("utf-8").splitlines()
    assert lines[int(number) - 1].strip() == text.strip()
    row = r"<td>adam/documented</td><td>W2\[2, 1\]</td>"
    assert re.search(row + r'<td class="number">-1.0924503\d+</td>', page)
    assert '<td class="number">-1.09244991</td>' in page


@pytest.mark.full
def test_a_training_that_deviates_is_drawn_where_it_parts(check, tmp_path):
    path = faulty(tmp_path, "reset", T_RESET)
    ran = check(path, "--only", "training/adam", "--html", "page.html", training="short")
    assert ran.code == 1
    page = (tmp_path / "page.html").read_text("utf-8")
    assert page.count("<polyline") == 2
    assert "the first divergence is in epoch 1 (dotted line)." in page
    assert "t begins at 1 again in every epoch" in page
    drawn = {a["class"]: a for tag, a in Tree(page).elements if tag == "polyline"}
    ends = {k: float(a["points"].split()[-1].partition(",")[2]) for k, a in drawn.items()}
    assert ends["yours"] < ends["theirs"]  # up is less: it learns more slowly


def test_a_right_one_has_no_curve_and_no_section(check, plain, tmp_path):
    ran = check(plain.__file__, "--only", "gd", "--html", "page.html", training="short")
    assert ran.code == 0
    tags = [tag for tag, _ in Tree((tmp_path / "page.html").read_text("utf-8")).elements]
    assert not {"section", "svg", "dl"} & set(tags)


def test_a_notebook_shows_the_same(tmp_path):
    report = optproof.check(faulty(tmp_path, "inside", INSIDE), only=["adam"])
    shown = report._repr_html_()
    assert shown.startswith("<style>")
    assert "<html" not in shown
    assert 'class="here"' in shown
    assert "<svg" in shown  # training/adam is not judged, and drawn all the same
    assert content(report)["verdict"] in html.unescape(shown)


def test_a_page_is_not_written_over_what_is_not_ours(run, tmp_path, plain):
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><p>mine</p>")
    ran = run("check", plain.__file__, "--only", "gd", "--html", page)
    assert ran.code == 2
    assert "optproof did not write it" in ran.err
    page.unlink()
    for _ in "ab":
        assert run("check", plain.__file__, "--only", "velocity", "--html", page).code == 0


def test_without_jinja2_the_option_says_what_to_do_and_a_notebook_shows_the_text(
    run, tmp_path, plain, monkeypatch
):
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    ran = run("check", plain.__file__, "--html", "page.html")
    assert ran.code == 2
    assert "--html needs Jinja2" in ran.err
    assert "pip install 'optproof[html]'" in ran.err
    shown = optproof.check("reference", only=["velocity"], training="none")._repr_html_()
    assert shown.startswith("<pre>")
