"""An optimizer seen through the parameters after each of its steps."""

from __future__ import annotations

from typing import Any

from ..errors import Malformed
from ..protocol import Array
from .judge import flatten

#: The parameters after each step; of each instance in turn where there are several.
Path = list[dict[str, Array]]


def flatten_steps(value: Any, steps: int, instances: int = 1) -> list[Path]:
    """Return the parameters after each step, for each instance, from the answer to ``steps``.

    Raises
    ------
    Malformed
        If it is not a list of as many entries as there are steps, or one of them is no dict of
        arrays.
    """
    entries = value.get("parameters") if isinstance(value, dict) else None
    if not isinstance(entries, list):
        raise _malformed("the answer has no list of parameters, one entry a step")
    if len(entries) != steps:
        raise _malformed(f"{len(entries)} entries for {steps} steps: one is due after each step")
    if instances == 1:
        return [[flatten("update_parameters_with_gd", {"parameters": e}) for e in entries]]
    if not all(isinstance(entry, list) and len(entry) == instances for entry in entries):
        raise _malformed(f"parameters must hold a list of {instances}, one an instance, a step")
    each = [{"parameters": [entry[i] for entry in entries]} for i in range(instances)]
    return [path for one in each for path in flatten_steps(one, steps)]


def _malformed(what: str) -> Malformed:
    return Malformed(what, "PROTOCOL.md, Optimizers: the call steps")
