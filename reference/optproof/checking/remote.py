"""A training that optproof leads, for an implementation that has the steps but not the loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from .. import methods
from ..conversation.clock import MOST_LIMITS
from ..conversation.session import Session
from ..errors import Malformed, TimedOut
from ..judging.judge import flatten
from ..methods import Epoch, Moments, Operations
from ..operations import EPOCH, OPERATIONS, TRAINING_COMMON, TRAINING_OWN
from ..protocol import Answer, decode, encode, shown

#: What it must have to be asked for an epoch at once, beside the update.
IN_AN_EPOCH = {"forward_propagation", "compute_cost", "backward_propagation"}


def train(
    session: Session,
    case_id: str,
    arguments: dict[str, Any],
    timeout: float,
    on_output: Callable[[str], None],
) -> Answer:
    """Train with the operations that the implementation has, the reference's for the rest.

    Parameters
    ----------
    session : Session
    case_id : str
    arguments : dict
        Of :func:`optproof.methods.train`, with ``layers_dims`` in place of the parameters.
    timeout : float
        Seconds for the whole training.
    on_output : callable
        Given the lines that the document prints.

    Returns
    -------
    Answer
        As the answer to ``model``.

    Raises
    ------
    CallError
        As any call, and if what one operation returns does not fit the next.
    """
    has, dtype = session.greeting["operations"], session.greeting["dtype"]
    deadline = time.monotonic() + MOST_LIMITS * timeout  # each call has its own limit

    def call(operation: str, *values: Any) -> Any:
        if time.monotonic() > deadline:
            raise TimedOut(f"training took longer than {timeout:g} s")
        named = dict(zip(OPERATIONS[operation].arguments, values))
        value = session.call(operation, case_id, named)["value"]
        flatten(operation, value)
        results = tuple(decode(value)[name] for name in OPERATIONS[operation].results)
        return results if len(results) > 1 else results[0]

    def proxy(operation: str) -> Callable[..., Any]:
        return lambda *values: call(operation, *values)

    own = (*TRAINING_COMMON, *TRAINING_OWN[arguments["optimizer"]])
    operations = replace(Operations(), **{n: proxy(n) for n in own if n in has})
    at_once = EPOCH in session.greeting["accepts"] and {*IN_AN_EPOCH, own[-1]} <= {*has}
    hyper = {k: v for k, v in arguments.items() if k != "layers_dims"}
    try:
        if "initialize_parameters" in has:
            parameters = call("initialize_parameters", arguments["layers_dims"])
        else:
            parameters = methods.initialize_parameters(arguments["layers_dims"])
        parameters = {name: a.astype(dtype) for name, a in parameters.items()}
        how = {"parameters": parameters, "operations": operations, **hyper}
        for epoch in (
            _by_epochs(session, case_id, **how)
            if at_once
            else methods.train(**how, cost_every=1000)
        ):
            if time.monotonic() > deadline:
                raise TimedOut(f"training took longer than {timeout:g} s")
            parameters = epoch.parameters
            if epoch.number % 1000 == 0:
                on_output(f"Cost after epoch {epoch.number}: {float(epoch.cost):f}")
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise Malformed(f"what it returned does not fit the next call: {error}") from None
    return Answer(0, {"parameters": encode(parameters)})


def _by_epochs(
    session: Session,
    case_id: str,
    X: Any,
    Y: Any,
    parameters: dict[str, Any],
    optimizer: str,
    operations: Operations,
    mini_batch_size: int,
    num_epochs: int,
    seed: int = 10,
    **hyper: Any,
) -> Iterator[Epoch]:
    """Train as :func:`optproof.methods.train`, a call an epoch.

    Raises
    ------
    CallError
        As any call, and if the answer is none to an epoch.
    """
    update, state = TRAINING_OWN[optimizer][-1], dict[str, Any]()
    if optimizer == "momentum":
        state = {"v": operations.initialize_velocity(parameters)}
    elif optimizer == "adam":
        state = dict(zip("vs", operations.initialize_adam(parameters)), t=0)
    rates = {k: v for k, v in hyper.items() if k in OPERATIONS[update].arguments}
    for number in range(num_epochs):
        batches = operations.random_mini_batches(X, Y, mini_batch_size, seed + number + 1)
        given = {"optimizer": optimizer, "parameters": parameters, **state, **rates}
        answer = session.call(EPOCH, case_id, {**given, "mini_batches": batches}).value
        flatten(update, answer)
        value = decode(answer)
        costs = value.get("costs")
        if not isinstance(costs, list) or len(costs) != len(batches):
            raise Malformed(f"costs is {shown(costs)}, not one for each of {len(batches)} batches")
        parameters = value["parameters"]
        state = {name: value[name] for name in state if name != "t"} | (
            {"t": state["t"] + len(batches)} if "t" in state else {}
        )
        yield Epoch(number, sum(map(float, costs)) / X.shape[-1], parameters, Moments())
