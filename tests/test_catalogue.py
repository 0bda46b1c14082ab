"""The catalogue of deviations: every one is told by a vector, and named for what it is."""

import itertools
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from optproof import fixtures
from optproof.check import check
from optproof.deviations import PIPELINES
from optproof.diagnosis import diagnose, predict, reproduces
from optproof.explain import clauses
from optproof.judge import compare
from optproof.targets import python_target

DEVIATING = Path(__file__).parent / "implementations" / "deviating.py"
ALL = [(operation, name) for operation, line in PIPELINES.items() for name in line.ids]


def cases_of(operation):
    """The cases that an implementation with NumPy's generator is asked, but for the largest."""
    cases = [c for f in fixtures.load_cases() for c in f.cases if c.operation == operation]
    return [c for c in cases if "recipe" not in c.inputs and "permutation" not in c.inputs]


def answers_of(operation, names):
    """What an implementation with these deviations answers, where it answers at all."""
    found = []
    with np.errstate(all="ignore"):
        for case in cases_of(operation):
            try:
                found.append((case, predict(PIPELINES[operation], names, case)))
            except (ValueError, IndexError, ZeroDivisionError):
                continue
    return found


def deviates(answers):
    return any(compare(case.expected, answer, "float64") for case, answer in answers)


def test_code_and_words_hold_the_same_deviations():
    words = fixtures.load_deviations().values()
    assert {n: o for o, n in ALL} == {d.id: d.operation for d in words if d.operation != "model"}


def test_the_words_for_whole_trainings_cite_clauses():
    for deviation in fixtures.load_deviations().values():
        assert set(deviation.clause.split(", ")) <= set(clauses())


def test_words_name_the_stage_and_the_clauses_of_the_code():
    words = fixtures.load_deviations()
    for line in PIPELINES.values():
        for stage in line.stages:
            for name in stage.deviations:
                assert (words[name].stage, words[name].clause) == (stage.name, stage.clause)
            assert set(stage.clause.split(", ")) <= set(clauses())


@pytest.mark.parametrize("operation", PIPELINES)
def test_the_stages_as_specified_pass_every_case(operation):
    answers = answers_of(operation, ())
    assert len(answers) == len(cases_of(operation))
    assert not deviates(answers)


@pytest.mark.parametrize(("operation", "name"), ALL, ids=[name for _, name in ALL])
def test_each_deviation_is_told_and_named_and_nothing_else_is(operation, name):
    answers = answers_of(operation, [name])
    assert deviates(answers)
    assert diagnose(operation, answers, "float64").explanations == ((name,),)


#: Two wrongs that make a right: the gradient of the total, divided by m afterwards, is the mean's.
UNDO_EACH_OTHER = {("backward.not-averaged", "backward.averaged-twice")}


def two_of_one_operation():
    """500 pairs of different stages, such that neither one alone does the same as both."""
    pairs = [
        (operation, first, second)
        for operation, line in PIPELINES.items()
        for a, b in itertools.combinations(line.stages, 2)
        for first in a.deviations
        for second in b.deviations
        if (first, second) not in UNDO_EACH_OTHER
    ]
    random.Random(2026).shuffle(pairs)
    return itertools.islice((p for p in pairs if not masked(*p)), 500)


def masked(operation, first, second):
    answers = answers_of(operation, [first, second])
    with np.errstate(all="ignore"):
        return any(
            all(reproduces(PIPELINES[operation], [one], c, a, "float64") for c, a in answers)
            for one in (first, second)
        )


def run_as_implementation(operation, *names):
    """Run the real check on an implementation with these mistakes; return its report."""
    launch = python_target(str(DEVIATING), memory=4.0)
    launch = replace(
        launch, environment={**launch.environment, "OPTPROOF_DEVIATIONS": ",".join(names)}
    )
    return check(launch, only=(operation,), training="none")


@pytest.mark.once
@pytest.mark.timeout(900)
def test_every_deviation_run_as_an_implementation_fails_and_is_named():
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda pair: run_as_implementation(*pair), ALL))
    wrong = [
        (name, report.exit_code, report.diagnoses)
        for (_, name), report in zip(ALL, reports)
        if report.exit_code != 1 or report.diagnoses[0].explanations != ((name,),)
    ]
    assert wrong == []


@pytest.mark.once
@pytest.mark.timeout(1500)
def test_of_500_pairs_none_passes_and_98_in_100_are_named_exactly():
    pairs = list(two_of_one_operation())
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda pair: run_as_implementation(*pair), pairs))
    assert [pair for pair, report in zip(pairs, reports) if report.exit_code != 1] == []
    named = [pair[1:] in r.diagnoses[0].explanations for pair, r in zip(pairs, reports)]
    unnamed = [
        (pair[1:], r.diagnoses[0].explanations)
        for pair, r, n in zip(pairs, reports, named)
        if not n
    ]
    assert len(pairs) == 500
    assert len(unnamed) <= 10, unnamed


def test_three_at_once_are_named():
    names = ("adam.v-weights-exchanged", "adam.s-not-corrected", "adam.epsilon-inside-sqrt")
    answers = answers_of("update_parameters_with_adam", names)
    found = diagnose("update_parameters_with_adam", answers, "float64")
    assert found.explanations == (names,)


def test_an_unknown_deviation_is_called_unknown_and_localised():
    operation = "update_parameters_with_adam"
    answers = [
        (case, {k: a * 1.01 if k.startswith("s.") else a for k, a in answer.items()})
        for case, answer in answers_of(operation, ())
    ]
    found = diagnose(operation, answers, "float64")
    assert found.explanations == ()
    assert (found.right, found.wrong) == (("parameters", "v"), ("s",))
    assert (found.stage, found.clause) == ("second moment", "ADAM-3")


def test_the_kill_matrix_is_the_one_of_the_shipped_signatures():
    from optproof.fixture_tools import KILL_MATRIX, kill_matrix

    contents = {f.path: fixtures.load(f.path) for f in fixtures.load_cases()}
    vectors = {name: c for name, c in contents.items() if name.startswith("vectors/")}
    assert (fixtures.root() / KILL_MATRIX).read_text("utf-8") == kill_matrix(vectors)


def test_signatures_in_the_fixtures_are_what_the_deviations_answer():
    for file in fixtures.load_cases():
        for case in file.cases:
            if "recipe" in case.inputs:
                continue
            for name in case.signatures:
                with np.errstate(all="ignore"):
                    answer = predict(PIPELINES[case.operation], [name], case)
                assert compare(case.expected, answer, "float64"), (case.id, name)
