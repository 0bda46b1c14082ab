"""The methods, as pure functions: this package is the reference.

It imports NumPy alone, nothing else of optproof, so that it can be read, or copied, by itself.
Read in this order: minibatch, gradient_descent, momentum, adam, network, training.
"""

from .adam import initialize_adam, update_parameters_with_adam
from .gradient_descent import update_parameters_with_gd
from .minibatch import random_mini_batches
from .momentum import initialize_velocity, update_parameters_with_momentum
from .moons import load_dataset
from .network import (
    accuracy,
    backward_propagation,
    compute_cost,
    forward_propagation,
    initialize_parameters,
    predict,
    predict_dec,
)
from .training import OPTIMIZERS, Epoch, Moments, Operations, model, train

__all__ = [
    "OPTIMIZERS",
    "Epoch",
    "Moments",
    "Operations",
    "accuracy",
    "backward_propagation",
    "compute_cost",
    "forward_propagation",
    "initialize_adam",
    "initialize_parameters",
    "initialize_velocity",
    "load_dataset",
    "model",
    "predict",
    "predict_dec",
    "random_mini_batches",
    "train",
    "update_parameters_with_adam",
    "update_parameters_with_gd",
    "update_parameters_with_momentum",
]
