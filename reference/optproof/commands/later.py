"""NumPy and rich, imported when they are first used: many commands need no number, or no colour."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
from types import ModuleType
from typing import Any


class Later(ModuleType):
    """Stands for a module in whatever imports it, until one of its names is asked for."""

    _lock = threading.RLock()

    def __getattr__(self, name: str) -> Any:
        with Later._lock:
            if sys.modules.get(self.__name__) is self:
                del sys.modules[self.__name__]
            module = importlib.import_module(self.__name__)
            self.__dict__.update(module.__dict__)  # no name is asked for a second time
        return getattr(module, name)


def import_later(name: str) -> None:
    """Let `name` be imported when it is first used, if it is there and not imported yet."""
    spec = None if name in sys.modules else importlib.util.find_spec(name)
    if spec is not None:
        sys.modules[name] = module = Later(name)
        module.__spec__ = spec


class ConsoleLater:
    """Stands for rich's console until something is printed with it."""

    def __init__(self, width: int) -> None:
        self.width = width

    def __getattr__(self, name: str) -> Any:
        from rich.console import Console

        console = Console(markup=False, emoji=False, width=self.width)
        self.__dict__.update(print=console.print)
        return getattr(console, name)
