"""Answer the call ``steps``: one instance, or two in turn, through a list of gradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...messages import Answer, Error, Reply, Unsupported
from ...protocol import MalformedMessage, encode
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
        walks.append(walk(life, _Steps(steps, i if several else None, arguments)))
    out: list[Any] = []
    for _ in steps:
        each = [next(w) for w in walks]
        out.append(each if several else each[0])
    return out


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
