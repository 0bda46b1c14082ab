"""Names of functions: which are near to the document's, word by word, and which are not."""

from __future__ import annotations

import re
from difflib import get_close_matches

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
#: Other forms of a word, and words in one.
_SAME = {
    **dict.fromkeys(("params", "param", "parameter", "weights"), "parameters"),
    **dict.fromkeys(("initialise", "init", "initialized"), "initialize"),
    **dict.fromkeys(("prop", "pass", "propagate"), "propagation"),
    **dict.fromkeys(("back", "backwards"), "backward"),
    **dict.fromkeys(("calculate", "calc", "computes"), "compute"),
    **dict.fromkeys(("optimiser", "optimise", "optimize", "apply", "step"), "update"),
    **dict.fromkeys(("make", "create", "generate", "get", "build"), "make"),
    **dict.fromkeys(("iterate", "iterator", "generator", "iter", "loader"), "iterate"),
    "minibatches": "mini batches",
    "minibatch": "mini batch",
    "backprop": "backward propagation",
    "backpropagation": "backward propagation",
    "backpropagate": "backward propagation",
    "forwardprop": "forward propagation",
    "feedforward": "forward propagation",
    "dataloader": "data iterate",
    "sgd": "gd",
    "optimizer": "update",
}
_FILLERS = set("with using by via the a an of for into in from my".split())
#: Words that a slip of the keyboard may be close to. No method: adamax is not a slip of adam.
_SPELT = "parameters initialize velocity momentum random mini batches propagation forward backward"

#: What each operation's name must say (one of these sets of words), and what it may say beside.
_UPDATE = "update parameters gradient descent batch stochastic rule optimization"
_SAID: dict[str, tuple[tuple[str, ...], str]] = {
    "update_parameters_with_gd": (
        ("gd", "gradient descent", "update parameters"),
        f"{_UPDATE} gd vanilla",
    ),
    "update_parameters_with_momentum": (("momentum",), f"{_UPDATE} gd velocity"),
    "update_parameters_with_adam": (("adam",), f"{_UPDATE} gd"),
    "initialize_velocity": (("initialize velocity", "initialize momentum"), "velocity momentum"),
    "initialize_adam": (("initialize adam", "initialize moments"), "adam moments update state"),
    "random_mini_batches": (
        ("batches", "batch iterate", "data iterate"),
        "random mini make iterate split shuffle partition data batch",
    ),
    "initialize_parameters": (("initialize parameters",), ""),
    "forward_propagation": (("forward propagation",), ""),
    "compute_cost": (("compute cost",), ""),
    "backward_propagation": (("backward propagation",), ""),
}
#: The helpers that the document does not show: theirs may rightly be others.
HELPERS = ("initialize_parameters", "forward_propagation", "compute_cost", "backward_propagation")


def words(name: str) -> list[str]:
    """Return the words of a name in one form each, without those that say nothing.

    >>> words("randomMinibatches"), words("update_params_using_SGD")
    (['random', 'mini', 'batches'], ['update', 'parameters', 'gd'])
    """
    found: list[str] = []
    for word in (match[0].lower() for match in _WORD.finditer(name)):
        word = word if word in _SAME else _spelt(word)
        found += [w for w in _SAME.get(word, word).split() if w not in _FILLERS]
    return found


def _spelt(word: str) -> str:
    close = get_close_matches(word, _SPELT.split(), 1, 0.85) if len(word) > 5 else []
    return close[0] if close else word


def near(name: str) -> str:
    """Return the operation whose name this is near to, or "".

    >>> near("update_with_adam"), near("plot_adam"), near("get_minibatch_size"), near("adamax")
    ('update_parameters_with_adam', '', '', '')
    """
    said = set(words(name))
    for operation, (needed, allowed) in _SAID.items():
        for key in (set(n.split()) for n in needed):
            if key <= said <= key | set(allowed.split()) and operation != name:
                return operation
    return ""
