"""Which implementation a command is about: its options, and how to start it."""

from __future__ import annotations

import argparse
import ast
import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..operations import OPTIMIZERS

if TYPE_CHECKING:
    from ..conversation import Launch

NONE = "nothing is named that could be checked"
NONE_HINT = (
    "give a file, a module or --exec: optproof check my_adam.py; "
    "'optproof check reference' checks optproof's own"
)


def add_target(parser: argparse.ArgumentParser) -> None:
    """Add TARGET, ``--exec`` and what goes with them."""
    target: Any = parser.add_mutually_exclusive_group()
    target.add_argument(
        "target", nargs="?", metavar="TARGET", help="module, file or notebook; FILE:NAME for one"
    )
    parser.add_argument(
        "--run-cells",
        action="store_true",
        help="run all cells of a notebook, not only its definitions",
    )
    parser.add_argument(
        "--mapping",
        type=Path,
        metavar="FILE",
        help="TOML or JSON: what its functions, arguments and results are called",
    )
    parser.add_argument(
        "--as",
        dest="kind",
        choices=tuple(OPTIMIZERS),
        help="which optimizer it is, if its name does not say",
    )
    parser.add_argument(
        "--with",
        dest="settings",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another setting of the optimizer, for example weight_decay=0",
    )
    parser.add_argument(
        "--device",
        metavar="NAME",
        help="where an optimizer's tensors are made: cuda, cpu, mps, ... (default: as they come)",
    )
    target.add_argument(
        "--exec",
        metavar="COMMAND",
        help="start COMMAND, which speaks the protocol of PROTOCOL.md, in any language",
    )


def launch_of(arguments: argparse.Namespace) -> Launch:
    """Return how to start the implementation that the arguments name.

    Raises
    ------
    UsageError
        If they name none: no run is green that had nothing to judge.
    """
    from ..conversation import command_target, python_target
    from ..errors import UsageError

    a = arguments
    if a.exec is not None:
        return command_target(a.exec)
    if a.target is None:
        raise UsageError(NONE, NONE_HINT)
    with_settings = settings_of(a.settings)
    return python_target(
        a.target, a.memory, a.mapping, a.run_cells, a.kind, with_settings, a.device
    )


def settings_of(given: list[str]) -> dict[str, Any]:
    """Return NAME=VALUE as names and values: Python literals, or else text."""
    from ..errors import UsageError

    found: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not (equals and name.isidentifier()):
            raise UsageError(f"--with {text}: not NAME=VALUE", "for example --with weight_decay=0")
        found[name] = value
        with contextlib.suppress(ValueError, SyntaxError, TypeError):
            literal = ast.literal_eval(value)
            json.dumps(literal, allow_nan=False)  # it travels to the worker
            found[name] = literal
    return found


def inputs_of(arguments: argparse.Namespace) -> dict[str, Path | str | None]:
    """Return the files that the arguments read, by what they are called."""
    target = arguments.target or ""
    file, _, name = target.rpartition(":")
    whole = not file or "." in name  # else FILE:NAME
    return {"the target": target if whole else file, "--mapping": arguments.mapping}
