"""The figures of a fixed sample of mutants: a floor (tests/benchmarks/naming.py measures all)."""

import signal
import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))


@pytest.mark.once
@pytest.mark.skipif(not hasattr(signal, "SIGPROF"), reason="mutants that do not end are stopped")
@pytest.mark.parametrize(
    ("first", "count"),
    [(-1, 12), pytest.param(0, 60, marks=pytest.mark.full)],
    ids=["one file", "all files"],
)
def test_of_a_fixed_sample_none_is_missed_and_most_are_named(first, count):
    import naming

    every = naming.drawn(naming.FILES[first:], sample=count, seed=60)
    before = signal.signal(signal.SIGPROF, naming._stop)
    try:
        said = Counter(naming.judge(mutant)[0] for _, mutant in every)
    finally:
        signal.signal(signal.SIGPROF, before)
    deviating = sum(n for k, n in said.items() if k == "named" or k.startswith(("placed", "not ")))
    assert said["missed"] == 0
    assert said["placed wrongly"] <= 1
    assert said["named"] >= 0.7 * deviating, said
    # Of so few, one is more than 5 %.
    unplaced = deviating - said["named"] - said["placed rightly"]
    assert unplaced <= max(1, 0.05 * deviating), said
