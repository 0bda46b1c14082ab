"""Where to look when nothing known fits: what the answers themselves show.

A sentence for each thing that the evidence decides, from the smallest deviating case. Where it does
not decide, it says what is right and what is wrong, and nothing more.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..deviations import Answer, Pipeline, State
from ..fixtures import Case
from ..operations import CACHES
from ..protocol import Array, names
from .judge import compare
from .predicting import UNFIT, close
from .search import begun, state_of

#: So many numbers are no chance, and so many orders of caches are told apart.
SEVERAL, MOST_ORDERS = 4, 1000


@dataclass(frozen=True)
class Place:
    """Where the evidence points; the stage is empty where it does not decide."""

    sentences: tuple[str, ...] = ()
    stage: str = ""
    clause: str = ""


def place(pipeline: Pipeline, deviating: Sequence[tuple[Case, Answer]], dtype: str) -> Place:
    """Return what the deviating answers show of the place of a mistake."""
    case, answer = clearest(deviating, dtype)
    wrong = [finding.tensor for finding in compare(case.expected, answer, dtype)]
    where = f" (case {case.id})"
    if named := _names_and_shapes(case, answer):
        said, tensor = named
        return _at(pipeline, _stage_of_shape(pipeline, tensor), said + where)
    if case.calls > 1:
        return Place(
            (
                f"only a chain of {case.calls} calls is wrong{where}: something is kept or "
                "lost between calls",
            )
        )
    special = {
        "random_mini_batches": _of_batches,
        "forward_propagation": _of_links,
        "backward_propagation": _of_gradients,
        "compute_cost": _of_cost,
        "initialize_parameters": _of_draws,
    }.get(pipeline.operation)
    if special:
        stage, said = special(pipeline, case, answer, wrong, dtype)
    elif any(s.output == "theta" for s in pipeline.stages):
        stage, said = _of_update(pipeline, case, answer, wrong, dtype)
    else:
        stage, said = pipeline.stages[-1].name, f"wrong: {_list(wrong)}"
    return _at(pipeline, stage, said + where)


def clearest(deviating: Sequence[tuple[Case, Answer]], dtype: str) -> tuple[Case, Answer]:
    """Return the smallest answer of one call in which something of several numbers is wrong.

    One number is any multiple of any other, and a batch of one example is in any order.
    """

    def size(pair: tuple[Case, Answer]) -> int:
        wrong = (f.tensor for f in compare(pair[0].expected, pair[1], dtype))
        return max((pair[1][name].size for name in wrong if name in pair[1]), default=0)

    single = [pair for pair in deviating if pair[0].calls == 1] or list(deviating)
    if single[0][0].operation == "random_mini_batches":
        several = [pair for pair in single if _is_plain(pair[0])]
    else:
        several = [pair for pair in single if size(pair) >= SEVERAL]
    return (several or single)[0]


def _is_plain(case: Case) -> bool:
    """Whether mini-batches are several, and of several examples each."""
    given = case.arguments()
    m, size = given["X"].shape[1], given["mini_batch_size"]
    return m > size > 1 and m >= 2 * SEVERAL and len(given["X"]) > 1


def order_of_caches(pipeline: Pipeline, answers: Sequence[tuple[Case, Answer]], dtype: str) -> str:
    """Say in which other order the caches come; empty where that is not what is wrong."""
    if pipeline.operation != "forward_propagation":
        return ""
    orders: set[tuple[str, ...]] | None = None
    for case, answer in answers:
        due = {n: case.expected[names.cache(n)] for n in CACHES}
        fitting = []
        for name in CACHES:
            got = answer.get(names.cache(name))
            if got is None:
                return ""
            own = [n for n in CACHES if not compare({"": due[n]}, {"": got}, dtype)]
            fitting.append(own)
        if any(not own for own in fitting) or compare(
            {"a3": case.expected["a3"]}, {"a3": answer["a3"]}, dtype
        ):
            return ""
        these = {tuple(own) for own in itertools.product(*fitting)} if _few(fitting) else None
        if these is not None:
            orders = these if orders is None else orders & these
    found = sorted(orders or ())
    return f"the caches come as ({', '.join(found[0])})" if len(found) == 1 else ""


def _few(fitting: Sequence[Sequence[str]]) -> bool:
    return bool(np.prod([len(own) for own in fitting]) <= MOST_ORDERS)


def _at(pipeline: Pipeline, stage: str, said: str) -> Place:
    clause = next((s.clause for s in pipeline.stages if s.name == stage), "")
    return Place((said,), stage if clause else "", clause)


def _list(names: Sequence[str], most: int = 4) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _names_and_shapes(case: Case, answer: Answer) -> tuple[str, str] | None:
    """Say which tensors are missing or of another shape, and name the first."""
    missing = [name for name in case.expected if name not in answer]
    extra = [name for name in answer if name not in case.expected]
    if (missing or extra) and not any("mini_batches" in n for n in (*missing, *extra)):
        said = [f"{_list(missing)} missing"] if missing else []
        said += [f"{_list(extra)} too many"] if extra else []
        return ", ".join(said), (missing or extra)[0]
    for name, want in case.expected.items():
        if name in answer and answer[name].shape != want.shape and "mini_batches" not in name:
            shape = answer[name].shape
            return f"the shape of {name} is {shape}, not {want.shape}", name
    return None


def _stage_of_shape(pipeline: Pipeline, tensor: str) -> str:
    """Return the stage that settles a tensor's shape."""
    result = names.result_of(tensor)
    by_output = {"parameters": "theta", "v": "v", "s": "s"}
    for stage in pipeline.stages:
        if pipeline.operation == "initialize_parameters":
            return "biases" if tensor.startswith("b") else "draws"
        if stage.output and stage.output == by_output.get(result):
            return stage.name
    return pipeline.stages[-1].name


