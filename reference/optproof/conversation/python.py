"""A Python module or file, or the built-in reference, behind the Python worker."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import UsageError, nearest, printable
from ..libraries import adapters
from ..worker.notebook import SUFFIXES
from .launch import Launch, environment
from .mapping import read_mapping

#: The name by which the built-in reference is checked.
BUILT_IN = "reference"

# Not "-m": that would put the current folder before the libraries that the worker itself needs.
_START = (
    "import sys; sys.path[:] = [p for p in sys.path if p]; "
    "from optproof.worker.serve import main; main()"
)


def python_target(
    target: str,
    memory: float = 4.0,
    mapping: Path | None = None,
    run_cells: bool = False,
    kind: str | None = None,
    settings: dict[str, Any] | None = None,
    device: str | None = None,
) -> Launch:
    """Return how to start `target`: a path to a ``.py`` file, a dotted module, or the reference.

    Parameters
    ----------
    target : str
        ``reference`` is the built-in one; a file of that name is ``./reference.py``. With
        ``:NAME`` behind it, one class or function of it, and nothing else of it.
    memory : float
        Limit for the implementation in GiB; 0: none.
    mapping : Path, optional
        File that says which of its functions and arguments is which.
    run_cells : bool
        Whether a notebook's cells are run whole, and not only their definitions.
    kind : str, optional
        Which optimizer it is: ``"adam"``, ``"momentum"`` or ``"gd"``.
    settings : dict, optional
        Settings of an optimizer beside its hyperparameters, by name.
    device : str, optional
        Where a framework's tensors are made: ``cuda``, ``cpu``, ``mps``, ...

    Raises
    ------
    UsageError
        If there is no such file or module, or the mapping file is not right.
    """
    name = target
    if not target.strip():
        raise UsageError("the target is empty", "give a file, a dotted module, or reference")
    if name == BUILT_IN:
        target = "optproof.methods"
    elif not name.endswith(SUFFIXES) and name in adapters():
        target = _adapter(name)
    target, one = _apart(target)
    dotted = all(part.isidentifier() for part in target.split("."))
    if target.endswith(SUFFIXES) or os.sep in target or Path(target).is_file() or not dotted:
        _check_file(Path(target))
    elif not _module_exists(target):
        raise UsageError(
            f"no module named {target!r}",
            f"looked in {os.getcwd()} and where Python {sys.version.split()[0]} ({sys.executable}) "
            "finds its packages; for a file give its path, ending in .py",
        )
    optimizer = {"name": one, "as": kind, "with": settings or {}}
    options = {
        "mapping": read_mapping(mapping) if mapping else {},
        "run_cells": run_cells,
        "optimizer": {key: value for key, value in optimizer.items() if value},
        **({"device": device} if device else {}),
    }
    command = (sys.executable, "-c", _START, target, str(memory), json.dumps(options))
    return Launch(printable(name), command, environment())


def is_python(launch: Launch) -> bool:
    """Return whether it starts what :func:`python_target` made."""
    return _START in launch.command


def one_of(launch: Launch, name: str, kind: str) -> Launch:
    """Return how to start one optimizer of a file, where the file has several of its kind."""
    *command, given = launch.command
    options = json.loads(given)
    options["optimizer"] = {**options["optimizer"], "name": name, "as": kind}
    return replace(launch, command=(*command, json.dumps(options)))


def _apart(target: str) -> tuple[str, str]:
    """Return the file or module, and the name behind its colon.

    >>> _apart("my_optim.py:Adam"), _apart("my.optim"), _apart("C:adam.py")
    (('my_optim.py', 'Adam'), ('my.optim', ''), ('C:adam.py', ''))
    """
    head, _, name = target.rpartition(":")
    named = len(head) > 1 and all(part.isidentifier() for part in name.split("."))
    return (head, name) if named and not Path(target).exists() else (target, "")


def _adapter(name: str) -> str:
    """Return the module of a library's adapter."""
    adapter = adapters()[name]
    if importlib.util.find_spec(adapter.package) is None:
        advice = f"pip install 'optproof[{adapter.extra}]'"
        raise UsageError(f"{name}: {adapter.package} is not installed", advice)
    return adapter.module


def _names_beside(path: Path) -> list[str]:
    """Return the files of its kind in the folder of a file that is not there."""
    with contextlib.suppress(OSError):
        return sorted(p.name for p in path.parent.iterdir() if p.suffix == path.suffix)
    return []


def _check_file(path: Path) -> None:
    try:
        there = path.exists()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"no such file: {str(path)[:100]} ({why})") from None
    if not there:
        near = nearest(path.name, _names_beside(path))
        hint = f"{near} relative paths start at {os.getcwd()}".strip()
        raise UsageError(f"no such file: {path}", hint)
    if path.is_dir():
        raise UsageError(f"{path} is a folder", "give one .py file, or a dotted module name")
    if not path.is_file():
        raise UsageError(f"{path} is a device or a pipe", "give a file")
    if path.suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise UsageError(f"{path} is none of {known}", "give such a file, or a dotted module name")
    if not os.access(path, os.R_OK):
        raise UsageError(f"{path} cannot be read", "check its permissions")


def _module_exists(name: str) -> bool:
    """Look the top-level package up, without importing any of it."""
    top = name.partition(".")[0]
    if any((Path.cwd() / p).exists() for p in (top, f"{top}.py")):
        return True
    try:
        return importlib.util.find_spec(top) is not None
    except (ImportError, ValueError):
        return False
