"""Time the reference, and a sweep of 64 replicas, against the plain transcription.

    python tests/benchmark_training.py [EPOCHS]

Both train on the shipped data, in one run, in turns; the best of three counts. The parameters must
be the same bits. Not collected by pytest: no test asserts a time.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "implementations"))

import numpy as np
import plain

from optproof import fixtures, methods
from optproof.measuring.sweep import sweep
from optproof.protocol import decode

REPLICAS = 64


def timed(model, epochs, optimizer, X, Y):
    begun = time.perf_counter()
    parameters = model(X, Y, [2, 5, 2, 1], optimizer, num_epochs=epochs, print_cost=False)
    return time.perf_counter() - begun, {k: a.tobytes() for k, a in parameters.items()}


def main():
    epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 10000
    moons = fixtures.load("training/moons.json")
    X, Y = decode(moons["X"]), decode(moons["Y"])
    total = [0.0, 0.0]
    print(f"{'optimizer':<12}{'plain':>10}{'reference':>12}{'ratio':>8}   {epochs} epochs")
    for optimizer in methods.OPTIMIZERS:
        how = epochs, optimizer, X, Y
        runs = [(timed(plain.model, *how), timed(methods.model, *how)) for _ in range(3)]
        assert len({str(bits) for pair in runs for _, bits in pair}) == 1, "not the same bits"
        best = [min(pair[k][0] for pair in runs) for k in (0, 1)]
        total = [t + b for t, b in zip(total, best)]
        print(f"{optimizer:<12}{best[0]:>8.2f} s{best[1]:>10.2f} s{best[0] / best[1]:>8.2f}")
    print(f"{'all three':<12}{total[0]:>8.2f} s{total[1]:>10.2f} s{total[0] / total[1]:>8.2f}")
    per_run = min(swept(epochs) for _ in range(3)) / REPLICAS
    print(
        f"a run in a sweep of {REPLICAS}: {per_run:.3f} s, {total[0] / per_run:.1f} times as fast"
    )


def swept(epochs):
    begun = time.perf_counter()
    # Some replica becomes so sure that 1 - a3 is 0: its cost is no number, its training is.
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in sweep(methods.OPTIMIZERS, range(REPLICAS), epochs):
            pass
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