def _of_update(
    pipeline: Pipeline, case: Case, answer: Answer, wrong: list[str], dtype: str
) -> tuple[str, str]:
    """V right, s right, then the step, worked out backwards from the parameters."""
    arguments = case.arguments()
    key = state_of(wrong[0], list(pipeline.start({"t": 1, **arguments})))
    x = _as_specified(pipeline, case, key)
    stages = {stage.output: stage.name for stage in pipeline.stages if stage.output}
    before = {"v": "first moment", "s": "second moment"}
    if "velocity" in [stage.name for stage in pipeline.stages]:
        before["v"] = "velocity"
    theta, got = x["theta"], answer.get(key)
    unchanged = [
        k
        for k in arguments["parameters"]
        if k in answer and np.array_equal(answer[k], arguments["parameters"][k])
    ]
    if unchanged and set(unchanged) >= {k for k in wrong if "." not in k} and key in unchanged:
        kept = [m for m in "vs" if f"{m}.d{key}" in answer]
        same = [np.array_equal(answer[f"{m}.d{key}"], arguments[m][f"d{key}"]) for m in kept]
        if kept and all(same):
            return "step", f"{_list(unchanged)} come back as they were, moments included"
        if any(f"{m}.d{key}" in wrong for m in kept):
            first = next(m for m in kept if f"{m}.d{key}" in wrong)
            return before[first], (
                f"{first} is wrong first, in d{key}, and {_list(unchanged)} come back as they were"
            )
        return "", f"{_list(unchanged)} come back as they were: no step is taken, or one of 0"
    moments = [m for m in "vs" if f"{m}.d{key}" in wrong]
    for moment in moments:
        if np.array_equal(answer[f"{moment}.d{key}"], arguments[moment][f"d{key}"]):
            return before[moment], f"{moment} comes back as it was, in d{key}"
        if np.array_equal(answer[f"{moment}.d{key}"], arguments["grads"][f"d{key}"]):
            return f"returned {moment}", f"the gradients come back as {moment}, in d{key}"
    for moment in moments:
        return before[moment], f"{moment} is wrong first, in d{key}: look at its formula"
    right = [m for m in "vs" if f"{m}.d{key}" in case.expected]
    fine = (
        f"{' and '.join(right)} {'are' if len(right) > 1 else 'is'} right, {key} is not: "
        if right
        else f"{key} is wrong: "
    )
    if got is None or got.shape != theta.shape:
        return stages.get("theta", ""), f"{fine}its shape is {None if got is None else got.shape}"
    taken, due = theta - got, theta - x["theta_new"]
    ratio = taken / np.where(due == 0, np.nan, due)
    ratio = ratio[np.isfinite(ratio)]
    if ratio.size >= SEVERAL and np.ptp(ratio) <= 1e-6 * np.max(np.abs(ratio)):
        factor = float(ratio.flat[0])
        if "quotient" in [stage.name for stage in pipeline.stages] and factor > 0:
            return "", (
                f"{fine}its step is {factor:.6g} times the specified one in every element: look at "
                "what is one number for all, the learning rate and the corrections"
            )
        return "step", f"{fine}its step is {factor:.6g} times the specified one in every element"
    only = "step" if right and "quotient" not in [s.name for s in pipeline.stages] else ""
    return only, f"{fine}look at the lines between them and the new {key}"


