"""No output ever overwrites what optproof did not write, and none is lost."""

import json
import os
import stat
from pathlib import Path

import pytest

from optproof.commands import cli

pytestmark = pytest.mark.once  # nothing here depends on NumPy

SOUND = (
    "import numpy as np\n"
    "def initialize_velocity(parameters):\n"
    "    return {'d' + k: np.zeros_like(a) for k, a in parameters.items()}\n"
)
ADAPTED = "# optproof\n" + SOUND
FORMS = ("json", "junitxml", "markdown", "badge")
QUICK = ("--only", "velocity/documented", "--quiet")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    Path("mine.py").write_text(SOUND)
    return tmp_path


def left_behind():
    return sorted(p.name for p in Path().iterdir() if p.name.startswith("."))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "text", ["precious\n", ADAPTED, '{"name": "optproof"}', "# optproof\n", "<optproof/>", " "]
)
def test_what_optproof_did_not_write_stays(here, capsys, form, text):
    Path("theirs").write_text(text)

    assert cli.main(["check", "mine.py", *QUICK, f"--{form}", "theirs"]) == 2

    assert Path("theirs").read_text() == text
    out, err = capsys.readouterr()
    assert out == ""  # before anything ran
    assert "theirs is left as it is: optproof did not write it\n  hint: give another name" in err


@pytest.mark.parametrize("form", FORMS)
def test_its_own_report_and_an_empty_file_are_written_anew(here, form):
    Path("mine").touch(mode=0o640)
    for _ in range(2):
        assert cli.main(["check", "mine.py", *QUICK, f"--{form}", "mine"]) == 0
        assert "optproof" in Path("mine").read_text()
    other = FORMS[FORMS.index(form) - 1]
    assert cli.main(["check", "mine.py", *QUICK, f"--{other}", "mine"]) == 2


def test_an_empty_file_keeps_its_mode_and_a_new_one_follows_the_umask(here):
    Path("kept").touch()
    Path("kept").chmod(0o640)
    old = os.umask(0o077)
    try:
        cli.main(["check", "mine.py", *QUICK, "--json", "kept", "--markdown", "new"])
    finally:
        os.umask(old)
    assert stat.S_IMODE(Path("kept").stat().st_mode) == 0o640
    assert stat.S_IMODE(Path("new").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["--json", "a", "--markdown", "a"], "--markdown and --json"),
        (["--json", "a", "--badge", "./a"], "--badge and --json"),
        (["--json", "a", "--badge", "link"], "--badge and --json"),
        (["--json", "mine.py"], "--json and the target"),
        (["--json", "hard.py"], "--json and the target"),
        (["--json", "names.toml", "--mapping", "names.toml"], "--json and --mapping"),
        (["--json", "set.toml", "--config", "set.toml"], "--json and the configuration"),
    ],
)
def test_two_outputs_or_an_output_and_an_input_are_never_one_file(here, capsys, words, names):
    Path("link").symlink_to("a")
    Path("hard.py").hardlink_to("mine.py")
    for name in ("names.toml", "set.toml"):
        Path(name).touch()

    assert cli.main(["check", "mine.py", *QUICK, *words]) == 2

    assert f"{names} are one file" in capsys.readouterr().err
    assert Path("mine.py").read_text() == SOUND
    assert not Path("a").exists()


@pytest.mark.parametrize("target", ["empty.py", "empty.py:Adam"])
def test_an_empty_target_is_not_written_over(here, capsys, target):
    Path("empty.py").touch()
    assert cli.main(["check", target, "--json", "empty.py"]) == 2
    assert Path("empty.py").read_bytes() == b""


def test_a_symlink_stays_one(here):
    Path("folder").mkdir()
    Path("link.json").symlink_to("folder/report.json")
    for _ in range(2):
        assert cli.main(["check", "mine.py", *QUICK, "--json", "link.json"]) == 0
        assert Path("link.json").is_symlink()
        assert json.loads(Path("folder/report.json").read_text())["target"] == "mine.py"


