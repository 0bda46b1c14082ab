"""The search for what explains answers: the known deviations first, then edits of the formulas.

The stages of one tensor are walked in order, and a set of deviations is given up as soon as a stage
settles a result that is not the one that came back: v, then s, then the step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from ..deviations import EVERYWHERE, SCOPES, Answer, Pipeline, Scope, Slip, Stage, State
from ..deviations.edits import edits
from ..deviations.table import merged
from ..fixtures import Case
from .judge import compare
from .predicting import UNFIT, close, predict, reproduces

Answers = Sequence[tuple[Case, Answer]]
Slips = tuple[Slip, ...]
#: Other tensors that one may be mistaken for, as the stages know them.
OTHERS = ("weights", "biases", "first", "last")


def candidates(
    pipeline: Pipeline, first: tuple[Case, Answer], size: int, dtype: str
) -> Iterator[tuple[str, ...]]:
    """Yield the sets of `size` known deviations that could explain the first answer."""

    def forms(stage: Stage, x: State) -> Iterable[Slip]:
        return [Slip(stage.name, step, name) for name, step in stage.deviations.items()]

    for slips in walk(pipeline, first, "", size, dtype, forms):
        yield tuple(slip.name for slip in slips)


def near_formulas(
    pipeline: Pipeline, first: tuple[Case, Answer], key: str, dtype: str
) -> Iterator[Slip]:
    """Yield the edits of one formula that could explain one tensor of the first answer."""

    def forms(stage: Stage, x: State) -> Iterable[Slip]:
        for text in edits(stage.step.text, (*operands(x), *stage.step.names)):
            yield Slip(stage.name, stage.step.edited(text, merged(stage.step.text, text)))

    for slips in walk(pipeline, first, key, 1, dtype, forms):
        yield slips[0]


def operands(x: State) -> tuple[str, ...]:
    """Return what a formula may be mistaken to take: what is known, and the other tensor's."""
    own = [name for name, value in x.items() if isinstance(value, (int, float, np.ndarray))]
    for other in OTHERS:
        if x.get(other):
            own += [f'{other}["{n}"]' for n, v in x[other].items() if isinstance(v, np.ndarray)]
    return tuple(own)


def walk(
    pipeline: Pipeline,
    first: tuple[Case, Answer],
    key: str,
    size: int,
    dtype: str,
    forms: Callable[[Stage, State], Iterable[Slip]],
) -> Iterator[Slips]:
    """Yield the sets of `size` forms that give what came back for the tensor `key`.

    Parameters
    ----------
    key : str
        A state of the pipeline; empty: the first.
    forms : callable
        The other forms of a stage, for what is known before it.
    """
    case, answer = first
    name = key or next(iter(pipeline.start({"t": 1, **case.arguments()})))
    start = begun(pipeline, case, name)

    def settled(stage: Stage, x: State) -> bool:
        tensor = {"theta": name, "v": f"v.d{name}", "s": f"s.d{name}"}.get(stage.output, "")
        if case.calls > 1 or tensor not in case.expected:
            return True  # a chain shows its last answer alone
        if tensor not in answer:
            return False
        value = x["theta_new" if stage.output == "theta" else f"{stage.output}_out"]
        return close(case, tensor, value, answer[tensor], dtype)

    def onwards(stages: tuple[Stage, ...], x: State, left: int) -> Iterator[Slips]:
        if not stages:
            if not left:
                yield ()
            return
        stage, rest = stages[0], stages[1:]
        others: list[Slip | None] = [None] if left <= len(rest) else []
        others += forms(stage, x) if left else []
        for slip in others:
            try:
                after = State(x, **(slip.step if slip else stage.step)(x))
                fits = settled(stage, after)
            except UNFIT:
                continue  # shapes that this form cannot take
            if fits:
                chosen = (slip,) if slip else ()
                for more in onwards(rest, after, left - len(chosen)):
                    yield (*chosen, *more)

    yield from onwards(pipeline.stages, start, size)


def begun(pipeline: Pipeline, case: Case, key: str) -> State:
    """Return what the stages of a tensor start from; the other of its layer as specified."""
    arguments = {"t": 1, **case.arguments()}
    state = State(pipeline.start(arguments)[key])
    for name, value in state.items():
        if isinstance(value, float):
            state[name] = np.float64(value)  # 1 / 0 is infinity
    for other in OTHERS:
        if state.get(other):
            state[other] = _followed(pipeline, state[other])
    return state


def _followed(pipeline: Pipeline, x: State) -> State:
    x = State(x)
    for stage in pipeline.stages:
        x.update(stage.step(x))
    return x


