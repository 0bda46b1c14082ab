"""Load one implementation: a module, a file, a file inside a package, a notebook."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import os
import sys
import traceback
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from ..formats import FORMATS
from . import notebook
from .gone import gone
from .standins import draw_to_no_screen, stand_in

MOST_MESSAGE = 300  # characters of an exception's own message that are passed on


class NotLoaded(Exception):
    """The implementation could not be imported; the message says where and why."""


def load(target: str, run_cells: bool = False) -> tuple[types.ModuleType, list[str]]:
    """Import `target`: a path to a file, or a dotted module name; return notes on it, too."""
    notes: list[str] = []
    draw_to_no_screen()
    try:
        if not target.endswith(notebook.SUFFIXES):
            folder, is_package = _folder_of_module(target)
            stand_in(notes, folder, is_package)
            return importlib.import_module(target), notes
        path = Path(target).resolve()
        if notebook.is_notebook(path):
            sys.path.insert(0, str(path.parent))
            return notebook.load_notebook(path, run_cells)
        return _load_file(path, notes), notes
    except notebook.NotRead as error:
        raise NotLoaded(str(error)) from None
    except SyntaxError as error:
        place = f"{error.filename or target}:{error.lineno}"
        raise NotLoaded(f"{place}: syntax error: {error.msg}") from None
    except ModuleNotFoundError as error:
        raise NotLoaded(f"{describe(error)}; {sys.executable} runs it") from None
    except BaseException as error:
        raise NotLoaded(describe(error)) from None


def _folder_of_module(name: str) -> tuple[Path, bool]:
    """Return the folder of a dotted module's package, or of the module if it is in none."""
    spec = importlib.util.find_spec(name.partition(".")[0])
    folders = list(spec.submodule_search_locations or ()) if spec else []
    folder = folders[0] if folders else os.path.dirname((spec and spec.origin) or "")
    return Path(folder or os.getcwd()).resolve(), bool(folders)


def _load_file(path: Path, notes: list[str]) -> types.ModuleType:
    source = path.read_bytes()
    package = _package(path, source)
    name = ".".join([*package, path.stem])
    root = path.parents[len(package)]
    sys.path.insert(0, str(root))
    if package:
        sys.path.append(str(path.parent))  # its folder may be meant as the one of a script
    stand_in(notes, root / package[0] if package else root, whole=bool(package))
    if package:
        importlib.import_module(".".join(package))
        if name in sys.modules:  # its own package has imported it
            return sys.modules[name]
    elif name in sys.modules:  # its own name would hide a module in use: it may be random.py
        name = "implementation"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec  # its name ends in .py
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    # Not through the loader: it trusts bytecode of a file that has the same size and second.
    exec(compile(source, str(path), "exec", dont_inherit=True), vars(module))
    return module


def _package(path: Path, source: bytes) -> list[str]:
    """Return the names of the packages that a file is in, the outermost first.

    Those that say so with an ``__init__.py``, and as many as its relative imports climb.
    """
    relative = (n.level for n in ast.walk(ast.parse(source, path)) if isinstance(n, ast.ImportFrom))
    climbs = max(relative, default=0)
    names: list[str] = []
    for folder in path.parents:
        inside = (folder / "__init__.py").exists() or len(names) < climbs
        if not (inside and folder.name.isidentifier() and folder.name not in sys.modules):
            break
        names.insert(0, folder.name)
    return names


def helper_file(module: types.ModuleType, function: Callable[..., Any]) -> str:
    """Return the name of the file that `function` comes from, or "" if it is the target's own.

    All of a package is its own; beside a single file, or a notebook, any other file is not.
    """
    plain = inspect.unwrap(getattr(function, "func", function))
    code = getattr(getattr(plain, "__func__", plain), "__code__", None)
    file = getattr(code, "co_filename", "<unknown>")
    own = getattr(module, "__file__", None) or ""
    if "<" in file or "[cell " in file or os.path.realpath(file) == os.path.realpath(own):
        return ""
    top = sys.modules.get(module.__name__.partition(".")[0], module)
    folders = [os.path.realpath(folder) + os.sep for folder in getattr(top, "__path__", ())]
    inside = any(os.path.realpath(file).startswith(folder) for folder in folders)
    return "" if inside else os.path.basename(file)


def helper_files(
    module: types.ModuleType, functions: Iterable[tuple[str, Callable[..., Any]]]
) -> dict[str, str]:
    """Return the helper's file for each operation that comes from one.

    None where all of them come from other files: then the target is what gathers them.
    """
    files = {name: helper_file(module, function) for name, function in functions}
    return {name: file for name, file in files.items() if file} if not all(files.values()) else {}


def declaration(module: types.ModuleType) -> dict[str, Any]:
    """Return what the module declares of itself in ``__optproof__``, with the defaults."""
    declared = getattr(module, "__optproof__", {})
    example = "__optproof__ = {'dtype': 'float32'}"
    if not isinstance(declared, dict):
        raise NotLoaded(f"__optproof__ is {declared!r}; write it as {example}")
    if unknown := [key for key in declared if key not in ("dtype", "variants")]:
        what = f"__optproof__ has no key {unknown[0]!r}; known are dtype and variants"
        raise NotLoaded(f"{what}, as in {example}")
    whole = {"dtype": "float64", "variants": [], **declared}
    if not isinstance(whole["dtype"], str) or whole["dtype"] not in FORMATS:
        known = ", ".join(FORMATS)
        raise NotLoaded(f"__optproof__ says 'dtype': {whole['dtype']!r}; known are {known}")
    variants = whole["variants"]
    if not isinstance(variants, (list, tuple)) or not all(isinstance(v, str) for v in variants):
        raise NotLoaded(f"__optproof__ says 'variants': {variants!r}; it must be a list of names")
    return whole


def reference_imports(module: types.ModuleType) -> list[str]:
    """Return a note where a target imports optproof's own operations: it may be judging itself."""
    if module.__name__.startswith("optproof"):
        return []
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError, SyntaxError, ValueError):  # an extension, a notebook
        return []
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        if any(name.split(".")[:2] in (["optproof"], ["optproof", "methods"]) for name in names):
            return ["it imports optproof's own operations: what they compute is not its own"]
    return []


def describe(error: BaseException) -> str:
    """Return the error in one line, with the innermost line that is the implementation's own."""
    harness = str(Path(__file__).resolve().parents[1])
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if not f.filename.startswith((harness, "<frozen", "<__array_function__"))
        or "methods" in f.filename
    ]
    libraries = (os.path.dirname(os.__file__), os.path.dirname(os.path.dirname(np.__file__)))
    own = [f for f in frames if not f.filename.startswith(libraries)] or frames
    place = f" ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else ""
    if isinstance(error, EOFError):
        return f"it reads standard input, which is empty here{place}"
    if isinstance(error, MemoryError):
        return f"it wants more memory than --memory allows{place}"
    if isinstance(error, SystemExit):
        return f"it calls sys.exit({error.code!r}){place}"
    if isinstance(error, (AttributeError, ImportError)) and (what := gone(str(error))):
        return f"{what}{place}"
    first, *more = str(error).strip().splitlines() or [""]
    what = f"{type(error).__name__}: {first[:MOST_MESSAGE]}" if first else type(error).__name__
    return f"{what}{' ...' if more or len(first) > MOST_MESSAGE else ''}{place}"
