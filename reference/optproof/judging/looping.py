"""Which mistakes of the loop leave the parameters that a `model` leaves.

Only parameters are seen, after as many epochs as are asked for. What is tried must first give those
after two epochs, and counts only if it gives all that were asked for.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from ..deviations.edits import edits
from ..deviations.loop import FORMS, MIDWAY, NUMBERS, ONLY, STAGES, UNKNOWN, Loop, Point
from ..deviations.pipeline import Slip, Stage, Unknown
from ..deviations.table import merged
from ..deviations.training import FEW
from ..protocol import Array
from .diagnosis import Diagnosis, Found
from .predicting import UNFIT
from .solving import shown, solve

Slips = tuple[Slip, ...]
#: After how many epochs of going astray parameters are looked at, first and then.
SHORT = 2
#: What honest float64 loses of a parameter in so few steps is a hundredth of this.
CLOSE = 1e-11
#: A start that is so far away shows how rounding grows; what differs by less than so many times
#: that may be rounding, but never more than the last of these.
ROUNDING, MOST_GROWN, LARGEST = 2e-16, 1000, 1e-3
#: Longest training whose last parameters are worked out for each mistake that fits so far.
LONGEST = 300
#: What a hyperparameter may be mistaken for.
HYPER = ("alpha", "beta1", "beta2", "epsilon")

#: Returns the parameters after so many epochs.
After = Callable[[int], "dict[str, Array]"]


def explain_loop(
    loop: Loop, after: After, epochs: int, bound: float, at: str = "", unit: float = 1.0
) -> Diagnosis:
    """Say which mistakes of the loop leave the parameters that were left.

    Parameters
    ----------
    loop : Loop
        The training as it was asked for.
    after : callable
        Gives the parameters of the implementation after so many epochs.
    epochs : int
        Of the whole training.
    bound : float
        Largest error of a parameter after :data:`FEW` epochs (TRAIN-7).
    at : str
        The id of the training.
    unit : float
        Unit roundoff of the declared dtype over that of float64.
    """
    unknown = Diagnosis("model", (), (), ("parameters",), cases=(at,) if at else ())
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some edits mean nothing: NumPy 1 makes objects of them
        walk = _Walk(loop, after, epochs, bound, min(CLOSE * unit, bound))
        if not walk.begun:
            return unknown
        if named := walk.named(walk.singles()):
            return replace(unknown, explanations=named)
        for slips in walk.others():
            if walk.explains(slips):
                return _found(unknown, slips)
        if named := walk.named(walk.pairs()):
            return replace(unknown, explanations=named)
    return unknown


def _found(unknown: Diagnosis, slips: Slips) -> Diagnosis:
    stages = {stage.name: stage for stage in STAGES}
    stage = stages[slips[-1].stage]
    says = "; ".join(slip.says for slip in slips if slip.says)
    edited = next((s for s in slips if not s.name and not s.says), None)
    formula = edited.step.text if edited else ""
    specified = stages[edited.stage].step.text if edited else ""
    names = tuple(slip.name for slip in slips if slip.name)
    found = Found(says, names, stage.name, stage.clause, formula, specified)
    return replace(unknown, stage=stage.name, clause=stage.clause, found=(found,))


@dataclass
class _Walk:
    """What was left after how many epochs, and the first epoch that is wrong."""

    loop: Loop
    after: After
    epochs: int
    bound: float
    close: float

    def __post_init__(self) -> None:
        self.first = 0
        self.begun = False
        self.point = self.loop.start
        right = self._right(SHORT)
        if self._is(right.theta, SHORT, self.close) and not self._went_astray_later(right):
            return
        self.near = self._flat(self.first + SHORT)
        ends = {self.first + SHORT, self.first + FEW}
        if self.epochs <= LONGEST:
            ends.add(self.epochs)
        self.seen = {n: flat for n in sorted(ends) if (flat := self._flat(n)) is not None}
        self.begun = self.near is not None and len(self.seen) == len(ends)

    def _went_astray_later(self, right: Point) -> bool:
        """Find the first epoch that is wrong: by doubling, then by halving."""
        good, bad = SHORT, SHORT
        while True:
            good, bad = bad, min(2 * bad, self.epochs)
            if good == bad:
                return False
            if not self._is(self._right(bad).theta, bad, self.close):
                break
        while bad - good > 1:
            middle = (good + bad) // 2
            is_right = self._is(self._right(middle).theta, middle, self.close)
            good, bad = (middle, bad) if is_right else (good, middle)
        self.first, self.point = good, self._right(good)
        return True

    def _right(self, epochs: int) -> Point:
        return next(itertools.islice(self.loop.walk(), epochs - 1, None))

    def _flat(self, epochs: int) -> Array | None:
        parameters = self.after(epochs)
        own = self.loop.parameters
        if any(k not in parameters or parameters[k].shape != a.shape for k, a in own.items()):
            return None
        return self.loop.flat(parameters).astype(float)

    def _is(self, theta: Array, epochs: int, bound: float) -> bool:
        got = self._flat(epochs)
        return got is not None and _near(theta, got, bound)

    def path(self, slips: Slips, after: Point | None = None) -> Iterator[Point]:
        return self.loop.walk(slips, after, k=self.first, lost=self.first * self.loop.batches)

    def may_be(self, slips: Slips) -> bool:
        """Whether these slips leave what was left after two epochs of going astray."""
        if self.near is None:
            return False
        try:
            theta = self._short(slips, self.point)
            off = np.abs(theta - self.near)
            if not (off <= LARGEST).all() or (off <= self.close).all():
                return _near(theta, self.near, self.close)
            aside = self._short(slips, _aside(self.point))
        except UNFIT:
            return False
        return _near(theta, self.near, _grown(theta, aside, self.close))

    def _short(self, slips: Slips, start: Point) -> Array:
        return next(itertools.islice(self.path(slips, start), SHORT - 1, None)).theta

    def explains(self, slips: Slips) -> bool:
        """Whether these slips leave all that was left, from the start on."""
        if not self.may_be(slips):
            return False
        try:
            paths = zip(self.path(slips), self.path(slips, _aside(self.loop.start)))
            for point, aside in itertools.islice(paths, max(self.seen)):
                got = self.seen.get(point.epoch)
                if got is not None and not _near(
                    point.theta, got, _grown(point.theta, aside.theta, self.bound)
                ):
                    return False
        except UNFIT:
            return False
        return True

    def named(self, candidates: Iterator[Slips]) -> tuple[tuple[str, ...], ...]:
        found = (slips for slips in candidates if self.explains(slips))
        return tuple(dict.fromkeys(tuple(slip.name for slip in slips) for slips in found))

    def known(self) -> Iterator[Slip]:
        for stage in STAGES:
            for name, step in stage.deviations.items():
                is_late = name in MIDWAY and not self.first
                if not is_late and ONLY.get(name, self.loop.optimizer) == self.loop.optimizer:
                    yield Slip(stage.name, step, name)

    def singles(self) -> Iterator[Slips]:
        """Yield the known mistakes, each in all of its forms."""
        for slip in self.known():
            for text in (slip.step.text, *FORMS.get(slip.name, ())):
                step = slip.step.edited(text, text)
                yield (replace(slip, step=step),)
                for lost in range(1, self.loop.batches) if "lost" in text else ():
                    again = step.given(lost=self.first * self.loop.batches + lost)
                    yield (replace(slip, step=again),)  # it begins within the epoch

    def others(self) -> Iterator[Slips]:
        """Yield numbers that are others, hyperparameters that are exchanged, edited formulas."""
        yield from self.numbers()
        for unknown in UNKNOWN:
            yield from self.solved(unknown, ())
        yield from self.exchanged()
        yield from self.near_formulas()

    def numbers(self) -> Iterator[Slips]:
        for stage in STAGES:
            text, numbers, says = NUMBERS.get(stage.name, ("", (), ""))
            for c in numbers:
                step = stage.step.edited(text, text).given(c=c)
                yield (Slip(stage.name, step, "", says=says.format(c=c)),)

    def solved(self, unknown: Unknown, slips: Slips) -> Iterator[Slips]:
        """Yield the number that leads to what was left after two epochs."""
        if self.near is None or ("{k}" in unknown.says and not self.first):
            return
        unknown = replace(unknown, says=unknown.says.replace("{k}", str(self.first)))

        def f(c: float) -> Array:
            return self._short((*slips, unknown.slip(c)), self.point)

        try:
            for near in solve(f, self.near, unknown.low, unknown.high):
                for c in near:
                    more = (*slips, unknown.slip(c, shown(c)))
                    if unknown.low < c < unknown.high and self.may_be(more):
                        yield more
                        break
        except UNFIT:
            return

    def exchanged(self) -> Iterator[Slips]:
        """Yield the hyperparameters in another order, and one in the place of another."""
        [stage] = [s for s in STAGES if s.name == "hyperparameters"]
        names = ", ".join(HYPER)
        texts = [
            f"{names} = {', '.join(order)}"
            for order in itertools.permutations(HYPER)
            if order != HYPER
        ]
        texts += [f"{names} = beta1, beta2, epsilon, 1e-08"]  # no rate is passed
        texts += [f"t, {names} = alpha, beta1, beta2, epsilon, 1e-08"]
        texts += [f"{a} = {b}" for a in (*HYPER, "beta") for b in (*HYPER, "beta", "t") if a != b]
        for text in texts:
            says = f"hyperparameters are passed to the wrong one: {text}"
            yield (Slip(stage.name, stage.step.edited(text, text), "", says=says),)

    def near_formulas(self) -> Iterator[Slips]:
        operands = ("epoch", "batch", "step", "batches", "size", "k")
        arrays = ("gradient", "gradient_before", "sum_of_epoch", "v", "s", "theta", "theta_0")
        for stage in STAGES:
            for text in edits(stage.step.text, (*operands, *arrays)):
                yield (Slip(stage.name, stage.step.edited(text, _whole(stage, text))),)

    def pairs(self) -> Iterator[Slips]:
        """Yield two known mistakes of different stages, which both show from the first epoch on."""
        every = [slip for slip in self.known() if not self.first or slip.name in MIDWAY]
        for a, b in itertools.combinations(every, 2):
            if a.stage != b.stage:
                yield a, b


def _whole(stage: Stage, text: str) -> str:
    return merged(stage.step.text, text)


def _aside(point: Point) -> Point:
    """Return a point that is one rounding away."""
    return replace(point, theta=point.theta * (1 + ROUNDING))


def _grown(theta: Array, aside: Array, bound: float) -> Array:
    """Return the bound, or more where a mistake makes the path unstable: rounding grows with it."""
    grown: Array = np.fmax(bound, np.fmin(MOST_GROWN * np.abs(theta - aside), LARGEST))
    return grown


def _near(theta: Array, got: Array, bound: float | Array) -> bool:
    off = np.abs(theta - got)
    return bool(((off <= bound) | (np.isnan(theta) & np.isnan(got)) | (theta == got)).all())
