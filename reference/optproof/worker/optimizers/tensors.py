"""The arrays of each framework: how a parameter and a gradient are made, and what is read."""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .devices import moved, there


class Kind(NamedTuple):
    """One kind of tensors.

    Attributes
    ----------
    framework : str
    title : str
        What the report says of it; "" where it goes without saying.
    parameter, gradient : callable
        Make one of a NumPy array.
    attach : callable, optional
        Hands a parameter its gradient, where gradients travel on the parameters.
    """

    framework: str
    title: str
    parameter: Callable[[Any], Any]
    gradient: Callable[[Any], Any]
    attach: Callable[[Any, Any], None] | None = None


class Value:
    """A parameter as an object: ``data`` and ``grad``, under the names in use."""

    _DATA = frozenset("data value values array val".split())
    _GRAD = frozenset("grad gradient grads dvalue".split())
    requires_grad = trainable = True

    def __init__(self, data: Any) -> None:
        self.__dict__.update(_data=data, _grad=None)

    def __getattr__(self, name: str) -> Any:
        if name in Value._DATA:
            return self.__dict__["_data"]
        if name in Value._GRAD:
            return self.__dict__["_grad"]
        if name in ("shape", "size", "ndim", "dtype"):
            return getattr(self.__dict__["_data"], name)
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        own = "_data" if name in Value._DATA else "_grad" if name in Value._GRAD else name
        self.__dict__[own] = value

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.array(self.__dict__["_data"], dtype=dtype)

    def zero_grad(self) -> None:
        self.__dict__["_grad"] = None

    cleargrad = zerograd = zero_grad


class Record(dict):  # type: ignore[type-arg]
    """A parameter as a dict: the array and its gradient, under the names in use."""

    _DATA = frozenset("param params value weight w val p".split())
    _GRAD = frozenset("gradient gradients g dw".split())

    def __init__(self, data: Any) -> None:
        super().__init__(data=data, grad=None)

    def __missing__(self, key: str) -> Any:
        own = self._own(key)
        if own == key:
            raise KeyError(key)
        return self[own]

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(self._own(key), value)

    def get(self, key: str, default: Any = None) -> Any:
        """Return what is under a name, as a dict does."""
        return super().get(self._own(key), default)

    def _own(self, key: str) -> str:
        return "data" if key in self._DATA else "grad" if key in self._GRAD else key


class _Derived(np.ndarray):
    """An array that carries its derivative."""

    derivative: Any = None
    grad: Any = None


class Updated(Value):
    """A parameter as an object: its value carries the derivative, and it is updated by a call."""

    def __init__(self, data: Any) -> None:
        super().__init__(np.array(data).view(_Derived))

    def update(self, value: Any) -> None:
        """Take a new value."""
        self.__dict__["_data"] = np.array(value).view(_Derived)


def _attach_to_value(parameter: Any, gradient: Any) -> None:
    parameter.data.derivative = parameter.data.grad = gradient


def _attach_record(parameter: Any, gradient: Any) -> None:
    parameter["grad"] = gradient


def _attach(parameter: Any, gradient: Any) -> None:
    parameter.grad = gradient


def _attach_value(parameter: Any, gradient: Any) -> None:
    parameter.grad = None if gradient is None else Value(gradient)


def _as_list(a: Any) -> Any:
    return np.array(a).tolist()


NUMPY = Kind("", "", lambda a: a, lambda a: a)
LISTS = Kind("", "nested lists of numbers", _as_list, _as_list)
OBJECTS = (
    Kind("", "objects with data and grad", Value, lambda a: a, _attach),
    Kind("", "objects with data and grad.data", Value, lambda a: a, _attach_value),
    Kind("", "objects with value.derivative", Updated, lambda a: a, _attach_to_value),
    Kind("", "dicts with the array and its grad", Record, lambda a: a, _attach_record),
)


def _torch(attached: bool) -> Kind:
    torch = sys.modules["torch"]

    def parameter(a: Any) -> Any:
        return torch.nn.Parameter(plain(a))

    def plain(a: Any) -> Any:
        return moved("torch", torch.from_numpy(np.array(a)))

    def gradient(a: Any) -> Any:
        return moved("torch", torch.from_numpy(a))

    if attached:
        return Kind("torch", "torch parameters", parameter, gradient, _attach)
    return Kind("torch", "torch tensors", plain, gradient)


