"""How a case is put to an implementation: call by call, or as much at once as it offers."""

from __future__ import annotations

from typing import Any

from ..conversation.session import Session
from ..errors import CallError, NotMade
from ..fixtures import Case
from ..formats import held_in
from ..operations import SHORTER, next_arguments
from ..protocol import Answer, Array, Chain, Parts, decode, encode, flatten, names

CHAIN, RECIPE, PARTS = SHORTER
#: So many links of a chain get the time of one call.
PATIENCE = 10
#: Of a tensor with more elements only the judged block is asked for.
LARGE = 10_000


class InPart(dict[str, Array]):
    """The tensors of an answer; the large ones hold what is judged of them, and 0 elsewhere."""


def ask(session: Session, case: Case, whole: bool = False) -> tuple[Answer, dict[str, Array]]:
    """Call, as often as the case asks; return the last answer and its tensors.

    Unless `whole`, these may be :class:`InPart`: enough to judge, too little to explain.

    Raises
    ------
    CallError
        As any call.
    """
    greeting, how = session.greeting, dict[str, Any]()
    if not whole and PARTS in greeting.accepts and "own_order" not in greeting.accepts:
        how["parts"] = judged_parts(case)
    if case.calls > 1 and CHAIN in greeting.accepts:
        changes = (case.change(n) for n in range(1, len(case.raw.get("then", ())) + 1))
        then = (encode(held_in(change, greeting.dtype)) for change in changes)
        how["chain"] = Chain(case.calls, tuple(then))
        how["timeout"] = session.timeout * max(1.0, case.calls / PATIENCE)
    if RECIPE in greeting.accepts and "recipe" in case.inputs and greeting.dtype == "float64":
        answer = _by_recipe(session, case, how)
    else:
        answer = None
    if answer is None:
        answer = _by_arguments(session, case, how)
    tensors = flatten(case.operation, answer.value)
    return answer, InPart(tensors) if how.get("parts") else tensors


def complete(session: Session, answers: list[tuple[Case, dict[str, Array]]]) -> None:
    """Ask again for what came in part, in place; what is not answered is left out."""
    for place, (case, tensors) in reversed(list(enumerate(answers))):
        if isinstance(tensors, InPart):
            try:
                answers[place] = case, ask(session, case, whole=True)[1]
            except CallError:
                del answers[place]


def _by_recipe(session: Session, case: Case, how: dict[str, Any]) -> Answer | None:
    """Have the arguments made on the other side; None where it makes others."""
    recipe = case.inputs["recipe"]
    arguments = {**decode({k: v for k, v in case.inputs.items() if k != "recipe"}), **case.defaults}
    arguments = {k: v for k, v in arguments.items() if k not in case.defaults}
    try:
        answer = session.call(case.operation, case.id, {**arguments, "recipe": recipe}, **how)
    except NotMade:
        return None
    return answer if answer.made == {d["name"]: d["sha256"] for d in recipe["draws"]} else None


def _by_arguments(session: Session, case: Case, how: dict[str, Any]) -> Answer:
    dtype = session.greeting.dtype
    arguments = held_in(case.arguments(), dtype)
    arguments = {k: v for k, v in arguments.items() if k not in case.defaults}
    for call in range(1, 1 if "chain" in how else case.calls):
        answer = session.call(case.operation, case.id, arguments)
        flatten(case.operation, answer.value)
        change = held_in(case.change(call), dtype)
        arguments = next_arguments(arguments, decode(answer.value), change)
    return session.call(case.operation, case.id, arguments, **how)


def judged_parts(case: Case) -> Parts:
    """Return the block that is judged of each large tensor, by its place in the value."""
    if "recipe" not in case.inputs:  # all others are small
        return {}
    parts = {}
    for name, want in case.expected.items():
        number = names.number_of(name)
        size = 1
        for n in want.shape:
            size *= n
        if number is not None and size > LARGE:
            block = want.values.shape if want.values is not None else (0,) * len(want.shape)
            place = f"mini_batches[{number}][{'XY'.index(names.key_of(name))}]"
            parts[place] = (want.start, block)
    return parts
