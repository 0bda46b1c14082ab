"""What `grade` prints while it runs, and at its end."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from . import feedback
from .row import Row

#: How many mistakes the summary names.
MOST = 5


class Progress:
    """A bar with rate and time left on a terminal, a line for each submission otherwise; on stderr.

    Parameters
    ----------
    total : int
    shown : bool
    """

    def __init__(self, total: int, shown: bool = True) -> None:
        self.total, self.done, self.new = total, 0, 0
        self._begun = time.monotonic()
        self._shown = shown
        self._bar: Any = None
        if shown and sys.stderr.isatty():
            self._bar = _bar()
            self._task = self._bar.add_task("graded", total=total, rate="", last="")

    def __enter__(self) -> Progress:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def update(self, row: Row, is_new: bool) -> None:
        """Tell of one row."""
        self.done += 1
        self.new += is_new
        if self._bar:
            told = {"rate": self.rate(), "last": row.student[:30]}
            self._bar.update(self._task, completed=self.done, **told)
        elif self._shown:
            width = len(str(self.total))
            print(f"[{self.done:{width}}/{self.total}] {_line(row, is_new)}", file=sys.stderr)

    def rate(self) -> str:
        """Return how many a minute are graded."""
        minutes = (time.monotonic() - self._begun) / 60
        return f"{self.new / minutes:.0f} per minute" if minutes > 0 and self.new else ""


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    return Bar(
        TextColumn("{task.description}"),
        MofNCompleteColumn(),
        BarColumn(),
        TextColumn("{task.fields[rate]}, left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[last]}", markup=False),
        console=Console(stderr=True),
        transient=True,
    )


def _line(row: Row, is_new: bool) -> str:
    said = f"{row.student}: {row.verdict}, {feedback.score(row)}"
    mistakes = ", ".join(dict.fromkeys(m.id or m.words for m in row.mistakes))
    said += f": {mistakes or row.why}" if mistakes or row.why else ""
    return f"{said} ({row.seconds:.1f} s)" if is_new else f"{said} (graded before)"


def summary(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the verdicts counted, the points, and the most frequent mistakes."""
    verdicts: Counter[str] = Counter()
    mistakes: Counter[str] = Counter()
    earned = []
    for row in rows:
        verdicts[row.verdict] += 1
        earned.append(row.points)
        mistakes.update({f"{m.words} ({m.id})" for m in row.mistakes if m.id})
    counts = ", ".join(f"{verdict}: {n}" for verdict, n in sorted(verdicts.items()))
    yield f"{len(earned)} submission{'s' if len(earned) != 1 else ''}; {counts}"
    if len(earned) > 1:
        yield f"points: {feedback.number(sum(earned) / len(earned))} on average"
    for words, count in sorted(mistakes.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]:
        yield f"  {count:>4}  {words}"
