"""How the arguments of one callable are filled: hyperparameters, neutral settings, roles."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any, NamedTuple

from . import names

_HYPER_DICTS = frozenset(
    "config hyperparams hyperparameters hparams settings optimizerinfo options opts cfg "
    "optimconfig hyper hyperparam optimizerparams".split()
)
#: How names say that something is where a life starts: theta0, init_params.
_AT_START = re.compile("^(init|initial|start)|(init|initial|start|0)$")
#: Roles that are filled even where the argument has a default.
_WANTED = frozenset("params grads t W b dW db layer network pairs sraip layers record".split())


class Meant(NamedTuple):
    """What one argument stands for, where its name does not tell."""

    own: str


class NotDriven(Exception):
    """It is not clear how to make or step this optimizer; the message says why."""


class Arguments:
    """The arguments of one callable.

    Parameters
    ----------
    function : callable
        A class, a function, or a method as found on its class.
    kind : str
        ``"adam"``, ``"momentum"`` or ``"gd"``.
    allowed : collection of str
        The roles that can be filled here.
    extra : mapping
        Settings that the caller gives by name.
    method : bool
        Whether the first argument is the instance.
    eliminate : bool
        Whether the parameters or gradients may be the one argument that no name tells.

    Raises
    ------
    NotDriven
        If it asks for what no name tells.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        kind: str,
        allowed: Collection[str],
        extra: Mapping[str, Any],
        method: bool = False,
        eliminate: bool = False,
    ) -> None:
        try:
            found = list(inspect.signature(function).parameters.values())
        except (TypeError, ValueError):
            raise NotDriven("its signature cannot be read") from None
        found = found[1:] if method else found
        self.star = self._starred(found, allowed)
        self.parameters = [p for p in found if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        theirs = [p.name for p in self.parameters]
        self.kind = kind
        meant = {n: v.own for n, v in extra.items() if n in theirs and isinstance(v, Meant)}
        self.extra = {n: v for n, v in extra.items() if n in theirs and n not in meant}
        told = names.roles(theirs)
        self.hyper = meant | names.hyperparameters([n for n in theirs if n not in self.extra], kind)
        for name in [n for n in self.hyper if told[n] in ("params", "grads")]:
            del self.hyper[name]
        if "t" not in allowed and "step" in theirs and "learning_rate" not in self.hyper.values():
            self.hyper["step"] = "learning_rate"  # where it counts nothing, it is a length
        if kind == "momentum" and "beta" not in self.hyper.values():
            decays = [p.name for p in self.parameters if _is_decay_of_velocity(p)]
            self.hyper |= dict.fromkeys(decays[:1], "beta")
        self.neutral: dict[str, Any] = {}
        self.roles: dict[str, str] = {}
        self.eliminated = ("", "")
        self.states: list[str] = []
        self.in_dict: dict[str, str] = {}  # names of hyperparameters that a dict is asked for
        self.settings = ""  # the name of a dict of settings
        self.settings_class: Any = None  # what it is made with instead
        unknown = []
        for p in self.parameters:
            if p.name in self.hyper or p.name in self.extra:
                continue
            required = p.default is p.empty
            role, plain = told[p.name], names.plain(p.name)
            if "record" in allowed and (
                names.is_record(p.name) or (names.is_state(p.name) and keys_of(function, p.name))
            ):
                self.roles[p.name] = "record"
            elif "state" in allowed and names.is_state(p.name):
                self.states.append(p.name)
            elif kind == "gd" and names.hyperparameter(p.name, "momentum") == "beta":
                self.neutral[p.name] = 0.0
            elif plain in names.NEUTRAL and (required or _bites(p.default, plain)):
                self.neutral[p.name] = names.NEUTRAL[plain]
            elif plain in _HYPER_DICTS:
                self.settings = p.name
                self.settings_class = class_of(function, p)
                self.in_dict = _of_settings(function, p.name, self.settings_class, kind)
            elif role in allowed and (required or role in _WANTED):
                self.roles[p.name] = role
            elif required:
                unknown.append(p.name)
        self._settle(unknown, allowed, eliminate)
        if unknown:
            raise NotDriven(f"it asks for {', '.join(unknown)}, and no name tells what that is")
        self.any_keyword = any(p.kind is p.VAR_KEYWORD for p in found)
        if self.any_keyword and not self.settings:
            taken = {*self.hyper.values(), "beta1" * ("betas" in self.hyper.values())}
            also = mentioned(function, kind)
            self.in_dict = {n: own for n, own in also.items() if own not in taken}

    def _starred(self, found: list[inspect.Parameter], allowed: Collection[str]) -> str:
        """Return the role of what is given one by one, as ``*params`` is."""
        star = [names.role(p.name) for p in found if p.kind is p.VAR_POSITIONAL]
        return star[0] if star and star[0] in ("params", "grads") and star[0] in allowed else ""

    def _settle(self, unknown: list[str], allowed: Collection[str], eliminate: bool) -> None:
        """Take what no name tells for the parameters or gradients where nothing else is left."""
        told = {*self.roles.values(), self.star}
        left = [r for r in ("params", "grads") if r in allowed and r not in told]
        if "grads" not in allowed and len(left) == 1:  # what a class is made with
            for name in [n for n in unknown if names.role(_at_start(n)) == "params"][:1]:
                self.roles[name] = "params"
                unknown.remove(name)
            return
        if not eliminate or told - {"params", "grads", "key", "t", ""}:
            return
        if len(unknown) == len(left) == 1:
            self.roles[unknown[0]] = left[0]
            self.neutral.pop(unknown[0], None)
            self.eliminated = (unknown.pop(), left[0])

    @property
    def takes(self) -> list[str]:
        """The hyperparameters that it takes, by the document's names."""
        found = [*self.hyper.values(), *self.in_dict.values()]
        if "betas" in found:
            found[found.index("betas") : found.index("betas") + 1] = ["beta1", "beta2"]
        return found

    def notes(self) -> list[str]:
        """Return what the report says of how it is called."""
        both = {**self.hyper, **self.in_dict}
        told = [
            f"its {n} is taken for {'(beta1, beta2)' if own == 'betas' else own}"
            for n, own in both.items()
            if n != own
        ]
        if self.eliminated[0]:
            what = {"params": "the parameters", "grads": "the gradients"}[self.eliminated[1]]
            told.append(f"its {self.eliminated[0]} is taken for {what}")
        told += [f"its {n} is set to {value}" for n, value in self.neutral.items()]
        return told + [f"its {n} is set to {value!r}, as asked" for n, value in self.extra.items()]

    def values(
        self, hyper: Mapping[str, Any], role: Callable[[str], Any]
    ) -> tuple[list[Any], dict[str, Any]]:
        """Return positional and keyword arguments."""
        given: dict[str, Any] = {**self.neutral, **self.extra}
        given |= {n: v for n, own in self.hyper.items() if (v := _value(own, hyper)) is not None}
        given |= {name: role(r) for name, r in self.roles.items()}
        given |= {name: role(name) for name in self.states}
        among = {n: v for n, own in self.in_dict.items() if (v := _value(own, hyper)) is not None}
        if self.settings:
            given[self.settings] = (self.settings_class or Settings)(**among)
        else:
            given |= among
        first = []
        if self.star:
            first = [given.pop(p.name, p.default) for p in self.parameters if p.kind.value < 2]
            return [*first, *role(self.star)], given
        for p in self.parameters:
            if p.kind is not p.POSITIONAL_ONLY or p.name not in given:
                break
            first.append(given.pop(p.name))
        return first, given


def _is_decay_of_velocity(p: inspect.Parameter) -> bool:
    """Return whether a decay is the velocity's: of a learning rate it is 0, or near it."""
    if names.plain(p.name) not in ("decay", "decayrate"):
        return False
    return p.default is p.empty or (isinstance(p.default, float) and 0.5 <= p.default < 1)


def _bites(default: Any, plain: str) -> bool:
    """Return whether a setting's default may change the method."""
    if plain in ("decay", "lrdecay", "learningratedecay", "warmup", "warmupsteps"):
        return False  # a rate of decay is 0 where it is off, or 1: its default is left
    return not isinstance(default, str) and default is not None and bool(default)


def _value(own: str, hyper: Mapping[str, Any]) -> Any:
    if own == "betas":
        return (hyper["beta1"], hyper["beta2"]) if "beta1" in hyper else None
    return hyper.get(own)


def _at_start(name: str) -> str:
    """Return a name without what says that it is where a life starts.

    >>> _at_start("theta0"), _at_start("initial_params"), _at_start("x_init")
    ('theta', 'params', 'x')
    """
    return _AT_START.sub("", names.plain(name))


class Settings(dict):  # type: ignore[type-arg]
    """A record of settings, read by key or by attribute."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    __setattr__ = dict.__setitem__


@cache
def keys_of(function: Any, name: str) -> tuple[str, ...]:
    """Return the keys and attributes by which a source reads or writes an argument.

    >>> def step(cache): return cache["m"] + cache.v
    >>> keys_of(step, "cache")
    ('m', 'v')
    """
    found = []
    for node in ast.walk(tree_of(function) or ast.Module([], [])):
        held = getattr(node, "value", None)
        if isinstance(held, ast.Name) and held.id == name:
            key = getattr(getattr(node, "slice", None), "value", None)
            found += [k for k in (key, getattr(node, "attr", None)) if isinstance(k, str)]
    arrays = {"shape", "copy", "T", "dtype", "size", "ndim", "get", "items", "keys", "values"}
    return tuple(k for k in dict.fromkeys(found) if k not in arrays)


def class_of(function: Any, p: inspect.Parameter) -> Any:
    """Return the class of its own module that an argument is annotated with, or None."""
    told = p.annotation
    module = sys.modules.get(getattr(function, "__module__", ""))
    if isinstance(told, str):
        told = getattr(module, told, None)
    mine = inspect.isclass(told) and told.__module__ == getattr(module, "__name__", "")
    return told if mine else None


def _of_settings(function: Any, name: str, cls: Any, kind: str) -> dict[str, str]:
    """Return the hyperparameters that a record of settings holds, by their names there."""
    if cls is not None:
        return names.hyperparameters(inspect.signature(cls).parameters, kind)
    source = function.__init__ if inspect.isclass(function) else function
    found = names.hyperparameters(keys_of(source, name), kind)
    return {**mentioned(function, kind), **{n: own for n, own in found.items() if len(n) > 1}}


@cache
def tree_of(thing: Any) -> ast.AST | None:
    """Return the syntax tree of a class or function, if its source can be read."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(thing)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return None


def mentioned(function: Callable[..., Any], kind: str) -> dict[str, str]:
    """Return the hyperparameters that a function's source names as keys: its dict of settings."""
    if inspect.isclass(function):
        function = function.__init__
    tree = tree_of(function)
    keys: list[str] = []
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            keys.append(node.value)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "dict"
        ):
            keys += [k.arg for k in node.keywords if k.arg]
    found = names.hyperparameters(dict.fromkeys(k for k in keys if k.isidentifier()), kind)
    return {n: own for n, own in found.items() if len(n) > 1}
