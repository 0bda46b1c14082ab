"""One submission, judged: unpacked into a folder of its own, checked, and told in a row."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from ..checking.check import check
from ..conversation import Launch, python_target
from ..conversation.launch import PIPE_SIZE, Started
from ..errors import TargetError, UsageError
from ..settings import baseline
from ..settings.config import FILE, Config, load
from . import confining
from .content import Content
from .forking import CAN_FORK, Nursery
from .options import Options
from .row import Row, row_of, unjudged

_CONFINED = (
    "import sys; sys.path[:] = [p for p in sys.path if p]; "
    "from optproof.grading.nursery import confined; confined()"
)
#: The folder for temporary files, beside the submission's.
TEMPORARY = "temporary"
#: Where multiprocessing keeps its locks.
SHARED = "/dev/shm"


class _OutOfTime(KeyboardInterrupt):
    """Stops a check as Ctrl-C does: what was found by then stays."""


class Judge:
    """Grades one submission after the other, each in a fresh process.

    Parameters
    ----------
    options : Options
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self._nursery = Nursery(options.preload) if CAN_FORK and not options.confine else None

    def close(self) -> None:
        """End all processes."""
        if self._nursery:
            self._nursery.close()

    def grade(self, content: Content) -> Row:
        """Return the row of a submission, whatever it does."""
        begun = time.monotonic()
        row = self._row(content) if content.target else self._none(content)
        return replace(
            row,
            file=content.target,
            sha256=content.sha256,
            notes=(*content.notes, *row.notes),
            seed=int(self.options.check.get("seed", 0)),
            seconds=round(time.monotonic() - begun, 2),
            key=self.options.key(content),
        )

    def _none(self, content: Content) -> Row:
        return unjudged(content.student, content.problem, self.options.rubric)

    def _row(self, content: Content) -> Row:
        with tempfile.TemporaryDirectory(prefix="optproof-", ignore_cleanup_errors=True) as scratch:
            folder = Path(scratch, "work")
            folder.mkdir()
            folder.with_name(TEMPORARY).mkdir()
            try:
                content.unpack(folder)
            except (OSError, ValueError) as error:
                why = f"its files cannot be written here ({error})"
                return unjudged(content.student, why, self.options.rubric)
            try:
                row = self._checked(content, folder)
            except TargetError as error:
                what = error.what.removeprefix(f"{folder / content.target}: ")
                if error.hint.startswith("its last words"):
                    what += f"; {error.hint}"
                row = unjudged(content.student, what, self.options.rubric)
            finally:
                if self._nursery:
                    self._nursery.clear()
        return _without(str(folder), row)

    def _checked(self, content: Content, folder: Path) -> Row:
        options, until = self.options, time.monotonic() + self.options.limit

        def on_wait(seconds: float) -> None:
            if time.monotonic() > until:
                raise _OutOfTime

        config = self._own_config(folder) if options.declared else Config()
        variants = [*options.check.get("variants", ()), *config.check.get("variants", ())]
        how = {**options.check, "variants": variants, "on_wait": on_wait}
        try:
            report = check(self._launch(content, folder), **how)
        except _OutOfTime:
            raise TargetError(f"it did not start within {options.limit:g} s") from None
        known = (*options.known, *config.known)
        return row_of(content.student, baseline.apply(report, known, date.today()), options.rubric)

    def _own_config(self, folder: Path) -> Config:
        """Return what the submission's own optproof.toml says."""
        path = folder / FILE
        try:
            config = load(path) if path.is_file() else Config()
            baseline.check_ids(config)
            return config
        except UsageError as error:
            raise TargetError(f"its {FILE} is not right: {error.what}") from None

    def _launch(self, content: Content, folder: Path) -> Launch:
        options = self.options
        mapping = None
        if options.mapping:
            mapping = folder.parent / options.mapping[0]
            mapping.write_text(options.mapping[1], encoding="utf-8")
        launch = python_target(str(folder / content.target), mapping=mapping, **options.target)
        launch = replace(launch, pinned=dict(options.pinned))
        guard: dict[str, Any] = {"seconds": int(options.limit)}
        if options.confine:
            guard["writable"] = [str(folder), "/tmp", SHARED]
        else:
            guard["protected"] = options.protected
            guard["temporary"] = str(folder.with_name(TEMPORARY))
            guard["writable"] = [str(folder), guard["temporary"], SHARED]
        if self._nursery:
            return replace(launch, start=partial(self._nursery.start, folder=folder, guard=guard))
        start = partial(_start_anew, folder=folder, guard=guard, options=options)
        return replace(launch, start=start)


def _start_anew(launch: Launch, folder: Path, guard: dict[str, Any], options: Options) -> Started:
    """Start a worker in a process of its own, behind walls where that is asked for."""
    command = [sys.executable, "-c", _CONFINED, json.dumps(guard), *launch.command[3:]]
    if options.confine:
        command = [*confining.command(options.confine, folder, options.protected), *command]
    try:
        return subprocess.Popen(
            command,
            pipesize=PIPE_SIZE,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=launch.environment,
            start_new_session=True,
        )
    except OSError as error:
        raise TargetError(f"{command[0]} cannot be started ({error.strerror})") from None


def _without(folder: str, row: Row) -> Row:
    """Return the row without the folder it was graded in, which is another each time."""
    plain = json.dumps(folder)[1:-1]
    text = json.dumps(row.as_json()).replace(f"{plain}/", "").replace(plain, ".")
    return Row.from_json(json.loads(text))
