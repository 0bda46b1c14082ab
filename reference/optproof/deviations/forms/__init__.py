"""Usual slips that are no entries of the catalogue: a formula and a sentence each.

They name what people write now and then. None has an id or a signature: like all that is found, a
form counts only if it reproduces every answer.

Under each stage: ``formula | sentence``. ``&& other stage: formula`` adds what differs there.
"""

from __future__ import annotations

from .batches import MINIBATCH
from .network import BACKWARD, COST, FORWARD, INIT, ZEROS
from .updates import ADAM, GD, MOMENTUM

#: Whole numbers that are tried in the place of one: stage, formula with ``c``, numbers, sentence.
SEEDS = (*range(51), 100, 123, 1000, 1234, 12345, *range(2015, 2027))
WHOLE = {
    "random_mini_batches": (
        ("seed", "seed = c", SEEDS, "the seed is {c}, whatever is passed"),
        (
            "slices",
            "size = c",
            (8, 10, 16, 20, 32, 50, 100, 128, 256),
            "batches have {c} examples, whatever is passed",
        ),
    ),
    "initialize_parameters": (
        ("draws", "drawn = randn(dims, seed=c)[layer]", SEEDS, "the seed is {c}, not 3"),
    ),
}
FORMS = {
    "update_parameters_with_gd": GD,
    "random_mini_batches": MINIBATCH,
    "update_parameters_with_momentum": MOMENTUM,
    "update_parameters_with_adam": ADAM,
    "initialize_velocity": ZEROS,
    "initialize_adam": ZEROS,
    "initialize_parameters": INIT,
    "forward_propagation": FORWARD,
    "compute_cost": COST,
    "backward_propagation": BACKWARD,
}
