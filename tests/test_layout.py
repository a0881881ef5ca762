"""What the target lays out is what black would write."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import black
import pytest
from black.mode import TargetVersion
from hostile.corpus import data
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_hostile import CASES, COPIES, outcome
from truecopy.code import LINE, Code, code, identifier, literal, width
from truecopy.targets.python.layout import (
    Bracket,
    Expr,
    Union,
    assignment,
    call,
    definition,
    keyword,
    several,
    statement,
    subscript,
    union,
)

ROOT = Path(__file__).parent.parent
MODE = black.Mode(line_length=LINE, target_versions={TargetVersion.PY311})
LETTERS = "abcdefgh城ß_"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_black_is_pinned() -> None:
    """Another version would write other bytes."""
    assert f"black=={version('black')}" in PROJECT["dependencies"]


# Each text once: some files are the same in all distributions.
GENERATED = {
    path.read_text("utf-8"): path.name for path in (ROOT / "generated").rglob("*.py")
}


@pytest.mark.parametrize("text", sorted(GENERATED), ids=lambda text: GENERATED[text])
def test_generated_code_is_as_black_has_it(text: str) -> None:
    """All of it, the runtime too."""
    assert black.format_str(text, mode=MODE) == text


def _name(letters: str, times: int) -> Code:
    return identifier("x" + letters * times)


def _limited(name: Code, type_: Expr, facts: Sequence[Expr]) -> Expr:
    return subscript(name, [type_, call(code("rt.Limits"), facts)])


def _no_union(expr: Expr) -> bool:
    return not isinstance(expr, Union)


def _deeper_values(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    items = inner | st.builds(keyword, names, inner)
    return st.builds(call, names, st.lists(items, max_size=5)) | st.builds(
        several, st.lists(inner, min_size=1, max_size=5)
    )


def _deeper_types(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    facts = st.lists(st.builds(keyword, names, literals), min_size=1, max_size=4)
    parts = st.lists(inner.filter(_no_union), min_size=1, max_size=5)
    return (
        st.builds(subscript, names, st.lists(inner, min_size=1, max_size=3))
        | st.builds(union, parts)
        | st.builds(_limited, names, inner, facts)
    )


names = st.builds(_name, st.text(LETTERS, max_size=9), st.integers(1, 4))
plain = st.text("ab 城\"'", max_size=40) | st.integers(-9, 10**6) | st.booleans()
literals = st.builds(literal, plain)
atoms: st.SearchStrategy[Expr] = names | literals
values = st.recursive(atoms, _deeper_values, max_leaves=14)
types = st.recursive(names, _deeper_types, max_leaves=8)


def hold(module: str) -> None:
    """A line that is too long is black's own business, which render leaves to it."""
    if any(width(line) > LINE for line in module.split("\n")):
        return
    assert black.format_str(module, mode=MODE) == module


@given(names, types | st.none(), values | st.none())
@settings(max_examples=150, deadline=None)
def test_assignments(name: Code, type_: Expr | None, value: Expr | None) -> None:
    """At the top and in a class."""
    if type_ is None and value is None:
        return
    hold(assignment(name, type_, value, 0).text + "\n")
    hold(f"class A:\n    {assignment(name, type_, value, 4).text}\n")


@given(names, values)
@settings(max_examples=150, deadline=None)
def test_statements(name: Code, value: Expr) -> None:
    """As functions have them."""
    hold(f"{statement(code('{} = ', name), value, 0).text}\n")
    if isinstance(value, Bracket):
        hold(f"def f():\n    {statement(code('return '), value, 4).text}\n")


@given(
    names,
    st.lists(st.tuples(names, types, names | st.none()), min_size=1, max_size=6),
    types.filter(_no_union),
)
@settings(max_examples=150, deadline=None)
def test_definitions(
    name: Code, parameters: Sequence[tuple[Code, Expr, Code | None]], result: Expr
) -> None:
    """Functions and methods."""
    for indent, start in ((0, ""), (4, "class A:\n    ")):
        laid = [assignment(n, t, d, indent + 4, 1) for n, t, d in parameters]
        head = definition(code("def {}", name), laid, result, indent)
        hold(f"{start}{head.text}\n{' ' * indent}    return 1\n")


Schema = Mapping[str, object]
wire = st.text("abcXY 城é-_.'", min_size=1, max_size=30)
text = st.text("ab c城.", min_size=1, max_size=300)
long_names = st.text("abcdefg", min_size=1, max_size=25)


def numbered(schemas: Sequence[Schema]) -> Schema:
    """Properties of different lengths, whose names never meet."""
    return {f"member_{'n' * (7 * i % 40)}_{i}": s for i, s in enumerate(schemas)}


@st.composite
def scalars(draw: st.DrawFn) -> Schema:
    """Texts and numbers with bounds, enums, unions of types."""
    match draw(st.integers(0, 4)):
        case 0:
            patterns = st.sampled_from(["^[a-z]*$", f"^(?:{'ab' * 30})?$"])
            told: dict[str, st.SearchStrategy[object]] = {
                "minLength": st.integers(0, 9),
                "maxLength": st.integers(10, 10**9),
                "pattern": patterns,
                "description": text,
            }
            return draw(
                st.fixed_dictionaries({"type": st.just("string")}, optional=told)
            )
        case 1:
            return {
                "type": "integer",
                "minimum": draw(st.integers(-(10**9), 0)),
                "maximum": 9,
            }
        case 2:
            listed = draw(st.lists(wire, min_size=1, max_size=8, unique=True))
            return {"type": "string", "enum": listed}
        case 3:
            return {"type": ["string", "null"]}
        case _:
            return {"type": ["string", "integer", "boolean"]}


@st.composite
def schemas(draw: st.DrawFn, depth: int = 0) -> Schema:
    """Scalars, lists, maps, objects and unions."""
    inner = schemas(depth + 1)
    match draw(st.integers(0, 5)) if depth < 3 else 0:
        case 1:
            return {"type": "array", "items": draw(inner)}
        case 2:
            return {"type": "object", "additionalProperties": draw(inner)}
        case 3:
            return {
                "properties": numbered(draw(st.lists(inner, min_size=1, max_size=3)))
            }
        case 4:
            return {"oneOf": draw(st.lists(inner, min_size=1, max_size=3))}
        case _:
            return draw(scalars())


@given(
    name=long_names,
    summary=text,
    query=st.lists(scalars(), max_size=4),
    body=st.lists(schemas(), min_size=1, max_size=5),
    answer=st.lists(schemas(), min_size=1, max_size=5),
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whole_modules(
    name: str,
    summary: str,
    query: Sequence[Schema],
    body: Sequence[Schema],
    answer: Sequence[Schema],
) -> None:
    """A random spec's files are as black has them."""
    operation = {
        "method": "POST",
        "path": "/parcels/{id}",
        "summary": summary,
        "parameters": {
            "id": {"in": "path", "type": "string", "required": True},
            **{f"q_{i}": {"in": "query", **s} for i, s in enumerate(query)},
        },
        "request": {"properties": numbered(body)},
        "responses": {
            "200": {"properties": numbered(answer)},
            "404": {"type": "string"},
        },
    }
    spec = {"document": {"title": summary}, "operations": {name: operation}}
    CASES["random"] = data("random", spec)
    found = outcome.__wrapped__("random")
    for path, content in found.files.items():
        if path.endswith(".py") and path.rpartition("/")[2] not in COPIES:
            module = content.decode()
            assert black.format_str(module, mode=MODE) == module, path
