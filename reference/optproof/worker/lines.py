"""Where each operation stands in the source: file, line, text, and the line of each assignment."""

from __future__ import annotations

import ast
import inspect
import linecache
from collections.abc import Callable, Mapping
from typing import Any

from ..protocol import Place

#: So many assignments of a function, and so much of each, are reported.
MOST, LONGEST = 200, 300


def lines_of(functions: Mapping[str, Callable[..., Any]]) -> dict[str, Place]:
    """Return by operation where its function stands, its text and its statements.

    A cell of a notebook is a file of its own. What has no source in Python is left out.
    """
    found: dict[str, Place] = {}
    trees: dict[str, ast.Module | None] = {}  # each file is read once
    for name, function in functions.items():
        code = getattr(inspect.unwrap(function), "__code__", None)
        if code is None or not (source := linecache.getlines(code.co_filename)):
            continue
        file, first = code.co_filename, code.co_firstlineno
        if file not in trees:
            trees[file] = _parsed("".join(source))
        node = _definition(trees[file], first)
        text = text_of("".join(source[first - 1 : node.end_lineno if node else first]))
        found[name] = Place(file, first, text, _assignments(node) if node else ())
    return found


def text_of(source: str) -> str:
    """Return so much of a definition as a report shows."""
    return "\n".join(line[:LONGEST] for line in source.splitlines()[:MOST])


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _definition(tree: ast.Module | None, line: int) -> Any:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    nodes = (n for n in (ast.walk(tree) if tree else ()) if isinstance(n, kinds))
    return next((n for n in nodes if _first_line(n) == line), None)


def _assignments(node: Any) -> tuple[tuple[int, str], ...]:
    return tuple(
        (s.lineno, ast.unparse(s)[:LONGEST])
        for s in sorted(ast.walk(node), key=lambda s: getattr(s, "lineno", 0))
        if isinstance(s, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return))
    )[:MOST]


def _first_line(node: Any) -> int:
    """Return the line that a code object gives: that of the first decorator."""
    return int(min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))]))