def _as_specified(pipeline: Pipeline, case: Case, key: str) -> State:
    x = begun(pipeline, case, key)
    for stage in pipeline.stages:
        x.update(stage.step(x))
    return x


def _of_links(
    pipeline: Pipeline, case: Case, answer: Answer, wrong: list[str], dtype: str
) -> tuple[str, str]:
    """Take each link of the forward pass from what came back for the one before it."""
    if "a3" not in wrong:
        return "caches", f"a3 is right, the caches are not: {_list(wrong)}"
    x = State(next(iter(pipeline.start(case.arguments()).values())))
    theirs = {name: answer[names.cache(name)] for name in ("z1", "a1", "z2", "a2", "z3", "a3")}
    for stage in pipeline.stages:
        for statement in stage.step.text.split("; "):
            name = statement.partition(" = ")[0]
            if name not in theirs:
                continue
            try:
                due = stage.step.edited(statement, statement)(x)[name]
            except UNFIT:
                due = np.array(np.nan)
            x[name] = theirs[name]
            if not close(case, names.cache(name), due, theirs[name], dtype):
                return stage.name, f"{name} is the first that is wrong: {statement} is specified"
    return "sigmoid", "the caches are right, a3 is not the a3 that they hold"


def _of_gradients(
    pipeline: Pipeline, case: Case, answer: Answer, wrong: list[str], dtype: str
) -> tuple[str, str]:
    """Say which layer's gradients are the first that are wrong, from the last layer back."""
    for layer in (3, 2, 1):
        bad = [name for name in (f"dW{layer}", f"db{layer}") if name in wrong]
        if not bad:
            continue
        if len(bad) == 1:
            lines = pipeline.stages[-1].step.text.split("; ")
            line = next(s for s in lines if s.startswith(bad[0]))
            return "gradients", f"of layer {layer} only {bad[0]} is wrong: {line} is specified"
        if layer == 3:
            return "output error", "dW3 and db3 are wrong: look at dz3 = (a3 - Y) / m"
        return "chain", (
            f"layer {layer + 1} is right, dW{layer} and db{layer} are wrong: look at "
            f"dz{layer} = (W{layer + 1}.T @ dz{layer + 1}) * (a{layer} > 0)"
        )
    return "gradients", f"wrong: {_list(wrong)}"


def _of_cost(
    pipeline: Pipeline, case: Case, answer: Answer, wrong: list[str], dtype: str
) -> tuple[str, str]:
    """Say how the cost compares with the specified one."""
    want, got = case.expected["cost"], answer["cost"]
    if want.values is None or got.shape != want.shape:
        return "sum", f"the shape of the cost is {got.shape}, not {want.shape}"
    due = float(want.values)
    return "loss", f"the cost is {float(got):.9g}, not {due:.9g}"


