"""What an optimizer is handed: containers of tensors, a layer, a network.

A body holds a part of the parameters through one life. It takes gradients in, offers itself under
the roles that arguments have, and reads the parameters after a step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .lives import Unable
from .tensors import Kind, read

Arrays = dict[str, Any]
Template = Any  # nested dicts and lists with the names of tensors as leaves


def filled(template: Template, leaf: Callable[[str], Any]) -> Any:
    """Return the template's structure with a value for each name."""
    if isinstance(template, dict):
        return {key: filled(t, leaf) for key, t in template.items()}
    if isinstance(template, list):
        return [filled(t, leaf) for t in template]
    if isinstance(template, tuple):
        return tuple(filled(t, leaf) for t in template)
    return leaf(template)


def matched(value: Any, template: Template, shapes: dict[str, Any]) -> dict[str, Any] | None:
    """Return the tensors in `value` by name, or None if its structure is another."""
    if isinstance(template, dict):
        if not isinstance(value, dict) or not template.keys() <= value.keys():
            return None
        parts = [matched(value[key], t, shapes) for key, t in template.items()]
    elif isinstance(template, (list, tuple)):
        if not isinstance(value, (list, tuple)) or len(value) != len(template):
            return None
        parts = [matched(v, t, shapes) for v, t in zip(value, template)]
    else:
        array = read(value)
        fits = array is not None and array.shape == shapes[template]
        return {template: array} if fits else None
    if any(p is None for p in parts):
        return None
    return {name: array for p in parts if p for name, array in p.items()}


