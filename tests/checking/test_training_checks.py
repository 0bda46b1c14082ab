"""Trainings are judged by what they print and by what they return."""

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
from optproof.deviations.loop import IDS, STAGES
from optproof.deviations.training import CONVENTIONS, conventions, costs
from optproof.reports.explain import explain


def results(path, *only):
    only = only or ("training/*",)
    return {r.id: r for r in check(path, only=only, training="short").results}


@pytest.mark.parametrize("changes", [[], [NO_MODEL], FLOAT32, [*FLOAT32, NO_MODEL]])
def test_honest_trainings_pass(tmp_path, changes):
    path = faulty(tmp_path, "honest", *changes)

    assert {r.status for r in results(path).values()} == {"pass"}


@pytest.mark.full
def test_an_epsilon_that_the_printed_costs_do_not_show_is_seen_in_the_parameters(tmp_path):
    result = results(faulty(tmp_path, "hat", EPSILON_HAT), "training/adam")["training/adam"]

    assert result.status == "deviation"
    assert "printed cost" not in [f.tensor for f in result.findings]


@pytest.mark.full
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
    result, [found] = explained(faulty(tmp_path, "cost", change), "training/gd")

    assert found.explanations == ((name,),)
    assert [(f.tensor, f.got) for f in result.findings] == [("printed cost", printed)]


def test_the_conventions_first_figures_are_those_of_the_document():
    first = next(costs("gd", 1))

    assert f"{first['cost.last-batch']:.6f}" == "0.690736"
    assert f"{first['cost.sum-of-means']:.6f}" == "3.508377"


def test_a_convention_must_explain_every_printed_cost():
    assert conventions("gd", {0: "0.690736"}, 0.0) == ("cost.last-batch",)
    assert conventions("gd", {0: "0.690736", 3: "0.690736"}, 0.0) == ()
    assert conventions("gd", {0: "nan"}, 0.0) == ()
    assert conventions("gd", {}, 0.0) == ()


