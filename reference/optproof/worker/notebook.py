"""Notebooks, their exports, and Markdown: what their cells define becomes a module."""

from __future__ import annotations

import ast
import dis
import functools
import inspect
import json
import linecache
import re
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

from .standins import StandIn, stand_in

SUFFIXES = (".py", ".ipynb", ".md")
_EXPORTED = re.compile(r"^(?:# In\s?\[.*\]:|# %%.*|\s*get_ipython\(\).*)$", re.M)
_MAGIC = re.compile(r"^(\s*)(?:[%!?].*|get_ipython\(\).*|[\w.]+\?{1,2}\s*)$")
_MAGIC_VALUE = re.compile(r"^(\s*\w+\s*=\s*)[%!].*$")
_FENCE = re.compile(
    r"^(?P<indent>[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)?)(?P<fence>`{3,}|~{3,})"
    r"\s*\{?\.?(?:python3?|py|code-cell)\b[^\n]*\n(?P<code>.*?)^[ \t]*(?P=fence)\s*$",
    re.M | re.S | re.I,
)
_SURROGATE = re.compile("[\ud800-\udfff]")
#: Languages of kernels that say no more than their name.
_KERNELS = {"ir": "R", "julia": "Julia", "xcpp": "C++", "octave": "Octave", "sagemath": "Sage"}
_CELL = re.compile(r"^# (?:In\s?\[.*\]:|%%.*)$", re.M)
_FUNCTION = re.compile(r"^(?=(?:def|class)\s)", re.M)
#: Cell magics that leave Python in the cell.
_TRANSPARENT = ("%%time", "%%capture", "%%prun")
_PLACE = re.compile(r"STARTS? (?:CODE )?HERE(.*?)ENDS? (?:CODE )?HERE", re.S)
_EMPTY = "not solved: there is no code between its markers"
_NO_BODY = "not solved: its body is empty"
_DEFINED = re.compile(r"^def\s+(\w+)", re.M)
_CONSTANT = (
    *(ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.UnaryOp),
    *(ast.BinOp, ast.operator, ast.unaryop, ast.expr_context, ast.Lambda),
)
_DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


class NotRead(Exception):
    """The file is no notebook that can be read; the message says why."""


def is_notebook(path: Path) -> bool:
    """Whether the file holds cells: by its suffix, or for ``.py`` by what an export leaves."""
    if path.suffix != ".py":
        return True
    text = path.read_text(encoding="utf-8", errors="replace")
    if _EXPORTED.search(text):
        return True
    if _parse(text):
        return False
    return _is_empty(text) or _parse(_without_magics(text)) is not None


def load_notebook(path: Path, run_cells: bool) -> tuple[types.ModuleType, list[str]]:
    """Return a module with what the cells define, and what the report should say about it.

    Parameters
    ----------
    path : Path
    run_cells : bool
        Run the cells whole; otherwise only definitions, imports and constants are taken.

    Raises
    ------
    NotRead
        If the file cannot be read as a notebook, or has no Python in it.
    """
    # With its suffix: it may be called torch.ipynb and import torch.
    module = sys.modules[path.name] = types.ModuleType(path.name)
    vars(module)["__file__"] = str(path)
    notes: list[str] = []
    left: dict[str, str] = {}  # the names that cells would give, were they run, and where
    sources = list(_cells(path))
    if not sources:
        raise NotRead(f"{path} has no Python cells")
    stand_in(notes, path.parent)
    for number, source in enumerate(sources, 1):
        cell = f"{path.name}[cell {number}]"
        text = source if _parse(source) else _without_magics(source)
        try:
            tree = ast.parse(text, cell)
        except SyntaxError as error:
            why = f"{error.msg} (its line {error.lineno})"
            if _is_empty(text):
                why = _EMPTY
                unsolved_names(module).update(dict.fromkeys(_DEFINED.findall(text), _EMPTY))
            notes.append(f"cell {number} is skipped: {why}")
            continue
        linecache.cache[cell] = (len(text), None, text.splitlines(True), cell)
        for statement in tree.body:
            place = f"cell {number}, line {statement.lineno}"
            if not run_cells and not _defines(statement):
                stored = (n for n in ast.walk(statement) if isinstance(n, ast.Name))
                left |= {n.id: place for n in stored if isinstance(n.ctx, ast.Store)}
            elif note := _run(statement, cell, vars(module)):
                notes.append(f"{place}: {note}")
    for function in filter(inspect.isfunction, vars(module).values()):
        used = set(_globals_of(function.__code__))
        for unknown in sorted(used & left.keys() - vars(module).keys()):
            what = f"{unknown} is not computed, and {function.__name__} uses it"
            notes.append(f"{left[unknown]}: {what}; --run-cells runs all cells")
    return module, list(dict.fromkeys(notes))


def _globals_of(code: types.CodeType) -> Iterator[str]:
    yield from (i.argval for i in dis.get_instructions(code) if i.opname == "LOAD_GLOBAL")
    for inner in code.co_consts:  # such as a comprehension, before Python 3.12
        if isinstance(inner, types.CodeType):
            yield from _globals_of(inner)


def _cells(path: Path) -> Iterator[str]:
    if path.suffix == ".ipynb":
        yield from _cells_of_notebook(path)
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise NotRead(f"{path} cannot be read: {error}") from None
    if path.suffix == ".md":
        yield from map(_fenced, _FENCE.finditer(text))
    else:  # an exercise that is no Python as long as it is not solved: function by function
        between = _CELL if _CELL.search(text) or not _is_empty(text) else _FUNCTION
        yield from (c for c in between.split(text) if c.strip())


def _fenced(match: re.Match[str]) -> str:
    """Return fenced code without the indent of its fence, which a list may give it."""
    deep = re.compile(f"^[ \t]{{0,{len(match['indent'])}}}", re.M)
    return deep.sub("", match["code"])


