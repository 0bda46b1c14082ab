"""What narrows or loosens a run is visible, and can be pinned by who gives the marks."""

import hashlib
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from optproof import fixtures
from optproof.commands import check, cli
from optproof.formats import FORMATS
from optproof.versions import manifest_digest

pytestmark = pytest.mark.once  # nothing here depends on NumPy

SINGLE = """
import numpy as np

__optproof__ = {"dtype": "float32"}


def update_parameters_with_gd(parameters, grads, learning_rate):
    rate = np.float32(learning_rate)
    return {
        k: (np.float32(a) - rate * np.float32(grads["d" + k])).astype(np.float32)
        for k, a in parameters.items()
    }
"""
HEAVY = """
__optproof__ = {"variants": ["momentum.heavy-ball"]}


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    v = {k: beta * a + grads[k] for k, a in v.items()}
    return {k: a - learning_rate * v["d" + k] for k, a in parameters.items()}, v


def initialize_velocity(parameters):
    return {"d" + k: a * 0 for k, a in parameters.items()}
"""
NARROW = '[check]\nonly = ["velocity", "momentum/trajectory*"]\ntraining = "none"\ntimeout = 7\n'


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("single.py").write_text(SINGLE)
    Path("heavy.py").write_text(HEAVY)
    return tmp_path


def last_line(capsys):
    return capsys.readouterr().out.splitlines()[-1]


def test_settings_that_a_file_made_stand_in_the_verdict_and_in_every_report(here, capsys):
    Path("optproof.toml").write_text(NARROW)
    forms = {"json": "a.json", "junitxml": "a.xml", "markdown": "a.md", "badge": "b.json"}
    words = [word for form, path in forms.items() for word in (f"--{form}", path)]

    assert cli.main(["check", "heavy.py", "--quiet", *words]) == 0

    settings = "only velocity and momentum/trajectory*, training none, timeout 7 (optproof.toml)"
    assert f" with {settings} (" in last_line(capsys)
    assert json.loads(Path("a.json").read_text())["settings"] == settings
    assert f"with {settings}" in Path("a.md").read_text()
    assert settings in json.loads(Path("b.json").read_text())["message"]
    properties = {p.get("name"): p.get("value") for p in ET.parse("a.xml").iter("property")}
    assert properties["settings"] == settings
    assert properties["manifest"] == manifest_digest()


def test_a_run_without_a_file_names_none_and_the_command_line_is_no_file(here, capsys):
    assert cli.main(["check", "heavy.py", "-q", "--only", "velocity"]) == 0
    assert " with " not in last_line(capsys)
    Path("optproof.toml").write_text('[check]\nonly = ["adam"]\n')
    assert cli.main(["check", "heavy.py", "-q", "--only", "velocity"]) == 0
    assert " with " not in last_line(capsys)


def test_no_config_pins_the_settings(here, capsys):
    Path("optproof.toml").write_text('[check]\nonly = ["velocity"]\n')
    command = ["check", "heavy.py", "-q", "--training", "none", "--no-declared-variants"]
    assert cli.main(command) == 0  # the file has narrowed it to what is right
    assert cli.main([*command, "--no-config"]) == 1
    with pytest.raises(SystemExit):
        cli.main([*command, "--no-config", "--config", "optproof.toml"])


def test_known_deviations_of_a_submission_do_not_count_without_its_file(here):
    Path("optproof.toml").write_text('[[known]]\nid = "momentum.heavy-ball"\nreason = "mine"\n')
    command = ["check", "heavy.py", "-q", "--training", "none", "--no-declared-variants"]
    assert cli.main(command) == 0
    assert cli.main([*command, "--no-config"]) == 1


def test_declared_variants_are_honoured_unless_told_otherwise(here, capsys):
    command = ["check", "heavy.py", "-q", "--training", "none"]
    assert cli.main(command) == 0
    assert "(judged against momentum.heavy-ball)" in last_line(capsys)
    assert cli.main([*command, "--no-declared-variants"]) == 1
    assert "judged" not in last_line(capsys)
    named = ["--no-declared-variants", "--variant", "momentum.heavy-ball"]
    assert cli.main([*command, *named]) == 0


def test_the_declared_dtype_stands_in_the_verdict_and_can_be_pinned(here, capsys):
    command = ["check", "single.py", "-q", "--training", "none", "--only", "gd"]
    assert cli.main(command) == 0
    assert "(judged in float32)" in last_line(capsys)
    assert cli.main([*command, "--dtype", "float64"]) == 1
    assert "judged" not in last_line(capsys)


def test_every_dtype_can_be_pinned():
    assert tuple(FORMATS) == check.DTYPES


def test_a_dtype_is_pinned_in_the_trainings_too(here, capsys):
    double = SINGLE.replace("float32", "float64")
    Path("double.py").write_text(double.replace('"dtype": "float64"', '"dtype": "float32"'))
    command = ["check", "double.py", "-q", "--only", "training/gd", "--dtype", "float64"]
    assert cli.main(command) == 0
    assert "judged" not in last_line(capsys)


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("{'varients': []}", "__optproof__ has no key 'varients'; known are dtype and variants"),
        ("{'Dtype': 'float32'}", "__optproof__ has no key 'Dtype'"),
        ("{3: 4}", "__optproof__ has no key 3"),
        ("{'dtype': 'f4'}", "'dtype': 'f4'; known are float64"),
        ("{'dtype': ['float32']}", "'dtype': ['float32']; known are"),
        ("{'variants': 'adam.epsilon-hat'}", "'variants': 'adam.epsilon-hat'; it must be a list"),
        ("{'variants': [1]}", "'variants': [1]; it must be a list of names"),
        ("['float32']", "write it as __optproof__ = {'dtype': 'float32'}"),
    ],
)
def test_a_slip_in_the_declaration_is_an_error(here, capsys, declared, message):
    Path("slip.py").write_text(f"__optproof__ = {declared}\n")
    assert cli.main(["check", "slip.py"]) == 3
    assert message in capsys.readouterr().err


def test_an_unknown_declared_variant_is_an_error(here, capsys):
    Path("slip.py").write_text("__optproof__ = {'variants': ['adam.epsilon-hatt']}\n")
    assert cli.main(["check", "slip.py"]) == 2
    assert "'adam.epsilon-hatt' is not a variant" in capsys.readouterr().err


def test_the_report_carries_the_manifests_hash(here):
    assert cli.main(["check", "heavy.py", "-q", "--only", "velocity", "--json", "a.json"]) == 0
    digest = json.loads(Path("a.json").read_text())["versions"]["manifest"]
    assert digest == manifest_digest()
    manifest = (fixtures.root() / "manifest.json").read_bytes()
    assert digest == hashlib.sha256(manifest).hexdigest()


@pytest.mark.parametrize(
    ("line", "noted"),
    [
        ("from optproof.methods import update_parameters_with_gd as step", True),
        ("import optproof.methods", True),
        ("from optproof import methods as m", True),
        ("import optproof", True),
        ("import json", False),
    ],
)
def test_a_target_that_imports_the_reference_is_noted(here, line, noted):
    inside = f"def initialize_velocity(parameters):\n    {line}\n    return {{}}\n"
    Path("leaning.py").write_text(inside)
    cli.main(["check", "leaning.py", "-q", "--only", "velocity", "--json", "a.json"])
    notes = json.loads(Path("a.json").read_text())["notes"]
    assert any("imports optproof's own operations" in note for note in notes) is noted
