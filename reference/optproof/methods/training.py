"""The training loop (SPEC.md, clauses TRAIN-1 to TRAIN-6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from ._types import Array, Arrays, Scalar
from .adam import initialize_adam, update_parameters_with_adam
from .gradient_descent import update_parameters_with_gd
from .inplace import Gradient, gradient_in_place
from .minibatch import random_mini_batches
from .momentum import initialize_velocity, update_parameters_with_momentum
from .network import backward_propagation, compute_cost, forward_propagation, initialize_parameters

OPTIMIZERS = ("gd", "momentum", "adam")

OPERATIONS = SimpleNamespace(
    random_mini_batches=random_mini_batches,
    forward_propagation=forward_propagation,
    compute_cost=compute_cost,
    backward_propagation=backward_propagation,
    initialize_velocity=initialize_velocity,
    initialize_adam=initialize_adam,
    update_parameters_with_gd=update_parameters_with_gd,
    update_parameters_with_momentum=update_parameters_with_momentum,
    update_parameters_with_adam=update_parameters_with_adam,
)

Update = Callable[[Arrays, Arrays], Arrays]
Step = Callable[[Array, Array], tuple[Scalar, Arrays]]


class Optimizer:
    """An update rule and what it carries from step to step.

    Parameters
    ----------
    name : {"gd", "momentum", "adam"}
    learning_rate, beta, beta1, beta2, epsilon
        As in the operations; each rule uses its own.
    operations : object, optional
        Whose attributes are the operations.

    Attributes
    ----------
    v, s : dict of arrays or None
        The moments, keyed as the gradients that :meth:`update` is given; None before they exist.
    t : int
        Steps taken; counted by Adam alone (ADAM-7).

    Raises
    ------
    ValueError
        If `name` is not one of the three.
    """

    def __init__(
        self,
        name: str,
        learning_rate: Scalar = 0.0007,
        beta: Scalar = 0.9,
        beta1: Scalar = 0.9,
        beta2: Scalar = 0.999,
        epsilon: Scalar = 1e-8,
        operations: Any = OPERATIONS,
    ) -> None:
        if name not in OPTIMIZERS:
            raise ValueError(f"optimizer is {name!r}; it must be one of {', '.join(OPTIMIZERS)}")
        self.learning_rate, self.beta = learning_rate, beta
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.operations = operations
        self.v: Arrays | None = None
        self.s: Arrays | None = None
        self.t = 0
        self.update: Update = getattr(self, f"_{name}")

    def _gd(self, parameters: Arrays, grads: Arrays) -> Arrays:
        new: Arrays = self.operations.update_parameters_with_gd(
            parameters, grads, self.learning_rate
        )
        return new

    def _momentum(self, parameters: Arrays, grads: Arrays) -> Arrays:
        if self.v is None:
            self.v = self.operations.initialize_velocity(parameters)
        parameters, self.v = self.operations.update_parameters_with_momentum(
            parameters, grads, self.v, self.beta, self.learning_rate
        )
        return parameters

    def _adam(self, parameters: Arrays, grads: Arrays) -> Arrays:
        if self.v is None:
            self.v, self.s = self.operations.initialize_adam(parameters)
        self.t += 1
        parameters, self.v, self.s = self.operations.update_parameters_with_adam(
            parameters, grads, self.v, self.s, self.t,
            self.learning_rate, self.beta1, self.beta2, self.epsilon,
        )  # fmt: skip
        return parameters


class Epoch(NamedTuple):
    """What :func:`train` yields after each epoch.

    The next epoch changes `optimizer`, and for float arrays `parameters`: copy what you keep.
    """

    number: int
    cost: Scalar
    parameters: Arrays
    optimizer: Optimizer


def train(
    X: Array,
    Y: Array,
    parameters: Arrays,
    optimizer: str,
    learning_rate: Scalar = 0.0007,
    mini_batch_size: int = 64,
    beta: Scalar = 0.9,
    beta1: Scalar = 0.9,
    beta2: Scalar = 0.999,
    epsilon: Scalar = 1e-8,
    num_epochs: int = 10000,
    seed: int = 10,
    operations: Any = OPERATIONS,
    after: Epoch | None = None,
) -> Iterator[Epoch]:
    r"""Train from `parameters` and yield after every epoch.

    Each epoch adds 1 to the seed, cuts new mini-batches with it, and for each batch runs forward,
    cost, backward and update. The epoch's cost is the sum of its batches' costs, each taken
    before that batch's update, over m.

    Parameters
    ----------
    X : array, shape (n_0, m)
    Y : array, shape (1, m)
    parameters : dict of arrays
        ``W1, b1, W2, b2, W3, b3``; not changed. Their dtype is the dtype of the training.
    optimizer : {"gd", "momentum", "adam"}
    learning_rate, mini_batch_size, beta, beta1, beta2, epsilon
        As in the operations of those names; each optimizer uses its own.
    num_epochs : int, default 10000
    seed : int, default 10
        The first epoch shuffles with ``seed + 1``.
    operations : object, optional
        Whose attributes are the operations to train with, each with the document's signature.
        With the reference's own, but for the mini-batches, the parameters are updated as one
        vector: the rules are elementwise, so that this changes no bit of the result.
    after : Epoch, optional
        Go on after this epoch, with its parameters and its optimizer, in place of the start.

    Yields
    ------
    Epoch
        Its number from 0, its cost, and the parameters and the optimizer after it.

    Raises
    ------
    ValueError
        If `optimizer` is not one of the three.

    Notes
    -----
    Clauses TRAIN-2 (seeds), TRAIN-3 (order of work and step counter), TRAIN-4 (cost).
    """
    rule = Optimizer(optimizer, learning_rate, beta, beta1, beta2, epsilon, operations)
    first = 0
    if after:
        first, parameters, rule = after.number + 1, after.parameters, after.optimizer
    given = {**vars(operations), "random_mini_batches": random_mini_batches}
    own = all(given.get(name) is f for name, f in vars(OPERATIONS).items())
    if own and parameters["W1"].dtype.kind == "f":
        step = _step_in_place(rule.update, parameters)
        Y = Y.astype(parameters["W1"].dtype)
    else:
        step = _step(rule.update, parameters, operations)
    m = X.shape[-1]
    for number in range(first, num_epochs):
        total: Scalar = 0
        for X_t, Y_t in operations.random_mini_batches(X, Y, mini_batch_size, seed + number + 1):
            cost, parameters = step(X_t, Y_t)
            total = total + cost
        yield Epoch(number, total / m, parameters, rule)


def _step(update: Update, parameters: Arrays, operations: Any) -> Step:
    """Return one step of training, as a function of the batch, from the operations as they are."""

    def step(X_t: Array, Y_t: Array) -> tuple[Scalar, Arrays]:
        nonlocal parameters
        a3, caches = operations.forward_propagation(X_t, parameters)
        cost = operations.compute_cost(a3, Y_t)
        grads = operations.backward_propagation(X_t, Y_t, caches)
        parameters = update(parameters, grads)
        return cost, parameters

    return step


def _step_in_place(update: Update, parameters: Arrays) -> Step:
    """Return the same step on one vector: the update rules are elementwise, so they see no more
    of the network than the vector of all parameters, whose slices are W and b.
    """
    theta = np.concatenate([a.reshape(*a.shape[:-2], -1) for a in parameters.values()], axis=-1)
    gradient = np.empty_like(theta)
    parameters = _views(theta, parameters)
    grads = {"d" + k: dtheta for k, dtheta in _views(gradient, parameters).items()}
    in_place: dict[int, Gradient] = {}

    def step(X_t: Array, Y_t: Array) -> tuple[Scalar, Arrays]:
        m = X_t.shape[-1]
        if m not in in_place:
            in_place[m] = gradient_in_place(parameters, grads, m)
        cost = in_place[m](X_t, Y_t)
        theta[:] = update({"theta": theta}, {"dtheta": gradient})["theta"]
        return cost, parameters

    return step


def _views(vector: Array, like: Arrays) -> Arrays:
    sizes = [a.shape[-2] * a.shape[-1] for a in like.values()]
    parts = np.split(vector, np.cumsum(sizes)[:-1], axis=-1)
    return {k: part.reshape(a.shape) for part, (k, a) in zip(parts, like.items())}


def print_cost_as_document(epoch: Epoch) -> None:
    """Print the cost every 1000 epochs, as the document does (clause TRAIN-5)."""
    if epoch.number % 1000 == 0:
        print("Cost after epoch %i: %f" % (epoch.number, epoch.cost))


def model(
    X: Array,
    Y: Array,
    layers_dims: Sequence[int],
    optimizer: str,
    learning_rate: Scalar = 0.0007,
    mini_batch_size: int = 64,
    beta: Scalar = 0.9,
    beta1: Scalar = 0.9,
    beta2: Scalar = 0.999,
    epsilon: Scalar = 1e-8,
    num_epochs: int = 10000,
    print_cost: bool = True,
    report: Callable[[Epoch], None] = print_cost_as_document,
) -> Arrays:
    """Train the 3-layer network from its seeded initial parameters.

    Parameters
    ----------
    X : array, shape (n_0, m)
    Y : array, shape (1, m)
    layers_dims : sequence of int
        Units a layer; the document's are ``[2, 5, 2, 1]``.
    optimizer : {"gd", "momentum", "adam"}
    learning_rate, mini_batch_size, beta, beta1, beta2, epsilon, num_epochs
        As in :func:`train`.
    print_cost : bool, default True
        Whether `report` is called.
    report : callable, optional
        Called with each :class:`Epoch`; the default prints every thousandth cost.

    Returns
    -------
    dict of arrays
        The trained parameters.

    Raises
    ------
    ValueError
        If `optimizer` is not one of the three.

    Notes
    -----
    Clauses TRAIN-1 (initial parameters), TRAIN-5 (printing), and those of :func:`train`. The
    document also draws the cost curve here (TRAIN-6); ``optproof train --plot`` does that.
    """
    parameters = initialize_parameters(layers_dims)
    hyperparameters = dict(
        learning_rate=learning_rate,
        mini_batch_size=mini_batch_size,
        beta=beta,
        beta1=beta1,
        beta2=beta2,
        epsilon=epsilon,
        num_epochs=num_epochs,
    )
    for epoch in train(X, Y, parameters, optimizer, **hyperparameters):
        parameters = epoch.parameters
        if print_cost:
            report(epoch)
    return parameters