def _cells_of_notebook(path: Path) -> Iterator[str]:
    try:
        notebook = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise NotRead(f"{path} is not a notebook: {str(error).splitlines()[0]}") from None
    notebook = notebook if isinstance(notebook, dict) else {}
    sheets = notebook.get("worksheets")  # before version 4
    sheets = sheets if isinstance(sheets, list) else [notebook]
    lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    if [type(cells) for cells in lists] != [list] * max(1, len(sheets)):
        raise NotRead(f"{path} is not a notebook: it has no list of cells")
    if language := _other_language(notebook.get("metadata")):
        raise NotRead(f"{path} is a notebook in {language}, not Python")
    for cell in (c for cells in lists for c in cells or () if isinstance(c, dict)):
        source = cell.get("source", cell.get("input")) or ""
        text = source if isinstance(source, str) else "".join(map(str, source))
        if cell.get("cell_type") == "code" and text.strip():
            yield _SURROGATE.sub("?", text)


def _other_language(metadata: Any) -> str:
    """Return the language of a notebook's kernel where that is known and not Python."""
    spec, info = (
        part if isinstance(part, dict) else {}
        for part in ((metadata or {}).get(key) for key in ("kernelspec", "language_info"))
    )
    told = str(spec.get("language") or info.get("name") or "")
    kernel = str(spec.get("name") or "").partition("-")[0]
    language = told or _KERNELS.get(kernel, "")
    return "" if re.match("i?python|$", language.lower()) else language


def _parse(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return None


def _without_magics(text: str) -> str:
    """Replace magics and shell lines, so that the lines keep their numbers."""
    lines = text.splitlines()
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines and lines[first].startswith("%%") and not lines[first].startswith(_TRANSPARENT):
        return ""
    lines = [_MAGIC_VALUE.sub(r"\1None", _MAGIC.sub(r"\1pass", line)) for line in lines]
    return "\n".join(lines) + "\n"


def _defines(statement: ast.stmt) -> bool:
    """Whether a statement only defines, imports, or names a constant."""
    if isinstance(statement, _DEFINITION):
        return True
    if isinstance(statement, ast.AnnAssign):
        return isinstance(statement.target, ast.Name) and _is_constant(statement.value)
    if isinstance(statement, ast.Assign):
        names = [n for t in statement.targets for n in getattr(t, "elts", [t])]
        return all(isinstance(n, ast.Name) for n in names) and _is_constant(statement.value)
    if isinstance(statement, ast.Try):
        parts = [*statement.body, *statement.orelse, *statement.finalbody]
        parts += [s for handler in statement.handlers for s in handler.body]
        return all(_defines(s) or isinstance(s, ast.Pass) for s in parts)
    return False


def _is_constant(value: ast.expr | None) -> bool:
    if value is None or isinstance(value, ast.Lambda):
        return True
    return all(isinstance(n, _CONSTANT) for n in ast.walk(value))


def _run(statement: ast.stmt, name: str, namespace: dict[str, Any]) -> str:
    """Run one statement; return what went wrong, in words."""
    code = compile(ast.Module([statement], []), name, "exec")
    try:
        exec(code, namespace)
    except ImportError as error:
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            return str(error)
        for alias in statement.names:
            bound = alias.asname or alias.name.partition(".")[0]
            namespace.setdefault(bound, StandIn(f"{bound} could not be imported: {error}"))
        return f"{error}; what uses it fails"
    except NameError as error:
        if isinstance(statement, ast.Assign):
            return ""  # names the result of a cell that is not run
        return f"{ast.unparse(statement).splitlines()[0][:60]!r} is skipped: {error}"
    except (Exception, SystemExit) as error:
        return f"fails: {type(error).__name__}: {error}"
    return ""


def unsolved_names(module: types.ModuleType) -> dict[str, str]:
    """Return the functions of cells that are no Python while they are not solved, and why."""
    names: dict[str, str] = vars(module).setdefault("__optproof_unsolved__", {})
    return names


@functools.cache
def unsolved(function: Callable[..., Any], failed: bool) -> str:
    """Return where the source of `function`, which came to nothing, is an exercise, or "".

    A place for the reader's code that is empty, or a body that is; where the call `failed`, also
    a place with a name or an entry that is only ever given None.
    """
    try:
        lines, start = inspect.getsourcelines(function)
    except (OSError, TypeError):
        return ""
    source = dedent("".join(lines))
    if _is_empty(source):
        return _EMPTY
    tree = _parse(source)
    if tree and isinstance(tree.body[0], ast.FunctionDef) and _does_nothing(tree.body[0]):
        return _NO_BODY
    given: dict[str, list[ast.Assign]] = {}
    for node in ast.walk(tree) if tree and failed and _PLACE.search(source) else ():
        if isinstance(node, ast.Assign):
            for target in node.targets:
                given.setdefault(ast.dump(target), []).append(node)
    only_none = [nodes for nodes in given.values() if all(_is_none(n.value) for n in nodes)]
    left = sorted({node.lineno + start - 1 for nodes in only_none for node in nodes})
    places = ", ".join(str(n) for n in left)
    return f"not solved: None still stands on line {places}" if left else ""


def _does_nothing(function: ast.FunctionDef) -> bool:
    """Whether there is nothing in a body but a docstring, ``pass``, ``...``."""
    return all(
        isinstance(s, ast.Pass) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        for s in function.body
    )


def _is_empty(source: str) -> bool:
    """Whether there is a place for the reader's code with nothing but comments in it."""
    return any(
        all(not line.strip() or line.strip().startswith("#") for line in place.split("\n")[1:-1])
        for place in _PLACE.findall(source)
    )


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
