"""Vectors for gradient descent, momentum, Adam and their initial states."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .vector import FEW_BITS, Arrays, Draw, Inputs, Vector, array

SMALL = (3, 2, 2)
SHAPES = {
    "one-by-one": ((1, 1), "One weight and one bias."),
    "bias-shaped-weights": (
        (1, 3),
        "W and b have one shape: catches the state of the one used for the other.",
    ),
    "three-layers": ((2, 3, 2, 1), "Three layers, as in the model."),
    "four-layers": ((1, 2, 1, 2, 1), "Four layers."),
    "deep": ((2, 3, 2, 4, 2, 1), "Five layers: the last is not left out."),
    "wide": ((24, 1), "Weights in one long row: the shape is kept, not its transpose."),
    "tall": ((1, 20), "Weights in one long column."),
}
#: From the smallest subnormal number to the largest whose square is no infinity.
MAGNITUDES = [5e-324, -1e-310, 2e-308, -1e-200, 1e-160, -1e-100, 1e-30, 1.0, -1e30, 1e100, -1e150]
MIXED = [0.0, 1e-9, -3e-6, 0.25, -40.0, 0.0, 7e5, -1e-12, 1e3]


def optimizer_vectors() -> list[Vector]:
    """Return the vectors of the optimizers and of their initial states."""
    return [*_gradient_descent(), *_initial_states(), *_momentum(), *_adam()]


class _Family:
    """Makes the cases of one optimizer, with `usual` hyperparameters unless told otherwise."""

    def __init__(
        self, short: str, clauses: tuple[str, ...], states: tuple[str, ...], **usual: Any
    ) -> None:
        self.short, self.clauses, self.states, self.usual = short, clauses, states, usual
        #: Where the corrections no longer amplify, so that narrow formats can be judged.
        self.late: Inputs = {"t": 1000} if "t" in usual else {}

    def case(
        self,
        name: str,
        comment: str,
        dims: tuple[int, ...] = SMALL,
        zero: tuple[str, ...] = (),
        steps: tuple[int, int] = (1, 0),
        clauses: tuple[str, ...] = (),
        **given: Any,
    ) -> Vector:
        """Draw a case: `zero` names what is zero; `steps`, the calls and the gradients in turn."""
        case_id = f"{self.short}/{name}"
        draw = Draw(case_id)
        inputs: Inputs = {"parameters": draw.layers(dims), "grads": draw.layers(dims, "d")}
        for state in self.states:
            # s is a mean of squares: never negative.
            between = {"low": 0.01, "high": 2.0} if state == "s" else {}
            inputs[state] = draw.layers(dims, "d", **between)
        for part in zero:
            inputs[part] = _filled(inputs[part], 0.0)
        calls, turns = steps
        then = tuple({"grads": draw.layers(dims, "d")} for _ in range(turns))
        inputs = {**inputs, **self.usual, **given}
        return Vector(case_id, (*self.clauses, *clauses), comment, inputs, then, calls)

    def row(
        self, name: str, comment: str, gradients: list[float], at: float, state: float
    ) -> Vector:
        """Return a case with these gradients, and one value for all parameters and all state."""
        grads = {"dW1": array(gradients, 1, len(gradients)), "db1": array(gradients[0], 1, 1)}
        given: Inputs = {k: _filled(grads, state) for k in self.states}
        parameters = {k[1:]: a for k, a in _filled(grads, at).items()}
        return self.case(name, comment, parameters=parameters, grads=grads, **given)

    def as_helper_returns(self) -> Vector:
        """Return a case whose dicts are in another order than the parameters."""
        made = self.case("gradients-as-returned", _RETURNED, (2, 3, 2, 1), clauses=("CONV-2",))
        draw, grads = Draw(f"{made.id}/more"), made.inputs["grads"]
        backward: Arrays = {}
        for layer, units in ((3, 1), (2, 2), (1, 3)):
            if layer < 3:
                backward[f"da{layer}"] = draw.array(units, 4)
            backward[f"dz{layer}"] = draw.array(units, 4)
            backward.update({k: grads[k] for k in (f"dW{layer}", f"db{layer}")})
        states = {k: dict(reversed(list(made.inputs[k].items()))) for k in self.states}
        return replace(made, inputs={**made.inputs, "grads": backward, **states})

    def few_bits(self) -> Vector:
        """Return a case of numbers that every format holds."""
        made = self.case("few-bits", FEW_BITS, (2, 2, 1), clauses=("CONV-4",), **self.late)
        draw = Draw(made.id)
        given: Inputs = {}
        for name in ("parameters", "grads", *self.states):
            between = {"low": 0.25, "high": 1.5} if name == "s" else {}
            given[name] = {
                k: draw.eighths(*a.shape, **between) for k, a in made.inputs[name].items()
            }
        return replace(made, inputs={**made.inputs, **given})

    def shared(self) -> list[Vector]:
        """Return what every optimizer must get right: shapes, zeros, magnitudes, chains."""
        case, row, states = self.case, self.row, self.states
        cut = case("learning-rate-changes", _CUT, (2, 1), steps=(10, 9))
        cut.then[4]["learning_rate"] = self.usual["learning_rate"] / 8
        return [
            *(case(name, comment, dims) for name, (dims, comment) in SHAPES.items()),
            case(
                "zero-gradient", "Only the state may move a parameter: no decay.", zero=("grads",)
            ),
            case("zero-parameters", "The step itself, to its last digit.", zero=("parameters",)),
            row("all-zero", "All is zero, with either sign: no NaN.", [0.0, -0.0, 0.0], 0.0, 0.0),
            row("magnitudes", f"{_RANGE}, from zero state.", MAGNITUDES, 0.0, 0.0),
            row("magnitudes-with-state", f"{_RANGE}, from ordinary state.", MAGNITUDES, 1.5, 0.75),
            row("mixed-scales", "Many sizes, and exact zeros, in one tensor.", MIXED, 0.5, 0.01),
            cut,
            self.as_helper_returns(),
            self.few_bits(),
            case("trajectory-3", "Three steps: the state is carried.", (2, 2, 1), states, (3, 2)),
            case("trajectory-10", "Ten steps, three gradients in turn.", (2, 1), states, (10, 3)),
            case("trajectory-100", "A hundred steps, seven gradients.", (1, 1), steps=(100, 7)),
        ]


_RANGE = "Gradients from the smallest subnormal number to 1e150"
_RETURNED = (
    "Gradients as the document's helper returns them: the last layer first, dz and da among them; "
    "the state in another order, too. Catches tensors that are paired by position."
)
_CUT = "Ten steps, the learning rate cut to an eighth at the sixth: catches one kept in the state."


def _filled(tensors: Arrays, value: float) -> Arrays:
    return {k: np.full_like(a, value) for k, a in tensors.items()}


def _gradient_descent() -> list[Vector]:
    family = _Family("gd", ("GD-1",), (), learning_rate=0.1)
    return [
        family.case("ordinary", "One step: catches the sign, or a factor of the batch size."),
        family.case("learning-rate-1", "A learning rate of 1.", learning_rate=1.0),
        family.case("learning-rate-large", "Nothing is clipped.", learning_rate=250.0),
        family.case("learning-rate-tiny", "A tiny learning rate.", learning_rate=1e-7),
        *family.shared(),
    ]


def _initial_states() -> list[Vector]:
    return [
        Vector(
            f"{short}/{name}",
            (clause, "CONV-4"),
            f"{comment} The state is zero, of the dtype of the parameters.",
            {"parameters": Draw(f"{short}/{name}").layers(dims)},
        )
        for short, clause in (("velocity", "MOM-1"), ("adam-init", "ADAM-1"))
        for name, (dims, comment) in SHAPES.items()
    ]


def _momentum() -> list[Vector]:
    family = _Family("momentum", ("MOM-2", "MOM-3"), ("v",), beta=0.9, learning_rate=0.05)
    case = family.case
    return [
        case("nonzero-velocity", "Catches a missing factor of either term."),
        case("beta-0", "beta 0 is gradient descent.", beta=0.0, clauses=("MOM-4",)),
        case("beta-half", "beta 1/2, which is 1 - beta too.", beta=0.5),
        case("beta-0.8", "The smallest usual beta.", beta=0.8),
        case("beta-0.999", "The largest usual beta: one in float32 shows.", beta=0.999),
        case("learning-rate-1", "A learning rate of 1.", beta=0.7, learning_rate=1.0),
        case("learning-rate-tiny", "A tiny learning rate.", beta=0.95, learning_rate=1e-6),
        *family.shared(),
    ]


def _adam() -> list[Vector]:
    clauses = ("ADAM-2", "ADAM-3", "ADAM-4", "ADAM-5", "ADAM-6", "ADAM-7")
    usual = {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    family = _Family("adam", clauses, ("v", "s"), t=1, **usual)
    case = family.case
    zero = ("v", "s")
    return [
        case("nonzero-state", "Catches decay, coefficient or square missing in a moment.", t=3),
        case("first-step", "From zero moments: a step of about alpha.", zero=zero),
        case("t-1", "Non-zero moments, corrected by 1 - beta itself."),
        case("t-2", "Catches t - 1, t + 1, or no power, in the correction.", t=2),
        case("t-10", "The corrections differ much from each other.", t=10),
        case("t-1000", "Only the second moment is still corrected.", t=1000),
        case("t-million", "Nothing is corrected any more.", t=10**6),
        case("beta1-0", "No first moment: RMSProp, corrected.", t=4, beta1=0.0),
        case("beta2-0", "Only the last gradient is squared.", t=4, beta2=0.0),
        case("betas-0", "The sign of the gradient.", t=5, beta1=0.0, beta2=0.0),
        case("betas-low", "beta1 0.8, beta2 0.7.", t=3, beta1=0.8, beta2=0.7),
        case("betas-equal", "What swapping them cannot explain.", t=3, beta1=0.95, beta2=0.95),
        case("epsilon-large", "epsilon 1e-2: one misplaced shows.", t=3, epsilon=1e-2),
        case("epsilon-1", "epsilon 1.", t=7, epsilon=1.0, beta2=0.9),
        case("learning-rate-1", "A learning rate of 1.", t=6, learning_rate=1.0),
        case("learning-rate-tiny", "A tiny learning rate.", t=6, learning_rate=1e-6),
        case("epsilon-decides-first-step", "epsilon halves the step.", **_tiny(0.0, 0.0)),
        case("epsilon-decides", "A misplaced epsilon shows at 1e-2.", **_tiny(0.5, 0.25), t=3),
        case(
            "epsilon-decides-late",
            "The same where a correction of epsilon differs too.",
            **_tiny(0.5, 0.25), t=50, beta2=0.99,
        ),
        replace(
            case("defaults", "Called without them.", **_tiny(0.5, 0.25), t=3, clauses=("ADAM-9",)),
            left_out=("learning_rate", "beta1", "beta2", "epsilon"),
        ),
        *(_citing(v, "ADAM-8") if v.id == "adam/all-zero" else v for v in family.shared()),
    ]  # fmt: skip


def _citing(vector: Vector, clause: str) -> Vector:
    return replace(vector, clauses=(*vector.clauses, clause))


def _tiny(v: float, s: float) -> Inputs:
    """Return gradients of 1e-8, parameters of 0, and moments in proportion."""
    grads = {"dW1": array([1e-8, -1e-8, 3e-9, -2e-8], 2, 2), "db1": array([1e-8, 5e-9], 2, 1)}
    return {
        "parameters": {k[1:]: np.zeros_like(a) for k, a in grads.items()},
        "grads": grads,
        "v": {k: v * a for k, a in grads.items()},
        "s": {k: s * a * a for k, a in grads.items()},
    }
