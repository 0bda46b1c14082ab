"""Modules in place of those that an implementation imports and that are not there."""

from __future__ import annotations

import ast
import dis
import functools
import importlib
import importlib.machinery
import inspect
import linecache
import os
import re
import sys
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .. import fixtures, methods

#: The course's own helper modules, which it does not show.
HELPERS = re.compile(r"(opt_utils|testCases?|public_tests|test_utils)\w*")
#: In this one the cost is the batch's mean; in its later releases (``_v1a``, ...) the total.
OF_THE_MEAN = "opt_utils"
#: What ``from opt_utils import *`` brings along, as the helpers import it themselves.
BROUGHT = {"plt": "matplotlib.pyplot", "h5py": "h5py", "scipy": "scipy", "sklearn": "sklearn"}
#: What the helper functions `<operation>_test_case` return, in the document's order.
TEST_CASES = {
    "update_parameters_with_gd": "parameters grads learning_rate",
    "random_mini_batches": "X Y mini_batch_size",
    "initialize_velocity": "parameters",
    "update_parameters_with_momentum": "parameters grads v",
    "initialize_adam": "parameters",
    "update_parameters_with_adam": "parameters grads v s",
}


#: What was called, computed with or built upon while the target was imported, and is not there.
needed_at_import: list[str] = []


class StandIn(types.ModuleType):
    """Lets itself be imported and set up; whoever uses it in a function learns what is missing."""

    def __init__(self, what: str, name: str = "stand-in") -> None:
        super().__init__(name)
        self.__dict__.update(_what=what, __path__=[], __all__=[])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"{name} ({self._what})")
        return StandIn(self._what)

    def __getitem__(self, key: Any) -> Any:
        return StandIn(self._what)

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __or__(self, other: Any) -> Any:
        return self  # in an annotation

    __ror__ = __or__

    def __instancecheck__(self, instance: Any) -> bool:
        return False

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        if sys._getframe(1).f_code.co_flags & inspect.CO_OPTIMIZED:  # within a function
            raise ImportError(self._what)
        needed_at_import.append(self._what)  # a decorator, or a setting made meanwhile
        decorated = arguments and inspect.isfunction(arguments[0])
        return self._decorated(arguments[0]) if decorated else StandIn(self._what)

    def _decorated(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def absent(*arguments: Any, **keywords: Any) -> Any:
            raise ImportError(self._what)

        return absent

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __call__
    __rtruediv__ = __pow__ = __neg__ = __matmul__ = __lt__ = __gt__ = __le__ = __ge__ = __call__

    def __iter__(self) -> Any:
        if sys._getframe(1).f_code.co_flags & inspect.CO_OPTIMIZED:
            raise ImportError(self._what)
        return iter(())

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        needed_at_import.append(self._what)
        return (type("Absent", (_Absent,), {"_what": self._what}),)


class _Absent:
    """Base of a class whose own base is not there: it can be defined, and not used."""

    _what = ""

    def __new__(cls, *arguments: Any, **keywords: Any) -> Any:
        raise ImportError(cls._what)

    def __init_subclass__(cls, **keywords: Any) -> None:
        pass


class _Later(types.ModuleType):
    """A module that is imported when it is first used."""

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(self.__name__), name)


def helper(name: str) -> types.ModuleType:
    """Return a module with the course's helper functions, as the reference has them."""
    module = StandIn(f"{name} is not there, and optproof has no stand-in for this function", name)
    content: dict[str, Any] = {
        n: getattr(methods, n)
        for n in (
            *("initialize_parameters", "forward_propagation", "compute_cost"),
            *("backward_propagation", "predict", "predict_dec", "load_dataset"),
        )
    }
    if name == OF_THE_MEAN:
        content["compute_cost"] = _mean_cost
    if name.startswith("opt_utils"):
        content |= {short: _Later(full) for short, full in BROUGHT.items()}
    content |= {"np": np, "sigmoid": _sigmoid, "relu": _relu}
    content |= {"load_params_and_grads": _load_params_and_grads}
    content |= {f"{operation}_test_case": _test_case(operation) for operation in TEST_CASES}
    module.__dict__.update(content, __all__=list(content))
    return module


def _mean_cost(a3: Any, Y: Any) -> Any:
    return methods.compute_cost(a3, Y) / Y.shape[1]


