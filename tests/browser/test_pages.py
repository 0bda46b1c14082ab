"""Every page in headless Chromium: from a file, at three widths, by keyboard, and by axe-core.

A page is a function below that writes it into a folder; one more of them is one more line in PAGES.
Screenshots are left in the folder that OPTPROOF_SCREENSHOTS names.
"""

import os
from itertools import pairwise
from pathlib import Path

import pytest
from faulty import T_RESET, faulty

from optproof import pages
from optproof.commands.cli import main

WIDTHS = (400, 800, 1600)
OWN = ("/page.html", "/class.html", "/Grace_Hopper.html")
INSIDE = ("(np.sqrt(s_corrected[d]) + epsilon)", "np.sqrt(s_corrected[d] + epsilon)")
HEAVY = ('v["dW" + str(l)] + (1 - beta) * grads["dW"', 'v["dW" + str(l)] + grads["dW"')
CUT = ("for k in range(full)", "for k in range(full - 1)")
FASTER = ("        seed = seed + 1\n", "        seed = seed + 1\n        learning_rate *= 1.2\n")


def checked(*mistakes, only=(), level="none"):
    """Return what writes the report of a faulty copy."""

    def make(folder):
        path, page = faulty(folder, "mine", *mistakes), folder / "page.html"
        options = [word for name in only for word in ("--only", name)]
        main(["check", path, "--training", level, "--html", str(page), "--quiet", *options])
        return page

    return make


def refused(folder):
    (folder / "mine.py").write_text(
        "def update_parameters_adam(params, gradients, moments, step, table, lr):\n    return 1\n"
    )
    main(["check", str(folder / "mine.py"), "--html", str(folder / "page.html"), "--quiet"])
    return folder / "page.html"


def hostile(folder):
    """A report whose implementation raises, with a message of markup."""
    text = "<script>document.title = 'taken'</script><img src=x onerror=alert(1)>"
    (folder / "mine.py").write_text(
        "def initialize_velocity(parameters):\n"
        f"    if 'W3' in parameters: raise ValueError({text!r})\n"
        "    return {}\n"
    )
    page = folder / "page.html"
    words = ["--only", "velocity", "--training", "none", "--html", str(page), "--quiet"]
    main(["check", str(folder / "mine.py"), *words])
    return page


def table(folder):
    """A table that can be searched and sorted, as a page of many submissions has."""
    rows = "".join(f"<tr><td>{n}</td><td>{w}</td></tr>" for n, w in ((10, "b"), (9, "a"), (1, "c")))
    marked = (
        '<label for="q">Search</label><input id="q" data-filters="t"><p id="t-count" role="status">'
        '</p><table class="sortable" id="t"><thead><tr><th scope="col">Number</th>'
        f'<th scope="col">Word</th></tr></thead><tbody>{rows}</tbody></table>'
    )
    page = folder / "page.html"
    text = pages.render("base.html", title="A table")
    assert '<main id="main" tabindex="-1">' in text
    page.write_text(text.replace("</main>", f"{marked}</main>"), encoding="utf-8")
    return page


def course(folder):
    """The page of a class: right, wrong, twelve of the same mistake, and one that cannot run."""
    handed_in = folder / "class"
    handed_in.mkdir()
    sources = {f"student {n:02}": (HEAVY,) for n in range(12)}
    sources |= {"Ada Lovelace": (), "Grace Hopper": (INSIDE, HEAVY), "Linus <b>": (CUT,)}
    for student, mistakes in sources.items():
        faulty(handed_in, student, *mistakes)
    (handed_in / "nothing.py").write_text("def f(:\n")
    words = ["--training", "none", "--seed", "1", "--html", "--quiet", "--output", "out"]
    words[-1] = str(folder / "out")
    main(["grade", str(handed_in), *words, *("--only", "momentum", "--only", "adam/deep")])
    return folder / "out" / "class.html"


def feedback(folder):
    return course(folder).parent / "feedback" / "Grace_Hopper.html"


