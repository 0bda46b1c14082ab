"""The documented trainings, all 10,000 epochs: golden files, printed costs, certified digits."""

import math
from decimal import Decimal

import numpy as np
import pytest
from arrays import bits

from optproof import fast, fixtures, methods
from optproof.fixtures import half_unit

OPTIMIZERS = methods.OPTIMIZERS
#: Some hundred times what another NumPy, BLAS or make changes (8e-16 and 3e-14); a tolerance of an
#: implementation (SPEC.md, TRAIN-7) is four thousand times as large.
COST, PARAMETER = 1e-13, 1e-11


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_golden(golden, trained, optimizer):
    """Costs to 12 decimals and parameters to 9, which another NumPy or BLAS does not change."""
    run = trained[optimizer]
    certified = fixtures.load(f"training/certified-{optimizer}.json")
    end = certified["checkpoints"]["10000"]
    epochs = range(0, 10000, 1000)
    content = {
        "costs": {f"epoch {e}": f"{run.costs[e]:.12f}" for e in epochs},
        "accuracy": f"{run.right} of 300",
        "parameters": {
            name: ["  ".join(f"{n:.9f}" for n in row) for row in a.tolist()]
            for name, a in run.parameters.items()
        },
    }

    proved = {f"epoch {e}": f"{Decimal(certified['costs'][str(e)][0]):.12f}" for e in epochs}
    assert content["costs"] == proved
    assert content["accuracy"] == f"{end['right_of_300']} of 300"
    for name, tensor in end["parameters"].items():
        digits = [f"{Decimal(digits):.9f}" for digits, _ in tensor["digits"]]
        assert " ".join(content["parameters"][name]).split() == digits
    golden(content, optimizer)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_trainings_give_the_documented_costs_and_accuracy(trained, optimizer):
    run = fixtures.load("training/documented.json")["runs"][optimizer]
    costs = trained[optimizer].costs

    printed = {epoch: "%f" % costs[int(epoch)] for epoch in run["costs"]}

    assert list(run["costs"]) == [str(e) for e in range(0, 10000, 1000)]
    assert printed == run["costs"]
    off = abs(trained[optimizer].right / 300 - float(run["accuracy"]))
    assert off <= half_unit(run["accuracy"])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_trainings_stay_by_the_certified_digits(trained, optimizer):
    certified = fixtures.load(f"training/certified-{optimizer}.json")
    end = certified["checkpoints"]["10000"]

    costs = {e: float(digits) for e, (digits, _) in certified["costs"].items()}
    worst = max(abs(trained[optimizer].costs[int(e)] - cost) for e, cost in costs.items())

    assert len(costs) == 100
    assert worst <= COST
    assert trained[optimizer].right == end["right_of_300"]
    for name, tensor in end["parameters"].items():
        want = np.array([float(d) for d, _ in tensor["digits"]]).reshape(tensor["shape"])
        assert np.abs(trained[optimizer].parameters[name] - want).max() <= PARAMETER


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("size", [64, 7, 1])
def test_training_is_the_plain_transcription_bit_for_bit(
    plain, documented_start, monkeypatch, optimizer, size
):
    X, Y, _, _ = documented_start
    epochs = 300 if size == 64 else 3
    batch_costs = []
    compute_cost = plain.compute_cost

    def recording(a3, Y):
        batch_costs.append(compute_cost(a3, Y))
        return batch_costs[-1]

    monkeypatch.setattr(plain, "compute_cost", recording)
    how = {"mini_batch_size": size, "num_epochs": epochs, "print_cost": False}
    theirs = plain.model(X, Y, [2, 5, 2, 1], optimizer, **how)
    in_an_epoch = math.ceil(300 / size)
    their_costs = [
        sum(batch_costs[k : k + in_an_epoch]) / 300 for k in range(0, len(batch_costs), in_an_epoch)
    ]

    start = methods.initialize_parameters([2, 5, 2, 1])
    for train in (methods.train, fast.train):
        seen = list(train(X, Y, start, optimizer, mini_batch_size=size, num_epochs=epochs))

        assert [float(epoch.cost) for epoch in seen] == their_costs
        assert bits(seen[-1].parameters) == bits(theirs)
    assert bits(methods.model(X, Y, [2, 5, 2, 1], optimizer, **how)) == bits(theirs)


def test_the_cost_is_printed_every_thousand_epochs_and_not_without_print_cost(
    documented_start, capsys
):
    X, Y, _, _ = documented_start

    methods.model(X, Y, [2, 5, 2, 1], "gd", num_epochs=1001)
    printed = capsys.readouterr().out
    methods.model(X, Y, [2, 5, 2, 1], "gd", num_epochs=1, print_cost=False)

    assert printed == "Cost after epoch 0: 0.702405\nCost after epoch 1000: 0.668101\n"
    assert capsys.readouterr().out == ""
