"""The pytest plugin: each fixture case an item, and a fixture to check one's own functions with.

Inert unless asked, by ``--optproof TARGET`` or ``optproof_target`` in the ini file. All but pytest
is imported when it is needed, so that nobody else waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .fixtures import Case
    from .report import Result
    from .session import Session
    from .trainings import Training


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
    target = collector.config.getoption("optproof") or collector.config.getini("optproof_target")
    if target and isinstance(collector, pytest.Session):
        report = outcome.get_result()
        if report.passed:
            cases = Cases.from_parent(collector, name="optproof", nodeid="optproof")
            cases.target = target
            report.result.append(cases)


class Deviates(Exception):
    """A result that is not a pass; the first argument is the result."""


class Cases(pytest.Collector):
    """All cases, and the one process that answers them."""

    target: str
    _session: Session | None = None
    _failure: Exception | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item for each case and each training."""
        from .check import select
        from .errors import OptproofError
        from .targets import python_target

        try:
            launch = python_target(self.target, memory=4.0)
            cases, trainings = select((), None)
        except OptproofError as error:
            raise self.CollectError(f"optproof: {error}") from None
        self._launch = launch
        everything: list[Case | Training] = [*cases, *trainings]
        for case in everything:
            yield CaseItem.from_parent(self, name=case.id, case=case)

    def start(self) -> Session:
        """Start the implementation, once; what kept it from starting is raised each time."""
        from .errors import TargetError
        from .session import Session

        if self._failure:
            raise self._failure
        if self._session is None:
            session = Session(self._launch, timeout=10.0)
            self.config.add_cleanup(session.end)
            try:
                session.greet()
            except TargetError as error:
                self._failure = error
                raise
            self._session = session
        return self._session


class CaseItem(pytest.Item):
    """One case; its node id is ``optproof::`` and the permanent id."""

    def __init__(self, *, case: Case | Training, **node: Any) -> None:
        super().__init__(**node)
        self.case = case
        self.add_marker("optproof")

    def runtest(self) -> None:
        """Run the case: anything but a pass and a missing operation fails."""
        from .check import run_case
        from .report import NOT_IMPLEMENTED, PASS
        from .trainings import Training, run_trainings

        assert isinstance(self.parent, Cases)
        session = self.parent.start()
        if isinstance(self.case, Training):
            (result,) = run_trainings(session, [self.case], [], lambda *progress: None)
        else:
            result = run_case(session, self.case)
        if result.status == NOT_IMPLEMENTED and len(session.greeting["operations"]) > 1:
            pytest.skip(result.message)
        if result.status != PASS:
            raise Deviates(result)

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """Say what the command line would say."""
        from .errors import OptproofError

        if isinstance(excinfo.value, Deviates):
            return explain([excinfo.value.args[0]])
        if isinstance(excinfo.value, OptproofError):
            return f"optproof: {excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """Return the heading of a failure."""
        return self.path, None, self.nodeid


def explain(results: list[Result]) -> str:
    """Return results as the command line shows them."""
    from .reports import terminal

    return "\n".join(dedent(terminal.explain(result)) for result in results)


class Checker:
    """What the fixture ``optproof`` is."""

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
        from .inprocess import check_function
        from .report import PASS

        results = check_function(function, operation, dtype)
        if failed := [result for result in results if result.status != PASS]:
            raise AssertionError(explain(failed))


@pytest.fixture(scope="session")
def optproof() -> Checker:
    """Check functions against the fixtures: ``optproof.check(function, operation)``."""
    return Checker()
