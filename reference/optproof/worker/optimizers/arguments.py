"""How the arguments of one callable are filled: hyperparameters, neutral settings, roles."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any

from . import names

_HYPER_DICTS = frozenset(
    "config hyperparams hyperparameters hparams settings optimizerinfo options opts cfg "
    "optimconfig hyper hyperparam optimizerparams".split()
)
#: Roles that are filled even where the argument has a default.
_WANTED = frozenset("params grads t W b dW db layer network pairs sraip layers record".split())


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
    ) -> None:
        try:
            found = list(inspect.signature(function).parameters.values())
        except (TypeError, ValueError):
            raise NotDriven("its signature cannot be read") from None
        found = found[1:] if method else found
        self.parameters = [p for p in found if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        theirs = [p.name for p in self.parameters]
        self.extra = {n: v for n, v in extra.items() if n in theirs}
        told = names.roles(theirs)
        self.hyper = names.hyperparameters([n for n in theirs if n not in self.extra], kind)
        for name in [n for n in self.hyper if told[n] in ("params", "grads")]:
            del self.hyper[name]
        if "t" not in allowed and "step" in theirs and "learning_rate" not in self.hyper.values():
            self.hyper["step"] = "learning_rate"  # where it counts nothing, it is a length
        if kind == "momentum" and "beta" not in self.hyper.values():
            decays = [p.name for p in self.parameters if _is_decay_of_velocity(p)]
            self.hyper |= dict.fromkeys(decays[:1], "beta")
        self.neutral: dict[str, Any] = {}
        self.roles: dict[str, str] = {}
        self.states: list[str] = []
        self.in_dict: dict[str, str] = {}  # names of hyperparameters that a dict is asked for
        self.settings = ""  # the name of a dict of settings
        unknown = []
        for p in self.parameters:
            if p.name in self.hyper or p.name in self.extra:
                continue
            required = p.default is p.empty
            role, plain = told[p.name], names.plain(p.name)
            if "state" in allowed and names.is_state(p.name):
                self.states.append(p.name)
            elif "record" in allowed and names.is_record(p.name):
                self.roles[p.name] = "record"
            elif kind == "gd" and names.hyperparameter(p.name, "momentum") == "beta":
                self.neutral[p.name] = 0.0
            elif plain in names.NEUTRAL and (required or _bites(p.default, plain)):
                self.neutral[p.name] = names.NEUTRAL[plain]
            elif plain in _HYPER_DICTS:
                self.settings = p.name
                self.in_dict = mentioned(function, kind)
            elif role in allowed and (required or role in _WANTED):
                self.roles[p.name] = role
            elif required:
                unknown.append(p.name)
        if unknown:
            raise NotDriven(f"it asks for {', '.join(unknown)}, and no name tells what that is")
        self.any_keyword = any(p.kind is p.VAR_KEYWORD for p in found)
        if self.any_keyword and not self.settings:
            taken = {*self.hyper.values(), "beta1" * ("betas" in self.hyper.values())}
            also = mentioned(function, kind)
            self.in_dict = {n: own for n, own in also.items() if own not in taken}

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
            given[self.settings] = among
        else:
            given |= among
        first = []
        for p in self.parameters:
            if p.kind is not p.POSITIONAL_ONLY or p.name not in given:
                break
            first.append(given.pop(p.name))
        return first, given


def _is_decay_of_velocity(p: inspect.Parameter) -> bool:
    """Return whether a decay is the velocity's: of a learning rate it is 0, or near it."""
    named = names.plain(p.name) in ("decay", "decayrate")
    return named and isinstance(p.default, float) and 0.5 <= p.default < 1


def _bites(default: Any, plain: str) -> bool:
    """Return whether a setting's default may change the method."""
    if plain in ("decay", "lrdecay", "learningratedecay", "warmup", "warmupsteps"):
        return False  # a rate of decay is 0 where it is off, or 1: its default is left
    return not isinstance(default, str) and default is not None and bool(default)


def _value(own: str, hyper: Mapping[str, Any]) -> Any:
    if own == "betas":
        return (hyper["beta1"], hyper["beta2"]) if "beta1" in hyper else None
    return hyper.get(own)


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
