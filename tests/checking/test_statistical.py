"""Implementations that draw their own random numbers, judged by the spread of many trainings."""

import math
from itertools import combinations

import pytest
from faulty import FLOAT32, NO_MODEL, faulty

from optproof import fixtures
from optproof.checking import spread as statistical
from optproof.checking.check import check
from optproof.checking.spread import Drawn, bands_of, chance, jobs, judge, level_of

UNSEEDED = (("    np.random.seed(seed)\n", ""), ("    np.random.seed(3)\n", ""))
OWN_GENERATOR = (
    *UNSEEDED,
    ("import numpy as np\n", "import numpy as np\n\nrng = np.random.default_rng(5)\n"),
    ("np.random.permutation", "rng.permutation"),
    ("np.random.randn(layers_dims[l], layers_dims[l - 1])",
     "rng.standard_normal((layers_dims[l], layers_dims[l - 1]))"),
)  # fmt: skip
HEAVY_BALL = ("(1 - beta) * grads", "grads")
UNCORRECTED = (" / (1 - beta2**t)", ""), (" / (1 - beta1**t)", "")
SMALL = ("np.sqrt(2 / layers_dims[l - 1])", "0.01")
ADAM = jobs("short", 20)[2].training
COST = "cost after 200 epochs"


def results(path, runs=20, only=()):
    report = check(path, statistical=runs, only=only)
    return {r.id.removeprefix("statistical/"): r for r in report.results}


def statuses(path, **how):
    return {name: result.status for name, result in results(path, **how).items()}


def test_who_draws_as_the_document_says_passes(tmp_path):
    path = faulty(tmp_path, "own", *UNSEEDED)

    assert statuses(path) == {"gd": "pass", "momentum": "pass", "adam": "pass"}


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    "changes",
    [OWN_GENERATOR, (*UNSEEDED, NO_MODEL), (*UNSEEDED, *FLOAT32)],
    ids=["own generator", "no model", "float32"],
)
def test_however_it_draws(tmp_path, changes):
    assert statuses(faulty(tmp_path, "own", *changes), only=["adam"]) == {"adam": "pass"}


@pytest.mark.full
def test_a_declared_mean_cost_is_not_compared(tmp_path):
    mean = (
        ("    return np.sum(logprobs)", "    return np.sum(logprobs) / Y.shape[1]"),
        ("import math\n", "import math\n\n__optproof__ = {'variants': ['cost.mean']}\n"),
    )
    assert statuses(faulty(tmp_path, "silent", *UNSEEDED, mean[0]), only=["gd"]) == {
        "gd": "deviation"
    }
    assert statuses(faulty(tmp_path, "mean", *UNSEEDED, *mean), only=["gd"]) == {"gd": "pass"}


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("optimizer", "changes"),
    [
        ("momentum", [HEAVY_BALL]),
        ("adam", UNCORRECTED),
        ("gd", [SMALL]),
        ("gd", [SMALL, NO_MODEL]),
    ],
    ids=["heavy ball", "uncorrected", "small weights", "small weights, no model"],
)
def test_who_does_not_deviates(tmp_path, optimizer, changes):
    path = faulty(tmp_path, "wrong", *OWN_GENERATOR, *changes)

    assert statuses(path, only=[optimizer]) == {optimizer: "deviation"}


@pytest.mark.full
def test_a_finding_says_how_many_runs_lie_where(tmp_path):
    path = faulty(tmp_path, "wrong", *UNSEEDED, SMALL)

    finding = results(path, only=["adam"])["adam"].findings[0]

    band = fixtures.load("training/bands.json")["runs"]["adam"]["costs"]["0"]
    assert finding.tensor == "cost of epoch 0"
    assert finding.expected.startswith(f"{band['0.5']:.6f} ({band['0.05']:.6f} to ")
    assert finding.message == "20 of 20 runs lie below the median: by chance 1 in 8e+05"


def test_the_document_s_seeds_are_not_judged_by_their_spread(plain, run):
    found = run("check", plain.__file__, "--statistical", "--only", "adam")

    assert found.code == 5
    said = " ".join(found.out.split())
    assert "run 2 repeats an earlier one, bit for bit: it does not draw new numbers" in said
    assert "(judge one with the document's seeds without --statistical;" in said


def test_operations_that_draw_nothing_have_no_spread(tmp_path, run):
    no_draws = ("def initialize_parameters(", "def _initialize_parameters(")
    path = faulty(tmp_path, "one", NO_MODEL, no_draws)

    found = results(path)

    assert {r.status for r in found.values()} == {"not implemented"}
    assert found["adam"].message == "it draws nothing of its own: it has no model"
    ran = run("check", path, "--statistical")
    assert (ran.code, "it draws nothing of its own" in ran.out) == (5, True)


def test_a_variant_has_no_bands(tmp_path):
    declared = (
        "import math\n",
        "import math\n\n__optproof__ = {'variants': ['momentum.heavy-ball']}\n",
    )
    path = faulty(tmp_path, "variant", *UNSEEDED, declared, HEAVY_BALL)

    assert statuses(path, only=["momentum"]) == {"momentum": "not implemented"}


LAST = "            costs.append(cost_avg)\n    return parameters\n"


def returning(value):
    return LAST, LAST.replace("return parameters", f"return {value}")


