"""Optimizers that keep their own state: found in a module, and driven step by step."""

from .devices import NoSuchDevice, choose
from .finding import Found, NoSuchName, Optimizer, find, named
from .lives import Unable
from .running import answer, as_update, run

__all__ = [
    "Found",
    "NoSuchDevice",
    "NoSuchName",
    "Optimizer",
    "Unable",
    "answer",
    "as_update",
    "choose",
    "find",
    "named",
    "run",
]
