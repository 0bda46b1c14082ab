"""The gate in a repository that uses it: the ratchet from green to stale, and the CI recipes."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from optproof import __version__, fixtures
from optproof.commands import cli

pytestmark = pytest.mark.once  # nothing here depends on NumPy

CHECKOUT = Path(__file__).resolve().parents[2]
RIGHT = "(np.sqrt(s_hat) + epsilon)"
WRONG = "np.sqrt(s_hat + epsilon)"
BIN = Path(sys.executable).parent


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A copy of the sample repository, as current folder."""
    copy = shutil.copytree(CHECKOUT / "tests" / "sample_repository", tmp_path / "repository")
    monkeypatch.chdir(copy)
    return copy


def commit(old, new):
    """Change the optimizer."""
    path = Path("mylib/optim.py")
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def run_pytest():
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rxf"]
    return subprocess.run(command, capture_output=True, text=True)


def test_green_then_red_with_the_mistake_named_then_known_then_stale(repository, capsys):
    assert cli.main(["check"]) == 0

    commit(RIGHT, WRONG)
    capsys.readouterr()
    assert cli.main(["check"]) == 1
    assert "(adam.epsilon-inside-sqrt)" in capsys.readouterr().out

    assert cli.main(["baseline", "update", "--reason", "goes with release 2"]) == 0
    assert cli.main(["check"]) == 0

    commit(WRONG, RIGHT)
    capsys.readouterr()
    assert cli.main(["check"]) == 1
    assert "remove adam.epsilon-inside-sqrt from optproof.toml" in capsys.readouterr().out

    assert cli.main(["baseline", "update", "--reason", "repaired"]) == 0
    assert cli.main(["check"]) == 0


@pytest.mark.full
def test_pytest_says_the_same_at_each_step(repository):
    assert run_pytest().returncode == 0

    commit(RIGHT, WRONG)
    failed = run_pytest()
    assert failed.returncode == 1
    assert "(adam.epsilon-inside-sqrt)" in failed.stdout

    assert cli.main(["baseline", "update", "--reason", "goes with release 2"]) == 0
    known = run_pytest()
    assert known.returncode == 0
    assert "goes with release 2 (adam.epsilon-inside-sqrt)" in known.stdout

    commit(WRONG, RIGHT)
    stale = run_pytest()
    assert stale.returncode == 1
    assert "optproof::adam.epsilon-inside-sqrt" in stale.stdout


