"""How Sphinx builds the documentation: ``tox run -e docs``.

The pages of ``reference/`` and ``fixtures/`` are included where they stand, not copied. Nothing is
asked of the network: formulas become MathML, and the search runs in the reader's browser.
"""

import os
import re
import sys
from pathlib import Path

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
pygments_style = "a11y-high-contrast-light"
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
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)")
CLAUSE = re.compile(r"^- \*\*(([A-Z]+-\d+) \([^)]+\)\.)\*\*", re.MULTILINE)


def read_included(app: Sphinx, path: Path, parent: str, content: list[str]) -> None:
    """Lead the links of an included page to pages here or to the repository; anchor clauses."""
    folder = (HERE / path).resolve().parent

    def lead(match: re.Match[str]) -> str:
        target = os.path.relpath(folder / match[1], HERE.parents[1])
        if target in INCLUDED:
            return f"](/{INCLUDED[target]}.md{match[2] or ''})"
        return f"]({REPOSITORY}{target}{match[2] or ''})"

    content[0] = LINK.sub(lead, content[0])
    content[0] = CLAUSE.sub(r"- [**\1**]{#\2}", content[0])


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


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula as MathML, which browsers draw themselves."""
    self.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def visit_math_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula that stands by itself."""
    self.body.append(f'<div class="math">{tex2mathml(node.astext(), as_block=True)}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Add what is above."""
    app.connect("include-read", read_included)
    app.add_directive("optproof-commands", Commands)
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