def _tensorflow() -> Kind:
    tf = sys.modules["tensorflow"]

    def variable(a: Any) -> Any:
        with there("tensorflow"):
            return tf.Variable(a)

    def tensor(a: Any) -> Any:
        with there("tensorflow"):
            return tf.convert_to_tensor(a)

    return Kind("tensorflow", "tf.Variable", variable, tensor)


def _jax() -> Kind:
    numpy = sys.modules["jax"].numpy

    def array(a: Any) -> Any:
        return moved("jax", numpy.asarray(np.array(a)))

    return Kind("jax", "", array, array)


def _tinygrad(attached: bool) -> Kind:
    tensor = sys.modules["tinygrad"].Tensor

    def parameter(a: Any) -> Any:
        made = moved("tinygrad", tensor(np.array(a)).realize())
        made.requires_grad = made.is_param = True  # one or the other, by its version
        return made

    def gradient(a: Any) -> Any:
        return moved("tinygrad", tensor(np.array(a)))

    return Kind("tinygrad", "tinygrad tensors", parameter, gradient, _attach if attached else None)


def frameworks(thing: Any) -> set[str]:
    """Return the frameworks that the module of a class or function uses, its bases' included."""
    modules = {getattr(c, "__module__", "") for c in getattr(thing, "__mro__", (thing,))}
    tops = {name.partition(".")[0] for name in modules if name}
    for name in modules - {"builtins"}:
        for value in list(vars(sys.modules.get(name, types.ModuleType(""))).values()):
            where = value.__name__ if inspect.ismodule(value) else getattr(value, "__module__", "")
            if isinstance(where, str):
                tops.add(where.partition(".")[0])
    return tops & {"torch", "tensorflow", "jax", "keras", "tinygrad", "optax"} & set(sys.modules)


def plain_kinds(thing: Any) -> list[Kind]:
    """Return the kinds of tensors to give where gradients are arguments, likeliest first."""
    used = frameworks(thing)
    kinds = [_torch(False)] if "torch" in used else []
    kinds += [_tensorflow()] if "tensorflow" in used else []
    kinds += [_tinygrad(False)] if "tinygrad" in used else []
    kinds += [_jax()] if used & {"jax", "optax"} else []
    return [*kinds, NUMPY] if kinds else [NUMPY, LISTS]


def attached_kinds(thing: Any) -> list[Kind]:
    """Return the kinds of parameters that carry their gradients, likeliest first."""
    used = frameworks(thing)
    kinds = [_torch(True)] if "torch" in used else []
    kinds += [_tinygrad(True)] if "tinygrad" in used else []
    return kinds or [*OBJECTS, *_own(thing)]


def _own(thing: Any) -> list[Kind]:
    """Return the module's own class of tensors, if one array makes one."""
    module = sys.modules.get(thing.__module__)
    for name in "Tensor Parameter Variable Value Param".split():
        cls = getattr(module, name, None)
        if inspect.isclass(cls) and cls.__module__ == thing.__module__:
            return [
                Kind("", f"its {name}", cls, lambda a: a, _attach),
                Kind("", f"its {name}, gradients too", cls, lambda a: a, _attach_of(cls)),
            ]
    return []


def _attach_of(cls: Any) -> Callable[[Any, Any], None]:
    def attach(parameter: Any, gradient: Any) -> None:
        parameter.grad = None if gradient is None else cls(gradient)

    return attach


def _are_numbers(value: Any) -> bool:
    """Return whether something is nested lists of Python's numbers, all of one length."""
    if not isinstance(value, list):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    even = len({len(v) if isinstance(v, list) else -1 for v in value}) == 1
    return even and all(map(_are_numbers, value))


def read(tensor: Any) -> Any:
    """Return a NumPy copy of a tensor of any kind, or None if it is none."""
    if isinstance(tensor, list):
        return np.array(tensor) if _are_numbers(tensor) else None
    if isinstance(tensor, Record):
        return read(tensor["data"])
    if isinstance(tensor, (str, bytes, bool, type(None), dict, list, tuple)):
        return None
    if isinstance(tensor, (np.ndarray, np.generic, float, int)):
        return np.array(tensor)
    try:
        if hasattr(tensor, "detach") and hasattr(tensor, "cpu"):
            return np.array(tensor.detach().cpu().numpy())
        if isinstance(tensor, Value) or not (
            hasattr(tensor, "numpy") or hasattr(tensor, "__array__")
        ):
            return np.array(tensor.data) if hasattr(tensor, "data") else None
        array = np.array(tensor.numpy() if hasattr(tensor, "numpy") else tensor)
    except Exception:  # whatever the thing is, it is no tensor
        return None
    return array if array.dtype.kind in "fiub" else None