def test_a_run_without_the_parameters_deviates(tmp_path):
    path = faulty(tmp_path, "part", *UNSEEDED, returning("{'W1': parameters['W1']}"))

    found = results(path, only=["gd"])["gd"]

    assert found.status == "deviation"
    assert found.message == "run 1 of 20 gives no such parameters"
    assert [f.tensor for f in found.findings] == ["b1", "W2", "b2", "W3", "b3"]


def test_a_run_that_diverges_deviates(tmp_path):
    path = faulty(
        tmp_path, "nan", *UNSEEDED, returning("{**parameters, 'W2': parameters['W2'] * math.nan}")
    )

    (finding,) = results(path, only=["gd"])["gd"].findings

    assert (finding.tensor, finding.message) == ("W2", "is not finite")


@pytest.mark.full
def test_a_printed_cost_that_is_no_number_lies_above_every_line(tmp_path):
    path = faulty(tmp_path, "words", *UNSEEDED, (" %f", " oops%.0f"))

    (finding,) = results(path, only=["gd"])["gd"].findings

    assert finding.tensor == "cost of epoch 0"
    assert finding.message.startswith("20 of 20 runs lie above the 95% line")


def test_a_crash_in_one_run_is_told_and_no_pass(tmp_path):
    tired = (
        "    t = 0\n    seed = 10\n",
        "    t = 0\n    seed = 10\n    calls.append(1)\n    if len(calls) == 3:\n"
        "        raise ValueError('tired')\n",
    )
    path = faulty(
        tmp_path, "tired", *UNSEEDED, tired, ("import math\n", "import math\n\ncalls = []\n")
    )

    found = results(path, only=["gd"])["gd"]

    assert found.status == "error"
    assert "ValueError: tired" in found.message


def test_too_few_runs_are_refused(plain, run):
    found = run("check", plain.__file__, "--statistical", "--runs", "2")

    assert (found.code, found.out) == (2, "")
    assert found.err == (
        "optproof: in 2 runs nothing can be seen\n  hint: give more --runs; 20 serve well\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--training", "none"], "--statistical judges trainings, and --training none leaves none"),
        (["--plot", "figures"], "--plot draws one training of each optimizer"),
        (["--exact"], "not allowed with argument --statistical"),
        (["--only", "gd/documented"], "nothing is called 'gd/documented'"),
    ],
)
def test_what_does_not_go_with_it_is_refused(plain, run, words, said):
    found = run("check", plain.__file__, "--statistical", *words)

    assert found.code == 2
    assert said in found.err


def test_the_law_is_that_of_all_orders_of_old_and_new():
    """Every way in which 3 new values can fall among 5 old ones is as probable as any other."""
    seeds, runs, rank = 5, 3, 2
    counts = []
    for new in combinations(range(seeds + runs), runs):
        old = [place for place in range(seeds + runs) if place not in new]
        counts.append(sum(place < old[rank - 1] for place in new))

    for count in range(runs + 1):
        share = sum(c >= count for c in counts) / len(counts)
        assert chance(count, runs, rank, seeds) == share


@pytest.mark.parametrize("level", ["short", "full"])
@pytest.mark.parametrize("runs", [10, 20, 40])
def test_all_tests_together_raise_at_most_one_false_alarm_in_a_hundred(level, runs):
    total = 0.0
    for training in (job.training for job in jobs(level, runs)):
        bands, seeds = bands_of(training)
        for quantile, side in statistical.TESTS * len(bands):
            rank = math.ceil(float(quantile) * seeds)
            rank = rank if side < 0 else seeds + 1 - rank
            tails = (chance(k, runs, rank, seeds) for k in range(runs + 1))
            total += max((p for p in tails if p < level_of(bands)), default=0.0)

    assert 0 < total <= statistical.FALSE_ALARM


def line(quantile):
    return bands_of(ADAM)[0][COST][quantile]


@pytest.mark.parametrize("quantile", ["0.05", "0.5", "0.95"])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_printed_cost_counts_only_where_its_last_digit_leaves_no_doubt(quantile, side):
    near = [{COST: Drawn(line(quantile) + side * 4e-7, slack=5e-7)}] * 20
    far = [{COST: Drawn(line(quantile) + side * 6e-7, slack=5e-7)}] * 20
    outer = (quantile, side) in statistical.TESTS

    lies = "below" if side < 0 else "above"
    words = f"20 of 20 runs lie {lies} {statistical.WORDS[quantile]}"
    assert not any(words in f.message for f in judge(near, ADAM))
    assert any(words in f.message for f in judge(far, ADAM)) == outer


def test_an_accuracy_that_equals_a_line_lies_on_neither_side():
    """300 examples give few accuracies, so that runs and lines are often equal."""
    name = "accuracy after 200 epochs"
    line = round(bands_of(ADAM)[0][name]["0.5"] * 300) / 300

    assert judge([{name: Drawn(line, statistical.SLACK)}] * 20, ADAM) == []


def test_what_is_no_number_lies_above_every_line():
    (finding,) = judge([{COST: Drawn(math.nan, 0.0)}] * 20, ADAM)

    assert finding.message.startswith("20 of 20 runs lie above the 95% line")
    assert finding.got == "inf"


def test_runs_as_the_bands_have_them_are_not_found():
    band = bands_of(ADAM)[0][COST]
    spread = [band[q] for q in ("0.025", "0.25", "0.5", "0.75", "0.975")] * 4

    assert judge([{COST: Drawn(value, 0.0)} for value in spread], ADAM) == []
