"""``optproof explain ID``: what a test case, a trajectory, a clause or a known mistake is."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache, reduce
from itertools import product

from .. import fixtures
from ..deviations import PIPELINES
from ..deviations.loop import STAGES as LOOP
from ..deviations.training import STAGES as COSTS
from ..errors import UsageError
from ..files import document
from ..fixtures import Case, Deviation, Expected
from ..trajectories import Trajectory, load_trajectories

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


def worked_number(known: Deviation) -> str:
    """Return the element of a test case at which a known mistake shows most, relative to its size.

    Where it changes no number but a shape, or a label: the first that it changes. Where one call
    does not show it: of a trajectory.
    """
    cases, paths = f"vectors/{known.operation}.json", f"trajectories/{known.id.split('.')[0]}.json"
    there = fixtures.manifest()["files"]
    for path, kind in ((cases, "cases"), (paths, "trajectories")):
        tests = fixtures.load(path)[kind] if path in there else ()
        # Nobody can check a hundred steps by hand.
        if number := _largest(known.id, (t for t in tests if t.get("calls", 1) == 1)):
            return number
    return ""


def _largest(name: str, tests: Iterable[fixtures.Json]) -> str:
    best, other = (0.0, ""), ""
    for test in tests:
        for tensor, wrong in test.get("signatures", {}).get(name, {}).items():
            right = test["expected"].get(tensor)
            alike = wrong and right and wrong["shape"] == right["shape"]
            if not alike or right["dtype"] != "float64" or "data" not in right:
                other = other or _other(f"in {test['id']}, {tensor}", right, wrong)
                continue
            for index, b in _elements(wrong):
                a = float(right["data"][_place(index, right["shape"])])
                gap = abs(a - b) / max(abs(a), abs(b), 1e-300)
                if gap > best[0] and math.isfinite(b):
                    element = f"{tensor}{index}" if index else tensor
                    best = gap, f"in {test['id']}, {element} is {a!r}; so it becomes {b!r}"
    return best[1] or other


def _other(place: str, right: fixtures.Json | None, wrong: fixtures.Json | None) -> str:
    """Say how a tensor is not the one that is right; empty: in none of these ways."""
    if right and not wrong:
        return f"{place} has shape {right['shape']}; so it is missing"
    if wrong and not right:
        return f"{place} is not there; so there is one of shape {wrong['shape']}"
    if not right or not wrong:
        return ""
    if wrong["shape"] != right["shape"]:
        return f"{place} has shape {right['shape']}; so it has shape {wrong['shape']}"
    for index, b in _elements(wrong):
        if (a := right["data"][_place(index, right["shape"])]) != b:
            return f"{place}{index} is {float(a):g}; so it becomes {b:g}"
    return ""


def _elements(tensor: fixtures.Json) -> Iterator[tuple[list[int], float]]:
    """Give the elements of which a signature has a value, and where each stands in the tensor."""
    block = tensor["block"] if "block" in tensor else tensor["shape"]
    start = tensor.get("start", [0] * len(block))
    for inside, value in zip(product(*map(range, block)), tensor.get("data", ())):
        yield [s + i for s, i in zip(start, inside)], float(value)


def _place(index: list[int], shape: list[int]) -> int:
    """Return the place of an element among all, row after row.

    >>> _place([1, 2], [2, 3]), _place([], [])
    (5, 0)
    """
    return reduce(lambda place, i: place * i[1] + i[0], zip(index, shape), 0)


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
