"""Switch frameworks to float64 for the run: they compute in float32 if nobody asks."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
from pathlib import Path

_USES_JAX = re.compile(r"^\s*(import|from)\s+(jax|optax|flax|keras)\b", re.MULTILINE)
_USES_TINYGRAD = re.compile(r"^\s*(import|from)\s+tinygrad\b", re.MULTILINE)
_DECLARES_OTHER = re.compile(
    r"""^__optproof__.*["']dtype["']\s*:\s*["'](?!float64)""", re.MULTILINE
)
_USES_KERAS = re.compile(r"^\s*(import|from)\s+keras\b", re.MULTILINE)


def before_import(target: str) -> list[str]:
    """Set what has to be set before a file or module is imported; return what was set."""
    text, notes = _source(target), []
    if _USES_JAX.search(text) and "JAX_ENABLE_X64" not in os.environ:
        os.environ["JAX_ENABLE_X64"] = "1"
    if _USES_KERAS.search(text) and "KERAS_BACKEND" not in os.environ:
        found = [b for b in ("tensorflow", "jax", "torch") if importlib.util.find_spec(b)]
        if found and "KERAS_BACKEND" not in text:
            os.environ["KERAS_BACKEND"] = found[0]
            notes.append(f"Keras runs on {found[0]}: set KERAS_BACKEND for another")
    if _USES_TINYGRAD.search(text):
        os.environ.setdefault("TRAINING", "1")  # without it, its optimizers take no step
        if shutil.which("clang") is None:  # its CPU device compiles with clang
            os.environ.setdefault("DEV", "PYTHON")
        if not _DECLARES_OTHER.search(text):
            os.environ.setdefault("DEFAULT_FLOAT", "float64")
            os.environ.setdefault("OPTIM_DTYPE", "float64")
            notes.append("tinygrad computes in float64 for this run (DEFAULT_FLOAT, OPTIM_DTYPE)")
    return notes


def after_import(dtype: str) -> list[str]:
    """Switch the frameworks that were imported to float64; return what was switched.

    If another dtype is declared, the framework's own precision is left alone.
    """
    notes: list[str] = []
    if dtype != "float64":
        return notes
    if (jax := sys.modules.get("jax")) and hasattr(jax, "config"):
        jax.config.update("jax_enable_x64", True)
        notes.append("JAX computes in float64 for this run (jax_enable_x64)")
    if (keras := sys.modules.get("keras")) and hasattr(keras, "config"):
        keras.config.set_floatx("float64")
        notes.append("Keras computes in float64 for this run (floatx)")
    return notes


def _source(target: str) -> str:
    """Return the source of a file, or of a module that is not imported yet; "" if there is none."""
    try:
        if not target.endswith((".py", ".ipynb", ".md")):
            spec = importlib.util.find_spec(target)
            target = (spec and spec.origin) or ""
        return Path(target).read_text(encoding="utf-8", errors="replace")
    except (ImportError, OSError, ValueError):
        return ""
