"""The pytest plugin: each fixture case an item, and a fixture to check one's own functions with.

Inert unless asked, by ``--optproof TARGET`` or ``optproof_target`` in the ini file. All but pytest
is imported when it is needed, so that nobody else waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from .checking.jobs import Run
    from .judging.diagnosis import Diagnosis
    from .judging.report import Result
    from .settings.config import Known


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--optproof`` and the ini option."""
    what = "implementation to check with optproof: a dotted module or a .py file"
    parser.getgroup("optproof").addoption("--optproof", metavar="TARGET", help=what)
    parser.addini("optproof_target", what)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker that each case carries."""
    config.addinivalue_line("markers", "optproof: a case of optproof's fixtures")


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, None]:
    """Put the cases behind whatever else the session collects."""
    outcome = yield
    config = collector.config
    target = config.getoption("optproof")
    if not target and (target := config.getini("optproof_target")).endswith(".py"):
        target = str(config.rootpath / target)
    if target and isinstance(collector, pytest.Session):
        report = outcome.get_result()
        if report.passed:
            cases = Cases.from_parent(collector, name="optproof", nodeid="optproof")
            cases.target = target
            report.result.append(cases)


class Deviates(Exception):
    """Arguments: a result that is not a pass, and the diagnoses that go with it."""


class Cases(pytest.Collector):
    """The jobs of a check, and the one process that they are put to."""

    target: str
    _run: Run | None = None
    _failure: Exception | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item for the jobs of each id, and for each deviation known by its name."""
        from . import fixtures
        from .checking.plan import plan
        from .conversation import python_target
        from .errors import OptproofError
        from .settings import baseline, config

        try:
            path = self.config.rootpath / config.FILE
            settings = config.load(path) if path.exists() else config.Config()
            baseline.check_ids(settings)
            check = {**config.DEFAULTS, **settings.check}
            self.timeout, self.declared = check["timeout"], check["variants"]
            self.known = settings.known
            self._of_operation: dict[str, tuple[list[Result], list[Diagnosis]]] = {}
            self.launch = python_target(self.target, check["memory"])
            self.jobs = plan(check["only"], check.get("training"))
        except OptproofError as error:
            raise self.CollectError(f"optproof: {error}") from None
        for name in dict.fromkeys(job.id for job in self.jobs):
            yield CaseItem.from_parent(self, name=name, run=partial(self.run_jobs, name))
        for entry in self.known:
            if entry.id in fixtures.load_deviations():
                run = partial(self.run_known, entry)
                yield CaseItem.from_parent(self, name=entry.id, run=run)

    def started(self) -> Run:
        """Start the implementation, once; what kept it from starting is raised each time."""
        from .checking.jobs import Run
        from .conversation.session import Session
        from .errors import OptproofError
        from .settings.variants import declared_variants

        if self._failure:
            raise self._failure
        if self._run is None:
            session = Session(self.launch, self.timeout)
            self.config.add_cleanup(session.end)
            try:
                greeting = session.greet()
                variants = declared_variants((*self.declared, *greeting["variants"]))
            except OptproofError as error:
                self._failure = error
                raise
            jobs = [job for job in self.jobs if job.concerns(greeting)]
            self._run = Run(session, jobs, variants)
        return self._run

    def operations(self) -> set[str]:
        """Return the document's operations, and the optimizers, that the implementation has."""
        from .operations import OPERATIONS

        started = self.started()
        return (started.has & OPERATIONS.keys()) | {*started.session.greeting["optimizers"]}

    def run_jobs(self, name: str) -> tuple[Result, list[Diagnosis]]:
        """Do the jobs of one id, each item for itself; for a deviation, look for its name."""
        from .checking.settling import diagnoses, settle
        from .judging.report import DEVIATION, NOT_IMPLEMENTED

        started = self.started()
        # An optimizer is stepped once for all.
        here = replace(started, results={}, answers={}, twice={})
        jobs = [job for job in here.jobs if job.id == name]
        if not jobs:
            [job] = [job for job in self.jobs if job.id == name]
            return job.result(NOT_IMPLEMENTED, f"it has no {job.operation} to judge"), []
        here.do(jobs)
        [result] = settle(here)
        if result.status != DEVIATION:
            return result, []
        if result.explained:
            return result, diagnoses(here, [result])
        kind = result.operation.partition(" ")[0]
        stepped = here.steps.get(kind)
        return result, stepped.diagnoses if stepped else self.explain(result.operation)[1]

    def run_known(self, entry: Known) -> tuple[Result | None, list[Diagnosis]]:
        """Judge whether a deviation that is known by its name still occurs."""
        from .checking.trajectories import Step
        from .fixtures import load_deviations
        from .settings.baseline import gone

        operation, here = load_deviations()[entry.id].operation, self.started()
        results, found = self.explain(operation)
        here.do(j for j in here.jobs if isinstance(j, Step) and j.trajectory.operation == operation)
        stepped = [why for steps in here.steps.values() for why in steps.diagnoses]
        return gone(entry, [*found, *stepped], results), []

    def explain(self, operation: str) -> tuple[list[Result], list[Diagnosis]]:
        """Run all cases of an operation, once, and explain what deviates."""
        from .checking.cases import Put
        from .checking.settling import ask_in_full, diagnoses, settle

        if operation not in self._of_operation:
            here = replace(self.started(), results={}, answers={}, steps={})
            here.do(j for j in here.jobs if isinstance(j, Put) and j.operation == operation)
            ask_in_full(here)
            results = settle(here)
            self._of_operation[operation] = results, diagnoses(here, results)
        return self._of_operation[operation]


