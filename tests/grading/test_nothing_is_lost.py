"""Whatever a submission does, each has a row, and what is graded stays graded."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from optproof.grading import landlock
from optproof.grading.content import Content
from optproof.grading.journal import FILE, Journal
from optproof.grading.options import Options
from optproof.grading.row import Row
from optproof.grading.rubric import Rubric

from .conftest import ADAM, HEAVY, LINGERS, MOMENTUM, sleepers, write

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="not run: /proc is Linux's")
WALL = pytest.mark.skipif(
    landlock.version() < 6, reason="not run: this kernel's Landlock keeps no signals back"
)

#: What it does -> the verdict, and what is said of it.
HARMLESS = {
    "syntax": ("def f(:\n", "no verdict", "syntax error"),
    "exits": ("import sys; sys.exit(3)\n", "no verdict", "it calls sys.exit(3)"),
    "raises": ("raise KeyError('x')\n", "no verdict", "KeyError"),
    "ends": ("import os; os._exit(7)\n", "no verdict", "exit code 7"),
    "is killed": ("import os; os.kill(os.getpid(), 9)\n", "no verdict", "killed by SIGKILL"),
    "crashes": ("import ctypes; ctypes.string_at(0)\n", "no verdict", "killed by SIGSEGV"),
    "closes": ("import os; os.closerange(0, 99)\n", "no verdict", "its process ended"),
    "eats": ("kept = []\nwhile True: kept.append(bytearray(2**26))\n", "no verdict", "--memory"),
    "fills": (
        "with open('big', 'wb') as big:\n    while True: big.write(bytes(2**20))\n",
        "no verdict",
        "File too large",
    ),
    "recurses": (
        "def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):\n"
        "    return update_parameters_with_momentum(parameters, grads, v, beta, learning_rate)\n",
        "no verdict",
        "RecursionError",
    ),
    "prints": ("print('x' * 10**6)\n", "conforms", ""),
    "leaves a thread": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()\n",
        "conforms",
        "",
    ),
    "clears": ("import os; os.environ.clear()\n", "conforms", ""),
    "empties": (
        "import os\nfor name in os.listdir(): os.remove(name)\n",
        "conforms",
        "",
    ),
}


def course(deeds):
    """A class of those who do so, and one who does nothing."""
    return {
        "right.py": MOMENTUM,
        **{f"{who}.py": MOMENTUM + deed for who, (deed, _, _) in deeds.items()},
    }


def assert_told(graded, deeds):
    assert graded.rows["right"]["verdict"] == "conforms"
    assert graded.rows.keys() == {"right", *deeds}
    for who, (_, verdict, why) in deeds.items():
        assert graded.rows[who]["verdict"] == verdict, who
        assert why in graded.rows[who]["why"], who


def test_each_has_a_row_whatever_it_does(grade):
    files = course(HARMLESS) | {"no notebook.ipynb": "{", "nothing.py": "", "none.pdf": ""}
    graded = grade(files, "--only", "momentum/deep", "--memory", "1", "--jobs", 2)
    assert graded.code == 0
    rows = graded.rows
    assert "is not a notebook" in rows.pop("no notebook")["why"]
    assert rows.pop("nothing")["verdict"] == "nothing to judge"
    for who, (_, verdict, why) in HARMLESS.items():
        assert rows[who]["verdict"] == verdict, who
        assert why in rows[who]["why"], who
    assert rows["right"]["verdict"] == "conforms"
    assert rows.keys() == {"right", *HARMLESS}


def test_what_never_ends_is_ended(grade):
    files = {
        "right.py": MOMENTUM,
        "hangs.py": "while True: pass\n",
        "sleeps.py": "import time; time.sleep(999)\n",
        "stops.py": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)\n",
    }
    graded = grade(files, "--only", "momentum/deep", "--limit", 6, "--jobs", 4)
    whys = {student: row["why"] for student, row in graded.rows.items() if row["why"]}
    assert whys.keys() == {"hangs", "sleeps", "stops"}
    assert set(whys.values()) == {"it did not start within 6 s"}


@LINUX
def test_a_process_that_was_left_is_ended(grade):
    graded = grade({"lingers.py": MOMENTUM + LINGERS}, "--only", "momentum")
    assert graded.rows["lingers"]["verdict"] == "conforms"
    assert list(sleepers()) == []


HARMFUL = {
    "kills all": ("import os; os.kill(-1, 9)\n", "conforms", ""),
    "kills its parent": ("import os; os.kill(os.getppid(), 9)\n", "no verdict", "not permitted"),
    "kills in a call": (
        "def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):\n"
        "    import os; os.kill(os.getppid(), 9)\n",
        "no verdict",
        "not permitted",
    ),
    "writes": ("open('OUT/grades.csv', 'w')\n", "no verdict", "may not write to"),
    "changes its neighbour": ("open('CLASS/right.py', 'a')\n", "no verdict", "may not write to"),
    "writes by a shell": ("import os\nos.system('echo x >> OUT/journal.jsonl')\n", "conforms", ""),
    "removes by a shell": ("import os\nos.system('rm -rf OUT CLASS')\n", "conforms", ""),
    "writes elsewhere": ("open('/tmp/optproof-is-not-to-be', 'w')\n", "no verdict", "denied"),
}


@WALL
def test_who_means_harm_does_none(grade, tmp_path):
    places = {"OUT": str(tmp_path / "out"), "CLASS": str(tmp_path / "class")}
    files = course(HARMFUL)
    for name in files:
        for word, place in places.items():
            files[name] = files[name].replace(word, place)
    before = dict(files)
    graded = grade(files, "--only", "momentum/deep", "--jobs", 2)
    assert_told(graded, HARMFUL)
    lines = (graded.folder / FILE).read_text().splitlines()
    assert all(json.loads(line) for line in lines)
    assert {p.name: p.read_text() for p in (tmp_path / "class").iterdir()} == before


REFUSED = """
import os, shutil, sys
from optproof.grading import landlock
landlock.version = lambda: 0
from optproof.grading.guard import guard
folder = sys.argv[1]
guard([folder], writable=["/tmp"])
file = os.path.join(folder, "grades.csv")
for change in (
    lambda: open(file, "w"),
    lambda: os.open(file, os.O_WRONLY),
    lambda: os.remove(file),
    lambda: os.rename(file, file + "2"),
    lambda: os.symlink(file, file + "3"),
    lambda: shutil.rmtree(folder),
    lambda: os.chmod(file, 0),
):
    try:
        change()
    except PermissionError as error:
        assert "refused: a submission may not write" in str(error), error
    else:
        raise SystemError("it was let")
