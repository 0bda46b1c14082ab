"""Trainings are judged by what they print and by what they return."""

import numpy as np
import pytest
from faulty import (
    EPSILON_HAT,
    FLOAT32,
    LAST_BATCH_COST,
    MONOLITHIC,
    NO_MODEL,
    SUM_OF_MEANS,
    T_RESET,
    faulty,
)

from optproof import fixtures, methods
from optproof.checking.check import check
from optproof.deviations.training import CONVENTIONS, FEW, convention, costs, loops, mistaken_loop
from optproof.reports.explain import explain


def results(path, *only):
    only = only or ("training/*",)
    return {r.id: r for r in check(path, only=only, training="short").results}


@pytest.mark.parametrize("changes", [[], [NO_MODEL], FLOAT32, [*FLOAT32, NO_MODEL]])
def test_honest_trainings_pass(tmp_path, changes):
    path = faulty(tmp_path, "honest", *changes)

    assert {r.status for r in results(path).values()} == {"pass"}


def test_an_epsilon_that_the_printed_costs_do_not_show_is_seen_in_the_parameters(tmp_path):
    result = results(faulty(tmp_path, "hat", EPSILON_HAT), "training/adam")["training/adam"]

    assert result.status == "deviation"
    assert "printed cost" not in [f.tensor for f in result.findings]


def test_float32_is_not_an_excuse_for_a_wrong_adam(tmp_path):
    path = faulty(tmp_path, "wrong", *FLOAT32, T_RESET)

    assert results(path, "training/adam")["training/adam"].status == "deviation"


@pytest.mark.parametrize(
    ("change", "name", "printed"),
    [
        (LAST_BATCH_COST, "cost.last-batch", "0.690736"),
        (SUM_OF_MEANS, "cost.sum-of-means", "3.508377"),
    ],
)
def test_another_convention_of_the_cost_is_named(tmp_path, change, name, printed):
    result = results(faulty(tmp_path, "cost", change), "training/gd")["training/gd"]

    assert result.message.startswith(f"deviates in printed cost: this is {name}, ")
    assert [(f.tensor, f.got) for f in result.findings] == [("printed cost", printed)]


def test_the_conventions_first_figures_are_those_of_the_document():
    first = next(costs("gd", 1))

    assert f"{first['cost.last-batch']:.6f}" == "0.690736"
    assert f"{first['cost.sum-of-means']:.6f}" == "3.508377"


def test_a_convention_must_explain_every_printed_cost():
    assert convention("gd", {0: "0.690736", 3: "0.690736"}, 0.0) == ""
    assert convention("gd", {0: "nan"}, 0.0) == ""
    assert convention("gd", {}, 0.0) == ""


SEED, CUT, T = "seed = seed + 1", "mini_batch_size, seed)", "t = t + 1"
START = "    for i in range(num_epochs):\n"
MOMENTS = "        v, s = initialize_adam(parameters)\n"
LOOPS = {
    "training.seed-not-advanced": [(SEED, "seed = 11"), ("seed = 10\n", "seed = 1\n")],
    "training.seed-advanced-late": [(CUT, "mini_batch_size, seed - 1)")],
    "training.seed-from-epoch": [(CUT, "mini_batch_size, i)")],
    "training.not-shuffled": [("np.random.permutation(m)", "np.arange(m)")],
    "training.t-reset-each-epoch": [T_RESET],
    "training.t-counts-epochs": [(SEED, SEED + "\n        t = i + 1"), (T, "pass")],
    "training.t-not-advanced": [(T, "t = 1")],
    "training.t-one-ahead": [("    t = 0\n", "    t = 1\n")],
    "training.moments-reset-each-epoch": [
        (START, f"{START}        if optimizer == 'adam':\n    {MOMENTS}")
    ],
}


@pytest.mark.sample(8)
@pytest.mark.parametrize("name", LOOPS)
@pytest.mark.parametrize("seen", [[], MONOLITHIC], ids=["seen", "opaque"])
def test_a_mistaken_loop_is_named(tmp_path, name, seen):
    path = faulty(tmp_path, "loop", *LOOPS[name], *seen)
    result = results(path, "training/adam")["training/adam"]

    assert f": this is {name}, " in result.message
    assert " or " not in result.message


@pytest.mark.parametrize(
    "change", [EPSILON_HAT, ("cost_total = 0\n", "cost_total = 0\n        beta1 = 0.8\n")]
)
def test_another_mistake_is_not_named_as_one_of_the_loop(tmp_path, change):
    result = results(faulty(tmp_path, "other", change), "training/adam")["training/adam"]

    assert result.status == "deviation"
    assert "this is" not in result.message


