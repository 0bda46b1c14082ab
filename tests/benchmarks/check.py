"""What a check costs, as ratios to what is run beside it in turns.

    python tests/benchmarks/check.py [--rounds N] [--full]

The other side is `import numpy`, or the file's own trainings. Printed: the median of the ratios of
the rounds, and the smallest figure of each side. With --full also what takes minutes: the check
with every training in full, and `tests/benchmark_training.py` (the reference and a sweep to the
plain transcription). Not collected by pytest: no test asserts a time.
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


def run(command, expected=0):
    """Return what a command costs with the processes that it waits for, the largest one's memory.

    This process stays small (no NumPy): the memory of a child begins with that of its parent.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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
        rows = (
            ("check --training none, to import numpy", "none", "numpy", CPU),
            ("check of a right file, to import numpy", "right", "numpy", WALL),
            ("check of a wrong file, to import numpy", "wrong", "numpy", WALL),
            ("largest process of a check, to import numpy", "right", "numpy", MEMORY),
            ("explain, to import numpy", "explain", "numpy", CPU),
        )
        table(given.rounds, commands, rows)
    if given.full:
        own = (sys.executable, "-c", TRAININGS, str(RIGHT.parent))
        commands = {"full": (check(RIGHT, "--training", "full"),), "own": (own,)}
        what = "check --training full, to its own trainings"
        table(min(given.rounds, 3), commands, [(what, "full", "own", WALL)])
        subprocess.run([sys.executable, str(TESTS / "benchmark_training.py")], check=True)


if __name__ == "__main__":
    main()
