"""Answer the call ``steps``: one instance, or two in turn, through a list of gradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...operations import OPERATIONS
from ...protocol import Answer, Error, MalformedMessage, Reply, Unsupported, encode
from .finding import Found, Optimizer
from .lives import Arrays, Unable, walk


def answer(
    found: Found, call: int, arguments: Mapping[str, Any], describe: Callable[[BaseException], str]
) -> Reply:
    """Return the answer to the call ``steps``; `describe` puts an exception into one line."""
    optimizer = found.optimizers.get(arguments["optimizer"])
    if optimizer is None:
        return Unsupported(call, f"it has no optimizer {arguments['optimizer']}")
    try:
        value = {"parameters": run(optimizer, arguments)}
        return Answer(call, encode(value, use_base64=True))
    except (Unable, NotImplementedError) as error:
        return Unsupported(call, str(error) or "it raises NotImplementedError")
    except MalformedMessage as error:
        return Error(call, f"it returns {error}", "malformed")
    except BaseException as error:
        return Error(call, describe(error))


class _Buffers:
    """Gradients in arrays of their own, or in the same arrays every step."""

    def __init__(self, reused: bool) -> None:
        self.reused = reused
        self.arrays: dict[str, Any] = {}

    def fill(self, gradients: Mapping[str, Any]) -> Arrays:
        """Return the gradients under the parameters' names."""
        out: Arrays = {}
        for key, g in gradients.items():
            name = key[1:]
            if g is None or not self.reused:
                out[name] = g
            elif name in self.arrays:
                np.copyto(self.arrays[name], g)
                out[name] = self.arrays[name]
            else:
                out[name] = self.arrays[name] = g.copy()
        return out


def run(optimizer: Optimizer, arguments: Mapping[str, Any]) -> list[Any]:
    """Return the parameters after each step; of two instances, lists of two.

    Raises
    ------
    Unable
        If this optimizer cannot be asked for that.
    """
    hyper = {**arguments["hyperparameters"]}
    steps, several = arguments["steps"], int(arguments.get("instances", 1)) > 1
    rate = hyper.get("learning_rate")
    for step in steps:
        new = step.get("learning_rate")
        if new is not None and new != rate and not optimizer.changes_rate:
            raise Unable("its learning rate cannot change from step to step")
    starts = arguments["parameters"] if several else [arguments["parameters"]]
    walks = []
    for i, parameters in enumerate(starts):
        life = optimizer.way.start({n: a.copy() for n, a in parameters.items()}, hyper)
        resumes = arguments.get("resume_after")
        walks.append(walk(life, _Steps(steps, i if several else None, arguments), resumes))
    out: list[Any] = []
    for _ in steps:
        each = [next(w) for w in walks]
        out.append(each if several else each[0])
    return out


def as_update(optimizer: Optimizer, hyper: Mapping[str, Any]) -> Callable[..., Any]:
    """Return the document's update that steps one life of an optimizer, for a training's loop.

    The state that the loop passes goes back as it came: the optimizer keeps its own.
    """
    results = OPERATIONS[f"update_parameters_with_{optimizer.kind}"].results
    begun: list[Any] = []

    def update(parameters: Arrays, grads: Arrays, *state: Any) -> Any:
        if not begun:
            start = {n: a.copy() for n, a in parameters.items()}
            begun.append(optimizer.way.start(start, {**hyper}))
            if hasattr(begun[0], "path"):
                raise NotImplementedError("it runs through all steps at once: no loop can train it")
        try:
            moved = begun[0].step({n: grads[f"d{n}"] for n in parameters}, None)
        except Unable as error:
            raise NotImplementedError(str(error)) from None
        several = (moved, *state[: len(results) - 1])
        return several if len(results) > 1 else moved

    return update


class _Steps:
    """The steps of one instance, made as they are taken."""

    def __init__(self, steps: Any, which: int | None, arguments: Mapping[str, Any]) -> None:
        self.steps, self.which = steps, which
        self.reused = bool(arguments.get("reuse_buffers"))
        self.rate = arguments["hyperparameters"].get("learning_rate")

    def __iter__(self) -> Any:
        buffers, rate = _Buffers(self.reused), self.rate
        for step in self.steps:
            grads = step["grads"] if self.which is None else step["grads"][self.which]
            new = step.get("learning_rate")
            changed = new is not None and new != rate
            rate = new if changed else rate
            yield buffers.fill(grads), (new if changed else None)
