"""The report as one page of HTML, and as what a notebook shows."""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import files, pages
from ..judging.judge import Finding
from ..judging.report import FAILING, Code, Curve, Report, Result
from ..pages.curve import drawn
from .answer import WORST, Block, blocks, by_operation, digits, place_of, relative
from .terminal import summary
from .words import verdict

#: How many tensors are shown beside each other, and how many more on demand.
FIRST, MOST = 8, 200


def as_html(report: Report) -> str:
    """Return the page: verdict, mistakes, code, numbers side by side, curves."""
    page = content(report)
    return pages.render("report.html", title=page["verdict"], page=page)


def as_part(report: Report) -> str:
    """Return what a cell of a notebook shows: the same, without a page around it."""
    return pages.part("judged.html", "whole", page=content(report))


def content(report: Report) -> dict[str, Any]:
    """Return what the page says, in plain values."""
    versions = report.versions
    made = f"Made by optproof {versions['optproof']}, with fixtures {versions['fixtures']}"
    last = verdict(report)
    language = f"{versions['language']}, " if versions["language"] else ""
    return {
        "verdict": last.plain[: last.spans[0].end],
        "counts": last.plain[last.spans[0].end :].strip(" ()"),
        "key": f"o{secrets.token_hex(4)}",  # a notebook has several
        "made": made,
        "about": f"{made}; {language}judged in {report.dtype}",
        "before": list(_paragraphs(report)),
        "blocks": _blocks(report),
        "curves": [_curve(c) for c in report.curves],
    }


def write(report: Report, path: Path) -> None:
    """Write the page to `path`."""
    files.write(path, as_html(report), "html")


def _paragraphs(report: Report) -> list[str]:
    """Return what goes before the blocks, each in a line of its own again."""
    lines: list[str] = []
    for line in summary(report):
        if line.startswith("  ") and lines:
            lines[-1] += " " + line.strip()
        else:
            lines.append(line)
    return lines


def _blocks(report: Report) -> list[dict[str, Any]]:
    groups = by_operation(report.results).values()
    telling = [own for own in groups if any(r.status in WORST for r in own)]
    return [_shown(told, own, report) for told, own in zip(blocks(report), telling)]


def _shown(told: Block, own: Sequence[Result], report: Report) -> dict[str, Any]:
    """Return a block, and what a page has room for beside its words."""
    findings = [_numbers(r, f) for r in own if r.status in WORST for f in r.findings if f.expected]
    first = [f for f in findings if f["case"] == findings[0]["case"]][:FIRST]
    code = next((c for c in report.code if c.operation == own[0].operation), None)
    return {
        "operation": told.operation,
        "kind": "wrong" if told.status in FAILING else "open",
        "said": told.said,
        "count": told.count,
        "mistakes": told.mistakes,
        "parts": told.parts,
        "paste": told.paste,
        "findings": first,
        "more": findings[:MOST] if len(findings) > len(first) else [],
        "left": max(0, len(findings) - MOST),
        "code": _code(code, told.line) if code else None,
    }


def _numbers(result: Result, finding: Finding) -> dict[str, str]:
    off = finding.difference
    far = off is not None and math.isfinite(off)
    return {
        "case": result.id,
        "place": place_of(finding),
        "got": finding.got,
        "expected": digits(finding.expected),
        "off": f"{off:.2g}" if far else finding.message,
    }


def _code(code: Code, line: int) -> dict[str, Any]:
    """Return the lines with their numbers; the first stands for all, and is not marked."""
    numbered = enumerate(code.text.split("\n"), code.line)
    lines = [(n, text, n == line != code.line) for n, text in numbered]
    return {"file": relative(code.file), "line": code.line, "lines": lines}


def _curve(curve: Curve) -> dict[str, Any]:
    said = f"The cost of {curve.id} over the epochs"
    if curve.yours:
        ends = f"yours (solid line) ends at {curve.yours[-1][1]:.6g}"
        said += f": {ends}, the reference's (dashed line) at {curve.reference[-1][1]:.6g}"
    else:
        said += " cannot be told: its model does not show its epochs"
    if curve.parts is not None:
        said += f"; the first divergence is in epoch {curve.parts} (dotted line)"
    drawing = drawn(curve.yours, curve.reference, curve.parts) if curve.yours else {"yours": ""}
    return {"id": curve.id, "said": f"{said}.", **drawing}
