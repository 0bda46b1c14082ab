"""``optproof check``: what it says of right and of wrong implementations."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PLAIN = Path(__file__).parents[1] / "implementations/plain.py"
TRAININGS = {f"training/{optimizer}" for optimizer in ("gd", "momentum", "adam")}


def status(ran):
    return {r["id"]: r["status"] for r in ran.report["results"]}


def changed(old, new):
    """The plain transcription with one piece of it replaced."""
    source = PLAIN.read_text()
    assert old in source
    return source.replace(old, new)


# Right ones


def test_the_built_in_reference_conforms(run):
    ran = run("check", "reference")

    assert ran.code == 0
    assert ran.err == ""
    assert ran.out.splitlines()[-1].startswith("reference conforms: all methods (")


def test_the_plain_transcription_conforms_and_is_noted_to_change_its_arguments(check):
    ran = check(PLAIN, training=None)

    assert ran.code == 0
    without = {i for i, s in status(ran).items() if s != "pass"}
    assert {status(ran)[i] for i in without} == {"not applicable"}
    assert all(i.startswith("minibatch/permutation") for i in without)
    [gd] = [r for r in ran.report["results"] if r["id"] == "gd/documented"]
    assert gd["notes"] == [
        "it changes its arguments (SPEC.md CONV-5): "
        "parameters.W1, parameters.W2, parameters.b1, parameters.b2"
    ]


RESHAPED = changed("reshape((Y.shape[0], m))", "reshape((1, m))")


def test_the_line_that_the_document_gives_to_shuffle_labels_conforms(check):
    ran = check(RESHAPED, training=None)

    assert ran.code == 0
    assert {status(ran)[training] for training in TRAININGS} == {"pass"}


def test_labels_in_another_order_than_their_examples_deviate(check):
    ran = check(RESHAPED.replace("Y[:, permutation]", "Y[:, ::-1]"), "--only", "minibatch")

    assert ran.code == 1
    assert status(ran)["minibatch/seed-0"] == "deviation"


@pytest.mark.parametrize("kind", ["float", "int", "bool"])
def test_labels_may_have_any_dtype(check, kind):
    ran = check(changed("(a3 > 0.5).astype(int)", f"(a3 > 0.5).astype({kind})"), "--only=predict")

    assert ran.code == 0
    noted = "predictions: labels of dtype float64" in ran.report["results"][0]["notes"]
    assert noted == (kind == "float")


def test_labels_of_a_floating_dtype_must_be_right_too(check):
    assert check(changed("(a3 > 0.5).astype(int)", "1.0 * a3"), "--only=predict").code == 1


def test_a_withdrawn_case_says_why_where_it_is_asked_for(check):
    ran = check(PLAIN, "--only", "minibatch/label-rows")

    assert ran.code == 2
    assert "minibatch/label-rows was withdrawn" in ran.err
    assert "outside the document" in ran.err


@pytest.mark.full
def test_full_trainings_are_judged_by_every_printed_cost(check):
    ran = check("reference", "--only", "training/*", "--only", "small/*", training="full")

    assert ran.code == 0
    small = [name.replace("training/", "small/") for name in TRAININGS]
    assert status(ran) == dict.fromkeys([*TRAININGS, "training/default-values", *small], "pass")


def test_a_dotted_module_is_found_in_the_folder_it_is_run_from(run, tmp_path):
    (tmp_path / "package").mkdir()
    (tmp_path / "package/__init__.py").touch()
    (tmp_path / "package/plain.py").write_text(PLAIN.read_text())

    ran = run("check", "package.plain", "--training", "none", "--quiet")

    assert ran.code == 0
    assert ran.out.startswith("package.plain conforms: all methods ")


def test_a_declared_float32_is_judged_as_such(check):
    source = PLAIN.read_text() + "\n__optproof__ = {'dtype': 'float32'}\n"

    ran = check(source, "--only", "velocity")
    assert ran.code == 1
    assert "yours float64, expected float32" in ran.said

    ran = check(source.replace(".shape)", ".shape, 'f')"), "--only", "velocity")
    assert ran.code == 0
    assert ran.report["dtype"] == "float32"


# Wrong ones: each must be seen

WRONG = {
    "gd climbs": (
        'parameters["W" + str(l)] - learning_rate * grads["dW" + str(l)]',
        'parameters["W" + str(l)] + learning_rate * grads["dW" + str(l)]',
        {"gd/documented", "training/gd"},
    ),
    "batches in order": (
        "permutation = list(np.random.permutation(m))",
        "permutation = list(range(m))",
        {"minibatch/documented", *TRAININGS},
    ),
    "X and Y shuffled apart": (
        "shuffled_Y = Y[:, permutation]",
        "shuffled_Y = Y[:, np.random.permutation(m)]",
        TRAININGS,
    ),
    "the tail is dropped": (
        "if m % mini_batch_size != 0:",
        "if False:",
        {"minibatch/documented", *TRAININGS},
    ),
    "velocity keyed as parameters": (
        'v["dW" + str(l)] = np.zeros',
        'v["W" + str(l)] = np.zeros',
        None,
    ),
    "heavy-ball momentum": (
        "(1 - beta) * grads",
        "grads",
        {"momentum/documented", "training/momentum"},
    ),
    "the past of the velocity is lost": (
        'beta * v["dW" + str(l)]',
        '0 * v["dW" + str(l)]',
        {"training/momentum"},
    ),
    "epsilon inside the root": (
        "np.sqrt(s_corrected[d]) + epsilon",
        "np.sqrt(s_corrected[d] + epsilon)",
        {"adam/documented", "training/adam"},
    ),
    "no correction": ("v[d] / (1 - beta1**t)", "v[d]", {"adam/documented", "training/adam"}),
    "the corrected moment is returned": (
        "v_corrected[d] = v[d] / (1 - beta1**t)",
        "v_corrected[d] = v[d] = v[d] / (1 - beta1**t)",
        {"adam/documented", "training/adam"},
    ),
    "t restarts every epoch": ("cost_total = 0", "cost_total = t = 0", {"training/adam"}),
    "the seed stays": ("seed = seed + 1", "seed = 11", TRAININGS),
    "the mean of the cost": ("np.sum(logprobs)", "np.mean(logprobs)", TRAININGS),
    "the sum of the gradient": ("(a3 - Y) / m", "(a3 - Y)", TRAININGS),
    "another initial scale": ("np.sqrt(2 / layers", "np.sqrt(1 / layers", TRAININGS),
    "a rate of its own": (
        "learning_rate=0.0007",
        "learning_rate=0.00071",
        {*TRAININGS, "training/default-values"},
    ),
}


@pytest.mark.sample(16)
@pytest.mark.parametrize(("old", "new", "caught"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_implementation_is_caught_where_it_is_wrong(check, old, new, caught):
    ran = check(changed(old, new), training="short")

    wrong = {case for case, s in status(ran).items() if s in ("deviation", "error")}
    assert ran.code == 1
    assert wrong >= (caught or {"velocity/documented"})
    if caught is not None:  # and the other methods are not accused
        blamed = {case.partition("/")[2] for case in wrong if case.startswith("training/")}
        assert blamed == {case.partition("/")[2] for case in caught if "training/" in case}


def test_epsilon_inside_the_root_is_named_with_its_place_and_clause(check):
    old, new, _ = WRONG["epsilon inside the root"]

    ran = check(changed(old, new), training=None)

    result = ran.result("update_parameters_with_adam")
    assert ran.code == 1
    [diagnosis] = ran.report["diagnoses"]
    assert diagnosis["explanations"] == [["adam.epsilon-inside-sqrt"]]
    worst = result["findings"][0]
    assert (worst["tensor"], worst["index"]) == ("W2", [2, 1])
    assert worst["expected"] == "-1.09244991"
    assert worst["got"].startswith("-1.0924503")
    assert worst["ulps"] > 10**9
    assert "√(ŝ + ε) (adam.epsilon-inside-sqrt)" in ran.said
    assert "SPEC.md ADAM-5" in ran.out


# What is trained


@pytest.mark.full
def test_a_training_with_an_operation_that_deviates_is_run_only_if_asked_for(check):
    source = changed(*WRONG["epsilon inside the root"][:2])

    by_default = status(check(source, training=None))
    asked = status(check(source, training="short"))

    assert by_default["training/adam"] == "not run"
    assert by_default["training/gd"] == by_default["training/momentum"] == "pass"
    assert asked["training/adam"] == "deviation"


def test_without_a_model_the_harness_trains_with_what_there_is(check):
    source = PLAIN.read_text().partition("\ndef model(")[0]

    ran = check(source, "--only", "training/*", training="short")

    assert ran.code == 0
    assert set(status(ran).values()) == {"pass"}
    for result in ran.report["results"]:
        assert result["notes"][0].startswith("it has no model: optproof's loop trained with its ")
        assert f"update_parameters_with_{result['id'].partition('/')[2]}" in result["notes"][0]


def test_a_model_that_prints_nothing_is_judged_by_its_parameters(check):
    silent = changed("print_cost=True", "print_cost=False")
    wrong = silent.replace("seed = seed + 1", "seed = seed + 2")

    right = check(silent, "--only", "training/gd", training="short")
    ran = check(wrong, "--only", "training/gd", training="short")

    assert right.code == 0
    assert right.result("model")["notes"] == ["it prints no costs; judged by its parameters alone"]
    assert ran.code == 1


def test_a_model_that_prints_false_costs_is_caught(check):
    source = changed("% (i, cost_avg)", "% (i, 0.702405)")

    ran = check(source, "--only", "training/*", training="short")

    assert status(ran) == {
        "training/gd": "pass",
        "training/momentum": "deviation",
        "training/adam": "deviation",
        "training/default-values": "pass",
    }
    [finding] = ran.result("model")["findings"]
    assert (finding["tensor"], finding["expected"], finding["got"]) == (
        "printed cost",
        "0.702413",
        "0.702405",
    )


# Choosing and listing


@pytest.mark.parametrize(
    ("only", "families"),
    [
        (["adam"], {"adam", "training", "small"}),
        (["adam*"], {"adam", "adam-init", "training", "small"}),
        (["update_parameters_with_*"], {"gd", "momentum", "adam"}),
        (["gd/documented", "velocity"], {"gd", "velocity"}),
    ],
)
def test_only_chooses(check, only, families):
    ran = check("reference", *(w for name in only for w in ("--only", name)), training=None)

    assert ran.code == 0
    assert {case.partition("/")[0] for case in status(ran)} == families


def test_list_shows_every_case_and_runs_none(run):
    cases, trainings = run("list", "cases"), run("list", "trainings")

    listed = [line.split()[0] for line in (cases.out + trainings.out).splitlines()]
    assert {"adam/documented", "minibatch/documented", *TRAININGS} <= set(listed)


def test_quiet_prints_the_verdict_alone(run):
    ran = run("check", "reference", "--quiet", "--training", "none")

    assert ran.code == 0
    assert len(ran.out.splitlines()) == 1


def test_fewer_cases_than_there_are_are_said_to_be_fewer(check):
    ran = check(
        "import numpy as np\ndef initialize_velocity(parameters):\n"
        "    return {'d' + k: np.zeros_like(a) for k, a in parameters.items()}\n"
    )

    assert ran.code == 0
    assert "conforms in what it implements" in ran.out
    assert ran.report["counts"]["not implemented"] > 100
    assert "conforms in what it implements: initial velocity (8 cases: 8 pass)" in ran.said


# What is imported

HEAVY = "sklearn matplotlib pytest hypothesis flint scipy"


def test_checking_imports_neither_scikit_learn_nor_matplotlib_nor_pytest(run, tmp_path):
    """Not in the command's process, and not in the implementation's."""
    (tmp_path / "nosy.py").write_text(
        "import sys\ndef initialize_velocity(parameters):\n"
        f"    raise ValueError(sorted(set('{HEAVY}'.split()) & set(sys.modules)))\n"
    )
    command = "from optproof.commands.cli import main; main(sys.argv[1:])"
    ask = f"import sys; {command}; print(sorted(set('{HEAVY}'.split()) & set(sys.modules)))"

    words = ["check", "nosy.py", "--json", "report.json"]
    done = subprocess.run(
        [sys.executable, "-c", ask, *words], capture_output=True, text=True, check=False
    )

    report = json.loads((tmp_path / "report.json").read_text())
    [message] = {r["message"] for r in report["results"] if r["status"] == "not called"}
    assert done.stdout.splitlines()[-1] == "[]"
    assert message == "ValueError: [] (nosy.py, line 3)"


def test_a_file_that_was_changed_within_the_second_is_read_anew(check):
    source = PLAIN.read_text()
    right = check(source, "--only", "gd")
    wrong = check(changed("- learning_rate * grads", "+ learning_rate * grads"), "--only", "gd")

    assert (right.code, wrong.code) == (0, 1)
