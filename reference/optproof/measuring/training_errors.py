"""What floating-point numbers lose in a training: their distance from the certified values.

``python -m optproof.measuring.training_errors`` prints the lines of the table in MEASUREMENTS.md
for the NumPy that runs it. ``NPY_DISABLE_CPU_FEATURES="AVX2 FMA3" ...`` shows another machine's
arithmetic.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from .. import fast, fixtures, methods
from ..protocol import Array


class Errors(NamedTuple):
    """Errors of one training in one dtype, against the certificate.

    Parameters
    ----------
    ulps : dict of int to float
        By epoch: error of the cost in units of the last place of `dtype` at the certified cost.
    cost : float
        Largest error of a cost, of every hundredth epoch.
    parameters : dict of int to float
        By number of epochs: largest error of a parameter.
    """

    optimizer: str
    dtype: str
    ulps: dict[int, float]
    cost: float
    parameters: dict[int, float]


def training_errors(optimizer: str, dtype: str = "float64", epochs: int = 10000) -> Errors:
    """Train the reference in `dtype` and hold it against the certificate."""
    certified = fixtures.certificate(optimizer)
    X, Y, parameters, _ = fixtures.documented_start()
    costs: dict[int, Any] = {}
    errors: dict[int, float] = {}
    with np.errstate(divide="ignore", invalid="ignore"):
        for epoch in fast.train(
            X.astype(dtype),
            Y,
            {k: a.astype(dtype) for k, a in parameters.items()},
            optimizer,
            num_epochs=epochs,
            cost_every=100,
        ):
            if epoch.cost is not None:
                costs[epoch.number] = epoch.cost
            if checkpoint := certified.checkpoints.get(epoch.number + 1):
                errors[epoch.number + 1] = _largest_error(epoch.parameters, checkpoint)
    exact = {e: certified.costs[e] for e in costs}
    differences = {e: abs(float(Decimal(float(c)) - Decimal(exact[e]))) for e, c in costs.items()}
    # Every cost lies in [1/8, 1): the spacing of numbers there is that at the certified cost.
    ulps = {
        e: d / float(np.spacing(np.dtype(dtype).type(exact[e]))) for e, d in differences.items()
    }
    return Errors(optimizer, dtype, ulps, max(differences.values()), errors)


def _largest_error(parameters: dict[str, Array], checkpoint: fixtures.Checkpoint) -> float:
    return max(
        abs(float(Decimal(float(got)) - Decimal(digits)))
        for k, exact in checkpoint.digits.items()
        for got, digits in zip(parameters[k].reshape(-1), exact)
    )


def rows(found: Iterator[Errors]) -> Iterator[str]:
    """Yield a line of the Markdown table for each training."""
    disabled = os.environ.get("NPY_DISABLE_CPU_FEATURES", "").split()
    machine = np.__version__ + (f", {len(disabled)} CPU features off" if disabled else "")
    for d in found:
        cells = [machine, d.dtype, d.optimizer]
        cells += [f"{d.ulps[e]:.3g}" for e in range(0, 10000, 1000)]
        cells += [f"{d.cost:.1e}", *(f"{error:.1e}" for error in d.parameters.values())]
        yield f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the lines for the three optimizers, in float64 and float32."""
    for line in rows(
        training_errors(o, t) for t in ("float64", "float32") for o in methods.OPTIMIZERS
    ):
        print(line, flush=True)


if __name__ == "__main__":
    main()
