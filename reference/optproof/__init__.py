"""optproof: reference specification and conformance kit for basic optimisation methods.

``optproof.check`` judges an implementation, as the command ``optproof check`` does;
``optproof.methods`` is the reference. What is not named here is private.
"""

from importlib import import_module
from typing import Any

__version__ = "1.0.0"
#: Where each public name is; imported when it is first asked for.
_PUBLIC = {
    "check": "public",
    "Report": "public",
    "answer": "checking.repro",
    "inputs": "checking.repro",
    "python_target": "conversation",
    "command_target": "conversation",
    "OptproofError": "errors",
    "UsageError": "errors",
    "FixtureError": "errors",
    "TargetError": "errors",
    "CallError": "errors",
}
__all__ = ["__version__", "methods", *_PUBLIC]


def __getattr__(name: str) -> Any:
    if name == "methods":
        return import_module(".methods", __name__)
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_PUBLIC[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
