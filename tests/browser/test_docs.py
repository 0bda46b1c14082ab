"""The documentation, built and driven in headless Chromium from its files: no server answers.

Screenshots are left in the folder that OPTPROOF_SCREENSHOTS names.
"""

import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
WIDTHS = (400, 800, 1600)
#: Pages of every kind: prose, shell and code, clauses, wide tables, docstrings, help, results.
KINDS = (
    "index.html",
    "tutorials/student.html",
    "tutorials/port.html",
    "specification.html",
    "how-to/drift.html",
    "background/wrong-adams.html",
    "api.html",
    "commands.html",
    "search.html?q=epsilon",
)


@pytest.fixture(scope="session")
def docs(tmp_path_factory):
    """Build all pages; a warning is an error."""
    pytest.importorskip("sphinx", reason="not run: there is no Sphinx")
    pytest.importorskip("furo", reason="not run: there is no theme")
    folder = tmp_path_factory.mktemp("docs")
    words = ["-W", "-n", "-q", "--keep-going", "-d", str(folder / "doctrees")]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *words, "reference/docs", str(folder / "html")],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"


@pytest.fixture
def opened(browser, docs):
    """Open a page from its file; at the end nothing may have been said or asked for."""
    said, contexts = [], []

    def open_page(name, width=1200, **how):
        context = browser.new_context(viewport={"width": width, "height": 900}, **how)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on(
            "request", lambda r: None if r.url.startswith("file:") else said.append(r.url[:200])
        )
        page.goto(urljoin(docs.as_uri() + "/", name))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [words for words in said if not words.startswith("data:")] == []


def written(docs):
    """Name every page."""
    return sorted(p.relative_to(docs).as_posix() for p in docs.rglob("*.html"))


class Links(HTMLParser):
    """The links of a page, and what a link to it can name."""

    def __init__(self, page):
        super().__init__()
        self.links, self.names = [], {""}
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.names.add(found.get("id") or "")
        if tag == "a" and (link := found.get("href")):
            self.links.append(link)


def test_every_link_inside_leads_somewhere(docs):
    pages = {name: Links(docs / name) for name in written(docs)}
    assert len(pages) > 30
    broken = []
    for name, page in pages.items():
        for link in page.links:
            where = urlsplit(urljoin(name, link))
            # The conformance pages are built beside these, by another command.
            if where.scheme or where.path.startswith("conformance/"):
                continue
            anchors = pages[where.path].names if where.path in pages else {""}
            known = (docs / where.path).is_file() and unquote(where.fragment) in anchors
            broken += [] if known else [f"{name}: {link}"]
    assert broken == []


def test_a_clause_that_is_named_is_a_link_to_it(docs):
    specification = Links(docs / "specification.html")
    assert {"adam-5", "conv-8", "life-1"} <= specification.names
    assert "../specification.html#cert-1" in Links(docs / "background/proofs.html").links
    assert "#conv-8" in specification.links


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_its_window(opened, docs, width):
    page = opened("index.html", width)
    for name in written(docs):
        page.goto((docs / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    if folder := os.environ.get("OPTPROOF_SCREENSHOTS"):
        for name in KINDS:
            page.goto(urljoin(docs.as_uri() + "/", name))
            file = name.partition(".")[0].replace("/", "-")
            page.screenshot(path=Path(folder) / f"docs-{file}-{width}.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", KINDS)
def test_axe_has_no_serious_finding(opened, axe, name, scheme):
    page = opened(name, color_scheme=scheme)
    page.evaluate(axe)
    found = page.evaluate("axe.run({preload: false})")  # a page from a file can fetch nothing
    serious = [
        (v["id"], v["impact"], [n["html"][:200] for n in v["nodes"]])
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ]
    assert serious == []
    assert found["passes"]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("baseline", "A check in your library’s CI"),
        ("subnormal", "How tolerances are derived"),
        ("update_parameters_with_adam", "update_parameters_with_adam"),
    ],
)
def test_the_search_answers_without_a_server(opened, words, title):
    page = opened("index.html")
    page.locator("input[name=q]").fill(words)
    page.keyboard.press("Enter")
    page.wait_for_selector("ul.search li a")
    assert any(title in found for found in page.locator("ul.search li a").all_inner_texts())


def test_what_scrolls_can_be_reached_by_keyboard(opened):
    page = opened("tutorials/student.html", 400)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    unreachable = page.evaluate(
        "[...document.querySelectorAll('article *')].filter((e) => "
        "e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0 && "
        "['auto', 'scroll'].includes(getComputedStyle(e).overflowX)).length"
    )
    assert unreachable == 0


@pytest.mark.parametrize("name", ["tutorials/student.html", "how-to/drift.html"])
def test_a_printed_page_has_the_text_alone_and_all_of_it(opened, name):
    page = opened(name, 720)
    page.emulate_media(media="print")
    assert not page.locator(".sidebar-drawer").is_visible()
    assert not page.locator(".toc-drawer").is_visible()
    cut = page.evaluate(
        "[...document.querySelectorAll('article pre')].filter((e) => "
        "e.scrollWidth > e.clientWidth + 1).length"
    )
    assert cut == 0
    assert len(page.pdf(format="A4")) > 10_000
