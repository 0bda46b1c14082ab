"""What every page has in common: it stands alone, and nothing in it runs but its own script."""

import base64
import hashlib
import re

import pytest

from optproof import pages
from optproof.pages.curve import drawn

pytest.importorskip("jinja2")

NASTY = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def test_what_is_put_into_a_page_is_text():
    page = pages.render("base.html", title=NASTY)
    assert page.count("<script>") == 1
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_page_fetches_nothing_and_runs_its_own_script_alone():
    page = pages.render("base.html", title="a page")
    assert not re.findall(r'(?:src|href)="(?!#|data:,)', page)
    assert "@import" not in page
    assert "url(" not in page
    script = re.search(r"<script>(.*?)</script>", page, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert "default-src 'none'" in page


def test_the_style_touches_nothing_outside_of_it():
    """A notebook shows it among its own: every rule begins at .optproof."""
    style = (pages.HERE / "style.css").read_text("utf-8")
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.S)
    selectors = re.findall(r"([^{}]+)\{[^{}]*\}", re.sub(r"@media[^{]*\{", "", style))
    assert selectors
    for selector in ",".join(selectors).split(","):
        assert re.match(r"\s*}*\s*(body)?\.optproof", selector), selector


def test_a_curve_is_drawn_in_the_frame_and_what_is_no_number_is_left_out():
    nan, inf = float("nan"), float("inf")
    reference = [(0, 0.7), (1, 0.6), (2, 0.5)]
    curve = drawn([(0, 0.7), (1, 0.9), (2, nan), (3, inf)], reference, 1)
    left, top, right, bottom = curve["frame"]
    for line, count in ((curve["yours"], 2), (curve["reference"], 3)):
        points = [tuple(map(float, p.split(","))) for p in line.split()]
        assert len(points) == count
        assert all(left <= x <= right and top <= y <= bottom for x, y in points)
    assert curve["parts"] == pytest.approx(left + (right - left) / 3, abs=0.1)
    assert [label for _, label in curve["x"]] == ["0", "1", "2", "3"]
    assert not curve["log"]


def test_a_curve_that_runs_away_has_a_logarithmic_frame():
    curve = drawn([(0, 0.7), (1, 1e6)], [(0, 0.7), (1, 0.6)], None)
    assert curve["log"]
    assert [label for _, label in curve["y"]][::7] == ["0.1", "1e+06"]


@pytest.mark.parametrize("yours", [[], [(0, 0.0)], [(0, float("nan"))]])
def test_a_curve_of_next_to_nothing_is_drawn_too(yours):
    assert drawn(yours, [], 0)["parts"] == 62
