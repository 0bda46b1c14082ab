"""Figures of a checked training: target over reference (extra ``plots``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..checking import curves
from ..checking.trainings import Training
from ..conversation import Launch
from ..errors import OptproofError
from ..files import write_figure
from ..judging.report import PASS, Report, Result
from ..protocol import Array
from .figures import BLUE, ORANGE, draw_boundary
from .runs import NAMES, Run

#: Where a difference of 0 is drawn on a log scale: below the last place of a float64.
NONE = 1e-17


@dataclass
class Story:
    """One training of the target and of the reference: what its figures are drawn from.

    Parameters
    ----------
    optimizer, name : str
        `name` is the target's.
    diverged : int or None
        The epoch of the first divergence.
    wrong : bool
        Whether it was judged to deviate.
    costs, reference : dict of int to float
        By epoch; the target's are empty where it lets nobody look inside.
    parameters : pair of dicts of arrays
        The target's and the reference's, after training.
    """

    optimizer: str
    name: str
    diverged: int | None
    wrong: bool
    costs: dict[int, float] = field(default_factory=dict)
    reference: dict[int, float] = field(default_factory=dict)
    parameters: tuple[dict[str, Array], dict[str, Array]] = ({}, {})


def save_all(launch: Launch, report: Report, level: str | None, folder: Path) -> Iterator[str]:
    """Train what was checked once more, watched, and draw it; yield a line about each.

    A training that was left out since what it uses deviates is drawn, too.
    """
    drawn = False
    for result in report.results:
        judged = curves.of_training(result) and result.status == PASS
        if judged or curves.deviates(result):
            drawn = True
            training = curves.training_of(result, level)
            path = folder / f"check-{training.optimizer}.png"
            try:
                story = tell(launch, training, result)
            except OptproofError as error:
                yield f"{result.id} cannot be drawn: {error}"
                continue
            write_figure(draw(story), path, dpi=120)
            yield f"wrote {path}"
    if not drawn:
        yield "nothing is drawn: no training was judged (try --training short)"


def tell(launch: Launch, training: Training, result: Result, timeout: float = 10.0) -> Story:
    """Train target and reference and return what is drawn of them."""
    costs, ended = curves.watched(launch, training, timeout)
    reference, theirs = curves.reference_run(training)
    parts = curves.parting(launch, result, training, timeout)
    name, wrong = Path(launch.name).name[-40:], result.status != PASS
    return Story(training.optimizer, name, parts, wrong, costs, reference, (ended, theirs))


def draw(story: Story) -> Figure:
    """Return what can be drawn: costs, how far they are apart, and both decision boundaries."""
    panels: list[Callable[[Axes, Story], None]] = []
    if any(map(np.isfinite, story.costs.values())):
        panels.append(draw_costs)
    if _differences(story):
        panels.append(draw_differences)
    if _shapes(story.parameters[0]) == _shapes(story.parameters[1]):
        panels.append(_draw_target)
    panels.append(_draw_reference)
    rows, columns = (len(panels) + 1) // 2, min(len(panels), 2)
    figure = Figure(figsize=(5.2 * columns, 4.2 * rows + 0.4), layout="constrained")
    figure.suptitle(title(story))
    for place, panel in enumerate(panels, 1):
        last_alone = place == len(panels) and place % 2 and columns == 2
        where = (place, place + 1) if last_alone else place
        panel(figure.add_subplot(rows, columns, where), story)
    return figure


def title(story: Story) -> str:
    """Return the figure's answer in words."""
    what = f"{story.name}: training with {NAMES[story.optimizer]}"
    if not story.wrong:
        return f"{what} agrees with the reference"
    since = "" if story.diverged is None else f", first in epoch {story.diverged}"
    return f"{what} deviates from the reference{since}"


def draw_costs(axes: Axes, story: Story) -> None:
    """Draw the target's cost over the reference's, and where they part."""
    axes.plot(list(story.costs), list(story.costs.values()), label="yours", color=ORANGE, lw=1.5)
    reference = list(story.reference), list(story.reference.values())
    axes.plot(*reference, label="reference", color=BLUE, lw=2.5, ls="--", zorder=1)
    costs = [*story.costs.values(), *story.reference.values()]
    finite = [cost for cost in costs if np.isfinite(cost)]
    if min(finite) > 0 and max(finite) > 20 * min(finite):
        axes.set_yscale("log")
    _mark(axes, story)
    axes.set(xlabel="epoch", ylabel="cost", title="The cost")
    axes.legend()


def draw_differences(axes: Axes, story: Story) -> None:
    """Draw how far the costs are apart, on a log scale; 0 is drawn as :data:`NONE`."""
    apart = _differences(story)
    drawn = np.maximum(list(apart.values()), NONE)
    axes.semilogy(
        list(apart), drawn, color=ORANGE, marker=".", ms=3, lw=1, label="|yours / ref - 1|"
    )
    axes.set_ylim(NONE / 2, max(drawn.max() * 5, 1e-12))
    _mark(axes, story)
    what = f"relative difference (none is drawn as {NONE:g})"
    axes.set(xlabel="epoch", ylabel=what, title="How far the cost is from the reference's")


def _mark(axes: Axes, story: Story) -> None:
    if story.diverged is not None:
        axes.axvline(story.diverged, ls=":", color="black", label="first divergence")


def _differences(story: Story) -> dict[int, float]:
    both = ((n, c, story.reference[n]) for n, c in story.costs.items() if n in story.reference)
    return {n: abs(c - r) / abs(r) for n, c, r in both if np.isfinite(c) and r}


def _shapes(parameters: dict[str, Array]) -> dict[str, tuple[int, ...]]:
    return {name: np.shape(tensor) for name, tensor in parameters.items()}


def _draw_target(axes: Axes, story: Story) -> None:
    draw_boundary(axes, Run(story.optimizer, 0.0007, [], story.parameters[0], 0.0))
    axes.set_title("What yours has learnt")


def _draw_reference(axes: Axes, story: Story) -> None:
    draw_boundary(axes, Run(story.optimizer, 0.0007, [], story.parameters[1], 0.0))
    axes.set_title("What the reference has learnt")
