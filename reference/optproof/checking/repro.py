"""Three lines that show a mistake again in a Python session: the input, the answer, the number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .. import fixtures
from ..conversation import Launch, python_target
from ..conversation.session import Session
from ..errors import NothingRunError, UsageError, nearest
from ..fixtures import Case, Trajectory, load_trajectories
from ..judging.judge import Finding
from ..judging.report import DEVIATION, PASS, Result
from ..judging.trajectories import flatten_steps, named
from ..operations import OPERATIONS, STEPS
from ..protocol import Array, Hello
from . import cases, trainings
from .jobs import Run
from .trainings import Train, train_once
from .trajectories import as_offered

#: Inputs that take no more than this are written out.
SHORT = 300


def inputs(case: str) -> dict[str, Any]:
    """Return the arguments of a test case by name, in the order in which they are passed."""
    return _case(case).arguments()


def answer(target: str | Launch, case: str) -> dict[str, Array]:
    """Return what an implementation answers to a test case, a trajectory or a training.

    Parameters
    ----------
    target : str or Launch
        As of :func:`optproof.check`.
    case : str
        The id: ``adam/documented``, ``trajectory/adam/odd``, ``training/adam``.

    Returns
    -------
    dict of arrays
        By the names of a report: ``W1``, ``v.dW1``, ``mini_batches[0].X``, ``step[3].W1``.
    """
    session = _session(target)
    try:
        return _answer(session, case)[1]
    finally:
        session.end()


def repro(target: str, case: str, launch: Launch | None = None) -> list[str]:
    """Return lines for a Python session that show what a test case finds wrong.

    Parameters
    ----------
    target : str
        A file or a module, as it is to stand in the lines.
    case : str
    launch : Launch, optional
        How to start it, where that is more than its name says.

    Raises
    ------
    NothingRunError
        If nothing is wrong, so that there is nothing to show.
    """
    session = _session(launch or target)
    try:
        result, tensors = _answer(session, case)
        greeting = session.greeting
        adapted = bool(session.adapted)
    finally:
        session.end()
    findings = [f for f in result.findings if f.tensor in tensors and f.expected]
    if result.status != DEVIATION or not findings:
        said = f": {result.message}" if result.message else ""
        raise NothingRunError(f"{case}: {result.status}{said}", "there is nothing to reproduce")
    finding = next((f for f in findings if f.index is not None), findings[0])
    if not adapted and (lines := _plain(target, case, greeting, finding)):
        return lines
    place = f'["{finding.tensor}"]{_index(finding)}'
    return [
        "import optproof",
        f"answer = optproof.answer({_quoted(target)}, {_quoted(case)})",
        f"answer{place}  # {_told(finding)}",
    ]


def _plain(target: str, case: str, greeting: Hello, finding: Finding) -> list[str]:
    """Return lines that call the document's function itself, where it can be."""
    found = next((c for c in _cases() if c.id == case), None)
    if found is None or found.calls > 1 or not target.endswith(".py") or found.defaults:
        return []
    operation = OPERATIONS[found.operation]
    place = greeting["lines"].get(operation.name)
    if not place or Path(place["file"]).name != Path(target).name:
        return []
    shown = _shown(place, operation.name)
    if not shown or (where := _within(found.operation, finding)) is None:
        return []
    given = ", ".join(_literal(a) for a in found.arguments().values())
    if len(given) > SHORT or "permutation" in found.inputs:
        given = f"*optproof.inputs({_quoted(case)}).values()"
    uses = [name for name in ("np", "optproof") if f"{name}." in given]
    imports = "".join(f"import {'numpy as np' if n == 'np' else n}; " for n in uses)
    return [
        f"{imports}import runpy; f = runpy.run_path({_quoted(target)})[{_quoted(operation.name)}]",
        f"answer = f({given})",
        f"answer{where}{_index(finding)}  # {_told(finding)}",
    ]


def _shown(place: Any, name: str) -> bool:
    """Whether the function that was called is the one of that name, not one that is near it."""
    try:
        lines = Path(place["file"]).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return False
    near = lines[place["line"] - 1 : place["line"] + 8]
    return any(line.startswith(f"def {name}(") for line in near)


