"""What an operation does beside returning its result: worth a note, not a deviation."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from ..operations import UNSEEDED

#: Arrays of more elements are compared so many at a time.
LARGE = 50_000
BITS = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}

#: May seed NumPy's global generator, as the document does (clause CONV-6).
MAY_SEED = (
    "random_mini_batches",
    "initialize_parameters",
    "load_dataset",
    "model",
    "train",
)


def random_state() -> tuple[Any, ...]:
    """Return the state of NumPy's global generator, to be compared."""
    kind, keys, *rest = np.random.get_state(legacy=True)
    return (kind, np.asarray(keys).tobytes(), *rest)


@contextlib.contextmanager
def global_random_state(seed: int = UNSEEDED) -> Iterator[tuple[Any, ...]]:
    """Give each call the same global random state, so that no call depends on those before.

    The seed is one that no fixture uses: who ignores the seed must not be right by accident.
    """
    unseeded = _unseeded_state()
    np.random.seed(seed)
    yield unseeded


@cache
def _unseeded_state() -> tuple[Any, ...]:
    np.random.seed(UNSEEDED)
    return random_state()


def side_effects(
    operation: str, passed: list[Any], results: Any, state_before: tuple[Any, ...]
) -> list[str]:
    """Return notes on what one call did beside returning its results.

    Parameters
    ----------
    operation : str
    passed : list of arrays
        What it was passed; kept, so that no new array can have the id of one of these.
    results : dict
        The results by name.
    state_before : tuple
        :func:`random_state` before the call.
    """
    notes = []
    if operation not in MAY_SEED and random_state() != state_before:
        notes.append("it draws from, or seeds, NumPy's global generator (SPEC.md CONV-6)")
    ids = {id(array) for array in passed}
    aliases = [name for name, array in arrays(results) if id(array) in ids]
    if aliases and operation != "forward_propagation":  # its caches hold the parameters
        shown = ", ".join(aliases[:6])
        notes.append(f"it returns arrays that it was passed (SPEC.md CONV-5): {shown}")
    return notes


#: Return new state and parameters: each of their tensors has memory of its own (clause CONV-9).
SEPARATE = (
    "initialize_velocity",
    "initialize_adam",
    "update_parameters_with_gd",
    "update_parameters_with_momentum",
    "update_parameters_with_adam",
)


def aliased(operation: str, arguments: Any, results: dict[str, Any]) -> list[list[str]]:
    """Return the pairs of names that are one thing: what changes the one changes the other.

    Two results, or a result and an argument of another name: an update may work in place. What
    cannot be written to shares nothing.

    >>> zeros = np.zeros((2, 1))
    >>> aliased("initialize_adam", {}, {"v": {"dW1": zeros}, "s": {"dW1": zeros[::-1]}})
    [['v.dW1', 's.dW1']]
    """
    if operation not in SEPARATE:
        return []
    pairs = []
    tensors, given = list(arrays(results)), list(arrays(arguments))
    for i, (a, array) in enumerate(tensors):
        for b, other in (*tensors[i + 1 :], *given):
            if np.may_share_memory(array, other) and a != b and _share(array, other):
                pairs.append([a, b])
        if array.flags.writeable and _overlaps_itself(array):
            pairs.append([a, a])
    return pairs


def same_containers(results: dict[str, Any]) -> list[list[str]]:
    """Return the pairs of results that are one dictionary or list, whatever arrays it holds.

    >>> state = {}
    >>> same_containers({"v": state, "s": state}), same_containers({"v": {}, "s": {}})
    ([['v', 's']], [])
    """
    named = [(name, value) for name, value in results.items() if isinstance(value, (dict, list))]
    return [
        [a, b] for i, (a, one) in enumerate(named) for b, other in named[i + 1 :] if one is other
    ]


def _share(a: Any, b: Any) -> bool:
    return (a.flags.writeable or b.flags.writeable) and np.shares_memory(a, b)


def _overlaps_itself(array: Any) -> bool:
    """Whether two elements are one number: a step of no bytes along an axis."""
    return array.size > 1 and any(
        step == 0 and length > 1 for step, length in zip(array.strides, array.shape)
    )


def arrays(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every array in nested dicts, lists and tuples, with its place."""
    if isinstance(value, np.ndarray):
        yield name, value
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from arrays(entry, f"{name}.{key}" if name else str(key))
    elif isinstance(value, (list, tuple)):
        for i, entry in enumerate(value):
            yield from arrays(entry, f"{name}[{i}]")


def _same_bytes(a: Any, b: Any) -> bool:
    """Compare as bits do: NaN is itself, and -0 is not 0; without a copy of what is large."""
    alike = a.size > LARGE and a.shape == b.shape and a.dtype == b.dtype
    if not (alike and a.dtype.itemsize in BITS and a.flags.c_contiguous and b.flags.c_contiguous):
        return bool(a.tobytes() == b.tobytes())
    bits = BITS[a.dtype.itemsize]
    one, two = a.reshape(-1).view(bits), b.reshape(-1).view(bits)
    pieces = (slice(at, at + LARGE) for at in range(0, a.size, LARGE))
    return all(np.array_equal(one[piece], two[piece]) for piece in pieces)


def differences(before: Any, after: Any, name: str = "") -> Iterator[str]:
    """Name the entries of `after` that are not what they were in `before`."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() | after.keys():
            place = f"{name}.{key}" if name else str(key)
            if key in before and key in after:
                yield from differences(before[key], after[key], place)
            else:
                yield place
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for i, (b, a) in enumerate(zip(before, after)):
            yield from differences(b, a, f"{name}[{i}]")
    elif isinstance(before, np.ndarray):
        if not (isinstance(after, np.ndarray) and _same_bytes(before, after)):
            yield name
    elif type(before) is not type(after) or before != after:
        yield name
