"""``optproof whose-test``: which wrong Adam passes whose test."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

HELP = """\
Put the wrong Adams of the catalogue to the tests that others use for their
own Adam (PyTorch, timm, optax, Keras, TensorFlow, apex, bitsandbytes,
tinygrad, MLX), restated here, and to optproof's trajectories. Prints a page
of Markdown, reference/WRONG-ADAMS.md. All of them take two minutes.

exit code: 0 done, 2 usage

examples:
  optproof whose-test                          all
  optproof whose-test adam.epsilon-hat         one
  optproof whose-test --write reference/WRONG-ADAMS.md
"""

SHORT = "show which wrong Adam passes whose test"


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("names", nargs="*", metavar="ID", help="of the catalogue (default: all)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page there")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Put each to all tests; print or write the page."""
    from ..errors import UsageError, nearest
    from ..files import write
    from ..measuring import whose_test
    from ..reports.progress import TrainingProgress

    known = whose_test.PIPELINE.ids
    if unknown := [name for name in arguments.names if name not in known]:
        raise UsageError(
            f"{unknown[0]!r} is no Adam of the catalogue",
            nearest(unknown[0], known) or f"for example {known[0]}",
        )
    with TrainingProgress("putting each to all tests"):
        text = whose_test.page(list(whose_test.rows(arguments.names)))
    if arguments.write:
        write(arguments.write, text, None)
    else:
        console.print(text, end="", soft_wrap=True, highlight=False, markup=False)
    return 0
