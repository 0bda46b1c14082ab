"""Judges on other machines: a scheduler of Dask sends each submission, by its content, to a worker.

What a worker held that died is given to another one; workers may come and go.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from typing import Any

from ..errors import UsageError
from .confining import way_here
from .content import Content
from .judging import Judge
from .options import Options, version
from .pool import graded, told_of
from .row import Row, unjudged

#: How many submissions a worker has waiting: enough to be busy, few enough to be held in memory.
WAITING = 4
#: How often one is given to another worker.
RETRIES = 3
TO_CONNECT = "30s"

_judges = threading.local()


class OtherVersion(Exception):
    """The worker has another optproof or other fixtures; the message says which."""


def grade_here(content: Content, options: Options, wanted: str) -> Row:
    """Grade one submission; this is what a worker of the cluster runs."""
    if version() != wanted:
        raise OtherVersion(version())
    # A judge a thread, and kept: its nursery has imported NumPy.
    if getattr(_judges, "options", None) != options:
        if options.confine:
            way_here(options.confine)  # here, too, nothing is graded that was to be confined
        if hasattr(_judges, "judge"):
            _judges.judge.close()
        _judges.judge, _judges.options = Judge(options), options
    return graded(_judges.judge, content)


class Cluster:
    """A scheduler that is there already; a context manager that lets it go.

    Parameters
    ----------
    options : Options
    address : str
        As Dask prints it: ``tcp://10.0.0.1:8786``; or the name of a scheduler file.

    Raises
    ------
    UsageError
        If ``distributed`` is not installed, or nothing answers there.
    """

    def __init__(self, options: Options, address: str) -> None:
        self._options = options
        try:
            self._dask: Any = importlib.import_module("distributed")
        except ImportError:
            hint = "pip install 'optproof[cluster]'"
            raise UsageError("--scheduler needs dask.distributed", hint) from None
        where = {"scheduler_file": address} if address.endswith(".json") else {"address": address}
        try:
            self._client = self._dask.Client(**where, timeout=TO_CONNECT, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            hint = "dask scheduler prints its address; --scheduler tcp://HOST:8786"
            raise UsageError(f"no scheduler answers at {address} ({error})", hint) from None

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def run(self, contents: Iterator[Content]) -> Iterator[Row]:
        """Yield a row for each, as they are done."""
        if not self._client.nthreads():
            print("no worker has joined the scheduler yet: waiting for one", file=sys.stderr)
        done = self._dask.as_completed(loop=self._client.loop, raise_errors=False)
        waiting: dict[Any, Content] = {}
        ended = False
        while True:
            room = WAITING * max(1, sum(self._client.nthreads().values()))
            while not ended and len(waiting) < room:
                content = next(contents, None)
                if content is None:
                    ended = True
                    break
                future = self._client.submit(
                    grade_here,
                    content,
                    self._options,
                    version(),
                    key=f"optproof-{self._options.key(content)}",
                    pure=False,
                    retries=RETRIES,
                )
                waiting[future] = content
                done.add(future)
            if not waiting:
                return
            future = next(done)
            yield self._row(future, waiting.pop(future))
            future.release()

    def _row(self, future: Any, content: Content) -> Row:
        error = future.exception() if future.status == "error" else None
        if error is None:
            row: Row = future.result()
            return row
        if isinstance(error, OtherVersion):
            what = f"a worker has optproof/fixtures {error}, and here is {version()}"
            raise UsageError(what, "install the same on every worker")
        if isinstance(error, UsageError):
            raise UsageError(f"on a worker: {error.what}", error.hint)
        why = f"each worker that it was given to ended ({type(error).__name__})"
        row = unjudged(content.student, why, self._options.rubric)
        return told_of(row, content, self._options)
