"""Where each operation stands in the source: file, line, and the line of each assignment."""

from __future__ import annotations

import ast
import inspect
import linecache
from collections.abc import Callable, Mapping
from typing import Any

#: So many assignments of a function, and so much of each, are told.
MOST, LONGEST = 200, 300


def lines_of(functions: Mapping[str, Callable[..., Any]]) -> dict[str, dict[str, Any]]:
    """Return by operation ``{"file", "line", "statements": [[line, text], ...]}``.

    A cell of a notebook is a file of its own. What has no source in Python is left out.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, function in functions.items():
        code = getattr(inspect.unwrap(function), "__code__", None)
        if code is None or not (source := linecache.getlines(code.co_filename)):
            continue
        place = {"file": code.co_filename, "line": code.co_firstlineno}
        found[name] = {**place, "statements": _assignments("".join(source), code.co_firstlineno)}
    return found


def _assignments(source: str, line: int) -> list[list[Any]]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return []
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    for node in ast.walk(tree):
        if isinstance(node, kinds) and _first_line(node) == line:
            return [
                [s.lineno, ast.unparse(s)[:LONGEST]]
                for s in sorted(ast.walk(node), key=lambda s: getattr(s, "lineno", 0))
                if isinstance(s, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return))
            ][:MOST]
    return []


def _first_line(node: Any) -> int:
    """Return the line that a code object gives: that of the first decorator."""
    return int(min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))]))
