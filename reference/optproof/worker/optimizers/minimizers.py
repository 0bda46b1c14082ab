"""Minimizers: functions that walk from a start point by a derivative, judged by their path."""

from __future__ import annotations

import ast
import contextlib
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from . import names
from .arguments import Arguments, tree_of
from .lives import Arrays, Unable, Way

_ROLES = {
    role: frozenset(text.split())
    for role, text in {
        "derivative": "derivative grad gradient df fprime gradf gradfn gradfunc gradientfunc "
        "gradientfunction gradientf jac fgrad dfdx derivatives gradfunction grd dfunc nabla fdash "
        "gradientfn computegradient gradfun gradobj dx derivfunc fderivative dfx",
        "objective": "objective f func fun function objfunc obj lossfunc costfunction loss cost fn "
        "lossfn objectivefunction costfunc lossfunction objectivefunc",
        "start": "x0 x start init initial theta theta0 params w w0 initx xinit startpoint point "
        "initialpoint initialx initialparams params0 initparams startx initialguess guess x1 "
        "startingpoint theta0 xstart initialtheta initialposition initialvalue xinitial p0",
        "bounds": "bounds",
        "number": "niter numiters maxiter iterations epochs n steps maxiters numiterations niters "
        "maxiterations numsteps maxsteps iters nsteps numepochs nepochs iter t maxepochs maxepoch "
        "nepoch nbiter nbepochs numberofiterations nit",
    }.items()
}
_NUMBER_OF_STEPS = 10**6  # it is ended from within: more than any trajectory has


class _Enough(BaseException):
    """Ends a minimizer that asks for more gradients than there are."""


class _Path:
    """A derivative that gives the recorded gradients, and keeps the points it is asked at."""

    def __init__(self, gradients: list[Any], unpacked: bool, with_value: bool) -> None:
        self.gradients, self.unpacked, self.with_value = gradients, unpacked, with_value
        self.points: list[Any] = []
        self.size = gradients[0].size

    def __call__(self, *given: Any, **named: Any) -> Any:
        point = given[: self.size] if self.unpacked else given[0]
        self.points.append(np.array(point, dtype=float).reshape(-1))
        if len(self.points) > len(self.gradients):
            raise _Enough
        g = self.gradients[len(self.points) - 1].copy()
        g = g[0] if self.size == 1 and np.ndim(given[0]) == 0 and not self.unpacked else g
        return (0.0, g) if self.with_value else g


def looks_like_a_minimizer(function: Any) -> bool:
    """Return whether a function asks for a derivative and a start point."""
    try:
        theirs = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False
    told = _told(function, theirs)
    derivative = next((n for n, r in told.items() if r == "derivative"), "")
    if _called(function).get(derivative) == "passed on" and "number" not in told.values():
        return False  # a gradient, which goes on to another step
    return bool(derivative) and bool({"start", "bounds"} & set(told.values()))


def method_of(cls: type) -> Any:
    """Return the method of a class that walks from a start point by a derivative, or None."""
    for name in ("minimize", "optimize", "run", "solve", "descend", "fit", "__call__", "step"):
        method = getattr(cls, name, None)
        if inspect.isfunction(method) and looks_like_a_minimizer(method):
            return method
    return None


def _told(function: Any, theirs: Any) -> dict[str, str]:
    """Return the roles of the arguments; a derivative is called in the source."""
    called = _called(function)
    found: dict[str, str] = {}
    for role, known in _ROLES.items():
        for name in theirs:
            fits = names.plain(name) in known and name not in found
            if role == "derivative":
                fits = fits and name in called
            elif role == "objective":  # one that is never called changes nothing
                fits = fits and (name in called or "derivative" in found.values())
            elif called.get(name, "passed on") != "passed on":
                fits = False
            if fits and role not in found.values():
                found[name] = role
    if "derivative" not in found.values():  # f(x) -> (value, gradient)
        for name, role in found.items():
            if role == "objective" and called.get(name) == "unpacked pair":
                found[name] = "derivative"
    return found


def _called(function: Any) -> dict[str, str]:
    """Return the names that are called in the source, and how the results are taken."""
    tree, found = tree_of(function), dict[str, str]()
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            starred = any(isinstance(a, ast.Starred) for a in node.args)
            found.setdefault(node.func.id, "unpacked arguments" if starred else "called")
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Call):
            passed = [a.id for a in node.value.args if isinstance(a, ast.Name)]
            if len(passed) > 2:  # all goes on to another minimizer
                found |= {n: "passed on" for n in passed if n not in found}
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            target, call = node.targets[0], node.value.func
            pair = isinstance(target, ast.Tuple) and len(target.elts) == 2
            if isinstance(call, ast.Name) and pair:
                found[call.id] = "unpacked pair"
    return found


