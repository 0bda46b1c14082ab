"""The command ``optproof``: reads arguments, calls the library, chooses the exit code.

Imports stand inside the commands, so that ``--help`` needs neither NumPy nor anything else.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import gc
import importlib
import io
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn, TextIO

from .. import __version__
from ..errors import OptproofError, UsageError, nearest, printable
from ..operations import ONE_THREAD
from ..versions import ShowVersion
from .later import ConsoleLater, import_later

#: What users need, in the order in which they need it, and what makes and guards the fixtures.
COMMANDS = (
    "check",
    "grade",
    "explain",
    "repro",
    "list",
    "smoke",
    "init",
    "baseline",
    "trace",
    "train",
    "libraries",
    "drift",
    "site",
    "completion",
)
MAINTAINERS = ("fixtures", "certify", "sweep", "whose-test")
#: Lines are not wrapped; a terminal that says it has no columns must not lose them.
WIDTH = 100
#: After so many new containers Python looks for unreachable ones: a command makes few, and ends.
SELDOM = 50_000
#: The exit code of a bug of optproof's own (EX_SOFTWARE).
OWN_BUG = 70
DESCRIPTION = """\
Find out whether an implementation of mini-batches, gradient descent, momentum
or Adam conforms, and if not, which mistake it makes:

  optproof check my_adam.py
"""


class Parser(argparse.ArgumentParser):
    """A parser whose errors repeat nothing that could hurt a terminal."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        super().error(printable(message))

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Refuse what no option takes, where its command is known; say which was meant."""
        namespace, unknown = super().parse_known_args(args, namespace)
        if unknown:
            option = unknown[0].partition("=")[0]
            near = nearest(option, self._option_string_actions) if option[0] == "-" else ""
            self.error(
                "; ".join(filter(None, (f"unrecognized arguments: {' '.join(unknown)}", near)))
            )
        return namespace, unknown

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Say which choice was meant."""
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            near = nearest(str(value), [str(choice) for choice in action.choices or ()])
            if near and "maybe" not in error.message:
                error.message += f"; {near}"
            raise


def build_parser(only: str = "") -> argparse.ArgumentParser:
    """Return the parser of the command line; where it is known, with the one command alone."""
    known = (*COMMANDS, *MAINTAINERS)
    modules = {name: module_of(name) for name in known if only not in known or name == only}
    lists = [
        f"{title}:\n" + "\n".join(f"  {n:<11} {modules[n].SHORT}" for n in group if n in modules)
        for title, group in (("commands", COMMANDS), ("for maintainers", MAINTAINERS))
    ]
    parser = Parser(
        prog="optproof",
        description=DESCRIPTION,
        epilog="\n\n".join([*lists, "'optproof COMMAND --help' explains one, with examples."]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="optproof COMMAND ...",
    )
    what = "show the versions of optproof and its fixtures, and stop"
    parser.add_argument("--version", action=ShowVersion, nargs=0, help=what)
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, help=argparse.SUPPRESS
    )
    for name, module in modules.items():
        command = commands.add_parser(
            name,
            prog=f"optproof {name}",
            help=module.SHORT,
            description=module.HELP,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.options(command)
        command.set_defaults(run=module.run)
    return parser


def module_of(command: str) -> Any:
    """Return the module of a command: its options, its help, its run."""
    return importlib.import_module(f".{command.replace('-', '_')}", __package__)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; whatever happens ends in one message on stderr."""
    words = sys.argv[1:] if argv is None else argv
    import_later("numpy")
    if argv is None:
        os.environ.update({**ONE_THREAD, **os.environ})
        gc.set_threshold(SELDOM)
    _open_streams()
    try:
        with _stopped_by_signals():
            try:
                code = _run(words, own_process=argv is None)
            finally:
                sys.stdout.flush()  # here, where it can still be told that nobody reads it
        return code
    except OptproofError as error:
        return _fail(error.exit_code, str(error))
    except KeyboardInterrupt:
        return _fail(130, "interrupted")
    except BrokenPipeError:  # its reader has gone, and wants no message either
        _give_up(sys.stdout)
        return 141
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EBADF):
            return _own_bug(error, words)
        _give_up(sys.stdout)
        return _fail(2, f"standard output cannot be written ({error.strerror})")
    except Exception as error:
        return _own_bug(error, words)


def _run(words: Sequence[str], own_process: bool) -> int:
    parser = build_parser(words[0] if words else "")
    if not words:
        parser.print_help(sys.stderr)
        return UsageError.exit_code
    _check_command(words[0])
    arguments = parser.parse_args(words)
    arguments.own_process = own_process
    try:
        os.getcwd()
    except OSError:
        raise UsageError("the current folder is gone", "cd to one that is there") from None
    console = ConsoleLater(WIDTH)
    try:
        code: int = arguments.run(arguments, console)
    except SystemExit:  # how rich ends where its reader has gone
        raise BrokenPipeError from None
    except ModuleNotFoundError as error:
        if error.name != "flint":
            raise
        raise UsageError("this needs python-flint", "pip install 'optproof[certify]'") from None
    return code


def _check_command(word: str) -> None:
    """Say what was meant where the first word is no command."""
    known = (*COMMANDS, *MAINTAINERS)
    if word in known or word.startswith("-"):
        return
    hint = nearest(word, known).replace("mean ", "mean optproof ")
    hint = hint or f"did you mean optproof check {word}?"
    raise UsageError(f"there is no command {word!r}", f"{hint} 'optproof --help' lists them all")


def _open_streams() -> None:
    """Open what is closed: else a file that is opened later would be taken for stdout or stderr."""
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w" if descriptor else "r", encoding="utf-8"))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that cannot show a root


@contextlib.contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Let a hangup and a polite kill end as Ctrl-C does, with a report of what was done."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        numbers = []  # only the main thread may ask for signals
    numbers = [n for n in numbers if signal.getsignal(n) is signal.SIG_DFL]  # nohup ignores one
    for number in numbers:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)


def _fail(code: int, message: str) -> int:
    with contextlib.suppress(OSError):
        print(f"optproof: {message}", file=sys.stderr, flush=True)
    return code


def _give_up(stream: TextIO) -> None:
    """Point a stream that cannot be written to nowhere, so that its end is quiet."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _own_bug(error: Exception, words: Sequence[str]) -> int:
    """Say what to report of an error that nothing here expects."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    where = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))
    return _fail(
        OWN_BUG,
        f"this is a bug of optproof's own, and no verdict on what was checked\n"
        f"  please report: {printable(f'{type(error).__name__}: {error}')[:500]}\n"
        f"    at {where}\n"
        f"    optproof {__version__}, Python {sys.version.split()[0]}, {sys.platform}: "
        f"{printable(' '.join(['optproof', *words]))[:500]}\n"
        "  where: the issues of the repository that optproof came from",
    )