def test_version_tells_the_fixtures_by_their_hash(capsys, monkeypatch, tmp_path):
    manifest = (fixtures.root() / "manifest.json").read_bytes()
    digest = hashlib.sha256(manifest).hexdigest()
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    version = json.loads(manifest)["version"]
    expected = f"optproof {__version__}, fixtures {version} (manifest sha256 {digest})\n"
    assert capsys.readouterr().out == expected
    monkeypatch.setenv("OPTPROOF_FIXTURES", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 2


def shell(command, **variables):
    """Run a recipe's line as CI does, with this environment's programs."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, **variables}
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", command],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def action_step(name, tmp_path, **inputs):
    """Run a step of action.yml, its expressions filled in as GitHub does."""
    action = yaml.safe_load((CHECKOUT / "action.yml").read_text("utf-8"))
    assert action["runs"]["using"] == "composite"
    assert inputs.keys() <= action["inputs"].keys()
    values = {f"inputs.{k}": inputs.get(k, v["default"]) for k, v in action["inputs"].items()}
    values["github.action_path"] = str(CHECKOUT)
    (step,) = (step for step in action["runs"]["steps"] if step["name"] == name)
    assert step["shell"] == "bash"
    assert "${{" not in step["run"]  # an input is never part of the program
    env = {
        key: re.sub(r"\$\{\{ (.+?) \}\}", lambda found: values[found[1]], value)
        for key, value in step["env"].items()
    }
    summary = tmp_path / "summary.md"
    summary.touch()
    run = shell(step["run"], GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary), **env)
    return run, summary.read_text("utf-8") if summary.exists() else ""


def test_the_actions_step_checks_annotates_and_writes_the_summary(repository, tmp_path):
    run, summary = action_step("optproof check", tmp_path)
    assert run.returncode == 0, run.stderr
    assert "mylib.optim conforms" in summary
    commit(RIGHT, WRONG)
    run, summary = action_step(
        "optproof check", tmp_path, target="mylib/optim.py", arguments="--training none -q"
    )
    assert run.returncode == 1
    assert "adam.epsilon-inside-sqrt" in summary
    where = r"::error file=mylib/optim.py,line=\d+,title="
    assert re.search(where + "optproof%3A update_parameters_with_adam deviates::", run.stdout)


def test_the_actions_input_is_no_program(repository, tmp_path):
    run, _ = action_step("optproof check", tmp_path, target="a; touch harmed #")
    assert run.returncode == 2
    assert not Path("harmed").exists()


@pytest.mark.packaging
def test_the_action_installs_itself(tmp_path):
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    programs = str(tmp_path / "venv" / "bin")
    action = yaml.safe_load((CHECKOUT / "action.yml").read_text("utf-8"))
    install = next(s for s in action["runs"]["steps"] if s["name"] == "Install optproof")
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    run = shell(f"PATH={path}; cd /; {install['run']}; optproof --version", HERE=str(CHECKOUT))
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("optproof ")


def recipes():
    """Return the lines of the CI page that run optproof check, and the pre-commit hook's."""
    page = (CHECKOUT / "reference" / "CI.md").read_text("utf-8")
    blocks = re.findall(r"^```(?:sh|yaml)\n(.*?)^```", page, re.M | re.S)
    lines = re.findall(r"^(?: +- )?(optproof check .*)$", "\n".join(blocks), re.M)
    (hook,) = yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return [*lines, hook["entry"]]


@pytest.mark.sample(2)
@pytest.mark.parametrize("command", recipes())
def test_each_recipe_is_green_and_then_red(repository, command):
    run = shell(command)
    assert run.returncode == 0, run.stderr
    commit(RIGHT, WRONG)
    assert shell(command).returncode == 1


def test_the_recipes_are_yaml_and_name_what_there_is():
    page = (CHECKOUT / "reference" / "CI.md").read_text("utf-8")
    blocks = [yaml.safe_load(b) for b in re.findall(r"^```yaml\n(.*?)^```", page, re.M | re.S)]
    github, gitlab, pre_commit = blocks
    uses = github["jobs"]["optproof"]["steps"][-1]
    action = yaml.safe_load((CHECKOUT / "action.yml").read_text("utf-8"))
    assert uses["with"].keys() <= action["inputs"].keys()
    assert gitlab["optproof"]["artifacts"]["reports"]["junit"] in gitlab["optproof"]["script"][-1]
    hooks = yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert pre_commit["repos"][0]["hooks"][0]["id"] == hooks[0]["id"]
    assert len(recipes()) == 3


def test_every_document_names_the_same_repository_and_the_tag_of_this_version():
    project = (CHECKOUT / "pyproject.toml").read_text("utf-8")
    [address] = re.findall(r'^Source = "https://(.*)"$', project, re.M)
    owner_and_name = address.partition("/")[2]
    pages = [
        CHECKOUT / "README.md",
        CHECKOUT / "CITATION.cff",
        *(CHECKOUT / "reference").glob("*.md"),
    ]
    text = "\n".join(page.read_text("utf-8") for page in (*pages, CHECKOUT / "pyproject.toml"))
    named = set(re.findall(r"(?:github\.com/|uses: )([\w.-]+/optproof)\b", text))
    assert named == {owner_and_name}
    tags = set(re.findall(r"/optproof@(v[\d.]+)|rev: (v[\d.]+)", text))
    assert {a or b for a, b in tags} == {f"v{__version__}"}
    citation = yaml.safe_load((CHECKOUT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == __version__
    assert f"git tag -a v{__version__}" in (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8")
