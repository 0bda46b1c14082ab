"""A formula: a line of text that is computed as it stands, and printed as it stands."""

from __future__ import annotations

import ast
from functools import cached_property, lru_cache
from types import CodeType
from typing import Any, Protocol

import numpy as np

from .state import State


def float32(x: Any) -> Any:
    """Round to float32 and back: floats, arrays of floats, and numbers on balls alike."""
    if hasattr(x, "arb"):
        return x.of(type(x.arb)(float(np.float32(float(x.arb.mid())))))
    rounded = np.asarray(x, dtype=float).astype(np.float32).astype(float)
    return rounded if rounded.ndim else float(rounded)


def float16(x: Any) -> Any:
    """Round to float16 and back."""
    rounded = np.asarray(x, dtype=float).astype(np.float16).astype(float)
    return rounded if rounded.ndim else float(rounded)


def bfloat16(x: Any) -> Any:
    """Round to bfloat16 and back: float32 with the last 16 bits rounded to even."""
    bits = np.asarray(x, dtype=np.float32).view(np.uint32).astype(np.uint64)
    bits = (bits + 0x7FFF + ((bits >> np.uint64(16)) & np.uint64(1))) & np.uint64(0xFFFF0000)
    rounded = bits.astype(np.uint32).view(np.float32).astype(float)
    return rounded if rounded.ndim else float(rounded)


def _larger(a: Any, b: Any) -> Any:
    if hasattr(a, "arb") or hasattr(b, "arb"):  # of balls that overlap, the ball of their maximum
        ball, other = (a, b) if hasattr(a, "arb") else (b, a)
        return ball.of(ball.arb.max(type(ball.arb)(getattr(other, "arb", other))))
    return a if a >= b else b


def larger(a: Any, b: Any) -> Any:
    """Return the larger of two, element by element, of floats and of numbers on balls."""
    if isinstance(b, np.ndarray) and b.dtype.kind == "O":
        return np.frompyfunc(_larger, 2, 1)(a, b)
    return np.maximum(a, b)


class Step(Protocol):
    """A formula: what it adds to a state, and the text of it."""

    @property
    def text(self) -> str: ...

    @property
    def names(self) -> tuple[str, ...]: ...

    def __call__(self, x: State) -> dict[str, Any]: ...

    def edited(self, text: str, full: str) -> Formula:
        """Return another formula of the same words."""
        ...

    def given(self, **words: Any) -> Formula:
        """Return the same formula with more that it may use."""
        ...


@lru_cache(maxsize=20_000)
def compiled(text: str) -> CodeType:
    """Compile a text once."""
    return compile(text, f"<{text}>", "exec")


#: What every formula may use beside what is known so far.
WORDS: dict[str, Any] = {"np": np, "float32": float32, "larger": larger}
WORDS |= {"float16": float16, "bfloat16": bfloat16}


class Formula:
    """One or more assignments, in the words of the specification.

    Parameters
    ----------
    text : str
        What is printed: ``v_new = beta1 * v + (1 - beta1) * g``. ``own`` is the tensor's state
        itself, so that ``(weights or own)["step"]`` reads what is known of a bias's weights.
    full : str
        What is computed: `text`, and of its stage the assignments that it leaves as specified.
    words : dict
        Functions that it may use, by name.
    """

    def __init__(self, text: str, full: str = "", words: dict[str, Any] | None = None) -> None:
        self.text = text
        self.full = full or text
        self.words = {**WORDS, **(words or {})}

    @cached_property
    def code(self) -> CodeType:
        """The text, compiled when it is first computed."""
        return compiled(self.full)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What it assigns."""
        targets = (
            t for s in ast.parse(self.full).body if isinstance(s, ast.Assign) for t in s.targets
        )
        return tuple(n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name))

    def __call__(self, x: State) -> dict[str, Any]:
        known = {**x, **self.words, "own": x}
        exec(self.code, known)
        return {name: known[name] for name in self.names}

    def given(self, **words: Any) -> Formula:
        """Return the same formula with more that it may use."""
        return Formula(self.text, self.full, {**self.words, **words})

    def edited(self, text: str, full: str) -> Formula:
        """Return another formula of the same words."""
        return Formula(text, full, self.words)

    def __repr__(self) -> str:
        return f"Formula({self.text!r})"
