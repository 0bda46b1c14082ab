"""Stand-ins for a layer and for a network that hold the parameters and their gradients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .bodies import layers_of
from .tensors import Kind, read


class Style:
    """How layers and networks show their tensors: lists or dicts, arrays or objects."""

    def __init__(self, title: str, keyed: bool, marked: bool, objects: Kind | None) -> None:
        self.title, self.keyed, self.marked, self.objects = title, keyed, marked, objects


class _Callable:
    """Lets a container be reached as an attribute and as a method."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self


class _List(_Callable, list):  # type: ignore[type-arg]
    def __init__(self, store: dict[str, Any], names: list[str]) -> None:
        super().__init__(store[n] for n in names)
        self._store, self._names = store, names

    def __setitem__(self, at: Any, value: Any) -> None:
        super().__setitem__(at, value)
        for name, v in zip(self._names, self):
            self._store[name] = v


class _Dict(_Callable, dict):  # type: ignore[type-arg]
    def __init__(self, store: dict[str, Any], names: dict[str, str]) -> None:
        super().__init__({key: store[n] for key, n in names.items()})
        self._store, self._names = store, names

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, value)
        if key in self._names:
            self._store[self._names[key]] = value


_SLOTS = {
    "W": "weights weight w kernel",
    "b": "biases bias b",
    "dW": "dweights dweight dw weightsgrad gradweights weightgrad weightsgradient weightgradient "
    "gradw wgrad gradweight weightsgradients weightgrads gradsw dkernel gradientweights",
    "db": "dbiases dbias db biasesgrad gradbiases biasgrad biasesgradient biasgradient "
    "gradb bgrad gradbias biasgradients biasgrads gradsb gradientbiases gradientbias",
}
_SLOT = {name: slot for slot, names in _SLOTS.items() for name in names.split()}


class Layer:
    """A stand-in for a layer: weights, biases and their gradients, and room for state."""

    trainable = True

    def __init__(self, store: dict[str, Any], W: str, b: str, style: Style) -> None:
        self.__dict__.update(_store=store, _names={"W": W, "b": b}, _style=style)

    def _slot(self, name: str) -> str:
        slot = _SLOT.get(name.replace("_", "").lower(), "")
        d, part = slot[:-1], slot[-1:]
        return d + self.__dict__["_names"][part] if slot else ""

    def _names_of(self, d: str) -> dict[str, str]:
        marked = d if self.__dict__["_style"].marked else ""
        return {marked + part: d + n for part, n in self.__dict__["_names"].items()}

    def __getattr__(self, name: str) -> Any:
        store, style = self.__dict__["_store"], self.__dict__["_style"]
        if slot := self._slot(name):
            return store[slot]
        return _shown(name, store, style, self._names_of(""), self._names_of("d"))

    def __setattr__(self, name: str, value: Any) -> None:
        store = self.__dict__["_store"]
        if slot := self._slot(name):
            store[slot] = value
        elif name.replace("_", "").lower() in _PARAMS:
            _write(store, value, self._names_of(""))
        else:
            self.__dict__[name] = value

    def set_params(self, value: Any) -> None:
        """Take new parameters, as a list or a dict."""
        _write(self.__dict__["_store"], value, self._names_of(""))

    set_parameters = set_weights = update = set_params


_PARAMS = frozenset(
    "params parameters trainableparams getparams getparameters trainableparameters "
    "learnableparams trainablevariables getweights parameterlist learnableparameters".split()
)
_GRADS = frozenset(
    "grads gradients dparams dparameters getgrads getgradients gradparams paramgrads gradient "
    "paramsgrads derivatives gradlist getgradparams".split()
)
_PAIRS = frozenset(
    "paramsgrads paramsandgrads getparamsandgradients getparamsandgrads parametersandgradients "
    "getparamsgrads paramsandgradients paramgradpairs getparametersandgradients "
    "parametersandgrads".split()
)


def _write(store: dict[str, Any], value: Any, names: dict[str, str]) -> None:
    pairs = value.items() if isinstance(value, dict) else zip(names, value)
    for key, v in pairs:
        if key in names:
            store[names[key]] = v


