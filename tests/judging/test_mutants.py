"""The figures of a fixed sample of mutants: a floor (tests/benchmarks/naming.py measures all)."""

import signal
import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))


@pytest.mark.once
@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="mutants that do not end are stopped")
def test_of_sixty_mutants_none_is_missed_and_most_are_named():
    import naming

    before = signal.signal(signal.SIGALRM, naming._stop)
    try:
        said = Counter(naming.judge(mutant)[0] for _, mutant in naming.drawn(sample=60, seed=60))
    finally:
        signal.signal(signal.SIGALRM, before)
    deviating = sum(n for k, n in said.items() if k == "named" or k.startswith(("placed", "not ")))
    assert said["missed"] == 0
    assert said["placed wrongly"] <= 1
    assert said["named"] >= 0.7 * deviating, said
    assert said["named"] + said["placed rightly"] >= 0.95 * deviating, said
