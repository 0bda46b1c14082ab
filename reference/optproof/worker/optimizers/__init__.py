"""Optimizers that keep their own state: found in a module, and driven step by step."""

from .finding import Found, Optimizer, find
from .lives import Unable
from .running import answer, run

__all__ = ["Found", "Optimizer", "Unable", "answer", "find", "run"]