def _shown(
    name: str, store: dict[str, Any], style: Style, params: dict[str, str], grads: dict[str, str]
) -> Any:
    """Return a view of the tensors for one of the names in use."""
    plain = name.replace("_", "").lower()
    if plain in _PAIRS:
        pairs = [(store[p], store[g]) for p, g in zip(params.values(), grads.values())]
        return lambda *args: pairs
    if plain == "namedparameters":
        return lambda *args: [(key, store[n]) for key, n in params.items()]
    for known, names in ((_PARAMS, params), (_GRADS, grads)):
        if plain in known:
            return _Dict(store, names) if style.keyed else _List(store, list(names.values()))
    raise AttributeError(name)


class Network:
    """A stand-in for a network: its layers, and all of its parameters."""

    training = trainable = True

    def __init__(self, store: dict[str, Any], names: list[str], style: Style) -> None:
        self.__dict__.update(
            _store=store,
            _style=style,
            _names=names,
            layers=[Layer(store, W, b, style) for W, b in layers_of(names)],
        )

    def __iter__(self) -> Any:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, at: Any) -> Any:
        return self.layers[at]

    def _names_of(self, d: str) -> dict[str, str]:
        marked = d if self._style.marked else ""
        return {marked + n: d + n for n in self._names}

    def __getattr__(self, name: str) -> Any:
        plain = name.replace("_", "").lower()
        if plain in ("trainablelayers", "alllayers", "modules", "children", "getlayers"):
            return lambda *args: self.layers
        if name.startswith("__"):
            raise AttributeError(name)
        return _shown(name, self._store, self._style, self._names_of(""), self._names_of("d"))

    def __setattr__(self, name: str, value: Any) -> None:
        if name.replace("_", "").lower() in _PARAMS:
            _write(self._store, value, self._names_of(""))
        else:
            self.__dict__[name] = value

    def set_params(self, value: Any) -> None:
        """Take new parameters, as a list or a dict."""
        _write(self._store, value, self._names_of(""))

    set_parameters = set_weights = set_params


def styles(objects: Iterable[Kind]) -> list[Style]:
    """Return the ways in which layers and networks show their tensors."""
    found = [
        Style("", False, False, None),
        Style("its parameters as a dict", True, False, None),
        Style("its gradients under dW, ...", True, True, None),
    ]
    return found + [Style(kind.title, False, False, kind) for kind in objects]


class Standing:
    """Tensors on a layer or a network; `role_of` is the one role that it has."""

    def __init__(self, arrays: dict[str, Any], style: Style, part: str) -> None:
        self.names, self.style = list(arrays), style
        self.shapes = {n: a.shape for n, a in arrays.items()}
        made = style.objects.parameter if style.objects else (lambda a: a)
        self.store: dict[str, Any] = {n: made(a.copy()) for n, a in arrays.items()}
        self.store |= {f"d{n}": None for n in arrays}
        self.network = Network(self.store, self.names, style)
        self.layer: Any = self.network
        if part == "layer":
            W, b = self.names
            self.layer = Layer(self.store, W, b, style)

    def give(self, gradients: dict[str, Any]) -> None:
        """Take the gradients of a step."""
        for name, g in gradients.items():
            if self.style.objects:
                assert self.style.objects.attach
                made = None if g is None else self.style.objects.gradient(g)
                self.style.objects.attach(self.store[name], made)
            self.store[f"d{name}"] = g

    def role(self, role: str) -> Any:
        """Return what is given for an argument of this role."""
        return {"layer": self.layer, "network": self.network, "layers": self.network.layers}[role]

    def values(self) -> dict[str, Any] | None:
        """Return the tensors as they stand on the layer or network."""
        found = {n: read(self.store[n]) for n in self.names}
        if any(a is None or np.shape(a) != self.shapes[n] for n, a in found.items()):
            return None
        return found

    def returned(self, value: Any) -> tuple[Any, dict[str, Any]] | None:
        """What such a step returns is not read."""
        return None

    def hold(self, value: Any) -> None:
        """Return nothing: there is no state to continue with."""
