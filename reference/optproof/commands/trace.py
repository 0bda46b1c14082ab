"""``optproof trace``: where two trainings differ first."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .numbers import gibibytes, seconds, whole

if TYPE_CHECKING:
    from rich.console import Console

HELP = """\
Find where the trainings of two implementations differ first: the epoch,
batch, operation, tensor and element. A and B are modules or .py files;
without B, A is compared with the reference.

exit code: 0 they do not differ, 1 they do, 2 usage, 3 one could not be
started

examples:
  optproof trace my_adam.py --optimizer adam
  optproof trace my_adam.py their_adam.py --optimizer adam --epochs 2000
"""

SHORT = "find where two trainings differ first"


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add = parser.add_argument
    add("a", metavar="A", help="module or .py file")
    add("b", nargs="?", default="reference", metavar="B", help="the right one (default: reference)")
    add("--optimizer", choices=("gd", "momentum", "adam"), required=True)
    add("--epochs", type=whole, default=10000, metavar="N", help="default 10000")
    add(
        "--timeout",
        type=seconds,
        default=10.0,
        metavar="SECONDS",
        help="for one answer (default 10)",
    )
    add(
        "--memory",
        type=gibibytes,
        default=4.0,
        metavar="GIB",
        help="limit for the memory of each (default 4)",
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Train both, and say where they part first."""
    from ..checking.trace import trace
    from ..checking.trainings import Training
    from ..conversation import python_target
    from ..errors import CallError, TargetError
    from ..reports.progress import TrainingProgress

    a, b = (python_target(t, arguments.memory) for t in (arguments.a, arguments.b))
    training = Training(arguments.optimizer, arguments.epochs)
    try:
        with TrainingProgress("training both"):
            found = trace(a, b, training, timeout=arguments.timeout)
    except CallError as error:
        raise TargetError(f"the training ended: {error.what}", error.hint) from None
    if found:
        console.print(f"first divergence: {found}", soft_wrap=True, highlight=False)
        return 1
    where = f"in {training.epochs} epochs of {training.optimizer}"
    console.print(f"{a.name} and {b.name} do not part {where}", soft_wrap=True, highlight=False)
    return 0
