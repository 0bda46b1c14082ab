"""Time the reference, its fast operations, and a sweep, against plain code and numba's loops.

    python tests/benchmark_training.py [EPOCHS]

All train on the shipped data, in one run, in turns; the best CPU time of three counts. The
parameters must be the same bits. Numba's loops are left out where there is no numba. Not
collected by pytest: no test asserts a time.
"""

import sys
import time
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "implementations"))

import numpy as np
import plain

from optproof import fast, fixtures, methods
from optproof.measuring.sweep import sweep
from optproof.protocol import decode

REPLICAS = 64


def timed(train):
    begun = time.process_time()
    parameters = train()
    return time.process_time() - begun, {k: a.tobytes() for k, a in parameters.items()}


def fast_model(X, Y, optimizer, epochs):
    """Train as ``optproof train`` does: with the cost of every hundredth epoch."""
    start = methods.initialize_parameters([2, 5, 2, 1])
    *_, last = fast.train(X, Y, start, optimizer, num_epochs=epochs, cost_every=100)
    return last.parameters


def main():
    epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 10000
    moons = fixtures.load("training/moons.json")
    X, Y = decode(moons["X"]), decode(moons["Y"])
    total = [0.0, 0.0, 0.0]
    print(
        f"{'optimizer':<12}{'plain':>10}{'reference':>12}{'fast':>10}{'ratio':>8}   {epochs} epochs"
    )
    for optimizer in methods.OPTIMIZERS:
        how = X, Y, [2, 5, 2, 1], optimizer
        few = {"num_epochs": epochs, "print_cost": False}
        trainings = [partial(model, *how, **few) for model in (plain.model, methods.model)]
        trainings.append(partial(fast_model, X, Y, optimizer, epochs))
        runs = [[timed(train) for train in trainings] for _ in range(3)]
        assert len({str(bits) for run in runs for _, bits in run}) == 1, "not the same bits"
        best = [min(run[k][0] for run in runs) for k in range(3)]
        total = [t + b for t, b in zip(total, best)]
        print(line(optimizer, best))
    print(line("all three", total))
    in_loops, runs = numba_loops(X, Y), []
    for _ in range(3):
        runs.append((swept(epochs) / REPLICAS, in_loops(epochs)))
    per_run, loops = map(min, zip(*runs))
    print(
        f"a run in a sweep of {REPLICAS}: {per_run:.3f} s, {total[0] / per_run:.1f} times as fast"
    )
    if loops:
        print(f"the same to numba's loops ({loops:.3f} s): {per_run / loops:.2f}")


def line(name, seconds):
    a, b, c = seconds
    return f"{name:<12}{a:>8.2f} s{b:>10.2f} s{c:>8.2f} s{a / c:>8.2f}"


def numba_loops(X, Y):
    """Return what times the three trainings in numba's loops, compiled and checked; 0: no numba."""
    sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))
    try:
        import loops
    except ModuleNotFoundError:
        return lambda epochs: 0.0
    start = methods.initialize_parameters([2, 5, 2, 1])
    for optimizer, theirs in zip(methods.OPTIMIZERS, loops.all_three(X, Y, start, 50)):
        *_, last = fast.train(X, Y, start, optimizer, num_epochs=50)
        assert all(
            np.allclose(theirs[k], a, rtol=0, atol=1e-12) for k, a in last.parameters.items()
        )

    def timed(epochs):
        begun = time.process_time()
        loops.all_three(X, Y, start, epochs)
        return time.process_time() - begun

    return timed


def swept(epochs):
    begun = time.process_time()
    # Some replica becomes so sure that 1 - a3 is 0: its cost is no number, its training is.
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in sweep(methods.OPTIMIZERS, range(REPLICAS), epochs):
            pass
    return time.process_time() - begun


if __name__ == "__main__":
    main()
