"""Whether an implementation is wired up: names, shapes and dtypes, apart from the values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from .. import fixtures, methods
from ..conversation import Launch
from ..conversation.session import Session
from ..errors import CallError, Unsupported
from ..fixtures import Expected
from ..judging.judge import compare, flatten
from ..judging.trajectories import flatten_steps
from ..operations import OPERATIONS, OPTIMIZERS, STEPS
from ..protocol import encode


class Wire(NamedTuple):
    """Whether one thing works, and what is wrong if not."""

    name: str
    works: bool
    message: str = ""


def smoke(launch: Launch, timeout: float = 10.0) -> Iterator[Wire]:
    """Greet the implementation, call every operation that it names once, and part.

    Yields
    ------
    Wire
        One for each operation and for what else the protocol asks. Values are not judged, so
        that a wrong implementation may be wired up well.

    Raises
    ------
    TargetError
        If it cannot be started, or its first message is not a hello.
    """
    session = Session(launch, timeout)
    try:
        greeting = session.greet()
        yield Wire("hello", True, f"{greeting['language']}, {greeting['dtype']}")
        calls = examples(greeting["dtype"])
        if not calls.keys() & greeting["operations"] and not greeting["optimizers"]:
            yield Wire("operations", False, "it has none; SPEC.md, section 1, names them")
        for operation in greeting["operations"]:
            if operation in calls:
                yield _call(session, operation, calls[operation])
            elif operation != "train":
                yield Wire(operation, False, "no such operation; SPEC.md, section 1, names them")
        for optimizer in greeting["optimizers"]:
            yield _steps(session, optimizer)
        yield _unknown(session)
    finally:
        session.end()
    yield Wire("bye", not session.unasked, "it sent more than it was asked" * session.unasked)


def examples(dtype: str) -> dict[str, dict[str, Any]]:
    """Return small arguments for every operation."""
    X = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]]).astype(dtype)
    Y = np.array([[1, 0, 1]])
    parameters = {
        k: a.astype(dtype) for k, a in methods.initialize_parameters([2, 5, 2, 1]).items()
    }
    a3, caches = methods.forward_propagation(X, parameters)
    grads = {f"d{name}": a + 1 for name, a in parameters.items()}
    v, s = methods.initialize_adam(parameters)
    step = {"parameters": parameters, "grads": grads, "v": v, "learning_rate": 0.5}
    adam = {"s": s, "t": 1, "beta1": 0.5, "beta2": 0.75, "epsilon": 0.125}
    given = {**step, **adam, "beta": 0.5, "X": X, "Y": Y, "y": Y, "a3": a3, "caches": caches}
    given |= {"layers_dims": [2, 5, 2, 1], "optimizer": "gd", "mini_batch_size": 2, "seed": 1}
    calls = {name: {a: given[a] for a in op.arguments} for name, op in OPERATIONS.items()}
    calls["model"]["keywords"] = {"num_epochs": 1}
    return calls


def _wanted(operation: str, arguments: dict[str, Any]) -> dict[str, Expected]:
    """Return the names, shapes and dtypes of a right answer."""
    if operation == "load_dataset":
        X, Y, _, _ = fixtures.documented_start()
        tensors = {"X": X, "Y": Y}
    else:
        keywords = arguments.get("keywords", {}) | (
            {"print_cost": False} if operation == "model" else {}
        )
        given = [arguments[a] for a in OPERATIONS[operation].arguments]
        value = getattr(methods, operation)(*given, **keywords)
        results = OPERATIONS[operation].results
        named = dict(zip(results, value if len(results) > 1 else [value]))
        tensors = flatten(operation, encode(named))
    return {
        name: Expected(
            "float64" if a.dtype.kind == "f" else a.dtype.name, a.shape, None, None, (0,) * a.ndim
        )
        for name, a in tensors.items()
    }


def _call(session: Session, operation: str, arguments: dict[str, Any]) -> Wire:
    greeting = session.greeting
    try:
        answer = session.call(operation, operation, arguments)
        tensors = flatten(operation, answer.get("value"))
    except CallError as error:
        return Wire(operation, False, error.what)
    findings = compare(_wanted(operation, arguments), tensors, greeting["dtype"])
    if findings:
        wrong = findings[0]
        shapes = f" (expected {wrong.expected}, got {wrong.got})" if wrong.expected else ""
        return Wire(operation, False, f"{wrong.tensor}: {wrong.message}{shapes}")
    return Wire(operation, True, ", ".join(list(tensors)[:6]))


def example_of_steps(optimizer: str, takes: list[str], dtype: str) -> dict[str, Any]:
    """Return a call of two steps, with those of the hyperparameters that it takes."""
    given = examples(dtype)["update_parameters_with_adam"]
    values = {**given, "beta": 0.5}
    hyperparameters = {k: values[k] for k in OPTIMIZERS[optimizer] if k in takes}
    steps = [{"grads": given["grads"]}] * 2
    start = {"optimizer": optimizer, "parameters": given["parameters"]}
    return {**start, "hyperparameters": hyperparameters, "steps": steps}


def _steps(session: Session, optimizer: str) -> Wire:
    greeting, name = session.greeting, f"steps of {optimizer}"
    takes = greeting["optimizers"][optimizer]["takes"]
    arguments = example_of_steps(optimizer, takes, greeting["dtype"])
    try:
        [path] = flatten_steps(session.call(STEPS, name, arguments).get("value"), 2)
    except CallError as error:
        return Wire(name, False, error.what)
    wanted = {
        k: Expected("float64", a.shape, None, None, (0,) * a.ndim)
        for k, a in arguments["parameters"].items()
    }
    for number, parameters in enumerate(path, start=1):
        for wrong in compare(wanted, parameters, greeting["dtype"]):
            shapes = f" (expected {wrong.expected}, got {wrong.got})" if wrong.expected else ""
            message = f"{wrong.tensor} after step {number}: {wrong.message}{shapes}"
            return Wire(name, False, message)
    return Wire(name, True, f"{', '.join(list(path[0])[:6])} after each of 2 steps")


def _unknown(session: Session) -> Wire:
    name = "an operation that there is not"
    try:
        session.call("no_such_operation", name, {})
    except Unsupported:
        return Wire(name, True, "answered as unsupported")
    except CallError as error:
        return Wire(name, False, f"{error.what}; the answer must be of type 'unsupported'")
    return Wire(name, False, "answered with a result; it must be of type 'unsupported'")
