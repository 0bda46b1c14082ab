"""The workflows: each step is run as GitHub runs it, with a tox that only notes its words."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from optproof import __version__
from optproof.libraries import ADAPTERS

pytestmark = pytest.mark.once  # nothing here depends on NumPy

CHECKOUT = Path(__file__).resolve().parents[2]
FAKE = '#!/bin/sh\necho "$(basename "$0") $*" >> "$NOTED"\n'


def jobs(name):
    return yaml.safe_load((CHECKOUT / ".github/workflows" / name).read_text("utf-8"))["jobs"]


def steps(name):
    job, *_ = jobs(name).values()
    return job, {step["name"]: step for step in job["steps"] if "run" in step}


def run(step, folder, **variables):
    """Run a step in a folder; its programs are the ones in ``folder/bin``, and the system's."""
    assert step["shell"] == "bash"
    assert "${{" not in step["run"]  # an expression is never part of the program
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "NOTED": str(folder / "noted"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            **variables,
        },
        capture_output=True,
        text=True,
    )


@pytest.fixture
def checkout(tmp_path):
    """A folder with the files that the steps need, and programs that note how they are called."""
    shutil.copytree(CHECKOUT / ".ci", tmp_path / ".ci")
    (tmp_path / "bin").mkdir()
    for name in ("tox", "python"):
        program = tmp_path / "bin" / name
        program.write_text(FAKE)
        program.chmod(0o755)
    return tmp_path


def labels():
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(CHECKOUT / "tox.ini", "utf-8")
    return dict(re.findall(r"^(\w+) = (.*)$", tox["tox"]["labels"], re.M))


def test_the_gate_is_one_file_that_can_be_started():
    _, found = steps("ci.yml")
    assert [step["run"] for step in found.values()] == [".ci/run"]
    assert os.access(CHECKOUT / ".ci" / "run", os.X_OK)


def test_the_gate_tests_on_one_python_first_and_the_matrix_after(checkout):
    """.ci/run itself, with a Python that makes an environment of noting programs."""
    fake = checkout / "bin" / "python3"
    fake.write_text(
        '#!/bin/sh\necho "python3 $*" >> "$NOTED"\n'
        f'mkdir -p "$3/bin"; cp "{checkout}/bin/tox" "{checkout}/bin/python" "$3/bin/"\n'
        f"printf '%s\\n' '#!/bin/sh' 'echo \"tox $* (python3.10: $(command -v python3.10))\" "
        '>> "$NOTED"\' > "$3/bin/tox"\n'
    )
    fake.chmod(0o755)
    _, found = steps("ci.yml")
    done = run(found["gate"], checkout)
    assert done.returncode == 0, done.stderr
    noted = (checkout / "noted").read_text().splitlines()
    assert noted[1] == "python -m pip install tox"
    assert noted[2] == "tox run -e py (python3.10: )"
    assert noted[-1].startswith("tox run -m matrix")


@pytest.mark.parametrize("label", steps("weekly.yml")[0]["strategy"]["matrix"]["label"])
def test_the_weekly_environments_are_those_of_a_label(checkout, label):
    assert label in labels()
    _, found = steps("weekly.yml")
    assert found["run"]["env"] == {"LABEL": "${{ matrix.label }}"}
    done = run(found["run"], checkout, LABEL=label)
    assert done.returncode == 0, done.stderr
    noted = (checkout / "noted").read_text().splitlines()
    assert noted == ["python -m pip install --quiet tox tox-uv", f"tox run -m {label}"]


def test_every_environment_is_run_by_the_gate_or_weekly():
    listed = re.findall(
        r"^\[testenv:([\w-]+)(?:-\{[\w,]+\})?\]", (CHECKOUT / "tox.ini").read_text("utf-8"), re.M
    )
    run_somewhere = " ".join(labels().values()) + " ".join(labels())
    assert {name for name in listed if name not in run_somewhere} <= {"library", "drift"}


