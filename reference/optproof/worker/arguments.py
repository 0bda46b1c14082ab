"""Arguments as people name them: how to pass the document's arguments to a function."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from itertools import takewhile
from typing import Any

#: Other names for the document's arguments, without case and underscores.
ALIASES: dict[str, tuple[str, ...]] = {
    name: tuple(aliases.split())
    for name, aliases in {
        "parameters": "params param parameter weights theta",
        "grads": "gradients gradient grad gradparams",
        "learning_rate": "learnigrate learnrate lr alpha eta stepsize rate",
        "v": "velocity velocities vel firstmoment moment1",
        "s": "secondmoment moment2 sq squares cache",
        "t": "step iteration iter timestep iterations counter",
        "beta": "betav momentum mu rho gamma beta1",
        "beta1": "betav b1",
        "beta2": "betas b2",
        "epsilon": "eps epsilion",
        "mini_batch_size": "batchsize batch size",
        "seed": "randomseed randomstate",
        "layers_dims": "layerdims layerdim layersdim layers dims layersizes dimensions",
        "X": "data inputs features xtrain trainx examples",
        "Y": "labels targets ytrain trainy target label",
        "y": "labels targets ytrain trainy",
        "a3": "al yhat output probabilities",
        "caches": "cache",
        "optimizer": "optimiser method",
        "num_epochs": "epochs nepochs numiterations iterations",
    }.items()
}
#: Without these an operation still has a meaning: the function's own value, whatever it is.
OWN_VALUE = {
    "learning_rate",
    "beta",
    "beta1",
    "beta2",
    "epsilon",
    "mini_batch_size",
    "print_cost",
    "seed",
    "t",
    "y",
}
#: What is not said has the document's value, and is judged at this value alone.
DOCUMENTED = {
    "learning_rate": 0.01,
    "beta": 0.9,
    "beta1": 0.9,
    "beta2": 0.999,
    "epsilon": 1e-8,
    "mini_batch_size": 64,
}
#: Switches that are set where a function has them.
SWITCHED = {"shuffle": True}


class NotBound(Exception):
    """It is not clear how to call this function; the message says why.

    Parameters
    ----------
    message : str
    names : dict of str
        Its arguments -> the document's, as far as they are known.
    asks : sequence of str
        What it asks for beside.
    """

    def __init__(
        self, message: str, names: dict[str, str] | None = None, asks: Iterable[str] = ()
    ) -> None:
        super().__init__(message)
        self.names = names or {}
        self.asks = tuple(asks)


class WrongMapping(Exception):
    """The mapping file names what the implementation does not have."""


def plain(name: str) -> str:
    """Return a name without case and underscores."""
    return name.replace("_", "").lower()


def documented_names(
    theirs: Iterable[str], wanted: Iterable[str], renamed: dict[str, str]
) -> dict[str, str]:
    """Return which of their names stands for which of the document's, as far as names tell.

    The paper's names are seen as such: m and v beside each other are the document's v and s.
    """
    theirs, wanted = list(theirs), list(wanted)
    found = {name: documented for documented, name in renamed.items() if name in theirs}
    plains = {plain(name) for name in theirs}
    paper = {"m": "v", "v": "s"} if {"m", "v"} <= plains and "s" not in plains else {}
    known = {plain(w): w for w in wanted} | {k: w for k, w in paper.items() if w in wanted}
    for exact in (True, False):
        for name in theirs:
            aliases = [w for w in wanted if plain(name) in ALIASES.get(w, ())]
            match = known.get(plain(name)) if exact else next(iter(aliases), None)
            if match and name not in found and match not in found.values():
                found[name] = match
    return found


class Call:
    """How to pass documented arguments to one function.

    What names do not tell, the position may, unless it goes `by_name` alone.

    Raises
    ------
    NotBound
        If the function asks for something that the document does not have, or lacks something
        without which the operation has no meaning.
    WrongMapping
        If it has no argument of a name in `renamed`.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        wanted: Iterable[str],
        renamed: dict[str, str],
        by_name: bool = False,
    ) -> None:
        self.function = function
        self.wanted = tuple(wanted)
        self.notes: list[str] = []
        self.names: dict[str, str] | None = None  # their name -> the document's; None: by position
        try:
            signature = inspect.signature(function).parameters.values()
        except (TypeError, ValueError):
            return
        if any(p.kind is p.VAR_POSITIONAL for p in signature):
            return
        theirs = [p for p in signature if p.kind is not p.VAR_KEYWORD]
        self.any_keyword = any(p.kind is p.VAR_KEYWORD for p in signature)
        absent = set(renamed.values()) - {p.name for p in theirs}
        if absent and not self.any_keyword:
            name = getattr(function, "__name__", "it")
            what = f"{name} has no argument {', '.join(sorted(absent))}"
            raise WrongMapping(f"{what}; it has {', '.join(p.name for p in theirs)}")
        names = documented_names((p.name for p in theirs), self.wanted, renamed)
        self.switched = {p.name: SWITCHED[p.name] for p in theirs if p.name in SWITCHED}
        asks = []
        for position, p in enumerate(theirs):
            at = self.wanted[position] if position < len(self.wanted) and not by_name else None
            if p.name not in names and p.default is p.empty and p.name not in self.switched:
                if at is None or at in names.values():
                    asks.append(p.name)
                else:
                    names[p.name] = at
        if asks:
            what = f"it asks for {', '.join(asks)}, which the document does not have"
            raise NotBound(what, names, asks)
        # One argument for both, as PyTorch has it.
        self.pair = names.get("betas") == "beta2" and "beta1" not in names.values()
        self.positional = [p.name for p in theirs if p.kind is p.POSITIONAL_ONLY]
        self.names = {p.name: names[p.name] for p in theirs if p.name in names}
        self._note()

    @property
    def missing(self) -> list[str]:
        """The documented arguments that it does not take."""
        if self.names is None or self.any_keyword:
            return []
        there = {*self.names.values(), "beta1"} if self.pair else self.names.values()
        return [name for name in self.wanted if name not in there]

    def _note(self) -> None:
        assert self.names is not None
        for name, documented in self.names.items():
            if name == "betas" and self.pair:
                documented = "(beta1, beta2)"
            if name != documented:
                self.notes.append(f"its {name} is taken for {documented}")
        order = [w for w in self.wanted if w in self.names.values()]
        if order != list(self.names.values()):
            self.notes.append(f"its arguments come in another order: {', '.join(self.names)}")
        self.notes += [f"its {name} is set to {value}" for name, value in self.switched.items()]

    def __call__(self, arguments: dict[str, Any]) -> Any:
        """Call with the arguments by their documented names."""
        if self.names is None:
            given = list(takewhile(arguments.__contains__, self.wanted))
            rest = {n: arguments[n] for n in self.wanted if n in arguments and n not in given}
            return self.function(*(arguments[name] for name in given), **rest)
        rest = {n: arguments[w] for n, w in self.names.items() if w in arguments}
        rest |= self.switched
        if self.pair and "beta1" in arguments:
            rest["betas"] = (arguments["beta1"], arguments["beta2"])
        if self.any_keyword:
            taken = self.names.values()
            rest |= {w: arguments[w] for w in self.wanted if w in arguments and w not in taken}
        first = [rest.pop(name) for name in self.positional]
        return self.function(*first, **rest)
