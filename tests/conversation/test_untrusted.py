"""The recipe of SANDBOX.md for untrusted code: no network, nothing written, nothing left behind."""

import subprocess
import sys
import time

import pytest

from optproof.checking.check import check
from optproof.conversation import command_target

CONFINED = (
    "unshare --user --map-root-user --net --pid --fork --kill-child "
    "prlimit --cpu=600 --data=4294967296 --nproc=512 --fsize=0"
)
HOSTILE = """
import os, socket, time

def update_parameters_with_gd(parameters, grads, learning_rate):
    found = []
    try:
        socket.create_connection(("192.0.2.1", 53), 2)
    except OSError as error:
        found.append("no network" if error.errno == 101 else str(error))
    try:
        with open({written!r}, "w") as file:
            file.write("x")
    except OSError as error:
        found.append(error.strerror)
    if os.fork() == 0:
        os.setsid()
        time.sleep({seconds})
        os._exit(0)
    raise ValueError(", ".join(found))
"""


def test_the_recipe_confines_what_it_says(tmp_path):
    try:
        tried = subprocess.run([*CONFINED.split(), "true"], capture_output=True)
    except OSError:
        pytest.skip("not run: there is no unshare here")
    if tried.returncode:
        pytest.skip("not run: this system does not let users unshare")
    seconds = 600 + time.time_ns() % 10**6 / 1e6
    hostile = tmp_path / "hostile.py"
    hostile.write_text(HOSTILE.format(written=str(tmp_path / "written"), seconds=seconds))
    launch = command_target(f"{CONFINED} {sys.executable} -m optproof.worker {hostile}")
    [result] = check(launch, only=("gd/documented",), training="none").results
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert result.message.startswith("ValueError: no network, File too large")
    assert (tmp_path / "written").read_text() == ""
    assert str(hostile) not in running
