"""The catalogue of known deviations: wrong forms, and legitimate forms of other conventions.

It serves three masters: signatures in the fixtures, the diagnosis, and the mutation score. Each
deviation is a formula here, a line that is computed and printed as it stands; what it is, in
words, stands in ``fixtures/deviations.json``.
"""

from __future__ import annotations

from .adam import ADAM
from .backward import BACKWARD
from .formula import Formula, Step
from .initialize import ADAM_INIT, INIT, VELOCITY
from .minibatch import MINIBATCH
from .momentum import GD, MOMENTUM
from .network import COST, FORWARD, PREDICT, PREDICT_DEC
from .pipeline import Answer, Pipeline, Slip, Stage, Unknown
from .scope import EVERYWHERE, SCOPES, Scope
from .state import State

PIPELINES: dict[str, Pipeline] = {
    pipeline.operation: pipeline
    for pipeline in (
        GD,
        MINIBATCH,
        VELOCITY,
        MOMENTUM,
        ADAM_INIT,
        ADAM,
        INIT,
        FORWARD,
        COST,
        BACKWARD,
        PREDICT,
        PREDICT_DEC,
    )
}

__all__ = [
    "EVERYWHERE",
    "PIPELINES",
    "SCOPES",
    "Answer",
    "Formula",
    "Pipeline",
    "Scope",
    "Slip",
    "Stage",
    "State",
    "Step",
    "Unknown",
]