@pytest.mark.parametrize("loop", [True, False])
def test_links_in_a_circle_and_names_that_are_too_long_are_told(here, capsys, loop):
    Path("a").symlink_to("b")
    Path("b").symlink_to("a")
    assert cli.main(["check", "mine.py", *QUICK, "--json", "a" if loop else "a" * 300]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_step_summary_is_added_to(here, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(here / "summary.md"))
    Path("summary.md").write_text("# of the step before\n")
    for times in (1, 2):
        assert cli.main(["check", "mine.py", *QUICK, "--markdown", "summary.md"]) == 0
        text = Path("summary.md").read_text()
        assert text.startswith("# of the step before\n")
        assert text.count("mine.py conforms") == times


def test_the_report_is_printed_and_the_others_are_written_where_one_cannot_be(here, capsys):
    words = ["--json", "/dev/full", "--markdown", "m.md"]
    assert cli.main(["check", "mine.py", *QUICK, *words]) == 2
    out, err = capsys.readouterr()
    assert out.startswith("mine.py conforms")
    assert err == "optproof: /dev/full cannot be written (No space left on device)\n"
    assert "mine.py conforms" in Path("m.md").read_text()
    assert left_behind() == []


def test_what_the_implementation_wrote_meanwhile_stays(here, capsys):
    Path("sly.py").write_text(f"{SOUND}open('report.json', 'w').write('its own')\n")
    assert cli.main(["check", "sly.py", *QUICK, "--json", "report.json"]) == 2
    assert Path("report.json").read_text() == "its own"
    assert "report.json is left as it is" in capsys.readouterr().err
    assert left_behind() == []


@pytest.mark.parametrize("where", ["-", "/dev/stdout"])
def test_standard_output_holds_the_report_alone_where_it_goes_there(run, tmp_path, where):
    (tmp_path / "mine.py").write_text(SOUND)
    ran = run("check", "mine.py", *QUICK, "--json", where, alone=True)
    assert ran.code == 0
    assert json.loads(ran.out)["exit_code"] == 0
    assert "mine.py conforms" in ran.err


def test_figures_are_not_drawn_over_what_optproof_did_not_draw(here, capsys):
    pytest.importorskip("matplotlib")
    Path("out").mkdir()
    Path("out/comparison.png").write_bytes(b"\x89PNG of a holiday")
    command = ["train", "--epochs", "1", "--optimizer", "gd", "--plot", "out"]
    assert cli.main(command) == 2
    assert "out/comparison.png is left as it is" in capsys.readouterr().err
    Path("out/comparison.png").unlink()
    assert cli.main(command) == cli.main(command) == 0


@pytest.mark.parametrize("command", ["sweep --seeds 1 --epochs 1", "drift record reference"])
def test_the_other_commands_leave_files_alone_too(here, capsys, command):
    Path("theirs.json").write_text('{"a": 1}')
    assert cli.main([*command.split(), "--output", "theirs.json"]) == 2
    assert Path("theirs.json").read_text() == '{"a": 1}'


# A target is required


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["check"], "nothing is named that could be checked"),
        (["smoke"], "nothing is named that could be checked"),
        (["baseline", "update", "--reason", "r"], "nothing is named that could be checked"),
        (["check", ""], "the target is empty"),
        (["check", " "], "the target is empty"),
        (["smoke", ""], "the target is empty"),
        (["trace", "", "--optimizer", "gd"], "the target is empty"),
        (["trace", "mine.py", "", "--optimizer", "gd"], "the target is empty"),
        (["check", "--exec", ""], "--exec is empty"),
    ],
)
def test_nothing_is_green_without_a_target(here, capsys, words, message):
    assert cli.main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert f"optproof: {message}\n  hint: give " in err


def test_an_empty_target_does_not_fall_back_on_the_file(here, capsys):
    Path("optproof.toml").write_text('[check]\ntarget = "mine.py"\n')
    assert cli.main(["check", "", *QUICK]) == 2
    assert cli.main(["check", *QUICK]) == 0
