"""First-order mutants of an implementation: one thing in its source changed."""

import ast
import copy
from dataclasses import dataclass

ARITHMETIC = [ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow]
COMPARISON = [ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq]
#: Names that are mistaken for each other, where both are known.
FAMILIES = [
    {"beta1", "beta2", "epsilon", "learning_rate", "t"},
    {"beta", "learning_rate"},
    {"v", "s", "grads"},
    {"v_corrected", "s_corrected", "v"},
    {"dW", "db"},
    {"step_W", "step_b"},
    {"W1", "W2", "W3"},
    {"b1", "b2", "b3"},
    {"z1", "z2", "z3"},
    {"a1", "a2", "a3", "X"},
    {"dz1", "dz2", "dz3"},
    {"da1", "da2"},
    {"X", "Y"},
    {"shuffled_X", "shuffled_Y", "X", "Y"},
    {"positive", "negative"},
]


@dataclass(frozen=True)
class Mutant:
    """One change: the function that it is in, its line, what it was and what it became."""

    function: str
    line: int
    statement: str
    change: str
    source: str


def mutants(source):
    """Yield every first-order mutant of the functions of a module."""
    tree = ast.parse(source)
    whole = ast.unparse(tree)
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        before, _, after = whole.partition(ast.unparse(function))  # only that is written anew
        known = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
        known |= {a.arg for a in function.args.args}
        for statement, path in _statements(function):
            for change, new in _changes(statement, known):
                mutated = copy.deepcopy(function)
                _replace(mutated, path, new)
                ast.fix_missing_locations(mutated)
                yield Mutant(
                    function.name,
                    statement.lineno,
                    _head(statement),
                    change,
                    before + ast.unparse(mutated) + after,
                )


def _head(statement):
    return ast.unparse(statement).splitlines()[0]


def _statements(node, here=()):
    """Yield each statement with the way to it; a function for its defaults alone."""
    if isinstance(node, ast.FunctionDef):
        yield node, here
    for field in ("body", "orelse"):
        for index, child in enumerate(getattr(node, field, [])):
            if isinstance(child, ast.stmt):
                yield child, (*here, (field, index))
                if not isinstance(child, ast.FunctionDef):
                    yield from _statements(child, (*here, (field, index)))


def _replace(root, path, new):
    if not path:
        for field in new._fields:
            setattr(root, field, getattr(new, field))
        return
    for field, index in path[:-1]:
        root = getattr(root, field)[index]
    field, index = path[-1]
    getattr(root, field)[index] = new


def _changes(statement, known):
    """Yield (what was changed, the new statement)."""
    if isinstance(statement, (ast.Assign, ast.AugAssign, ast.Expr)) and not (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    ):
        yield "dropped", ast.Pass()
    for path, node in _own_nodes(statement):
        for what, new in _other_nodes(node, known):
            changed = copy.deepcopy(statement)
            _set(changed, path, new)
            yield f"{what}: {_head(ast.fix_missing_locations(changed))}", changed


def _own_nodes(statement):
    """Yield the expressions of a statement, but not of the statements in it."""

    def walk(node, here):
        for field, value in ast.iter_fields(node):
            for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(child, ast.stmt) or not isinstance(child, ast.AST):
                    continue
                yield (*here, (field, index)), child
                yield from walk(child, (*here, (field, index)))

    yield (), statement
    if isinstance(statement, ast.FunctionDef):
        for index, child in enumerate(statement.args.defaults):
            yield (("args", None), ("defaults", index)), child
        return
    yield from walk(statement, ())


def _set(node, path, new):
    if not path:
        for field in new._fields:
            setattr(node, field, getattr(new, field))
        return
    for field, index in path[:-1]:
        node = getattr(node, field) if index is None else getattr(node, field)[index]
    field, index = path[-1]
    if index is None:
        setattr(node, field, new)
    else:
        getattr(node, field)[index] = new


def _other_nodes(node, known):
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        if isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
            return
        for op in ARITHMETIC:
            if not isinstance(node.op, op):
                yield "operator", ast.BinOp(node.left, op(), node.right)
    elif isinstance(node, ast.AugAssign):
        for op in (ast.Add, ast.Sub, ast.Mult):
            if not isinstance(node.op, op):
                yield "operator", ast.AugAssign(node.target, op(), node.value)
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISON:
        for op in COMPARISON:
            if not isinstance(node.ops[0], op):
                yield "comparison", ast.Compare(node.left, [op()], node.comparators)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "sign", node.operand
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float, bool):
        if type(node.value) is bool:
            yield "constant", ast.Constant(not node.value)
        else:
            for value in {node.value + 1, node.value - 1, 0, node.value * 10} - {node.value}:
                yield "constant", ast.Constant(value)
    elif isinstance(node, ast.Constant) and node.value in ("dW", "db", "W", "b"):
        other = {"dW": "db", "db": "dW", "W": "b", "b": "W"}[node.value]
        yield "name", ast.Constant(other)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        others = {n for family in FAMILIES if node.id in family for n in family}
        for other in sorted(others & known - {node.id}):
            yield "name", ast.Name(other, ast.Load())
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield "transpose", node.value
    elif isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        others = {
            "np.sqrt": "np.square",
            "np.square": "np.sqrt",
            "np.maximum": "np.minimum",
            "np.sum": "np.mean",
            "np.dot": "np.multiply",
            "np.multiply": "np.add",
            "np.zeros": "np.ones",
            "np.zeros_like": "np.ones_like",
            "np.log": "np.log2",
            "np.exp": "np.expm1",
            "math.floor": "math.ceil",
        }
        if name in others:
            yield (
                "function",
                ast.Call(ast.parse(others[name], mode="eval").body, node.args, node.keywords),
            )
        if len(node.args) == 1 and name.startswith("np."):
            yield "function dropped", node.args[0]
        for k, keyword in enumerate(node.keywords):
            if keyword.arg in ("axis", "keepdims"):
                yield (
                    "keyword dropped",
                    ast.Call(node.func, node.args, node.keywords[:k] + node.keywords[k + 1 :]),
                )
