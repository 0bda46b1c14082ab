"""The guards of the fixtures notice what they are there for, on a copy that each test damages."""

import hashlib
import json
import shutil
import subprocess
import sys

import pytest

from optproof import fixtures
from optproof.commands.cli import main
from optproof.oracle import fixture_tools

pytest.importorskip("flint")

GD = "vectors/update_parameters_with_gd.json"


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the fixtures in a clean git checkout of its own."""
    folder = tmp_path / "fixtures"
    shutil.copytree(fixtures.root(), folder)
    monkeypatch.setenv("OPTPROOF_FIXTURES", str(folder))
    monkeypatch.delenv("CI", raising=False)
    git(folder, "init", "--quiet")
    commit(folder)
    forget()
    yield folder
    forget()


def git(folder, *arguments):
    names = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
    subprocess.run(["git", "-C", str(folder), *names, *arguments], check=True)


def commit(folder):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "state")


def forget():
    for cached in (fixtures.manifest, fixtures.load, fixtures.load_cases):
        cached.cache_clear()


def edit(folder, name, change, in_manifest=True):
    """Change the content of a file, and, as a forger would, its hash in the manifest."""
    path = folder / name
    content = json.loads(path.read_text("utf-8"))
    change(content)
    path.write_text(fixture_tools.render(content) + "\n", "utf-8")
    if in_manifest:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        manifest["files"][name]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    forget()


def tensor(content, name="W1"):
    return content["cases"][0]["expected"][name]


def fixtures_command(capsys, *arguments):
    code = main(["fixtures", *arguments])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


@pytest.mark.full
def test_the_shipped_fixtures_verify(copy, capsys):
    code, out = fixtures_command(capsys, "verify")
    assert (code, "0 problems" in out) == (0, True), out


def test_verify_finds_a_value_changed_in_its_last_digit_under_a_fresh_hash(copy, capsys):
    def change(content):
        tensor(content)["data"][0] += 2.0**-53

    edit(copy, GD, change)
    code, out = fixtures_command(capsys, "verify", GD)
    assert code == 1
    assert f"{GD}: gd/ordinary: W1: 1 of 6 values differ, by up to 1.11e-16" in out


def test_verify_finds_a_loosened_bound(copy, capsys):
    def change(content):
        tensor(content)["bound"][0] *= 10

    edit(copy, GD, change)
    code, out = fixtures_command(capsys, "verify", GD)
    assert code == 1
    assert "gd/ordinary: W1: 0 of 6 values differ, by up to 0, bound changed" in out


def test_verify_finds_changed_bytes_and_missing_files(copy, capsys):
    edit(copy, GD, lambda content: None, in_manifest=False)
    (copy / GD).write_bytes((copy / GD).read_bytes() + b"\n")
    (copy / "vectors" / "predict.json").unlink()
    code, out = fixtures_command(capsys, "verify", GD)
    assert code == 1
    assert f"{GD}: not the file that manifest.json lists" in out
    assert "vectors/predict.json: missing" in out


def test_a_file_that_is_not_there_is_not_verified(copy, capsys):
    code, out = fixtures_command(capsys, "verify", GD.replace("vectors", "vector"))
    assert (code, f"did you mean {GD}?" in out) == (2, True), out


def test_verify_finds_what_the_schema_forbids(copy, capsys):
    edit(copy, GD, lambda content: content["cases"][0].update(tolerance=1.0))
    code, out = fixtures_command(capsys, "verify", GD)
    assert code == 1
    assert "$.cases[0]" in out
    assert "'tolerance' was unexpected" in out


@pytest.mark.full
def test_regenerate_restores_a_changed_value_and_records_why(copy, capsys):
    good = (copy / GD).read_bytes()

    def change(content):
        tensor(content)["data"][0] += 0.5
        content["cases"].pop()

    edit(copy, GD, change)
    commit(copy)
    code, out = fixtures_command(capsys, "regenerate", "--reason", "a test")
    assert code == 0
    assert "gd/ordinary: W1: 1 of 6 values differ, by up to 0.5" in out
    assert "gd/trajectory-100: new" in out
    assert (copy / GD).read_bytes() == good
    assert ": a test (2 changes)" in (copy / "vectors" / "HISTORY.md").read_text("utf-8")
    forget()
    assert fixtures_command(capsys, "verify")[0] == 0


@pytest.mark.full
def test_regenerate_changes_nothing_where_nothing_changed(copy, capsys):
    before = {p.name: p.read_bytes() for p in copy.rglob("*.json")}
    assert fixtures_command(capsys, "regenerate", "--reason", "none")[0] == 0
    assert {p.name: p.read_bytes() for p in copy.rglob("*.json")} == before


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        ("ci", "not regenerated under CI"),
        ("dirty", "the checkout has changes"),
        ("reason", "--reason is empty"),
        ("no git", "is in no git checkout"),
    ],
)
def test_regenerate_refuses(problem, message, copy, capsys, monkeypatch):
    if problem == "ci":
        monkeypatch.setenv("CI", "true")
    if problem == "dirty":
        (copy / "README.md").write_text("changed")
    if problem == "no git":
        monkeypatch.setenv("GIT_DIR", str(copy / "nothing"))
    reason = " " if problem == "reason" else "because"
    before = (copy / GD).stat().st_mtime_ns
    code, out = fixtures_command(capsys, "regenerate", "--reason", reason)
    assert (code, message in out) == (2, True), out
    assert (copy / GD).stat().st_mtime_ns == before


def test_lint_finds_strays_repeats_and_dead_references(copy, capsys):
    def change(content):
        first, second = content["cases"][:2]
        second["id"] = first["id"]
        first["clauses"] = ["GD-99"]
        first["signatures"] = {"gd.unknown": {"W1": dict(tensor(content))}}
        content["notes"] = {"gd.unused": {"title": "t", "effect": "e", "clause": "GD-1"}}
        second["expected"]["W1"]["data"][0] = "NaN"

    edit(copy, GD, change)
    (copy / "vectors" / "stray.json").write_text("{}")
    code, out = fixtures_command(capsys, "lint")
    assert code == 1
    for problem in (
        "vectors/stray.json: an orphan",
        "gd/ordinary: 2 cases have this id",
        f"{GD}: SPEC.md has no clause GD-99",
        f"{GD}: no note declares 'gd.unknown'",
        f"{GD}: the note 'gd.unused' is used by no case",
        "gd/ordinary: holds NaN",
    ):
        assert problem in out
    assert "SPEC.md has no clause GD-1\n" not in out


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    "words",
    [
        ["check", "reference", "--exact"],
        ["certify", "--optimizer", "gd"],
        ["fixtures", "verify", "--training"],
    ],
)
def test_what_needs_python_flint_says_so(words, tmp_path):
    """In a Python of its own: here it may be imported already."""
    without = "import sys; sys.modules['flint'] = None"
    start = f"{without}; from optproof.commands.cli import main; sys.exit(main({words!r}))"
    done = subprocess.run(
        [sys.executable, "-c", start], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 2
    assert done.stderr == (
        "optproof: this needs python-flint\n  hint: pip install 'optproof[certify]'\n"
    )
