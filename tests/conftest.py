"""What the tests share: the command as a user runs it, and fixture files to damage.

Every run says which NumPy it ran on, and stops where that is not the one expected.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from optproof import fast, fixtures, methods
from optproof.commands.cli import main
from optproof.protocol import decode

pytest_plugins = ["pytester"]

try:
    from numpy._core._multiarray_umath import __cpu_features__ as cpu_features
except ImportError:  # NumPy 1
    from numpy.core._multiarray_umath import __cpu_features__ as cpu_features


def pytest_report_header() -> str:
    return f"NumPy {np.__version__} from {os.path.dirname(np.__file__)}"


def pytest_sessionstart(session: pytest.Session) -> None:
    expected = os.environ.get("OPTPROOF_EXPECT_NUMPY")
    if expected and not np.__version__.startswith(f"{expected}."):
        pytest.exit(f"expected NumPy {expected}, imported {np.__version__}", returncode=4)
    without = os.environ.get("OPTPROOF_EXPECT_CPU_WITHOUT", "")
    if present := [name for name in without.split() if cpu_features[name]]:
        pytest.exit(f"expected NumPy without {', '.join(present)}", returncode=4)


@pytest.hookimpl(tryfirst=True)  # before -m looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave of each large set of parameters a fixed sample; the others are ``full``."""
    seen: dict[str, int] = {}
    for item in items:
        if marker := item.get_closest_marker("sample"):
            name = item.nodeid.partition("[")[0]
            seen[name] = seen.get(name, -1) + 1
            if seen[name] % marker.args[0]:
                item.add_marker("full")
    if moving := [item.nodeid for item in items if " at 0x" in item.nodeid]:
        raise pytest.UsageError(f"no address in a parameter's id; give ids: {moving[0]}")


settings.register_profile("optproof", deadline=None)  # no test asserts a time
settings.register_profile("mutation", deadline=None, derandomize=True, max_examples=20)
settings.load_profile("optproof")

CHECKOUT = Path(__file__).resolve().parents[1]
IMPLEMENTATIONS = Path(__file__).parent / "implementations"


@dataclass(frozen=True)
class Ran:
    """What a run of the command left behind."""

    code: int
    out: str
    err: str
    report: dict[str, Any] | None = None

    @property
    def said(self):
        """What was printed, on one line: where it is wrapped is the terminal's."""
        return " ".join(self.out.split())

    @property
    def statuses(self):
        """The status of each operation that is there; "pass" where all its cases pass."""
        worst = {}
        for result in self.report["results"]:
            if result["status"] not in ("not implemented", "not applicable", "not solved"):
                old = worst.get(result["operation"], "pass")
                worst[result["operation"]] = result["status"] if old == "pass" else old
        return worst

    def result(self, operation):
        """The first result of an operation that is not a pass."""
        of_it = [r for r in self.report["results"] if r["operation"] == operation]
        return next((r for r in of_it if r["status"] != "pass"), of_it[0])


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run ``optproof ARGUMENTS`` in an empty folder; no run ever ends in a traceback.

    The implementation has a process of its own anyway; the command has one where its environment
    is to differ, or where `alone` says so.
    """
    monkeypatch.chdir(tmp_path)

    def run(*arguments, env=None, alone=False):
        words = list(map(str, arguments))
        if env or alone:
            ran = _run_alone(words, env or {})
        else:
            capsys.readouterr()
            try:
                code = main(words)
            except SystemExit as exit:
                code = exit.code
            ran = Ran(code, *capsys.readouterr())
        assert "Traceback" not in ran.out + ran.err
        return ran

    return run


def _run_alone(words, env):
    done = subprocess.run(
        [sys.executable, "-m", "optproof", *words],
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def check(run, tmp_path):
    """Run ``optproof check`` on a source text or a path; also read what ``--json`` wrote."""

    def check(source, *arguments, training="none", **how):
        target = source
        if isinstance(source, str) and ("\n" in source or not source):
            target = tmp_path / "implementation.py"
            target.write_text(source)
        path = tmp_path / "report.json"
        path.unlink(missing_ok=True)
        level = ("--training", training) if training else ()
        ran = run("check", target, "--json", path, *level, *arguments, **how)
        report = json.loads(path.read_text()) if path.exists() else None
        return Ran(ran.code, ran.out, ran.err, report)

    return check


@pytest.fixture(scope="session")
def plain():
    """The plain transcription of the document, as a module."""
    return load_module(IMPLEMENTATIONS / "plain.py")


def load_module(path):
    """Import a file by its path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Trained:
    """A documented training of the reference, from the shipped data and initial parameters."""

    costs: np.ndarray  # of every epoch
    parameters: dict[str, np.ndarray]
    right: int  # of 300


@pytest.fixture(scope="session")
def documented_start():
    """X, Y, initial parameters and hyperparameters, as shipped."""
    moons = fixtures.load("training/moons.json")
    documented = fixtures.load("training/documented.json")
    parameters = decode(documented["initial_parameters"])
    return decode(moons["X"]), decode(moons["Y"]), parameters, documented["hyperparameters"]


@pytest.fixture(scope="session")
def trained(documented_start):
    """Every documented training, all 10,000 epochs of it: a dozen seconds, once."""
    X, Y, parameters, hyperparameters = documented_start
    outcome = {}
    for optimizer in methods.OPTIMIZERS:
        costs = np.empty(hyperparameters["num_epochs"])
        for epoch in fast.train(X, Y, parameters, optimizer, **hyperparameters):
            costs[epoch.number] = epoch.cost
        right = int((methods.predict(X, Y, epoch.parameters) == Y).sum())
        final = {k: a.copy() for k, a in epoch.parameters.items()}
        outcome[optimizer] = Trained(costs, final, right)
    return outcome


@pytest.fixture
def fixtures_copy(tmp_path):
    """A copy of the shipped fixtures to damage; give ``env`` to the command to use it."""
    return FixturesCopy(Path(shutil.copytree(CHECKOUT / "fixtures", tmp_path / "fixtures")))


class FixturesCopy:
    """A fixtures folder with a manifest that can be brought up to date after an edit."""

    def __init__(self, root):
        self.root = root
        self.env = {"OPTPROOF_FIXTURES": str(root)}

    def edit(self, name, change, listed=True):
        """Apply `change` to the content of a file; `listed`: the manifest learns its new hash."""
        path = self.root / name
        content = json.loads(path.read_text())
        change(content)
        path.write_text(json.dumps(content))
        if listed:
            manifest = json.loads((self.root / "manifest.json").read_text())
            manifest["files"][name]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
            (self.root / "manifest.json").write_text(json.dumps(manifest))
