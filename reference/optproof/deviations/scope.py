"""Where a deviation holds: everywhere, in the weights, in the last layer, ..."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection
from dataclasses import dataclass

#: ``W1``, ``b2``; ``v.dW1`` for the zeros of one moment.
KEY = re.compile(r"(?:(?P<moment>[vs])\.d)?(?P<kind>[WbXY]?)(?P<layer>\d*)")
KINDS = {"W": "the weights", "b": "the biases", "X": "X", "Y": "the labels"}
LAYERS = {
    "first": "the first layer",
    "last": "the last layer",
    "not first": "all layers but the first",
    "not last": "all layers but the last",
    "second": "the second layer",
    "not second": "all layers but the second",
}


@dataclass(frozen=True)
class Scope:
    """The tensors that a deviation holds in; empty parts do not restrict it.

    Parameters
    ----------
    kind : {"", "W", "b", "X", "Y"}
    layer : str
        One of :data:`LAYERS`.
    moment : {"", "v", "s"}
    """

    kind: str = ""
    layer: str = ""
    moment: str = ""

    def holds(self, key: str, keys: Collection[str]) -> bool:
        """Whether the tensor `key` is in it, where these are all; one state in all is."""
        if self == EVERYWHERE or not key or not (found := KEY.fullmatch(key)):
            return True
        if self.kind and found["kind"] != self.kind:
            return False
        if self.moment and found["moment"] != self.moment:
            return False
        if not self.layer:
            return True
        layer, last = _layer(key), max(map(_layer, keys))
        wanted = {"first": 1, "second": 2, "last": last}.get(self.layer.rpartition(" ")[2])
        return wanted is None or (layer == wanted) != self.layer.startswith("not")

    def __str__(self) -> str:
        of = [self.moment] if self.moment else []
        of += [KINDS[self.kind]] if self.kind else []
        of += [LAYERS[self.layer]] if self.layer else []
        return " of ".join(of)


def _layer(key: str) -> int:
    found = KEY.fullmatch(key)
    return int(found["layer"] or 0) if found else 0


EVERYWHERE = Scope()
SCOPES = tuple(
    Scope(kind, layer, moment)
    for moment, kind, layer in itertools.product(("", "v", "s"), ("", *KINDS), ("", *LAYERS))
)
