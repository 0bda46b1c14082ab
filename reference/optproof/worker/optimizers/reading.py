"""What the source of a step tells: where t starts, what it returns, how its state is laid out."""

from __future__ import annotations

import ast
import copy
import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from . import names
from .arguments import tree_of

_COUNTERS = ("t", "step", "iteration", "iter", "timestep", "count")


def _is(node: ast.AST, what: str) -> bool:
    """Return whether a node is the variable of that name, or that key of some dict."""
    if isinstance(node, ast.Name):
        return node.id == what
    return isinstance(node, ast.Subscript) and getattr(node.slice, "value", None) == what


def _raises(node: ast.AST, what: str) -> bool:
    """Return whether a node adds 1."""
    if isinstance(node, ast.AugAssign):
        return isinstance(node.op, ast.Add) and _is(node.target, what)
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)):
        return False
    sides = (node.left, node.right)
    one = any(isinstance(s, ast.Constant) and s.value == 1 for s in sides)
    return one and any(_is(s, what) for s in sides)


def counts_from(function: Any, what: str) -> int:
    """Return what t is at the first step: 0 where the source adds 1 before it uses it, else 1."""
    tree = tree_of(function)
    found: list[tuple[int, int, bool]] = []

    def look(node: ast.AST, raised: bool) -> None:
        if isinstance(node, (ast.Compare, ast.Return)):
            powers = [n for n in ast.walk(node) if isinstance(n, ast.BinOp)]
            if isinstance(node, ast.Compare) or not any(isinstance(p.op, ast.Pow) for p in powers):
                return
        raised = raised or _raises(node, what)
        if _is(node, what) and (raised or not isinstance(getattr(node, "ctx", None), ast.Store)):
            found.append((node.lineno, node.col_offset, raised))  # type: ignore[attr-defined]
        for child in ast.iter_child_nodes(node):
            look(child, raised)

    if tree:
        look(tree, False)
    return 0 if found and min(found)[2] else 1


def counter_in_settings(function: Any) -> tuple[str, bool]:
    """Return the key of the step's number in a dict of settings, and whether the source raises it.

    >>> def step(p, settings):
    ...     p /= settings["t"]
    ...     settings["t"] += 1
    >>> counter_in_settings(step)
    ('t', True)
    """
    tree = tree_of(function)
    nodes = list(ast.walk(tree)) if tree else []
    for key in _COUNTERS:
        if any(isinstance(n, ast.Subscript) and _is(n, key) for n in nodes):
            written = any(
                isinstance(n, ast.Subscript) and _is(n, key) and isinstance(n.ctx, ast.Store)
                for n in nodes
            )
            return key, written
    return "", False


def returned_names(function: Any) -> list[str]:
    """Return the names in a function's return statement, "" for what is no name.

    What is 1 more than a name is that name's next value.
    """
    tree = tree_of(function)
    found: list[list[str]] = []
    pending = list(ast.iter_child_nodes(tree.body[0])) if isinstance(tree, ast.Module) else []
    while pending:
        node = pending.pop(0)
        if isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            continue
        if isinstance(node, ast.Return) and isinstance(node.value, (ast.Tuple, ast.List)):
            found.append([_name(e) for e in node.value.elts])
        pending += ast.iter_child_nodes(node)
    return found[0] if found and all(f == found[0] for f in found) else []


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.BinOp) and isinstance(node.right, ast.Constant):
        node = node.left
    return node.id if isinstance(node, ast.Name) else ""


_DELTAS = frozenset("update updates delta deltas step steps change changes".split())


def returns_deltas(function: Any) -> bool:
    """Return whether names tell that a step returns what is to be added or subtracted."""
    tree, told = tree_of(function), set(names.words(function.__name__))
    if told & {"get", "compute", "calculate"} and told & _DELTAS:
        return True
    values = [n.value for n in ast.walk(tree) if isinstance(n, ast.Return)] if tree else []
    return bool(values) and all(
        isinstance(v, ast.Name) and bool(_DELTAS & set(names.words(v.id))) for v in values
    )


def parts_of_state(function: Any, record: str) -> int | None:
    """Return into how many parts the state of one parameter is taken apart, in a loop by ``zip``.

    0 is an array alone; None where there is no such loop.
    """
    tree = tree_of(function)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, (ast.For, ast.comprehension)):
            call, target = node.iter, node.target
            zipped = isinstance(call, ast.Call) and getattr(call.func, "id", "") == "zip"
            if zipped and isinstance(target, ast.Tuple):
                for given, taken in zip(call.args, target.elts):  # type: ignore[attr-defined]
                    if isinstance(given, ast.Name) and given.id == record:
                        return len(taken.elts) if isinstance(taken, ast.Tuple) else 0
    return None


def reads_gradients(function: Any) -> bool:
    """Return whether the source reads gradients from the parameters themselves."""
    tree = tree_of(function)
    return any(
        (isinstance(n, ast.Attribute) and n.attr == "grad")
        or (isinstance(n, ast.Subscript) and _is(n, "grad"))
        for n in (ast.walk(tree) if tree else ())
    )


def globals_kept(function: Any) -> Callable[[], None]:
    """Return what puts the state that a function keeps in its module back to the start."""
    module = getattr(inspect.unwrap(function), "__globals__", {})
    tree = tree_of(function)
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} if tree else set()
    kinds = (dict, list, np.ndarray, int, float, type(None))
    kept = {n: module[n] for n in used if n in module and isinstance(module[n], kinds)}
    first = {n: copy.deepcopy(v) for n, v in kept.items() if _is_plain(v)}

    def put_back() -> None:
        for name, value in first.items():
            own = kept[name]
            if isinstance(own, dict):
                own.clear()
                own.update(copy.deepcopy(value))
            elif isinstance(own, (list, np.ndarray)):
                own[:] = copy.deepcopy(value)
            module[name] = own

    return put_back


def _is_plain(value: Any) -> bool:
    try:
        copy.deepcopy(value)
    except Exception:  # locks, modules and the like are no state of a step
        return False
    return True


def mentions(thing: Any, name: str) -> bool:
    """Return whether the source of something uses a name: as a helper, or a wrapper, does.

    A name behind a dot is another library's, unless it is the object's own.
    """
    tree = tree_of(thing)
    for node in ast.walk(tree) if tree else ():
        own = isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in ("self", "cls")
        if name == (node.attr if own else getattr(node, "id", "")):  # type: ignore[attr-defined]
            return True
    return False


def initializers(function: Any) -> Iterator[Any]:
    """Yield the functions of its module that may make its state, likeliest first."""
    module = sys.modules.get(function.__module__)
    found = [
        f
        for n, f in (vars(module).items() if module else ())
        if inspect.isfunction(f)
        and f.__module__ == function.__module__
        and {"init", "initialize", "initialise", "create", "zero"} & set(names.words(n))
        and set(names.words(n))
        & {"state", "states", *names.words(function.__name__), "optimizer", "opt", "init"}
    ]
    own = set(names.words(function.__name__)) - {"update", "step", "init"}
    yield from sorted(found, key=lambda f: not own & set(names.words(f.__name__)))
