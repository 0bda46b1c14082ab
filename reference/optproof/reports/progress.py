"""Progress of what takes more than two seconds, on a terminal alone."""

from __future__ import annotations

import sys
import threading
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

AFTER = 2.0  # seconds: what is over sooner shows nothing
LONG = 3.0  # seconds after which a wait is announced


def _progress() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=sys.stdout.isatty(),  # else what is printed would miss its file
    )


class TrainingProgress:
    """What runs, and a bar a training, on stderr where that is a terminal; a context manager.

    Parameters
    ----------
    what : str
        What is shown where no training is under way.
    shown : bool, default True
    """

    def __init__(self, what: str = "working", shown: bool = True) -> None:
        # Made only where it is seen: short checks do without what it imports.
        self._progress = _progress() if shown and sys.stderr.isatty() else None
        self._what = what
        self._tasks: dict[str, TaskID] = {}
        self._lock = threading.Lock()
        self._has_waited = False
        self._since = monotonic()
        self._timer = threading.Timer(AFTER, self._tell)
        self._timer.daemon = True

    def _tell(self) -> None:
        """Say what runs, where nothing else has been said so far."""
        with self._lock:
            if self._progress and not self._tasks:
                self._tasks[""] = self._progress.add_task(self._what, total=None, count="")

    def update(self, training: str, epoch: int, epochs: int) -> None:
        """Show that a training has reached an epoch; called from any thread."""
        self._has_waited = True  # it has started, and a training takes its time
        if not self._progress or monotonic() - self._since < AFTER:
            return
        count = f"{epoch}/{epochs} epochs"
        with self._lock:
            if "" in self._tasks:
                self._progress.remove_task(self._tasks.pop(""))
            if training not in self._tasks:
                self._tasks[training] = self._progress.add_task(training, total=epochs, count="")
        self._progress.update(self._tasks[training], completed=epoch, count=count)

    def wait(self, seconds: float) -> None:
        """Say once that a slow start, or a slow first answer, is waited for."""
        if self._progress and not self._has_waited and seconds > LONG:
            self._has_waited = True
            words = "waiting for the implementation to start, import or compile ..."
            self._progress.console.print(f"optproof: {words}", highlight=False)

    def __enter__(self) -> TrainingProgress:
        if self._progress:  # rich 13.0 prints a line even where it is disabled
            self._progress.start()
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress:
            self._timer.cancel()
            self._progress.stop()
