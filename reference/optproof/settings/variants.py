"""Declared variants: conventions that an implementation follows on purpose."""

from __future__ import annotations

from collections.abc import Iterable

from .. import fixtures
from ..errors import UsageError
from ..fixtures import Case


def declared_variants(names: Iterable[str]) -> dict[str, str]:
    """Return the variants by operation.

    Raises
    ------
    UsageError
        If a name is not one of a variant, or two are of the same operation.
    """
    catalogue = fixtures.load_deviations()
    chosen: dict[str, str] = {}
    for name in names:
        if name not in catalogue or not catalogue[name].variant:
            known = ", ".join(d.id for d in catalogue.values() if d.variant)
            kind = "a deviation, but no variant" if name in catalogue else "not a variant"
            raise UsageError(f"{name!r} is {kind}", f"variants are: {known}")
        operation = catalogue[name].operation
        if chosen.get(operation, name) != name:
            both = f"{chosen[operation]} and {name}"
            raise UsageError(f"{both} are variants of the same operation", "declare one of them")
        chosen[operation] = name
    return chosen


def under(variants: dict[str, str], case: Case) -> Case:
    """Return the case as the declared variant of its operation would have it."""
    variant = variants.get(case.operation)
    return case.as_variant(variant) if variant else case
