"""The heat map of drift, by what it plots."""

from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from optproof.drawing import drift_figure

# matplotlib 3.5 is older than what it parses fonts with.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:matplotlib.*")

ROWS = [f"operation {n}" for n in range(18)]


def found(ulps, within=True):
    return {"ulps": ulps, "within": within, "bits": "a", "expected": "e"}


def drawn(records):
    figure = Figure(figsize=(8, 8))
    axes = figure.subplots()
    drift_figure.draw(axes, records)
    figure.canvas.draw()
    return axes


def test_a_cell_is_an_operation_in_an_environment():
    records = {"2.10.0": {"gd": found(0.0), "adam": found(4e6)}, "2.9.0": {"gd": found(1.5)}}
    axes = drawn(records)
    (image,) = axes.get_images()

    assert [label.get_text() for label in axes.get_xticklabels()] == ["2.9.0", "2.10.0"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["gd", "adam"]
    assert image.get_array().tolist() == [[1.5, 0.1], [None, 4e6]]
    assert [text.get_text() for text in axes.texts] == ["1.5", "0", "–", "4.0e+06"]


def test_what_is_beyond_its_bound_is_framed_and_marked():
    axes = drawn({"2.0.0": {"gd": found(1.5), "adam": found(3000.0, within=False)}})

    (frame,) = axes.patches
    assert (frame.get_x() + frame.get_width() / 2, frame.get_y() + frame.get_height() / 2) == (0, 1)
    assert axes.texts[1].get_text() == "3000!"
    assert axes.get_legend().get_texts()[0].get_text() == "! beyond its bound"


def test_numbers_can_be_read_on_their_colours():
    ulps = [0.0, 0.5, 3.0, 40.0, 3000.0, 1e9]
    axes = drawn({"2.0.0": {str(n): found(u) for n, u in enumerate(ulps)}})
    (image,) = axes.get_images()

    for value, text in zip(ulps, axes.texts):
        behind = np.dot(image.cmap(image.norm(max(value, 0.1)))[:3], (0.299, 0.587, 0.114))
        assert abs(behind - (text.get_color() == "white")) > 0.35


def test_eighteen_rows_do_not_overlap():
    axes = drawn({"2.0.0": {name: found(1.0) for name in ROWS}})
    labels = axes.get_yticklabels()
    renderer = FigureCanvasAgg(axes.figure).get_renderer()
    boxes = sorted((label.get_window_extent(renderer) for label in labels), key=lambda box: box.y0)

    assert [label.get_text() for label in labels] == ROWS
    assert all(low.y1 <= high.y0 for low, high in pairwise(boxes))


def test_records_of_nothing_are_drawn_as_nothing(tmp_path):
    drift_figure.plot({"2.0.0": {"gd": found(float("inf"))}}, tmp_path / "drift.png")
    assert (tmp_path / "drift.png").exists()
