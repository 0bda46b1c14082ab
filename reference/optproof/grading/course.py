"""A course, graded: what is handed in goes to judges, and each row to the journal as it comes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib.util import find_spec
from typing import Protocol

from .content import Content, read
from .journal import FILE, MOST_BEGUN, Journal
from .options import Options
from .pool import told_of
from .row import NOT_GRADED, Row, unjudged
from .submissions import Submission

#: What the worker's process may have imported before it knows a submission. Not those that are
#: set up as they are imported (JAX, Keras), nor those that start threads.
PRELOADABLE = (
    "matplotlib.pyplot",
    "scipy.special",
    "scipy.io",
    "sklearn.datasets",
    "sklearn.linear_model",
    "pandas",
    "h5py",
)
#: How many submissions are looked at for what they import; every how many-th must.
SAMPLE, EVERY = 50, 10


class Judges(Protocol):
    """The processes of this machine, or a cluster."""

    def run(self, contents: Iterator[Content]) -> Iterator[Row]: ...


class Course:
    """The submissions of a run, and what became of them.

    Parameters
    ----------
    submissions : sequence of Submission
    options : Options
    journal : Journal
    wanted : str
        Pattern of the file to judge.
    helpers : dict of bytes
        The course's own files.
    """

    def __init__(
        self,
        submissions: Sequence[Submission],
        options: Options,
        journal: Journal,
        wanted: str = "",
        helpers: Mapping[str, bytes] = {},
    ) -> None:
        self.submissions, self.options, self.journal = submissions, options, journal
        self._wanted, self._helpers = wanted, helpers
        self._keys: dict[str, str] = {}

    def run(
        self,
        judges: AbstractContextManager[Judges],
        on_row: Callable[[Row, bool], None] = lambda row, is_new: None,
        is_here: bool = True,
    ) -> None:
        """Grade what is not graded yet.

        Parameters
        ----------
        judges : context manager
        on_row : callable
            Called with each row, and whether it was graded now.
        is_here : bool
            Whether they run on this machine: what ends all of it is then found out.
        """
        try:
            with judges as running:
                for row in running.run(self._contents(on_row, is_here)):
                    self.journal.add(row)
                    on_row(row, True)
        except KeyboardInterrupt:
            self.journal.stop()
            raise

    def rows(self) -> Iterator[Row]:
        """Yield the row of every submission, in their order; those not graded say so."""
        for submission in self.submissions:
            key = self._keys.get(submission.student, "")
            row, why = None, "the run was stopped; --resume goes on"
            if self.journal.has(key):
                row, why = self.journal.row(key), f"its line in {FILE} was damaged: --resume again"
            yield row or unjudged(submission.student, why, self.options.rubric, NOT_GRADED)

    def _contents(self, on_row: Callable[[Row, bool], None], is_here: bool) -> Iterator[Content]:
        for submission in self.submissions:
            content = read(submission, self._wanted, self._helpers)
            key = self._keys[submission.student] = self.options.key(content)
            if row := self.journal.has(key) and self.journal.row(key):
                on_row(row, False)
            elif is_here and self.journal.begun.get(key, 0) >= MOST_BEGUN:
                why = "twice everything was killed while it ran: grade it apart, with --confine"
                row = unjudged(content.student, why, self.options.rubric)
                row = told_of(row, content, self.options)
                self.journal.add(row)
                on_row(row, True)
            else:
                if is_here:
                    self.journal.start(key)
                yield content


def preloaded(submissions: Sequence[Submission]) -> tuple[str, ...]:
    """Return the modules that many of the submissions import and that are installed here."""
    step = max(1, len(submissions) // SAMPLE)
    sample = [read(submission) for submission in submissions[::step]]
    texts = [c.files[c.target].decode("utf-8", "replace") for c in sample if c.target in c.files]
    return tuple(
        name
        for name in PRELOADABLE
        if EVERY * sum(_imports(text, name) for text in texts) >= len(texts) > 0
        and find_spec(name.partition(".")[0])
    )


def _imports(text: str, name: str) -> bool:
    package, _, module = name.partition(".")
    return bool(
        re.search(rf"\bimport\s+{re.escape(name)}\b", text)
        or re.search(rf"\bfrom\s+{package}(\.{module}\b|\s+import\s+{module}\b)", text)
    )
