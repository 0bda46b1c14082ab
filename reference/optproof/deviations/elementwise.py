"""Update rules: the same stages for every tensor, or for many laid end to end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .pipeline import Answer
from .state import State

#: State that a variant keeps beside the document's: the largest second moment so far.
BESIDE = "m"
#: Names of the arguments in the operations, and in the stages.
SCALARS = {
    "learning_rate": "alpha",
    "beta": "beta",
    "beta1": "beta1",
    "beta2": "beta2",
    "epsilon": "epsilon",
    "t": "t",
}


def start_elementwise(arguments: dict[str, Any]) -> dict[str, State]:
    """Return what each tensor's stages start from, keyed ``W1, b1, ...``.

    ``t`` is the number of the call where the operation itself has none.
    ``weights`` is None for weights; for biases the state of their weights, which runs before.
    ``biases`` is the way back. ``first`` and ``last`` are those of its kind of these layers.
    """
    scalars = {"t": 1, **{SCALARS[k]: v for k, v in arguments.items() if k in SCALARS}}
    states: dict[str, State] = {}
    for position, (k, theta) in enumerate(arguments["parameters"].items()):
        state = State(scalars, theta=theta, position=position)
        state["weights"] = states.get(f"W{k[1:]}") if k.startswith("b") else None
        if state["weights"]:
            state["weights"]["biases"] = state
        for name, source in (("g", "grads"), ("v", "v"), ("s", "s"), (BESIDE, BESIDE)):
            if source in arguments:
                state[name] = arguments[source]["d" + k]
        state.setdefault(BESIDE, 0.0)
        states[k] = state
    for k, state in states.items():
        same = [x for other, x in states.items() if other[0] == k[0]]
        state["first"], state["last"] = same[0], same[-1]
    return states


def collect_elementwise(*outputs: str) -> Callable[[dict[str, State]], Answer]:
    """Return a ``collect`` for these outputs: theta, and v, s and what is beside where kept."""

    def collect(states: dict[str, State]) -> Answer:
        answer = {k: x["theta_new"] for k, x in states.items()}
        for name in outputs[1:]:
            kept = {f"{name}.d{k}": x[f"{name}_out"] for k, x in states.items() if _keeps(x, name)}
            answer.update(kept)
        return answer

    def _keeps(x: State, name: str) -> bool:
        return name != BESIDE or f"{BESIDE}_out" in x

    return collect
