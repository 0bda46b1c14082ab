"""The catalogue of deviations: every one is told by a vector, and named for what it is."""

import itertools
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from optproof import fixtures
from optproof.checking.check import check
from optproof.conversation import python_target
from optproof.deviations import PIPELINES, Pipeline, Stage, State
from optproof.fixtures import Expected
from optproof.judging.diagnosis import Diagnosis, diagnose
from optproof.judging.judge import compare
from optproof.judging.predicting import close, predict, reproduces, results_of
from optproof.judging.search import candidates
from optproof.operations import OPERATIONS
from optproof.protocol import names
from optproof.reports.explain import clauses
from optproof.worker.purity import SEPARATE

DEVIATING = Path(__file__).parents[1] / "implementations" / "deviating.py"
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
    words = [d for d in fixtures.load_deviations().values() if d.operation != "model"]
    by_formula = {d.id: d.operation for d in words if d.stage != "memory"}
    assert {n: o for o, n in ALL} == by_formula
    assert {d.operation for d in words if d.stage == "memory"} == set(SEPARATE)
    names = {f"{OPERATIONS[operation].short}.aliased" for operation in SEPARATE}
    assert {d.id for d in words if d.stage == "memory"} == names


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


#: A maximum kept beside the document's state has no place in its signature: a function forgets it.
#: The trajectories tell these.
OF_A_LIFE = {"adam.amsgrad-largest", "adam.amsgrad-largest-corrected"}
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
        if (first, second) not in UNDO_EACH_OTHER and not {first, second} & OF_A_LIFE
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


#: Each full set takes minutes: its environment is "tox run -e full". A sample is always run.
SAMPLE_OR_ALL = pytest.mark.parametrize(
    "step", [pytest.param(20, id="sample"), pytest.param(1, id="all", marks=pytest.mark.full)]
)


@pytest.mark.once
@pytest.mark.timeout(900)
@SAMPLE_OR_ALL
def test_every_deviation_run_as_an_implementation_fails_and_is_named(step):
    chosen = [pair for pair in ALL if pair[1] not in OF_A_LIFE][::step]
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda pair: run_as_implementation(*pair), chosen))
    wrong = [
        (name, report.exit_code, report.diagnoses)
        for (_, name), report in zip(chosen, reports)
        if report.exit_code != 1 or report.diagnoses[0].explanations != ((name,),)
    ]
    assert wrong == []


@pytest.mark.once
@pytest.mark.timeout(1500)
@pytest.mark.parametrize(
    "step", [pytest.param(250, id="sample"), pytest.param(1, id="all", marks=pytest.mark.full)]
)
def test_of_500_pairs_none_passes_and_98_in_100_are_named_exactly(step):
    everything = list(two_of_one_operation())
    assert len(everything) == 500
    pairs = everything[::step]
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda pair: run_as_implementation(*pair), pairs))
    assert [pair for pair, report in zip(pairs, reports) if report.exit_code != 1] == []
    named = [pair[1:] in r.diagnoses[0].explanations for pair, r in zip(pairs, reports)]
    unnamed = [
        (pair[1:], r.diagnoses[0].explanations)
        for pair, r, n in zip(pairs, reports, named)
        if not n
    ]
    assert len(unnamed) <= len(pairs) / 50, unnamed


