"""A training that optproof leads, for an implementation that has the steps but not the loop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .. import methods
from ..conversation.clock import MOST_LIMITS
from ..conversation.session import Session
from ..errors import Malformed, TimedOut
from ..judging.judge import flatten
from ..operations import OPERATIONS, TRAINING_COMMON, TRAINING_OWN
from ..protocol import Answer, decode, encode


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
    operations = replace(methods.Operations(), **{n: proxy(n) for n in own if n in has})
    hyper = {k: v for k, v in arguments.items() if k != "layers_dims"}
    try:
        if "initialize_parameters" in has:
            parameters = call("initialize_parameters", arguments["layers_dims"])
        else:
            parameters = methods.initialize_parameters(arguments["layers_dims"])
        parameters = {name: a.astype(dtype) for name, a in parameters.items()}
        for epoch in methods.train(
            parameters=parameters, operations=operations, cost_every=1000, **hyper
        ):
            parameters = epoch.parameters
            if epoch.number % 1000 == 0:
                on_output(f"Cost after epoch {epoch.number}: {float(epoch.cost):f}")
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise Malformed(f"what it returned does not fit the next call: {error}") from None
    return Answer(0, {"parameters": encode(parameters)})
