"""The first worker of a command is forked from it, and cannot be told from one that is started."""

import json
import os
import subprocess
import sys

import pytest

from optproof.conversation.forked import _is_hidden
from optproof.operations import ONE_THREAD

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a fork is for Linux alone")

#: Writes down what it is imported into.
LOOKS = """
import atexit, gc, json, os, signal, sys, threading, __main__
import numpy as np
import numpy.linalg
open("looks.json", "w").write(json.dumps({
    "argv": sys.argv[0], "path": sys.path, "main": sorted(vars(__main__)),
    "leads": os.getpgid(0) == os.getpid() == os.getsid(0), "threads": threading.active_count(),
    "files": sorted(os.readlink(f"/proc/self/fd/{n}").partition(":")[0]
                    for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}")),
    "term": signal.getsignal(signal.SIGTERM) == signal.SIG_DFL, "gc": gc.get_threshold(),
    "out": [s.encoding for s in (sys.__stdin__, sys.__stdout__, sys.__stderr__)],
    "one": os.environ["OPENBLAS_NUM_THREADS"], "parent": os.getppid(),
    "linalg": [numpy.linalg is np.linalg, hasattr(np.linalg, "_umath_linalg")],
}))
atexit.register(lambda: open("ended", "w").write("1"))

def update_parameters_with_gd(parameters, grads, learning_rate):
    return {k: a - learning_rate * grads["d" + k] for k, a in parameters.items()}
"""

#: As the command is started by a shell; which of the two is said.
RUN = """
import rich, sys
sys.argv = ["optproof", "check", "mine.py", "--no-config", "--training", "none", "--only", "gd"]
from optproof.conversation import forked
from optproof.conversation.launch import start_process
def seen(launch):
    process = begin(launch) if {forks} else start_process(launch)
    print(type(process).__name__)
    return process
begin, forked.begin = forked.begin, seen
from optproof.commands.cli import main
sys.exit(main())
"""


def check(folder, forks, text=LOOKS):
    (folder / "mine.py").write_text(text)
    script = folder / "bin" / "start.py"  # the folder of a script is searched, not this one
    script.parent.mkdir()
    script.write_text(RUN.format(forks=forks))
    # The variables stand where the command sets them before it imports NumPy.
    ran = subprocess.run(
        [sys.executable, str(script)],
        cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, **ONE_THREAD},
    )  # fmt: skip
    return ran


def test_it_looks_as_a_new_one_does(tmp_path):
    looks = []
    for forks in (True, False):
        folder = tmp_path / str(forks)
        folder.mkdir()
        ran = check(folder, forks)
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout.splitlines()[0] == ("Forked" if forks else "Popen")
        assert (folder / "ended").exists()
        looks.append(json.loads((folder / "looks.json").read_text()))
    forked, started = looks
    for it in looks:
        it["files"] = [f for f in it["files"] if not f.endswith("looks.json")]
        it["path"] = [p for p in it["path"] if not p.startswith(str(tmp_path))]
        it.pop("parent")
    assert forked.pop("main") == ["__doc__", "__loader__", "__name__", "__package__", "__spec__"]
    started.pop("main")
    assert forked == started


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("import os\nos._exit(7)\n", 3),
        ("raise SystemExit(5)\n", 3),
        (LOOKS.replace("a - learning_rate", "a + learning_rate"), 1),
        (LOOKS.replace("return", "import os; os._exit(9)\n    return"), 3),
    ],
    ids=["ends at import", "exits at import", "ascends", "ends in a call"],
)
def test_what_happens_in_it_is_told_as_of_a_new_one(tmp_path, text, code):
    told = []
    for forks in (True, False):
        folder = tmp_path / str(forks)
        folder.mkdir()
        ran = check(folder, forks, text)
        told.append((ran.returncode, ran.stdout.partition("\n")[2], ran.stderr))
    assert told[0] == told[1]
    assert told[0][0] == code


def test_a_file_that_has_the_name_of_what_is_imported_here_gets_a_new_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert not _is_hidden("mine.py")
    __import__("rich")
    (tmp_path / "rich").mkdir()
    assert not _is_hidden("mine.py")  # no package: Python looks on, and finds the library
    (tmp_path / "rich" / "__init__.py").write_text("")
    assert _is_hidden("mine.py")
    (tmp_path / "rich" / "__init__.py").unlink()
    (tmp_path / "rich.py").write_text("")
    assert _is_hidden("mine.py")
    assert _is_hidden("rich.py")


def test_a_helper_of_that_name_is_found(tmp_path):
    (tmp_path / "rich.py").write_text("RATE = 1\n")
    ran = check(tmp_path, True, f"import rich\nrich.RATE\n{LOOKS}")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.startswith("Popen")
