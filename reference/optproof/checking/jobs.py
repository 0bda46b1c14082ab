"""A check is a list of jobs: each puts one thing to an implementation, and judges the answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..conversation.session import Session
from ..errors import CallError
from ..fixtures import Case
from ..judging.diagnosis import Diagnosis
from ..judging.report import PASS, Result
from ..protocol import Array, Hello

if TYPE_CHECKING:
    from concurrent.futures import Future

#: Takes a training's id, the epoch it has reached, and its number of epochs.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Stepped:
    """What the trajectories of an optimizer came to; the notes say what was taken for what."""

    results: dict[str, Result]
    diagnoses: list[Diagnosis]
    notes: list[str]


@dataclass
class Run:
    """A check under way: whom it asks, and what it has found so far.

    Parameters
    ----------
    session : Session
    jobs : list of Job
        All that it is made of.
    variants : dict of str
        The declared ones, by operation.
    on_progress : callable
    results : dict of Result
        By id.
    answers : dict of lists
        By operation: what the diagnosis explains.
    steps : dict of Stepped
        By optimizer.
    twice : dict of set
        By operation: the cases that are asked a second time.
    """

    session: Session
    jobs: list[Job]
    variants: dict[str, str] = field(default_factory=dict)
    on_progress: Progress = lambda training, epoch, epochs: None
    results: dict[str, Result] = field(default_factory=dict)
    answers: dict[str, list[tuple[Case, dict[str, Array]]]] = field(default_factory=dict)
    steps: dict[str, Stepped] = field(default_factory=dict)
    twice: dict[str, set[str]] = field(default_factory=dict)

    @property
    def found(self) -> list[Result]:
        """The results that there are, in the order of the jobs."""
        ids = dict.fromkeys(job.id for job in self.jobs)
        return [self.results[i] for i in ids if i in self.results]

    @property
    def has(self) -> set[str]:
        """The operations that the implementation has."""
        return set(self.session.greeting["operations"])

    @property
    def dtype(self) -> str:
        """What the implementation declares to compute in."""
        return self.session.greeting.dtype

    def do(self, jobs: Iterable[Job]) -> None:
        """Do jobs in their order; long ones that follow each other, side by side."""
        for is_long, together in groupby(jobs, lambda job: job.is_long):
            if is_long:
                self._side_by_side(list(together))
                continue
            for job in together:
                self.results[job.id] = job.left_out(self) or self._do(job)

    def _do(self, job: Job) -> Result:
        begun = time.monotonic()
        try:
            result = job.run(self)
        except CallError as error:
            result = job.result(error.status, error.what, hint=error.hint)
        return replace(result, seconds=result.seconds or time.monotonic() - begun)

    def _side_by_side(self, jobs: list[Job]) -> None:
        """Do each job in a process of its own; the first in the one that is there."""
        from concurrent.futures import ThreadPoolExecutor, as_completed

        left_out = {job.id: result for job in jobs if (result := job.left_out(self))}
        self.results |= left_out
        jobs = [job for job in jobs if job.id not in left_out]
        if not jobs:
            return
        own = self.session
        sessions = [own, *(Session(own.launch, own.timeout) for _ in jobs[1:])]

        def greet_and_do(session: Session, job: Job) -> Result:
            session.greet()
            return replace(self, session=session)._do(job)

        with ThreadPoolExecutor(len(jobs)) as pool:
            futures: list[Future[Result]] = []
            try:  # an interruption may also come while the first are at work, others not yet there
                for pair in zip(sessions, jobs):
                    futures.append(pool.submit(greet_and_do, *pair))
                for future in as_completed(futures):
                    result = future.result()
                    self.results[result.id] = result
            finally:
                over = [future.done() for future in futures] == [True] * len(jobs)
                # Ends what still runs, so that the pool can close; the caller's own may go on.
                for session in sessions[1:] if over else sessions:
                    session.end(politely=over)


@dataclass(frozen=True)
class Job:
    """One thing to ask. A kind of job says in :meth:`run` how, and what becomes of the answer.

    Parameters
    ----------
    id : str
        Permanent. Jobs of one id follow each other; the last has the last word.
    operation, clauses
    comment : str
        What it asks, for a list.
    """

    id: str
    operation: str
    clauses: tuple[str, ...]
    comment: str

    @property
    def is_long(self) -> bool:
        """Whether it runs in a process of its own, beside others."""
        return False

    @property
    def names(self) -> tuple[str, ...]:
        """What may be said to ask for it alone: its id, the id's first part, its operation."""
        return (self.id, self.id.partition("/")[0], self.operation)

    def concerns(self, greeting: Hello | None) -> bool:
        """Whether anything is asked of an implementation that greets so; of most it always is.

        None is no greeting: it could not be started.
        """
        return True

    def prepare(self) -> None:
        """Do ahead what needs no implementation."""

    def left_out(self, here: Run) -> Result | None:
        """Return why nothing is asked, if nothing is."""
        return None

    def run(self, here: Run) -> Result:
        """Ask, and judge.

        Raises
        ------
        CallError
            If there is no answer; its status is the result's.
        """
        raise NotImplementedError

    def result(self, status: str = PASS, message: str = "", **more: Any) -> Result:
        """Return a result of this job."""
        return Result(self.id, self.operation, self.clauses, status, message, **more)
