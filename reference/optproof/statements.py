"""The statements of a function or a class, and of what it calls: line and text of each."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from typing import Any

#: So many statements of a function, and so much of each, are told.
MOST, LONGEST = 200, 300
SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)


def statements_of(*nodes: Any) -> tuple[tuple[int, str], ...]:
    """Return the line and the text of each statement; of a compound one its head alone."""
    found = [pair for node in nodes for pair in sorted(_told(node))]
    return tuple((line, text[:LONGEST]) for line, text in found)[:MOST]


def _told(root: Any) -> Iterator[tuple[int, str]]:
    for node in ast.walk(root):
        if isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    yield method.lineno, f"def {method.name}({ast.unparse(method.args)}):"
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # a docstring
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node is root:
            yield node.lineno, f"def {node.name}({ast.unparse(node.args)}):"
        elif isinstance(node, SIMPLE):
            yield node.lineno, ast.unparse(node)
        elif isinstance(node, ast.Lambda):
            yield node.lineno, f"return {ast.unparse(node.body)}"
        elif isinstance(node, ast.For):
            yield node.lineno, f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}:"
        elif isinstance(node, (ast.If, ast.While)):
            word = "if" if isinstance(node, ast.If) else "while"
            yield node.lineno, f"{word} {ast.unparse(node.test)}:"


def with_helpers(tree: ast.Module, node: Any) -> list[Any]:
    """Return a function and the functions of its module, or methods of its class, that it calls."""
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    methods = {
        m.name: m
        for c in tree.body
        if isinstance(c, ast.ClassDef) and node in c.body
        for m in c.body
        if isinstance(m, ast.FunctionDef)
    }
    found = [node]
    for here in found:
        for call in (n.func for n in ast.walk(here) if isinstance(n, ast.Call)):
            if isinstance(call, ast.Name):
                called = functions.get(call.id)
            elif isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name):
                called = methods.get(call.attr) if call.value.id in ("self", "cls") else None
            else:
                called = None
            if called and called not in found:
                found.append(called)
    return found


def of_source(source: str, first: int) -> tuple[tuple[int, str], ...]:
    """Return the statements of a text that begins in line `first`; of what is no Python none."""
    try:
        tree = ast.parse(textwrap.dedent(source))
    except (SyntaxError, ValueError, RecursionError):
        return ()
    return tuple((line + first - 1, text) for line, text in statements_of(tree))
