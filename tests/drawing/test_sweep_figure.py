"""The bands of a sweep, by what is plotted."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from matplotlib.figure import Figure

from optproof import fixtures
from optproof.commands.cli import main
from optproof.drawing import sweep_figure

# matplotlib 3.5 is older than what it parses fonts with.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:matplotlib.*")


def test_the_bands_of_the_fixtures_are_drawn_around_their_median():
    costs = fixtures.load("training/bands.json")["runs"]["adam"]["costs"]
    axes = Figure().subplots()
    sweep_figure.draw(axes, costs)
    (median,) = axes.get_lines()
    outer, inner = axes.collections

    assert median.get_xdata().tolist() == list(range(0, 10000, 1000))
    assert median.get_ydata().tolist() == [costs[e]["0.5"] for e in costs]
    for band, low, high in ((outer, "0.05", "0.95"), (inner, "0.25", "0.75")):
        corners = {tuple(corner) for path in band.get_paths() for corner in path.vertices}
        for epoch, quantiles in costs.items():
            assert {(int(epoch), quantiles[low]), (int(epoch), quantiles[high])} <= corners
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["9 of 10 seeds", "the middle half", "median"]


def test_what_is_no_number_is_left_out():
    levels = dict.fromkeys(("0.05", "0.25", "0.5", "0.75", "0.95"), 1.0)
    axes = Figure().subplots()
    sweep_figure.draw(axes, {"0": levels, "1000": {**levels, "0.95": "Infinity"}})

    assert np.isfinite(axes.collections[0].get_paths()[0].vertices).all()
    assert axes.get_lines()[0].get_ydata().tolist() == [1.0, 1.0]


def test_the_command_draws(tmp_path, capsys):
    path = tmp_path / "bands.png"
    words = ["sweep", "--optimizer", "gd", "--seeds", "2", "--epochs", "1001", "--plot", str(path)]

    assert main(words) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"wrote {path}"
    assert path.read_bytes().startswith(b"\x89PNG")


def test_one_epoch_is_no_curve(tmp_path, capsys):
    assert main(["sweep", "--epochs", "1000", "--plot", str(tmp_path / "bands.png")]) == 2
    assert "--plot draws every thousandth epoch" in capsys.readouterr().err
