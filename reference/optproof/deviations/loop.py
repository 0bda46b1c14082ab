"""The training loop, stage by stage: what `model` may do otherwise (TRAIN-1 to TRAIN-3, TRAIN-9).

The stages of an epoch and of each step are formulas as those of an operation, on one vector of
parameters. ``epoch``, ``batch`` and ``step`` count from 0; ``batches`` is how many an epoch has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .. import methods
from ..protocol import Array
from .pipeline import Slip, Stage, Unknown, steps_of
from .state import State
from .table import read_stages, read_unknowns

#: Of each epoch.
EPOCH = """
shuffle (TRAIN-2)
    seed = 11 + epoch
    training.seed-not-advanced: seed = 11 + 0 * epoch
    training.seed-advanced-late: seed = 10 + epoch
    training.seed-from-epoch: seed = epoch
    training.seed-advanced-twice: seed = 12 + 2 * epoch
    training.seed-advanced-each-batch: seed = 11 + epoch * (batches + 1)
    training.seed-starts-again: seed = 11 + (epoch - k if epoch >= k else epoch)
batches (TRAIN-2, TRAIN-3)
    cut = shuffled(seed, size)
    training.not-shuffled: cut = in_order(size)
    training.whole-set: cut = [(X, Y)]
    training.first-batch-alone: cut = shuffled(seed, size)[:1]
    training.last-batch-alone: cut = shuffled(seed, size)[-1:]
    training.last-batch-left-out: cut = shuffled(seed, size)[:-1]
"""
#: Of each step.
STEP = """
parameters (TRAIN-1, TRAIN-3)
    theta = theta
    training.parameters-reset-each-epoch: theta = theta if batch else theta_0
    training.parameters-reset-each-step: theta = theta_0
moments (TRAIN-1, TRAIN-3)
    v, s = v, s
    training.moments-reset-each-epoch: v, s = (v, s) if batch else (0 * v, 0 * s)
    training.moments-not-kept: v, s = 0 * v, 0 * s
    training.v-not-kept: v, s = 0 * v, s
    training.moments-lost: v, s = (0 * v, 0 * s) if step == lost else (v, s)
step counter (TRAIN-3, ADAM-7)
    t = step + 1
    training.t-reset-each-epoch: t = batch + 1
    training.t-counts-epochs: t = epoch + 1
    training.t-not-advanced: t = 1
    training.t-one-ahead: t = step + 2
    training.t-raised-twice: t = 2 * step + 2
    training.t-raised-late: t = step
    training.t-stops: t = min(step + 1, lost)
    training.t-starts-again: t = step - lost + 1 if step >= lost else step + 1
gradients (TRAIN-3)
    g = gradient
    training.gradients-accumulated: g = gradient + sum_of_epoch
    training.gradients-never-cleared: g = gradient + sum_of_all
    training.gradients-of-batch-before: g = gradient_before
    training.nothing-moves: g = 0 * gradient
hyperparameters (TRAIN-9)
    training.betas-exchanged: beta1, beta2 = beta2, beta1
    training.beta-and-rate-exchanged: alpha, beta = beta, alpha
    training.rate-and-beta1-exchanged: alpha, beta1 = beta1, alpha
    training.beta2-and-epsilon-exchanged: beta2, epsilon = epsilon, beta2
    training.rate-lowered-by-root: alpha = alpha / np.sqrt(epoch + 1)
update (TRAIN-3)
    rule = optimizer; times = 1
    training.updated-twice: times = 2
    training.gd-for-all: rule = "gd"
    training.momentum-for-all: rule = "momentum"
    training.adam-for-all: rule = "adam"
