"""The pytest plugin: each fixture case an item, and a fixture to check one's own functions with.

Inert unless asked, by ``--optproof TARGET`` or ``optproof_target`` in the ini file. All but pytest
is imported when it is needed, so that nobody else waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from .checking.cases import Answers
    from .checking.defaults import Defaults
    from .checking.trainings import Training
    from .conversation.session import Session
    from .fixtures import Case
    from .judging.diagnosis import Diagnosis
    from .judging.report import Result
    from .settings.config import Known
    from .trajectories import Trajectory


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
    """All cases, and the one process that answers them."""

    target: str
    _session: Session | None = None
    _failure: Exception | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item for each case, training, trajectory, and deviation known by its name."""
        from . import fixtures
        from .checking.check import select
        from .checking.trajectories import chosen
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
            self._stepped: dict[str, tuple[list[Result], list[Diagnosis]]] = {}
            self._diagnosed: dict[str, tuple[list[Diagnosis], list[Result]]] = {}
            self.launch = python_target(self.target, check["memory"])
            self.cases, trainings, signatures = select(check["only"], check.get("training"))
        except OptproofError as error:
            raise self.CollectError(f"optproof: {error}") from None
        for case in self.cases:
            yield CaseItem.from_parent(self, name=case.id, run=partial(self.run_case, case))
        for training in trainings:
            name, run_it = training.id, partial(self.run_training, training)
            yield CaseItem.from_parent(self, name=name, run=run_it)
        for defaults in signatures:
            judge = partial(self.run_defaults, defaults)
            yield CaseItem.from_parent(self, name=defaults.id, run=judge)
        for steps in chosen(check["only"]):
            yield CaseItem.from_parent(self, name=steps.id, run=partial(self.run_trajectory, steps))
        for entry in self.known:
            if entry.id in fixtures.load_deviations():
                run = partial(self.run_known, entry)
                yield CaseItem.from_parent(self, name=entry.id, run=run)

    def session_of(self) -> Session:
        """Start the implementation, once; what kept it from starting is raised each time."""
        from .conversation.session import Session
        from .errors import OptproofError
        from .settings.variants import declared_variants

        if self._failure:
            raise self._failure
        if self._session is None:
            session = Session(self.launch, self.timeout)
            self.config.add_cleanup(session.end)
            try:
                declared = (*self.declared, *session.greet()["variants"])
                self.variants = declared_variants(declared)
            except OptproofError as error:
                self._failure = error
                raise
            self._session = session
        return self._session

    def operations(self) -> set[str]:
        """Return the document's operations, and the optimizers, that the implementation has."""
        from .operations import OPERATIONS

        greeting = self.session_of().greeting
        return {*OPERATIONS}.intersection(greeting["operations"]) | {*greeting["optimizers"]}

    def run_case(self, case: Case) -> tuple[Result, list[Diagnosis]]:
        """Judge one case; for a deviation look at all cases of its operation for the name."""
        from .checking.cases import of_helpers, run_again, run_case
        from .judging.report import DEVIATION
        from .settings.variants import under

        session = self.session_of()
        answers: Answers = {}
        result = run_case(session, under(self.variants, case), answers)
        (result,) = of_helpers(run_again(session, answers, [result]), session.greeting["files"])
        diagnoses = self.diagnose(case.operation)[0] if result.status == DEVIATION else []
        return result, diagnoses

    def run_trajectory(self, steps: Trajectory) -> tuple[Result, list[Diagnosis]]:
        """Judge one trajectory, once with all others of its optimizer."""
        from .judging.report import NOT_IMPLEMENTED, Result

        kind = steps.optimizer
        results, diagnoses = self.run_optimizer(kind)
        why = f"it has no {kind} optimizer"
        none = Result(steps.id, f"{kind} optimizer", steps.clauses, NOT_IMPLEMENTED, why)
        return next((r for r in results if r.id == steps.id), none), diagnoses

    def run_optimizer(self, kind: str) -> tuple[list[Result], list[Diagnosis]]:
        """Judge all trajectories of one optimizer, once."""
        from .checking.trajectories import chosen, run_trajectories

        if kind not in self._stepped:
            stepped = run_trajectories(self.session_of(), chosen((), [kind]), self.variants)
            self._stepped[kind] = stepped[:2]
        return self._stepped[kind]

    def run_training(self, training: Training) -> tuple[Result, list[Diagnosis]]:
        """Judge one training."""
        from .checking.small import run_every_training

        session = self.session_of()
        (result,) = run_every_training(
            session, [training], [], self.variants, lambda *progress: None
        )
        return result, []

    def run_defaults(self, defaults: Defaults) -> tuple[Result | None, list[Diagnosis]]:
        """Judge the defaults of one operation, if it tells them."""
        from .checking.defaults import judge_defaults

        told = self.session_of().greeting["defaults"]
        return next(judge_defaults([defaults], told), None), []

    def run_known(self, entry: Known) -> tuple[Result | None, list[Diagnosis]]:
        """Judge whether a deviation that is known by its name still occurs."""
        from .fixtures import load_deviations
        from .settings.baseline import gone

        diagnoses, results = self.diagnose(load_deviations()[entry.id].operation)
        for kind in self.session_of().greeting["optimizers"]:
            if entry.id.startswith(f"{kind}."):
                diagnoses = [*diagnoses, *self.run_optimizer(kind)[1]]
        return gone(entry, diagnoses, results), []

    def diagnose(self, operation: str) -> tuple[list[Diagnosis], list[Result]]:
        """Run all cases of an operation, once, and explain what deviates."""
        if operation not in self._diagnosed:
            self._diagnosed[operation] = self._diagnose(operation)
        return self._diagnosed[operation]

    def _diagnose(self, operation: str) -> tuple[list[Diagnosis], list[Result]]:
        from .checking.cases import run_case
        from .judging.diagnosis import diagnose
        from .judging.line import located
        from .settings.variants import under

        session = self.session_of()
        answers: Answers = {}
        cases = [under(self.variants, case) for case in self.cases if case.operation == operation]
        results = [run_case(session, case, answers) for case in cases]
        pairs = answers.get(operation, [])
        if not pairs:
            return [], results
        diagnosis = diagnose(operation, pairs, session.greeting["dtype"])
        return [located(diagnosis, session.greeting["lines"])], results


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
