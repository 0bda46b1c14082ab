"""Certified training: proved again, taken up again, stopped where nothing is decided."""

import json

import numpy as np
import pytest

from optproof import fixtures, methods
from optproof.commands.cli import main

flint = pytest.importorskip("flint")

from optproof.ball import NotProved  # noqa: E402
from optproof.oracle import certify as command  # noqa: E402
from optproof.oracle import training as oracle  # noqa: E402


def without_seconds(path):
    certificate = json.loads(path.read_text())
    del certificate["provenance"]["seconds"]
    return certificate


@pytest.mark.full
def test_the_stored_digits_are_proved_again():
    assert oracle.verify_training(200) == {"gd": [], "momentum": [], "adam": []}


def test_a_wrong_stored_digit_is_seen(monkeypatch):
    wrong = json.loads(json.dumps(fixtures.load("training/certified-gd.json")))
    digits, radius = wrong["costs"]["0"]
    wrong["costs"]["0"] = [digits[:-3] + "000", radius]
    wrong["checkpoints"]["200"]["parameters"]["W1"]["digits"][0][0] = "1.9"
    wrong["costs"]["9000"] = ["0.4681", radius]
    load = fixtures.load
    monkeypatch.setattr(fixtures, "load", lambda n: wrong if n.endswith("-gd.json") else load(n))
    monkeypatch.setattr(methods, "OPTIMIZERS", ("gd",))

    assert oracle.verify_training(200) == {
        "gd": [
            "the stored cost of epoch 0 is not the one proved again",
            "the stored W1 after 200 epochs is not the one proved again",
            "the document's cost of epoch 9000, 0.468014, is not the certified one rounded",
        ]
    }


@pytest.mark.parametrize("optimizer", methods.OPTIMIZERS)
def test_the_certificates_are_complete(optimizer):
    certificate = fixtures.load(f"training/certified-{optimizer}.json")

    assert list(certificate["costs"]) == [str(e) for e in range(0, 10000, 100)]
    assert list(certificate["checkpoints"]) == ["200", "10000"]
    assert max(float(radius) for _, radius in certificate["costs"].values()) < 1e-29


@pytest.mark.parametrize(
    ("optimizer", "epoch", "start"),
    [
        ("gd", "9000", "0.46801368390075268"),
        ("momentum", "9000", "0.46815966712698159"),
        ("adam", "1000", "0.16784505282581172674"),
        ("adam", "9000", "0.12911837498636794983"),
    ],
)
def test_the_digits_begin_as_those_computed_independently(optimizer, epoch, start):
    digits, _ = fixtures.load(f"training/certified-{optimizer}.json")["costs"][epoch]

    assert abs(float(digits[: len(start)]) - float(start)) == 0
    assert digits.startswith(start[:-1])


@pytest.mark.sample(4)
@pytest.mark.parametrize("optimizer", methods.OPTIMIZERS)
def test_an_interrupted_run_goes_on_to_the_same_certificate(optimizer, tmp_path, monkeypatch):
    whole, resumed = tmp_path / "whole.json", tmp_path / "resumed.json"
    arguments = ["certify", "--optimizer", optimizer, "--epochs", "103", "--precision", "300"]
    assert main([*arguments, "--output", str(whole)]) == 0
    write = command.Partial.write

    def write_then_interrupt(self, epoch, certificate):
        write(self, epoch, certificate)
        if epoch.number == 100:
            raise KeyboardInterrupt

    monkeypatch.setattr(command.Partial, "write", write_then_interrupt)
    assert main([*arguments, "--output", str(resumed)]) == 130
    assert not resumed.exists()
    assert main([*arguments, "--output", str(resumed)]) == 0

    assert without_seconds(resumed) == without_seconds(whole)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["resumed.json", "whole.json"]


