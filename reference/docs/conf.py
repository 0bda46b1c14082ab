"""How Sphinx builds the documentation: ``tox run -e docs``.

The pages of ``reference/`` and ``fixtures/`` are included where they stand, not copied. Nothing is
asked of the network: formulas become MathML, and the search runs in the reader's browser.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from optproof import __version__  # noqa: E402
from optproof.commands import cli  # noqa: E402

project = "optproof"
author = "The optproof developers"
copyright = "the optproof developers"
release = version = __version__
REPOSITORY = "https://github.com/optproof/optproof/blob/main/"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode", "numpydoc"]
root_doc = "index"
nitpicky = True
suppress_warnings = ["myst.header"]  # an included page may begin at any level

myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
autodoc_typehints = "none"  # the docstrings have the types
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
pygments_style = "a11y-light"
pygments_dark_style = "a11y-high-contrast-dark"

html_theme = "furo"
html_title = f"optproof {release}"
html_static_path = ["_static"]
html_css_files = ["docs.css"]
html_js_files = ["docs.js"]
html_copy_source = html_show_sourcelink = False
html_show_search_summary = False  # it would be fetched, which a page from a file cannot do
html_math_renderer = "mathml"

#: Where each page that is included stands in the repository, and which page includes it.
INCLUDED = {
    "reference/SPEC.md": "specification",
    "reference/PROTOCOL.md": "protocol",
    "reference/BOUNDS.md": "background/bounds",
    "reference/MEASUREMENTS.md": "background/measurements",
    "reference/LIBRARIES.md": "background/libraries",
    "reference/WRONG-ADAMS.md": "background/wrong-adams",
    "reference/VARIANTS.md": "variants",
    "reference/READING.md": "how-to/reading",
    "reference/CI.md": "how-to/ci",
    "reference/GRADING.md": "how-to/grading",
    "reference/MAPPING.md": "how-to/mapping",
    "reference/SANDBOX.md": "how-to/sandbox",
    "reference/DRIFT.md": "how-to/drift",
    "reference/TRAINING.md": "how-to/training",
    "fixtures/README.md": "fixtures",
    "fixtures/kill-matrix.md": "background/kill-matrix",
    "fixtures/kill-matrix-trajectories.md": "background/kill-matrix-trajectories",
    "CHANGELOG.md": "changes",
    "CONTRIBUTING.md": "contributing/index",
}
LINK = re.compile(r"\[([^\[\]]*)\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)")
CLAUSE = re.compile(r"^- \*\*(([A-Z]+-\d+) \([^)]+\)\.)\*\*", re.MULTILINE)
CLAUSES = {id for _, id in CLAUSE.findall((HERE.parent / "SPEC.md").read_text("utf-8"))}
CITED = re.compile(rf"\b({'|'.join(sorted(CLAUSES, key=len, reverse=True))})\b")
#: Where a clause that is named is no link: in code, in a link, in a heading, where it is defined.
UNLINKED = (nodes.literal, nodes.literal_block, nodes.reference, nodes.title, nodes.strong)


def read_included(app: Sphinx, path: Path, parent: str, content: list[str]) -> None:
    """Lead the links of an included page to pages here or to the repository; anchor clauses."""
    folder = (HERE / path).resolve().parent

    def lead(match: re.Match[str]) -> str:
        target = os.path.relpath(folder / match[2], HERE.parents[1])
        if target not in INCLUDED:
            return f"[{match[1]}]({REPOSITORY}{target}{match[3] or ''})"
        named = match[1] != Path(target).name  # else the page's own title names it
        return f"[{match[1] * named}](/{INCLUDED[target]}.md{match[3] or ''})"

    content[0] = LINK.sub(lead, content[0])
    content[0] = CLAUSE.sub(r"- [**\1**]{#\2}", content[0])


def link_clauses(app: Sphinx, tree: nodes.document, page: str) -> None:
    """Make a link of each clause that a page names."""
    to = app.builder.get_relative_uri(page, "specification") if page != "specification" else ""
    for text in list(tree.findall(nodes.Text)):
        parts = CITED.split(text)
        parent = text.parent
        if len(parts) == 1 or any(isinstance(p, UNLINKED) for p in ancestors(text)):
            continue
        found: list[nodes.Node] = []
        for part in filter(None, parts):
            clause = part in CLAUSES
            uri = f"{to}#{part.lower()}"
            found.append(
                nodes.reference("", part, refuri=uri, internal=True) if clause else nodes.Text(part)
            )
        parent.replace(text, found)


def ancestors(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield what a node stands in, from the inside."""
    while (node := node.parent) is not None:
        yield node


class Commands(SphinxDirective):
    """The help of every command, as the command prints it."""

    def run(self) -> list[nodes.Node]:
        """Return a section for each command."""
        os.environ["COLUMNS"] = "80"
        parser = cli.build_parser()
        found = []
        for name in (*cli.COMMANDS, *cli.MAINTAINERS):
            section = nodes.section(ids=[f"optproof-{name}"])
            section += nodes.title(text=f"optproof {name}")
            text = parser._subparsers._group_actions[0].choices[name].format_help()
            section += nodes.literal_block(text, text, language="none")
            found.append(section)
        return found


def as_mathml(node: nodes.math | nodes.math_block) -> str:
    """Return a formula as MathML, which browsers draw themselves."""
    code = node.astext().replace(":=", r"\coloneqq ")
    return tex2mathml(code, as_block=isinstance(node, nodes.math_block))


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula inside a sentence."""
    self.body.append(as_mathml(node))
    raise nodes.SkipNode


def visit_math_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula that stands by itself."""
    self.body.append(f'<div class="math">{as_mathml(node)}</div>')
    raise nodes.SkipNode


def lead_to_conformance(
    app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any
) -> None:
    """Add the conformance pages, built beside these, to the navigation; level its headings."""
    # Without a level a heading is none to a screen reader.
    navigation = context["furo_navigation_tree"]
    navigation = navigation.replace('role="heading"', 'role="heading" aria-level="2"')
    uri = context["pathto"]("conformance/index.html", resource=True)
    link = f'<a class="reference external" href="{uri}">What real libraries do</a>'
    context["furo_navigation_tree"] = f'{navigation}<ul><li class="toctree-l1">{link}</li></ul>'


def setup(app: Sphinx) -> None:
    """Add what is above."""
    app.connect("include-read", read_included)
    app.connect("doctree-resolved", link_clauses)
    app.connect("html-page-context", lead_to_conformance, priority=900)  # after the theme
    app.add_directive("optproof-commands", Commands)
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
