"""What people mistype, and what their machines lack, ends in one message; a bug says so."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from optproof.commands import cli, explain

pytestmark = pytest.mark.once  # nothing here depends on NumPy

SOUND = (
    "import numpy as np\n"
    "def initialize_velocity(parameters):\n"
    "    return {'d' + k: np.zeros_like(a) for k, a in parameters.items()}\n"
)
QUICK = ("--only", "velocity/documented")
LONG = "a" * 5000
NASTY = "bad\x1b[31m\noptproof: all is well\x07\udcff"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(SOUND)
    Path("folder").mkdir()
    Path("secret.py").write_text(SOUND)
    Path("secret.py").chmod(0)
    Path("latin.toml").write_bytes(b"# caf\xe9\n")
    Path("deep.toml").write_text("x = " + "[" * 100_000)
    Path("deep.json").write_text("[" * 100_000)
    Path("open.json").write_text("{")
    Path("list.json").write_text("[1]")
    Path("note.txt").write_text("hello")
    Path("empty.py").touch()
    for name in ("pipe", "pipe.py", "pipe.toml"):
        os.mkfifo(name)
    return tmp_path


SLIPS = {
    "no words": ("", 2, "commands:"),
    "a command mistyped": ("chekc mine.py", 2, "did you mean optproof check?"),
    "no command": ("mine.py", 2, "did you mean optproof check mine.py?"),
    "an option mistyped": (
        "check mine.py --jsn a",
        2,
        "unrecognized arguments: --jsn a; did you mean --json?",
    ),
    "two targets": ("check mine.py mine.py", 2, "unrecognized arguments: mine.py"),
    "a target and --exec": ("check mine.py --exec cat", 2, "not allowed with argument"),
    "an option without its value": ("check mine.py --json", 2, "expected one argument"),
    "a pipe": ("check pipe.py", 2, "pipe.py is a device or a pipe"),
    "a device": ("check /dev/zero", 2, "/dev/zero is a device or a pipe"),
    "a text": ("check note.txt", 2, "note.txt is none of"),
    "a name that is too long": (f"check {LONG}.py", 2, "File name too long"),
    "an empty file": ("check empty.py", 5, ""),
    "no such --config": ("check mine.py --config no.toml", 2, "no.toml: cannot be read (No such"),
    "a pipe as --config": ("check mine.py --config pipe", 2, "pipe: cannot be read (it is not a"),
    "a folder as --config": ("check mine.py --config folder", 2, "folder: cannot be read"),
    "a long --config": (f"check mine.py --config {LONG}", 2, "cannot be read (File name too long)"),
    "--config not UTF-8": ("check mine.py --config latin.toml", 2, "cannot be read (not UTF-8)"),
    "a deep --config": ("check mine.py --config deep.toml", 2, "deep.toml: n"),
    "no such --mapping": ("check mine.py --mapping no.toml", 2, "no.toml: cannot be read"),
    "a pipe as --mapping": ("check mine.py --mapping pipe.toml", 2, "cannot be read (it is not a"),
    "a folder as --mapping": ("check mine.py --mapping folder", 2, "folder: cannot be read"),
    "a long --mapping": (f"check mine.py --mapping {LONG}", 2, "(File name too long)"),
    "a deep --mapping": ("check mine.py --mapping deep.json", 2, "deep.json: nested too deeply"),
    "half a --mapping": ("check mine.py --mapping open.json", 2, "open.json: Expecting"),
    "a list as --mapping": ("check mine.py --mapping list.json", 2, "is not a table of sections"),
    "an endless time": ("check mine.py --timeout 1e300", 2, "1e+300 seconds is too much"),
    "a time beyond floats": ("check mine.py --timeout 1e999", 2, "is not a finite number"),
    "endless memory": ("check mine.py --memory 1e300", 2, "1e+300 GiB is too much"),
    "no number of runs": ("check mine.py --statistical --runs " + "9" * 5000, 2, "is too much"),
    "no such case": ("check mine.py --only adma", 2, "nothing is called 'adma'"),
    "an unclosed quote": ("""check --exec "'node" """, 2, "no closing quotation"),
    "an --exec that is not there": ("check --exec no-such-program", 3, "cannot be started"),
    "an --exec that is a folder": ("check --exec ./folder", 3, "cannot be started"),
    "an --exec that ends": ("check --exec true", 3, "its process ended (exit code 0)"),
    "an --exec that talks": ("check --exec 'echo hello'", 3, "it sent"),
    "--plot into a file": ("check mine.py --plot note.txt", 2, "no figures can be written there"),
    "--json into a folder": ("check mine.py --json folder", 2, "folder is a folder"),
    "an unknown id": ("explain adam.epsilon", 2, "adam.epsilon"),
    "an empty id": ("explain ''", 2, "''"),
    "a seed that is too large": ("train --seed " + "9" * 5000, 2, "is not a whole number from 0"),
    "epochs without end": ("train --epochs " + "9" * 5000, 2, "is too much"),
    "an unknown library": ("libraries torhc", 2, "no adapter torhc"),
    "records that are none": ("drift show note.txt", 2, "not a file of drift records"),
    "a deep file of records": ("drift show deep.json", 2, "not a file of drift records"),
    "no such variant": ("check mine.py --variant adam.epsilon-hatt", 2, "is not a variant"),
    "an action mistyped": ("baseline updaet --reason r mine.py", 2, "invalid choice: 'updaet'"),
}


@pytest.mark.parametrize(("line", "code", "message"), SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_ends_in_one_message(here, run, line, code, message):
    words = shlex.split(line)

    ran = run(*words, *(QUICK if words[:1] == ["check"] and "--only" not in words else ()))

    assert ran.code == code
    assert message in ran.err
    complaints = [x for x in ran.err.splitlines() if x.startswith("optproof") and ": " in x]
    assert len(complaints) == (1 if code != 5 and words else 0)
    assert len(ran.err) < 4000
    assert "bug of optproof" not in ran.err


SETTINGS = {
    "training = ['short']": "training is ['short']; it must be none or short or full",
    "training = {a = 1}": "training is {'a': 1}; it must be none",
    "target = ['a.py']": "target is ['a.py']; it must be a text",
    "target = {}": "target is {}; it must be a text",
    "target = ''": "target is ''; it must be a text",
    'target = "a\\u0000b.py"': "it must be a text",
    "exec = []": "exec is []; it must be a text",
    "only = 'adam'": "only is 'adam'; it must be a list of texts",
    "only = [['adam']]": "it must be a list of texts",
    "variants = [{}]": "it must be a list of texts",
    "timeout = 1e300": "timeout is 1e+300; it must be a number above 0",
    "timeout = inf": "timeout is inf",
    "timeout = '10'": "timeout is '10'",
    "timeout = 1000000000000000000000000000000": "it must be a number above 0",
    "memory = -1": "memory is -1",
    "memory = []": "memory is []",
}


@pytest.mark.parametrize(("line", "message"), SETTINGS.items())
def test_a_setting_of_another_type_is_told(here, run, line, message):
    Path("optproof.toml").write_text(f"[check]\n{line}\n")

    ran = run("check", *(() if "target" in line else ("mine.py",)), *QUICK)

    assert ran.code == 2
    assert ran.err.startswith("optproof: ")
    assert message in ran.err


@pytest.mark.parametrize(
    "text",
    ["check = 3", "[[check]]", "known = {}", "[known]", "known = [3]", "[[known]]\nid = []", "= 3"],
)
def test_a_configuration_of_another_shape_is_told(here, run, text):
    Path("optproof.toml").write_text(text)
    assert run("check", "mine.py", *QUICK).code == 2


def test_names_of_files_are_printed_as_safely_as_messages(here, run):
    for words in (["check", f"{NASTY}.py"], ["check", "mine.py", "--json", f"{NASTY}/a"], [NASTY]):
        ran = run(*words)
        assert ran.code == 2
        assert "\\x1b[31m\\noptproof: all is well\\x07\\udcff" in ran.err
        assert "\x1b" not in ran.err
    assert "\x1b" not in run("check", "mine.py", NASTY).err
    Path(f"{NASTY}.py").write_text(SOUND)
    ran = run("check", f"{NASTY}.py", *QUICK, "--markdown", "a.md", "--junitxml", "a.xml")
    assert ran.code == 0
    assert "\\x1b[31m\\noptproof: all is well\\x07\\udcff.py" in " ".join(ran.out.split())
    for text in (ran.out, Path("a.md").read_text(), Path("a.xml").read_text()):
        assert "\x1b" not in text


# The machine


def shell(line, **variables):
    """Run a line of the shell in which $O is the command."""
    environment = {**os.environ, "O": f"{sys.executable} -m optproof", **variables}
    environment = {k: v for k, v in environment.items() if v is not None}
    return subprocess.run(
        ["bash", "-c", line], env=environment, capture_output=True, text=True, timeout=120
    )


CHECK = "$O check mine.py --only velocity/documented --quiet"
PASSES = "mine.py conforms: initial velocity (1 case: 1 pass)\n"
MACHINES = {
    "no columns": (f"COLUMNS=0 {CHECK}", 0, PASSES, ""),
    "one column": (f"COLUMNS=1 {CHECK}", 0, PASSES, ""),
    "columns that are no number": (f"COLUMNS=wide {CHECK}", 0, PASSES, ""),
    "a dumb terminal": (f"TERM=dumb {CHECK}", 0, PASSES, ""),
    "no terminal's name": (f"env -u TERM {CHECK}", 0, PASSES, ""),
    "no home": (f"env -u HOME {CHECK}", 0, PASSES, ""),
    "a home that is not there": (f"HOME=/no/such {CHECK}", 0, PASSES, ""),
    "no locale": (f"LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 {CHECK}", 0, PASSES, ""),
    "Python without asserts": (f"PYTHONOPTIMIZE=2 {CHECK}", 0, PASSES, ""),
    "warnings that are errors": (f"PYTHONWARNINGS=error {CHECK}", 0, PASSES, ""),
    "no stdin": (f"{CHECK} <&-", 0, PASSES, ""),
    "no stdout": (f"{CHECK} >&-", 0, "", ""),
    "no stderr": (f"{CHECK} 2>&-", 0, PASSES, ""),
    "no stdout to complain on": ("$O check no.py >&-", 2, "", "optproof: no such file: no.py"),
    "no stderr to complain on": ("$O check no.py 2>&-", 2, "", ""),
    "nothing at all": (f"{CHECK} <&- >&- 2>&-", 0, "", ""),
    "a full disk": (f"{CHECK} >/dev/full", 2, "", "optproof: standard output cannot be written"),
    "a full disk for both": (f"{CHECK} --json /dev/full >/dev/full", 2, "", "optproof: "),
    "a reader that goes": ("$O --version | true; exit ${PIPESTATUS[0]}", None, "", ""),
    "a help that nobody reads": ("$O check --help | true; exit ${PIPESTATUS[0]}", None, "", ""),
    "a folder that is gone": (
        "mkdir gone; cd gone; rmdir ../gone; $O check ../mine.py",
        2,
        "",
        "optproof: the current folder is gone",
    ),
    "the version all the same": (
        "mkdir gone; cd gone; rmdir ../gone; $O --version",
        0,
        "optproof ",
        "",
    ),
    "a folder that is read only": (
        f"mkdir r; cp mine.py r; cd r; chmod 500 .; {CHECK}",
        0,
        PASSES,
        "",
    ),
    "a hangup that is ignored": (f"nohup {CHECK} 2>/dev/null", 0, PASSES, ""),
    "fixtures that are not there": (
        f"OPTPROOF_FIXTURES=/no/such {CHECK}",
        2,
        "",
        "optproof: ",
    ),
    "an empty word": ("$O ''", 2, "", "optproof: there is no command ''"),
}


@pytest.mark.sample(6)
@pytest.mark.parametrize(("line", "code", "out", "err"), MACHINES.values(), ids=MACHINES.keys())
def test_a_machine_that_lacks_something(here, line, code, out, err):
    ran = shell(line)

    assert ran.returncode == code or (code is None and ran.returncode in (0, 141))
    assert ran.stdout.startswith(out)
    assert (ran.stderr if err == "" else ran.stderr[: len(err)]) == err
    assert "Traceback" not in ran.stderr


def test_our_own_bug_is_exit_70_with_what_to_report(run, monkeypatch):
    def broken(arguments, console):
        return {}[f"odd \x1b[31m {arguments.id}"]

    monkeypatch.setattr(explain, "run", broken)

    ran = run("explain", "ADAM-1")

    assert (ran.code, ran.out) == (70, "")
    assert ran.err.startswith("optproof: this is a bug of optproof's own")
    assert "please report: KeyError: 'odd \\x1b[31m ADAM-1'" in ran.err
    assert "at test_slips.py:" in ran.err
    assert "optproof explain ADAM-1" in ran.err
    assert "\x1b" not in ran.err


def test_signals_are_as_they_were_after_a_run(here):
    import signal

    before = [signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGHUP)]
    assert cli.main(["explain", "ADAM-1"]) == 0
    assert [signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGHUP)] == before
