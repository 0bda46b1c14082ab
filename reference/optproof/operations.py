"""The operations: the document's names, argument order and return order.

The one table that the harness, the workers and the fixtures agree on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Operation:
    """One operation of the document.

    Parameters
    ----------
    name : str
        The document's name.
    short : str
        First part of its case ids, and what ``--only`` takes.
    arguments : tuple of str
        In the document's order.
    results : tuple of str
        In the document's order. ``parameters``, ``v``, ``s`` and ``grads`` are dicts of tensors;
        ``mini_batches`` is a list of (X, Y); ``caches`` a tuple of tensors; the rest one tensor
        or number.
    """

    name: str
    short: str
    arguments: tuple[str, ...]
    results: tuple[str, ...]


def _operation(name: str, short: str, arguments: str, results: str) -> Operation:
    return Operation(name, short, tuple(arguments.split()), tuple(results.split()))


_ADAM = "parameters grads v s t learning_rate beta1 beta2 epsilon"

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        _operation(
            "update_parameters_with_gd", "gd", "parameters grads learning_rate", "parameters"
        ),
        _operation("random_mini_batches", "minibatch", "X Y mini_batch_size seed", "mini_batches"),
        _operation("initialize_velocity", "velocity", "parameters", "v"),
        _operation(
            "update_parameters_with_momentum",
            "momentum",
            "parameters grads v beta learning_rate",
            "parameters v",
        ),
        _operation("initialize_adam", "adam-init", "parameters", "v s"),
        _operation("update_parameters_with_adam", "adam", _ADAM, "parameters v s"),
        _operation("initialize_parameters", "init", "layers_dims", "parameters"),
        _operation("forward_propagation", "forward", "X parameters", "a3 caches"),
        _operation("compute_cost", "cost", "a3 Y", "cost"),
        _operation("backward_propagation", "backward", "X Y caches", "grads"),
        _operation("predict", "predict", "X y parameters", "predictions"),
        _operation("predict_dec", "predict-dec", "parameters X", "predictions"),
        _operation("load_dataset", "dataset", "", "X Y"),
        _operation("model", "training", "X Y layers_dims optimizer", "parameters"),
    )
}

#: The optimizers, as things that keep their own state, and their hyperparameters. They are asked
#: for by one call, :data:`STEPS`.
OPTIMIZERS: dict[str, tuple[str, ...]] = {
    "gd": ("learning_rate",),
    "momentum": ("beta", "learning_rate"),
    "adam": ("learning_rate", "beta1", "beta2", "epsilon"),
}
STEPS = "steps"

#: What a hello accepts that makes a conversation shorter (reference/PROTOCOL.md).
SHORTER = ("chain", "recipe", "parts")
#: What it accepts, and is then asked, where optproof leads a training with all of its operations.
EPOCH = "epoch"

CACHES = ("z1", "a1", "W1", "b1", "z2", "a2", "W2", "b2", "z3", "a3", "W3", "b3")

#: What `model` takes beside its first four arguments, all by keyword and with defaults.
MODEL_KEYWORDS = (
    "learning_rate",
    "mini_batch_size",
    "beta",
    "beta1",
    "beta2",
    "epsilon",
    "num_epochs",
    "print_cost",
)

#: What the training loop calls, beside the optimizer's own operations.
TRAINING_COMMON = (
    "initialize_parameters",
    "random_mini_batches",
    "forward_propagation",
    "compute_cost",
    "backward_propagation",
)
TRAINING_OWN = {
    "gd": ("update_parameters_with_gd",),
    "momentum": ("initialize_velocity", "update_parameters_with_momentum"),
    "adam": ("initialize_adam", "update_parameters_with_adam"),
}

#: One thread: the arrays are small, and the result must not depend on the machine. NumPy's linear
#: algebra reads these when it is imported.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
#: What the worker seeds NumPy's global generator with before every call.
UNSEEDED = 1_414_213_562

#: How many epochs each level of training has.
LEVELS = {"none": 0, "short": 200, "full": 10000}


def next_arguments(
    arguments: dict[str, Any], returned: dict[str, Any], change: dict[str, Any]
) -> dict[str, Any]:
    """Return the arguments of a chain's next call.

    Parameters
    ----------
    arguments : dict
        Of the last call.
    returned : dict
        Its results by name: parameters and state go into the next call.
    change : dict
        Arguments that the case changes from here on.
    """
    carried = {name: value for name, value in returned.items() if name in arguments}
    step = {"t": arguments["t"] + 1} if "t" in arguments else {}
    return {**arguments, **carried, **step, **change}
