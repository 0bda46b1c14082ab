"""Ten thousand submissions: memory that stays flat, and progress with a rate and the time left."""

import contextlib
import os
import subprocess
import sys
import tracemalloc

import pytest

from optproof.grading.course import Course, preloaded
from optproof.grading.journal import Journal
from optproof.grading.options import Options
from optproof.grading.pool import told_of
from optproof.grading.row import unjudged
from optproof.grading.submissions import Submission

from .conftest import HEAVY, MOMENTUM, write


class Quick:
    """Judges that judge nothing, in no time."""

    def __init__(self, options):
        self.options = options

    def run(self, contents):
        for content in contents:
            row = unjudged(content.student, "it is of no interest here", self.options.rubric)
            yield told_of(row, content, self.options)


@pytest.fixture
def course(tmp_path):
    """Make a course of so many submissions, all of one file, that is not graded yet."""
    write(tmp_path, {"ada.py": MOMENTUM})
    with contextlib.ExitStack() as opened:

        def course(count):
            journal = opened.enter_context(contextlib.closing(Journal(tmp_path / "out", True)))
            journal.begin(7)
            place = (("ada.py", tmp_path / "ada.py"),)
            students = [Submission(f"student {n}", place) for n in range(count)]
            return Course(students, Options(), journal)

        yield course


@pytest.mark.full
def test_memory_stays_flat_over_ten_thousand(course):
    count = 10_000
    made = course(count)
    peaks = []

    def on_row(row, is_new):
        if len(peaks) in (count // 10, count - 1):
            peaks.append(tracemalloc.get_traced_memory()[0])
        else:
            peaks.append(0)

    tracemalloc.start()
    try:
        made.run(contextlib.nullcontext(Quick(made.options)), on_row)
    finally:
        tracemalloc.stop()
    assert len(peaks) == count
    grown = (peaks[-1] - peaks[count // 10]) / (0.9 * count)
    # The student's key, and where its line stands; a row has 1,500 bytes and more.
    assert grown < 600
    assert sum(row.why == "it is of no interest here" for row in made.rows()) == count


def test_what_many_import_is_imported_before_they_are_forked(tmp_path):
    texts = {"a.py": "import json\n", "b.py": "import matplotlib.pyplot as plt\n"}
    texts |= {"c.py": "from scipy import special\n", "d.py": "import no_such_module\n"}
    write(tmp_path, texts)
    found = [Submission(n, ((n, tmp_path / n),)) for n in texts]
    assert "matplotlib.pyplot" in preloaded(found)
    assert "no_such_module" not in preloaded(found)
    assert preloaded(found[:1]) == ()
    assert preloaded([]) == ()


@pytest.mark.full
@pytest.mark.skipif(os.name != "posix", reason="not run: there is no terminal")
def test_a_terminal_shows_the_rate_and_the_time_left(tmp_path):
    import pty

    write(tmp_path / "class", {"ada.py": MOMENTUM, "alan.py": HEAVY, "eve.py": MOMENTUM})
    ours, theirs = pty.openpty()
    words = ["grade", "class", "--output", "out", "--only", "momentum/deep", "--jobs", "1"]
    run = subprocess.Popen(
        [sys.executable, "-m", "optproof", *words],
        cwd=tmp_path,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    with contextlib.suppress(OSError):  # its end
        while piece := os.read(ours, 4096):
            said += piece
    os.close(ours)
    assert run.wait() == 0
    assert b"per minute, left" in said
    assert b"3/3" in said
    assert b"[1/3]" not in said
