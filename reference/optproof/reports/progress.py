"""Progress of long trainings, on a terminal alone."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

FROM_EPOCHS = 1000  # shorter trainings are over before a bar is read
LONG = 3.0  # seconds after which a wait is announced


def _progress() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("epochs"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=sys.stdout.isatty(),  # else what is printed would miss its file
    )


class TrainingProgress:
    """A bar a training on stderr, where that is a terminal; a context manager."""

    def __init__(self, shown: bool = True) -> None:
        # Made only where it is seen: short checks do without what it imports.
        self._progress = _progress() if shown and sys.stderr.isatty() else None
        self._tasks: dict[str, TaskID] = {}
        self._lock = threading.Lock()
        self._has_waited = False

    def update(self, training: str, epoch: int, epochs: int) -> None:
        """Show that a training has reached an epoch; called from any thread."""
        self._has_waited = True  # it has started, and a training takes its time
        if epochs < FROM_EPOCHS or not self._progress:
            return
        with self._lock:
            if training not in self._tasks:
                self._tasks[training] = self._progress.add_task(training, total=epochs)
        self._progress.update(self._tasks[training], completed=epoch)

    def wait(self, seconds: float) -> None:
        """Say once that a slow start, or a slow first answer, is waited for."""
        if self._progress and not self._has_waited and seconds > LONG:
            self._has_waited = True
            words = "waiting for the implementation to start, import or compile ..."
            self._progress.console.print(f"optproof: {words}", highlight=False)

    def __enter__(self) -> TrainingProgress:
        if self._progress:  # rich 13.0 prints a line even where it is disabled
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress:
            self._progress.stop()
