"""Mini-batches in an order of their own: a partition into pairs, of the right sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from ..deviations import PIPELINES, Answer
from ..fixtures import Case
from ..protocol import Array, names
from .diagnosis import Diagnosis, predict
from .judge import Finding

#: At most so many mistakes at once are looked for.
MOST = 2
#: What shows without the order.
NAMED = ("slices", "last batch", "batches")
APART = ("minibatch.shuffled-apart", "minibatch.labels-not-shuffled")
#: Of so few examples, two orders drawn apart agree by chance (six: once in 720).
FEW = 6

Batch = tuple[Array, Array]


def judge_partition(case: Case, tensors: Answer) -> list[Finding]:
    """Say how an answer is no partition of the case's examples into batches of the right sizes.

    Each example must come once, with its label; all batches have the size asked for, and the last
    has what is left. The order of the examples is not judged.
    """
    given = case.arguments()
    X, Y, size = given["X"], given["Y"], given["mini_batch_size"]
    batches, findings = _batches(tensors), []
    for k, (x, y) in enumerate(batches):
        for name, part, rows in (("X", x, len(X)), ("Y", y, len(Y))):
            want, shape = (rows, x.shape[-1] if x.ndim else 0), part.shape
            if shape != want:
                tensor = names.batch(k, name)
                findings.append(Finding(tensor, "wrong shape", None, str(want), str(shape)))
    if findings:
        return findings
    sizes, want_sizes = [x.shape[1] for x, _ in batches], _sizes(X.shape[1], size)
    if sizes != want_sizes:
        what = f"has {_listed(sizes)} where it must have {_listed(want_sizes)}"
        findings.append(Finding("mini_batches", what))
    wanted, got = Counter(_columns(X)), Counter(c for x, _ in batches for c in _columns(x))
    for surplus, how in ((wanted - got, "are missing"), (got - wanted, "come once too often")):
        if surplus:
            findings.append(Finding("mini_batches", f"{sum(surplus.values())} examples {how}"))
    if not findings and not _is_paired(batches, X, Y):
        findings.append(Finding("mini_batches", "has examples with the labels of others"))
    return findings


def explain_partition(operation: str, answers: Sequence[tuple[Case, Answer]]) -> Diagnosis:
    """Explain answers by what shows without the order: sizes, what is left out, the pairing."""
    pipeline = PIPELINES[operation]
    names = [n for stage in pipeline.stages if stage.name in NAMED for n in stage.deviations]
    seen = [(case, _shape(case, answer)) for case, answer in answers]
    for count in range(1, MOST + 1):
        found = []
        for chosen in combinations([*names, *APART], count):
            try:
                if all(_shape(case, predict(pipeline, chosen, case)) == s for case, s in seen):
                    found.append(chosen)
            except (ValueError, LookupError, ZeroDivisionError):  # or two of one stage
                continue
        if found:
            return Diagnosis(operation, tuple(found), (), ("mini_batches",))
    return Diagnosis(operation, (), (), ("mini_batches",))


def _shape(case: Case, answer: Answer) -> tuple[object, ...]:
    """Return what can be seen of an answer without its order, and is not chance."""
    given, batches = case.arguments(), _batches(answer)
    X, Y = given["X"], given["Y"]
    shapes = [(x.shape, y.shape) for x, y in batches]
    if any(x.ndim != 2 or y.ndim != 2 for x, y in batches):
        return (shapes,)
    counts = Counter(c for x, _ in batches for c in _columns(x))
    in_order = [c for _, y in batches for c in _columns(y)] == _columns(Y)
    left_out = sorted(counts[c] for c in _columns(X))
    if X.shape[1] <= FEW:
        return (shapes, left_out)
    paired = _is_paired(batches, X, Y)
    return (shapes, left_out, paired, not paired and in_order)


def _batches(tensors: Answer) -> list[Batch]:
    parts = {name: np.asarray(array) for name, array in tensors.items()}
    count = len(parts) // 2
    return [(parts[names.batch(k, "X")], parts[names.batch(k, "Y")]) for k in range(count)]


def _sizes(m: int, size: int) -> list[int]:
    return [size] * (m // size) + [m % size] * (m % size > 0)


def _listed(sizes: list[int]) -> str:
    if not sizes:
        return "no batches"
    shown = ", ".join(map(str, sizes[:8])) + (", ..." if len(sizes) > 8 else "")
    return f"batches of {shown} examples"


def _columns(array: Array) -> list[bytes]:
    rows = np.ascontiguousarray(array.T, dtype=np.float64) + 0.0  # -0 is 0
    return [row.tobytes() for row in rows]


def _is_paired(batches: list[Batch], X: Array, Y: Array) -> bool:
    """Whether each example that comes has its own label."""
    if any(len(y) != len(Y) or x.shape[1] != y.shape[1] for x, y in batches):
        return False
    pairs = set(zip(_columns(X), _columns(Y)))
    return all(pair in pairs for x, y in batches for pair in zip(_columns(x), _columns(y)))
