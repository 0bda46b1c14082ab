"""One answer against one case: which tensors, where, and by how much."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..fixtures import Case, Expected, Trajectory
from ..formats import FORMATS, TRAVELS_AS
from ..protocol import Array, name_of, tidy
from ..protocol import flatten as flatten

#: Unit roundoff of each floating dtype: half the distance from 1 to the next number.
UNIT_ROUNDOFF = {name: format.unit_roundoff for name, format in FORMATS.items()}

WRONG_DTYPE = "wrong dtype"
TINY = sys.float_info.min


@dataclass(frozen=True)
class Finding:
    """One way in which a tensor is not what it must be.

    Parameters
    ----------
    tensor : str
        Its name, as ``W2`` or ``v.dW1``.
    message : str
        What is wrong, in words.
    index : tuple of int, optional
        The element that is furthest outside its bound.
    expected, got : str
        At that element.
    difference : float, optional
        ``|got - expected|`` there.
    ulps : int, optional
        How many floating-point numbers lie between the two, in the dtype that came back.
    """

    tensor: str
    message: str
    index: tuple[int, ...] | None = None
    expected: str = ""
    got: str = ""
    difference: float | None = None
    ulps: int | None = None


def judge(
    case: Case | Trajectory, tensors: dict[str, Array], dtype: str = "float64"
) -> list[Finding]:
    """Compare an answer with what the case expects; no findings means that it passes.

    Parameters
    ----------
    case : Case
    tensors : dict of arrays
        From :func:`flatten`.
    dtype : str
        What the implementation declares to compute in; bounds scale with its unit roundoff.
    """
    wider = case.operation in GIVEN_NO_DTYPE
    findings = compare(case.expected, tensors, dtype, wider)
    if findings and (flushed := _flushed(case)) and not compare(flushed, tensors, dtype, wider):
        return []  # noted, see remarks
    return findings


def _flushed(case: Case | Trajectory) -> dict[str, Expected]:
    """Return what is expected where subnormal numbers are taken for zero, if that is other."""
    expected = case.expected
    if all(want.flushed is None for want in expected.values()):
        return {}
    return {
        name: want if want.flushed is None else replace(want, bound=want.flushed)
        for name, want in expected.items()
    }


#: Operations whose results may be wider than declared: numbers that are drawn, or one number.
GIVEN_NO_DTYPE = ("initialize_parameters", "compute_cost")


def compare(
    expected: dict[str, Expected], tensors: dict[str, Array], dtype: str, wider: bool = False
) -> list[Finding]:
    """Return a finding for each tensor that is missing, superfluous, or not as expected.

    `wider`: float64 will do where the format declared is a narrower one.
    """
    findings = []
    with np.errstate(all="ignore"):
        for name, want in expected.items():
            if name not in tensors:
                findings.append(Finding(name, "is missing"))
            elif finding := _compare_tensor(name, want, tensors[name], dtype, wider):
                findings.append(finding)
    findings += [Finding(tidy(n), "is not among the results") for n in tensors if n not in expected]
    return findings


def _compare_tensor(
    name: str, want: Expected, got: Array, dtype: str, wider: bool
) -> Finding | None:
    if got.shape != want.shape:
        return Finding(name, "wrong shape", expected=str(want.shape), got=str(got.shape))
    want_dtype = TRAVELS_AS[dtype] if want.dtype == "float64" else want.dtype
    got_dtype = name_of(got.dtype)
    wider = wider and got_dtype == "float64"
    if got_dtype != want_dtype and not wider and not _is_label(want):
        return Finding(name, WRONG_DTYPE, expected=want_dtype, got=got_dtype)
    if want.values is None or want.bound is None:
        return None
    block = got
    if want.values.shape != got.shape:
        block = got[tuple(slice(s, s + n) for s, n in zip(want.start, want.values.shape))]
    values = block.astype(np.float64)
    looser = UNIT_ROUNDOFF[dtype] / UNIT_ROUNDOFF["float64"]
    bound = _bound_in(dtype, want) if looser > 1 else want.bound
    error = np.abs(values - want.values)
    inside = (error <= bound) | (values == want.values)  # NaN is outside
    if inside.all():
        return None
    outside = ~inside
    excess = np.where(outside, error / np.maximum(bound, TINY), 0.0)
    worst = int(excess.argmax())  # NaN is above all
    index = tuple(int(i) for i in np.unravel_index(worst, values.shape))
    return Finding(
        name,
        f"{outside.sum()} of {outside.size} values outside the bound",
        tuple(i + s for i, s in zip(index, want.start)),
        want.digits[worst] if want.digits else repr(float(want.values[index])),
        str(block[index]),
        float(error[index]),
        ulp_distance(values[index], want.values[index], got_dtype),
    )


def _is_label(want: Expected) -> bool:
    """Labels have no dtype of their own: 1, 1.0 and True are one label."""
    return want.dtype not in FORMATS


def only_dtype(answers: Sequence[tuple[Case | Trajectory, dict[str, Array]]], declared: str) -> str:
    """Return the dtype that all answers of one operation are right in, where only it is wrong.

    An empty string where more is wrong than the dtype, or nothing shows it: a case that applies to
    the narrower of the two dtypes is needed.
    """
    wrong = [(case, tensors, judge(case, tensors, declared)) for case, tensors in answers]
    found = {f.got for *_, findings in wrong for f in findings if f.message == WRONG_DTYPE}
    if len(found) != 1 or not found <= FORMATS.keys():
        return ""
    [dtype] = found
    narrower = max(dtype, declared, key=UNIT_ROUNDOFF.__getitem__)
    shown = [(case, tensors) for case, tensors, _ in wrong if narrower in case.dtypes]
    for case, tensors in shown:
        floats = {k: a for k, a in tensors.items() if a.dtype.kind == "f"}
        held = {k: a.astype(TRAVELS_AS[narrower]) for k, a in floats.items()}
        if judge(case, {**tensors, **held}, narrower):
            return ""
    return dtype if shown else ""


#: What those ask who compare with the document's table of the same case.
TABLE = (
    "W2[2, 1] and b2[0, 0] of the document's table differ from yours, and yours are right; that "
    "table was made with epsilon under the root (SPEC.md ERR-1)"
)


def remarks(case: Case, tensors: dict[str, Array], dtype: str) -> tuple[str, ...]:
    """Return what is worth knowing of an answer that passes."""
    adam = case.operation == "update_parameters_with_adam"
    if adam and (case.id, dtype) == ("adam/documented", "float64"):
        return () if compare(case.expected, tensors, dtype) else (TABLE,)
    if (
        _flushed(case)
        and compare(case.expected, tensors, dtype)
        and not judge(case, tensors, dtype)
    ):
        return ("it takes subnormal numbers for zero",)
    if dtype != "float64" and case.operation in GIVEN_NO_DTYPE:
        wide = [k for k in case.expected if k in tensors and tensors[k].dtype == np.float64]
        return (f"{', '.join(wide)}: float64, where {dtype} is declared",) if wide else ()
    labels = {
        "mini_batches" if name.startswith("mini_batches") else name: tensors[name].dtype.name
        for name, want in case.expected.items()
        if name in tensors and _is_label(want) and tensors[name].dtype.kind == "f"
    }
    return tuple(f"{name}: labels of dtype {dtype}" for name, dtype in labels.items())


def _bound_in(dtype: str, want: Expected) -> Array:
    """Widen the bound for a dtype with fewer digits."""
    assert want.bound is not None
    assert want.values is not None
    if want.digits:
        # The vectors judge such a format closely. Here 1 - 0.999 alone may be off by 1000 u.
        scaled = want.bound + 1024 * UNIT_ROUNDOFF[dtype] * np.abs(want.values).max()
    else:
        scaled = want.bound * (UNIT_ROUNDOFF[dtype] / UNIT_ROUNDOFF["float64"])
    # A few subnormals for underflow; 0 still asks for equality.
    return np.asarray(scaled + 4 * FORMATS[dtype].smallest * (scaled > 0))


def ulp_distance(a: float, b: float, dtype: str = "float64") -> int | None:
    """Return how many steps from one floating-point number to the next lead from a to b.

    None where one of them is NaN or infinite, or `dtype` is not a floating one.

    >>> ulp_distance(1.0, 1.0 + 2**-52), ulp_distance(0.0, -0.0), ulp_distance(-5e-324, 5e-324)
    (1, 0, 2)
    """
    if dtype not in UNIT_ROUNDOFF or not (math.isfinite(a) and math.isfinite(b)):
        return None
    return abs(_ordinal(a, dtype) - _ordinal(b, dtype))


def _ordinal(x: float, dtype: str) -> int:
    """Number the floating-point numbers in order, zero being 0."""
    signed = np.dtype(f"int{8 * np.dtype(dtype).itemsize}")
    with np.errstate(over="ignore"):
        n = int(np.asarray(x, dtype=dtype).view(signed))
    return n if n >= 0 else -(n & (2 ** (8 * signed.itemsize - 1) - 1))
