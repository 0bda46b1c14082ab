"""What a process wrote to standard error before it ended: the lines that say why."""

from __future__ import annotations

import re
from itertools import takewhile

from ..protocol import tidy

#: What says what happened, in the words of many languages' run times.
TELLS = re.compile(
    r"error|exception|panic|fatal|abort|assert|fail|cannot|can't|could not|unable|not found|denied"
    r"|what\(\)|segmentation|overflow|killed|no such|undefined",
    re.IGNORECASE,
)
#: Frames of a stack, which follow what they belong to.
FRAME = re.compile(r"^\s*(at \S|\[\d+\] |@ |\.\.\. \d+ more|#\d+ |\S+\.go:\d+ )")
#: What is said after every error, whatever it was.
NOISE = re.compile(
    r"^\s*([\^~]+|Node\.js v\S+|goroutine \d+ .*|exit status \d+|Execution halted|Calls: .*"
    r"|Traceback \(most recent call last\):|Stacktrace:|error: called from|==\d+==ABORTING"
    r"|note: run with .*|\[signal .*|\|?\s*)$"
)
#: Where a sanitizer begins to print memory.
TABLE = re.compile(r"^(SUMMARY: \w+Sanitizer|Shadow bytes around)")
#: Room for a place, a line of code, what happened there, and who called it.
BEFORE, AFTER = 2, 2


def useful(text: bytes) -> str:
    r"""Return the lines that say why, on one line; empty where nothing was written.

    >>> useful(b"x.mjs:3\nf();\n^\n\nError: no\n    at x.mjs:3:1\n    at main\n\nNode.js v18.1\n")
    'x.mjs:3 | f(); | Error: no | at x.mjs:3:1 | at main'
    """
    said = text.decode("utf-8", "replace").splitlines()
    said = list(takewhile(lambda line: not TABLE.match(line), said))
    lines = [line for line in said if not NOISE.match(line)]
    if not lines:
        return ""
    telling = [i for i, line in enumerate(lines) if not FRAME.match(line)] or [0]
    at = next((i for i in reversed(telling) if TELLS.search(lines[i])), telling[-1])
    # The frames of the error before are not what led here.
    before = [line for line in lines[max(0, at - BEFORE) : at] if not FRAME.match(line)]
    kept = [*before, *lines[at : at + 1 + AFTER]]
    return " | ".join(tidy(line.strip()) for line in kept)