def test_three_at_once_are_named():
    names = ("adam.v-weights-exchanged", "adam.s-not-corrected", "adam.epsilon-inside-sqrt")
    answers = answers_of("update_parameters_with_adam", names)
    found = diagnose("update_parameters_with_adam", answers, "float64")
    assert found.explanations == (names,)


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("operation", "tensors", "right", "wrong", "stage", "said"),
    [
        ("adam", "s.", ("parameters", "v"), ("s",), "second moment", "s is wrong first, in dW1"),
        ("adam", "v.", ("parameters", "s"), ("v",), "first moment", "v is wrong first, in dW1"),
        ("adam", ("v.", "s."), ("parameters",), ("v", "s"), "first moment", "v is wrong first"),
        ("adam", ("W", "s."), ("v",), ("parameters", "s"), "second moment", "s is wrong first"),
        ("adam", ("W", "b"), ("v", "s"), ("parameters",), "", "v and s are right, W1 is not"),
        ("momentum", "v.", ("parameters",), ("v",), "velocity", "v is wrong first"),
        ("momentum", ("W", "b"), ("v",), ("parameters",), "step", "v is right, W1 is not"),
        ("gd", "W2", (), ("parameters",), "", "W2 is wrong"),
    ],
)
def test_of_an_unknown_deviation_the_evidence_tells_the_place_or_only_what_is_right(
    operation, tensors, right, wrong, stage, said
):
    operation = f"update_parameters_with_{operation}"
    answers = [
        (case, {k: a * 1.01 + 1e-3 if k.startswith(tensors) else a for k, a in answer.items()})
        for case, answer in answers_of(operation, ())
    ]
    found = diagnose(operation, answers, "float64")
    assert (found.explanations, found.found, found.right, found.wrong) == ((), (), right, wrong)
    assert found.stage == stage
    assert said in found.evidence[0]


def test_more_than_three_at_once_are_unknown():
    three = ("adam.v-weights-exchanged", "adam.s-not-corrected", "adam.epsilon-inside-sqrt")
    answers = answers_of("update_parameters_with_adam", (*three, "adam.step-sign"))
    assert diagnose("update_parameters_with_adam", answers, "float64").explanations == ()


def test_one_answer_is_enough_for_a_diagnosis():
    answers = answers_of("update_parameters_with_gd", ["gd.step-sign"])
    [answer] = [(c, a) for c, a in answers if c.id == "gd/documented"]
    found = diagnose("update_parameters_with_gd", [answer], "float64")
    explained = (("gd.step-sign",),)
    assert found == Diagnosis("update_parameters_with_gd", explained, (), ("parameters",))


def test_a_diagnosis_says_which_results_are_right_and_which_are_wrong():
    operation = "update_parameters_with_adam"
    found = diagnose(operation, answers_of(operation, ["adam.s-sums-all"]), "float64")
    explained = (("adam.s-sums-all",),)
    assert found == Diagnosis(operation, explained, ("v",), ("parameters", "s"))


@pytest.mark.sample(2)
@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize(
    ("operation", "made"),
    [
        ("momentum", ("momentum.weights-exchanged",)),
        ("adam", ("adam.v-weights-exchanged",)),
        ("adam", ("adam.s-not-corrected", "adam.epsilon-inside-sqrt")),
    ],
)
def test_candidates_are_the_sets_that_explain_the_first_parameter_and_its_state(
    operation, made, size
):
    """What is given up on the way is what trying all sets would give up."""
    operation = f"update_parameters_with_{operation}"
    pipeline = PIPELINES[operation]
    case = next(c for c in cases_of(operation) if c.id.endswith("/documented"))
    [name, *_] = case.arguments()["parameters"]
    answer = predict(pipeline, made, case)

    def explain(names):
        predicted = predict(pipeline, names, case)
        seen = (name, f"v.d{name}", f"s.d{name}")
        return all(close(case, t, predicted[t], answer[t], "float64") for t in seen if t in answer)

    sets = [
        names
        for stages in itertools.combinations(pipeline.stages, size)
        for names in itertools.product(*(stage.deviations for stage in stages))
    ]
    with np.errstate(all="ignore"):
        found = list(candidates(pipeline, (case, answer), size, "float64"))
        assert sorted(found) == sorted(names for names in sets if explain(names))
    assert (made in found) == (len(made) == size)