@pytest.fixture
def partial(tmp_path, monkeypatch):
    output = tmp_path / "c.json"
    write = command.Partial.write

    def write_then_interrupt(self, epoch, certificate):
        write(self, epoch, certificate)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(command.Partial, "write", write_then_interrupt)
        main(["certify", "--optimizer", "gd", "--epochs", "3", "--output", str(output)])
    return tmp_path / "c.json.partial"


@pytest.mark.parametrize("damage", [lambda t: t[:500], lambda t: "", lambda t: t.replace("a", "b")])
def test_a_damaged_partial_file_ends_in_one_message(partial, damage, capsys):
    partial.write_text(damage(partial.read_text()))
    output = str(partial).removesuffix(".partial")
    capsys.readouterr()

    assert main(["certify", "--optimizer", "gd", "--epochs", "3", "--output", output]) == 2
    assert "c.json.partial: damaged; the run cannot be resumed from it" in capsys.readouterr().err


def test_a_partial_file_of_another_precision_is_refused(partial, capsys):
    output = str(partial).removesuffix(".partial")
    run = ["certify", "--optimizer", "gd", "--epochs", "3", "--output", output]

    assert main([*run, "--precision", "600"]) == 2
    assert "of another run (precision 512, not 600)" in capsys.readouterr().err


def test_an_undecided_relu_is_named_with_the_precision_to_try(tmp_path, capsys):
    output = str(tmp_path / "c.json")
    run = ["certify", "--optimizer", "adam", "--epochs", "50", "--precision", "20"]

    assert main([*run, "--output", output]) == 2
    error = capsys.readouterr().err
    assert "the sign of z1[" in error
    assert "is not decided at 20 bits" in error
    assert "try --precision 40" in error


def test_an_undecided_prediction_is_named(monkeypatch):
    monkeypatch.setattr(flint.ctx, "prec", 53)
    half = np.array([[flint.arb(0.5, 0.1)]], dtype=object)
    monkeypatch.setattr(oracle, "decided_forward", lambda X, parameters: (half, ()))

    with pytest.raises(NotProved, match=r"the prediction \[0, 0\] .* at 53 bits"):
        oracle.checkpoint(half, np.array([[1]]), {})


def test_a_stored_certificate_is_written_as_the_command_writes_it():
    path = fixtures.root() / "training" / "certified-gd.json"

    assert command.as_text(json.loads(path.read_text())) == path.read_text()


def test_fixtures_verify_proves_the_trainings_again(monkeypatch, capsys):
    from optproof.oracle import fixture_tools

    for check in ("_hash_problems", "_schema_problems", "_value_problems"):
        monkeypatch.setattr(fixture_tools, check, lambda *only: iter(()))
    monkeypatch.setattr(oracle, "verify_training", lambda: {"gd": [], "adam": ["W1 is off"]})

    assert main(["fixtures", "verify", "--training"]) == 1
    assert "training/certified-adam.json: W1 is off\n" in capsys.readouterr().out


def test_the_precision_follows_the_width_and_the_balls_stay_sure(monkeypatch):
    monkeypatch.setattr(oracle, "GUARD", 4000)
    *_, throughout = oracle.certified_epochs("adam", 30, 300)
    assert flint.ctx.prec == 300
    monkeypatch.setattr(oracle, "GUARD", 8)
    *_, followed = oracle.certified_epochs("adam", 30, 300)

    assert flint.ctx.prec < 300
    wide, narrow = followed.parameters, throughout.parameters
    assert all(a.overlaps(b) for k in wide for a, b in zip(wide[k].flat, narrow[k].flat))
    assert oracle.right_bits(narrow) - 3 <= oracle.right_bits(wide) <= oracle.right_bits(narrow)


def test_a_precision_too_low_is_seen_in_the_result(monkeypatch):
    monkeypatch.setattr(oracle, "right_bits", lambda parameters: 20 - oracle.GUARD)
    with pytest.raises(NotProved, match="is not decided at 20 bits"):
        list(oracle.certified_epochs("adam", 50, 300))
