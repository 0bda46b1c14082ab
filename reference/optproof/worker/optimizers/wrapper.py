"""The wrapper to paste where an optimizer cannot be driven, prefilled from its signature."""

from __future__ import annotations

import inspect
from typing import Any

from . import names
from .classes import STEPS

_HYPER = {
    "gd": "learning_rate",
    "momentum": "learning_rate, beta",
    "adam": "learning_rate, beta1, beta2, epsilon",
}
_TITLES = {"gd": "GD", "momentum": "Momentum", "adam": "Adam"}


def judged(kind: str) -> str:
    """Return the wrapper's name; with the class's own name, it would make itself without end."""
    return f"Judged{_TITLES[kind]}"


def wrapper(name: str, thing: Any, kind: str) -> str:
    """Return at most eight lines of Python: a class with update(params, grads)."""
    kind = kind or "adam"
    hyper, short = _HYPER[kind], name.rpartition(".")[2]
    if inspect.isclass(thing):
        made = [f"        self.own = {short}({_arguments(thing, kind)})"]
        step = next((m for m in STEPS if callable(getattr(thing, m, None))), "step")
        call = [f"        self.own.{step}({_arguments(getattr(thing, step, None), kind, 1)})"]
    else:
        comma = "," * (kind == "gd")
        made = [f"        self.hyper = {hyper}{comma}"]
        call = [
            f"        {hyper}{comma} = self.hyper",
            f"        params = {short}({_arguments(thing, kind)})",
        ]
    lines = [
        f"class {judged(kind)}:",
        f"    def __init__(self, {hyper}):",
        *made,
        "    def update(self, params, grads):  # dicts of arrays, both under W1, b1, W2, ...",
        *call,
        "        return params",
    ]
    return "\n".join(lines)


def _arguments(function: Any, kind: str, skip: int = 0) -> str:
    """Return the call's arguments, with what is known by name filled in."""
    try:
        theirs = list(inspect.signature(function).parameters.values())[skip:]
    except (TypeError, ValueError):
        return "..."
    hyper = names.hyperparameters([p.name for p in theirs], kind)
    told = names.roles(p.name for p in theirs)
    out = []
    for p in theirs:
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            continue
        if own := hyper.get(p.name):
            own = "(beta1, beta2)" if own == "betas" else own
            out.append(f"{p.name}={own}")
        elif told[p.name] in ("params", "grads"):
            out.append(f"{p.name}={told[p.name]}")
        elif p.default is p.empty:
            out.append(f"{p.name}=...")
    return ", ".join(out)