def _within(operation: str, finding: Finding) -> str | None:
    """Return where a tensor is in what the function returns."""
    results = OPERATIONS[operation].results
    head, _, key = finding.tensor.rpartition(".")
    if operation == "random_mini_batches" or head == "caches":
        return None
    result = head or next((r for r in ("parameters", "grads") if r in results), results[0])
    if result not in results:
        return None
    first = f"[{results.index(result)}]" if len(results) > 1 else ""
    return first if finding.tensor == result else f'{first}["{key}"]'


def _literal(value: Any) -> str:
    if isinstance(value, np.ndarray):
        dtype = "" if value.dtype.kind in "fi" and value.size else f", {_quoted(value.dtype.name)}"
        return f"np.array({value.tolist()!r}{dtype})" if value.size else "np.array([])" * SHORT
    if isinstance(value, dict):
        inner = ", ".join(f"{_quoted(k)}: {_literal(v)}" for k, v in value.items())
        return f"{{{inner}}}"
    if isinstance(value, (tuple, list)):
        inner = ", ".join(map(_literal, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner},)"
    return repr(value)


def _quoted(text: str) -> str:
    return f'"{text}"' if '"' not in text and "\\" not in text else repr(text)


def _index(finding: Finding) -> str:
    if finding.index is None:
        return ".shape" if "shape" in finding.message else ""
    return str(list(finding.index)) if finding.index else ""


def _told(finding: Finding) -> str:
    return f"yours {finding.got}, expected {finding.expected}"


def _session(target: str | Launch) -> Session:
    return Session(target if isinstance(target, Launch) else python_target(target), 10.0)


def _cases() -> list[Case]:
    return [case for file in fixtures.load_cases() for case in file.cases]


def _case(name: str) -> Case:
    found = next((case for case in _cases() if case.id == name), None)
    if found is None:
        known = [*(case.id for case in _cases()), *(t.id for t in load_trajectories())]
        near = nearest(name, [*known, *(job.id for job in trainings.jobs("short"))])
        raise UsageError(
            f"no test case is called {name!r}", f"{near} optproof list has all".strip()
        )
    return found


def _answer(session: Session, name: str) -> tuple[Result, dict[str, Array]]:
    """Ask for what a test case, a trajectory or a training asks for; judge it."""
    session.greet()
    if train := next((job for job in trainings.jobs("short") if job.id == name), None):
        return _trained(session, train)
    if steps := next((t for t in load_trajectories() if t.id == name), None):
        return _stepped(session, steps)
    [job, _] = cases.jobs([_case(name)])
    here = Run(session, [job])
    here.do([job])
    pairs = next(iter(here.answers.values()), [])
    return here.results[name], pairs[0][1] if pairs else {}


def _trained(session: Session, job: Train) -> tuple[Result, dict[str, Array]]:
    from ..judging.judge import flatten
    from .outcomes import judge_training, outcome_of
    from .trainings import tolerance

    training, dtype = job.training, session.greeting["dtype"]
    parameters = flatten("model", train_once(session, training)["value"])
    wanted = outcome_of(training.optimizer, training.epochs, {})
    found = judge_training(wanted, tolerance(training, dtype), parameters, {}, dtype)
    return job.result(DEVIATION if found else PASS, findings=tuple(found)), parameters


def _stepped(session: Session, steps: Trajectory) -> tuple[Result, dict[str, Array]]:
    from ..judging.judge import compare

    offered = session.greeting["optimizers"].get(steps.optimizer)
    result = Result(steps.id, f"{steps.optimizer} optimizer", steps.clauses, "not implemented")
    if offered is None:
        return result, {}
    used = as_offered(steps, offered, "")
    if isinstance(used, str):
        return Result(steps.id, result.operation, steps.clauses, "not applicable", used), {}
    dtype = session.greeting["dtype"]
    value = session.call(STEPS, used.id, used.arguments(offered["takes"], dtype))["value"]
    paths = flatten_steps(value, used.count, used.instances)
    tensors = named(used, paths[-1])
    found = compare(used.expected, tensors, dtype)
    status = DEVIATION if found else PASS
    return Result(steps.id, result.operation, steps.clauses, status, findings=tuple(found)), tensors
