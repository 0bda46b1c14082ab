"""The figures of a check, by the arrays that they plot."""

import numpy as np
import pytest
from faulty import MEAN_TWICE_FROM_500, MONOLITHIC, faulty

from optproof import fixtures, methods
from optproof.checking.check import check
from optproof.checking.trainings import Training
from optproof.commands.cli import main
from optproof.conversation import python_target

pytest.importorskip("matplotlib")

from matplotlib.figure import Figure

from optproof.drawing import check_figures

FROM_7 = (MEAN_TWICE_FROM_500[0], MEAN_TWICE_FROM_500[1].replace("500", "7"))


def told(path, optimizer="gd"):
    report = check(path, only=(f"training/{optimizer}",), training="short")
    training = Training(optimizer, 200)
    return check_figures.tell(python_target(path, 4), training, report.results[0])


def test_costs_are_drawn_over_the_reference_with_the_first_divergence_marked(tmp_path):
    story = told(faulty(tmp_path, "twice", FROM_7))
    axes = Figure().subplots()
    check_figures.draw_costs(axes, story, "twice")
    reference, target, mark = axes.get_lines()

    assert reference.get_ydata()[0] == target.get_ydata()[0]
    assert [label.get_text() for label in axes.get_legend().get_texts()] == [
        "reference",
        "twice",
        "first divergence",
    ]
    assert list(mark.get_xdata()) == [7, 7]
    same = np.isclose(reference.get_ydata(), target.get_ydata(), rtol=1e-12, atol=0)
    assert (same[:7].all(), same[9:].any()) == (True, False)


def test_the_errors_are_those_against_the_certified_costs(tmp_path):
    story = told(faulty(tmp_path, "plain"))
    axes = Figure().subplots()
    check_figures.draw_errors(axes, story)
    (line,) = axes.get_lines()
    certified = fixtures.load("training/certified-gd.json")["costs"]

    assert list(line.get_xdata()) == [0, 100]
    assert axes.get_yscale() == "log"
    assert max(line.get_ydata()) < 20
    assert story.diverged is None
    assert abs(story.costs[100] - float(certified["100"][0])) < 1e-14


def test_the_boundaries_are_those_of_both_sides(tmp_path):
    story = told(faulty(tmp_path, "plain"))
    figure = check_figures.draw(story, "plain")

    assert [a.get_title() for a in figure.axes[2:]] == ["plain", "reference"]
    for mine, theirs in zip(*(p.values() for p in story.parameters)):
        assert np.abs(mine - theirs).max() < 1e-8
    assert set(story.parameters[0]) == set(methods.initialize_parameters([2, 5, 2, 1]))


def test_a_model_that_hides_its_steps_is_drawn_without_its_costs(tmp_path):
    story = told(faulty(tmp_path, "hidden", *MONOLITHIC))

    assert (story.costs, story.errors) == ({}, {})
    assert story.parameters[0].keys() == story.parameters[1].keys()


def test_check_writes_a_figure_for_each_training(tmp_path, capsys):
    folder = tmp_path / "figures"
    path = faulty(tmp_path, "plain")

    assert main(["check", path, "--only", "training/gd", "--plot", str(folder)]) == 0
    assert [p.name for p in folder.iterdir()] == ["check-gd.png"]
    assert "check-gd.png" in capsys.readouterr().out
