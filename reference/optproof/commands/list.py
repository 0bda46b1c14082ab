"""``optproof list``: cases, trajectories, trainings, deviations, variants and clauses."""

from __future__ import annotations

import argparse
import shutil
import sys
from typing import TYPE_CHECKING

from ..operations import OPERATIONS, OPTIMIZERS

if TYPE_CHECKING:
    from rich.console import Console

KINDS = ("cases", "trajectories", "trainings", "deviations", "variants", "clauses")
SHORT = "list cases, known mistakes and clauses"
HELP = """\
List what there is, one line each: its id, and what it is. 'optproof explain
ID' says more of one. On a terminal lines end at its edge; elsewhere they are
whole.

cases, trajectories, trainings   what 'optproof check' puts to an implementation
deviations                       the known mistakes that it can name
variants                         those that may be declared with --variant
clauses                          of SPEC.md

NAME is an id, an operation, or its short name; * and ? match. Several: any.

exit code: 0 something is listed, 2 usage, or nothing is called so

examples:
  optproof list                             how many there are of each
  optproof list deviations adam             the mistakes of Adam that are known
  optproof list cases adam --clause ADAM-5  which cases of Adam test a clause
  optproof list clauses 'ADAM-*'
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("kind", nargs="?", choices=KINDS, metavar="KIND", help="as above")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these (default: all)")
    parser.add_argument("--clause", metavar="ID", help="only what tests or breaks this clause")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print a line for each; say where a name is none."""
    from ..errors import UsageError

    tables = {kind: entries(kind) for kind in KINDS}
    if arguments.kind is None:
        for kind, table in tables.items():
            console.print(f"{len(table):>4} {kind}", highlight=False)
        return 0
    chosen = tables[arguments.kind]
    for name in arguments.names:
        _check_name(name, arguments.kind, chosen)
    if arguments.names:
        chosen = [e for e in chosen if any(e.is_called(name) for name in arguments.names)]
    if clause := arguments.clause:
        _check_clause(clause, tables["clauses"])
        chosen = [entry for entry in chosen if clause.upper() in entry.clauses]
    if not chosen:
        raise UsageError(f"none of these {arguments.kind} has to do with {clause}", "")
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    first = max(len(entry.id) for entry in chosen)
    for entry in chosen:
        line = f"{entry.id:<{first}}  {entry.words}"
        short = f"{line[: width - 3]}..." if width and len(line) > width else line
        console.print(short, soft_wrap=True, highlight=False)
    return 0


class Entry:
    """A line of a list.

    Parameters
    ----------
    id : str
    operation : str
        Its name, or the short name of an optimizer.
    words : str
        What it is, in a line.
    clauses : iterable of str
        That it tests or breaks.
    """

    def __init__(self, id: str, operation: str, words: str, clauses: tuple[str, ...]) -> None:
        self.id, self.words, self.clauses = id, words, clauses
        short = OPERATIONS[operation].short if operation in OPERATIONS else ""
        parts = id.replace("/", ".").split(".")
        self.names = {id.lower(), operation, short, parts[0].lower()}
        if parts[0] in ("training", "statistical"):
            self.names |= set(parts[1:]) & set(OPTIMIZERS)

    def is_called(self, name: str) -> bool:
        """Whether a name, or a pattern, means this."""
        from fnmatch import fnmatchcase

        return any(fnmatchcase(own, name.lower()) for own in self.names if own)


def entries(kind: str) -> list[Entry]:
    """Return all of a kind."""
    from .. import fixtures
    from ..checking.cases import Put
    from ..checking.defaults import Defaults
    from ..checking.plan import plan
    from ..checking.trainings import Train
    from ..fixtures import load_trajectories
    from ..reports.explain import clauses

    if kind == "clauses":
        return [Entry(c, c.partition("-")[0].lower(), t, (c,)) for c, (t, _) in clauses().items()]
    if kind in ("deviations", "variants"):
        known = [d for d in fixtures.load_deviations().values() if d.variant or kind[0] == "d"]
        return [Entry(d.id, d.operation, d.title, tuple(d.clause.split(", "))) for d in known]
    if kind == "trajectories":
        return [Entry(t.id, t.optimizer, t.comment, t.clauses) for t in load_trajectories()]
    wanted = Train if kind == "trainings" else (Put, Defaults)
    return [
        Entry(job.id, job.operation, job.comment, job.clauses)
        for job in plan()
        if isinstance(job, wanted)
    ]


def _check_name(name: str, kind: str, table: list[Entry]) -> None:
    from ..errors import UsageError, nearest

    if not any(entry.is_called(name) for entry in table):
        known = sorted({n for entry in table for n in entry.names if n})
        hint = nearest(name, known) or f"optproof list {kind} has them all"
        raise UsageError(f"none of the {kind} is called {name!r}", hint)


def _check_clause(clause: str, table: list[Entry]) -> None:
    from ..errors import UsageError, nearest

    ids = [entry.id for entry in table]
    if clause.upper() not in ids:
        hint = nearest(clause, ids) or "optproof list clauses has them"
        raise UsageError(f"SPEC.md has no clause {clause!r}", hint)