def test_every_known_loop_has_a_test_and_words():
    words = fixtures.load_deviations()

    assert LOOPS.keys() == loops().keys()
    assert {d.id for d in words.values() if d.operation == "model"} == {*CONVENTIONS, *LOOPS}
    for name in (*CONVENTIONS, *LOOPS):
        assert explain(name)[0] == f"{name}: a deviation of model, in its {words[name].stage}"


@pytest.mark.parametrize("optimizer", methods.OPTIMIZERS)
def test_the_right_loop_is_named_nothing(documented_start, optimizer):
    X, Y, parameters, hyperparameters = documented_start
    few = {**hyperparameters, "num_epochs": FEW}
    *_, epoch = methods.train(X, Y, parameters, optimizer, **few)

    assert mistaken_loop(optimizer, epoch.parameters, 1e-8) == ""
    assert mistaken_loop(optimizer, {"W1": np.full((5, 2), np.nan)}, 1e-8) == ""


RETURN = "            costs.append(cost_avg)\n    return parameters"


@pytest.mark.parametrize(
    ("old", "new"),
    [("print_cost=True,", "print_cost=True, lambd=0, keep_prob=1,"), (RETURN, RETURN + ", costs")],
)
def test_what_people_add_to_model_is_tolerated(tmp_path, old, new):
    result = results(faulty(tmp_path, "more", (old, new)), "training/gd")["training/gd"]

    assert result.status == "pass"


def test_every_optimizer_has_a_float32_tolerance():
    from optproof.checking.trainings import FLOAT32 as tolerances

    assert set(tolerances) == set(methods.OPTIMIZERS)


MEAN = ("    return np.sum(logprobs)\n", "    return np.sum(logprobs) / Y.shape[1]\n")
MEAN_OF_LAST_BATCH = (
    "cost_total += compute_cost(a3, Y_t)",
    "cost_total = compute_cost(a3, Y_t) * m",
)


def with_mean_cost(path, only="training/adam"):
    report = check(path, only=[only], training="short", variants=["cost.mean"])
    return [(r.status, r.notes[-1:]) for r in report.results]


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (MEAN_OF_LAST_BATCH, "this is cost.last-batch, the mean of the epoch's last batch"),
        (NO_MODEL, "optproof's loop adds up its means"),
    ],
)
def test_a_training_with_a_mean_cost_that_is_declared_is_judged_by_its_parameters(
    tmp_path, change, note
):
    [(status, [last])] = with_mean_cost(faulty(tmp_path, "mean", MEAN, change))
    assert status == "pass"
    assert last.startswith(f"its printed costs are not the document's: {note}")


def test_a_wrong_adam_does_not_hide_behind_a_mean_cost_that_is_declared(tmp_path):
    path = faulty(tmp_path, "wrong", MEAN, MEAN_OF_LAST_BATCH, EPSILON_HAT)
    assert with_mean_cost(path)[0][0] == "deviation"


def test_a_mean_cost_that_the_model_divides_again_is_a_deviation_though_declared(tmp_path):
    assert with_mean_cost(faulty(tmp_path, "twice", MEAN))[0][0] == "deviation"


def test_a_mean_cost_that_is_not_declared_is_named_and_deviates(tmp_path):
    report = check(faulty(tmp_path, "mean", MEAN), only=["cost/*"], training="none")
    assert report.exit_code == 1
    assert [d.explanations for d in report.diagnoses] == [(("cost.mean",),)]


def test_a_training_that_the_implementation_refuses_is_not_implemented(tmp_path):
    body = "(*arguments, **keywords):\n    raise NotImplementedError('no')\n\n\ndef _model("
    refusing = ("def model(", f"def model{body}")
    result = results(faulty(tmp_path, "refusing", refusing), "training/gd")["training/gd"]
    assert (result.status, result.message) == ("not implemented", "no")


def test_a_model_that_cannot_be_called_is_told_and_not_passed_over(tmp_path):
    path = faulty(tmp_path, "odd", ("X, Y, layers_dims, optimizer,", "X, Y, Z, W, V,"))
    result = results(path, "training/gd")["training/gd"]
    assert result.status == "not called"
    assert result.message.startswith("it is not clear how to call its model: it asks for V,")


def test_an_object_called_model_is_not_the_operation(tmp_path):
    net = (
        "import math\n\nclass Net:\n    def __call__(self, x):\n        return x\n\nmodel = Net()\n"
    )
    path = faulty(tmp_path, "object", NO_MODEL, ("import math\n", net))
    result = results(path, "training/gd")["training/gd"]
    assert (result.status, result.notes[0][:15]) == ("pass", "it has no model")