PAGES = {
    "right": checked(only=["gd", "velocity"]),
    "one": checked(INSIDE, only=["adam"], level="short"),
    "three": checked(INSIDE, HEAVY, CUT),
    "training": checked(T_RESET, only=["training/adam"], level="short"),
    "diverges": checked(FASTER, only=["training/gd"], level="short"),
    "refused": refused,
    "hostile": hostile,
    "table": table,
    "class": course,
    "feedback": feedback,
}


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Make each page once."""
    known = {}

    def make(name):
        if name not in known:
            known[name] = PAGES[name](tmp_path_factory.mktemp(name))
        return known[name]

    return make


@pytest.fixture
def opened(browser, made):
    """Open a page from its file; at the end nothing may have been said or asked for."""
    said, contexts = [], []

    def open_page(name, width=800, **how):
        context = browser.new_context(viewport={"width": width, "height": 900}, **how)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append("a dialog"), dialog.dismiss()))
        page.on("request", lambda r: said.append(r.url) if not is_its_own(r.url) else None)
        page.goto(made(name).as_uri())
        return page

    def is_its_own(url):
        return url.startswith("data:") or (url.startswith("file:") and url.endswith(OWN))

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_it_fits_the_width_and_says_nothing_to_the_console(opened, name, width):
    page = opened(name, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1").count() == 1
    assert page.locator("h1").is_visible()
    if folder := os.environ.get("OPTPROOF_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_has_no_serious_finding(opened, axe, name, scheme):
    page = opened(name, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    page.evaluate(axe)  # past the rule that no other script may run
    found = page.evaluate("axe.run()")
    serious = [
        (v["id"], v["impact"], [n["html"][:200] for n in v["nodes"]])
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ]
    assert serious == []
    assert found["passes"]


@pytest.mark.parametrize("name", PAGES)
def test_it_can_be_read_by_keyboard_and_by_ear(opened, name):
    page = opened(name)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tree = page.locator("body").aria_snapshot()
    for role in ("banner", "main", "contentinfo", "heading"):
        assert role in tree
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map((h) => +h.tagName[1])")
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    # All that scrolls sideways can be reached, and so scrolled, without a mouse.
    unreachable = page.evaluate(
        "[...document.querySelectorAll('main *')].filter((e) => e.scrollWidth > e.clientWidth + 1 "
        "&& ['auto', 'scroll'].includes(getComputedStyle(e).overflowX) && e.tabIndex < 0).length"
    )
    assert unreachable == 0


def test_a_mistake_is_seen_with_its_line_its_numbers_and_its_costs(opened):
    page = opened("one")
    assert page.locator(".here").inner_text().count("look here") == 1
    colour = page.locator(".here").evaluate("(e) => getComputedStyle(e).backgroundColor")
    around = page.locator(".code").first
    assert colour != around.evaluate("(e) => getComputedStyle(e).backgroundColor")
    drawing = page.get_by_role("img")
    assert "the first divergence is in epoch 0" in drawing.get_attribute("aria-label")
    for kind in ("yours", "theirs"):
        box = page.locator(f"polyline.{kind}").bounding_box()
        assert box["width"] > 300
        assert box["height"] > 50
    assert page.get_by_role("cell", name="-1.09244991").first.is_visible()


def test_what_an_implementation_says_does_not_run(opened):
    page = opened("hostile")
    assert "taken" not in page.title()
    assert "document.title = 'taken'" in page.locator("main").inner_text()
    assert page.locator("main img, main script").count() == 0


def test_a_table_is_sorted_and_searched_by_keyboard(opened):
    page = opened("table")
    first = page.locator("tbody td:first-child")
    page.get_by_role("button", name="Number").focus()
    page.keyboard.press("Enter")
    assert first.all_inner_texts() == ["1", "9", "10"]
    assert page.locator("th").first.get_attribute("aria-sort") == "ascending"
    page.keyboard.press("Space")
    assert first.all_inner_texts() == ["10", "9", "1"]
    page.get_by_label("Search").fill("C")
    assert page.locator("tbody tr:visible").count() == 1
    assert page.get_by_role("status").inner_text() == "1 of 3 shown"


def test_the_class_is_sorted_by_points_and_searched_by_name_and_mistake(opened):
    page = opened("class")
    students = page.locator("#students tbody tr")
    assert students.count() == 16
    page.locator("#students").get_by_role("button", name="Points").click()
    points = [float(p.split()[0]) for p in page.locator("#students td.figure").all_inner_texts()]
    assert points == sorted(points)
    assert points[0] < points[-1]
    page.locator("#students").get_by_role("button", name="Student").click()
    assert students.first.locator("th").inner_text() == "Ada Lovelace"
    search = page.get_by_label("Show only rows")
    those = {"hopper": 1, "heavy-ball": 13, "no verdict": 1, "student 1": 2}
    for text, count in those.items():
        search.fill(text)
        assert page.locator("#students tbody tr:visible").count() == count, text
    search.fill("")
    assert page.locator("#students tbody tr:visible").count() == 16


def test_the_class_shows_who_made_each_mistake_and_leads_to_the_feedback(opened):
    page = opened("class")
    first = page.locator("#mistakes tbody tr").first
    assert "heavy ball" in first.inner_text()
    assert first.locator("td").first.inner_text() == "13"
    assert "student 11" not in first.inner_text()
    first.get_by_text("and 5 more").click()
    assert "student 11" in first.inner_text()
    page.get_by_role("link", name="Grace Hopper").click()
    assert page.locator("h1").inner_text().startswith("Grace Hopper: ")


def test_the_class_is_readable_in_print_and_at_400_pixels(opened):
    page = opened("class", 400)
    row = page.locator("#students tbody tr").filter(has_text="Grace Hopper")
    assert row.evaluate("(e) => getComputedStyle(e).display") == "block"  # a card
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    sizes = page.locator("#students td, #mistakes td").evaluate_all(
        "(cells) => cells.map((c) => parseFloat(getComputedStyle(c).fontSize))"
    )
    assert min(sizes) >= 12
    page = opened("class", 800)
    page.emulate_media(media="print")
    assert not page.get_by_label("Show only rows").is_visible()
    wide = page.locator(".wide").evaluate_all(
        "(boxes) => boxes.map((b) => b.scrollWidth - b.clientWidth)"
    )
    assert max(wide) <= 0  # nothing is cut off
    assert page.pdf().startswith(b"%PDF")
