"""The small changes that can be made to a node of a syntax tree, by their kind."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

Change = tuple[str, ast.AST]

_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.FloorDiv, ast.Sub),
    ast.Pow: (ast.Mult, ast.Div),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE, ast.Eq),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq, ast.LtE, ast.GtE),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}


def changes(node: ast.AST, parent: ast.AST, name: str, root: ast.stmt) -> Iterator[Change]:
    """What the node in the field ``name`` of ``parent`` can be changed into.

    ``root`` is the method: its parameters are the names that may be mistaken for one another.
    """
    if name == "test":
        yield from _of_condition(node)
    if name == "decorator_list":
        yield "decorator removed", ast.parse("lambda method: method", mode="eval").body
    match node:
        case ast.BinOp():
            yield from _of_operation(node)
        case ast.UnaryOp():
            yield "operator", node.operand
        case ast.Compare():
            yield from _of_comparison(node)
        case ast.BoolOp():
            yield from _of_and_or(node)
        case ast.Constant():
            yield from _of_constant(node)
        case ast.Call() if name != "exc":
            yield from _of_call(node)
        case ast.Tuple() | ast.List() if isinstance(node.ctx, ast.Load):
            yield from _of_items(node)
        case ast.Name(ctx=ast.Load()):
            yield from _of_name(node, root)
        case ast.Attribute(value=ast.Name(id="self")):
            yield from _of_attribute(node, root)
        case ast.stmt() if node is not root:
            yield from _of_statement(node, root)
        case _:
            pass


def _of_condition(node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.expr)
    yield "condition", ast.UnaryOp(ast.Not(), node)
    yield "condition", ast.Constant(True)
    yield "condition", ast.Constant(False)


def _of_operation(node: ast.BinOp) -> Iterator[Change]:
    for other in _OPERATORS.get(type(node.op), ()):
        yield "operator", ast.BinOp(node.left, other(), node.right)
    yield "operand", node.left
    yield "operand", node.right
    yield "operand", ast.BinOp(node.right, node.op, node.left)


def _of_comparison(node: ast.Compare) -> Iterator[Change]:
    for place, op in enumerate(node.ops):
        for other in _COMPARISONS[type(op)]:
            ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
            yield "comparison", ast.Compare(node.left, ops, node.comparators)
    if len(node.ops) > 1:
        yield "comparison", ast.Compare(node.left, node.ops[:-1], node.comparators[:-1])
        yield "comparison", ast.Compare(node.comparators[0], node.ops[1:], node.comparators[1:])


def _of_and_or(node: ast.BoolOp) -> Iterator[Change]:
    yield (
        "condition",
        ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values),
    )
    for value in node.values:
        left = [other for other in node.values if other is not value]
        yield "condition", left[0] if len(left) == 1 else ast.BoolOp(node.op, left)


def _of_constant(node: ast.Constant) -> Iterator[Change]:
    match node.value:
        case bool():
            others: list[object] = [not node.value, None]
        case int():
            others = [0, 1, node.value + 1, node.value - 1, 2 * node.value]
        case float():
            others = [0.0, 1.0, node.value + 1, node.value - 1, 2 * node.value, node.value + 0.01]
        case None:
            others = [True, False]
        case str():
            others = ["", node.value + "_"]
        case _:
            others = []
    for value in others:
        if value != node.value or type(value) is not type(node.value):
            yield "constant", ast.Constant(value)  # pyright: ignore[reportArgumentType]


def _of_call(node: ast.Call) -> Iterator[Change]:
    for place in range(len(node.args)):
        yield (
            "argument dropped",
            ast.Call(node.func, node.args[:place] + node.args[place + 1 :], node.keywords),
        )
    for place in range(len(node.keywords)):
        yield (
            "argument dropped",
            ast.Call(node.func, node.args, node.keywords[:place] + node.keywords[place + 1 :]),
        )
    for place in range(len(node.args) - 1):
        one, other = node.args[place : place + 2]
        swapped = [*node.args[:place], other, one, *node.args[place + 2 :]]
        yield "arguments swapped", ast.Call(node.func, swapped, node.keywords)
    for argument in node.args:
        if not isinstance(argument, ast.Starred):
            yield "call removed", argument
    if isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, ast.Call):
        yield "call removed", node.func.value


def _of_items(node: ast.Tuple | ast.List) -> Iterator[Change]:
    kind = type(node)
    if len(node.elts) > 1:
        yield "items", kind(node.elts[::-1], ast.Load())
    for place in range(len(node.elts)):
        yield "items", kind(node.elts[:place] + node.elts[place + 1 :], ast.Load())


def _of_name(node: ast.Name, root: ast.stmt) -> Iterator[Change]:
    known = _names(root)
    if node.id in known:
        for other in known:
            if other != node.id:
                yield "name", ast.Name(other, ast.Load())


def _of_attribute(node: ast.Attribute, root: ast.stmt) -> Iterator[Change]:
    found = (n for n in ast.walk(root) if isinstance(n, ast.Attribute))
    own = {n.attr for n in found if isinstance(n.value, ast.Name) and n.value.id == "self"}
    for other in sorted(own - {node.attr}):
        yield "attribute", ast.Attribute(node.value, other, node.ctx)


def _names(root: ast.stmt) -> list[str]:
    """The parameters and variables of a method, in order."""
    nodes = list(ast.walk(root))
    parameters = [node.arg for node in nodes if isinstance(node, ast.arg) and node.arg != "self"]
    stored = [
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    return list(dict.fromkeys([*parameters, *stored]))


def _of_statement(node: ast.stmt, root: ast.stmt) -> Iterator[Change]:
    if not isinstance(node, ast.Pass):
        yield "statement removed", ast.Pass()
    match node:
        case ast.Return():
            yield "other result", ast.Return(ast.Constant(None))
            for other in _names(root):
                yield "other result", ast.Return(ast.Name(other, ast.Load()))
        case ast.Raise():
            for error in ("ValueError", "TypeError", "NotImplementedError"):
                yield "other error", ast.Raise(ast.Call(ast.Name(error, ast.Load()), [], []))
        case ast.For():
            yield from _of_loop(node)
        case _:
            pass


def _of_loop(node: ast.For) -> Iterator[Change]:
    for shortened in ("[::-1]", "[1:]", "[:-1]"):
        changed = copy.copy(node)
        items = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
        changed.iter = ast.parse(f"x{shortened}", mode="eval").body
        assert isinstance(changed.iter, ast.Subscript)
        changed.iter.value = items
        yield "loop", changed
    changed = copy.copy(node)
    changed.body = [*node.body, ast.Break()]
    yield "loop", changed
