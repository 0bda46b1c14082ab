"""The training loop (SPEC.md, clauses TRAIN-1 to TRAIN-6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ._types import Array, Arrays, Scalar
from .adam import initialize_adam, update_parameters_with_adam
from .gradient_descent import update_parameters_with_gd
from .minibatch import random_mini_batches
from .momentum import initialize_velocity, update_parameters_with_momentum
from .network import backward_propagation, compute_cost, forward_propagation, initialize_parameters

OPTIMIZERS = ("gd", "momentum", "adam")


@dataclass(frozen=True)
class Operations:
    """What a training is made of; ``dataclasses.replace`` puts others in."""

    random_mini_batches: Callable[..., Any] = random_mini_batches
    forward_propagation: Callable[..., Any] = forward_propagation
    compute_cost: Callable[..., Any] = compute_cost
    backward_propagation: Callable[..., Any] = backward_propagation
    initialize_velocity: Callable[..., Any] = initialize_velocity
    initialize_adam: Callable[..., Any] = initialize_adam
    update_parameters_with_gd: Callable[..., Any] = update_parameters_with_gd
    update_parameters_with_momentum: Callable[..., Any] = update_parameters_with_momentum
    update_parameters_with_adam: Callable[..., Any] = update_parameters_with_adam


class Moments(NamedTuple):
    """What an update rule carries from step to step; None where it has no such moment."""

    v: Arrays | None = None
    s: Arrays | None = None
    t: int = 0  # steps taken; Adam alone counts them (ADAM-7)


class Epoch(NamedTuple):
    """What :func:`train` yields after each epoch: a value, and all that is needed to go on."""

    number: int
    cost: Scalar  # None where it was not asked for
    parameters: Arrays
    moments: Moments


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
    operations: Operations = Operations(),
    after: Epoch | None = None,
    cost_every: int = 1,
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
        ``W1, b1, W2, b2, W3, b3``, of the dtype of X; not changed.
    optimizer : {"gd", "momentum", "adam"}
    learning_rate, mini_batch_size, beta, beta1, beta2, epsilon
        As in the operations of those names; each optimizer uses its own.
    num_epochs : int, default 10000
    seed : int, default 10
        The first epoch shuffles with ``seed + 1``.
    operations : Operations, optional
        What to train with, each with the document's signature.
    after : Epoch, optional
        Go on after this epoch, with its parameters and its moments, in place of the start.
    cost_every : int, default 1
        Epochs 0, n, 2n, ... have a cost; none has for 0.

    Yields
    ------
    Epoch
        Its number from 0, its cost, and the parameters and the moments after it.

    Raises
    ------
    ValueError
        If `optimizer` is not one of the three.

    Notes
    -----
    Clauses TRAIN-2 (seeds), TRAIN-3 (order of work and step counter), TRAIN-4 (cost).
    """
    if optimizer not in OPTIMIZERS:
        raise ValueError(f"optimizer is {optimizer!r}; it must be one of {', '.join(OPTIMIZERS)}")
    do, m = operations, X.shape[-1]
    if do == Operations() and X.dtype.kind == "f":
        Y = Y.astype(X.dtype)  # whole numbers would make float64 of float32
    first, (v, s, t) = 0, Moments()
    if after:
        first, parameters, (v, s, t) = after.number + 1, after.parameters, after.moments
    elif optimizer == "momentum":
        v = do.initialize_velocity(parameters)
    elif optimizer == "adam":
        v, s = do.initialize_adam(parameters)
    for number in range(first, num_epochs):
        asked = cost_every > 0 and number % cost_every == 0
        total: Scalar = 0
        for X_t, Y_t in do.random_mini_batches(X, Y, mini_batch_size, seed + number + 1):
            a3, caches = do.forward_propagation(X_t, parameters)
            if asked:
                total = total + do.compute_cost(a3, Y_t)
            grads = do.backward_propagation(X_t, Y_t, caches)
            if optimizer == "gd":
                parameters = do.update_parameters_with_gd(parameters, grads, learning_rate)
            elif optimizer == "momentum":
                parameters, v = do.update_parameters_with_momentum(
                    parameters, grads, v, beta, learning_rate
                )
            else:
                t = t + 1
                parameters, v, s = do.update_parameters_with_adam(
                    parameters, grads, v, s, t, learning_rate, beta1, beta2, epsilon
                )
        yield Epoch(number, total / m if asked else None, parameters, Moments(v, s, t))


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
) -> Arrays:
    """Train the 3-layer network from its seeded initial parameters, and return the trained ones.

    Parameters
    ----------
    X : array, shape (n_0, m)
    Y : array, shape (1, m)
    layers_dims : sequence of int
        Units a layer; the document's are ``[2, 5, 2, 1]``.
    optimizer, learning_rate, mini_batch_size, beta, beta1, beta2, epsilon, num_epochs
        As in :func:`train`.
    print_cost : bool, default True
        Whether the cost of every thousandth epoch is printed.

    Notes
    -----
    Clauses TRAIN-1 (initial parameters), TRAIN-5 (printing), and those of :func:`train`. The
    document also draws the cost curve here (TRAIN-6); ``optproof train --plot`` does that.
    """
    parameters = initialize_parameters(layers_dims)
    rates = (learning_rate, mini_batch_size, beta, beta1, beta2, epsilon, num_epochs)
    cost_every = 1000 if print_cost else 0
    for epoch in train(X, Y, parameters, optimizer, *rates, cost_every=cost_every):
        parameters = epoch.parameters
        if print_cost:
            print_cost_as_document(epoch)
    return parameters
