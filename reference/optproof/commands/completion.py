"""``optproof completion``: what makes a shell complete commands, options and ids."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

SHELLS = ("bash", "zsh", "tcsh")
SHORT = "print what makes a shell complete commands and ids"
HELP = """\
Print a script that makes a shell complete commands, options, choices, files
and the ids that a version of optproof knows. Needs shtab: the extra
'completion'.

exit code: 0 printed, 2 usage

examples:
  eval "$(optproof completion bash)"       for this session; or in ~/.bashrc
  optproof completion zsh > ~/.zfunc/_optproof
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("shell", choices=SHELLS)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print the script."""
    from ..errors import UsageError
    from .cli import build_parser

    try:
        import shtab
    except ModuleNotFoundError:
        hint = "pip install 'optproof[completion]'"
        raise UsageError("completion needs shtab", hint) from None
    parser = build_parser()
    _complete(parser, _ids(), shtab.FILE)
    print(shtab.complete(parser, arguments.shell))
    return 0


def _ids() -> dict[str, tuple[str, ...]]:
    """Return what an argument may be, by its metavar or its name."""
    from ..libraries import adapters
    from .list import KINDS, entries

    of = {kind: tuple(entry.id for entry in entries(kind)) for kind in KINDS}
    short = sorted({entry_id.partition("/")[0] for entry_id in of["cases"]})
    known = (*of["cases"], *of["trainings"])
    deviations = of["deviations"]
    return {
        "explain id": (*known, *of["trajectories"], *of["clauses"], *deviations),
        "repro case": (*known, *of["trajectories"]),
        "check only": (*short, *known),
        "check variants": of["variants"],
        "grade only": (*short, *known),
        "grade variants": of["variants"],
        "list clause": of["clauses"],
        "libraries names": tuple(adapters()),
        "whose-test names": tuple(d for d in deviations if d.startswith("adam.")),
    }


def _complete(parser: argparse.ArgumentParser, ids: dict[str, tuple[str, ...]], files: Any) -> None:
    """Say of each argument what completes it."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            action.help = "command"  # shtab leaves out what has no help
            for command in action.choices.values():
                _complete(command, ids, files)
            continue
        name = f"{parser.prog.removeprefix('optproof ')} {action.dest}"
        if name in ids:
            action.choices = ids[name]
        elif action.metavar in ("FILE", "DIR", "PATH", "TARGET", "A", "B"):
            action.complete = files  # type: ignore[attr-defined]
