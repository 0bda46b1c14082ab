"""A real cluster on this machine: several processes, one of which is killed during the run."""

import contextlib
import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from optproof.errors import UsageError
from optproof.grading.cluster import Cluster, grade_here
from optproof.grading.content import Content
from optproof.grading.options import Options, version

from .conftest import ADAM, HEAVY, INSIDE, MOMENTUM, in_kinds

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(os.name != "posix", reason="not run: it is about signals"),
]


@pytest.fixture
def cluster(tmp_path):
    """The address of a scheduler, and its workers' processes, as Dask's own commands start them."""
    pytest.importorskip("distributed", reason="not run: there is no dask.distributed")
    with contextlib.ExitStack() as running:

        def start(*words):
            process = subprocess.Popen(
                [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
                cwd=tmp_path,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            running.callback(end, process)
            return process

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        address = f"tcp://127.0.0.1:{port}"
        start("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")

        def worker():
            how = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--death-timeout", "60")
            return start("dask_worker", address, *how, "--local-directory", tmp_path / "dask")

        yield address, [worker() for _ in range(3)], worker


def end(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def without_seconds(graded):
    return {s: {**row, "seconds": ""} for s, row in graded.rows.items()}


def course():
    """Sixty files of mixed kinds: right, wrong, that cannot run, and that end their process."""
    sources = [
        *(ADAM, INSIDE, MOMENTUM, HEAVY, ADAM + HEAVY, MOMENTUM + INSIDE, "def f(:\n", ""),
        *(MOMENTUM + "import os; os._exit(3)\n", "import os; os.kill(os.getpid(), 9)\n"),
    ]
    files = {}
    for n in range(60):
        kinds = list(in_kinds(f"s{n:02}", f"# {n}\n{sources[n % len(sources)]}").values())
        files |= kinds[n // len(sources) % len(kinds)]
    return files


def test_a_worker_that_is_killed_changes_nothing(cluster, grade, tmp_path):
    address, workers, another = cluster
    words = ["--only", "momentum", "--only", "adam"]
    alone = grade(course(), *words, output="alone")
    assert len(alone.rows) == 60
    journal = tmp_path / "out" / "journal.jsonl"

    def kill_one():
        wait_for(lambda: journal.exists() and journal.read_bytes().count(b'{"row"') >= 10)
        end(workers[0])
        another()

    killer = threading.Thread(target=kill_one)
    killer.start()
    spread = grade(tmp_path / "class", *words, "--scheduler", address)
    killer.join()
    assert workers[0].poll() == -signal.SIGKILL
    assert spread.code == 0
    assert without_seconds(spread) == without_seconds(alone)
    times_aside = [{**row, "seconds": 0} for row in spread.content["rows"]]
    assert times_aside == [{**row, "seconds": 0} for row in alone.content["rows"]]
    resumed = grade(tmp_path / "class", *words, "--scheduler", address, "--resume")
    assert resumed.err.count("graded before") == 60
    assert resumed.rows == spread.rows


def wait_for(condition):
    for _ in range(2400):
        if condition():
            return
        time.sleep(0.05)


class Failed:
    """What Dask holds where a worker could not give a row."""

    status = "error"

    def __init__(self, error):
        self.exception = lambda: error


@pytest.fixture
def judges():
    judges = Cluster.__new__(Cluster)
    judges._options = Options()
    return judges


def test_a_worker_without_walls_stops_the_run(judges, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    content = Content("ada", "a.py", {"a.py": b""})
    with pytest.raises(UsageError) as here:
        grade_here(content, Options(confine="bwrap"), version())
    with pytest.raises(UsageError, match="on a worker: --confine cannot be had here"):
        judges._row(Failed(pickle.loads(pickle.dumps(here.value))), content)


def test_what_ends_every_worker_has_a_row(judges):
    row = judges._row(Failed(RuntimeError("KilledWorker")), Content("ada", "a.py", {"a.py": b""}))
    assert (row.student, row.verdict, row.points) == ("ada", "no verdict", 0.0)
    assert "each worker that it was given to ended" in row.why
    assert row.key == Options().key(Content("ada", "a.py", {"a.py": b""}))


def test_another_version_on_a_worker_is_refused(cluster, grade, monkeypatch):
    address, _, _ = cluster
    monkeypatch.setattr("optproof.grading.cluster.version", lambda: "0/other")
    graded = grade({"right.py": MOMENTUM}, "--scheduler", address)
    assert graded.code == 2
    assert "a worker has optproof/fixtures" in graded.err


def test_no_scheduler_says_so(grade, monkeypatch):
    pytest.importorskip("distributed", reason="not run: there is no dask.distributed")
    monkeypatch.setattr("optproof.grading.cluster.TO_CONNECT", "1s")
    graded = grade({"right.py": MOMENTUM}, "--scheduler", "tcp://127.0.0.1:9")
    assert graded.code == 2
    assert "no scheduler answers at tcp://127.0.0.1:9" in graded.err
    assert not Path(graded.folder, "grades.csv").exists()
