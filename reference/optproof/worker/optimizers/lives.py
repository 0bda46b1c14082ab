"""What one optimizer goes through: made once, stepped, seen through the parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

Arrays = dict[str, Any]


class Unable(Exception):
    """An optimizer cannot be asked for something; the message says why."""


class Life(Protocol):
    """One instance, from its making to the end of a trajectory."""

    def step(self, gradients: Mapping[str, Any], rate: float | None) -> Arrays:
        """Take a step, at a new rate if one is given; return the parameters after it."""
        ...


@dataclass
class Way:
    """One way of driving an optimizer.

    Attributes
    ----------
    start : callable
        Takes parameters and hyperparameters; begins a life.
    how : list of str
        What the report says of it.
    takes : list of str
        The hyperparameters that can be given.
    instance : Any
        One as the last life made it, where its attributes are looked up.
    """

    start: Callable[[Arrays, Mapping[str, Any]], Life]
    how: list[str]
    takes: list[str]
    own: dict[str, float] = field(default_factory=dict)
    instance: Any = None
    framework: str = ""


#: Hyperparameters and tensors of the trial: every right step moves every number, by little.
TRIAL = {
    "learning_rate": 0.03125,
    "beta": 0.5,
    "beta1": 0.5,
    "beta2": 0.75,
    "epsilon": 0.0009765625,
}
_SHAPES = {"W1": (2, 3), "b1": (2, 1), "W2": (3, 2), "b2": (3, 1)}


def trial_parameters() -> Arrays:
    """Return parameters between 8 and 16: what is no parameter cannot pass for one."""
    return {
        name: 8 + (np.arange(np.prod(shape)).reshape(shape) * 5 + 3 * i) % 8.0
        for i, (name, shape) in enumerate(_SHAPES.items())
    }


def trial_gradients(step: int) -> Arrays:
    """Return gradients of both signs, none of them 0."""
    out = {}
    for i, (name, shape) in enumerate(_SHAPES.items()):
        x = np.arange(np.prod(shape)).reshape(shape)
        out[name] = (0.5 + ((x * 7 + i + step) % 5) / 4) * np.where((x + i) % 2, 1.0, -1.0)
    return out


Steps = Iterable[tuple[Mapping[str, Any], float | None]]


def walk(life: Any, steps: Steps, resume_after: int | None = None) -> Iterator[Arrays]:
    """Yield the parameters after each step: step by step, or all at once where that is its way.

    After the step `resume_after` a new instance goes on from what this one saves.
    """
    if resume_after is not None and not hasattr(life, "resume"):
        raise Unable("it does not offer to save and load its state")
    if not hasattr(life, "path"):
        for number, (gradients, rate) in enumerate(steps, start=1):
            yield life.step(gradients, rate)
            if number == resume_after:
                life.resume()
        return
    # Copies: the next step may come in the same arrays.
    all_of_them = [
        ({n: None if g is None else g.copy() for n, g in s.items()}, r) for s, r in steps
    ]
    if any(rate is not None for _, rate in all_of_them):
        raise Unable("its learning rate cannot change: it runs through all steps at once")
    # Copies: where the steps come in the same arrays, each is still its own.
    yield from life.path([gradients for gradients, _ in all_of_them])


def tried(way: Way) -> tuple[str, bool]:
    """Take two steps; return what is wrong, "" if nothing, and whether every tensor moved.

    Raises
    ------
    Exception
        Whatever the optimizer raises.
    """
    before = trial_parameters()
    life = way.start(trial_parameters(), TRIAL)
    moved = set()
    for after in walk(life, [(trial_gradients(step), None) for step in range(2)]):
        for name, array in after.items():
            if array.shape != before[name].shape:
                return f"{name} comes back in another shape", False
            if not np.array_equal(array, before[name]):
                moved.add(name)
            far = np.abs(array - before[name]) > 0.95 * np.abs(before[name])
            if np.isfinite(array).all() and far.all():
                return "what comes back is not the new parameters", False
        before = after
    return ("" if moved else "no parameter changed"), moved == set(before)


def rate_changes(way: Way) -> bool:
    """Return whether a new rate given before the first step is the rate of that step."""
    seen: list[Arrays] = []
    for first in (TRIAL["learning_rate"], 2 * TRIAL["learning_rate"]):
        life = way.start(trial_parameters(), {**TRIAL, "learning_rate": first})
        new = 2 * TRIAL["learning_rate"] if not seen else None
        try:
            seen.append(next(walk(life, [(trial_gradients(0), new)])))
        except Unable:
            return False
    return all(np.array_equal(seen[0][n], seen[1][n], equal_nan=True) for n in seen[0])


def acts_as_rate(way: Way) -> bool:
    """Return whether the first step is twice as long at twice the rate."""
    lengths = []
    for factor in (1.0, 2.0):
        hyper = {**TRIAL, "learning_rate": factor * TRIAL["learning_rate"]}
        before = trial_parameters()
        after = next(walk(way.start(trial_parameters(), hyper), [(trial_gradients(0), None)]))
        lengths.append({n: after[n] - before[n] for n in before})
    short, long = lengths
    return all(np.allclose(long[n], 2 * short[n], rtol=1e-9, atol=0) for n in short)


def loses_on_resuming(way: Way) -> bool:
    """Return whether a class goes another way after the saving that it inherits."""
    lives: list[Any] = [way.start(trial_parameters(), TRIAL) for _ in range(2)]
    for step in range(4):
        plain, resumed = (life.step(trial_gradients(step), None) for life in lives)
        if step == 1:
            lives[1].resume(inherited=True)
    return any(not np.array_equal(plain[n], resumed[n], equal_nan=True) for n in plain)


def best(ways: Iterator[Way]) -> tuple[Way | None, list[str]]:
    """Return the first way that moves every tensor, or else one that moves some; and what failed.

    A way counts only if two steps succeed and change something, on two layers.
    """
    second, failures = None, []
    for way in ways:
        try:
            wrong, all_moved = tried(way)
        except NotImplementedError:
            return None, ["it raises NotImplementedError"]
        except (Exception, SystemExit) as error:
            first = (str(error).strip().splitlines() or [""])[0][:160]
            failures.append(f"{type(error).__name__}: {first}" if first else type(error).__name__)
            continue
        if wrong:
            failures.append(wrong)
        elif all_moved:
            return way, failures
        else:
            second = second or way
    return second, failures
