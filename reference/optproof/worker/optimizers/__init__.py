"""Optimizers that keep their own state: found in a module, and driven step by step."""

from .devices import NoSuchDevice, choose
from .finding import Found, NoSuchName, Optimizer, find, named
from .lives import Unable
from .roles import NOTE, as_operation
from .running import answer, as_update, run

__all__ = [
    "NOTE",
    "Found",
    "NoSuchDevice",
    "NoSuchName",
    "Optimizer",
    "Unable",
    "answer",
    "as_operation",
    "as_update",
    "choose",
    "find",
    "named",
    "run",
]