class MinimizerLife:
    """A minimizer runs through all steps at once: the path is asked for as a whole."""

    def __init__(self, plan: dict[str, Any], parameters: Arrays, hyper: Mapping[str, Any]) -> None:
        self.plan, self.parameters, self.hyper = plan, parameters, hyper

    def step(self, gradients: Mapping[str, Any], rate: float | None) -> Arrays:
        """Take one step, from the start."""
        if rate is not None:
            raise Unable("its learning rate cannot change: it runs through all steps at once")
        self.plan.setdefault("", None)
        return self.path([gradients])[0]

    def path(self, steps: list[Mapping[str, Any]]) -> list[Arrays]:
        """Return the parameters after each step."""
        start = np.concatenate([a.reshape(-1) for a in self.parameters.values()])
        vectors = []
        for gradients in steps:
            if any(g is None for g in gradients.values()):
                raise Unable("its derivative has all components")
            vectors.append(np.concatenate([gradients[n].reshape(-1) for n in self.parameters]))
        if self.plan["scalar"]:
            columns = [
                self._run(start[i : i + 1], [v[i : i + 1] for v in vectors])
                for i in range(start.size)
            ]
            points = [np.concatenate(row) for row in zip(*columns)]
        else:
            points = self._run(start, vectors)
        return [self._apart(point) for point in points]

    def _run(self, start: Any, gradients: list[Any]) -> list[Any]:
        plan, arguments = self.plan, self.plan["arguments"]
        path = _Path(gradients, plan["unpacked"], plan["pair"])
        scalar = plan["scalar"]
        offered = {
            "derivative": path,
            "objective": lambda *given, **named: 0.0,
            "start": float(start[0]) if scalar else start.copy(),
            "bounds": np.stack([start, start], axis=1),
            "number": len(gradients) + (0 if plan["final"] else 1),
        }
        function = plan["function"]
        if plan["made"]:
            built = plan["made"].values(self.hyper, lambda role: offered["number"])
            function = getattr(plan["class"](*built[0], **built[1]), function.__name__)
        first, rest = arguments.values(self.hyper, lambda name: None)
        rest |= {name: offered[role] for name, role in plan["told"].items()}
        result: Any = None
        with contextlib.suppress(_Enough):
            result = function(*first, **rest)
            if inspect.isgenerator(result):
                for point in result:
                    result = point
        points = path.points[1:]
        last = _final(result, start.shape) if plan["final"] else None
        if len(points) < len(gradients) and last is not None:
            points.append(last)
        if len(points) < len(gradients):
            raise Unable(f"it ends after {len(points)} of {len(gradients)} steps")
        return points[: len(gradients)]

    def _apart(self, point: Any) -> Arrays:
        out, at = {}, 0
        for name, array in self.parameters.items():
            out[name] = point[at : at + array.size].reshape(array.shape)
            at += array.size
        return out


def _final(result: Any, shape: Any) -> Any:
    """Return the point in what a minimizer returns, its last where it returns several."""
    candidates = [result]
    if isinstance(result, (tuple, list)):
        candidates = [result, *result]
    elif isinstance(result, dict):
        candidates = list(result.values())
    for candidate in candidates:
        try:
            array = np.array(candidate, dtype=float)
        except (TypeError, ValueError):
            continue
        if array.shape == shape or (array.ndim == 0 and shape == (1,)):
            return array.reshape(-1)
    return None


def _made(cls: type, kind: str, extra: Mapping[str, Any]) -> Arguments:
    """Return what the class is made with; how many steps it takes is set to what is needed."""
    theirs = inspect.signature(cls).parameters
    counts = [n for n in theirs if names.plain(n) in _ROLES["number"]]
    made = Arguments(cls, kind, (), {**extra, **dict.fromkeys(counts)})
    for name in counts:
        del made.extra[name]
        made.roles[name] = "number"
    return made


def ways(
    function: Any, kind: str, extra: Mapping[str, Any], cls: type | None = None
) -> Iterator[Way]:
    """Yield the ways in which a minimizer might be run; `cls` is the class whose method it is.

    Raises
    ------
    NotDriven
        If it asks for what no name tells.
    """
    told = _told(function, inspect.signature(function).parameters)
    aside = dict.fromkeys(told)
    arguments = Arguments(function, kind, (), {**extra, **aside}, method=bool(cls))
    made = _made(cls, kind, extra) if cls else None
    for name in aside:
        arguments.extra.pop(name, None)
    called = _called(function)
    derivative = next(n for n, r in told.items() if r == "derivative")
    how = called.get(derivative, "")
    numbered = "number" in told.values() or bool(made and made.roles)
    takes = [*(made.takes if made else ()), *arguments.takes]
    for scalar in (False, True):
        for final in (True, False) if numbered else (False,):
            plan = {
                "function": function,
                "arguments": arguments,
                "told": told,
                "class": cls,
                "made": made,
                "unpacked": how == "unpacked arguments",
                "pair": how == "unpacked pair",
                "scalar": scalar,
                "final": final,
            }
            notes = [*(made.notes() if made else ()), *arguments.notes()]
            notes += [f"its {function.__name__} is called"] if cls else []
            notes += [f"its {derivative} gives the recorded gradients"]
            notes.append("it is judged by the points at which its derivative is asked")
            notes += ["it is run once for each number"] if scalar else []

            def start(parameters: Arrays, hyper: Mapping[str, Any], plan: Any = plan) -> Any:
                return MinimizerLife(plan, parameters, hyper)

            yield Way(start, notes, takes)
