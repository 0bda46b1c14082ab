"""How long an implementation has worked or slept: that it waits for a turn does not count."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator

#: How often a process that does not answer is looked at, in seconds.
POLL = 0.2
#: However little it gets done, nothing is waited for longer than this many limits.
MOST_LIMITS = 30


class Clock:
    """Counts, for one answer, CPU time and sleep; on a loaded machine it runs slower than a watch.

    A process that could run but has no turn, or that waits for the disk, uses up nothing. So the
    same limit gives the same verdict whatever else the machine does. Where there is no ``/proc``
    it is a watch.

    Parameters
    ----------
    group : int
        The process group.
    limit : float
        In seconds.
    """

    def __init__(self, group: int, limit: float) -> None:
        self.limit = limit
        self.used = 0.0
        self.cpu: float | None = None  # unknown
        self._group = group
        self._at = self._begun = time.monotonic()
        # The leader alone: reading all processes for each of some hundred answers is dear.
        leader = _stat(group)
        self._cpu_at = leader.cpu if leader else 0.0

    @property
    def is_over(self) -> bool:
        """Whether the limit is reached."""
        return self.used >= self.limit or self.waited > MOST_LIMITS * self.limit

    @property
    def is_due(self) -> bool:
        """Whether it is time to look again."""
        return time.monotonic() - self._at >= POLL

    @property
    def waited(self) -> float:
        """Seconds since it was started, by the watch."""
        return time.monotonic() - self._begun

    def tick(self) -> None:
        """Look at the processes, and count the time since the last look."""
        now = time.monotonic()
        passed, self._at = now - self._at, now
        members = [stat for stat in _stats() if stat.group == self._group]
        if not members:
            self.used += passed
            return
        cpu = sum(stat.cpu for stat in members)
        worked, self._cpu_at = max(cpu - self._cpu_at, 0.0), cpu
        self.cpu = (self.cpu or 0.0) + worked
        self.used += min(worked, passed)
        if not any(stat.is_runnable for stat in members):
            # Looked at late, it may have slept for a part of the time only.
            self.used += max(min(passed, 2 * POLL) - worked, 0.0)

    def __str__(self) -> str:
        used = "" if self.cpu is None else f" after {self.cpu:.1f} s of CPU time"
        return f"no answer within {self.limit:g} s; it was stopped{used}"

    @property
    def hint(self) -> str:
        """What may be the matter."""
        if self.cpu is not None and self.cpu < self.limit / 10:
            return "it sleeps: does it wait for input, a lock or the network? --timeout allows more"
        return "is it stuck in a loop? --timeout allows longer"


_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class _Stat:
    """What ``/proc/PID/stat`` says of one process."""

    def __init__(self, pid: int | str, fields: list[bytes]) -> None:
        self.group = int(fields[2])
        self.cpu = (int(fields[11]) + int(fields[12])) / _TICKS
        self._pid, self._state = pid, fields[0]

    @property
    def is_runnable(self) -> bool:
        """Whether one of its threads runs, wants to, or waits for the disk."""
        states = [self._state]
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{self._pid}/task"):
                states += _fields(f"/proc/{self._pid}/task/{task}/stat")[:1]
        return b"R" in states or b"D" in states


def _stats() -> Iterator[_Stat]:
    """Give every process that can be read."""
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc"):
            if name.isdecimal() and (stat := _stat(name)):
                yield stat


def _stat(pid: int | str) -> _Stat | None:
    fields = _fields(f"/proc/{pid}/stat")
    return _Stat(pid, fields) if len(fields) > 12 else None


def _fields(path: str) -> list[bytes]:
    """Return what stands behind the name of a process; at each call, so without pathlib."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return []
    try:
        return os.read(descriptor, 4096).rpartition(b")")[2].split()  # its name may hold anything
    except OSError:
        return []
    finally:
        os.close(descriptor)
