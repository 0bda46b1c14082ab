"""Judges side by side on this machine: processes that stay loaded, and are replaced if one dies."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from ..errors import printable
from .content import Content
from .judging import Judge
from .options import Options
from .row import FAILED, Row, unjudged

#: After so many a judge is replaced: what little it gathers cannot add up.
MOST_EACH = 500
#: How often a submission may end its judge.
MOST_TRIES = 2


@dataclass
class _Seat:
    """One judge, and what it has in hand."""

    process: BaseProcess
    channel: Connection
    content: Content | None = None
    graded: int = 0


class Pool:
    """So many judges; a context manager that ends them all.

    Parameters
    ----------
    options : Options
    count : int
    """

    def __init__(self, options: Options, count: int) -> None:
        self._options, self._count = options, count
        way = "forkserver" if sys.platform != "win32" else "spawn"
        self._context: Any = multiprocessing.get_context(way)
        if way == "forkserver":
            self._context.set_forkserver_preload([f"{__package__}.loaded"])
        self._seats: list[_Seat] = []

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for seat in self._seats:
            seat.channel.close()
            seat.process.terminate()
        for seat in self._seats:
            seat.process.join(5.0)
            if seat.process.is_alive():
                seat.process.kill()

    def run(self, contents: Iterator[Content]) -> Iterator[Row]:
        """Yield a row for each, as they are done; each is read only when a judge is free."""
        again: list[Content] = []
        tries: dict[str, int] = {}
        while True:
            self._hand_out(contents, again)
            busy = [seat for seat in self._seats if seat.content is not None]
            if not busy:
                return
            ready = wait([s.channel for s in busy])
            for seat in [s for s in busy if s.channel in ready]:
                content = seat.content
                assert content is not None
                try:
                    row: Row = seat.channel.recv()
                    seat.content = None
                    seat.graded += 1
                except (EOFError, OSError):
                    self._remove(seat)
                    tries[content.student] = tries.get(content.student, 0) + 1
                    if tries[content.student] < MOST_TRIES:
                        again.append(content)
                        continue
                    why = "it ended the process that graded it, twice; --confine keeps it from that"
                    row = unjudged(content.student, why, self._options.rubric)
                    row = told_of(row, content, self._options)
                yield row
                if seat.graded >= MOST_EACH:
                    self._remove(seat)

    def _hand_out(self, contents: Iterator[Content], again: list[Content]) -> None:
        for place in range(self._count):
            seat = self._seats[place] if place < len(self._seats) else None
            if seat and seat.content is not None:
                continue
            content = again.pop() if again else next(contents, None)
            if content is None:
                return
            if seat is None:
                seat = self._begin()
                self._seats.append(seat)
            seat.content = content
            with contextlib.suppress(OSError):  # a dead one is found when it is listened to
                seat.channel.send(content)

    def _begin(self) -> _Seat:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(theirs, self._options), daemon=False)
        process.start()
        theirs.close()
        return _Seat(process, ours)

    def _remove(self, seat: _Seat) -> None:
        self._seats.remove(seat)
        seat.channel.close()
        seat.process.join(10.0)
        if seat.process.is_alive():
            seat.process.kill()
            seat.process.join()


def serve(channel: Connection, options: Options) -> None:
    """Grade what comes, until the channel closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that leads

    def stop(number: int, frame: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    judge = Judge(options)
    try:
        while True:
            channel.send(graded(judge, channel.recv()))
    except (EOFError, OSError):
        pass  # who led has ended
    finally:
        judge.close()


def graded(judge: Judge, content: Content) -> Row:
    """Return the row of a submission; a bug of optproof's own makes one, too."""
    try:
        return judge.grade(content)
    except Exception as error:
        why = f"a bug of optproof's own: {type(error).__name__}: {printable(error)[:300]}"
        row = unjudged(content.student, why, judge.options.rubric, FAILED)
        return told_of(row, content, judge.options)


def told_of(row: Row, content: Content, options: Options) -> Row:
    """Return the row with what it rests on."""
    return replace(row, file=content.target, sha256=content.sha256, key=options.key(content))
