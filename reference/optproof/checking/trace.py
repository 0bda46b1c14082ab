"""Where two trainings part: epoch, batch, operation, tensor and element.

First both train and tell their parameters after every epoch, until these part. Then both train
again and tell each call of that epoch. The first call with other arguments than the document's
loop gives, or whose answer to *its own* arguments is not the other side's answer to them, is the
first divergence. So it costs at most two trainings up to that point.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import Any

import numpy as np

from ..conversation import Launch
from ..conversation.session import Session
from ..errors import CallError, NothingRunError, NotRun
from ..fixtures import Expected
from ..judging.judge import UNIT_ROUNDOFF, Finding, compare, flatten
from ..operations import TRAINING_COMMON, TRAINING_OWN
from ..protocol import Array, decode
from .trainings import Training, tolerance, train_once

Event = dict[str, Any]

#: Parameters that differ by more, in units of roundoff, may have parted: the calls decide.
SUSPICIOUS = 10_000
#: Largest error of an honest answer, in units of roundoff of the largest entry of its tensor: the
#: sums have 64 terms or fewer, and exp and log are good to a few units.
ANSWER = 1000
#: The arguments that the loop hands on. The network's own, cached values, may have any form.
HANDED_ON = frozenset(
    "X Y seed mini_batch_size parameters grads v s t learning_rate beta beta1 beta2 epsilon".split()
)


@dataclass(frozen=True)
class Divergence:
    """The first step that goes astray.

    Parameters
    ----------
    epoch : int
    batch : int or None
        None where only the epoch is known: the implementation's `model` does not call its own
        operations by name, so that nobody can look inside.
    operation : str
        The document's name; ``model`` where only the epoch is known.
    how : {"is called with", "answers with", "leaves"}
    finding : Finding
        Tensor, index, expected, got and ULPs. ``grads.dW1``, ``v.dW1``, ``s.dW1``, ``t`` and
        ``W1`` say what broke first.
    """

    epoch: int
    batch: int | None
    operation: str
    how: str
    finding: Finding

    def __str__(self) -> str:
        ulps = self.finding.ulps
        return self.plainly + (f" ({ulps} ULPs)" if ulps is not None else "")

    @property
    def plainly(self) -> str:
        """The same, without ULPs."""
        batch = f", batch {self.batch}" if self.batch is not None else ""
        f = self.finding
        place = f.tensor + (str(list(f.index)) if f.index else "")
        expected = f.expected.removesuffix(".0") if f.tensor == "t" else f.expected
        what = f"= {f.got}, expected {expected}" if f.expected else f"that {f.message}"
        return f"epoch {self.epoch}{batch}, {self.operation} {self.how} {place} {what}"


def trace(a: Launch, b: Launch, training: Training, timeout: float = 10.0) -> Divergence | None:
    """Return the first divergence of the trainings of `a` and `b`.

    They have parted where parameters differ by more than a training's tolerance (TRAIN-7).

    Parameters
    ----------
    a, b : Launch
        Two implementations; `b` is the one that is right.
    training : Training
        Optimizer and number of epochs.
    timeout : float
        Seconds for one answer.

    Returns
    -------
    Divergence or None
        None where the parameters do not part within these epochs.

    Raises
    ------
    CallError, TargetError
        If one of the two cannot be run.
    NothingRunError
        If one of the two has no part in such a training.
    """
    sides = Side(a, training, timeout), Side(b, training, timeout)
    try:
        for side in sides:
            side.check_has_part()
        return _trace(*sides, tolerance(training, sides[0].dtype)[1])
    finally:
        for side in sides:
            side.end()


class Side:
    """One of the two implementations, and its ways to tell of a training."""

    def __init__(self, launch: Launch, training: Training, timeout: float) -> None:
        self.training = training
        self._session = Session(launch, timeout)
        self.dtype: str = self._session.greet()["dtype"]

    def end(self) -> None:
        """End the process."""
        self._session.end()

    def check_has_part(self) -> None:
        """Raise if nothing of the training is the implementation's own.

        Raises
        ------
        NothingRunError
        """
        used = ("model", *TRAINING_COMMON, *TRAINING_OWN[self.training.optimizer])
        if not set(used) & set(self._session.greeting["operations"]):
            what = f"{self._session.launch.name} has no part in a training of "
            hint = f"it needs one of {', '.join(used)}"
            raise NothingRunError(f"{what}{self.training.optimizer}: nothing was compared", hint)

    def ask(self, operation: str, arguments: dict[str, Any]) -> dict[str, Array] | None:
        """Return the answer to a call as named tensors; None where there is none."""
        try:
            answer = self._session.call(operation, "trace", arguments)
            return flatten(operation, answer["value"])
        except CallError:
            return None

    def after(self, epochs: int) -> dict[str, Array]:
        """Return the parameters after so many epochs, by a training of its own."""
        answer = train_once(self._session, replace(self.training, epochs=epochs))
        return flatten("model", answer["value"])

    def events(self, epochs: list[int]) -> Generator[Event, None, None]:
        """Train in a process of its own; yield what its watch sees; nothing if it has none."""
        greeting = self._session.greeting
        if "watch" not in greeting["accepts"]:
            return
        session = Session(self._session.launch, self._session.timeout)
        seen: SimpleQueue[Event | CallError | None] = SimpleQueue()
        is_enough = threading.Event()

        def on_seen(event: Event) -> None:
            if is_enough.is_set():
                raise NotRun("enough is seen")
            seen.put(event)

        def converse() -> None:
            try:
                session.greet()
                train_once(session, self.training, watch=epochs, on_seen=on_seen)
                session.end()
                seen.put(None)
            except CallError as error:
                seen.put(error)
            finally:
                session.end(politely=False)

        thread = threading.Thread(target=converse, daemon=True)
        thread.start()
        try:
            while (event := seen.get()) is not None:
                if isinstance(event, CallError):
                    raise event
                yield event
        finally:
            is_enough.set()
            thread.join(timeout=1.0)
            session.end(politely=False)


def _trace(a: Side, b: Side, bound: float) -> Divergence | None:
    suspicious = SUSPICIOUS * UNIT_ROUNDOFF[a.dtype]
    suspects: list[int] = []
    trajectory: list[dict[str, Array]] = []
    last: Finding | None = None
    is_watched = False
    with closing(a.events([])) as from_a, closing(b.events([])) as from_b:
        for event in from_a:
            is_watched = True
            if (other := next(from_b, None)) is None:
                break
            got, want = (decode(e["parameters"]) for e in (event, other))
            if not suspects and _beyond(want, got, suspicious, a.dtype):
                suspects.append(event["epoch"])
            if last := _beyond(want, got, bound, a.dtype):
                suspects.append(event["epoch"])
                break
        if not is_watched:
            trajectory = [decode(e["parameters"]) for e in from_b]
    if not is_watched:
        return _by_bisection(a, b, trajectory, bound)
    if last is None:
        return None
    found = _first_call(a, b, sorted(set(suspects)))
    return found or Divergence(suspects[-1], None, "model", "leaves", last)


def _first_call(a: Side, b: Side, epochs: list[int]) -> Divergence | None:
    """Compare the calls of these epochs, in the order in which `a` makes them."""
    loop: dict[tuple[int, int, str], Event] = {}
    for event in _calls(b, epochs):
        loop.setdefault((event["epoch"], event["batch"], event["operation"]), event)
    for event in _calls(a, epochs):
        operation = event["operation"]
        arguments = decode(event["arguments"])

        def divergence(how: str, finding: Finding, event: Event = event) -> Divergence:
            return Divergence(event["epoch"], event["batch"], event["operation"], how, finding)

        twin = loop.get((event["epoch"], event["batch"], operation))
        if twin and operation != "forward_propagation":  # may be called for other ends as well
            want, got = (_tensors(e["arguments"]) for e in (twin, event))
            # Rounding up to here is in both; what the loop does wrong is larger.
            if found := _largest(want, got, 1e8, a.dtype):
                return divergence("is called with", found)
        answer = b.ask(operation, _in_double(arguments))
        got = _answer(operation, event["value"])
        if answer is not None:
            due = [k for k in answer if k in got or _is_due(operation, k)]
            due.sort(key=lambda k: not k.startswith(("v.", "s.")))  # cause before effect
            answer = {k: answer[k] for k in due}
            if found := _largest(answer, got, ANSWER, a.dtype):
                return divergence("answers with", found)
    return None


def _calls(side: Side, epochs: list[int]) -> Iterator[Event]:
    """Yield the calls of these epochs, and let the training go on no further."""
    with closing(side.events(epochs)) as events:
        for event in events:
            if "operation" in event:
                yield event
            elif event["epoch"] >= epochs[-1]:
                return


def _by_bisection(
    a: Side, b: Side, trajectory: list[dict[str, Array]], bound: float
) -> Divergence | None:
    """Find the first bad epoch by trainings of different lengths."""

    def finding(epochs: int) -> Finding | None:
        want = trajectory[epochs - 1] if trajectory else b.after(epochs)
        return _beyond(want, a.after(epochs), bound, a.dtype)

    good, bad = 0, 1
    while not finding(bad):
        if bad == a.training.epochs:
            return None
        good, bad = bad, min(2 * bad, a.training.epochs)
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (good, middle) if finding(middle) else (middle, bad)
    found = finding(bad)
    assert found is not None
    return Divergence(bad - 1, None, "model", "leaves", found)


def _is_due(operation: str, tensor: str) -> bool:
    """Whether an answer must have a tensor: of the gradients, dW and db; of the caches, none."""
    if operation == "forward_propagation":
        return tensor == "a3"
    return operation != "backward_propagation" or tensor[:2] in ("dW", "db")


def _tensors(arguments: dict[str, Any]) -> dict[str, Array]:
    """Return the arguments that the loop hands on, named as ``grads.dW1``."""
    named: dict[str, Array] = {}
    for name, value in decode(arguments).items():
        if name in HANDED_ON:
            prefix = "" if name == "parameters" else f"{name}."
            parts = {prefix + k: v for k, v in value.items()} if isinstance(value, dict) else {}
            named.update(parts or {name: np.asarray(value)})
    return {k: v for k, v in named.items() if not k.startswith("grads.d") or k[6:8] in ("dW", "db")}


def _answer(operation: str, value: Any) -> dict[str, Array]:
    try:
        return flatten(operation, value)
    except CallError:  # caches of another form
        return {k: decode(v) for k, v in value.items() if k != "caches"}


def _in_double(value: Any) -> Any:
    """Return float arrays as float64: exactly the same numbers, for a more exact answer."""
    if isinstance(value, dict):
        return {k: _in_double(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_in_double(v) for v in value]
    is_float = isinstance(value, np.ndarray) and value.dtype.kind == "f"
    return value.astype(np.float64) if is_float else value


def _largest(
    want: dict[str, Array], got: dict[str, Array], units: float, dtype: str
) -> Finding | None:
    """Return the first tensor that is off by `units` of roundoff of its largest entry."""
    bounds = {}
    for name, array in want.items():
        size = float(np.max(np.abs(array.astype(float)), initial=0.0))
        # compare() widens what it is given for the dtype of the answer.
        bounds[name] = min(units * UNIT_ROUNDOFF["float64"], 1e-8) * size
    return _finding(want, got, bounds, dtype)


def _beyond(
    want: dict[str, Array], got: dict[str, Array], bound: float, dtype: str
) -> Finding | None:
    narrower = UNIT_ROUNDOFF["float64"] / UNIT_ROUNDOFF[dtype]
    return _finding(want, got, dict.fromkeys(want, bound * narrower), dtype)


def _finding(
    want: dict[str, Array], got: dict[str, Array], bounds: dict[str, float], dtype: str
) -> Finding | None:
    expected, answered = {}, {}
    for name, array in want.items():
        # Whole numbers are equal or not; labels and t may come as any kind of number.
        kind = "float64" if array.dtype.kind == "f" else "int64"
        bound = np.full(array.shape, bounds[name] if kind == "float64" else 0.0)
        start = (0,) * array.ndim
        expected[name] = Expected(kind, array.shape, array.astype(kind), bound, start)
        if name in got:
            answered[name] = got[name].astype(dtype if kind == "float64" else kind)
    return next(iter(compare(expected, answered, dtype)), None)
