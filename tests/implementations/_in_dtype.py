"""The plain transcription with all arrays held in another dtype."""

import numpy as np
import plain

NAMES = (
    "update_parameters_with_gd",
    "random_mini_batches",
    "initialize_velocity",
    "update_parameters_with_momentum",
    "initialize_adam",
    "update_parameters_with_adam",
    "initialize_parameters",
    "forward_propagation",
    "compute_cost",
    "backward_propagation",
    "predict",
    "predict_dec",
)


def convert(value, hold, scalar=float):
    if isinstance(value, dict):
        return {k: convert(v, hold, scalar) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(convert(v, hold, scalar) for v in value)
    if type(value) is float:
        return scalar(value)
    if isinstance(value, (np.ndarray, np.floating)) and value.dtype.kind == "f":
        return hold(value)
    return value


def functions(hold, give, scalar=float):
    """Plain's functions: arrays pass through `hold` on the way in and `give` on the way out."""

    def wrapped(function):
        return lambda *arguments: convert(function(*convert(arguments, hold, scalar)), give)

    return {name: wrapped(getattr(plain, name)) for name in NAMES}
