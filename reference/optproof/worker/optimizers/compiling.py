"""Compile the update of a pure JAX transformation: some of its steps compile anew otherwise.

``b1 ** count`` with a counter that is an array is compiled for each of its values; 600 steps took
25 seconds.
"""

from __future__ import annotations

import ast
import inspect
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .arguments import tree_of

#: So many steps are taken plainly: most lives are no longer, and compiling takes its time.
PLAIN_STEPS = 10
#: Compiled and plain differ by rounding alone.
ROUNDING = 1e-9
_CHANGES = frozenset(
    "append extend insert add update pop popitem setdefault clear remove discard sort".split()
)

Update = Callable[..., Any]


def is_pure(function: Any) -> bool:
    """Return whether a function, and what it calls of its own module, writes to nothing outside.

    >>> def counts(state, seen=[0]):
    ...     seen[0] += 1
    >>> is_pure(counts), is_pure(abs)
    (False, False)
    """
    return inspect.isfunction(function) and all(map(_writes_nothing, _with_its_own(function)))


def _with_its_own(function: types.FunctionType) -> Iterator[types.FunctionType]:
    pending, seen = [function], set[int]()
    while pending:
        one = pending.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        held = [c.cell_contents for c in one.__closure__ or () if _is_filled(c)]
        held += [one.__globals__[n] for n in one.__code__.co_names if n in one.__globals__]
        pending += [f for f in held if inspect.isfunction(f) and f.__module__ == one.__module__]


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def _writes_nothing(function: types.FunctionType) -> bool:
    tree = tree_of(function)
    return tree is not None and not any(map(_writes, ast.walk(tree)))


def _writes(node: ast.AST) -> bool:
    if isinstance(node, (ast.Global, ast.Nonlocal)):
        return True
    if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
        return True
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr in _CHANGES


def compiled(update: Update, *arguments: Any) -> Update | None:
    """Return `update` compiled by JAX, if it is pure and gives the same for these arguments."""
    jax = sys.modules.get("jax")
    if jax is None or not is_pure(update):
        return None
    fast: Update = jax.jit(update)
    try:
        one, other = (jax.tree_util.tree_flatten(f(*arguments)) for f in (update, fast))
        same = one[1] == other[1] and all(
            np.allclose(a, b, rtol=ROUNDING, atol=0, equal_nan=True)
            for a, b in zip(one[0], other[0])
        )
    except Exception:  # it looks at values, which are not there while it is compiled
        return None
    return fast if same else None