class CaseItem(pytest.Item):
    """One case; its node id is ``optproof::`` and the permanent id."""

    parent: Cases

    def __init__(self, *, run: Callable[[], Any], **node: Any) -> None:
        super().__init__(**node)
        self.run = run
        self.add_marker("optproof")

    def runtest(self) -> None:
        """Run the case: anything but a pass, a known deviation and a missing operation fails."""
        from datetime import date

        from .judging.report import ABSENT, KNOWN, PASS
        from .settings.baseline import settle

        result, diagnoses = self.run()
        if result is None:
            return
        result = settle(result, diagnoses, self.parent.known, date.today())
        if result.status == KNOWN:
            pytest.xfail(result.message)
        if result.status in ABSENT and self.parent.operations():
            pytest.skip(result.message)
        if result.status != PASS:
            raise Deviates(result, diagnoses)

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """Say what the command line would say."""
        from .errors import OptproofError
        from .reports.terminal import explain

        if isinstance(excinfo.value, Deviates):
            return explain(*excinfo.value.args)
        if isinstance(excinfo.value, OptproofError):
            return f"optproof: {excinfo.value}"
        if isinstance(excinfo.value, pytest.xfail.Exception):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """Return the heading of a failure."""
        return self.path, None, self.nodeid


class Checker:
    """What the fixture ``optproof`` is.

    Parameters
    ----------
    config : Path
        The project's ``optproof.toml``, if there is one: known deviations do not fail.
    """

    def __init__(self, config: Path) -> None:
        self.config = config

    def check(
        self, function: Callable[..., Any], operation: str | None = None, dtype: str = "float64"
    ) -> None:
        """Check a function of one's own against every case of an operation.

        >>> def test_my_adam(optproof):  # doctest: +SKIP
        ...     optproof.check(my_function, "update_parameters_with_adam")

        Raises
        ------
        AssertionError
            If it deviates; the message is what the command line would print.
        """
        __tracebackhide__ = True
        from .checking.function import check_function
        from .judging.report import ABSENT, PASS
        from .reports.terminal import explain, verdict

        report = check_function(function, operation, dtype, self.config)
        if report.exit_code:
            failed = [r for r in report.results if r.status not in (PASS, *ABSENT)]
            parts = [verdict(report).plain, *(explain(r, report.diagnoses) for r in failed)]
            raise AssertionError("\n".join(parts))


@pytest.fixture(scope="session")
def optproof(request: pytest.FixtureRequest) -> Checker:
    """Check functions against the fixtures: ``optproof.check(function, operation)``."""
    return Checker(request.config.rootpath / "optproof.toml")
