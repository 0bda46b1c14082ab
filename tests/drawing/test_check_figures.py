"""The figures of a check, by the arrays that they plot."""

import numpy as np
import pytest
from faulty import MEAN_TWICE_FROM_500, MONOLITHIC, faulty

from optproof import fixtures, methods
from optproof.checking import curves
from optproof.checking.check import check
from optproof.checking.trainings import Training
from optproof.commands.cli import main
from optproof.conversation import python_target

pytest.importorskip("matplotlib")

from matplotlib.figure import Figure

from optproof.drawing import check_figures

# matplotlib 3.5 is older than what it parses fonts with.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:matplotlib.*")

FROM_7 = (MEAN_TWICE_FROM_500[0], MEAN_TWICE_FROM_500[1].replace("500", "7"))


def told(path, optimizer="gd"):
    report = check(path, only=(f"training/{optimizer}",), training="short")
    training = Training(optimizer, 200)
    return check_figures.tell(python_target(path, 4), training, report.results[0])


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    return told(faulty(tmp_path_factory.mktemp("twice"), "twice", FROM_7))


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return told(faulty(tmp_path_factory.mktemp("plain"), "plain"))


def titles(figure):
    return [axes.get_title() for axes in figure.axes]


def test_costs_are_drawn_over_the_reference_with_the_first_divergence_marked(twice):
    axes = Figure().subplots()
    check_figures.draw_costs(axes, twice)
    target, reference, mark = axes.get_lines()

    assert reference.get_ydata()[0] == target.get_ydata()[0]
    assert [label.get_text() for label in axes.get_legend().get_texts()] == [
        "yours",
        "reference",
        "first divergence",
    ]
    assert list(mark.get_xdata()) == [7, 7]
    assert target.get_linestyle() != reference.get_linestyle()
    same = np.isclose(reference.get_ydata(), target.get_ydata(), rtol=1e-12, atol=0)
    assert (same[:7].all(), same[9:].any()) == (True, False)
    title = "twice.py: training with Gradient Descent deviates from the reference, first in epoch 7"
    assert check_figures.title(twice) == title


def test_how_far_a_right_training_is_off_is_drawn_of_every_epoch(plain):
    axes = Figure().subplots()
    check_figures.draw_differences(axes, plain)
    (line,) = axes.get_lines()

    assert list(line.get_xdata()) == list(range(200))
    assert axes.get_yscale() == "log"
    assert 1e-17 <= min(line.get_ydata()) <= max(line.get_ydata()) < 1e-12
    assert plain.diverged is None
    title = "plain.py: training with Gradient Descent agrees with the reference"
    assert check_figures.title(plain) == title


def test_how_far_a_wrong_training_is_off_is_seen_from_its_first_divergence_on(twice):
    axes = Figure().subplots()
    check_figures.draw_differences(axes, twice)
    off = axes.get_lines()[0].get_ydata()

    assert max(off[:7]) < 1e-12 < 1e-8 < min(off[9:])


def test_the_boundaries_are_those_of_both_sides(plain):
    figure = check_figures.draw(plain)

    assert titles(figure)[2:] == ["What yours has learnt", "What the reference has learnt"]
    for mine, theirs in zip(*(p.values() for p in plain.parameters)):
        assert np.abs(mine - theirs).max() < 1e-8
    assert set(plain.parameters[0]) == set(methods.initialize_parameters([2, 5, 2, 1]))


def test_a_model_that_hides_its_steps_is_drawn_without_empty_panels(tmp_path):
    story = told(faulty(tmp_path, "hidden", *MONOLITHIC))

    assert story.costs == {}
    assert titles(check_figures.draw(story)) == [
        "What yours has learnt",
        "What the reference has learnt",
    ]


def test_parameters_that_overflowed_have_no_boundary():
    _, parameters = curves.reference_run(Training("adam", 200))
    lost = {name: tensor * np.nan for name, tensor in parameters.items()}
    story = check_figures.Story("gd", "lost.py", 0, True, {0: np.nan}, {0: 0.7}, (lost, parameters))
    mine, theirs = check_figures.draw(story).axes

    assert legend(mine) == ["class 0", "class 1"]
    assert [text.get_text() for text in mine.texts] == ["no boundary: class 0 everywhere"]
    assert legend(theirs) == ["class 0", "class 1", "decision boundary"]


def test_parameters_of_other_shapes_are_not_drawn():
    _, _, parameters, _ = fixtures.documented_start()
    other = {**parameters, "W1": parameters["W1"].T}
    story = check_figures.Story("gd", "other.py", 0, True, {}, {}, (other, parameters))

    assert titles(check_figures.draw(story)) == ["What the reference has learnt"]


def legend(axes):
    return [label.get_text() for label in axes.get_legend().get_texts()]


@pytest.mark.full
def test_a_training_left_out_since_what_it_uses_deviates_is_drawn(tmp_path, capsys):
    path = faulty(tmp_path, "wrong", ("- learning_rate * grads", "+ learning_rate * grads"))
    words = ["--only", "gd", "--plot", str(tmp_path), "--quiet"]

    assert main(["check", path, *words]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == f"wrote {tmp_path / 'check-gd.png'}"


def test_without_a_training_it_says_that_nothing_is_drawn(tmp_path, capsys):
    words = ["--only", "gd", "--training", "none", "--plot", str(tmp_path), "--quiet"]

    assert main(["check", faulty(tmp_path, "plain"), *words]) == 0
    assert "nothing is drawn: no training was judged" in capsys.readouterr().out


def test_check_writes_a_figure_for_each_training(tmp_path, capsys):
    folder = tmp_path / "figures"
    path = faulty(tmp_path, "plain")

    assert main(["check", path, "--only", "training/gd", "--plot", str(folder)]) == 0
    assert [p.name for p in folder.iterdir()] == ["check-gd.png"]
    assert "check-gd.png" in capsys.readouterr().out