def _of_draws(
    pipeline: Pipeline, case: Case, answer: Answer, wrong: list[str], dtype: str
) -> tuple[str, str]:
    """Say whether weights are scaled or drawn otherwise, or biases are wrong."""
    name = wrong[0]
    if not any(n.startswith("W") for n in wrong):
        return "biases", f"the weights are right, {_list(wrong)} wrong"
    name = max((n for n in wrong if n.startswith("W")), key=lambda n: answer[n].size)
    x = _as_specified(pipeline, case, name[1:])
    ratio = answer[name] / x["drawn"]
    if ratio.size >= SEVERAL and np.ptp(ratio) <= 1e-9 * np.max(np.abs(ratio)):
        said = f"{name} is the right draw times {float(ratio.flat[0]):.9g}"
        return "scale", f"{said}, not times {(2 / x['n_before']) ** 0.5:.9g}"
    return "draws", f"{name} is wrong, and no multiple of what is to be drawn"


def _of_batches(
    pipeline: Pipeline, case: Case, answer: Answer, wrong: list[str], dtype: str
) -> tuple[str, str]:
    """Say which batch is the first that is wrong: its size, contents, order or pairing."""
    states = {key: _as_specified(pipeline, case, key) for key in ("X", "Y")}
    due = {key: x["batches"] for key, x in states.items()}
    X, Y, full = states["X"]["array"], states["Y"]["array"], len(states["X"]["full"])
    count = max(names.number_of(n) or 0 for n in answer) + 1 if answer else 0
    columns: list[int] = []
    for k in range(max(count, len(due["X"]))):
        name = f"batch {k + 1} of {len(due['X'])}"
        stage = "slices" if k < full else "last batch"
        if k >= count:
            return stage, f"{name} is missing: there are {count}"
        if k >= len(due["X"]):
            return "last batch", f"there are {count} batches, not {len(due['X'])}"
        got_X, got_Y = (answer[names.batch(k, part)] for part in "XY")
        for part, got in (("X", got_X), ("Y", got_Y)):
            shape = due[part][k].shape
            if got.shape != shape:
                said = f"{name} is the first that is wrong: the shape of its {part} is {got.shape}"
                is_size = got.ndim == 2 and got.shape[0] == shape[0]
                return stage if is_size else "batches", f"{said}, not {shape}"
        if np.array_equal(got_X, due["X"][k]) and np.array_equal(got_Y, due["Y"][k]):
            continue
        own = [_column(X, got_X[:, j]) for j in range(got_X.shape[1])]
        columns = [c for c in own if c is not None]
        if len(columns) < len(own):
            return "batches", f"{name} is the first that is wrong: it holds no columns of X"
        if np.array_equal(got_X, due["X"][k]):
            said = f"{name} is the first that is wrong: its X is right, its Y is not"
            return "batches" if k else "permutation", said
        if not np.array_equal(Y[:, columns], got_Y):
            said = f"{name} is the first that is wrong: its Y is not that of its X"
            return "batches" if k else "permutation", said
        if k == 0 and not _in_row(states["X"]["order"], columns):
            said = f"{name} holds other columns, paired: look at the seed and the permutation"
            return "permutation", said
        return stage, f"{name} is the first that is wrong: its size is right, its columns not"
    return "batches", f"wrong: {_list(wrong)}"


def _in_row(order: Array, columns: Sequence[int]) -> bool:
    """Whether columns stand one after the other in the order that is specified."""
    places = [int(np.flatnonzero(order == c)[0]) for c in columns]
    return bool((np.diff(places) == 1).all()) and len(places) > 2


def _column(X: Array, column: Array) -> int | None:
    """Return which column of X this is."""
    if len(X) != len(column):
        return None
    found = np.flatnonzero((column[:, None] == X).all(axis=0))
    return int(found[0]) if found.size else None
