"""The first divergence: found where it was put, and not found where there is none."""

import pytest
from faulty import EPSILON_HAT, MEAN_TWICE_FROM_500, MONOLITHIC, NO_MODEL, T_RESET, faulty

from optproof.checking.trace import trace
from optproof.checking.trainings import Training
from optproof.commands.cli import main
from optproof.conversation import python_target
from optproof.errors import CallError


def first_divergence(a, optimizer, epochs, b=None):
    a, b = (python_target(t or "reference", memory=4) for t in (a, b))
    return trace(a, b, Training(optimizer, epochs))


def place(found):
    return found.epoch, found.batch, found.operation, found.how, found.finding.tensor


@pytest.mark.full
def test_t_that_is_reset_is_found_at_the_second_epoch(tmp_path):
    found = first_divergence(faulty(tmp_path, "t_reset", T_RESET), "adam", 200)

    assert place(found) == (1, 0, "update_parameters_with_adam", "is called with", "t")
    assert (found.finding.expected, found.finding.got) == ("6.0", "1")


@pytest.mark.full
@pytest.mark.sample(3)
@pytest.mark.parametrize("optimizer", ["gd", "momentum", "adam"])
def test_a_gradient_averaged_twice_from_epoch_500_on_is_found_there(tmp_path, optimizer):
    found = first_divergence(faulty(tmp_path, "twice", MEAN_TWICE_FROM_500), optimizer, 600)

    operation = f"update_parameters_with_{optimizer}"
    assert place(found) == (500, 0, operation, "is called with", "grads.dW3")


def test_a_wrong_answer_is_found_at_its_step(tmp_path):
    at_step_37 = ("learning_rate * (\n", "learning_rate * (1.001 if t == 37 else 1) * (\n")
    path = faulty(tmp_path, "step", at_step_37, NO_MODEL)
    found = first_divergence(path, "adam", 200)

    assert place(found) == (7, 1, "update_parameters_with_adam", "answers with", "W1")
    assert found.finding.ulps > 1000


@pytest.mark.full
def test_an_adam_too_near_to_part_at_once_is_found_at_its_first_step(tmp_path):
    found = first_divergence(faulty(tmp_path, "hat", EPSILON_HAT), "adam", 200)

    assert place(found) == (0, 0, "update_parameters_with_adam", "answers with", "W1")


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (
            "relu",
            "np.int64(a1 > 0)",
            "np.int64(a1 >= 0)",
            (0, 0, "backward_propagation", "answers with", "dW1"),
        ),
        (
            "seed",
            "seed = seed + 1",
            "seed = seed + (i < 3)",
            (3, 0, "random_mini_batches", "is called with", "seed"),
        ),
        (
            "tail",
            "    if m % mini_batch_size != 0:",
            "    if False:",
            (0, 0, "random_mini_batches", "answers with", "mini_batches[4].X"),
        ),
        (
            "velocity",
            'beta * v["dW" + str(l)]',
            'beta * v["dW" + str(l)] * (1 + 1e-3)',
            (0, 1, "update_parameters_with_momentum", "answers with", "v.dW1"),
        ),
    ],
)
def test_what_broke_first_is_named(tmp_path, name, old, new, expected):
    path = faulty(tmp_path, name, (old, new))

    assert place(first_divergence(path, "momentum", 200)) == expected


def test_a_model_that_hides_its_steps_is_bisected(tmp_path):
    from_6 = (MEAN_TWICE_FROM_500[0], MEAN_TWICE_FROM_500[1].replace("500", "6"))
    path = faulty(tmp_path, "hidden", from_6, *MONOLITHIC)
    found = first_divergence(path, "gd", 50)

    assert place(found) == (6, None, "model", "leaves", "W1")


def test_a_conforming_model_that_hides_its_steps_does_not_part(tmp_path):
    assert first_divergence(faulty(tmp_path, "hidden", *MONOLITHIC), "gd", 5) is None


@pytest.mark.sample(3)
@pytest.mark.parametrize("optimizer", ["gd", "momentum", "adam"])
def test_conforming_implementations_do_not_part(tmp_path, optimizer):
    plain = faulty(tmp_path, "plain")

    assert first_divergence(plain, optimizer, 30) is None
    assert first_divergence(None, optimizer, 30, plain) is None


@pytest.mark.full
def test_two_implementations_that_share_a_mistake_do_not_part(tmp_path):
    one, other = (faulty(tmp_path, name, T_RESET) for name in ("one", "other"))

    assert first_divergence(one, "adam", 30, other) is None
    assert first_divergence(None, "adam", 30, other).finding.tensor == "t"


@pytest.mark.full
def test_a_training_that_crashes_is_an_error_not_a_divergence(tmp_path):
    path = faulty(
        tmp_path, "crash", ("        cost_total = 0\n", "        cost_total = 0 / (i < 3)\n")
    )

    with pytest.raises(CallError, match="ZeroDivisionError"):
        first_divergence(path, "gd", 30)
    assert main(["trace", path, "--optimizer", "gd", "--epochs", "30"]) == 3


def test_the_command_says_where(tmp_path, capsys):
    path = faulty(tmp_path, "t_reset", T_RESET)

    assert main(["trace", path, "--optimizer", "adam", "--epochs", "5"]) == 1
    assert capsys.readouterr().out == (
        "first divergence: epoch 1, batch 0, update_parameters_with_adam is called with "
        "t = 1, expected 6\n"
    )
    assert main(["trace", path, "--optimizer", "gd", "--epochs", "5"]) == 0
    assert main(["trace", "nosuch.py", "--optimizer", "gd"]) == 2


def test_check_reports_the_first_divergence(tmp_path, capsys):
    path = faulty(tmp_path, "t_reset", T_RESET)

    assert main(["check", path, "--only", "training/adam", "--training", "short"]) == 1
    line = "in epoch 1, batch 0, update_parameters_with_adam is called with t"
    assert line in " ".join(capsys.readouterr().out.split())
