"""What explains the deviations of an operation: known mistakes, a slip found, or where to look."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..deviations import PIPELINES, Answer, Pipeline, Scope, Slip
from ..fixtures import Case
from ..protocol import names
from . import evidence, numbers
from .judge import compare
from .predicting import predict, reproduces, results_of
from .search import (
    Answers,
    Slips,
    candidates,
    explains,
    in_scopes,
    left_out,
    near_formulas,
    scopes_of,
)

__all__ = ["Diagnosis", "Found", "diagnose", "predict", "reproduces", "results_of"]

#: At most so many mistakes at once are looked for.
MOST = 3


@dataclass(frozen=True)
class Found:
    """A mistake that was worked out from the answers: it reproduces all of them.

    Parameters
    ----------
    says : str
        In a sentence: ``ε is 1e-07, whatever is passed``.
    names : tuple of str
        Known deviations that belong to it.
    stage, clause : str
    formula, specified : str
        What is computed, and what is to be; empty where a sentence says it.
    scope : str
        Where alone it holds: ``the biases``; empty: everywhere.
    computed : str
        The formula in any case, as it is looked for in the source.
    """

    says: str
    names: tuple[str, ...] = ()
    stage: str = ""
    clause: str = ""
    formula: str = ""
    specified: str = ""
    scope: str = ""
    computed: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """What explains the deviations of one operation.

    Parameters
    ----------
    operation : str
    explanations : tuple of tuples of str
        Each a smallest set of known deviations that reproduces *all* answers; more than one
        where they cannot be told apart; empty: an unknown deviation.
    right, wrong : tuple of str
        The results that are right in every case, and those that are not: ``parameters``, ``v``.
    stage, clause : str
        For an unknown deviation: the stage that the evidence points at, if it does.
    found : tuple of Found
        Where no known deviations explain the answers: what does.
    evidence : tuple of str
        Where nothing does: what is right, what is wrong, and where to look.
    file, line : str, int
        Of the statement that it speaks of, or of the function; 0: not known.
    cases : tuple of str
        The trainings that it is the explanation of; empty: all cases.
    """

    operation: str
    explanations: tuple[tuple[str, ...], ...]
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    stage: str = ""
    clause: str = ""
    found: tuple[Found, ...] = ()
    evidence: tuple[str, ...] = field(default=())
    file: str = ""
    line: int = 0
    cases: tuple[str, ...] = ()


def diagnose(operation: str, answers: Sequence[tuple[Case, Answer]], dtype: str) -> Diagnosis:
    """Explain the answers of an operation of which at least one deviates.

    Parameters
    ----------
    operation : str
    answers : sequence of (Case, answer)
        Every case that was answered, the passing ones too: an explanation must fit them all.
    dtype : str
        What the implementation declares to compute in.
    """
    groups: dict[str, bool] = {}
    deviating: list[tuple[Case, Answer]] = []
    passing: list[tuple[Case, Answer]] = []
    for case, answer in answers:
        wrong = {finding.tensor for finding in compare(case.expected, answer, dtype)}
        (deviating if wrong else passing).append((case, answer))
        for name in (*case.expected, *wrong):
            group = names.result_of(name)
            groups[group] = groups.get(group, True) and name not in wrong
    right = tuple(g for g, fine in groups.items() if fine)
    wrong_groups = tuple(g for g, fine in groups.items() if not fine)
    pipeline = PIPELINES.get(operation)
    if pipeline is None or not deviating:
        return Diagnosis(operation, (), right, wrong_groups)
    # The smallest deviating case of one call first: most candidates fall there.
    deviating.sort(key=lambda pair: (pair[0].calls, sum(a.size for a in pair[1].values())))
    ordered = [*deviating, *passing]
    with np.errstate(all="ignore"):
        if named := _named(pipeline, ordered, 1, dtype):
            return Diagnosis(operation, named, right, wrong_groups)
        if found := next(_found(pipeline, deviating, ordered, dtype), None):
            places = (found.stage, found.clause)
            return Diagnosis(operation, (), right, wrong_groups, *places, (found,))
        for size in range(2, MOST + 1):
            if named := _named(pipeline, ordered, size, dtype):
                return Diagnosis(operation, named, right, wrong_groups)
            if size == 2 and (found := next(_several(pipeline, deviating, ordered, dtype), None)):
                places = (found.stage, found.clause)
                return Diagnosis(operation, (), right, wrong_groups, *places, (found,))
        if order := evidence.order_of_caches(pipeline, ordered, dtype):
            found = Found(order, (), "caches", "FWD-1")
            return Diagnosis(operation, (), right, wrong_groups, "caches", "FWD-1", (found,))
        if dtype == "float64" and _in_float32(deviating):
            found = Found("computed in float32, and returned as float64")
            return Diagnosis(operation, (), right, wrong_groups, "", "CONV-4", (found,))
        if dtype == "float64" and _right_in_float32(deviating):
            said = ("right in float32, not in float64: some of it is computed in float32",)
            return Diagnosis(operation, (), right, wrong_groups, "", "CONV-4", (), said)
        place = evidence.place(pipeline, deviating, dtype)
    return Diagnosis(
        operation, (), right, wrong_groups, place.stage, place.clause, (), place.sentences
    )


def _in_float32(deviating: Answers) -> bool:
    """Whether every number that is wrong is one of float32, and right but for its rounding."""
    for case, answer in deviating:
        rounded = {k: a.astype(np.float32) if a.dtype.kind == "f" else a for k, a in answer.items()}
        wrong = {finding.tensor for finding in compare(case.expected, answer, "float64")}
        if case.calls == 1 and "float32" in case.dtypes:
            if compare(case.expected, rounded, "float32"):
                return False
            if any(not np.array_equal(rounded[k], answer[k], equal_nan=True) for k in wrong):
                return False
    return any(case.calls == 1 and "float32" in case.dtypes for case, _ in deviating)


def _right_in_float32(deviating: Answers) -> bool:
    """Whether every answer of one call is right as one of float32, some of it on either side."""
    cases = [(c, a) for c, a in deviating if c.calls == 1 and "float32" in c.dtypes]
    above = below = 0
    for case, answer in cases:
        rounded = {k: a.astype(np.float32) if a.dtype.kind == "f" else a for k, a in answer.items()}
        if compare(case.expected, rounded, "float32"):
            return False
        for name, want in case.expected.items():
            if want.values is not None and answer[name].dtype.kind == "f":
                off = answer[name] - want.values.astype(float)
                above, below = above + (off > 0).sum(), below + (off < 0).sum()
    return len(cases) > 2 and bool(min(above, below) > 0.2 * max(above, below))


def _named(
    pipeline: Pipeline, answers: Answers, size: int, dtype: str
) -> tuple[tuple[str, ...], ...]:
    """Return the sets of `size` known deviations that explain all answers."""
    return tuple(
        names
        for names in candidates(pipeline, answers[0], size, dtype)
        if explains(pipeline, tuple(pipeline.slips(names)), answers, dtype)
    )


def _found(pipeline: Pipeline, deviating: Answers, answers: Answers, dtype: str) -> Iterator[Found]:
    """Yield what explains all answers, likely things first.

    Known deviations in one place, tensors left out, other numbers, usual slips, edited formulas.
    """
    scopes, key = scopes_of(pipeline, deviating, dtype)
    first = answers[0]
    if first[0].calls > 1 or key not in pipeline.start({"t": 1, **first[0].arguments()}):
        return  # a chain alone: what keeps something between calls is no formula
    clear = evidence.clearest(deviating, dtype)
    here = numbers.given(pipeline, clear, scopes_of(pipeline, [clear], dtype)[1], dtype)

    def explaining(slips: Iterable[Slips], where: Sequence[Scope]) -> Iterator[Slips]:
        return in_scopes(pipeline, slips, where, answers, dtype)

    known = (
        (Slip(stage.name, step, name),)
        for stage in pipeline.stages
        for name, step in stage.deviations.items()
    )
    ways = itertools.chain(
        (
            slips
            for scope in scopes[1:]
            if (slips := left_out(pipeline, scope)) and explains(pipeline, slips, answers, dtype)
        ),
        explaining(known, scopes[1:]),
        numbers.solved(here, pipeline.unknowns, scopes, answers),
        explaining((s for s in pipeline.forms if here.may_be(s)), scopes),
        explaining(((s,) for s in near_formulas(pipeline, first, key, dtype)), scopes),
        numbers.solved(here, tuple(numbers.in_formulas(pipeline)), scopes, answers),
    )
    for slips in ways:
        yield as_found(pipeline, slips)


def _several(
    pipeline: Pipeline, deviating: Answers, answers: Answers, dtype: str
) -> Iterator[Found]:
    """Yield several numbers, or some and a known deviation, that explain all answers."""
    _, key = scopes_of(pipeline, deviating, dtype)
    if answers[0][0].calls == 1 and key in pipeline.start({"t": 1, **answers[0][0].arguments()}):
        clear = evidence.clearest(deviating, dtype)
        here = numbers.given(pipeline, clear, scopes_of(pipeline, [clear], dtype)[1], dtype)
        for slips in numbers.several(here, answers):
            yield as_found(pipeline, slips)


def as_found(pipeline: Pipeline, slips: Sequence[Slip]) -> Found:
    """Return what there is to say of slips that explain all answers."""
    stages = {stage.name: stage for stage in pipeline.stages}
    main = slips[0] if any(slip.says == " " for slip in slips) else slips[-1]
    stage = stages[main.stage]
    scope = str(slips[-1].scope)
    names = tuple(slip.name for slip in slips if slip.name)
    says = [slip.says for slip in slips if slip.says.strip()]
    edited = next((s for s in slips if not s.name and not s.says), None)
    formula = specified = ""
    if edited:
        formula = edited.step.text
        target = formula.partition(" = ")[0]
        statements = stages[edited.stage].step.text.split("; ")
        whole = stages[edited.stage].step.text
        specified = next((s for s in statements if s.startswith(f"{target} = ")), whole)
    return Found(
        "; ".join(says),
        names,
        stage.name,
        stage.clause,
        formula,
        specified,
        scope,
        main.step.text,
    )
