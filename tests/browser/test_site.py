"""The conformance site in headless Chromium: from a folder, without a server."""

import os
from pathlib import Path

import pytest
from sites import INSIDE, build

WIDTHS = (400, 800, 1600)
#: One of each kind of page.
PAGES = [
    "index",
    "libraries/index",
    "libraries/wrong.optim",
    "mistakes/index",
    f"mistakes/{INSIDE}",
    "mistakes/minibatch.tail-dropped",
    "clauses/index",
    "clauses/ADAM-5",
    "trainings",
    "drift",
    "whose-test",
]


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    return build(tmp_path_factory.mktemp("site"))


@pytest.fixture
def opened(browser, site):
    """Open a page from its file; at the end nothing may have been said, or asked for elsewhere."""
    said, contexts = [], []

    def open_page(path, width=800, **how):
        context = browser.new_context(viewport={"width": width, "height": 900}, **how)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda r: said.append(r.url) if not is_its_own(r.url) else None)
        page.goto((site / f"{path}.html").as_uri())
        return page

    def is_its_own(url):
        return url.startswith(("data:", site.as_uri()))

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


@pytest.mark.parametrize("path", PAGES)
def test_it_fits_every_width_and_the_paper(opened, path):
    for width in WIDTHS:
        page = opened(path, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("h1").count() == 1
        if folder := os.environ.get("OPTPROOF_SCREENSHOTS"):
            name = f"site-{path.replace('/', '-')}-{width}.png"
            page.screenshot(path=Path(folder) / name, full_page=True)
    page = opened(path, 720)  # A4 without its margins
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 720
    assert not page.locator("nav").is_visible()
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("path", PAGES)
def test_axe_has_no_serious_finding(opened, axe, path):
    page = opened(path)
    page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    page.evaluate(axe)  # past the rule that no other script may run
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("axe.run()")
        serious = [
            (v["id"], v["impact"], [n["html"][:200] for n in v["nodes"]])
            for v in found["violations"]
            if v["impact"] in ("serious", "critical")
        ]
        assert serious == []
        assert found["passes"]


def test_the_search_finds_a_mistake_by_words_of_its_effect(opened):
    page = opened("index")
    rows = page.locator("#found tbody tr:visible")
    assert rows.count() == 0

    page.get_by_role("searchbox").fill("TOO short  gradients small")
    assert rows.count() == 1
    assert page.get_by_role("status").inner_text().startswith("1 of ")
    page.keyboard.press("Tab")  # the table, which scrolls
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/mistakes/{INSIDE}.html")
    assert "np.sqrt(s_hat + epsilon)" in page.locator("main").inner_text()

    page.get_by_role("link", name="Start and search").click()
    page.get_by_role("searchbox").fill("no such words")
    assert page.locator("#found tbody tr:visible").count() == 0
    assert page.get_by_role("status").inner_text().startswith("0 of ")


def test_the_table_of_libraries_is_sorted(opened):
    page = opened("libraries/index")
    first = page.locator("#libraries tbody th")
    names = first.all_inner_texts()
    page.get_by_role("button", name="Library").click()
    page.get_by_role("button", name="Library").click()
    assert first.all_inner_texts() == sorted(names, reverse=True, key=str.lower)


def test_without_scripts_everything_is_there(opened):
    page = opened("index", java_script_enabled=False)
    assert page.locator("#found tbody tr").count() > 300
    assert page.locator("#found tbody tr").first.is_visible()
