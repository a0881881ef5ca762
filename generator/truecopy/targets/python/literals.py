"""Arguments as a caller writes them in Python."""

from __future__ import annotations

from collections.abc import Mapping

from truecopy.code import (
    EMPTY,
    Code,
    bytes_literal,
    code,
    identifier,
    literal,
)
from truecopy.ir import (
    ArraySchema,
    ObjectSchema,
    RefSchema,
    Schema,
    UnionSchema,
)
from truecopy.json_values import same
from truecopy.source import Json
from truecopy.targets.python.calls import KEY, Suite
from truecopy.targets.python.layout import (
    Bracket,
    Expr,
    Labelled,
    assignment,
    call,
    keyword,
)
from truecopy.targets.python.naming import nested_name, spelt, type_name
from truecopy.values import violations


def arguments(
    suite: Suite, values: Mapping[str, Json], target: Code, indent: int
) -> Code:
    items: list[Expr] = [_entry(suite, name, value) for name, value in values.items()]
    if suite.planned.op.idempotency is not None:
        options = call(
            code("rt.RequestOptions"), [code("idempotency_key={}", literal(KEY))]
        )
        items.append(Labelled(code("{}: ", literal("options")), options))
    return assignment(target, None, Bracket(EMPTY, "{", tuple(items), "}"), indent)


def _entry(suite: Suite, name: str, value: Json) -> Expr:
    return Labelled(code("{}: ", literal(name)), given(suite, name, value))


def given(suite: Suite, name: str, value: Json) -> Expr:
    """The value of one argument, as a caller writes it."""
    a = suite.by_name[name]
    body = suite.planned.body
    if a.member is not None and body is not None:
        module = code("_a" if body.shared else "_m")
        path = (body.model_name, a.member.key)
        return construct(suite, a.member.schema, value, path, module)
    if a.parameter is None and body is not None and body.annotation == code("bytes"):
        return bytes_literal(str(value).encode())
    return tree(value)


def construct(
    suite: Suite, schema: Schema, value: Json, path: tuple[str, ...], module: Code
) -> Expr:
    """The value as a caller writes it: objects that have a class are made with it."""
    if isinstance(schema, RefSchema):
        shared = any(s.name == schema.name for s in suite.api.schemas)
        below = code("_a" if shared else "_m")
        return construct(
            suite, suite.named[schema.name], value, (type_name(schema.name),), below
        )
    if isinstance(schema, ObjectSchema) and isinstance(value, Mapping):
        if not schema.properties:
            return tree(value)
        items = [
            keyword(
                identifier(spelt(p.key)),
                construct(suite, p.schema, value[p.name], (*path, p.key), module),
            )
            for p in schema.properties
            if p.name in value
        ]
        return call(
            code("{}.{}", module, identifier(nested_name((path[0], *path[1:])))), items
        )
    if isinstance(schema, ArraySchema) and isinstance(value, list):
        inner = tuple(
            construct(suite, schema.items, item, (*path, "item"), module)
            for item in value
        )
        return Bracket(EMPTY, "[", inner, "]")
    if isinstance(schema, UnionSchema):
        for index, branch in enumerate(schema.branches, 1):
            if not any(violations(branch, value, suite.named, "request")):
                return construct(
                    suite, branch, value, (*path, f"option{index}"), module
                )
    listed = schema.enum or ((schema.const,) if schema.const else ())
    if listed and value is not None and not any(same(value, v.data) for v in listed):
        return call(code("testing.wrong"), [tree(value)])
    return tree(value)


def tree(value: Json) -> Expr:
    """JSON data as a literal that can be opened line by line."""
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, Mapping):
        entries = tuple(
            Labelled(code("{}: ", literal(k)), tree(v)) for k, v in value.items()
        )
        return Bracket(EMPTY, "{", entries, "}")
    if isinstance(value, list):
        return Bracket(EMPTY, "[", tuple(tree(item) for item in value), "]")
    return literal(value)


def mapping(suite: Suite, values: Mapping[str, Json]) -> Expr:
    return Bracket(
        EMPTY, "{", tuple(_entry(suite, k, v) for k, v in values.items()), "}"
    )
