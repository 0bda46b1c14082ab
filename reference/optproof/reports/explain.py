"""``optproof explain ID``: what a test case, a trajectory, a clause or a known mistake is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache

from .. import fixtures
from ..deviations import PIPELINES
from ..deviations.loop import STAGES as LOOP
from ..deviations.training import STAGES as COSTS
from ..errors import UsageError
from ..files import document
from ..fixtures import Case, Deviation, Expected, Trajectory, load_trajectories
from .worked import worked_number

CLAUSE = re.compile(
    r"^- \*\*([A-Z]+-\d+) \((.+?)\)\.\*\* (.+?)(?=\n- |\n\n|\Z)", re.MULTILINE | re.DOTALL
)


@cache
def clauses() -> dict[str, tuple[str, str]]:
    """Return every clause of SPEC.md by id: its title and its text."""
    found = CLAUSE.findall(document("SPEC.md"))
    return {clause: (title, " ".join(body.split())) for clause, title, body in found}


def explain(name: str) -> list[str]:
    """Return the lines that explain the case, trajectory, clause or deviation of that id.

    Raises
    ------
    UsageError
        If nothing has that id; similar ids are named.
    """
    catalogue = fixtures.load_deviations()
    if name in catalogue:
        return list(_deviation(catalogue[name]))
    cases = {case.id: case for file in fixtures.load_cases() for case in file.cases}
    paths = {trajectory.id: trajectory for trajectory in load_trajectories()}
    if name.upper() in clauses():
        return list(_clause(name.upper(), {**cases, **paths}, catalogue))
    if name in cases:
        return list(_case(cases[name]))
    if name in paths:
        return list(_trajectory(paths[name]))
    near = get_close_matches(name, [*cases, *paths, *clauses(), *catalogue], n=4, cutoff=0.4)
    hint = f"perhaps {', '.join(near)}?" if near else "optproof list has them all"
    raise UsageError(f"no test case, trajectory, clause or mistake is called {name!r}", hint)


def _deviation(known: Deviation) -> Iterator[str]:
    meant = "; a variant, which may be declared" if known.variant else ""
    yield f"{known.id}: a known mistake of {known.operation}, in its {known.stage}{meant}"
    yield f"  what    {known.title}"
    yield f"  effect  {known.effect}"
    for clause in known.clause.split(", "):
        title, text = clauses()[clause]
        yield f"  spec    {clause} ({title}): {text}"
    for wrong, right in formulas(known):
        yield f"  formula {wrong}"
        yield f"  right   {right}"
    if worked := worked_number(known):
        yield f"  number  {worked}"
    if known.stage == "memory":
        yield "  mend    give each tensor an array, and each state a dictionary, of its own"
    else:
        yield f"  mend    compute the {known.stage} as {known.clause} states it"
    if known.variant:
        yield f"          or, if you mean it: --variant {known.id}"
    for link in known.links:
        yield f"  see     {link}"


def formulas(known: Deviation) -> list[tuple[str, str]]:
    """Return what a known mistake computes, beside what is right; none where words alone tell it.

    Examples
    --------
    >>> formulas(fixtures.load_deviations()["adam.v-weights-exchanged"])
    [('v_new = (1 - beta1) * v + beta1 * g', 'v_new = beta1 * v + (1 - beta1) * g')]
    """
    stages = PIPELINES[known.operation].stages if known.operation in PIPELINES else (*LOOP, *COSTS)
    return [
        (stage.deviations[known.id].text, stage.step.text or "as it is passed")
        for stage in stages
        if known.id in stage.deviations
    ]


def _clause(
    clause: str, cases: dict[str, Case | Trajectory], catalogue: dict[str, Deviation]
) -> Iterator[str]:
    title, text = clauses()[clause]
    yield f"{clause}: {title}"
    yield f"  {text}"
    if tested := [case.id for case in cases.values() if clause in case.clauses]:
        yield f"  test cases  {', '.join(tested)}"
    if broken := [d.id for d in catalogue.values() if clause in d.clause.split(", ")]:
        yield f"  mistakes    {', '.join(broken)}"


def _case(case: Case) -> Iterator[str]:
    yield f"{case.id}: a test case of {case.operation}"
    yield f"  {case.comment}"
    yield from _cited(case.clauses)
    yield from _expected(case.expected)
    if case.signatures:
        yield f"  tells     {', '.join(case.signatures)}"


def _trajectory(trajectory: Trajectory) -> Iterator[str]:
    yield f"{trajectory.id}: {trajectory.count} steps of the {trajectory.optimizer} optimizer"
    yield f"  {trajectory.comment}"
    given = ", ".join(f"{name} {value:g}" for name, value in trajectory.hyperparameters.items())
    yield f"  with      {given}"
    yield from _cited(trajectory.clauses)
    last = f"step[{trajectory.judged[-1]}]."
    yield from _expected({n: e for n, e in trajectory.expected.items() if n.startswith(last)})
    if trajectory.signatures:
        yield f"  tells     {', '.join(trajectory.signatures)}"


def _cited(ids: tuple[str, ...]) -> Iterator[str]:
    for clause in ids:
        title, text = clauses()[clause]
        yield f"  spec      {clause} ({title}): {text}"


def _expected(tensors: dict[str, Expected]) -> Iterator[str]:
    for name, expected in tensors.items():
        if expected.values is not None and expected.values.size:
            first = expected.digits[0] if expected.digits else repr(float(expected.values.flat[0]))
            assert expected.bound is not None
            bound = f", bound {float(expected.bound.flat[0]):.2g}"
            yield f"  expected  {name} {expected.shape}, first value {first}{bound}"
        else:
            yield f"  expected  {name} {expected.shape}"
