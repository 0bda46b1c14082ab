"""A page that is followed step by step: files written and changed, commands typed, as they come.

A page shows three kinds of blocks that count, and all else in it is prose:

- ``{code-block} LANGUAGE`` with a ``:caption:`` is the file of that name: it is written;
- ``{code-block} diff`` with a ``:caption:`` changes lines of that file;
- ``console`` has commands after ``$``, and under each what it prints (see :mod:`documents`).
"""

import re
from dataclasses import dataclass

from documents import is_like, type_in

FENCE = re.compile(
    r"^(?P<fence>```+)(?P<head>[^\n`]*)\n(?P<body>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL
)
FILE = re.compile(r":caption: (\S+)\n\n?")
ANY = "..."


@dataclass(frozen=True)
class Shown:
    """A command, and what stands under it."""

    command: str
    printed: list[str]


def commands(body):
    """Return the commands of a console block; one goes on after a backslash."""
    found = []
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        length = next((n for n, line in enumerate(lines, 1) if not line.endswith("\\")), 1)
        found.append(Shown("\n".join(lines[:length]), lines[length:]))
    return found


def agrees(shown, printed):
    """Whether what was printed is what is shown."""
    return is_like("\n".join(shown), "\n".join(printed))


def anew(shown, printed):
    """Return what to show of what was printed: as many lines before and after ``...`` as before."""
    if agrees(shown, printed):
        return shown
    loose = [line for line in shown if ANY in line and line.strip() != ANY]
    lines = [next((s for s in loose if agrees([s], [line])), line) for line in printed]
    if ANY not in shown:
        return lines
    before, after = shown.index(ANY), shown[::-1].index(ANY)
    return [*lines[:before], ANY, *(lines[-after:] if after else [])]


def change(path, lines):
    """Put the lines after ``+`` in place of those after ``-``."""
    old = "".join(line[1:] + "\n" for line in lines if not line.startswith("+"))
    new = "".join(line[1:] + "\n" for line in lines if not line.startswith("-"))
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{path.name} has not once:\n{old}"
    path.write_text(text.replace(old, new), "utf-8")


def carry_out(text, run, folder):
    """Return the page with what its commands print now; ``run`` is the fixture of conftest.py."""
    code = 0

    def typed(command):
        nonlocal code
        if command == "echo $?":
            return [str(code)]
        ran = type_in(command.replace("\\\n", " "), run, folder)
        code = ran.code
        return [line.rstrip() for line in (ran.out + ran.err).rstrip("\n").splitlines()]

    def block(match):
        head, body = match["head"].strip(), match["body"]
        if head == "console":
            lines = []
            for shown in commands(body):
                lines += [f"$ {shown.command}", *anew(shown.printed, typed(shown.command))]
            return "\n".join([f"{match['fence']}console", *lines, match["fence"]])
        if head.startswith("{code-block}") and (file := FILE.match(body)):
            path, rest = folder / file[1], body[file.end() :]
            path.parent.mkdir(parents=True, exist_ok=True)
            if head.endswith("diff"):
                change(path, rest.splitlines())
            else:
                path.write_text(rest, "utf-8")
        return match[0]

    return FENCE.sub(block, text)
