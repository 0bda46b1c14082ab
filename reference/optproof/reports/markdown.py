"""The report as Markdown, for the summary of a CI run or a comment."""

from __future__ import annotations

import re
from pathlib import Path

from .. import files
from ..judging.report import Report
from .answer import blocks
from .terminal import summary, told, verdict


def as_markdown(report: Report) -> str:
    """Return the verdict, what passed, and what is wrong, in the words of the terminal."""
    versions = report.versions
    head = f"optproof {versions['optproof']}, fixtures {versions['fixtures']}"
    lines = ["<!-- optproof report -->", f"### {_code(verdict(report).plain)}", ""]
    lines.append(f"{head}, {_code(versions['language'])}")
    for text in ("\n".join(summary(report)), *("\n".join(told(b)) for b in blocks(report))):
        if text:
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
            lines += ["", f"{fence}text", text.rstrip("\n"), fence]
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    return "`" + " ".join(text.split()).replace("`", "'").replace("|", "/") + "`"


def write(report: Report, path: Path) -> None:
    """Write the report to `path`."""
    files.write(path, as_markdown(report), "markdown")
