"""``optproof init``: the wrapper for what cannot be called as it stands, as a file to fill in."""

from __future__ import annotations

import argparse
import ast
import builtins
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .target import add_target, launch_of

if TYPE_CHECKING:
    from rich.console import Console

HELP = """\
Write the wrapper for what cannot be called as it stands: my_adam_optproof.py
beside my_adam.py, prefilled from the signatures that were found. Fill in the
dots, then check the wrapper. No file is ever written over.

exit code: 0 written, or nothing needs a wrapper; 2 usage; 3 could not be
started

examples:
  optproof init my_adam.py
  optproof init my_package.optim:Lion --as adam
"""

SHORT = "write the wrapper for what cannot be called"


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add_target(parser)
    parser.set_defaults(memory=4.0)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Ask what cannot be called; write the wrappers that its hints hold."""
    from ..conversation.session import Session
    from ..errors import UsageError
    from ..reports.progress import TrainingProgress

    target = arguments.target or ""
    if arguments.exec is not None or target.endswith((".ipynb", ".md")):
        raise UsageError(
            "a wrapper is written for a Python file or module",
            "'optproof check' prints the lines to paste into a notebook",
        )
    launch = launch_of(arguments)
    with TrainingProgress("reading it") as progress:
        session = Session(launch, 10.0, progress.wait)
        try:
            greeting = session.greet()
        finally:
            session.end()
    wrappers, others = sort_out(greeting["refused"])
    for message in others:
        console.print(message, soft_wrap=True, highlight=False)
    if not wrappers:
        can = sorted({*greeting["operations"], *greeting["optimizers"]} - {"train"})
        if not can and not others:
            hint = "name what to wrap: optproof init FILE:NAME --as adam"
            raise UsageError("nothing in it looks like one of the document's methods", hint)
        if can:
            console.print(f"no wrapper is needed: optproof check {target}", highlight=False)
        return 0
    path, module = place_of(target)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text(wrappers, module, path.name))
    except FileExistsError:
        raise UsageError(f"{path} is there already", "fill it in, or remove it first") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror})", "") from None
    what = "fill in the dots, then: optproof check"
    console.print(f"{path} written; {what} {path}", soft_wrap=True, highlight=False)
    return 0


def sort_out(refused: dict[str, dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Return the hints that are Python, each once, and what is said where the hint is none."""
    wrappers: dict[str, None] = {}
    others: dict[str, None] = {}
    for why in refused.values():
        hint = why.get("hint") or ""
        try:
            statements = ast.parse(hint).body
        except SyntaxError:
            statements = []
        if statements and all(isinstance(s, (ast.ClassDef, ast.FunctionDef)) for s in statements):
            wrappers[hint] = None
        else:
            others[": ".join(filter(None, (why["message"], hint)))] = None
    return list(wrappers), list(others)


def place_of(target: str) -> tuple[Path, str]:
    """Return where the wrapper goes, and how it imports what it wraps.

    >>> place_of("pkg.optim:Adam")
    (PosixPath('pkg_optim_optproof.py'), 'pkg.optim')
    """
    file, colon, _ = target.rpartition(":")
    source = file if colon and "." not in target.rpartition(":")[2] else target
    path = Path(source)
    if path.suffix != ".py":
        return Path(f"{source.replace('.', '_')}_optproof.py"), source
    inside = (path.parent / "__init__.py").exists()
    return path.with_name(f"{path.stem}_optproof.py"), ("." if inside else "") + path.stem


def text(wrappers: list[str], module: str, name: str) -> str:
    """Return the file: the import of what is wrapped, and the wrappers."""
    defined = {s.name: w for w in wrappers for s in ast.parse(w).body}  # type: ignore[attr-defined]
    wanted = dict.fromkeys(n for w in wrappers for n in called(w))
    imports = [n if n not in defined else f"{n} as their_{n}" for n in wanted]
    bodies = []
    for wrapper in wrappers:
        for n in called(wrapper):
            if n in defined:
                wrapper = wrapper.replace(f" {n}(", f" their_{n}(").replace(
                    f"def their_{n}(", f"def {n}("
                )
        bodies.append(wrapper)
    if module.lstrip(".").replace(".", "").isidentifier():
        head = f"from {module} import {', '.join(imports)}"
    else:  # a file whose name is no Python name
        pairs = [i.partition(" as ") for i in imports]
        head = "\n".join(
            ["import importlib", "", f"_their = importlib.import_module({module!r})"]
            + [f"{b or a} = _their.{a}" for a, _, b in pairs]
        )
    what = f'"""Fill in the dots, then: optproof check {name}"""'
    return "\n\n\n".join([f"{what}\n\n{head}", *bodies]) + "\n"


def called(wrapper: str) -> list[str]:
    """Return the names of theirs that a wrapper calls.

    >>> called("def f(x): return Net.step(x=x, y=...)")
    ['Net']
    """
    found: dict[str, None] = {}
    for node in ast.walk(ast.parse(wrapper)):
        if isinstance(node, ast.Call):
            root: Any = node.func
            while isinstance(root, ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name) and root.id != "self" and not hasattr(builtins, root.id):
                found[root.id] = None
    return list(found)
