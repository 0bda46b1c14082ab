"""Submissions a minute, CPU seconds each and peak memory: ``grade`` beside a loop over ``check``.

    python tests/benchmarks/grade.py --files 60 --training none
    python tests/benchmarks/grade.py --files 2000 --training none --loop 0 --cluster 2

The files are right, each with a comment of its own. CPU seconds count every process that was
started, those too that outlive their parents; memory is the sum of all processes' proportional
shares (PSS), looked at four times a second. A minute on a machine that is busy says little: what
two idle cores could do at most is 120 s over the CPU seconds of a file. Linux.
"""

import argparse
import contextlib
import ctypes
import os
import resource
import shlex
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

IMPLEMENTATIONS = Path(__file__).parents[1] / "implementations"
SUBREAPER = 36
OPTPROOF = [sys.executable, "-m", "optproof"]


@dataclass
class Measured:
    """What a way has taken."""

    seconds: float
    cpu: float
    leader: list[int] = field(default_factory=list)  # memory of its first process, over time
    peak: int = 0


def main() -> None:
    a = _arguments()
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "class")
        write(folder, a.files)
        how = ["--training", a.training]
        words = [*OPTPROOF, "grade", str(folder), "--quiet", "--seed", "1", *how]
        print(
            "| way | files | a minute | CPU s each | at most on 2 cores | peak MiB | leader MiB |"
        )
        print("| --- | --- | --- | --- | --- | --- | --- |", flush=True)
        if not a.cluster:
            jobs = ["--jobs", str(a.jobs)]
            tell("grade", a.files, measure([*words, *jobs, "--output", f"{scratch}/out"]))
        else:
            with cluster(a.cluster, scratch) as address:
                more = ["--scheduler", address, "--output", f"{scratch}/out"]
                tell(f"grade, {a.cluster} workers of Dask", a.files, measure([*words, *more]))
        if a.loop:
            check = shlex.join([*OPTPROOF, "check"])
            loop = f"{check} {{}} {shlex.join(how)} --fresh 1 --seed 1 --quiet --markdown {{}}.md"
            listed = "\n".join(map(str, sorted(folder.iterdir())[: a.loop]))
            loop = f"printf %s {shlex.quote(listed)} | xargs -P {a.jobs} -I{{}} {loop}"
            tell("a loop over check", a.loop, measure(["sh", "-c", loop]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--loop", type=int, default=20, help="files of the loop; 0: no loop")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--training", choices=("none", "short"), default="none")
    parser.add_argument("--cluster", type=int, default=0, metavar="WORKERS")
    return parser.parse_args()


def write(folder: Path, count: int) -> None:
    """Write right files, no two the same."""
    folder.mkdir()
    sources = [(IMPLEMENTATIONS / name).read_text() for name in ("plain.py", "separate.py")]
    for number in range(count):
        name = folder / f"student{number:05}.py"
        name.write_text(f"{sources[number % len(sources)]}\n# {number}\n")


def measure(words: list[str]) -> Measured:
    """Run a command, and count all that it starts."""
    before, begun = cpu(), time.monotonic()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    taken = Measured(0.0, 0.0)
    ended = threading.Event()
    watcher = threading.Thread(target=watch, args=(process.pid, taken, ended))
    watcher.start()
    code = process.wait()
    taken.seconds = time.monotonic() - begun
    ended.set()
    watcher.join()
    if code:
        raise SystemExit(f"{words[:4]} ended with {code}")
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.05)
        except ChildProcessError:
            break
    taken.cpu = cpu() - before + sum(map(cpu_of, below(os.getpid())))
    return taken


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cpu_of(pid: int) -> float:
    """CPU seconds of a process that is still there, and of its children that have ended."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def watch(leader: int, taken: Measured, ended: threading.Event) -> None:
    while not ended.wait(0.25):
        taken.leader.append(memory(leader))
        taken.peak = max(taken.peak, sum(map(memory, below(os.getpid()))))


def below(pid: int) -> list[int]:
    """The processes below one."""
    parents = {}
    for name in filter(str.isdecimal, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2]
            parents[int(name)] = int(text.split()[1])
    found, new = [], [pid]
    while new:
        new = [p for p, parent in parents.items() if parent in new]
        found += new
    return found


def memory(pid: int) -> int:
    """The proportional share of a process, in KiB."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


@contextlib.contextmanager
def cluster(workers: int, scratch: str):
    """A scheduler and its workers, by Dask's own commands."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    words = {
        "dask_scheduler": ["--host", "127.0.0.1", "--port", str(port), "--no-dashboard"],
        "dask_worker": [address, "--nthreads", "1", "--nworkers", str(workers), "--no-dashboard"],
    }
    processes = []
    for name, more in words.items():
        command = [sys.executable, "-m", f"distributed.cli.{name}", *more]
        processes.append(
            subprocess.Popen(
                command, cwd=scratch, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )
        )
    try:
        yield address
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def tell(way: str, files: int, taken: Measured) -> None:
    each = taken.cpu / files
    tenth = taken.leader[len(taken.leader) // 10] >> 10
    last = max(taken.leader[len(taken.leader) * 9 // 10 :]) >> 10
    memory = f"{tenth} to {last}" if way.startswith("grade") else "a shell"
    print(
        f"| {way} | {files} | {files / taken.seconds * 60:.0f} | {each:.2f} | {120 / each:.0f} "
        f"| {taken.peak >> 10} | {memory} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
