"""``optproof site``: the conformance site."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

HELP = """\
Build static pages into DIR: libraries by methods with their verdicts, a page
for each library, known mistake and clause, the certified trainings, what
another NumPy changes, and which wrong Adam passes whose test. Each page has
its data beside it, as JSON. No server is needed: open DIR/index.html.

What optproof check NAME --json FILE wrote goes in by --reports; all else
is in the package. Needs Jinja2 (pip install 'optproof[html]').

exit code: 0 built, 2 usage

examples:
  optproof site build/site
  optproof site build/site --reports reports --drift drift.json
"""

SHORT = "build the conformance site: static pages"


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add = parser.add_argument
    add("folder", type=Path, metavar="DIR", help="new, empty, or of an earlier build")
    what = "reports of libraries, JSON, or folders of them"
    add("--reports", type=Path, nargs="+", default=[], metavar="PATH", help=what)
    add("--drift", type=Path, metavar="FILE", help="records of optproof drift")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Build it, and say where it is."""
    from ..measuring import records, whose_test
    from ..pages import check_available
    from ..reports import json_report
    from ..site import build

    check_available("optproof site")
    build.check_folder(arguments.folder)
    reports = [json_report.read(path) for path in _files(arguments.reports)]
    of, found = records.load(arguments.drift) if arguments.drift else ("reference", {})
    made = build.pages(reports, of, found, whose_test.read())
    count = sum(1 for _ in build.write(made, arguments.folder))
    text = f"wrote {count} pages; open {arguments.folder / 'index.html'}"
    console.print(text, soft_wrap=True, highlight=False)
    return 0


def _files(paths: list[Path]) -> list[Path]:
    from ..errors import UsageError

    found = [f for p in paths for f in (sorted(p.glob("*.json")) if p.is_dir() else [p])]
    if paths and not found:
        raise UsageError(f"{paths[0]}: there are no reports", "optproof check NAME --json FILE")
    return found
