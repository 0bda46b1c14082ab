"""What the step of a class may be handed: containers, a layer, a network, an array a call."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from .arguments import tree_of
from .bodies import (
    BY_KIND,
    Groups,
    all_together,
    by_layer,
    container,
    in_order,
    layouts,
    one_by_one,
    single,
    titled,
)
from .lives import Arrays
from .standing import Standing, Style, styles
from .tensors import Kind, attached_kinds, plain_kinds

Body = tuple[str, Groups, Callable[[Arrays], Any], bool, str]


def bodies(cls: type, roles: set[str], built: set[str], setup_role: str) -> Iterator[Body]:
    """Yield what it might be handed: a title, how tensors are grouped, and the bodies."""
    every = roles | built | {setup_role}
    if "layer" in every:
        yield from _standing(cls, "layer", by_layer, "layer" in roles)
        if _calls_for_parameters(cls):
            yield from _standing(cls, "layers", all_together, True)
    elif every & {"network", "layers"}:
        yield from _standing(cls, "network", all_together, True)
        if "grads" in roles:  # what is called layers may be a list or dict of arrays
            yield from _containers(cls)
    elif "W" in roles:
        for kind in plain_kinds(cls):
            yield (
                titled(kind, "one layer's W, b, dW and db a call" + _an_object("layer", False)),
                by_layer, in_order(kind), False, "pairs",
            )  # fmt: skip
            title = titled(kind, "lists of weights and of biases")
            yield title, all_together, container(kind, BY_KIND), True, "pairs"
    elif "pairs" in roles:
        for kind in plain_kinds(cls):
            for order, title in (
                ("pairs", "(gradient, parameter)"),
                ("sraip", "(parameter, gradient)"),
            ):
                yield titled(kind, f"pairs {title}"), all_together, container(kind, 2), True, order
    elif "grads" in roles:
        for kind in plain_kinds(cls):
            if "key" not in roles:
                yield from _containers(cls, kind)
            keyed = "key" in roles or _keys_by_id(cls)
            yield (
                titled(kind, "one array a call" + _an_object("tensor", keyed)),
                one_by_one, single(kind), keyed, "pairs",
            )  # fmt: skip
    else:
        for kind in attached_kinds(cls):
            for at in (2, 0):
                title = "a list of parameters" if at == 2 else "a dict of parameters"
                yield titled(kind, title), all_together, container(kind, at), True, "pairs"
            if "params" in roles:
                yield titled(kind, "one parameter a call"), one_by_one, single(kind), True, "pairs"


def _containers(cls: type, *kinds: Kind) -> Iterator[Body]:
    for kind in kinds or plain_kinds(cls):
        for i, (title, _, _) in enumerate(layouts(["W1", "b1"])):
            yield titled(kind, title), all_together, container(kind, i), True, "pairs"


def _calls_for_parameters(cls: type) -> bool:
    """Return whether its source calls params() and the like of a layer: one may hold others."""
    tree = tree_of(cls)
    return any(
        isinstance(n, ast.Call)
        and not n.args
        and getattr(n.func, "attr", "") in ("params", "parameters")
        for n in (ast.walk(tree) if tree else ())
    )


def _an_object(what: str, keyed: bool) -> str:
    return ", one object for all" if keyed else f", one object a {what}"


def _standing(cls: type, part: str, groups: Any, one: bool) -> Iterator[Body]:
    what = {
        "layer": "a layer with weights and biases",
        "layers": "a layer that holds all parameters",
        "network": "a network",
    }[part]
    for style in styles(attached_kinds(cls)):

        def make(arrays: Arrays, style: Style = style) -> Standing:
            return Standing(arrays, style, part)

        yield what + f" ({style.title})" * bool(style.title), groups, make, one, "pairs"


def _keys_by_id(cls: type) -> bool:
    """Return whether its source keys state by the identity of what it is given."""
    tree = tree_of(cls)
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "id"
        for node in (ast.walk(tree) if tree else ())
    )
