"""Classes that offer to save and load their state: a new instance goes on from it."""

from __future__ import annotations

import inspect
import os
import pickle
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .lives import Unable

#: The methods that save, and those that load, by the names in use.
_PAIRS = (
    ("state_dict", "load_state_dict"),
    ("get_state", "set_state"),
    ("get_state_dict", "set_state_dict"),
    ("get_state", "load_state"),
    ("save_state", "load_state"),
    ("save_state", "restore_state"),
    ("export_state", "import_state"),
    ("serialize", "deserialize"),
    ("to_dict", "load_dict"),
    ("get_checkpoint", "load_checkpoint"),
    ("save_checkpoint", "load_checkpoint"),
    ("checkpoint", "restore"),
    ("save", "load"),
    ("save", "restore"),
)
_FRAMEWORKS = ("torch", "keras", "tensorflow", "tinygrad", "optax", "jax")


@dataclass(frozen=True)
class Saving:
    """The two methods of a class that save and load.

    Parameters
    ----------
    save, load : str
    to_file : bool
        Whether both take the path of a file.
    own : bool
        Whether the class has them itself, and not from a framework.
    """

    save: str
    load: str
    to_file: bool
    own: bool

    def state(self, instance: Any) -> Any:
        """Return what an instance saves, after pickling; of a file its content."""
        if not self.to_file:
            return pickled(getattr(instance, self.save)())
        with tempfile.TemporaryDirectory() as folder:
            getattr(instance, self.save)(os.path.join(folder, "state"))
            files = [os.path.join(folder, name) for name in os.listdir(folder)]
            return {os.path.basename(path): _read(path) for path in files}

    def give(self, instance: Any, state: Any) -> None:
        """Have a new instance load what was saved."""
        if not self.to_file:
            getattr(instance, self.load)(state)
            return
        with tempfile.TemporaryDirectory() as folder:
            for name, content in state.items():
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(content)
            # np.save adds an ending to the name that it is given.
            named = os.path.join(folder, "state")
            whole = named if "state" in state or len(state) != 1 else os.path.join(folder, *state)
            getattr(instance, self.load)(whole)


def saving(cls: type) -> Saving | None:
    """Return how a class saves and loads its state, or None where it does not offer to.

    >>> saving(dict) is None
    True
    """
    for save, load in _PAIRS:
        if not (callable(getattr(cls, save, None)) and callable(getattr(cls, load, None))):
            continue
        static = [inspect.getattr_static(cls, name) for name in (save, load)]
        if any(isinstance(s, (staticmethod, classmethod)) for s in static):
            continue
        asked = _required(getattr(cls, save)), _required(getattr(cls, load))
        if asked in ((0, 1), (1, 1)):
            return Saving(save, load, asked[0] == 1, _is_own(cls, save) and _is_own(cls, load))
    return None


def _required(method: Callable[..., Any]) -> int:
    """Return how many arguments a method asks for beside the instance; -1 if that is not told."""
    try:
        theirs = list(inspect.signature(method).parameters.values())[1:]
    except (TypeError, ValueError):
        return -1
    return sum(
        p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        for p in theirs
    )


def _is_own(cls: type, name: str) -> bool:
    where = next(c.__module__ for c in cls.__mro__ if name in vars(c))
    return where.partition(".")[0] not in _FRAMEWORKS


def pickled(state: Any) -> Any:
    """Return a state as it comes out of pickling.

    Raises
    ------
    Unable
        If it cannot be pickled.
    """
    try:
        return pickle.loads(pickle.dumps(state))
    except Exception as error:
        raise Unable(f"what it saves cannot be pickled: {type(error).__name__}: {error}") from None


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
