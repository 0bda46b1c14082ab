"""``optproof certify``: a certificate made on the command line, with a way back after Ctrl-C."""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import flint
import numpy as np
from rich.console import Console

from .. import fixtures, methods
from ..ball import from_hex, to_hex
from ..errors import UsageError
from ..files import check_writable, write
from ..methods import Epoch, Moments
from ..reports.progress import TrainingProgress
from .training import PRECISION, Arrays, certify


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Certify one optimizer's training, or go on with it; write the certificate."""
    optimizer, epochs = arguments.optimizer, arguments.epochs
    precision = arguments.precision or PRECISION[optimizer]
    output = arguments.output or Path(f"certified-{optimizer}.json")
    check_writable(output, "fixture")
    partial = Partial(output, {"optimizer": optimizer, "epochs": epochs, "precision": precision})
    kept, certificate = partial.read()
    if kept:
        print(f"goes on after epoch {kept.number} ({partial.path})", file=sys.stderr)
    after = kept
    lines = not sys.stderr.isatty()
    try:
        with TrainingProgress("proving") as progress:
            for after, so_far in certify(optimizer, epochs, precision, kept, certificate):
                certificate = so_far
                if after.number + 1 < epochs:
                    partial.write(after, so_far)
                progress.update(optimizer, after.number + 1, epochs)
                if lines and after.number % 1000 == 0:
                    print(f"{optimizer}: epoch {after.number} of {epochs}", file=sys.stderr)
    except KeyboardInterrupt:
        where = f"after epoch {after.number}" if after else "before the first epoch"
        again = "the same command goes on from there" if after else "nothing is kept"
        print(f"optproof: interrupted {where}; {again}", file=sys.stderr)
        return 130
    assert certificate is not None
    write(output, as_text(certificate), "fixture")
    partial.path.unlink(missing_ok=True)
    console.print(f"wrote {output}", soft_wrap=True, highlight=False)
    return 0


def as_text(certificate: dict[str, Any]) -> str:
    """Return a certificate as JSON with each number and its radius on one line."""
    text = json.dumps(certificate, indent=1)
    return re.sub(r"\[([^][{}]*)\]", lambda m: f"[{' '.join(m[1].split())}]", text) + "\n"


class Partial:
    """The file that a training is taken up from again: its last epoch, exact to the bit.

    Parameters
    ----------
    output : Path
        Of the certificate; the file lies beside it.
    belongs_to : dict
        What must be the same for going on to be sound; the source of the methods is added.
    """

    def __init__(self, output: Path, belongs_to: dict[str, Any]) -> None:
        self.path = output.with_name(output.name + ".partial")
        source = b"".join(
            p.read_bytes() for p in sorted(Path(methods.__file__).parent.glob("*.py"))
        )
        self._belongs_to = {**belongs_to, "methods": hashlib.sha256(source).hexdigest()}

    def write(self, epoch: Epoch, certificate: dict[str, Any]) -> None:
        """Keep an epoch and the certificate so far."""
        v, s, t = epoch.moments
        content = json.dumps(
            {
                "belongs_to": self._belongs_to,
                "certificate": certificate,
                "number": epoch.number,
                "t": t,
                **{k: a and _exact(a) for k, a in (("v", v), ("s", s))},
                "parameters": _exact(epoch.parameters),
            }
        )
        write(self.path, f"{_sha256(content)}\n{content}\n", None)

    def read(self) -> tuple[Epoch | None, dict[str, Any] | None]:
        """Return the epoch to go on after and the certificate so far; None if there is no file.

        Raises
        ------
        UsageError
            If the file is damaged, or belongs to another training.
        """
        if not self.path.exists():
            return None, None
        again = "delete it to start again"
        try:
            digest, _, content = self.path.read_text().partition("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{self.path}: cannot be read ({error})", again) from None
        if digest != _sha256(content.rstrip("\n")):
            raise UsageError(f"{self.path}: damaged; the run cannot be resumed from it", again)
        kept = json.loads(content)
        for key, value in self._belongs_to.items():
            if kept["belongs_to"][key] != value:
                was = kept["belongs_to"][key]
                raise UsageError(
                    f"{self.path}: of another run ({key} {str(was)[:8]}, not {str(value)[:8]})",
                    f"{again}, or give another --output",
                )
        shapes = fixtures.documented_start()[2]
        v, s = (kept[k] and _balls(kept[k], shapes) for k in ("v", "s"))
        # The last cost is in the certificate already.
        parameters = _balls(kept["parameters"], shapes)
        epoch = Epoch(kept["number"], None, parameters, Moments(v, s, kept["t"]))
        return epoch, kept["certificate"]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _exact(arrays: Arrays) -> dict[str, list[list[str]]]:
    return {k: [to_hex(flint.arb(v)) for v in a.reshape(-1)] for k, a in arrays.items()}


def _balls(exact: dict[str, list[list[str]]], like: Arrays) -> Arrays:
    shapes = {k: like[k.removeprefix("d")].shape for k in exact}
    flat = {k: np.array([from_hex(n) for n in numbers], object) for k, numbers in exact.items()}
    return {k: array.reshape(shapes[k]) for k, array in flat.items()}
