"""The built wheel, installed into a fresh environment away from the checkout."""

import json
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import optproof

CHECKOUT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.packaging, pytest.mark.timeout(600)]


def run(*command, cwd):
    unset = ("OPTPROOF_FIXTURES", "PYTHONPATH")
    environment = {k: v for k, v in os.environ.items() if k not in unset}
    words = list(map(str, command))
    how = {"capture_output": True, "text": True, "check": False}
    return subprocess.run(words, cwd=cwd, env=environment, **how)


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The sdist, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    done = run(sys.executable, "-m", "build", "--outdir", folder, CHECKOUT, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    [sdist], [wheel] = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="session")
def installed(built, tmp_path_factory):
    """The Python of a fresh environment that has the wheel."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder / "venv", with_pip=True)
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    done = run(scripts / "python", "-m", "pip", "install", "--quiet", built[1], cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return scripts


def test_the_wheel_holds_the_package_the_fixtures_and_the_specification(built):
    with zipfile.ZipFile(built[1]) as wheel:
        names = set(wheel.namelist())

    info = f"optproof-{optproof.__version__}.dist-info/"
    source = {
        p.relative_to(CHECKOUT / "reference").as_posix()
        for p in (CHECKOUT / "reference/optproof").rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    }
    manifest = json.loads((CHECKOUT / "fixtures/manifest.json").read_text())
    shipped = {f"optproof/fixtures/{name}" for name in manifest["files"]}
    shipped |= {
        f"optproof/fixtures/schema/{p.name}" for p in (CHECKOUT / "fixtures/schema").iterdir()
    }
    others = {f"optproof/{name}.md" for name in ("SPEC", "PROTOCOL", "fixtures/README")}
    others |= {"optproof/fixtures/manifest.json", "optproof/fixtures/vectors/HISTORY.md"}
    others |= {f"optproof/fixtures/kill-matrix{of}.md" for of in ("", "-trajectories")}
    assert {n for n in names if not n.startswith(info)} == source | shipped | others
    assert f"{info}licenses/LICENSE" in names
    assert "optproof/py.typed" in names


def test_the_sdist_holds_what_the_tests_need(built):
    with tarfile.open(built[0]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}

    tops = {name.partition("/")[0] for name in names}
    assert {
        "reference/SPEC.md",
        "fixtures/manifest.json",
        "tests/conftest.py",
        "pyproject.toml",
    } <= names
    assert {n for n in names if n.startswith("tests/methods/test_adam/")}
    assert not {t for t in tops if t.startswith(".") and t != ".gitignore"}


def test_it_brings_numpy_and_the_terminal_library_alone(installed, tmp_path):
    done = run(installed / "python", "-m", "pip", "list", "--format", "json", cwd=tmp_path)

    names = {package["name"].lower() for package in json.loads(done.stdout)}
    of_rich = {"rich", "markdown-it-py", "mdurl", "pygments", "typing-extensions"}
    assert names - {"pip", "setuptools", "wheel"} - of_rich == {"optproof", "numpy"}


def test_it_finds_its_own_fixtures_and_checks(installed, tmp_path):
    (tmp_path / "mine.py").write_text((CHECKOUT / "tests/implementations/plain.py").read_text())

    ask = "from optproof import fixtures; print(fixtures.root())"
    where = run(installed / "python", "-c", ask, cwd=tmp_path)
    reference = run(installed / "optproof", "check", "reference", cwd=tmp_path)
    mine = run(installed / "python", "-m", "optproof", "check", "mine.py", "--quiet", cwd=tmp_path)

    assert installed.parent in Path(where.stdout.strip()).parents
    assert (reference.returncode, reference.stderr) == (0, "")
    assert reference.stdout.splitlines()[-1].startswith("reference conforms")
    assert (mine.returncode, mine.stderr) == (0, "")


def test_what_needs_an_extra_says_which(installed, tmp_path):
    plot = run(installed / "optproof", "train", "--plot", "figures", cwd=tmp_path)

    assert plot.returncode == 2
    assert "pip install 'optproof[plots]'" in plot.stderr
