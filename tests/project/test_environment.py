"""The guard in conftest.py: a run on another NumPy than the one expected is no run at all."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest


def run_guarded(**variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--collect-only"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPTPROOF_EXPECT")}
    return subprocess.run(
        [*command, __file__],
        cwd=Path(__file__).parents[2],
        env={**environment, **variables},
        capture_output=True,
        text=True,
    )


def test_the_expected_numpy_runs_and_is_named():
    minor = ".".join(np.__version__.split(".")[:2])
    run = run_guarded(OPTPROOF_EXPECT_NUMPY=minor)
    assert run.returncode == 0
    assert f"NumPy {np.__version__}" in run.stdout


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"OPTPROOF_EXPECT_NUMPY": "9.9"}, "expected NumPy 9.9, imported"),
        ({"OPTPROOF_EXPECT_CPU_WITHOUT": "SSE SSE2"}, "expected NumPy without SSE, SSE2"),
    ],
)
def test_another_numpy_stops_the_run(variables, message):
    run = run_guarded(**variables)
    assert run.returncode == 4
    assert message in run.stdout + run.stderr
