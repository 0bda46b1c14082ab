"""The small training and the defaults: what `model` is given is used, and nothing is kept."""

import pytest
from faulty import FLOAT32, NO_MODEL, faulty

from optproof import fixtures
from optproof.checking.check import check

ANY = ("small/*", "*/default-values")
EPOCH = "    for i in range(num_epochs):\n"
SIGNATURE = "learning_rate=0.0007"


def results(path, *only):
    return {r.id: r for r in check(path, only=only or ANY, training="short").results}


def status(path, *only):
    return {id: r.status for id, r in results(path, *only).items()}


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    "changes", [[], FLOAT32, [("print_cost=True,", "print_cost=True, decay=None,")]]
)
def test_an_honest_model_passes(tmp_path, changes):
    assert set(status(faulty(tmp_path, "honest", *changes)).values()) == {"pass"}


def test_no_hyperparameter_of_it_is_the_documents_nor_another():
    given = fixtures.small_start()[3]
    documented = fixtures.documented_start()[3]

    assert len(set(given.values())) == len(given)
    assert not [k for k, v in given.items() if v == documented[k]]


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("name", "value", "optimizer"),
    [
        ("learning_rate", 0.0007, "gd"),
        ("mini_batch_size", 64, "gd"),
        ("beta", 0.9, "momentum"),
        ("beta1", 0.9, "adam"),
        ("beta2", 0.999, "adam"),
        ("epsilon", 1e-8, "adam"),
    ],
)
def test_a_model_that_ignores_a_hyperparameter_is_told_which(tmp_path, name, value, optimizer):
    path = faulty(tmp_path, "ignores", (EPOCH, f"    {name} = {value}\n{EPOCH}"))
    small = f"small/{optimizer}"
    found = results(path, small, f"training/{optimizer}")

    assert found[f"training/{optimizer}"].status == "pass"  # where nothing shows
    assert found[small].status == "deviation"
    said = f"it ignores the {name} that it is given, and uses the document's"
    assert found[small].message == said


TOTAL = "        cost_total = 0\n"
AVERAGE = "cost_avg = cost_total / m"


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    "change",
    [
        [(TOTAL, ""), (EPOCH, f"    cost_total = 0\n{EPOCH}")],
        [(AVERAGE, f"{AVERAGE} if i == 0 else 42.0")],
    ],
    ids=["sum never reset", "42 after epoch 0"],
)
def test_a_cost_that_is_right_at_epoch_0_alone_deviates(tmp_path, change):
    path = faulty(tmp_path, "cost", *change)

    assert status(path, "training/gd") == {"training/gd": "pass"}
    result = results(path, "small/gd")["small/gd"]
    assert result.message == "its parameters are right, its printed costs are not"
    assert [f.index for f in result.findings] == [(1000,)]


def by_default(path):
    return {r.id: r for r in check(path, only=("small/*", "training/*")).results}


@pytest.mark.full
def test_by_default_one_small_training_has_all_epochs_and_all_tell_the_same_mistakes(tmp_path):
    honest = by_default(faulty(tmp_path, "honest"))
    wrong = [(EPOCH, f"    learning_rate = 0.0007\n{EPOCH}")]
    ignores = by_default(faulty(tmp_path, "ignores", *wrong))
    late = by_default(faulty(tmp_path, "cost", (AVERAGE, f"{AVERAGE} if i == 0 else 42.0")))

    assert {r.status for r in honest.values()} == {"pass"}
    said = "it ignores the learning_rate that it is given, and uses the document's"
    assert [ignores[f"small/{o}"].message for o in ("gd", "momentum", "adam")] == [said] * 3
    told = {i: r.status for i, r in late.items() if i.startswith("small")}
    assert told == {"small/gd": "pass", "small/momentum": "pass", "small/adam": "deviation"}


KEPT = [
    ("    t = 0\n", "    global T\n    t = T\n"),
    ("t = t + 1", "t = T = t + 1"),
    ("def model(", "T = 0\n\n\ndef model("),
]


def test_what_is_kept_for_the_next_training_deviates(tmp_path):
    path = faulty(tmp_path, "kept", *KEPT)

    alone = results(path, "small/adam")["small/adam"]
    assert alone.status == "deviation"
    assert alone.message.startswith("it is right as the first of a process, and not after another")
    assert status(path, "small/gd") == {"small/gd": "pass"}  # which does not use t


@pytest.mark.full
def test_a_training_that_an_earlier_one_spoils_is_told_apart(tmp_path):
    found = results(faulty(tmp_path, "kept", *KEPT), "training/adam", "small/adam")

    assert found["training/adam"].status == "deviation"
    assert found["small/adam"].message.startswith("it is right as the first of a process")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            SIGNATURE,
            "learning_rate=0.007",
            "the default of learning_rate is 0.007, the document's is 0.0007",
        ),
        (
            "num_epochs=10000",
            "num_epochs=5000",
            "the default of num_epochs is 5000, the document's is 10000",
        ),
    ],
)
def test_another_default_is_named(tmp_path, old, new, said):
    path = faulty(tmp_path, "default", (old, new))
    result = results(path, "training/default-values")["training/default-values"]

    assert (result.status, result.message) == ("deviation", said)


def test_what_has_no_default_is_not_judged(tmp_path):
    path = faulty(tmp_path, "none", (SIGNATURE, "learning_rate"))
    assert status(path, "training/default-values") == {"training/default-values": "pass"}


@pytest.mark.full
def test_what_the_model_does_not_take_has_the_documents_value(tmp_path):
    left_out = (
        ("beta2=0.999, epsilon=1e-8, num", "num"),
        (EPOCH, f"    beta2, epsilon = 0.999, 1e-8\n{EPOCH}"),
    )
    path = faulty(tmp_path, "fewer", *left_out)
    result = results(path, "small/adam")["small/adam"]
    assert result.status == "pass"
    assert "its model takes no beta2, epsilon: it has the document's" in result.notes

    wrong = faulty(tmp_path, "wrong", *left_out, ("0.999, 1e-8\n", "0.99, 1e-8\n"))
    assert status(wrong, "small/adam") == {"small/adam": "deviation"}


def test_without_a_model_there_is_nothing_to_judge(tmp_path):
    found = results(faulty(tmp_path, "none", NO_MODEL), "small/adam")
    assert found["small/adam"].status == "not applicable"
