"""``results.json``, as Gradescope's autograder reads it."""

from __future__ import annotations

from typing import Any

from .. import __version__
from ..reports.answer import shown
from . import feedback
from .row import RIGHT, Mark, Row


def as_gradescope(row: Row) -> dict[str, Any]:
    """Return the results of one submission: a test for each operation that has points."""
    return {
        "extra_data": {"optproof": __version__, "row": row.as_json()},
        "score": row.points,
        "execution_time": row.seconds,
        "output": feedback.as_markdown(row),
        "output_format": "md",
        "visibility": "visible",
        "tests": [_test(mark) for mark in row.marks if mark.of],
    }


def _test(mark: Mark) -> dict[str, Any]:
    right = mark.status in RIGHT
    return {
        "name": shown(mark.operation),
        "score": mark.points,
        "max_score": mark.of,
        "status": "passed" if right else "failed",
        "output": "right" if right else mark.why,
    }
