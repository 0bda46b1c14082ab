"""Whether an implementation is wired up: names, shapes, dtypes and bits, apart from the values."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from textwrap import shorten
from typing import Any, NamedTuple

import numpy as np

from .. import fixtures, methods
from ..conversation import Launch
from ..conversation.session import Session
from ..errors import CallError, Malformed, Raised, Stray, TimedOut, Unsupported
from ..fixtures import Expected
from ..formats import FORMATS, TRAVELS_AS
from ..judging.judge import compare, flatten
from ..judging.trajectories import flatten_steps
from ..operations import EPOCH, OPERATIONS, OPTIMIZERS, STEPS, next_arguments
from ..protocol import Array, Chain, Hello, decode, encode, shown
from .remote import IN_AN_EPOCH

#: Numbers that a careless reader or writer changes; 0.1 + 0.2 needs all of its 17 digits.
ODD = (1 / 3, 0.1 + 0.2, 1e-19, 5e-324, -0.0, 1e300)
#: Numbers in the long line; for what takes mini-batches, as many as the largest case has.
LONG, LONGEST = (50, 1000), (12288, 148)
CAUSES = (
    "the usual causes: its output is not flushed after each message; it reads in a way that waits "
    "for a second line, or for the end of the input; its answer does not end with a line feed; it "
    "computes for longer than --timeout"
)
VALUES = 'PROTOCOL.md, "Values"'
LANGUAGES = 'PROTOCOL.md, "By language"'
SHORTER = 'PROTOCOL.md, "Shorter"'
OF_ANY_LENGTH = f"does it read lines of any length? {LANGUAGES}"
UPDATES = tuple(name for name in OPERATIONS if name.startswith("update_parameters"))


class Wire(NamedTuple):
    """Whether one thing works, and what is wrong if not."""

    name: str
    works: bool
    message: str = ""
    hint: str = ""


def smoke(
    launch: Launch, timeout: float = 10.0, on_wait: Callable[[float], None] = lambda seconds: None
) -> Iterator[Wire]:
    """Greet the implementation, call every operation that it names once, and part.

    Yields
    ------
    Wire
        One for each operation and for what else the protocol asks. Values are not judged, so
        that a wrong implementation may be wired up well. What is not answered in time is the
        last: nothing after it would be.

    Raises
    ------
    TargetError
        If it cannot be started, or its first message is not a hello.
    """
    session = Session(launch, timeout, on_wait)
    try:
        greeting = session.greet()
        yield Wire(
            "hello", True, ", ".join(filter(None, (greeting["language"], greeting["dtype"])))
        )
        for name, attempt in _attempts(session, greeting):
            try:
                yield Wire(name, True, attempt())
            except TimedOut as error:
                hint = f"{error.hint}\n{CAUSES} ({LANGUAGES})"
                yield Wire(name, False, error.what, hint)
                return
            except CallError as error:
                yield Wire(name, False, error.what, error.hint)
    finally:
        session.end()
    yield Wire("bye", not session.unasked, "it sent more than it was asked" * session.unasked)


def _attempts(session: Session, greeting: Hello) -> Iterator[tuple[str, Callable[[], str]]]:
    """Yield what is tried, by name; each says what works, or raises a `CallError`."""
    calls = examples(TRAVELS_AS[greeting["dtype"]])
    named = greeting["operations"]
    if not calls.keys() & named and not greeting["optimizers"]:
        yield "operations", partial(_fail, "it has none; SPEC.md, section 1, names them")
    for operation in named:
        if operation in calls:
            yield operation, partial(_call, session, operation, calls[operation])
        elif operation != "train":
            yield operation, partial(_fail, "no such operation; SPEC.md, section 1, names them")
    for optimizer in greeting["optimizers"]:
        yield f"steps of {optimizer}", partial(_steps, session, optimizer)
    for operation in [o for o in named if o in calls and "learning_rate" in calls[o]][:1]:
        yield "numbers, bit for bit", partial(_same_numbers, session, operation, calls[operation])
    if "random_mini_batches" in named and "permutation" in greeting["accepts"]:
        yield "mini-batches, bit for bit", partial(_same_columns, session)
    for operation in [o for o in named if o in UPDATES and "chain" in greeting.accepts][:1]:
        yield "a chain of 3 calls", partial(_chain, session, operation, calls[operation])
    own = [o for o in UPDATES if {*IN_AN_EPOCH, o} <= {*named}]
    for operation in own[-1:] if EPOCH in greeting.accepts else ():
        yield "an epoch", partial(_epoch, session, operation)
    if "random_mini_batches" in named and "recipe" in greeting.accepts:
        yield "a recipe", partial(_recipe, session)
    yield "an operation that there is not", partial(_unknown, session, {})
    yield "a long line", partial(_long_line, session, "random_mini_batches" in named)


def _fail(what: str) -> str:
    raise Malformed(what)


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


def _call(session: Session, operation: str, arguments: dict[str, Any]) -> str:
    answer = session.call(operation, operation, arguments)
    tensors = flatten(operation, answer.get("value"))
    wanted = _wanted(operation, arguments)
    for wrong in compare(wanted, tensors, session.greeting["dtype"]):
        shapes = f" (expected {wrong.expected}, got {wrong.got})" if wrong.expected else ""
        raise Malformed(f"{wrong.tensor}: {wrong.message}{shapes}", VALUES)
    return _listed(list(tensors))


def _listed(names: list[str], width: int = 40) -> str:
    return shorten(", ".join(names), width, placeholder=" ...")


def example_of_steps(optimizer: str, takes: list[str], dtype: str) -> dict[str, Any]:
    """Return a call of two steps, with those of the hyperparameters that it takes."""
    given = examples(TRAVELS_AS[dtype])["update_parameters_with_adam"]
    values = {**given, "beta": 0.5}
    hyperparameters = {k: values[k] for k in OPTIMIZERS[optimizer] if k in takes}
    steps = [{"grads": given["grads"]}] * 2
    start = {"optimizer": optimizer, "parameters": given["parameters"]}
    return {**start, "hyperparameters": hyperparameters, "steps": steps}


def _steps(session: Session, optimizer: str) -> str:
    greeting = session.greeting
    takes = greeting["optimizers"][optimizer]["takes"]
    arguments = example_of_steps(optimizer, takes, greeting["dtype"])
    [path] = flatten_steps(session.call(STEPS, STEPS, arguments).get("value"), 2)
    wanted = {
        k: Expected("float64", a.shape, None, None, (0,) * a.ndim)
        for k, a in arguments["parameters"].items()
    }
    for number, parameters in enumerate(path, start=1):
        for wrong in compare(wanted, parameters, greeting["dtype"]):
            shapes = f" (expected {wrong.expected}, got {wrong.got})" if wrong.expected else ""
            raise Malformed(f"{wrong.tensor} after step {number}: {wrong.message}{shapes}", VALUES)
    return f"{_listed(list(path[0]), 17)} after each of 2 steps{_resumed(session, arguments)}"


def _resumed(session: Session, arguments: dict[str, Any]) -> str:
    """Say whether it saves its state and goes on from it, which is optional."""
    try:
        session.call(STEPS, STEPS, {**arguments, "resume_after": 1})
    except Unsupported:
        return "; no resume_after (optional)"
    return "; resume_after"


def odd_numbers(dtype: str) -> Array:
    """Return a 2 x 3 tensor of :data:`ODD`; a narrower dtype has its own smallest and largest."""
    held = FORMATS[dtype]
    low, high = max(ODD[3], held.smallest), min(ODD[5], held.largest / 2)
    numbers = [min(max(n, low), high) if n else n for n in ODD]
    return np.array(numbers).astype(TRAVELS_AS[dtype]).reshape(2, 3)


def _same_numbers(session: Session, operation: str, call: dict[str, Any]) -> str:
    """Ask for a step with the learning rate 0: it must give the same bits back."""
    sent = odd_numbers(session.greeting["dtype"])
    arguments: dict[str, Any] = {**call, "parameters": {"W1": sent}, "learning_rate": 0.0}
    arguments |= {k: {"dW1": np.full_like(sent, 0.5)} for k in ("grads", "v", "s") if k in call}
    try:
        answer = session.call(operation, operation, arguments)
    except Raised as error:
        return f"not tried: it takes no learning rate of 0 ({error.what})"
    note = _same_bits("W1", sent, flatten(operation, answer.get("value")).get("W1"))
    return f"{operation} with learning rate 0{note}"


def _same_columns(session: Session) -> str:
    """Ask for mini-batches in the order that is there: put together they are X and Y again."""
    odd = odd_numbers(session.greeting["dtype"])
    X, Y = np.hstack([odd, odd[::-1]]), np.array([[1, 0, 0, 1, 1, 0]])
    arguments = {"X": X, "Y": Y, "mini_batch_size": 4, "seed": 0, "permutation": list(range(6))}
    name = "random_mini_batches"
    batches = flatten(name, session.call(name, name, arguments).get("value"))
    for part, sent in (("X", X), ("Y", Y)):
        parts = [a for k, a in batches.items() if k.endswith(part) and a.ndim == 2]
        if [a.shape for a in parts] != [(len(sent), 4), (len(sent), 2)]:
            shapes = ", ".join(str(list(a.shape)) for a in parts)
            raise Malformed(f"the shapes of {part} are {shapes}, of 6 columns in batches of 4")
        note = _same_bits(part, sent, np.hstack(parts))
    return f"X and Y in their own order{note}"


def _chain(session: Session, operation: str, call: dict[str, Any]) -> str:
    """Ask for a chain, and for its calls one by one: both must end in the same bits."""
    then: tuple[dict[str, Any], ...] = ({"learning_rate": 0.25}, {"learning_rate": 0.125})
    answer = session.call(operation, operation, call, chain=Chain(3, then))
    in_chain, arguments = flatten(operation, answer.value), call
    for change in ({}, *then):
        arguments = {**arguments, **change}
        value = session.call(operation, operation, arguments).value
        one_by_one = flatten(operation, value)
        arguments = next_arguments(arguments, decode(value), {})
    for name, array in one_by_one.items():
        if name not in in_chain or in_chain[name].tobytes() != array.tobytes():
            raise Malformed(f"{name} after 3 calls in a chain is not as after 3 calls", SHORTER)
    return f"{operation}, as 3 calls one by one"


def _epoch(session: Session, operation: str) -> str:
    """Ask for an epoch of two batches, and for its calls one by one: the same bits."""
    call = examples(TRAVELS_AS[session.greeting["dtype"]])[operation]
    batch = examples(TRAVELS_AS[session.greeting["dtype"]])["backward_propagation"]
    optimizer, batches = operation.rpartition("_")[2], [[batch["X"], batch["Y"]]] * 2
    given = {name: value for name, value in call.items() if name != "grads"}
    whole = {**given, "optimizer": optimizer, "mini_batches": batches}
    answer = session.call(EPOCH, EPOCH, {**whole, "t": 0} if "t" in call else whole).value
    at_once = flatten(operation, answer)
    if len(answer.get("costs") or ()) != len(batches):
        raise Malformed(f"costs is {shown(answer.get('costs'))}, not a cost a batch", SHORTER)
    for X, Y in batches:
        forward = {"X": X, "parameters": call["parameters"]}
        caches = decode(session.call("forward_propagation", EPOCH, forward).value)["caches"]
        backward = {"X": X, "Y": Y, "caches": caches}
        grads = decode(session.call("backward_propagation", EPOCH, backward).value)["grads"]
        grads = {k: a for k, a in grads.items() if k.removeprefix("d") in call["parameters"]}
        value = session.call(operation, EPOCH, {**call, "grads": grads}).value
        call = next_arguments(call, decode(value), {})
    for name, array in flatten(operation, value).items():
        if name not in at_once or at_once[name].tobytes() != array.tobytes():
            raise Malformed(f"{name} after an epoch is not as after its calls", SHORTER)
    return f"as call by call: {_listed(list(at_once), 25)}"


def _recipe(session: Session) -> str:
    """Have X and Y drawn there, and only a block of the first mini-batch come back."""
    name, generator = "random_mini_batches", np.random.RandomState(3)
    X, Y = generator.randn(2, 6), generator.randn(1, 6) < 0.5
    drawn = {"X": (X, {}), "Y": (Y, {"less_than": 0.5})}
    draws = [
        {
            **{"name": k, "draw": "randn", "shape": list(a.shape), "dtype": a.dtype.name, **more},
            "sha256": hashlib.sha256(np.ascontiguousarray(a).data).hexdigest(),
        }
        for k, (a, more) in drawn.items()
    ]
    recipe = {"generator": "numpy-legacy", "seed": 3, "draws": draws}
    given = {"mini_batch_size": 4, "seed": 0}
    offers_parts = "parts" in session.greeting.accepts
    how = {"parts": {"mini_batches[0][0]": ((0, 1), (2, 2))}} if offers_parts else {}
    answer = session.call(name, name, {**given, "recipe": recipe}, **how)
    if answer.made != {draw["name"]: draw["sha256"] for draw in draws}:
        raise Malformed(f"made is {shown(answer.made)}, not the hashes of the recipe", SHORTER)
    got = flatten(name, answer.value).get("mini_batches[0].X")
    sent = session.call(name, name, {**given, "X": X, "Y": Y})
    whole = flatten(name, sent.value)["mini_batches[0].X"]
    block = (slice(0, 2), slice(1, 3)) if offers_parts else ...
    if got is None or got.shape != whole.shape or not np.array_equal(got[block], whole[block]):
        raise Malformed("the mini-batches of what is drawn are not those of what is sent", SHORTER)
    return "X and Y are drawn there" + ", and a block comes back" * offers_parts


def _same_bits(name: str, sent: Array, got: Array | None) -> str:
    """Return a note on what is not judged; raise where the numbers are others."""
    if got is None or got.shape != sent.shape or got.dtype != sent.dtype:
        came = "missing" if got is None else f"{got.dtype} {list(got.shape)}"
        raise Malformed(f"{name}: sent {sent.dtype} {list(sent.shape)}, got {came}", VALUES)
    flushed = unsigned = False
    for place in np.ndindex(sent.shape):
        a, b = sent[place], got[place]
        if a.tobytes() == b.tobytes():
            continue
        if a == b == 0:  # as JSON.stringify writes it
            unsigned = True
            continue
        if b == 0 != a and abs(a) < np.finfo(sent.dtype).tiny:
            flushed = True
            continue
        raise Malformed(f"{name}{list(place)}: sent {a!s}, got {b!s}", f"{_why(a, b)}: {VALUES}")
    if unsigned:
        return ", but for the sign of zero, which is not judged"
    return ", but subnormal numbers are taken for zero" if flushed else ""


def _why(sent: Any, got: Any) -> str:
    """Say what may have become of a number."""
    if sent.dtype == np.float64 and got == np.float32(sent):
        return "it went through float32"
    if got == 0:
        return "small numbers are written as 0: write an exponent, and 17 significant digits"
    if abs(sent - got) < 1e-3 * abs(sent):
        return "it is written with too few digits: 17 always do"
    return "a step with the learning rate 0 gives the parameters back"


def _unknown(session: Session, arguments: dict[str, Any]) -> str:
    try:
        session.call("no_such_operation", "no_such_operation", arguments)
    except Unsupported:
        return "answered as unsupported"
    except Raised as error:
        what = f"{error.what}; the answer must be of type 'unsupported'"
        raise Malformed(what, error.hint) from None
    raise Malformed("answered with a result; it must be of type 'unsupported'")


def _long_line(session: Session, largest: bool) -> str:
    """Send a line as long as the longest that a check has for it."""
    tensor = np.full(LONGEST if largest else LONG, 1 / 3, TRAVELS_AS[session.greeting["dtype"]])
    try:
        _unknown(session, {"X": tensor})
        _unknown(session, {})  # what is left of the line would be taken for the next one
    except (TimedOut, Stray):
        raise
    except CallError as error:
        hint = error.hint if LANGUAGES in error.hint else f"{error.hint} {OF_ANY_LENGTH}".strip()
        raise type(error)(error.what, hint) from None
    return f"of {'%d x %d' % tensor.shape} numbers"