def layers_of(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the names of each layer's tensors, W1 beside b1."""
    names = list(names)
    return [(f"W{i}", f"b{i}") for i in range(1, len(names) // 2 + 1)]


def layouts(names: list[str]) -> list[tuple[str, Template, Template]]:
    """Return the containers in use: what the report calls them, of parameters, of gradients."""
    layers = layers_of(names)
    same = {n: n for n in names}
    flat = [n for layer in layers for n in layer]
    by_kind = {"W": [w for w, _ in layers], "b": [b for _, b in layers]}
    found = [
        ("", same, {f"d{n}": n for n in names}),
        ("gradients under the parameters' own keys", same, same),
        ("lists W1, b1, W2, b2, ...", flat, flat),
        (
            "lists of a dict a layer",
            [{"W": w, "b": b} for w, b in layers],
            [{"dW": w, "db": b} for w, b in layers],
        ),
        (
            "lists of a dict a layer, under the same keys",
            [{"W": w, "b": b} for w, b in layers],
            [{"W": w, "b": b} for w, b in layers],
        ),
        (
            "dicts of lists, W[0] for W1",
            by_kind,
            {"dW": by_kind["W"], "db": by_kind["b"]},
        ),
        ("dicts of lists under the same keys", by_kind, by_kind),
        ("lists of (W, b), one a layer", [(w, b) for w, b in layers], [(w, b) for w, b in layers]),
        ("lists of [W, b], one a layer", [[w, b] for w, b in layers], [[w, b] for w, b in layers]),
    ]
    for title, keys in (("layer1, ...", [f"layer{i}" for i, _ in enumerate(layers, 1)]),):
        found.append(
            (
                f"dicts of layers under {title}",
                {k: {"W": w, "b": b} for k, (w, b) in zip(keys, layers)},
                {k: {"W": w, "b": b} for k, (w, b) in zip(keys, layers)},
            )
        )
    return found


class Container:
    """Tensors in a container, of one of the layouts; a template of one name is a tensor alone."""

    def __init__(
        self, arrays: dict[str, Any], kind: Kind, template: Template, of_gradients: Template
    ) -> None:
        self.kind, self.template, self.of_gradients = kind, template, of_gradients
        self.shapes = {n: a.shape for n, a in arrays.items()}
        self.tensors = {n: kind.parameter(a.copy()) for n, a in arrays.items()}
        self.held = filled(template, self.tensors.__getitem__)
        self.gradients: Any = None
        self.given: dict[str, Any] = {}
        self._pairs: list[tuple[Any, Any]] = []

    def give(self, gradients: dict[str, Any]) -> None:
        """Take the gradients of a step."""
        self.given = gradients
        made = {n: None if g is None else self.kind.gradient(g) for n, g in gradients.items()}
        if self.kind.attach:
            for name, tensor in self.tensors.items():
                self.kind.attach(tensor, made[name])
        self.gradients = filled(self.of_gradients, made.__getitem__)
        self._pairs = [(made[n], t) for n, t in self.tensors.items()]

    def role(self, role: str) -> Any:
        """Return what is given for an argument of this role."""
        first, *_ = self.shapes
        layers = [self.shapes[w] for w, _ in layers_of(self.shapes) if w in self.shapes]
        if role == "sizes":
            sizes = [s[-1] for s in layers[:1]] + [s[0] for s in layers]
            if [s[-1] for s in layers] != sizes[:-1]:
                raise Unable("these tensors are no layers that follow each other")
            return sizes
        offered = {
            "network": self.held,
            "count": len(layers),
            "params": self.held,
            "grads": self.gradients,
            "key": first,
            "shape": filled(self.template, self.shapes.__getitem__),
            "W": self._at(0, self.held),
            "b": self._at(1, self.held),
            "dW": self._at(0, self.gradients),
            "db": self._at(1, self.gradients),
            "pairs": self._pairs,
            "sraip": [(p, g) for g, p in self._pairs],
        }
        return offered[role]

    @staticmethod
    def _at(i: int, values: Any) -> Any:
        if isinstance(values, dict) and len(values) == 2:
            return list(values.values())[i]
        return values[i] if isinstance(values, (list, tuple)) and len(values) == 2 else None

    def values(self) -> dict[str, Any] | None:
        """Return the tensors as they stand in what was given."""
        return matched(self.held, self.template, self.shapes)

    def returned(self, value: Any) -> tuple[Any, dict[str, Any]] | None:
        """Return the parameters in what came back: all of it, or the first part that fits."""
        several = isinstance(value, (tuple, list))
        candidates = [value, *(value if several else ())]
        if isinstance(self.template, dict) and several and len(value) == len(self.template):
            candidates.append(dict(zip(self.template, value)))  # the weights and the biases apart
        for candidate in candidates:
            if (found := matched(candidate, self.template, self.shapes)) is not None:
                return candidate, found
        return None

    def put(self, tensors: dict[str, Any]) -> None:
        """Go on with these tensors."""
        self.tensors = tensors
        self.held = filled(self.template, tensors.__getitem__)

    def hold(self, value: Any) -> None:
        """Go on with what came back: it is the next step's parameters."""
        self.held = value
        if isinstance(self.template, str):
            self.tensors = {self.template: value}
        elif isinstance(self.template, dict) and self.template.keys() == self.tensors.keys():
            self.tensors = {n: value[n] for n in self.template}


BY_KIND = 6  # the place of lists of weights and of biases in what layouts returns
Groups = Callable[[list[str]], list[list[str]]]


def all_together(names: list[str]) -> list[list[str]]:
    """Group tensors: all in one call."""
    return [names]


def one_by_one(names: list[str]) -> list[list[str]]:
    """Group tensors: one a call."""
    return [[n] for n in names]


def by_layer(names: list[str]) -> list[list[str]]:
    """Group tensors: the two of a layer a call."""
    return [list(layer) for layer in layers_of(names)]


def container(kind: Kind, at: int) -> Callable[[Arrays], Container]:
    """Return what puts tensors into the layout at that place of :func:`layouts`."""

    def make(arrays: Arrays) -> Container:
        _, template, of_gradients = layouts(list(arrays))[at]
        return Container(arrays, kind, template, of_gradients)

    return make


def single(kind: Kind) -> Callable[[Arrays], Container]:
    """Return what hands over one tensor alone."""

    def make(arrays: Arrays) -> Container:
        (name,) = arrays
        return Container(arrays, kind, name, name)

    return make


def in_order(kind: Kind) -> Callable[[Arrays], Container]:
    """Return what hands over W and b of a layer apart."""
    return lambda arrays: Container(arrays, kind, list(arrays), list(arrays))


def titled(kind: Kind, title: str) -> str:
    """Return what the report calls a container of that kind of tensors."""
    return " of ".join(t for t in (title, kind.title) if t)
