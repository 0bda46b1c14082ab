"""Progress of long trainings, on a terminal alone."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

FROM_EPOCHS = 1000  # shorter trainings are over before a bar is read


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

    def update(self, training: str, epoch: int, epochs: int) -> None:
        """Show that a training has reached an epoch; called from any thread."""
        if epochs < FROM_EPOCHS or not self._progress:
            return
        with self._lock:
            if training not in self._tasks:
                self._tasks[training] = self._progress.add_task(training, total=epochs)
        self._progress.update(self._tasks[training], completed=epoch)

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
