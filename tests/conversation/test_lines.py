"""Lines of a pipe: cut, joined, waited for, and left alone once it is closed."""

import os
import threading
import time

import pytest

from optproof.conversation.lines import Lines, TooLate


@pytest.fixture
def pipe():
    ours, theirs = os.pipe()
    stream = os.fdopen(ours, "rb", 0)
    yield Lines(stream, longest=1000), theirs
    stream.close()


def test_lines_come_one_by_one_however_they_are_written(pipe):
    lines, theirs = pipe
    os.write(theirs, b"one\ntw")
    assert lines.next(1) == b"one\n"
    with pytest.raises(TooLate):
        lines.next(0)
    os.write(theirs, b"o\n\nfour")
    os.close(theirs)
    assert [lines.next(1) for _ in range(5)] == [b"two\n", b"\n", b"four", b"", b""]


def test_a_line_without_an_end_is_cut_off(pipe):
    lines, theirs = pipe
    os.write(theirs, b"x" * 1500 + b"\n")
    assert [len(lines.next(1)) for _ in range(2)] == [1000, 501]
    os.close(theirs)


def test_who_waits_finds_the_end_when_another_thread_has_closed_it(pipe):
    lines, theirs = pipe
    lines.close()
    assert lines.next(1) == b""
    lines.close()
    os.close(theirs)


def test_a_pipe_at_which_another_thread_waits_is_not_closed_under_it(pipe):
    lines, theirs = pipe
    got = []
    waiting = threading.Thread(target=lambda: got.append(lines.next(60)))
    waiting.start()
    while not lines._lock.locked():
        time.sleep(0.001)
    lines.close()
    os.write(theirs, b"late\n")
    waiting.join()
    assert got == [b"late\n"]
    os.close(theirs)
