"""``optproof train``: the document's lines, its figures, and what a bad value is told."""

import os
import pty
import re
import subprocess
import sys

import numpy as np
import pytest

from optproof import fixtures, methods
from optproof.drawing.runs import Run

# matplotlib 3.5 is older than what it parses fonts with.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:matplotlib.*")

DOCUMENTED = fixtures.load("training/documented.json")["runs"]
TITLES = {
    "gd": "Model with Gradient Descent optimization",
    "momentum": "Model with Momentum optimization",
    "adam": "Model with Adam optimization",
}
ACCURACY = {"gd": "0.7966666666666666", "momentum": "0.7966666666666666", "adam": "0.94"}


def test_it_prints_the_documents_lines_and_nothing_else(run):
    ran = run("train")

    blocks = []
    for optimizer, title in TITLES.items():
        costs = DOCUMENTED[optimizer]["costs"].items()
        lines = [f"Cost after epoch {epoch}: {cost}" for epoch, cost in costs]
        blocks.append("\n".join([title, *lines, f"Accuracy: {ACCURACY[optimizer]}"]))
    assert ran.code == 0
    assert ran.out == "\n\n".join(blocks) + "\n"
    assert ran.err == ""


def test_options_reach_the_training(run, documented_start):
    X, Y, parameters, _ = documented_start
    options = {
        "--learning-rate": 0.01,
        "--mini-batch-size": 32,
        "--beta1": 0.8,
        "--beta2": 0.99,
        "--epsilon": 1e-3,
        "--seed": 4,
        "--epochs": 7,
    }
    *_, epoch = methods.train(
        X, Y, parameters, "adam", 0.01, 32, 0.9, 0.8, 0.99, 1e-3, num_epochs=7, seed=4
    )
    accuracy = methods.accuracy(methods.predict(X, Y, epoch.parameters), Y)

    ran = run("train", "--optimizer", "adam", *(w for pair in options.items() for w in pair))

    assert ran.code == 0
    assert ran.out.splitlines()[-1] == f"Accuracy: {accuracy}"


@pytest.mark.parametrize("beta", [0.0, 0.5])
def test_beta_reaches_momentum(run, documented_start, beta):
    X, Y, parameters, _ = documented_start
    [epoch] = methods.train(X, Y, parameters, "momentum", beta=beta, num_epochs=1)

    ran = run("train", "--optimizer", "momentum", "--beta", beta, "--epochs", "1")

    assert ran.out.splitlines()[0] == f"Cost after epoch 0: {epoch.cost:.6f}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--epochs", "0"], "argument --epochs: '0' is not a whole number of 1 or more"),
        (["--epochs", "1.5"], "argument --epochs: '1.5' is not a whole number of 1 or more"),
        (["--mini-batch-size", "0"], "argument --mini-batch-size: '0' is not a whole number"),
        (["--learning-rate", "0"], "argument --learning-rate: 0 must be above 0"),
        (["--learning-rate", "nan"], "argument --learning-rate: nan is not a finite number"),
        (["--learning-rate", "inf"], "argument --learning-rate: inf is not a finite number"),
        (["--learning-rate", "much"], "argument --learning-rate: 'much' is not a number"),
        (["--beta", "1"], "argument --beta: 1 must be at least 0 and below 1"),
        (["--beta1", "-0.1"], "argument --beta1: -0.1 must be at least 0 and below 1"),
        (["--beta2", "1.0"], "argument --beta2: 1.0 must be at least 0 and below 1"),
        (["--epsilon", "0"], "argument --epsilon: 0 must be above 0"),
        (["--seed", "-1"], "argument --seed: '-1' is not a whole number from 0"),
        (["--seed", "4294967296"], "argument --seed: '4294967296' is not a whole number from 0"),
        (["--optimizer", "sgd"], "argument --optimizer: invalid choice: 'sgd'"),
        (["--plot", "/proc/figures"], "/proc/figures: no figures can be written there"),
        (["--plot", "taken"], "taken: no figures can be written there (File exists)"),
    ],
)
def test_a_bad_value_is_told_before_anything_is_trained(run, tmp_path, arguments, message):
    (tmp_path / "taken").touch()

    ran = run("train", *arguments)

    assert ran.code == 2
    assert ran.out == ""
    assert message in ran.err


def test_a_learning_rate_at_which_it_diverges_is_told(run):
    ran = run("train", "--optimizer", "gd", "--epochs", "50", "--learning-rate", "1e9")

    assert ran.code == 1
    assert "diverged: the cost of gd is no number any more\nhint: a smaller --learn" in ran.out
    assert ran.err == ""


#: A fast machine is done before progress would be shown.
AT_ONCE = """
import sys
from optproof.commands.cli import main
from optproof.reports import progress
progress.AFTER = 0.0
sys.exit(main(sys.argv[1:]))
"""


def on_terminal(*arguments):
    """Run with stderr on a terminal of its own; return stdout and what the terminal saw."""
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", AT_ONCE, *arguments],
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=end,
    )
    os.close(end)
    seen = b""
    try:
        while block := os.read(terminal, 4096):
            seen += block
    except OSError:  # how Linux says that the other end is closed
        pass
    out, _ = process.communicate(timeout=60)
    os.close(terminal)
    return process.returncode, out.decode(), seen.decode()


