"""The loop can be stopped and gone on with; it changes no bit."""

import copy

import pytest

from optproof import fixtures, methods
from optproof.methods.training import OPERATIONS
from optproof.protocol import decode


def start():
    moons = fixtures.load("training/moons.json")
    documented = fixtures.load("training/documented.json")
    return decode(moons["X"]), decode(moons["Y"]), decode(documented["initial_parameters"])


@pytest.mark.parametrize("optimizer", methods.OPTIMIZERS)
@pytest.mark.parametrize("one_vector", [True, False])
def test_going_on_after_an_epoch_changes_no_bit(optimizer, one_vector):
    operations = OPERATIONS if one_vector else copy.copy(OPERATIONS)
    for epoch in methods.train(*start(), optimizer, num_epochs=7, operations=operations):
        if epoch.number == 2:
            kept = copy.deepcopy(epoch._replace(optimizer=None))
            rule = methods.Optimizer(optimizer, operations=operations)
            rule.v, rule.s, rule.t = copy.deepcopy(
                (epoch.optimizer.v, epoch.optimizer.s, epoch.optimizer.t)
            )
            kept = kept._replace(optimizer=rule)
    *_, again = methods.train(*start(), optimizer, num_epochs=7, operations=operations, after=kept)

    assert again.number == epoch.number
    assert again.cost == epoch.cost
    for name, theta in epoch.parameters.items():
        assert again.parameters[name].dtype == theta.dtype
        assert again.parameters[name].shape == theta.shape
        assert again.parameters[name].tobytes() == theta.tobytes()


def test_t_counts_the_steps_over_all_epochs():
    *_, epoch = methods.train(*start(), "adam", num_epochs=3)

    assert epoch.optimizer.t == 15