"""
UNKNOWNS = """
hyperparameters
    alpha = alpha * c ** epoch | 0 < c < 10 | the learning rate does not stay: it is multiplied by
        {c} after each epoch
    alpha = alpha * c ** (epoch + 1) | 0 < c < 10 | the learning rate does not stay: it is
        multiplied by {c} before each epoch
    alpha = alpha * c ** step | 0 < c < 10 | the learning rate does not stay: it is multiplied by
        {c} after each batch
    alpha = alpha / (1 + c * epoch) | 0 < c < 1000 | the learning rate does not stay: it is divided
        by 1 + {c} times the epoch
    alpha = alpha / (1 + c * step) | 0 < c < 1000 | the learning rate does not stay: it is divided
        by 1 + {c} times the number of the batch
    alpha = alpha * c if epoch >= k else alpha | 0 < c < 1000 | the learning rate does not stay: it
        is multiplied by {c} at epoch {k}
    alpha = alpha * c ** (epoch // k if k else 0) | 0 < c < 10 | the learning rate does not stay: it
        is multiplied by {c} every {k} epochs
    alpha = c | 0 < c < 1000 | the learning rate is {c}, whatever is passed
    beta = c | -1e-300 < c < 1 | β is {c}, whatever is passed
    beta1 = c | -1e-300 < c < 1 | β1 is {c}, whatever is passed
    beta2 = c | -1e-300 < c < 1 | β2 is {c}, whatever is passed
    epsilon = c | 0 < c < 10 | ε is {c}, whatever is passed
gradients
    g = c * gradient | -1000 < c < 1000 | the gradients are multiplied by {c}
    g = gradient + c * theta | -1000 < c < 1000 | {c} θ is added to the gradients: L2 weight decay
    g = np.minimum(np.maximum(gradient, -c), c) | 0 < c < 1000 | the gradients are clipped to ±{c}
"""
#: Whole numbers that are tried: a seed, and how many examples a batch has.
NUMBERS = {
    "shuffle": ("seed = c", (0, 1, 2, 3, 10, 42, 123, 1234), "every epoch shuffles with seed {c}"),
    "batches": (
        "cut = shuffled(seed, c)",
        (1, 2, 4, 8, 10, 16, 20, 32, 50, 64, 100, 128, 256),
        "batches have {c} examples, whatever is passed",
    ),
}
OF_EPOCH, OF_STEP = read_stages(EPOCH), read_stages(STEP)
STAGES: tuple[Stage, ...] = (*OF_EPOCH, *OF_STEP)
IDS = [name for stage in STAGES for name in stage.deviations]
UNKNOWN: tuple[Unknown, ...] = read_unknowns(UNKNOWNS, STAGES)
#: What only shows from a later epoch on.
MIDWAY = (
    "training.seed-starts-again",
    "training.moments-lost",
    "training.t-stops",
    "training.t-starts-again",
)
#: Other forms of a known mistake.
FORMS = {
    "training.seed-not-advanced": [f"seed = {n} + 0 * epoch" for n in (0, 10)],
    "training.seed-from-epoch": ["seed = epoch + 1"],
    "training.seed-starts-again": ["seed = 11 + epoch % k"],
    "training.moments-lost": [
        "v, s = (0 * v, s) if step == lost else (v, s)",
        "v, s = (v, 0 * s) if step == lost else (v, s)",
        "v, s = (v, s) if step % lost else (0 * v, 0 * s)",
    ],
    "training.t-not-advanced": ["t = 2"],
    "training.t-starts-again": ["t = step % lost + 1"],
}
#: What only these optimizers can show.
ONLY = {
    "training.v-not-kept": "adam",
    "training.beta-and-rate-exchanged": "momentum",
    "training.rate-and-beta1-exchanged": "adam",
}
SCALARS = {
    "learning_rate": "alpha",
    "beta": "beta",
    "beta1": "beta1",
    "beta2": "beta2",
    "epsilon": "epsilon",
}


@dataclass(frozen=True)
class Point:
    """A training after so many epochs: all that is needed to go on."""

    epoch: int
    step: int
    theta: Array
    v: Array
    s: Array


@dataclass
class Loop:
    """A training to be walked with slips in it.

    Parameters
    ----------
    X, Y : array
    parameters : dict of arrays
        The initial ones.
    optimizer : str
    given : dict
        The hyperparameters.
    """

    X: Array
    Y: Array
    parameters: dict[str, Array]
    optimizer: str
    given: dict[str, Any]
    _cuts: dict[Any, Any] = field(default_factory=dict, repr=False)

    @property
    def start(self) -> Point:
        """Before the first step."""
        theta = self.flat(self.parameters)
        return Point(0, 0, theta, 0 * theta, 0 * theta)

    @property
    def batches(self) -> int:
        """How many an epoch has."""
        size: int = self.given["mini_batch_size"]
        m: int = self.X.shape[1]
        return -(-m // size)

    def flat(self, arrays: dict[str, Array], d: str = "") -> Array:
        """Return the tensors end to end."""
        return np.concatenate([arrays[d + k].reshape(-1) for k in self.parameters])

    def parted(self, theta: Array) -> dict[str, Array]:
        """Return the tensors of a vector."""
        ends = np.cumsum([a.size for a in self.parameters.values()])
        parts = np.split(theta, ends[:-1])
        return {k: p.reshape(a.shape) for p, (k, a) in zip(parts, self.parameters.items())}

    def gradient(self, theta: Array, X: Array, Y: Array) -> Array:
        """Return the gradients of a batch, end to end."""
        parameters = self.parted(theta)
        caches = methods.forward_propagation(X, parameters)[1]
        return self.flat(methods.backward_propagation(X, Y, caches), "d")

    def shuffled(self, seed: int, size: int) -> Any:
        """Return the document's mini-batches of a seed."""
        key = int(seed), int(size)
        if key not in self._cuts:
            self._cuts[key] = methods.random_mini_batches(self.X, self.Y, key[1], key[0])
        return self._cuts[key]

    def in_order(self, size: int) -> Any:
        """Return mini-batches that are not shuffled."""
        X, Y = self.X, self.Y
        return [(X[:, k : k + size], Y[:, k : k + size]) for k in range(0, X.shape[1], size)]

    def walk(
        self, slips: Sequence[Slip] = (), after: Point | None = None, **words: Any
    ) -> Iterator[Point]:
        """Yield a point after each epoch, without end.

        Parameters
        ----------
        slips : sequence of Slip
            Of stages of :data:`STAGES`.
        after : Point, optional
            Go on from there.
        words
            What the formulas may use beside: ``k``, the first epoch that is wrong, and ``lost``,
            its first step.
        """
        at = after or self.start
        epoch, step, theta, v, s = at.epoch, at.step, at.theta, at.v, at.s
        given = {SCALARS[k]: a for k, a in self.given.items() if k in SCALARS}
        size = self.given["mini_batch_size"]
        here = {
            stage.name: steps_of(stage, [p for p in slips if p.stage == stage.name])
            for stage in STAGES
        }
        of_epoch = [do for stage in OF_EPOCH for do in here[stage.name]]
        first, *others = OF_STEP
        of_step = [do for stage in others for do in here[stage.name] if do.text]
        known = State(
            words,
            X=self.X,
            Y=self.Y,
            size=size,
            shuffled=self.shuffled,
            in_order=self.in_order,
            batches=self.batches,
            optimizer=self.optimizer,
            theta_0=self.start.theta,
        )
        sum_of_all = before = 0 * theta
        while True:
            x = State(known, epoch=epoch)
            for do in of_epoch:
                x.update(do(x))
            sum_of_epoch = 0 * theta
            for batch, (X, Y) in enumerate(x["cut"]):
                y = State(x, **given, batch=batch, step=step, theta=theta, v=v, s=s)
                y.update(sum_of_epoch=sum_of_epoch, sum_of_all=sum_of_all, gradient_before=before)
                for do in here[first.name]:
                    y.update(do(y))
                y["gradient"] = gradient = self.gradient(y["theta"], X, Y)
                for do in of_step:
                    y.update(do(y))
                theta, v, s = y["theta"], y["v"], y["s"]
                for _ in range(y["times"]):
                    theta, v, s = _updated(y, theta, v, s)
                sum_of_epoch, sum_of_all = sum_of_epoch + gradient, sum_of_all + gradient
                before, step = gradient, step + 1
            epoch += 1
            yield Point(epoch, step, theta, v, s)


def _updated(x: State, theta: Array, v: Array, s: Array) -> tuple[Array, Array, Array]:
    """Return parameters and moments after one update by the rule that is named."""
    g, alpha = x["g"], x["alpha"]
    if x["rule"] == "gd":
        return theta - alpha * g, v, s
    if x["rule"] == "momentum":
        v = x["beta"] * v + (1 - x["beta"]) * g
        return theta - alpha * v, v, s
    v = x["beta1"] * v + (1 - x["beta1"]) * g
    s = x["beta2"] * s + (1 - x["beta2"]) * g**2
    t = np.float64(x["t"])
    v_hat, s_hat = v / (1 - x["beta1"] ** t), s / (1 - x["beta2"] ** t)
    return theta - alpha * v_hat / (np.sqrt(s_hat) + x["epsilon"]), v, s
