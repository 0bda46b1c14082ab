"""Where each operation stands in the source: file, line, text, and the line of each statement."""

from __future__ import annotations

import ast
import inspect
import linecache
from collections.abc import Callable, Mapping
from typing import Any

from ..protocol import Place
from ..statements import LONGEST, MOST, statements_of, with_helpers


def lines_of(functions: Mapping[str, Callable[..., Any]]) -> dict[str, Place]:
    """Return by operation where its function stands, its text and its statements.

    Those of functions of the same file that it calls come after its own.

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
        tree = trees[file]
        told = statements_of(*with_helpers(tree, node)) if tree and node else ()
        found[name] = Place(file, first, text, told)
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


def _first_line(node: Any) -> int:
    """Return the line that a code object gives: that of the first decorator."""
    return int(min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))]))