@pytest.mark.parametrize(
    ("answer", "calls", "found"),
    [
        ({"W1": np.ones(1)}, 1, [("one more",)]),
        ({"W1": np.zeros(1)}, 1, []),
        ({}, 1, []),
        ({"W1": np.zeros(1)}, 2, [("one more",)]),  # what comes after one call is not known
    ],
)
def test_forms_that_cannot_take_the_arguments_are_passed_over(answer, calls, found):
    def fails(x):
        raise ValueError

    forms = {"fails": fails, "one more": lambda x: {"theta_new": x.theta + 1}}
    stage = Stage("step", "GD-1", lambda x: {"theta_new": x.theta}, forms, "theta")
    pipeline = Pipeline("gd", (stage,), lambda a: {"W1": State(theta=np.zeros(1))}, dict)
    want = Expected("float64", (1,), np.zeros(1), np.zeros(1), (0,))
    case = SimpleNamespace(expected={"W1": want}, calls=calls, arguments=dict)

    assert list(candidates(pipeline, (case, answer), 1, "float64")) == found


def test_a_factor_is_solved():
    operation = "compute_cost"
    answers = [(case, {"cost": a["cost"] * 1.01}) for case, a in answers_of(operation, ())]
    [found] = diagnose(operation, answers, "float64").found
    assert found.says == "the cost is multiplied by 1.01"


def test_in_a_chain_the_number_of_the_call_stands_in_for_t():
    name, operation = "momentum.debiased", "update_parameters_with_momentum"
    chains = [c for c in cases_of(operation) if c.calls > 1 and name in c.signatures]
    assert chains
    for case in chains:
        answer = predict(PIPELINES[operation], [name], case)
        assert compare(case.as_variant(name).expected, answer, "float64") == []


def test_where_nothing_deviates_or_no_deviation_is_known_there_is_nothing_to_explain():
    operation = "update_parameters_with_gd"
    assert diagnose(operation, answers_of(operation, ()), "float64") == Diagnosis(
        operation, (), ("parameters",), ()
    )
    [case] = [c for f in fixtures.load_cases() for c in f.cases if c.id == "velocity/documented"]
    answer = {name: np.ones(want.shape) for name, want in case.expected.items()}
    assert diagnose("load_dataset", [(case, answer)], "float64") == Diagnosis(
        "load_dataset", (), (), ("v",)
    )


@pytest.mark.parametrize(
    ("tensor", "result"),
    [
        ("W1", "parameters"),
        ("b12", "parameters"),
        ("dW1", "grads"),
        ("v.dW1", "v"),
        ("s.db2", "s"),
        ("caches.z1", "caches"),
        ("mini_batches[0].X", "mini_batches"),
        ("batches", "batches"),
        ("cost", "cost"),
    ],
)
def test_a_tensor_belongs_to_its_result(tensor, result):
    assert names.result_of(tensor) == result


def test_tensors_are_put_together_to_the_results_that_they_belong_to():
    tensors = {"W1": 1, "b1": 2, "v.dW1": 3, "s.dW1": 4, "cost": 5}
    assert results_of(tensors) == {
        "parameters": {"W1": 1, "b1": 2},
        "v": {"dW1": 3},
        "s": {"dW1": 4},
        "cost": 5,
    }


# How near an answer must be to what a deviation predicts


def near(predicted, got, bound=0.0, digits=(), dtype="float64"):
    """Whether an answer of [got, 0] counts as the prediction [predicted, 0]."""
    values, bounds = np.zeros(2), np.array([bound, 0.0])
    want = Expected("float64", (2,), values, bounds, (0,), digits)
    case = SimpleNamespace(expected={"x": want})
    with np.errstate(invalid="ignore"):
        return close(case, "x", np.array([predicted, 0.0]), np.array([got, 0.0], dtype), dtype)


