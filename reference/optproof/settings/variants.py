"""Declared variants: conventions that an implementation follows on purpose.

Written ``adam.epsilon-hat``; ``adam.adamw=0.1`` with another number; ``a+b`` where two of different
stages are followed at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from .. import fixtures
from ..deviations import PIPELINES
from ..errors import UsageError, nearest
from ..fixtures import Case, Expected, Json
from ..judging import rounding
from ..judging.predicting import predict
from ..protocol import Array, encode


def declared_variants(names: Iterable[str]) -> dict[str, str]:
    """Return the variants by operation, several of one joined by ``+``.

    Raises
    ------
    UsageError
        If a name is not one of a variant, takes no number, or two are of the same stage.
    """
    catalogue = fixtures.load_deviations()
    chosen: dict[str, list[str]] = {}
    for name in (one for several in names for one in several.split("+")):
        plain, equals, number = name.partition("=")
        if plain not in catalogue or not catalogue[plain].variant:
            known = ", ".join(d.id for d in catalogue.values() if d.variant)
            kind = "a deviation, but no variant" if plain in catalogue else "not a variant"
            near = nearest(plain, [d.id for d in catalogue.values() if d.variant])
            hint = f"{near} variants are: {known}".strip()
            raise UsageError(f"{plain!r} is {kind}", hint)
        operation = catalogue[plain].operation
        if equals:
            name = f"{plain}={_number(plain, operation, number)}"
        of_it = chosen.setdefault(operation, [])
        stage = catalogue[plain].stage
        for other in of_it:
            if other != name and catalogue[other.partition("=")[0]].stage == stage:
                both = f"{other} and {name}"
                raise UsageError(f"{both} are variants of the same step", "declare one of them")
        if name not in of_it:
            of_it.append(name)
    return {operation: "+".join(sorted(of_it)) for operation, of_it in chosen.items()}


def _number(name: str, operation: str, text: str) -> str:
    numbered = [n for stage in PIPELINES[operation].stages for n in stage.numbered]
    if name not in numbered:
        example = f"{numbered[0]}=0.1 has one" if numbered else ""
        raise UsageError(f"{name} has no number: {name}={text}", example)
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise UsageError(f"{name}={text}: no number of 0 or more", f"for example {name}=0.1")
    return repr(number).replace("+", "")


def under(variants: dict[str, str], case: Case) -> Case:
    """Return the case as the declared variant of its operation would have it."""
    variant = variants.get(case.operation)
    if not variant:
        return case
    return (
        case.as_variant(variant)
        if variant in fixtures.load_deviations()
        else worked_out(case, variant)
    )


def worked_out(case: Case, variant: str) -> Case:
    """Return the case with what a variant answers that no file has: by its formula, with bounds."""
    with rounding.precisely():
        try:
            answer = predict(PIPELINES[case.operation], [variant], case, _numbers)
        except ArithmeticError:  # a divisor that may be zero
            return replace(case, raw={**case.raw, "unknown": True})
    expected: Json = dict(case.raw["expected"])
    for name, tensor in answer.items():
        if (known := case.expected.get(name)) and known.values is not None:
            told = _written(tensor, known)
            if told["data"] != encode(known.values)["data"]:
                expected[name] = told
    return replace(case, raw={**case.raw, "expected": expected})


def _numbers(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {k: _numbers(v, k) for k, v in value.items()}
    if isinstance(value, np.ndarray):
        return rounding.of_tensor(value)
    return rounding.of_scalar(name, value) if isinstance(value, float) else value


def _written(tensor: Array, known: Expected) -> Json:
    """Return a tensor as the files have it: the block that is judged, with a bound each."""
    block = known.values
    assert block is not None
    cut = tuple(slice(a, a + n) for a, n in zip(known.start, block.shape))
    numbers = [
        n if isinstance(n, rounding.Measured) else rounding.Measured(n) for n in tensor[cut].flat
    ]
    values = np.array([float(n) for n in numbers]).reshape(block.shape)
    told = {"dtype": known.dtype, "shape": list(known.shape), "data": encode(values)["data"]}
    part = {"start": list(known.start), "block": list(block.shape)}
    return {**told, **part, "bound": [n.bound for n in numbers]}
