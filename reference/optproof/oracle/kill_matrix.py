"""The kill matrices: which case, and which trajectory, tells which deviation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..fixtures import Json
from ..operations import OPERATIONS

KILL_MATRIX = "kill-matrix.md"
KILL_MATRIX_OF_TRAJECTORIES = "kill-matrix-trajectories.md"


def kill_matrix(contents: dict[str, Json]) -> str:
    """Return the table of deviations and the vectors that tell them, as Markdown."""
    lines = [
        "# Kill matrix",
        "",
        "Which vectors tell which deviation. Written by `optproof fixtures regenerate`, from the",
        "signatures in `vectors/`; a test runs each deviation as an implementation.",
    ]
    order = list(OPERATIONS)
    of_vectors = [content for content in contents.values() if "cases" in content]
    for content in sorted(of_vectors, key=lambda c: order.index(c["operation"])):
        lines += ["", f"## {content['operation']}", "", *_told(content["notes"], content["cases"])]
    return "\n".join(lines) + "\n"


def _told(names: Iterable[str], cases: list[Json]) -> Iterator[str]:
    """Yield the rows: each deviation, and the cases that tell it."""
    yield "| deviation | told by | which |"
    yield "| --- | --- | --- |"
    for name in names:
        told = [case["id"] for case in cases if name in case.get("signatures", {})]
        missed = [case["id"] for case in cases if case["id"] not in told]
        shown = f"all but {', '.join(missed)}" if len(missed) < len(told) else ", ".join(told)
        shown = shown if missed else "all"
        yield f"| {name} | {len(told)} of {len(cases)} | {shown} |"


def kill_matrix_of_trajectories(contents: dict[str, Json]) -> str:
    """Return the table of deviations and the trajectories that tell them, as Markdown."""
    from .trajectory_files import invisible, ties

    lines = [
        "# Kill matrix of the trajectories",
        "",
        "Which trajectories tell which deviation by the parameters alone. Written by",
        "`optproof fixtures regenerate`, from the signatures in `trajectories/`; a test runs each",
        "deviation as an optimizer that keeps its own state.",
    ]
    for content in contents.values():
        if "trajectories" not in content:
            continue
        optimizer, entries = content["optimizer"], content["trajectories"]
        # One that is like another expects the same of deviations; it tells other faults.
        own = [entry for entry in entries if "like" not in entry]
        lines += ["", f"## {optimizer}", "", *_told(content["notes"], own), ""]
        unseen = ", ".join(invisible(optimizer)) or "none"
        lines.append(f"Not to be seen in the parameters: {unseen}.")
        tied = "; ".join(" and ".join(names) for names in ties(optimizer)) or "none"
        lines.append(f"Not to be told from each other: {tied}.")
    return "\n".join(lines) + "\n"
