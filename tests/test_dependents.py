"""Which generated names a node of a spec is said to concern: word for word, and each of them exists."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from test_python import generated
from truecopy import pipeline
from truecopy.files import workspace
from truecopy.ir import Api
from truecopy.targets.python.dependents import dependents

CASES = Path(__file__).parent / "cases" / "generate"
NAMES = ("everything", "unusual")


def api(case: str) -> Api:
    folder = workspace.read_api(CASES / case, "acme")
    found = pipeline.check(folder).api
    assert found is not None
    return found


@pytest.mark.parametrize("case", NAMES)
def test_dependents(case: str, update: bool) -> None:
    """A pointer to a line, with all names that it concerns."""
    lines: list[str] = []
    acme = api(case)
    for document in acme.documents:
        lines.append(f"# {document.name}\n")
        for pointer, names in dependents(acme, document).items():
            lines.append(f"{'.'.join(pointer)}: {', '.join(names)}\n")
    expected = CASES / case / "dependents.txt"
    if update:
        expected.write_text("".join(lines), "utf-8", newline="\n")
    assert "".join(lines) == expected.read_text("utf-8")


@pytest.mark.parametrize("case", NAMES)
def test_every_name_exists(case: str) -> None:
    """What a finding names can be found in the generated package."""
    acme = api(case)
    there = set(_names(generated(case)))
    for document in acme.documents:
        for names in dependents(acme, document).values():
            assert {*names} <= there


def _names(files: Mapping[str, bytes]) -> Iterator[str]:
    """Classes, aliases, functions, members and arguments of a package."""
    for path, data in files.items():
        if path.endswith(".py") and not path.startswith("tests/"):
            for node in ast.parse(data).body:
                yield from _defined(node, "")


def _defined(node: ast.stmt, owner: str) -> Iterator[str]:
    if isinstance(node, ast.ClassDef):
        yield node.name
        for each in node.body:
            yield from _defined(each, node.name)
    elif isinstance(node, ast.FunctionDef):
        yield f"{owner}.{node.name}" if owner else node.name
        called = owner if node.name == "__init__" else node.name
        for argument in (
            *node.args.posonlyargs,
            *node.args.args,
            *node.args.kwonlyargs,
        ):
            yield f"{called}({argument.arg})"
    elif isinstance(node, ast.AnnAssign | ast.Assign):
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        name = ast.unparse(target)
        yield f"{owner}.{name}" if owner else name
        yield f"{owner}({name})"
