"""What goes wrong on the wire, before any mathematics: how another program reads and writes JSON.

Each is a way in which arrays are read or written; the right method between the two must give every
answer of an operation. One that explains most operations is told before others.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..deviations import PIPELINES, Answer
from ..fixtures import Case
from ..operations import next_arguments
from ..protocol import Array, names
from .diagnosis import Diagnosis, Found
from .judge import compare
from .predicting import UNFIT, close, results_of
from .search import Answers

Change = Callable[[Array], Array]
TINY = sys.float_info.min


def _as_it_is(array: Array) -> Array:
    return array


def _flushed(array: Array) -> Array:
    return np.where(np.abs(array) < TINY, 0.0, array) if array.dtype.kind == "f" else array


def _columns_read(array: Array) -> Array:
    """Read data that come row by row as if they came column by column."""
    return array.reshape(-1).reshape(array.shape, order="F")


def _columns_written(array: Array) -> Array:
    return array.reshape(-1, order="F").reshape(array.shape)


def _single(array: Array) -> Array:
    return array.astype(np.float32).astype(float) if array.dtype.kind == "f" else array


def _digits(count: int) -> Change:
    """Return what writes numbers with so many digits."""

    def write(array: Array) -> Array:
        if array.dtype.kind != "f":
            return array
        short = [float(f"{v:.{count}g}") for v in array.reshape(-1).tolist()]
        return np.array(short, dtype=float).reshape(array.shape)

    return write


def _places(count: int) -> Change:
    """Return what writes numbers with so many places after the point."""
    return lambda array: np.round(array, count) if array.dtype.kind == "f" else array


@dataclass(frozen=True)
class Wire:
    """A way to read or write that is not the protocol's.

    Parameters
    ----------
    name, says : str
        Its id, and what it is, in a sentence.
    read, write : callable
        What becomes of an array.
    cure : dict of str to str
        By the beginning of the language's name; "" for any other.
    """

    name: str
    says: str
    read: Change
    write: Change
    cure: dict[str, str]


READ_BY_ROWS = {
    "r": "read: matrix(unlist(data), nrow = shape[1], ncol = shape[2], byrow = TRUE)",
    "octave": "read: reshape (d, fliplr (s))'",
    "matlab": "read: reshape(d, fliplr(s))'",
    "julia": "read: permutedims(reshape(d, reverse(s)...))",
    "fortran": "read: transpose(reshape(d, [s(2), s(1)]))",
    "": "data come row by row: element (i, j) is data[i * columns + j]",
}
WRITTEN_BY_ROWS = {
    "r": "write: as.vector(t(m))",
    "octave": "write: m'(:)",
    "matlab": "write: reshape(m', 1, [])",
    "julia": "write: vec(permutedims(m))",
    "fortran": "write: reshape(transpose(m), [size(m)])",
    "": "write data row by row: element (i, j) is data[i * columns + j]",
}
BOTH = {k: f"{READ_BY_ROWS[k]}; {WRITTEN_BY_ROWS[k]}" for k in READ_BY_ROWS}
ALL_DIGITS = {
    "r": 'jsonlite writes 15 digits even with digits = NA: write sprintf("%.17g", x)',
    "octave": 'jsonencode writes 15 digits: write sprintf ("%.17g", x)',
    "matlab": "jsonencode writes 15 digits: write sprintf('%.17g', x)",
    "perl": 'write sprintf("%.17g", $x)',
    "php": "set ini_set('serialize_precision', '-1')",
    "lua": 'write string.format("%.17g", x)',
    "c++": "stream << std::setprecision(17)",
    "c": 'printf("%.17g", x)',
    "fortran": "write with the format es24.16e3",
    "ruby": "write x.to_s, not a rounded number",
    "": 'write 17 digits: "%.17g"',
}
DOUBLES = {"": "read numbers as doubles, not as floats of 32 bits"}
NO_FLUSH = {
    "julia": "leave set_zero_subnormals(false)",
    "c": "compile without -ffast-math, and read with strtod",
    "c++": "compile without -ffast-math, and read with strtod",
    "fortran": "compile without -ffast-math",
    "": "read and write numbers below 2.2e-308 as they are: 5e-324 is one",
}

LAYOUTS = (
    Wire(
        "wire.columns-read",
        "it takes the data of an array column by column when it reads them",
        _columns_read,
        _as_it_is,
        READ_BY_ROWS,
    ),
    Wire(
        "wire.columns-written",
        "it writes the data of an array column by column",
        _as_it_is,
        _columns_written,
        WRITTEN_BY_ROWS,
    ),
    Wire(
        "wire.columns",
        "it reads and writes the data of an array column by column",
        _columns_read,
        _columns_written,
        BOTH,
    ),
)
OTHERS = (
    Wire("wire.single", "it reads numbers as float32", _single, _as_it_is, DOUBLES),
    Wire("wire.subnormals", "it reads subnormal numbers as 0", _flushed, _as_it_is, NO_FLUSH),
    Wire("wire.subnormals", "it writes subnormal numbers as 0", _as_it_is, _flushed, NO_FLUSH),
    Wire(
        "wire.subnormals",
        "it reads and writes subnormal numbers as 0",
        _flushed,
        _flushed,
        NO_FLUSH,
    ),
)


def explain_wire(
    answers: Mapping[str, Answers], deviating: Sequence[str], dtype: str, language: str
) -> dict[str, Diagnosis]:
    """Return the operations whose answers are right but for how they travelled.

    Parameters
    ----------
    answers : dict
        By operation.
    deviating : sequence of str
        The operations of which an answer is wrong.
    dtype, language : str
        As its hello says.
    """
    found: dict[str, list[Wire]] = {}
    for operation in deviating:
        if operation in PIPELINES and answers.get(operation):
            with np.errstate(all="ignore"):
                found[operation] = list(_explaining(operation, answers[operation], dtype))
    told: dict[str, Diagnosis] = {}
    left = {operation: wires for operation, wires in found.items() if wires}
    while left:
        counts = Counter(says for wires in left.values() for says in {w.says for w in wires})
        # Of those that explain as many, the simplest: the first of the first operation.
        order = [w.says for wires in left.values() for w in wires]
        best = max(counts, key=lambda says: (counts[says], -order.index(says)))
        for operation, wires in list(left.items()):
            if one := next((w for w in wires if w.says == best), None):
                told[operation] = _diagnosis(operation, answers[operation], one, dtype, language)
                del left[operation]
    return told


def _diagnosis(
    operation: str, answers: Answers, wire: Wire, dtype: str, language: str
) -> Diagnosis:
    right: set[str] = set()
    wrong: set[str] = set()
    for case, answer in answers:
        bad = {f.tensor for f in compare(case.expected, answer, dtype)}
        for name in case.expected:
            (wrong if name in bad else right).add(names.result_of(name))
    found = Found(f"{wire.says} ({wire.name})", (), "the wire", "", "", cured(wire.cure, language))
    groups = tuple(sorted(right - wrong)), tuple(sorted(wrong))
    return Diagnosis(operation, (), *groups, "the wire", "", (found,))


def cured(cure: Mapping[str, str], language: str) -> str:
    """Return the cure in the author's language.

    >>> cured({"c": "a", "c++": "b", "": "d"}, "C++ 17")
    'b'
    """
    first = language.lower().replace("/", " ").split(" ")[0]
    return cure.get(first, cure.get("r", cure[""]) if first == "rscript" else cure[""])


def _explaining(operation: str, answers: Answers, dtype: str) -> Iterator[Wire]:
    """Yield what gives all answers, and not the right ones everywhere."""
    if _one_element_bare(answers):
        says = "it sends an array of one element as a bare number, without its shape"
        keep = {
            "r": "I(x) or auto_unbox = FALSE keeps its brackets",
            "": "write shape and data as lists, for one element, too",
        }
        yield Wire("wire.bare-element", says, _as_it_is, _as_it_is, keep)
        return
    written = list(_shorter(answers))
    plain = Wire("", "", _as_it_is, _as_it_is, {"": ""})
    for wire in (*written, *LAYOUTS, *OTHERS, *(_with(a, b) for a in LAYOUTS for b in written)):
        if wire != plain and all(_gives(operation, wire, *pair, dtype) for pair in answers):
            yield wire


def _with(layout: Wire, digits: Wire) -> Wire:
    languages = {*layout.cure, *digits.cure}
    cure = {k: f"{cured(layout.cure, k)}; {cured(digits.cure, k)}" for k in languages}
    says = f"{layout.says} ({layout.name}), and {digits.says}"
    return Wire(digits.name, says, layout.read, lambda a: digits.write(layout.write(a)), cure)


def _shorter(answers: Answers) -> Iterator[Wire]:
    """Yield with how many digits, or places, all numbers are written, where that is too few."""
    numbers = [
        a.reshape(-1) for _, answer in answers for a in answer.values() if a.dtype.kind == "f"
    ]
    values = np.concatenate(numbers) if numbers else np.array([])
    values = values[np.isfinite(values)]
    if not values.size:
        return

    def held(count: int, some: Array) -> bool:
        return bool(np.array_equal(_digits(count)(some), some))

    for count in range(4, 17):
        if held(count, values[:1000]) and held(count, values):  # there may be millions
            says = f"it writes numbers with {count} digits: 17 are needed"
            yield Wire("wire.digits", says, _as_it_is, _digits(count), ALL_DIGITS)
            break
    for count in range(2, 17):
        if np.array_equal(np.round(values, count), values):
            says = f"it writes numbers with {count} places after the point: 17 digits are needed"
            yield Wire("wire.digits", says, _as_it_is, _places(count), ALL_DIGITS)
            break


def _one_element_bare(answers: Answers) -> bool:
    """Whether all that is wrong is an array of one element that came without its shape."""
    seen = False
    for case, answer in answers:
        for name, want in case.expected.items():
            got = answer.get(name)
            if got is None:
                return False
            if want.shape and got.shape == () and int(np.prod(want.shape)) == 1:
                answer = {**answer, name: got.reshape(want.shape)}
                seen = True
        if compare(case.expected, answer, "float64"):
            return False
    return seen


def _gives(operation: str, wire: Wire, case: Case, answer: Answer, dtype: str) -> bool:
    """Whether the right method gives this answer where arrays travel like this."""
    try:
        predicted = _predict(operation, wire, case)
    except UNFIT:
        return False
    return predicted.keys() == answer.keys() and all(
        close(case, name, value, answer[name], dtype) for name, value in predicted.items()
    )


def _predict(operation: str, wire: Wire, case: Case) -> Answer:
    pipeline, arguments = PIPELINES[operation], case.arguments()
    for call in range(1, case.calls + 1):
        read = _changed(arguments, wire.read)
        tensors = pipeline.answer({"t": call, **read})
        answer = {k: wire.write(np.asarray(a)) for k, a in tensors.items()}
        if call < case.calls:
            arguments = next_arguments(arguments, results_of(answer), case.change(call))
    return answer


def _changed(value: Any, change: Change) -> Any:
    """Return arguments with every array changed."""
    if isinstance(value, dict):
        return {k: _changed(v, change) for k, v in value.items()}
    if isinstance(value, tuple):
        return tuple(_changed(v, change) for v in value)
    return change(value) if isinstance(value, np.ndarray) and value.ndim else value