def test_the_drift_table_goes_into_the_summary(checkout):
    _, found = steps("weekly.yml")
    (checkout / ".tox/drift/bin").mkdir(parents=True)
    (checkout / ".tox/drift/bin/optproof").symlink_to(Path(sys.executable).parent / "optproof")
    shutil.copy(CHECKOUT / ".ci/drift.json", checkout / ".tox/drift.json")
    done = run(found["drift"], checkout)
    assert done.returncode == 0, done.stderr
    table = (checkout / "summary.md").read_text()
    assert table == done.stdout
    assert table.startswith("| ULPs")
    assert "| 1.21.2 |" in table


@pytest.mark.parametrize(("tag", "code"), [(f"v{__version__}", 0), ("v0.0.0", 1), ("v1", 1)])
def test_a_release_is_built_from_the_tag_of_its_version(checkout, tag, code):
    shutil.copytree(CHECKOUT / "reference/optproof", checkout / "reference/optproof")
    _, found = steps("publish.yml")
    done = run(found["the tag is the version"], checkout, GITHUB_REF_NAME=tag)
    assert done.returncode == code


def test_what_is_uploaded_is_what_the_release_environment_built(checkout):
    build, upload = jobs("publish.yml").values()
    _, found = steps("publish.yml")
    assert run(found["build and check"], checkout).returncode == 0
    assert (checkout / "noted").read_text().splitlines()[-1] == "tox run -e release"
    [kept] = [s["with"] for s in build["steps"] if "upload-artifact" in s.get("uses", "")]
    [taken] = [s["with"] for s in upload["steps"] if "download-artifact" in s["uses"]]
    assert (taken["name"], taken["path"]) == (kept["name"], kept["path"]) == ("dist", "dist/")
    # The one job that may ask for a token of the forge runs nothing of ours.
    assert upload["permissions"] == {"id-token": "write"}
    assert not [s for s in upload["steps"] if "run" in s]
    assert "permissions" not in build


def test_the_pages_that_are_published_are_those_that_the_docs_environment_built(checkout):
    build, publish = jobs("pages.yml").values()
    _, found = steps("pages.yml")
    assert run(found["build"], checkout).returncode == 0
    assert (checkout / "noted").read_text().splitlines()[-1] == "tox run -e docs"
    [kept] = [s["with"]["path"] for s in build["steps"] if "upload-pages" in s.get("uses", "")]
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(CHECKOUT / "tox.ini", "utf-8")
    assert f" reference/docs {kept}\n" in tox["testenv:docs"]["commands"]
    # The pages lead to the conformance site by this name.
    assert f"optproof site {kept}/conformance " in tox["testenv:docs"]["commands"]
    assert 'href="conformance/index.html"' in (CHECKOUT / "reference/docs/index.md").read_text()
    # The one job that may publish runs nothing of ours.
    assert publish["permissions"] == {"pages": "write", "id-token": "write"}
    assert not [s for s in publish["steps"] if "run" in s]
    assert "permissions" not in build


def test_a_missing_python_is_named_with_what_to_do(tmp_path):
    for version in ("3.10", "3.11", "3.12"):
        (tmp_path / f"python{version}").write_text(FAKE)
        (tmp_path / f"python{version}").chmod(0o755)
    done = subprocess.run(
        [sys.executable, CHECKOUT / ".ci" / "pythons"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stdout.startswith("python3.13 is not on PATH. Install it, as by: pyenv install")
    assert "tox run -e py" in done.stdout
    assert "3.10" not in done.stdout


def test_every_library_has_a_job_of_its_own():
    [envs] = re.findall(r"^    libraries = (.+)$", (CHECKOUT / "tox.ini").read_text("utf-8"), re.M)
    names = [f"library-{n}" for n in re.findall(r"\{(.+)\}", envs)[0].split(",")]
    text = (CHECKOUT / ".github/workflows/weekly.yml").read_text("utf-8")
    [listed] = re.findall(r"env: \[([^\]]+)\]", text)
    assert re.split(r",\s*", listed) == [*names, "tfjs"]
    tox = (CHECKOUT / "tox.ini").read_text("utf-8")
    assert all(f"\n    {n.partition('-')[2]}: optproof libraries" in tox for n in names)
    checked = re.findall(r"^    \w+: optproof libraries (.+) \{env:REPORTS\}", tox, re.M)
    assert sorted(" ".join(checked).split()) == sorted(ADAPTERS)
