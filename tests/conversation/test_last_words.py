"""Of what a process writes before it ends, the lines that say why are shown."""

import pytest

from optproof.conversation.last_words import useful

SAID = {
    "nothing": ("", ""),
    "one line": ("no licence\n", "no licence"),
    "node": (
        "file:///serve.mjs:2\nnull.foo\n     ^\n\nTypeError: Cannot read properties of null\n"
        "    at f (file:///serve.mjs:2:20)\n    at file:///serve.mjs:9:1\n    at run (1:2)\n"
        "\nNode.js v20.20.2\n",
        "file:///serve.mjs:2 | null.foo | TypeError: Cannot read properties of null"
        " | at f (file:///serve.mjs:2:20) | at file:///serve.mjs:9:1",
    ),
    "java": (
        'Exception in thread "main" java.lang.RuntimeException: wrapped\n\tat A.f(A.java:1)\n'
        "Caused by: java.lang.NullPointerException: it is null\n\tat A.g(A.java:7)\n\t... 3 more\n",
        'Exception in thread "main" java.lang.RuntimeException: wrapped'
        " | Caused by: java.lang.NullPointerException: it is null | at A.g(A.java:7) | ... 3 more",
    ),
    "go": (
        "panic: runtime error: index out of range [5] with length 1\n\ngoroutine 1 [running]:\n"
        "main.f(...)\n\t/a/a.go:3\nmain.main()\n\t/a/a.go:2 +0x1d\nexit status 2\n",
        "panic: runtime error: index out of range [5] with length 1 | main.f(...) | /a/a.go:3",
    ),
    "r": (
        "Error in f(1) : object 'y' not found\nCalls: main -> f\nExecution halted\n",
        "Error in f(1) : object 'y' not found",
    ),
    "octave": (
        "error: 'x' undefined near line 1\nerror: called from\n    a at line 1 column 18\n",
        "error: 'x' undefined near line 1 | a at line 1 column 18",
    ),
    "c++": (
        "terminate called after 'std::runtime_error'\n  what():  bad input\n",
        "terminate called after 'std::runtime_error' | what():  bad input",
    ),
    "a sanitizer": (
        "=====\n==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x6\n"
        "    #0 0x5 in main s.c:2\n    #1 0x7 in start\n\nSUMMARY: AddressSanitizer: heap s.c:2\n"
        "Shadow bytes around the buggy address:\n  Stack after return: f5\n==7==ABORTING\n",
        "===== | ==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x6"
        " | #0 0x5 in main s.c:2 | #1 0x7 in start",
    ),
    "python": (
        'Traceback (most recent call last):\n  File "a.py", line 2, in f\n    g()\nKeyError: 1\n',
        'File "a.py", line 2, in f | g() | KeyError: 1',
    ),
    "talk, and no error": ("reading\nready\nworking\n", "reading | ready | working"),
}


@pytest.mark.parametrize(("said", "useful_lines"), SAID.values(), ids=SAID.keys())
def test_the_lines_that_say_why_are_shown(said, useful_lines):
    assert useful(said.encode()) == useful_lines


def test_what_cannot_be_shown_is_not():
    assert useful(b"error: \x1b[2J\xff\n") == "error:  [2J\ufffd"
