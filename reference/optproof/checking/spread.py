"""An implementation that draws its own random numbers, against the spread over seeds (TRAIN-8)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from .. import fixtures, methods
from ..conversation.session import Session
from ..errors import CallError, UsageError
from ..fixtures import Expected, half_unit
from ..judging.judge import Finding, compare, flatten
from ..judging.report import DEVIATION, ERROR, NOT_CALLED, NOT_IMPLEMENTED, NOT_RUN, Result
from ..operations import LEVELS, UNSEEDED
from ..protocol import Array
from .jobs import Job, Run
from .outcomes import outcome
from .trainings import PRINTED, Train, Training, train_once

#: Largest probability that an implementation that conforms is found deviating, all tests together.
FALSE_ALARM = 0.01
#: How far a number may be from a line that it is equal to: the bands have nine digits.
SLACK = 1e-8
EXAMPLES = 300
#: How many runs lie below (-) or above (+) which quantile of the bands.
TESTS = (("0.05", -1), ("0.5", -1), ("0.5", +1), ("0.95", +1))
WORDS = {"0.05": "the 5% line", "0.5": "the median", "0.95": "the 95% line"}
REPEATS = "run {} repeats an earlier one, bit for bit: it does not draw new numbers"
SEEDED = "judge one with the document's seeds without --statistical; take other fixed seeds out"
Band = dict[str, float]
CLAUSES = ("INIT-2", "TRAIN-2", "TRAIN-3", "TRAIN-4", "TRAIN-8")


class Drawn(NamedTuple):
    """What one run gave: a cost or an accuracy, and how far off it may be."""

    value: float
    slack: float


def jobs(level: str | None, runs: int) -> list[Job]:
    """Return the trainings to run many times; by default of 200 epochs.

    Raises
    ------
    UsageError
        If the level leaves none, or nothing could be found in so few runs.
    """
    if level == "none":
        raise UsageError("--statistical judges trainings, and --training none leaves none")
    epochs = LEVELS[level or "short"]
    wanted = [Training(o, epochs, "statistical") for o in methods.OPTIMIZERS]
    bands, seeds = bands_of(wanted[0])
    if not chance(runs, runs, seeds // 20, seeds) < level_of(bands):
        raise UsageError(f"in {runs} runs nothing can be seen", "give more --runs; 20 serve well")
    what = f"{epochs} epochs"
    return [TrainOften(t.id, "model", CLAUSES, what, t, True, runs) for t in wanted]


@dataclass(frozen=True)
class TrainOften(Train):
    """Train the implementation so many times and judge the outcomes together."""

    runs: int

    @property
    def is_long(self) -> bool:
        """Always: the runs are one process's."""
        return True

    def left_out(self, here: Run) -> Result | None:
        """Return why it is not run, where nothing is drawn or no bands are known."""
        if left_out := super().left_out(here):
            return left_out
        if variants := self.ready(here).variants:
            why = f"no bands are known for {', '.join(variants.values())}"
            return self.result(NOT_IMPLEMENTED, why)
        drawing = {"train", "initialize_parameters", "random_mini_batches"}
        if not ("model" in here.has or drawing <= here.has):
            return self.result(NOT_IMPLEMENTED, "it draws nothing of its own: it has no model")
        return None

    def run(self, here: Run) -> Result:
        """Train, and judge the spread."""
        training, runs = self.ready(here), self.runs
        total = runs * training.epochs
        drawn: list[dict[str, Drawn]] = []
        seen: set[bytes] = set()
        for number in range(runs):
            here.on_progress(training.id, number * training.epochs, total)
            try:
                parameters, printed = _train(here.session, training, number)
            except CallError as error:
                if error.status != NOT_CALLED or not drawn:
                    raise
                # It trained before: it can be called.
                return self.result(ERROR, error.what, hint=error.hint)
            if findings := _malformed(parameters, here.dtype):
                message = f"run {number + 1} of {runs} gives no such parameters"
                return self.result(DEVIATION, message, findings=tuple(findings))
            bits = b"".join(parameters[name].tobytes() for name in sorted(parameters))
            if bits in seen:
                return self.result(NOT_RUN, REPEATS.format(number + 1), hint=SEEDED)
            seen.add(bits)
            cost, right = map(float, outcome(parameters))
            after = f"after {training.epochs} epochs"
            printed[f"cost {after}"] = Drawn(cost, SLACK)
            printed[f"accuracy {after}"] = Drawn(right / EXAMPLES, SLACK)
            drawn.append(printed)
        here.on_progress(training.id, total, total)
        notes = (f"judged by the spread of {runs} runs",)
        if found := judge(drawn, training):
            names = ", ".join(f.tensor for f in found[:3])
            message = f"does not spread as the reference does: {names}"
            return self.result(DEVIATION, message, findings=tuple(found), notes=notes)
        return self.result(notes=notes)


