"""Checks that run at once give the verdicts of one at a time: who waits for a turn is not slow."""

import json
import os
import subprocess
import sys

import pytest

GD = """
import time

def update_parameters_with_gd(parameters, grads, learning_rate):
    {first}
    return {{k: a {sign} learning_rate * grads["d" + k] for k, a in parameters.items()}}
"""
#: Half of the 6 s that the first answer has; by the watch, with ten to a core, far more.
BUSY = "while time.process_time() < 3: pass"
KINDS = {
    "right": (GD.format(first="", sign="-"), 0, "pass"),
    "wrong": (GD.format(first="", sign="+"), 1, "deviation"),
    "busy": (GD.format(first=BUSY, sign="-"), 0, "pass"),
    "asleep": (GD.format(first="time.sleep(600)", sign="-"), 3, "timed out"),
}


@pytest.mark.full
@pytest.mark.skipif(not os.path.isdir("/proc"), reason="without it the limit is by the watch")
@pytest.mark.parametrize("count", [4, pytest.param(20, marks=pytest.mark.full)])
def test_checks_at_once_give_the_verdicts_of_one_at_a_time(tmp_path, count):
    started = []
    for i in range(count):
        kind = list(KINDS)[i % len(KINDS)]
        (tmp_path / f"{kind}.py").write_text(KINDS[kind][0])
        words = [f"{kind}.py", "--only", "gd/documented", "--timeout", "0.5", "--json", f"{i}.json"]
        command = [sys.executable, "-m", "optproof", "check", *words]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        started.append((kind, i, subprocess.Popen(command, cwd=tmp_path, **quiet)))
    said = [process.communicate(timeout=280)[1] for _, _, process in started]
    for (kind, i, process), err in zip(started, said):
        _, code, status = KINDS[kind]
        report = json.loads((tmp_path / f"{i}.json").read_text())
        told = {r["status"] for r in report["results"]}
        assert (kind, process.returncode, told, err) == (kind, code, {status}, b"")
