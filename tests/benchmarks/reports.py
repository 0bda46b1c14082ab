"""Whether a change leaves every verdict as it was: reports before and after, field by field.

    python tests/benchmarks/reports.py record FOLDER [--only NAME ...] [--list FILE]
    python tests/benchmarks/reports.py compare BEFORE AFTER

The first checks every file of tests/implementations and tests/zoo, or those that FILE lists, with
the optproof that this Python imports, and keeps in FOLDER the JSON report, the exit code and what
was printed. The second prints each field in which two such folders differ, times and versions left
out, and ends with 1 if there is one.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
#: What two runs of the same code differ in.
VARIES = {"seconds", "versions", "target"}
#: In other languages, where those are there: how each is started.
OTHERS = {
    "perl": "perl {}/serve.pl",
    "javascript": "node {}/serve.mjs",
    "octave": "octave-cli --quiet {}/serve.m",
    "r": "Rscript {}/serve.R",
    "java": "java {}/Serve.java",
}
#: Characters of a value that are shown.
MOST = 400
TIMES = re.compile(r"\d+(\.\d+)? (s|ms|min)\b|0x[0-9a-f]{6,}|/tmp/\S+|\S+/optproof/\w+/")


def everything():
    """Yield a name and the arguments of ``check`` for each implementation of the tests."""
    for path in sorted([*TESTS.glob("implementations/*.py"), *TESTS.glob("zoo/*.py")]):
        if not path.name.startswith("_"):
            yield path.stem, [str(path)]
    for name, start in OTHERS.items():
        if shutil.which(start.split()[0]):
            yield name, ["--exec", start.format(TESTS / "implementations" / name)]


def record(folder, name, arguments):
    """Check, and keep what came out."""
    with tempfile.TemporaryDirectory() as here:
        path = Path(here) / "report.json"
        command = [sys.executable, "-m", "optproof", "check", *arguments, "--json", str(path)]
        ran = subprocess.run(command, capture_output=True, text=True)
        report = json.loads(path.read_text()) if path.exists() else None
    kept = {"exit": ran.returncode, "out": ran.stdout, "err": ran.stderr, "report": report}
    (folder / f"{name}.json").write_text(json.dumps(kept, indent=1))


def differences(a, b, where=""):
    """Yield each place in which two values of JSON differ, and both."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in [*a, *(k for k in b if k not in a)]:
            if key not in VARIES:
                yield from differences(a.get(key), b.get(key), f"{where}.{key}")
    elif isinstance(a, list) and isinstance(b, list):
        ids = [[x["id"] for x in these if isinstance(x, dict) and "id" in x] for these in (a, b)]
        if ids[0] and sorted(ids[0]) == sorted(ids[1]):
            if ids[0] != ids[1]:
                yield f"{where}, order", ids[0], ids[1]
            b = sorted(b, key=lambda x: ids[0].index(x["id"]))
        for k in range(max(len(a), len(b))):
            pair = [these[k] if k < len(these) else None for these in (a, b)]
            name = next((x["id"] for x in pair if isinstance(x, dict) and "id" in x), k)
            yield from differences(*pair, f"{where}[{name}]")
    elif isinstance(a, str) and isinstance(b, str):
        if TIMES.sub("", a) != TIMES.sub("", b):
            yield where, a, b
    elif a != b:
        yield where, a, b


def compare(before, after):
    """Print what differs in the reports that both folders hold; return whether anything does."""
    names = [{path.name for path in folder.glob("*.json")} for folder in (before, after)]
    differing = 0
    for name in sorted(names[0] & names[1]):
        found = list(differences(*(json.loads((f / name).read_text()) for f in (before, after))))
        differing += bool(found)
        for where, a, b in found:
            print(f"{name}{where}:\n  - {str(a)[:MOST]}\n  + {str(b)[:MOST]}")
    alone = len(names[0] ^ names[1])
    print(f"{len(names[0] & names[1])} reports compared, {differing} differ; {alone} have no other")
    return differing > 0


def main():
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    recording = verbs.add_parser("record")
    recording.add_argument("folder", type=Path)
    recording.add_argument("--only", nargs="+", default=[], metavar="NAME")
    recording.add_argument("--list", type=Path, help="a line each: name, tab, arguments (in JSON)")
    comparing = verbs.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    options = parser.parse_args()
    if options.verb == "compare":
        return compare(options.before, options.after)
    wanted = list(everything())
    if options.list:
        lines = options.list.read_text().splitlines()
        wanted = [(name, json.loads(given)) for name, given in (li.split("\t") for li in lines)]
    wanted = [(n, a) for n, a in wanted if not options.only or n in options.only]
    options.folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: record(options.folder, *one), wanted))
    return 0


if __name__ == "__main__":
    sys.exit(main())
