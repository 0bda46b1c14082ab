"""What is known so far of a tensor, or of all of a method."""

from __future__ import annotations

from typing import Any


class State(dict[str, Any]):
    """What is known so far, by name; also as attributes, so that the maths reads like the maths."""

    def __getattr__(self, name: str) -> Any:
        return self[name]
