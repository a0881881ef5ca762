"""The ways in which a module may be wrong by one small change each."""

from __future__ import annotations

import ast
import copy
import operator
import re
from collections.abc import Callable, Iterator
from functools import partial
from textwrap import shorten
from typing import NamedTuple, cast

Change = Callable[[], None]

_SENTENCE = re.compile("[a-z,] [a-z]")  # for people, in words that are free

_OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
}
_FOR_TYPE_CHECKERS = {"cast", "TypeVar", "ParamSpec", "NewType", "_readonly"}


class Mutant(NamedTuple):
    """One change, and the lines of the innermost statement that it is in."""

    file: str
    words: str
    lines: range
    at_import: bool
    change: Change


class _Place(NamedTuple):
    node: ast.AST
    statement: ast.stmt
    at_import: bool


def mutants(file: str, tree: ast.Module, typed: bool) -> Iterator[Mutant]:
    """Every change of a module, in its order. In a typed one, annotations are facts of
    the API too, not only words for type checkers."""
    for node, statement, at_import in _places(tree, typed):
        for number, change in enumerate(_changes(node)):
            words = f"{getattr(node, 'lineno', 0)}: {_words(node, number)}"
            yield Mutant(file, words, _lines(statement), at_import, change)


def _words(node: ast.AST, number: int) -> str:
    if isinstance(node, ast.Call):
        return f"{ast.unparse(node.func)}(...) without {node.keywords[number].arg}"
    changed = copy.deepcopy(node)
    list(_changes(changed))[number]()
    return f"{_short(node)} -> {_short(ast.fix_missing_locations(changed))}"


def _short(node: ast.AST) -> str:
    return shorten(ast.unparse(node).partition("\n")[0], 70)


def _lines(statement: ast.stmt) -> range:
    """A simple statement's lines; of a compound one, those above its body."""
    body: list[ast.stmt] | None = getattr(statement, "body", None)
    end = statement.end_lineno or statement.lineno
    return range(
        statement.lineno, max(body[0].lineno, statement.lineno + 1) if body else end + 1
    )


def _places(tree: ast.Module, typed: bool) -> Iterator[_Place]:
    for statement in tree.body:
        yield from _below(statement, statement, True, typed)


def _below(
    node: ast.AST, statement: ast.stmt, at_import: bool, typed: bool
) -> Iterator[_Place]:
    """The nodes that a program runs, from this one on."""
    if _is_text(node) or (_is_alias(node) and not typed):
        return
    statement = node if isinstance(node, ast.stmt) else statement
    yield _Place(node, statement, at_import)
    silent = _for_type_checkers(node)
    model = typed and isinstance(node, ast.ClassDef) and _is_model(node)
    body: list[ast.AST] = (
        getattr(node, "body", []) if isinstance(node, _FUNCTIONS) else []
    )
    for child in ast.iter_child_nodes(node):
        if model and isinstance(child, ast.AnnAssign):
            yield from _below(child.annotation, child, at_import, typed)
        if child not in silent:
            yield from _below(child, statement, at_import and child not in body, typed)


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _is_text(node: ast.AST) -> bool:
    """A docstring, a list of names."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"


def _is_alias(node: ast.AST) -> bool:
    return isinstance(node, ast.AnnAssign) and "TypeAlias" in ast.dump(node.annotation)


def _is_model(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base) == "rt.Model" for base in node.bases)


def _for_type_checkers(node: ast.AST) -> list[ast.AST | None]:
    """The children of a node that no program runs."""
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return [node.test, *node.body]
    if isinstance(node, ast.Call) and ast.unparse(node.func) in _FOR_TYPE_CHECKERS:
        return [*node.args[:1], *(k for k in node.keywords)]
    return [getattr(node, "annotation", None), getattr(node, "returns", None)]


def _changes(node: ast.AST) -> Iterator[Change]:
    """The ways in which a node may be wrong, each made in place."""
    if isinstance(node, ast.Compare):
        operators = cast("list[ast.AST]", node.ops)
        for i, each in enumerate(operators):
            if type(each) in _OTHER:
                yield partial(operator.setitem, operators, i, _OTHER[type(each)]())
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield lambda: setattr(node, "right", node.left)
        yield lambda: setattr(node, "left", node.right)
    elif isinstance(node, (ast.BoolOp, ast.BinOp, ast.AugAssign)):
        if type(node.op) in _OTHER:
            yield lambda: setattr(node, "op", _OTHER[type(node.op)]())
    elif isinstance(node, (ast.If, ast.IfExp, ast.While)):
        if "TYPE_CHECKING" not in ast.unparse(node.test):
            yield lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, (ast.Return, ast.Expr)):
        if node.value is not None and ast.unparse(node.value) not in (
            "None",
            "(yield)",
        ):
            yield lambda: setattr(node, "value", ast.Constant(None))
    elif (
        isinstance(node, ast.Call) and ast.unparse(node.func) not in _FOR_TYPE_CHECKERS
    ):
        for i, _ in enumerate(node.keywords):
            yield partial(operator.delitem, node.keywords, i)
    elif isinstance(node, ast.Constant):
        wrong = _wrong(node.value)
        if wrong is not None:
            yield lambda: setattr(node, "value", wrong)


def _wrong(value: object) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, str):
        return None if _SENTENCE.search(value) else value + "XX"
    if isinstance(value, bytes):
        return value + b"XX"
    return None
