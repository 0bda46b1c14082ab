"""The built wheel, installed into a fresh environment away from the checkout."""

import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import optproof

CHECKOUT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.packaging, pytest.mark.timeout(600)]


def run(*command, cwd, **variables):
    unset = ("OPTPROOF_FIXTURES", "PYTHONPATH")
    environment = {k: v for k, v in os.environ.items() if k not in unset} | variables
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
    pages = [*(CHECKOUT / "reference").glob("*.md"), CHECKOUT / "CHANGELOG.md"]
    others = {f"optproof/{p.name}" for p in pages} | {"optproof/fixtures/README.md"}
    others |= {"optproof/fixtures/manifest.json", "optproof/fixtures/vectors/HISTORY.md"}
    others |= {f"optproof/fixtures/kill-matrix{of}.md" for of in ("", "-trajectories")}
    assert {n for n in names if not n.startswith(info)} == source | shipped | others
    assert f"{info}licenses/LICENSE" in names
    assert "optproof/py.typed" in names


def test_the_sdist_holds_what_the_tests_need(built):
    with tarfile.open(built[0]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}

    listed = run("git", "ls-files", cwd=CHECKOUT)
    if listed.returncode != 0:
        pytest.skip("not run: this is not a checkout")
    tracked = set(listed.stdout.splitlines())
    files = {n for n in names if n and not any(o.startswith(f"{n}/") for o in names)}
    assert files - {"PKG-INFO"} == tracked


def test_the_sdist_can_be_tested(built, tmp_path):
    """The tests that read what only a checkout has: workflows, the action, documents."""
    with tarfile.open(built[0]) as sdist:
        how = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        sdist.extractall(tmp_path, **how)
    [folder] = tmp_path.iterdir()
    words = ("-q", "-m", "not packaging and not full", "-p", "no:cacheprovider")
    tests = ["tests/project/test_workflows.py", "tests/project/test_gate.py"]
    path = str(folder / "reference")
    done = run(sys.executable, "-m", "pytest", *words, *tests, cwd=folder, PYTHONPATH=path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def metadata(built):
    with zipfile.ZipFile(built[1]) as wheel:
        text = wheel.read(f"optproof-{optproof.__version__}.dist-info/METADATA").decode("utf-8")
    return Parser().parsestr(text)


def test_the_metadata_says_where_it_comes_from_and_its_links_lead_there(metadata):
    urls = dict(line.split(", ", 1) for line in metadata.get_all("Project-URL"))
    assert urls.keys() == {"Source", "Documentation", "Changelog", "Issues"}
    assert all(url.startswith(urls["Source"]) for url in urls.values())
    at = f"{urls['Source']}/blob/v{optproof.__version__}/"
    links = re.findall(r"\]\(([^)]+)\)", metadata.get_payload())
    assert links
    for link in links:
        assert link.startswith(("https://", "#"))
        if link.startswith(at):
            assert (CHECKOUT / link.removeprefix(at).partition("#")[0]).exists()


def test_each_extra_has_one_name_and_toml_needs_none(metadata):
    extras = {extra: [] for extra in metadata.get_all("Provides-Extra")}
    for requirement in metadata.get_all("Requires-Dist"):
        package, _, extra = requirement.partition("extra == ")
        if extra:
            extras[extra.strip("'\" ")].append(package)
        if package.startswith("tomli"):
            assert not extra
            assert "python_version < '3.11'" in package.replace('"', "'")
    assert len({tuple(packages) for packages in extras.values()}) == len(extras)


def test_it_brings_numpy_and_the_terminal_library_alone(installed, tmp_path):
    done = run(installed / "python", "-m", "pip", "list", "--format", "json", cwd=tmp_path)

    names = {package["name"].lower() for package in json.loads(done.stdout)}
    names.discard("tomli")  # on Python 3.10
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


def test_what_it_says_about_an_extra_works_where_no_index_has_optproof(installed, tmp_path):
    words = ("-m", "pip", "install", "--dry-run", "optproof[completion]")
    done = run(installed / "python", *words, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search("Would install .*shtab", done.stdout)
    assert not re.search("Would install .*optproof", done.stdout)


@pytest.fixture(scope="session")
def index(built):
    """The address of a package index on this machine that has optproof alone."""
    folder = built[1].parent / "served" / "simple" / "optproof"
    folder.mkdir(parents=True)
    links = [f'<a href="{f.name}">{f.name}</a>' for f in built]
    for file in built:
        shutil.copy(file, folder)
    (folder / "index.html").write_text(f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words):
            pass

    handler = functools.partial(Quiet, directory=folder.parents[1])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/simple/"
    server.shutdown()
    server.server_close()


#: The index of this machine has optproof; NumPy and rich come from where pip's settings say.
STARTERS = {
    "uvx": "uvx --no-cache --index {index} --from optproof=={version}"
    " optproof check reference --only adam -q",
    "pipx": "pipx run --pip-args=--extra-index-url={index} --spec optproof=={version}"
    " optproof check reference --only adam -q",
}


@pytest.mark.parametrize("command", STARTERS.values(), ids=STARTERS.keys())
def test_it_starts_without_being_installed(index, tmp_path, command):
    command = command.format(index=index, version=optproof.__version__).split()
    beside = Path(sys.executable).parent / command[0]
    if not (program := shutil.which(beside) or shutil.which(command[0])):
        pytest.skip(f"not run: there is no {command[0]} (tox run -e release brings it)")
    homes = {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_DEFAULT_PYTHON": sys.executable}
    done = run(program, *command[1:], cwd=tmp_path, **homes)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("reference conforms")