def test_progress_is_shown_on_a_terminal_and_leaves_stdout_alone():
    code, out, seen = on_terminal("train", "--optimizer", "adam", "--epochs", "4000")

    assert code == 0
    assert re.search(r"\d+/4000", seen)
    assert [line.partition(":")[0] for line in out.splitlines()] == [
        *(f"Cost after epoch {n}" for n in range(0, 4000, 1000)),
        "Accuracy",
    ]
    assert "\x1b" not in out


@pytest.mark.full
def test_checks_show_no_progress_when_quiet():
    code, out, seen = on_terminal(
        "check", "reference", "--quiet", "--training", "full", "--only", "training/gd"
    )

    assert code == 0
    assert seen == ""
    assert out == "reference conforms: training (1 case: 1 pass)\n"


# Figures


@pytest.fixture
def figures():
    pytest.importorskip("matplotlib")
    from optproof.drawing import figures

    return figures


@pytest.fixture
def runs(trained):
    return [
        Run(optimizer, 0.0007, t.costs[::100].tolist(), t.parameters, t.right / 300)
        for optimizer, t in trained.items()
    ]


def axes(figures):
    return figures.Figure().subplots()


@pytest.mark.full
def test_the_cost_curve_is_the_cost_of_every_hundredth_epoch(figures, runs):
    for run in runs:
        drawn = axes(figures)
        figures.draw_cost(drawn, run)

        [line] = drawn.get_lines()
        assert line.get_xdata().tolist() == list(range(100))
        assert line.get_ydata().tolist() == run.costs
        assert drawn.get_title() == "Learning rate = 0.0007"
        assert drawn.get_ylabel() == "cost"
        assert drawn.get_xlabel() == "epochs (per 100)"


@pytest.mark.full
def test_the_decision_boundary_has_the_documents_title_and_limits(figures, runs, documented_start):
    X, Y, _, _ = documented_start
    for run in runs:
        drawn = axes(figures)
        figures.draw_boundary(drawn, run)

        shown = {c.get_label(): c for c in drawn.collections}
        assert drawn.get_title() == TITLES[run.optimizer]
        assert drawn.get_xlim() == (-1.5, 2.5)
        assert drawn.get_ylim() == (-1.0, 1.5)
        for label in (0, 1):
            points = shown[f"class {label}"].get_offsets()
            assert np.array_equal(points, X.T[Y[0] == label])
        legend = [text.get_text() for text in drawn.get_legend().get_texts()]
        assert legend == ["class 0", "class 1", "decision boundary"]


@pytest.mark.full
def test_the_boundary_is_the_networks_prediction_at_each_point(figures, runs):
    for run in runs:
        x, y, labels = figures.boundary(run.parameters)

        assert (x.min(), x.max(), y.min(), y.max()) == pytest.approx((-1.5, 2.5, -1.0, 1.5))
        assert x.shape == y.shape == labels.shape == (251, 401)
        assert set(np.unique(labels)) == {0, 1}
        for i, j in ((0, 0), (250, 400), (125, 200), (60, 310)):
            a3, _ = methods.forward_propagation(np.array([[x[i, j]], [y[i, j]]]), run.parameters)
            assert labels[i, j] == int(a3[0, 0] > 0.5)


def test_the_classes_differ_in_marker_colour_and_lightness(figures, documented_start):
    drawn = axes(figures)
    figures.draw_boundary(drawn, Run("gd", 0.0007, [], documented_start[2], 0.0))
    classes = [c for c in drawn.collections if c.get_label().startswith("class")]

    assert not np.array_equal(*(c.get_paths()[0].vertices.shape for c in classes))
    light = [np.dot(c.get_facecolor()[0][:3], (0.2126, 0.7152, 0.0722)) for c in classes]
    assert abs(light[0] - light[1]) > 0.05


@pytest.mark.full
def test_the_comparison_has_the_documents_summary(figures, runs):
    figure = figures.comparison(runs)

    titles = [drawn.get_title() for drawn in figure.axes]
    assert titles[:6] == ["Learning rate = 0.0007"] * 3 + list(TITLES.values())
    [table] = [t for drawn in figure.axes for t in drawn.tables]
    cells = {place: cell.get_text().get_text() for place, cell in table.get_celld().items()}
    assert [cells[row, 0] for row in (1, 2, 3)] == ["Gradient Descent", "Momentum", "Adam"]
    assert [cells[row, 1] for row in (1, 2, 3)] == ["79.7%", "79.7%", "94%"]


@pytest.mark.full
def test_plot_writes_every_figure(run, tmp_path, figures):
    ran = run("train", "--epochs", "101", "--plot", tmp_path / "new/folder")

    names = [f"{kind}-{o}.png" for o in TITLES for kind in ("cost", "boundary")]
    names.append("comparison.png")
    written = [tmp_path / "new/folder" / name for name in names]
    assert ran.code == 0
    assert ran.out.splitlines()[-7:] == [f"wrote {path}" for path in written]
    assert sorted((tmp_path / "new/folder").iterdir()) == sorted(written)
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written)


def test_plot_without_matplotlib_says_how_to_get_it(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    ran = run("train", "--plot", "figures")

    assert ran.code == 2
    assert ran.err == "optproof: --plot needs matplotlib\n  hint: pip install 'optproof[plots]'\n"


# Help


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["check", "--help"], ["train", "-h"]])
def test_help_needs_neither_numpy_nor_anything_else(words):
    without = "import sys; sys.modules.update(numpy=None, rich=None, matplotlib=None, sklearn=None)"
    start = f"{without}; from optproof.commands.cli import main; main({words!r})"

    done = subprocess.run(
        [sys.executable, "-c", start], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "optproof" in done.stdout
