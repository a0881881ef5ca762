"""Changes the runtime at one place at a time, and lists the changes that no test of its own notices."""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import operator
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates" / "python"
PACKAGE = "payiano"
SECONDS = 120
PASSED, FAILED, LATE = "survived", "killed", "killed (too slow)"

Change = Callable[[], None]

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
    ast.BitOr: ast.BitAnd,
}


def runs(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that a program runs: no annotations, docstrings, and lists of names."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.AnnAssign) and "TypeAlias" in ast.dump(node.annotation):
            continue
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(tree, ast.arg) or node in (
            getattr(tree, "annotation", None),
            getattr(tree, "returns", None),
        ):
            continue
        yield node
        yield from runs(node)


def changes(node: ast.AST) -> Iterator[Change]:
    """The ways in which a node may be wrong, each made in place."""
    if isinstance(node, ast.Compare):
        operators = cast("list[ast.AST]", node.ops)
        for i, each in enumerate(operators):
            if type(each) in _OTHER:
                yield partial(operator.setitem, operators, i, _OTHER[type(each)]())
    elif isinstance(node, (ast.BoolOp, ast.BinOp)) and type(node.op) in _OTHER:
        yield lambda: setattr(node, "op", _OTHER[type(node.op)]())
    elif isinstance(node, (ast.If, ast.IfExp, ast.While)):
        test = node.test
        yield lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), test))
    elif isinstance(node, ast.Return) and node.value is not None:
        yield lambda: setattr(node, "value", ast.Constant(None))
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
        return value + "XX"
    return None


def mutants(tree: ast.Module) -> list[tuple[int, int]]:
    """Every change, as the place of a node and the number of its change."""
    return [
        (place, number)
        for place, node in enumerate(runs(tree))
        for number, _ in enumerate(changes(node))
    ]


def mutated(tree: ast.Module, mutant: tuple[int, int]) -> tuple[ast.Module, str]:
    """A tree with one change, and the change in words."""
    changed = copy.deepcopy(tree)
    place, number = mutant
    node = list(runs(changed))[place]
    before = ast.unparse(node).split("\n")[0]
    list(changes(node))[number]()
    after = ast.unparse(ast.fix_missing_locations(node)).split("\n")[0]
    line = getattr(node, "lineno", 0)
    return ast.fix_missing_locations(changed), f"{line}: {before} -> {after}"


def _install(tree: ast.Module, name: str) -> None:
    module = ModuleType(name)
    module.__file__ = str(TEMPLATES / "_runtime.py")
    module.__package__ = name.rpartition(".")[0]
    sys.modules[name] = module
    exec(compile(tree, module.__file__, "exec"), vars(module))


def _hold(tree: ast.Module) -> None:
    """Leaves with 0 when all tests pass with the runtime that the tree is."""
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    os.chdir(ROOT)
    sys.path[:0] = [str(TEMPLATES), str(ROOT / "generated" / PACKAGE)]
    try:
        importlib.import_module(f"{PACKAGE}_client")
        _install(tree, "_runtime")
        _install(tree, f"{PACKAGE}_client._runtime")
    except BaseException:  # a mutant may raise anything
        os._exit(1)
    tests = ["tests/runtime", f"generated/{PACKAGE}/tests"]
    code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--no-header", *tests])
    os._exit(int(code))


def judge(tree: ast.Module) -> str:
    """What becomes of one mutant."""
    child = get_context("fork").Process(target=_hold, args=[tree])
    child.start()
    child.join(SECONDS)
    if child.exitcode is None:
        child.kill()
        child.join()
        return LATE
    return PASSED if child.exitcode == 0 else FAILED


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sample", type=int, default=300)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--minutes", type=float, default=60)
    given = options.parse_args()
    for name in ("hypothesis", "httpx2", "httpcore2", "msgspec", "asyncio"):
        importlib.import_module(name)
    tree = ast.parse((TEMPLATES / "_runtime.py").read_text("utf-8"))
    if judge(tree) != PASSED:
        sys.exit("the tests fail without a mutant")
    every = mutants(tree)
    random.seed(given.seed)
    chosen = random.sample(every, min(given.sample, len(every)))
    outcomes: list[str] = []
    end = time.monotonic() + given.minutes * 60
    for mutant in chosen:
        if time.monotonic() > end:
            break
        changed, words = mutated(tree, mutant)
        outcomes.append(judge(changed))
        if outcomes[-1] == PASSED:
            print(words, flush=True)
    survived = outcomes.count(PASSED)
    print(f"\n{len(outcomes) - survived} of {len(outcomes)} killed, of {len(every)}")


if __name__ == "__main__":
    main()
