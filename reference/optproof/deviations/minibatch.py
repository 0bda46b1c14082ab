"""Mini-batches, stage by stage: seed, permutation, slices, batches."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from ..operations import UNSEEDED
from .pipeline import Answer, Pipeline, Stage, State


def _orders(x: State, draws: int = 1) -> list[Any]:
    generator = np.random.RandomState(x.seed)
    return [generator.permutation(x.m) for _ in range(draws)]


def _apart(x: State) -> dict[str, Any]:
    order_X, order_Y = _orders(x, 2)
    return {"order_X": order_X, "order_Y": order_Y}


def _together(order: Any) -> dict[str, Any]:
    return {"order_X": order, "order_Y": order}


def _python_order(x: State) -> Any:
    order = list(range(x.m))
    random.Random(x.seed).shuffle(order)
    return np.array(order)


def _full(x: State) -> list[range]:
    return [range(k, k + x.size) for k in range(0, x.m - x.size + 1, x.size)]


def _tail(x: State) -> range:
    return range(x.m - x.m % x.size, x.m)


def _with_tail(x: State) -> list[range]:
    return _full(x) + ([_tail(x)] if x.m % x.size else [])


def _last_full_size(x: State) -> list[range]:
    return _full(x) + ([range(max(0, x.m - x.size), x.m)] if x.m % x.size else [])


def _tail_merged(x: State) -> list[range]:
    slices = _full(x)
    if slices and x.m % x.size:
        return [*slices[:-1], range(slices[-1].start, x.m)]
    return _with_tail(x)


def _batches(x: State) -> list[tuple[Any, Any]]:
    return [(x.X[:, x.order_X[cols]], x.Y[:, x.order_Y[cols]]) for cols in map(list, x.slices)]


def _wrong_axis(x: State) -> list[tuple[Any, Any]]:
    rows = np.random.RandomState(x.seed).permutation(len(x.X))
    X, Y = (x.X[rows], x.Y)
    return [(X[k : k + x.size], Y[:, k : k + x.size]) for k in range(0, max(1, len(X)), x.size)]


def _start(arguments: dict[str, Any]) -> dict[str, State]:
    X, Y = arguments["X"], arguments["Y"]
    state = State(
        X=X,
        Y=Y,
        m=X.shape[1],
        size=arguments["mini_batch_size"],
        seed=arguments["seed"],
        given=arguments.get("permutation"),
    )
    return {"": state}


def _collect(states: dict[str, State]) -> Answer:
    answer = {}
    for k, (X_t, Y_t) in enumerate(states[""].batches):
        answer[f"mini_batches[{k}].X"] = X_t
        answer[f"mini_batches[{k}].Y"] = Y_t
    return answer


def _standard_order(x: State) -> dict[str, Any]:
    return _together(np.asarray(x.given) if x.given is not None else _orders(x)[0])


MINIBATCH = Pipeline(
    "random_mini_batches",
    (
        Stage(
            "seed",
            "MB-1",
            lambda x: {},
            {
                "minibatch.seed-ignored": lambda x: {"seed": UNSEEDED},
                "minibatch.seed-hard-coded": lambda x: {"seed": 0},
                "minibatch.seed-plus-one": lambda x: {"seed": x.seed + 1},
            },
        ),
        Stage(
            "permutation",
            "MB-2",
            _standard_order,
            {
                "minibatch.not-shuffled": lambda x: _together(np.arange(x.m)),
                "minibatch.shuffled-apart": _apart,
                "minibatch.labels-not-shuffled": lambda x: {
                    **_standard_order(x),
                    "order_Y": np.arange(x.m),
                },
                "minibatch.inverse-permutation": lambda x: _together(
                    np.argsort(_standard_order(x)["order_X"])
                ),
                "minibatch.new-generator": lambda x: _together(
                    np.random.default_rng(x.seed).permutation(x.m)
                ),
                "minibatch.python-generator": lambda x: _together(_python_order(x)),
            },
        ),
        Stage(
            "slices",
            "MB-3, MB-4",
            lambda x: {"slices": _with_tail(x)},
            {
                "minibatch.tail-dropped": lambda x: {"slices": _full(x)},
                "minibatch.small-set-lost": lambda x: {
                    "slices": _with_tail(x) if x.m >= x.size else []
                },
                "minibatch.tail-repeated": lambda x: {
                    "slices": _with_tail(x) + ([_tail(x)] if x.m % x.size else [])
                },
                "minibatch.empty-batch": lambda x: {"slices": [*_full(x), _tail(x)]},
                "minibatch.tail-of-full-size": lambda x: {"slices": _last_full_size(x)},
                "minibatch.tail-merged": lambda x: {"slices": _tail_merged(x)},
                "minibatch.tail-one-short": lambda x: {
                    "slices": _full(x) + ([_tail(x)[:-1]] if x.m % x.size else [])
                },
                "minibatch.first-batch-repeated": lambda x: {
                    "slices": [range(x.size) for _ in _full(x)]
                    + ([_tail(x)] if x.m % x.size else [])
                },
                "minibatch.one-column": lambda x: {
                    "slices": [range(k, k + 1) for k in range(len(_with_tail(x)))]
                },
                "minibatch.size-hard-coded": lambda x: {"slices": _with_tail(State(x, size=64))},
            },
        ),
        Stage(
            "batches",
            "MB-3, CONV-3",
            lambda x: {"batches": _batches(x)},
            {
                "minibatch.wrong-axis": lambda x: {"batches": _wrong_axis(x)},
                "minibatch.labels-flat": lambda x: {
                    "batches": [(X, Y.reshape(-1)) for X, Y in _batches(x)]
                },
            },
            output="batches",
        ),
    ),
    _start,
    _collect,
)
