"""The verdict in words: which methods conform, and which do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich.text import Text

from ..judging.report import (
    ABSENT,
    DEVIATION,
    ERROR,
    FAILING,
    KNOWN,
    NOT_APPLICABLE,
    NOT_IMPLEMENTED,
    PASS,
    STALE,
    STATUSES,
    UNDECIDED,
    Report,
    Result,
)
from .answer import blocks, by_operation

#: What each operation belongs to, in the field's words.
METHODS = {
    "update_parameters_with_gd": "gradient descent",
    "gd optimizer": "gradient descent",
    "random_mini_batches": "mini-batches",
    "update_parameters_with_momentum": "momentum",
    "momentum optimizer": "momentum",
    "initialize_velocity": "initial velocity",
    "update_parameters_with_adam": "Adam",
    "adam optimizer": "Adam",
    "initialize_adam": "initial moments",
    "initialize_parameters": "initialization",
    "forward_propagation": "forward pass",
    "compute_cost": "cost",
    "backward_propagation": "backward pass",
    "predict": "predict",
    "predict_dec": "predict_dec",
    "load_dataset": "data",
    "model": "training",
}
#: What goes without saying where another is said.
PART_OF = {"initial velocity": "momentum", "initial moments": "Adam"}
NETWORK = ("initialization", "forward pass", "cost", "backward pass")
METHODS_OF_DOCUMENT = {"gradient descent", "mini-batches", "momentum", "Adam", "the network"}
PREDICTIONS = ("predict", "predict_dec")


def conforming(report: Report) -> list[str]:
    """Return the methods that conform, in words."""
    return _methods(report, lambda s: s & {PASS, KNOWN} and not s & {*FAILING, *UNDECIDED})


def deviating(report: Report) -> list[str]:
    """Return the methods that deviate, in words."""
    return _methods(report, lambda s: s & {*FAILING})


def undecided(report: Report) -> list[str]:
    """Return the methods that could not be judged, in words."""
    return _methods(report, lambda s: s & {*UNDECIDED} and not s & {*FAILING})


def listed(words: Sequence[str]) -> str:
    """Return the words in a row.

    >>> listed(["momentum", "Adam"])
    'momentum and Adam'
    """
    *first, last = words or [""]
    return f"{', '.join(first)} and {last}" if first else last


def verdict(report: Report, mistakes: bool = False) -> Text:
    """Return the last line: the verdict, what was judged, and how many cases it rests on.

    What does not apply to the implementation, or is not in it, is not counted where anything else
    is. `mistakes`: they are named.
    """
    style = {0: "bold green", 1: "bold red"}.get(report.exit_code, "bold yellow")
    said = f"{report.target} {_words(report)}"
    counts = report.counts
    counts.pop(NOT_APPLICABLE, None)
    if set(counts) > {NOT_IMPLEMENTED}:
        del counts[NOT_IMPLEMENTED]
    count = sum(counts.values())
    parts = [f"{counts[s]} {s}" for s in STATUSES if counts[s]]
    cases = f"{count} case{'s' if count != 1 else ''}: {', '.join(parts)}"
    names = [m for b in blocks(report) for m in b.mistakes or (b.count,)] if mistakes else []
    named = f": {' '.join('; '.join(names).split())}" if names else ""
    return Text.assemble((said, style), f" ({cases}){named}")


def _words(report: Report) -> str:
    counts = report.counts
    wrong, open_ = deviating(report), undecided(report)
    told = (*wrong, *open_)
    right = [w for w in conforming(report) if w not in told and PART_OF.get(w) not in told]
    word = {
        0: "conforms",
        1: f"deviates in {listed(wrong)}",
        3: "could not be judged",
        5: "nothing was run",
        70: "was not judged: optproof itself failed",
        130: "interrupted",
    }[report.exit_code]
    if report.exit_code == 3:
        word += (" in full" if right else "") + f": {listed(open_)}"
    if report.exit_code == 0:
        word += " in what it implements" if _missing(report.results) else ""
        word += ", known deviations aside" if counts[KNOWN] else ""
        word += f": {listed(right)}" if right else ""
    if counts[STALE] and not counts[DEVIATION] + counts[ERROR]:
        word = "has a baseline that is stale"
    if report.exit_code in (1, 3) and right:
        word += f"; conforms in {listed(right)}"
    judged = [f"in {report.dtype}"] * (report.dtype != "float64")
    judged += [f"against {', '.join(report.variants)}"] * bool(report.variants)
    word += f" (judged {', '.join(judged)})" if judged else ""
    return word + (f" with {report.settings}" if report.settings else "")


def _missing(results: Sequence[Result]) -> set[str]:
    """Return the operations of which no case could be put to the implementation."""
    there = {r.operation for r in results if r.status not in ABSENT}
    return {r.operation for r in results if not r.operation.endswith(" optimizer")} - there


def _methods(report: Report, wanted: Callable[[set[str]], object]) -> list[str]:
    own = by_operation(report.results)
    words = [
        METHODS.get(operation, operation)
        for operation, results in own.items()
        if wanted({r.status for r in results})
    ]
    return _shorter(words)


def _shorter(words: Iterable[str]) -> list[str]:
    """Return the words once each, the parts of the network as one where they are all there."""
    unique = list(dict.fromkeys(words))
    unique = [w for w in unique if PART_OF.get(w) not in unique]
    if set(NETWORK) <= set(unique):
        place = unique.index(NETWORK[0])
        unique.insert(place, "the network")
        unique = [w for w in unique if w not in (*NETWORK, *PREDICTIONS)]
    if set(unique) >= METHODS_OF_DOCUMENT:
        return ["all methods" if "training" in unique else "all methods but training"]
    return unique
