"""What one page, message or comment says of another is there: clauses, sections, links."""

import json
import re
from pathlib import Path

import pytest

from optproof.reports.explain import clauses

CHECKOUT = Path(__file__).resolve().parents[2]
SPEC = (CHECKOUT / "reference" / "SPEC.md").read_text("utf-8")
SECTIONS = set(re.findall(r"^## (\d+)\.", SPEC, re.MULTILINE))
FAMILIES = "|".join(sorted({clause.partition("-")[0] for clause in clauses()}))
CLAUSE = re.compile(rf"\b(?:{FAMILIES})-\d+\b")
#: "SPEC.md, section 8", "SPEC.md's table (section 8)", also where a line ends between the words.
SECTION = re.compile(r"SPEC\.md\b[^.;|]{0,30}?\bsections?\s+(\d+)")
LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)")
SUFFIXES = (".py", ".md", ".toml", ".ini", ".yml", ".yaml", ".json", ".mjs", ".cff")
LEFT_OUT = {"build", "dist", "node_modules", "__pycache__", "zoo"}


def texts():
    """Every text of the repository by its path; of the fixtures only what people wrote."""
    for path in sorted(CHECKOUT.rglob("*")):
        inside = path.relative_to(CHECKOUT)
        hidden = any(part.startswith(".") and part != ".ci" for part in inside.parts)
        if hidden or LEFT_OUT & set(inside.parts) or path.suffix not in SUFFIXES:
            continue
        if path.is_file() and path != Path(__file__) and path.stat().st_size < 500_000:
            yield inside, path.read_text("utf-8")


def dangling(text):
    """Name the clauses and sections of SPEC.md that a text refers to and that are not there."""
    yield from sorted(set(CLAUSE.findall(text)) - set(clauses()))
    yield from (f"section {n}" for n in sorted(set(SECTION.findall(text)) - SECTIONS))


def anchors(path):
    """The headings of a Markdown page, and of those that it includes, as links name them."""
    page = path.read_text("utf-8")
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    for included in re.findall(r"^```\{include\} (\S+)$", page, re.MULTILINE):
        headings += re.findall(
            r"^#+ (.+)$", (path.parent / included).read_text("utf-8"), re.MULTILINE
        )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(path, text):
    """Name the relative links of a Markdown page that lead nowhere."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^    .*$|`[^`\n]*`", "", prose, flags=re.MULTILINE)
    for link in LINK.findall(prose):
        if re.match(r"\w+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = CHECKOUT / path.parent / file if file else CHECKOUT / path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


def test_every_clause_and_section_that_anything_names_is_in_the_specification():
    #: Clauses that a test makes up, to see them refused.
    made_up = {"GD-99"}
    found = {str(path): set(dangling(text)) - made_up for path, text in texts()}
    assert {path: names for path, names in found.items() if names} == {}


def test_every_link_of_a_page_leads_somewhere():
    pages = [(path, text) for path, text in texts() if path.suffix == ".md"]
    found = {str(path): list(broken_links(path, text)) for path, text in pages}
    assert len(found) > 10
    assert {path: links for path, links in found.items() if links} == {}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("as SPEC.md, clause ADAM-5, says", []),
        ("as SPEC.md, clause ADAM-99, says", ["ADAM-99"]),
        ("the table (SPEC.md, section 13)", []),
        ("the table (SPEC.md, section 14)", ["section 14"]),
        ("SPEC.md's table (section\n99)", ["section 99"]),
        (json.dumps({"clauses": ["CONV-0"]}), ["CONV-0"]),
    ],
)
def test_what_is_not_in_the_specification_is_told(text, names):
    assert list(dangling(text)) == names


def test_a_link_that_leads_nowhere_is_told():
    page = Path("reference/PAGE.md")
    fine = "[a](SPEC.md), [b](../fixtures/README.md), [c](SPEC.md#4-momentum), [d](https://e.org/x)"
    assert list(broken_links(page, fine)) == []
    assert list(broken_links(page, "[a](SPECS.md) [b](SPEC.md#4-adam)")) == [
        "SPECS.md",
        "SPEC.md#4-adam",
    ]
