"""First-order edits of a formula: what it becomes when one thing in it is mistaken.

An exchanged name or operator, another constant, a forgotten term, function or bracket. They name
mistakes that nobody has listed: an edit, too, must reproduce every answer.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from functools import lru_cache

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.FloorDiv, ast.Mod)
COMPARISONS = (ast.Gt, ast.GtE, ast.Lt, ast.LtE, ast.Eq, ast.NotEq)
#: Functions of one argument that are mistaken for each other, and pairs of two arguments.
UNARY = (
    *("np.sqrt", "np.square", "np.abs", "np.sign", "np.tanh"),
    *("np.exp", "np.expm1", "np.log", "np.log2", "np.log10", "np.log1p"),
)
BINARY = ("np.maximum", "np.minimum", "np.fmod")
METHODS = {"sum": ("mean", "max", "min", "prod"), "mean": ("sum",), "astype": ()}
#: Numbers that are written in the place of others.
NUMBERS = (0, 1, 2, -1, 0.5, 3)


@lru_cache(maxsize=4096)
def edits(text: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the texts that one edit of an assignment makes of a formula, simple ones first.

    Parameters
    ----------
    text : str
        One or more assignments.
    names : sequence of str
        What may stand in the place of a name: expressions.

    Returns
    -------
    tuple of str
        Each only the assignment that is changed.
    """
    found: dict[str, None] = {}
    for statement in ast.parse(text).body:
        if not isinstance(statement, ast.Assign):
            continue
        targets = " = ".join(_written(t) for t in statement.targets)
        original = _written(statement.value)
        for changed in _variants(statement.value, tuple(names)):
            new = _written(changed)
            if new != original:
                found.setdefault(f"{targets} = {new}")
    return tuple(found)


@lru_cache(maxsize=256)
def constants(text: str) -> tuple[str, ...]:
    """Return the assignments of a formula with one of its numbers become the unknown ``c``."""
    found: dict[str, None] = {}
    for statement in ast.parse(text).body:
        if not isinstance(statement, ast.Assign):
            continue
        targets = " = ".join(_written(t) for t in statement.targets)
        for path in _paths(statement.value):
            node = _at(statement.value, path)
            if isinstance(node, ast.Constant) and type(node.value) in (int, float):
                new = _with(statement.value, path, ast.Name("c", ast.Load()))
                found.setdefault(f"{targets} = {_written(new)}")
    return tuple(found)


def _written(node: ast.expr) -> str:
    """Return the text of an expression; several at once without brackets."""
    text = ast.unparse(node)
    return text[1:-1] if isinstance(node, ast.Tuple) and len(node.elts) > 1 else text


def _variants(root: ast.expr, names: tuple[str, ...]) -> Iterator[ast.expr]:
    """Yield the expression with one of its nodes replaced, the whole before its parts."""
    for path in _paths(root):
        node = _at(root, path)
        for new in _replacements(node, names):
            yield _with(root, path, new)
        if isinstance(node, ast.BinOp):
            for new in _rotations(node):
                yield _with(root, path, new)


Path = tuple[tuple[str, int | None], ...]


def _paths(node: ast.AST, here: Path = ()) -> Iterator[Path]:
    """Yield where each expression stands."""
    if isinstance(node, ast.expr):
        yield here
    for field, value in ast.iter_fields(node):
        if isinstance(node, ast.Call) and field == "func" and not isinstance(value, ast.Attribute):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.expr_context):
                yield from _paths(child, (*here, (field, index)))


def _at(node: ast.AST, path: Path) -> ast.expr:
    for field, index in path:
        value = getattr(node, field)
        node = value if index is None else value[index]
    assert isinstance(node, ast.expr)
    return node


def _with(root: ast.expr, path: Path, new: ast.expr) -> ast.expr:
    if not path:
        return new
    root = copy.deepcopy(root)
    parent: ast.AST = root
    for field, index in path[:-1]:
        value = getattr(parent, field)
        parent = value if index is None else value[index]
    field, index = path[-1]
    if index is None:
        setattr(parent, field, new)
    else:
        getattr(parent, field)[index] = new
    return root


def _parse(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _call(function: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(_parse(function), list(arguments), [])


def _replacements(node: ast.expr, names: tuple[str, ...]) -> Iterator[ast.expr]:
    if isinstance(getattr(node, "ctx", None), ast.Store):
        return
    if isinstance(node, ast.BinOp):
        yield node.left
        yield node.right
        if isinstance(node.op, (ast.Sub, ast.Div, ast.Pow, ast.MatMult)):
            yield ast.BinOp(node.right, node.op, node.left)
        if not isinstance(node.op, ast.MatMult):
            for operator in OPERATORS:
                if not isinstance(node.op, operator):
                    yield ast.BinOp(node.left, operator(), node.right)
        else:
            yield ast.BinOp(node.left, ast.Mult(), node.right)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Compare):
        for comparison in COMPARISONS:
            if not isinstance(node.ops[0], comparison):
                yield ast.Compare(node.left, [comparison()], node.comparators)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        for number in (node.value + 1, node.value - 1, *NUMBERS):
            yield ast.Constant(number)
    elif isinstance(node, ast.Name):
        for name in names:
            yield _parse(name)
        yield _call("float32", node)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    elif isinstance(node, ast.Call):
        yield from _other_calls(node)
    if isinstance(node, (ast.BinOp, ast.Name, ast.Call)):
        yield ast.UnaryOp(ast.USub(), node)
        yield ast.BinOp(node, ast.Pow(), ast.Constant(2))
        yield _call("np.sqrt", node)
        yield _call("np.abs", node)
        yield ast.BinOp(node, ast.Mult(), ast.Constant(2))
        yield ast.BinOp(node, ast.Div(), ast.Constant(2))
        yield ast.BinOp(node, ast.Add(), ast.Constant(1))
        yield ast.BinOp(node, ast.Sub(), ast.Constant(1))


def _other_calls(node: ast.Call) -> Iterator[ast.expr]:
    function = ast.unparse(node.func)
    yield from (a for a in node.args if not isinstance(a, ast.Starred))
    for family in (UNARY, BINARY):
        if function in family:
            for other in family:
                yield ast.Call(_parse(other), node.args, node.keywords)
    if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
        yield node.func.value
        for other in METHODS[node.func.attr]:
            method = ast.Attribute(node.func.value, other, ast.Load())
            yield ast.Call(method, node.args, node.keywords)
    for k, keyword in enumerate(node.keywords):
        kept = [*node.keywords[:k], *node.keywords[k + 1 :]]
        yield ast.Call(node.func, node.args, kept)
        if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, int):
            was = keyword.value.value
            flipped = ast.keyword(
                keyword.arg, ast.Constant(not was if isinstance(was, bool) else int(not was))
            )
            yield ast.Call(node.func, node.args, [*kept, flipped])


def _rotations(node: ast.BinOp) -> Iterator[ast.expr]:
    """Yield what other brackets make of two operations: ``(1 - b) ** t`` of ``1 - b ** t``."""
    if isinstance(node.right, ast.BinOp):
        inner = node.right
        yield ast.BinOp(ast.BinOp(node.left, node.op, inner.left), inner.op, inner.right)
    if isinstance(node.left, ast.BinOp):
        inner = node.left
        yield ast.BinOp(inner.left, inner.op, ast.BinOp(inner.right, node.op, node.right))
