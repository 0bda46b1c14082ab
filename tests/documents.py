"""What a document tells its reader to type: found, typed in, and held against what it shows.

    follow(text, run, folder)

``run`` is the fixture of conftest.py. Files that a block shows are written before the commands are
typed; output that a block shows after ``$ command`` must be what is printed, where ``...`` stands
for any text, and for any lines where it is a line of its own.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

#: What begins a command, in a block whose lines have no "$ " before them.
PROGRAM = re.compile(
    r"(?:optproof|python[\d.]*|pip|pipx|uvx?|tox|pytest|docker|git|eval|\.ci/run)(?=\s|$)"
    r"|[A-Z_]+=(?:\"[^\"]*\"|\S+) "
)
FENCE = re.compile(r"^ *(```+|~~~+|:::+) *(\S*)")
FILE = re.compile(r"^(?::(?:caption|name): |# )([\w./-]+\.(?:py|toml|ini|json|mjs|ipynb))$", re.M)


class Block(NamedTuple):
    """A block of a document that is shown as it is: its first line's number, what it says it is."""

    line: int
    kind: str
    text: str


class Command(NamedTuple):
    """A command of a block; `shown` is what the block shows of its output, or None."""

    line: int
    text: str
    shown: str | None


def blocks(text):
    """Yield the blocks between fences and those that are indented, in Markdown or reST."""
    found, lines = [], text.splitlines()
    at = 0
    while at < len(lines):
        start, line = at, lines[at]
        if fence := FENCE.match(line):
            at += 1
            while at < len(lines) and lines[at].strip() != fence[1]:
                at += 1
            found.append((start + 2, fence[2], lines[start + 1 : at]))
        elif re.match(r" {3,}\S", line) and (not start or not lines[start - 1].strip()):
            while at + 1 < len(lines) and re.match(r" {3,}\S| *$", lines[at + 1]):
                at += 1
            found.append((start + 1, "", lines[start : at + 1]))
        at += 1
    for start, kind, body in found:
        yield Block(start, kind, textwrap.dedent("\n".join(body)).rstrip() + "\n")


def commands(text):
    """Yield every command that a document shows; the steps of a recipe in YAML, too."""
    for block in blocks(text):
        lines = block.text.splitlines()
        if block.kind in ("yaml", "yml"):
            step = re.compile(r"^ *-? *(?:run: )?(?:- )?(?=\S)")
            lines = [
                step.sub("", line) if "- " in line or "run: " in line else "" for line in lines
            ]
        prompts = any(line.startswith("$ ") for line in lines)
        at = 0
        while at < len(lines):
            start, line = at, lines[at].removeprefix("$ ")
            at += 1
            if prompts != lines[start].startswith("$ ") or not (prompts or PROGRAM.match(line)):
                continue
            while at < len(lines) and _goes_on(line):
                line, at = f"{line}\n{lines[at]}", at + 1
            shown = None
            if prompts:
                end = at
                while end < len(lines) and not lines[end].startswith("$ "):
                    end += 1
                shown = "\n".join(lines[at:end]).strip("\n") or None
            yield Command(block.line + start, re.sub(r" +# .*", "", line).strip(), shown)


def _goes_on(line):
    """Whether a shell would read another line."""
    if line.endswith("\\"):
        return True
    try:
        shlex.split(line, comments=True)
    except ValueError:  # a quotation that is open
        return True
    return False


def files(text):
    """Return the files that a document shows, by name.

    A block names its file in its first line, as ``# my_adam.py``, or in an option ``:caption:``.
    """
    named = {}
    for block in blocks(text):
        head, _, rest = block.text.lstrip().partition("\n")
        if found := FILE.match(head):
            named[found[1]] = (rest if head.startswith(":") else block.text).lstrip("\n")
    return named


def is_like(shown, printed):
    """Whether what is printed is what a document shows of it."""
    lines = []
    for line in shown.splitlines():
        if line.strip() == "...":
            lines.append(r"(?:.*\n)*?")
        else:
            lines.append(re.escape(line.rstrip()).replace(r"\.\.\.", ".*") + r" *\n")
    if shown.rstrip().endswith("..."):
        lines.append(r"(?:.*\n)*")  # the rest may be wrapped
    return re.fullmatch("".join(lines), printed.strip("\n") + "\n") is not None


def type_in(command, run, folder):
    """Run a command as a reader types it, and return what became of it.

    What is optproof's own is run in this process: that is sooner.
    """
    words = shlex.split(command, comments=True)
    if words[0] == "optproof" and not re.search(r"[|;&<>$]", command):
        return run(*words[1:])
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [shutil.which("bash"), "-eo", "pipefail", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


def follow(text, run, folder, codes=None, leave_out=lambda text: False, before=None, numbers=True):
    """Type every command of a document, in its order, in one folder; return how many.

    Parameters
    ----------
    text : str
    run : callable
        The fixture ``run``, whose folder is `folder`.
    folder : Path
    codes : dict of str to int, optional
        Exit codes that are not 0, by command.
    leave_out : callable
        Whether a command is not typed here.
    before : dict of str to callable, optional
        What happens before a command is typed: what a document leaves to its reader.
    numbers : bool, default True
        Whether the numbers shown must be those printed.
    """
    for name, content in files(text).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    typed = 0
    for command in commands(text):
        if leave_out(command.text):
            continue
        if event := (before or {}).get(command.text):
            event()
        ran = type_in(command.text, run, folder)
        said = f"line {command.line}: {command.text}\n{ran.out}{ran.err}"
        assert ran.code == (codes or {}).get(command.text, 0), said
        if command.shown is not None:
            shown, printed = command.shown, ran.out
            if not numbers:
                shown, printed = (re.sub(r"[\d.]*\d", "#", t) for t in (shown, printed))
            assert is_like(shown, printed), f"shown:\n{command.shown}\n{said}"
        typed += 1
    return typed