def test_an_answer_may_be_64_bounds_and_a_part_in_10_to_the_12_from_the_prediction():
    assert near(0.0, 64.0, bound=1.0)
    assert not near(0.0, np.nextafter(64.0, 65), bound=1.0)
    assert near(1.0, 1.0 + 0.99e-12)
    assert near(-1.0, -1.0 - 0.99e-12)
    assert not near(1.0, 1.0 + 1.01e-12)
    assert not near(0.0, 5e-324)
    assert near(1e6, 1e6 + 64.9e-6, bound=1e-6)
    assert not near(1e6, 1e6 + 65.1e-6, bound=1e-6)


def test_printed_digits_allow_their_bound_once():
    assert near(0.0, 1.0, bound=1.0, digits=("0.", "0."))
    assert not near(0.0, np.nextafter(1.0, 2), bound=1.0, digits=("0.", "0."))


def test_a_shorter_dtype_is_as_much_further_away_as_it_rounds_more():
    assert near(1.0, 1.0 + 5e-4, dtype="float32")
    assert not near(1.0, 1.0 + 6e-4, dtype="float32")


def test_nan_and_infinity_are_near_to_themselves_alone():
    assert near(np.nan, np.nan)
    assert near(np.inf, np.inf)
    for predicted, got in ((np.nan, 1.0), (1.0, np.nan), (np.inf, -np.inf), (np.inf, np.nan)):
        assert not near(predicted, got, bound=1e300)


def reproduced(predicted, answer):
    """Whether this answer is the one that a method predicts, or fails to by raising."""

    def answers(arguments, names):
        if isinstance(predicted, Exception):
            raise predicted
        return {k: np.array(a) for k, a in predicted.items()}

    want = Expected("float64", (1,), np.zeros(1), np.ones(1), (0,))
    case = SimpleNamespace(expected={"x": want, "y": want}, calls=1, arguments=dict)
    answer = {k: np.array(a) for k, a in answer.items()}
    pipeline = SimpleNamespace(answer=answers, slips=list)
    return reproduces(pipeline, (), case, answer, "float64")


def test_a_prediction_reproduces_an_answer_whose_tensors_are_all_near_to_it():
    assert reproduced({"x": [0.0], "y": [1.0]}, {"x": [60.0], "y": [-60.0]})
    assert not reproduced({"x": [0.0], "y": [1.0]}, {"x": [60.0], "y": [70.0]})
    assert not reproduced({"x": [0.0]}, {"x": [0.0], "y": [0.0]})
    assert not reproduced({"x": [0.0], "y": [0.0]}, {"x": [0.0]})


@pytest.mark.parametrize("kind", [ValueError, IndexError, ZeroDivisionError])
def test_a_method_that_cannot_take_the_arguments_reproduces_nothing(kind):
    assert reproduced(kind(), {}) is False


def test_every_element_must_be_near_and_shape_and_labels_the_same():
    case = SimpleNamespace(expected={})
    ones = np.ones((1, 3))
    assert close(case, "x", ones, ones, "float64")
    assert not close(case, "x", ones, np.array([[1.0, 2.0, 1.0]]), "float64")
    assert not close(case, "x", ones, np.ones(3), "float64")
    assert close(case, "x", ones > 0, ones.astype(int), "float64")
    assert not close(case, "x", ones > 0, np.array([[1, 0, 1]]), "float64")


def test_the_kill_matrix_is_the_one_of_the_shipped_signatures():
    from optproof.oracle.kill_matrix import KILL_MATRIX, kill_matrix

    contents = {f.path: fixtures.load(f.path) for f in fixtures.load_cases()}
    vectors = {name: c for name, c in contents.items() if name.startswith("vectors/")}
    assert (fixtures.root() / KILL_MATRIX).read_text("utf-8") == kill_matrix(vectors)


@pytest.mark.once
def test_signatures_in_the_fixtures_are_what_the_deviations_answer():
    for file in fixtures.load_cases():
        for case in file.cases:
            if "recipe" in case.inputs:
                continue
            for name in case.signatures:
                with np.errstate(all="ignore"):
                    answer = predict(PIPELINES[case.operation], [name], case)
                assert compare(case.expected, answer, "float64"), (case.id, name)
