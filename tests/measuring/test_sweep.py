"""Replicas stacked in one array: each is a training of its own."""

import json

import numpy as np
import pytest

from optproof import fixtures, methods
from optproof.checking.trainings import FLOAT64
from optproof.commands.cli import main
from optproof.measuring.sweep import APART, INITIAL, sweep
from optproof.protocol import decode


@pytest.mark.parametrize("optimizer", methods.OPTIMIZERS)
def test_each_replica_agrees_with_a_training_of_its_own(optimizer):
    moons = fixtures.load("training/moons.json")
    *_, found = sweep(["gd", optimizer], range(5), 60)

    for k in range(5):
        *_, alone = methods.train(
            decode(moons["X"]),
            decode(moons["Y"]),
            methods.initialize_parameters([2, 5, 2, 1], INITIAL + k),
            optimizer,
            num_epochs=60,
            seed=10 + APART * k,
        )
        for name, theta in alone.parameters.items():
            stacked = found[optimizer].parameters[name][k]
            assert np.abs(stacked - theta).max() < FLOAT64[1]


def test_replica_0_is_the_documents_own_run():
    (_, found) = sweep(["adam"], range(2), 200)
    certified = fixtures.load("training/certified-adam.json")["checkpoints"]["200"]

    for name, tensor in certified["parameters"].items():
        expected = np.array([float(digits) for digits, _ in tensor["digits"]])
        got = found["adam"].parameters[name][0].reshape(-1)
        assert np.abs(got - expected).max() < FLOAT64[1]
    assert f"{found['adam'].costs[0][0]:.6f}" == "0.702166"


def test_no_two_replicas_are_alike():
    *_, found = sweep(["gd"], range(8), 1)

    assert len(set(found["gd"].costs[0].tolist())) == 8


def test_the_command_prints_and_writes_the_bands(tmp_path, capsys):
    output = tmp_path / "bands.json"

    arguments = ["sweep", "--optimizer", "gd", "--seeds", "3", "--epochs", "2"]
    assert main([*arguments, "--output", str(output)]) == 0
    *_, found = sweep(["gd"], range(3), 2)
    costs = sorted(found["gd"].costs[0])
    band = json.loads(output.read_text())["runs"]["gd"]["costs"]["0"]
    assert [band["0"], band["0.5"], band["1"]] == pytest.approx(costs, rel=1e-8)
    assert f"  cost of epoch 0              {costs[1]:.6f}" in capsys.readouterr().out


@pytest.mark.parametrize("optimizer", methods.OPTIMIZERS)
def test_the_shipped_bands_hold_the_documents_own_run(optimizer):
    bands = fixtures.load("training/bands.json")
    documented = fixtures.load("training/documented.json")["runs"][optimizer]

    assert (bands["seeds"], bands["epochs"]) == (500, 10000)
    run = bands["runs"][optimizer]
    accuracy = run["after"]["10000"]["accuracy"], documented["accuracy"]
    for band, value in [(run["costs"][e], c) for e, c in documented["costs"].items()] + [accuracy]:
        lines = [float(line) for line in band.values()]
        assert lines[0] <= float(value) <= lines[-1]
        assert lines == sorted(lines)
