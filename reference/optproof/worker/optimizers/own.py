"""The values of hyperparameters that an optimizer does not take: found, never solved for."""

from __future__ import annotations

import ast
import inspect
import sys
from typing import Any

from . import names
from .arguments import tree_of

_LARGEST_EPSILON = 1e-2


def own_values(thing: Any, instance: Any, kind: str, missing: list[str]) -> dict[str, float]:
    """Return its own values of the hyperparameters in `missing`, as far as they can be found.

    A default of its signature, an attribute of the instance or the class, a name that is given a
    number in its source or its module, or a number written into the formula itself. Of two such
    numbers for the decays, the smaller is beta1: which one it uses for what is what is judged.
    """
    found: dict[str, float] = {}
    sources = [_attributes(instance), _assigned(tree_of(thing)), _module(thing)]
    for source in sources:
        for name, own in names.hyperparameters(source, kind).items():
            value = source[name]
            parts = zip(("beta1", "beta2"), value) if own == "betas" else [(own, value)]
            for part, number in parts:
                if part in missing and part not in found and _sensible(part, number):
                    found[part] = float(number)
    written = _written(thing, kind)
    return found | {n: v for n, v in written.items() if n in missing and n not in found}


def _sensible(name: str, value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return 0 <= value < 1 if name.startswith("beta") else value > 0


def _attributes(instance: Any) -> dict[str, Any]:
    of_class = vars(type(instance)) if instance is not None else {}
    own = getattr(instance, "__dict__", {})
    return {n.lstrip("_"): v for n, v in {**of_class, **own}.items() if _is_numbers(v)}


def _is_numbers(value: Any) -> bool:
    if isinstance(value, tuple) and len(value) == 2:
        return all(map(_is_numbers, value))
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _module(thing: Any) -> dict[str, Any]:
    module = sys.modules.get(getattr(thing, "__module__", ""))
    own = {n: v for n, v in vars(module).items() if _is_numbers(v)} if module else {}
    tree = tree_of(thing)
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} if tree else set()
    return {n: v for n, v in own.items() if len(n) > 2 or n in used}


def _number(node: ast.AST | None) -> float | None:
    """Return the number that an expression of numbers alone is: 1e-8, 10**-8, 1 - 0.9."""
    if isinstance(node, ast.Constant) and _is_numbers(node.value):
        return float(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _number(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        base, power = _number(node.left), _number(node.right)
        if base is not None and power is not None and base > 0 and abs(power) < 100:
            return float(base**power)
    return None


def _assigned(tree: ast.AST | None) -> dict[str, Any]:
    """Return the names that are given a number in the source, defaults of arguments included.

    A name that gets two different numbers tells nothing.
    """
    found: dict[str, list[float]] = {}

    def note(name: str, node: ast.AST | None) -> None:
        if (value := _number(node)) is not None:
            found.setdefault(name, []).append(value)

    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Assign):
            for target in node.targets:
                _pairs(target, node.value, note)
        elif isinstance(node, ast.AnnAssign):
            _pairs(node.target, node.value, note)
    return {n: v[0] for n, v in found.items() if len(set(v)) == 1}


def _pairs(target: ast.AST, value: ast.AST | None, note: Any) -> None:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for t, v in zip(target.elts, value.elts):
            _pairs(t, v, note)
    elif isinstance(target, ast.Name):
        note(target.id, value)
    elif isinstance(target, ast.Attribute):
        note(target.attr.lstrip("_"), value)


def _written(thing: Any, kind: str) -> dict[str, float]:
    """Return the numbers that stand in the formula itself.

    A decay stands before a moment and 1 minus it before the gradient, or it is raised to the
    power t; epsilon is a small number that is added.
    """
    tree = tree_of(thing)
    if tree is None or (inspect.isclass(thing) and kind == "gd"):
        return {}
    numbers: list[float] = []
    powers: list[float] = []
    added: list[float] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and _is_numbers(node.value):
            numbers.append(float(node.value))  # type: ignore[arg-type]
        if isinstance(node, ast.BinOp):
            if isinstance(node.op, ast.Pow) and _number(node) is None:
                powers += [v for v in [_number(node.left)] if v is not None]
            if isinstance(node.op, ast.Add):
                sides = [_number(node.left), _number(node.right)]
                added += [v for v in sides if v is not None and 0 < v <= _LARGEST_EPSILON]
    between = sorted({v for v in numbers if 0.5 <= v < 1})
    paired = {v for v in between if any(abs(1 - v - w) < 1e-12 for w in numbers)}
    decays = sorted(paired | {v for v in powers if 0 < v < 1})
    found: dict[str, float] = {}
    if kind == "adam" and len(decays) == 2:
        found = {"beta1": decays[0], "beta2": decays[1]}
    elif kind == "momentum" and len(decays) == 1:
        found = {"beta": decays[0]}
    if kind == "adam" and len(set(added)) == 1:
        found["epsilon"] = added[0]
    return found