def bands_of(training: Training) -> tuple[dict[str, Band], int]:
    """Return the quantiles of each cost and accuracy of a training, by name, and their seeds."""
    known = fixtures.bands(training.optimizer)
    bands = {f"cost of epoch {e}": band for e, band in known.costs.items() if e < training.epochs}
    for what, band in known.after[training.epochs].items():
        bands[f"{what} after {training.epochs} epochs"] = band
    return bands, known.seeds


def level_of(bands: dict[str, Band]) -> float:
    """Return how improbable a count must be: Bonferroni's share of the false alarms."""
    return FALSE_ALARM / (len(methods.OPTIMIZERS) * len(bands) * len(TESTS))


@cache
def chance(count: int, runs: int, rank: int, seeds: int) -> float:
    r"""Return the probability that at least `count` of `runs` lie below the line, if all is right.

    The line is the value of `rank` among `seeds` earlier ones. Where old and new are drawn alike,
    every order of them is as probable as any other, whatever they are drawn from:

    .. math:: P(K = k) = \binom{r - 1 + k}{k} \binom{N - r + n - k}{n - k} / \binom{N + n}{n}

    Parameters
    ----------
    count, runs, rank, seeds : int
        k, n, r and N.

    Notes
    -----
    The negative hypergeometric law. Ties, as of accuracies, only make the count smaller.
    """
    ways = sum(
        math.comb(rank - 1 + k, k) * math.comb(seeds - rank + runs - k, runs - k)
        for k in range(count, runs + 1)
    )
    return ways / math.comb(seeds + runs, runs)


def judge(drawn: list[dict[str, Drawn]], training: Training) -> list[Finding]:
    """Return a finding for each cost or accuracy that too many runs have too low or too high."""
    bands, seeds = bands_of(training)
    findings = []
    for name, band in bands.items():
        got = [run[name] for run in drawn if name in run]
        values = [math.inf if math.isnan(run.value) else run.value for run in got]
        least = min(_tests(got, band, seeds), default=None)
        if least and least[0] < level_of(bands):
            odds, count, side, line = least
            findings.append(
                Finding(
                    name,
                    f"{count} of {len(got)} runs lie {side} {line}: by chance 1 in {1 / odds:.1g}",
                    expected=f"{band['0.5']:.6f} ({band['0.05']:.6f} to {band['0.95']:.6f})",
                    got=f"{np.median(values):.6f}",
                )
            )
    return findings


def _tests(got: list[Drawn], band: Band, seeds: int) -> Iterator[tuple[float, int, str, str]]:
    for quantile, side in TESTS:
        line = band[quantile]
        rank = math.ceil(float(quantile) * seeds)
        if side < 0:
            count = sum(run.value + run.slack < line for run in got)
        else:
            count = sum(not run.value - run.slack <= line for run in got)  # NaN is above
            rank = seeds + 1 - rank
        word = "below" if side < 0 else "above"
        yield chance(count, len(got), rank, seeds), count, word, WORDS[quantile]


def _train(
    session: Session, training: Training, number: int
) -> tuple[dict[str, Array], dict[str, Drawn]]:
    """Train once; return the parameters and the printed costs, unless those are others'."""
    printed = {}

    def on_output(line: str) -> None:
        if not training.mean_cost and (found := PRINTED.search(line)):
            printed[f"cost of epoch {int(found[1])}"] = _read(found[2])

    seed = UNSEEDED + number  # no replica's
    answer = train_once(session, training, on_output=on_output, global_seed=seed)
    return flatten("model", answer.get("value")), printed


def _read(text: str) -> Drawn:
    try:
        return Drawn(float(text), SLACK + half_unit(text))
    except ValueError:
        return Drawn(math.nan, 0.0)


def _malformed(parameters: dict[str, Array], dtype: str) -> list[Finding]:
    _, _, initial, _ = fixtures.documented_start()
    shapes = {name: Expected("float64", a.shape, None, None, ()) for name, a in initial.items()}
    return compare(shapes, parameters, dtype) or [
        Finding(name, "is not finite") for name, a in parameters.items() if not np.isfinite(a).all()
    ]
