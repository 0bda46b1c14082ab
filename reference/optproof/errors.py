"""What can go wrong, one class a stage; each says what happened, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable

from . import statuses

#: Characters of a message: room for a long path and a list of what is known.
MOST = 2000


def printable(text: object) -> str:
    """Return text without what could move a cursor or start a line, and not without end."""
    text = str(text) if len(str(text)) <= MOST else f"{str(text)[:MOST]}..."
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a question that names what is spelt most like a word, or nothing.

    >>> nearest("adm", ["gd", "momentum", "adam"])
    'did you mean adam?'
    """
    from difflib import get_close_matches

    plain = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), plain, 1, 0.5)
    return f"did you mean {plain[close[0]]}?" if close else ""


class OptproofError(Exception):
    """Base of all errors of this package.

    Parameters
    ----------
    what : str
        What happened, and where.
    hint : str, optional
        What to do about it.
    """

    exit_code = 2

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        what, hint = printable(self.what), printable(self.hint)
        return f"{what}\n  hint: {hint}" if hint else what


class UsageError(OptproofError):
    """The request itself cannot be carried out: exit code 2."""


class FixtureError(OptproofError):
    """A fixture file is missing, damaged or not to its schema: exit code 2."""


class TargetError(OptproofError):
    """The implementation could not be started, or broke the protocol: exit code 3."""

    exit_code = 3


class NothingRunError(OptproofError):
    """There is nothing to run: exit code 5."""

    exit_code = 5


class CallError(OptproofError):
    """One call did not end in an answer; the rest of the run goes on.

    Each subclass says by its `status` what becomes of the case.
    """

    status = statuses.ERROR


class Malformed(CallError):
    """It answered, but with no result: an array of no known kind, None, too few values."""


class Raised(CallError):
    """It raised an exception. A case of an operation that answers others is an error."""

    status = statuses.NOT_CALLED


class Broken(CallError):
    """Its process ended, or sent what is no message; a new one is needed."""

    status = statuses.NOT_CALLED


class Stray(Broken):
    """It sent what is no message."""


class TimedOut(Broken):
    """It did not answer in time, and was stopped."""

    status = statuses.TIMED_OUT


class Unsupported(CallError):
    """It says that it does not implement this."""

    status = statuses.NOT_IMPLEMENTED


class NotSolved(Unsupported):
    """An exercise that is still to be solved."""

    status = statuses.NOT_SOLVED


class NotMade(CallError):
    """It cannot make the arguments that a recipe promises; they can be sent."""


class NotRun(CallError):
    """The case cannot be put to anybody here, or the run was stopped."""

    status = statuses.NOT_RUN