SEED, CUT, T = "seed = seed + 1", "mini_batch_size, seed)", "t = t + 1"
START = "    for i in range(num_epochs):\n"
TOTAL = "        cost_total = 0\n"
MOMENTS = "        v, s = initialize_adam(parameters)\n"
BATCHES = "in random_mini_batches(X, Y, mini_batch_size, seed):"
GRADS = "grads = backward_propagation(X_t, Y_t, caches)\n"
CALL = "learning_rate, beta1, beta2, epsilon\n"
KEPT = "parameters, v, s = update_parameters_with_adam("
COPIES = ("v, s, t, " + CALL, "dict(v), dict(s), t, " + CALL)
#: A loop as people write it, and what it must be called, by Adam's training.
LOOPS = {
    "training.seed-not-advanced": [(SEED, "seed = 11"), ("seed = 10\n", "seed = 1\n")],
    "training.seed-advanced-late": [(CUT, "mini_batch_size, seed - 1)")],
    "training.seed-from-epoch": [(CUT, "mini_batch_size, i)")],
    "training.seed-advanced-twice": [(SEED, "seed = seed + 2")],
    "training.seed-advanced-each-batch": [(GRADS, GRADS + "            seed = seed + 1\n")],
    "training.seed-starts-again": [(SEED, "seed = 11 if i % 50 == 0 else seed + 1")],
    "training.not-shuffled": [("np.random.permutation(m)", "np.arange(m)")],
    "training.whole-set": [(BATCHES, "in [(X, Y)]:")],
    "training.first-batch-alone": [(BATCHES, BATCHES.replace(":", "[:1]:"))],
    "training.last-batch-alone": [(BATCHES, BATCHES.replace(":", "[-1:]:"))],
    "training.last-batch-left-out": [(BATCHES, BATCHES.replace(":", "[:-1]:"))],
    "training.parameters-reset-each-epoch": [
        (TOTAL, TOTAL + "        parameters = initialize_parameters(layers_dims)\n")
    ],
    "training.parameters-reset-each-step": [
        (
            "a3, caches = forward",
            "parameters = initialize_parameters(layers_dims)\n            a3, caches = forward",
        )
    ],
    "training.t-reset-each-epoch": [T_RESET],
    "training.t-counts-epochs": [(SEED, SEED + "\n        t = i + 1"), (T, "pass")],
    "training.t-not-advanced": [(T, "t = 1")],
    "training.t-one-ahead": [("    t = 0\n", "    t = 1\n")],
    "training.t-raised-twice": [(T, "t = t + 2")],
    "training.t-raised-late": [
        (
            "grads, v, s, t, learning_rate, beta1, beta2, epsilon\n",
            "grads, v, s, t - 1, learning_rate, beta1, beta2, epsilon\n",
        )
    ],
    "training.t-stops": [(T, "t = min(t + 1, 500)")],
    "training.t-starts-again": [(T, "t = 1 if t == 500 else t + 1")],
    "training.moments-reset-each-epoch": [
        (START, f"{START}        if optimizer == 'adam':\n    {MOMENTS}")
    ],
    "training.moments-not-kept": [(KEPT, KEPT.replace("v, s", "_, _", 1)), COPIES],
    "training.v-not-kept": [(KEPT, KEPT.replace("v, s", "_, s")), COPIES],
    "training.moments-lost": [
        (START, f"{START}        if optimizer == 'adam' and i == 70:\n    {MOMENTS}")
    ],
    "training.gradients-accumulated": [
        (TOTAL, TOTAL + "        summed = {}\n"),
        (
            GRADS,
            GRADS + "            grads = {k: g + summed.get(k, 0) for k, g in grads.items()}\n"
            "            summed = {k: g for k, g in grads.items() if k[1] in 'Wb'}\n",
        ),
    ],
    "training.gradients-never-cleared": [
        (START, "    summed = {}\n" + START),
        (
            GRADS,
            GRADS + "            grads = {k: g + summed.get(k, 0) for k, g in grads.items()}\n"
            "            summed = {k: g for k, g in grads.items() if k[1] in 'Wb'}\n",
        ),
    ],
    "training.gradients-of-batch-before": [
        (START, "    late = None\n" + START),
        (
            GRADS,
            GRADS + "            last = late or {k: 0 * g for k, g in grads.items()}\n"
            "            late, grads = grads, last\n",
        ),
    ],
    "training.nothing-moves": [
        (GRADS, GRADS + "            grads = {k: 0 * g for k, g in grads.items()}\n")
    ],
    "training.betas-exchanged": [(CALL, "learning_rate, beta2, beta1, epsilon\n")],
    "training.beta-and-rate-exchanged": [
        ("grads, v, beta, learning_rate\n", "grads, v, learning_rate, beta\n")
    ],
    "training.rate-and-beta1-exchanged": [(CALL, "beta1, learning_rate, beta2, epsilon\n")],
    "training.beta2-and-epsilon-exchanged": [(CALL, "learning_rate, beta1, epsilon, beta2\n")],
    "training.rate-lowered-by-root": [(CALL, CALL.replace("rate", "rate / math.sqrt(i + 1)"))],
    "training.updated-twice": [
        (
            '            elif optimizer == "adam":\n',
            '            elif optimizer == "adam":\n'
            "                parameters, v, s = update_parameters_with_adam(\n"
            "                    parameters, grads, v, s, t + 1, learning_rate, beta1, beta2,\n"
            "                    epsilon,\n"
            "                )\n",
        )
    ],
    "training.gd-for-all": [('if optimizer == "gd":', "if True:")],
    "training.momentum-for-all": [
        ('    if optimizer == "momentum":\n        v', "    if True:\n        v"),
        ('elif optimizer == "momentum":\n                p', "else:\n                p"),
        (
            '            elif optimizer == "adam":\n                t',
            "            if False:\n                t",
        ),
    ],
    "training.adam-for-all": [
        ('    elif optimizer == "adam":\n        v', "    if True:\n        v"),
        ('            if optimizer == "gd":', "            if False:"),
        ('            elif optimizer == "momentum":', "            elif False:"),
        ('            elif optimizer == "adam":', "            else:"),
    ],
}
#: Which training shows it, where not Adam's.
SHOWN_BY = {
    "training.beta-and-rate-exchanged": "momentum",
    "training.adam-for-all": "gd",
}


def explained(path, training):
    """What explains one training of the real check."""
    report = check(path, only=(training,), training="short")
    [result] = [r for r in report.results if r.id == training]
    return result, [d for d in report.diagnoses if d.operation == "model"]


@pytest.mark.sample(40)
@pytest.mark.parametrize("name", LOOPS)
@pytest.mark.parametrize("seen", [[], MONOLITHIC], ids=["seen", "opaque"])
def test_a_mistaken_loop_is_named(tmp_path, name, seen):
    path = faulty(tmp_path, "loop", *LOOPS[name], *seen)
    training = f"training/{SHOWN_BY.get(name, 'adam')}"
    result, found = explained(path, training)
    assert result.status == "deviation"
    assert [(d.explanations, d.cases) for d in found] == [(((name,),), (training,))]


@pytest.mark.full
@pytest.mark.sample(2)
@pytest.mark.parametrize(
    "change", [EPSILON_HAT, (TOTAL, TOTAL + "        epsilon = epsilon * (1 + i % 3)\n")]
)
def test_another_mistake_is_not_named_as_one_of_the_loop(tmp_path, change):
    result, [found] = explained(faulty(tmp_path, "other", change), "training/adam")
    assert result.status == "deviation"
    assert (found.explanations, found.found) == ((), ())


def test_every_known_loop_has_a_test_and_words():
    words = fixtures.load_deviations()

    assert LOOPS.keys() == set(IDS)
    assert {d.id for d in words.values() if d.operation == "model"} == {*CONVENTIONS, *LOOPS}
    for name in (*CONVENTIONS, *LOOPS):
        assert explain(name)[0] == f"{name}: a known mistake of model, in its {words[name].stage}"
    for stage in STAGES:
        for name in stage.deviations:
            assert (words[name].stage, words[name].clause) == (stage.name, stage.clause)


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


@pytest.mark.full
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
