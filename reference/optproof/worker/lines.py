"""Where each operation stands in the source: file, line, and the line of each assignment."""

from __future__ import annotations

import ast
import inspect
import linecache
from collections.abc import Callable, Mapping
from typing import Any

from ..messages import Place

#: So many assignments of a function, and so much of each, are told.
MOST, LONGEST = 200, 300


def lines_of(functions: Mapping[str, Callable[..., Any]]) -> dict[str, Place]:
    """Return by operation where its function stands, and its statements.

    A cell of a notebook is a file of its own. What has no source in Python is left out.
    """
    found: dict[str, Place] = {}
    trees: dict[str, ast.Module | None] = {}  # each file is read once
    for name, function in functions.items():
        code = getattr(inspect.unwrap(function), "__code__", None)
        if code is None or not (source := linecache.getlines(code.co_filename)):
            continue
        file, line = code.co_filename, code.co_firstlineno
        if file not in trees:
            trees[file] = _parsed("".join(source))
        found[name] = Place(file, line, _assignments(trees[file], line))
    return found


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _assignments(tree: ast.Module | None, line: int) -> tuple[tuple[int, str], ...]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, kinds) and _first_line(node) == line:
            return tuple(
                (s.lineno, ast.unparse(s)[:LONGEST])
                for s in sorted(ast.walk(node), key=lambda s: getattr(s, "lineno", 0))
                if isinstance(s, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return))
            )[:MOST]
    return ()


def _first_line(node: Any) -> int:
    """Return the line that a code object gives: that of the first decorator."""
    return int(min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))]))
