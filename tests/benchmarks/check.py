"""What a check costs, as ratios to what is run beside it in turns.

    python tests/benchmarks/check.py [--rounds N] [--full] [--before FOLDER]

The other side is `import numpy`, or the file's own trainings. Printed: the median of the ratios of
the rounds, and the smallest figure of each side. With --full also what takes minutes: the check
with every training in full, `tests/benchmark_training.py` (the reference and a sweep to the plain
transcription and to numba's loops), and a certificate's CPU time. With --before, the checkout of
another version, its checks take turns with this one's. The CPU time is that of all processes; on a
machine that is busy only CPU time tells. Not collected by pytest: no test asserts a time.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

TESTS = Path(__file__).resolve().parents[1]
RIGHT = TESTS / "implementations" / "plain.py"
#: The wrong file is the right one with this instead of that: a bias correction without its power.
THAT, THIS = "v[d] / (1 - beta1**t)", "v[d] / (1 - beta1)"
OPTPROOF = (sys.executable, "-m", "optproof")
NUMPY = (sys.executable, "-c", "import numpy")
TRAININGS = """
import sys
sys.path.insert(0, sys.argv[1])
import plain
from optproof import fixtures
from optproof.protocol import decode
moons = fixtures.load("training/moons.json")
for optimizer in ("gd", "momentum", "adam"):
    plain.model(decode(moons["X"]), decode(moons["Y"]), [2, 5, 2, 1], optimizer, print_cost=False)
"""
CPU, WALL, MEMORY = "CPU s", "wall s", "MB"


def run(command, expected=0, folder=None):
    """Return what a command costs with the processes that it waits for, the largest one's memory.

    This process stays small (no NumPy): the memory of a child begins with that of its parent.
    """
    begun = time.perf_counter()
    # As users have it: compiled once, and of the folder that is said.
    own = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    if folder:
        own["PYTHONPATH"] = str(folder / "reference")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=own, **quiet)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != expected:
        sys.exit(f"{' '.join(map(str, command))}: exit {process.returncode}, not {expected}")
    return {CPU: used.ru_utime + used.ru_stime, WALL: wall, MEMORY: used.ru_maxrss / 1024}


def check(file, *options):
    return (*OPTPROOF, "check", str(file), "--no-config", "--quiet", *options)


def table(rounds, commands, rows):
    """Run the commands in turns, and print of each row the ratio of two of them."""
    for command in commands.values():  # compiles what is not
        run(*command)
    runs = []
    for _ in range(rounds):
        runs.append({name: run(*command) for name, command in commands.items()})
    for what, name, beside, unit in rows:
        a, b = ([one[side][unit] for one in runs] for side in (name, beside))
        ratio = median(x / y for x, y in zip(a, b))
        print(f"{what:<46}{ratio:>7.2f}   {min(a):8.2f} to {min(b):8.2f} {unit}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--before", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wrong = Path(folder) / "wrong.py"
        text = RIGHT.read_text()
        assert THAT in text
        wrong.write_text(text.replace(THAT, THIS))
        commands = {
            "numpy": (NUMPY,),
            "none": (check(RIGHT, "--training", "none"),),
            "right": (check(RIGHT),),
            "wrong": (check(wrong), 1),
            "explain": ((*OPTPROOF, "explain", "adam.epsilon-missing"),),
        }
        rows = [
            ("check --training none, to import numpy", "none", "numpy", CPU),
            ("check of a right file, to import numpy", "right", "numpy", WALL),
            ("the same", "right", "numpy", CPU),
            ("check of a wrong file, to import numpy", "wrong", "numpy", WALL),
            ("the same", "wrong", "numpy", CPU),
            ("largest process of a check, to import numpy", "right", "numpy", MEMORY),
            ("explain, to import numpy", "explain", "numpy", CPU),
        ]
        table(given.rounds, commands, rows)
        if given.before:
            before = given.before.resolve()
            sides = {name: commands[name] for name in ("none", "right", "wrong")}
            for name, (command, *code) in list(sides.items()):
                sides[f"{name} before"] = (command, *(code or [0]), before)
            whats = {"none": "--training none", "right": "right file", "wrong": "wrong file"}
            rows = [
                (f"{what}, to the version before", name, f"{name} before", unit)
                for name, what in whats.items()
                for unit in (CPU, MEMORY)
            ]
            table(given.rounds, sides, rows)
    if given.full:
        own = (sys.executable, "-c", TRAININGS, str(RIGHT.parent))
        commands = {"full": (check(RIGHT, "--training", "full"),), "own": (own,)}
        what = "check --training full, to its own trainings"
        table(min(given.rounds, 3), commands, [(what, "full", "own", WALL)])
        subprocess.run([sys.executable, str(TESTS / "benchmark_training.py")], check=True)
        with tempfile.TemporaryDirectory() as folder:
            proof = (*OPTPROOF, "certify", "--optimizer", "adam", "--epochs", "10000", "--output")
            used = run((*proof, str(Path(folder) / "adam.json")))
        print(f"certify, Adam's 10,000 epochs: {used[CPU]:.0f} CPU s")


if __name__ == "__main__":
    main()
