"""Declared variants: with a number, two at once, and what is worked out of them."""

import numpy as np
import pytest

from optproof import fixtures
from optproof.checking.trajectories import as_offered
from optproof.deviations import PIPELINES
from optproof.errors import UsageError
from optproof.fixtures import load_trajectories
from optproof.judging.judge import compare
from optproof.judging.predicting import predict
from optproof.judging.trajectories import follow, named, with_deviations
from optproof.settings.variants import declared_variants, under, worked_out

ADAM, MOMENTUM = "update_parameters_with_adam", "update_parameters_with_momentum"
TAKES = {"takes": ["learning_rate", "beta", "beta1", "beta2", "epsilon"], "own": {}}


def test_a_number_and_two_of_different_steps_are_declared_together():
    assert declared_variants(["adam.adamw=1e-1", "momentum.nesterov", "momentum.heavy-ball"]) == {
        ADAM: "adam.adamw=0.1",
        MOMENTUM: "momentum.heavy-ball+momentum.nesterov",
    }


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("adam.lazy=2", "adam.lazy has no number: adam.lazy=2"),
        ("adam.l2=much", "adam.l2=much: no number of 0 or more"),
        ("adam.l2=-1", "adam.l2=-1: no number of 0 or more"),
    ],
)
def test_a_number_that_is_none_is_refused(name, what):
    with pytest.raises(UsageError) as caught:
        declared_variants([name])
    assert caught.value.what == what


CASES = [c for f in fixtures.load_cases() for c in f.cases if c.operation in (ADAM, MOMENTUM)]
DECLARED = {ADAM: "adam.adamw=0.1", MOMENTUM: "momentum.heavy-ball+momentum.nesterov"}


@pytest.mark.parametrize("case", CASES[::7], ids=lambda case: case.id)
def test_what_is_worked_out_takes_the_declared_form_and_not_another(case):
    judged = under(DECLARED, case)
    with np.errstate(all="ignore"):
        right = predict(PIPELINES[case.operation], [DECLARED[case.operation]], case)
        wrong = predict(PIPELINES[case.operation], [], case)
    assert compare(judged.expected, right, "float64") == []
    tells = not judged.expected_unknown and "zero-parameters" not in case.id  # 0 does not decay
    assert not tells or compare(judged.expected, wrong, "float64")


@pytest.mark.parametrize("variant", ["adam.epsilon-hat", "adam.adamw", "adam.l2"])
def test_it_comes_to_the_values_that_the_files_have(variant):
    for case in CASES[5::9]:
        if case.operation == ADAM and variant in case.signatures:
            stored, ours = case.as_variant(variant), worked_out(case, variant)
            for name, tensor in stored.expected.items():
                if not tensor.digits:
                    assert np.array_equal(tensor.values, ours.expected[name].values)


VARIANTS = [d for d in fixtures.load_deviations().values() if d.variant]
OF_UPDATES = [d.id for d in VARIANTS if d.operation.startswith("update")]


@pytest.mark.sample(4)
@pytest.mark.parametrize("variant", OF_UPDATES)
def test_a_declared_variant_passes_every_trajectory_by_the_values_in_the_files(variant):
    optimizer = fixtures.load_deviations()[variant].operation.rpartition("_")[2]
    seen = 0
    for trajectory in load_trajectories():
        if trajectory.optimizer != optimizer or trajectory.like or trajectory.count > 100:
            continue
        used = as_offered(trajectory, TAKES, variant)
        with np.errstate(all="ignore"):
            path = list(follow(trajectory, with_deviations(optimizer, [variant])))
            plain = list(follow(trajectory, with_deviations(optimizer, [])))
        assert compare(used.expected, named(trajectory, path), "float64") == []
        seen += bool(compare(used.expected, named(trajectory, plain), "float64"))
    unseen = ("momentum.velocity-sign", "momentum.v-kept-at-beta-zero")
    assert bool(seen) == (variant not in unseen)