print(open(file).read())
"""


def test_where_there_is_no_landlock_python_refuses(tmp_path):
    write(tmp_path, {"out/grades.csv": "the grades"})
    words = [sys.executable, "-c", REFUSED, tmp_path / "out"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "the grades\n"


def test_own_temporary_files_are_its_own(grade):
    deed = "import tempfile\nwith tempfile.TemporaryFile() as f: f.write(b'x')\n"
    graded = grade({"ada.py": MOMENTUM + deed}, "--only", "momentum")
    assert graded.rows["ada"]["verdict"] == "conforms"


def row(key, why=""):
    return Row(key, "conforms", why, key=key)


@pytest.fixture
def journal(tmp_path):
    """Open the journal of a folder; all are closed at the end."""
    with contextlib.ExitStack() as opened:

        def journal(resume=True):
            made = Journal(tmp_path / "out", resume)
            opened.callback(made.close)
            return made

        yield journal


def test_a_journal_that_was_cut_off_or_damaged_keeps_the_others(journal):
    first = journal(resume=False)
    first.begin(7)
    for key in "abc":
        first.add(row(key))
    first.close()
    lines = first.path.read_text().splitlines()
    lines[2] = "somebody wrote here"
    first.path.write_text("\n".join([*lines, '{"row": {"student": "cut o']))
    second = journal()
    assert [second.has(key) for key in "abc"] == [True, False, True]
    assert second.row("c") == row("c")
    assert second.seed == 7
    second.add(row("d"))
    second.close()
    assert journal().row("d") == row("d")


def test_a_row_that_is_damaged_meanwhile_is_not_taken_for_another(journal):
    first = journal(resume=False)
    first.begin(7)
    first.add(row("a"))
    text = first.path.read_text()
    first.path.write_text(text.replace('"key": "a"', '"key": "b"'))
    assert first.row("a") is None


def test_the_folder_is_one_runs_alone(journal, grade):
    journal(resume=False)
    graded = grade({"ada.py": MOMENTUM}, "--only", "momentum")
    assert graded.code == 2
    assert "another run writes to" in graded.err


def test_what_is_graded_is_not_graded_again(grade):
    files = {"ada.py": ADAM, "alan.py": HEAVY}
    first = grade(files, "--only", "momentum", "--only", "adam")
    assert "graded before" not in first.err
    assert grade(files, "--only", "momentum", "--only", "adam").code == 2  # it would be lost
    same = grade(files, "--only", "momentum", "--only", "adam", "--resume")
    assert same.err.count("graded before") == 2
    assert same.rows == first.rows
    # Another submission, and another student.
    new = grade(
        {**files, "alan.py": MOMENTUM, "eve.py": ADAM},
        *("--only", "momentum", "--only", "adam", "--resume"),
    )
    assert new.err.count("graded before") == 1
    assert new.rows["ada"] == first.rows["ada"]
    assert new.rows["alan"]["verdict"] == "conforms"


def test_another_rubric_seed_or_version_is_another_key(monkeypatch):
    content = Content("ada", "a.py", {"a.py": MOMENTUM.encode()})
    options = Options(check={"seed": 7})
    key = options.key(content)
    assert key == Options(check={"seed": 7}, protected=("/out",), preload=("pandas",)).key(content)
    others = [
        options.key(replace(content, files={"a.py": HEAVY.encode()})),
        replace(options, rubric=Rubric({"update_parameters_with_momentum": 5.0})).key(content),
        replace(options, check={"seed": 8}).key(content),
    ]
    monkeypatch.setattr("optproof.grading.options.__version__", "9")
    others.append(options.key(content))
    assert key not in others


def test_two_runs_differ_in_times_alone(grade):
    files = {"ada.py": ADAM + HEAVY, "alan.py": MOMENTUM, "bad.py": "def"}
    one = grade(files, "--only", "momentum", output="one")
    two = grade(files, "--only", "momentum", "--jobs", 2, output="two")
    assert [row["student"] for row in without_times(one)] == ["ada", "alan", "bad"]
    assert without_times(one) == without_times(two)
    for name in ("ada", "alan", "bad"):
        assert one.feedback(name) == two.feedback(name)


def without_times(graded):
    return [{**row, "seconds": 0} for row in graded.content["rows"]]


def started(folder, *arguments):
    words = ["grade", "class", "--output", "out", "--training", "none", "--seed", "7", *arguments]
    return subprocess.Popen(
        [sys.executable, "-m", "optproof", *words],
        cwd=folder,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        # As in a terminal: a job in the background is started with Ctrl-C ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


WAITS = "import time, os\nwhile not os.path.exists('NEVER'): time.sleep(0.05)\n"


@pytest.mark.skipif(os.name != "posix", reason="not run: it is about signals")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
def test_a_run_that_is_stopped_keeps_what_it_has(how, grade, tmp_path):
    write(tmp_path / "class", {"a.py": MOMENTUM, "b.py": HEAVY, "c.py": WAITS})
    run = started(tmp_path, "--only", "momentum/deep", "--jobs", "1")
    try:
        lines = [run.stderr.readline() for _ in range(2)]
        assert "[2/3] b: deviates" in lines[1]
        run.send_signal(how)
        code = run.wait(timeout=60)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
        run.stderr.close()
    if how == signal.SIGINT:
        assert code == 130
        with open(tmp_path / "out" / "grades.csv") as table:
            assert "c,not graded," in table.read()
    else:
        wait_until_free(tmp_path / "out")
    (tmp_path / "class" / "c.py").write_text(MOMENTUM)
    graded = grade(tmp_path / "class", "--only", "momentum/deep", "--resume")
    assert graded.err.count("graded before") == 2
    assert {s: row["verdict"] for s, row in graded.rows.items()} == {
        "a": "conforms",
        "b": "deviates",
        "c": "conforms",
    }


def wait_until_free(folder):
    """The processes of a killed run end by themselves; its lock goes with the last."""
    for _ in range(600):
        with contextlib.suppress(Exception):
            Journal(folder, resume=True).close()
            return
        time.sleep(0.1)
    pytest.fail("the folder is still locked")
