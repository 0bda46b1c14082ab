"""Optimizers that keep their own state: found in a module, and driven step by step."""

from .finding import Found, NoSuchName, Optimizer, find, named
from .lives import Unable
from .running import answer, run

__all__ = ["Found", "NoSuchName", "Optimizer", "Unable", "answer", "find", "named", "run"]