def release_variants(module: types.ModuleType) -> list[str]:
    """Return ``cost.mean`` where the cost is the stand-in's of a release that had the mean."""
    for value in vars(module).values():
        inside = vars(value) if isinstance(value, StandIn) else {}
        if value is _mean_cost or inside.get("compute_cost") is _mean_cost:
            return ["cost.mean"]
    return []


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _relu(x: Any) -> Any:
    return np.maximum(0, x)


def _documented(operation: str) -> dict[str, Any]:
    [file] = [
        f
        for f in fixtures.load_cases()
        if f.operation == operation and f.path.startswith("documented/")
    ]
    return file.cases[0].arguments()


def _load_params_and_grads(seed: int = 1) -> tuple[Any, ...]:
    given = _documented("update_parameters_with_gd")
    names = ("W1", "b1", "W2", "b2")
    return (*(given["parameters"][n] for n in names), *(given["grads"]["d" + n] for n in names))


def _test_case(operation: str) -> Callable[[], Any]:
    def function() -> Any:
        given = _documented(operation)
        values = tuple(given[name] for name in TEST_CASES[operation].split())
        return values if len(values) > 1 else values[0]

    return function


class _Finder:
    """Comes after all others: finds what nobody else has found."""

    def __init__(self, notes: list[str], folder: Path, whole: bool) -> None:
        self.notes = notes
        self.folder = folder
        self.whole = whole

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        top = name.partition(".")[0]
        own = self.whole and top == self.folder.name
        if not own and self._asks():
            return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]
        return None

    def _asks(self) -> bool:
        """Whether the target itself imports, without another way for what is not there."""
        frame = sys._getframe(2)
        while frame.f_back and frame.f_code.co_filename.startswith("<frozen"):
            frame = frame.f_back
        if frame.f_code.co_code[frame.f_lasti] != dis.opmap["IMPORT_NAME"]:
            return False  # it only looks whether there is such a module
        file = frame.f_code.co_filename
        return self._is_own(file) and frame.f_lineno not in _lines_tried(file)

    def _is_own(self, file: str) -> bool:
        if "[cell " in file:
            return True
        path = Path(file)
        if not self.whole:
            return path.parent == self.folder
        below = path.relative_to(self.folder).parts if self.folder in path.parents else None
        return below is not None and "site-packages" not in below

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        top = spec.name.partition(".")[0]
        if HELPERS.fullmatch(spec.name):
            mean = " (in this release the cost is the batch's mean)" * (spec.name == OF_THE_MEAN)
            self._note(f"{top} is not there: optproof's reference answers for it{mean}")
            return helper(spec.name)
        self._note(f"{top} is not there: what calls it fails")
        what = f"{top} is not there, and this code needs it: is it installed, or a file beside it?"
        return StandIn(what, spec.name)

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


@functools.cache
def _lines_tried(file: str) -> set[int]:
    """Return the lines of a file that are in the body of a ``try`` with handlers."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError):
        return set()
    tries = (node for node in ast.walk(tree) if isinstance(node, ast.Try) and node.handlers)
    bodies = [statement for node in tries for statement in node.body]
    return {n for s in bodies for n in range(s.lineno, (s.end_lineno or s.lineno) + 1)}


def stand_in(notes: list[str], folder: Path, whole: bool = False) -> None:
    """Answer imports of helpers and packages that are not there; say so in `notes`.

    Only what the target imports: cells and the files in `folder`, or below it if it is a `whole`
    package. Libraries ask for one another, too, and go other ways where one is not there.
    """
    sys.meta_path.append(_Finder(notes, folder, whole))


class _NoScreen:
    """Comes before all others: lets matplotlib be imported, and keeps it from a screen."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in ("matplotlib", "matplotlib.pyplot"):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec and spec.loader:
            execute = spec.loader.exec_module

            def exec_module(module: Any) -> None:
                execute(module)
                if name == "matplotlib":
                    module.use = lambda *arguments, **keywords: None
                else:
                    switch = module.switch_backend
                    module.switch_backend = lambda *arguments, **keywords: switch("agg")

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def draw_to_no_screen() -> None:
    """Have matplotlib draw into memory, whatever backend the target asks for."""
    os.environ["MPLBACKEND"] = "Agg"
    sys.meta_path.insert(0, _NoScreen())
