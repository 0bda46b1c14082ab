"""What to paste where a function cannot be called as it stands: a wrapper, prefilled."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterable
from typing import Any

from .. import methods
from ..operations import OPERATIONS


def wrapper(
    operation: str,
    function: Callable[..., Any],
    names: dict[str, str],
    asks: Iterable[str],
    where: str,
) -> str:
    """Return at most ten lines that give `function` the document's signature; none is too wide.

    Parameters
    ----------
    operation : str
    function : callable
    names : dict of str
        Its arguments -> the document's, as far as they are known.
    asks : sequence of str
        What it asks for beside, to be filled in.
    where : str
        What its own code calls it: ``adam_step``, ``Net.update``.
    """
    signature = inspect.signature(getattr(methods, operation, function))
    documented = signature.replace(return_annotation=inspect.Signature.empty)
    plain = [p.replace(annotation=inspect.Parameter.empty) for p in documented.parameters.values()]
    given = [f"{theirs}={ours}" for theirs, ours in names.items()]
    given += [f"{name}=..." for name in asks]
    results = ", ".join(OPERATIONS[operation].results)
    lines = textwrap.wrap(f"return {where}({', '.join(given)})", 72)
    body = [lines[0], *(f"    {line}" for line in lines[1:])][:5]
    head = f"def {operation}{documented.replace(parameters=plain)}:"
    heads = textwrap.wrap(head, 79, subsequent_indent=" " * 8)
    fill = "fill in the dots; it" if list(asks) else "it"
    return "\n".join([*heads, f"    # {fill} must return {results}", *(f"    {b}" for b in body)])