def explains(pipeline: Pipeline, slips: Slips, answers: Answers, dtype: str) -> bool:
    """Whether these deviations give every answer, and not the right one everywhere."""
    return all(reproduces(pipeline, slips, case, a, dtype) for case, a in answers) and any(
        compare(case.expected, predict(pipeline, slips, case), dtype) for case, _ in answers
    )


def scopes_of(pipeline: Pipeline, answers: Answers, dtype: str) -> tuple[list[Scope], str]:
    """Return the scopes that hold all that is wrong, the smallest first, and a wrong tensor.

    Parameters
    ----------
    answers : sequence of (Case, answer)
        The deviating ones.
    """
    seen: list[tuple[set[str], list[str]]] = []
    for case, answer in answers:
        keys = list(pipeline.start({"t": 1, **case.arguments()}))
        wrong = {state_of(f.tensor, keys) for f in compare(case.expected, answer, dtype)}
        seen.append((wrong, keys))
    first = next((key for key in seen[0][1] if key in seen[0][0]), "")
    if _is_one(pipeline):
        parts = [s for s in SCOPES if s.kind in ("", "W", "b") and not s.moment]
        return sorted(parts, key=lambda s: (s != EVERYWHERE, "not" in s.layer, s.kind)), first
    if len(seen[0][1]) == 1:
        return [EVERYWHERE], first

    def size(scope: Scope) -> int:
        return sum(scope.holds(key, keys) for _, keys in seen for key in keys)

    fitting = [
        scope
        for scope in SCOPES
        if scope != EVERYWHERE
        and all(scope.holds(key, keys) for wrong, keys in seen for key in wrong)
    ]
    total = size(EVERYWHERE)
    fitting = sorted((s for s in fitting if size(s) < total), key=size)
    return [EVERYWHERE, *fitting], first


def left_out(pipeline: Pipeline, scope: Scope) -> Slips:
    """Return what it is to leave tensors out: parameters and state come back as they were."""
    says = f"nothing is updated in {scope}"
    old = {"theta": "theta_new = theta", "v": "v_out = v", "s": "s_out = s"}
    outputs = [stage for stage in pipeline.stages if stage.output in old]
    return tuple(
        Slip(stage.name, stage.step.edited(text, text), "", scope, says if not k else " ")
        for k, stage in enumerate(outputs)
        if (text := old[stage.output]).partition(" = ")[0] in stage.step.names
    )


def state_of(tensor: str, keys: Sequence[str]) -> str:
    """Return which state a tensor of an answer belongs to."""
    if tensor in keys:
        return tensor
    if tensor.rpartition(".")[2] in keys:
        return tensor.rpartition(".")[2]
    tail = tensor.rpartition(".d")[2]
    return tail if tail in keys else tail.lstrip("Wb") if tail.lstrip("Wb") in keys else ""


def in_scopes(
    pipeline: Pipeline,
    found: Iterable[Slips],
    scopes: Sequence[Scope],
    answers: Answers,
    dtype: str,
) -> Iterator[Slips]:
    """Yield the slips with the scope in which they explain all answers."""
    for slips in found:
        seen = set()
        for scope in scopes:
            scoped = tuple(s for slip in slips if (s := within(pipeline, slip, scope)))
            what = tuple((s.step.text, s.scope if not _is_one(pipeline) else "") for s in scoped)
            if len(scoped) < len(slips) or what in seen:
                continue
            seen.add(what)
            if explains(pipeline, scoped, answers, dtype):
                yield scoped
                break


def within(pipeline: Pipeline, slip: Slip, scope: Scope) -> Slip | None:
    """Return a slip in one place only: of what has one state in all, some of its lines."""
    if scope == EVERYWHERE or not _is_one(pipeline):
        return replace(slip, scope=scope)
    every = slip.step.text.split("; ")
    lines = [line for line in every if (key := _layer_of(line)) and scope.holds(key, "123")]
    if not lines or len(lines) == len(every):
        return None
    text = "; ".join(lines)
    specified = next(s.step.text for s in pipeline.stages if s.name == slip.stage)
    return replace(slip, step=slip.step.edited(text, merged(specified, text)), scope=scope)


def _is_one(pipeline: Pipeline) -> bool:
    return pipeline.operation in ("forward_propagation", "backward_propagation")


def _layer_of(line: str) -> str:
    """Return what tensor a line of the network is about: ``dW2 = ...`` about W2."""
    found = re.match(r"d?([Wb]?)[a-z]*(\d) = ", line)
    return f"{found[1]}{found[2]}" if found else ""
