"""Bounds, patterns, formats and values of a schema as metadata of its annotation."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Literal, LiteralString

from truecopy.code import code, identifier, literal
from truecopy.ir import (
    ArraySchema,
    Idempotency,
    NumberSchema,
    ObjectSchema,
    Schema,
    StringSchema,
    Value,
)
from truecopy.targets.python.layout import (
    Expr,
    call,
    keyword,
    several,
    subscript,
)


def literal_values(schema: Schema) -> tuple[Value, ...] | None:
    """The values that a Literal can hold, when the schema lists values and it can hold them all."""
    values = (schema.const,) if schema.const is not None else schema.enum
    return values if values and all(map(_literal, values)) else None


def _literal(value: Value) -> bool:
    """Whether msgspec reads the value in a Literal: its integers have 64 bits."""
    return isinstance(value.data, str) or (
        isinstance(value.data, int) and -(2**63) <= value.data < 2**63
    )


def python_type(value: Value) -> Literal["bool", "int", "str"]:
    if isinstance(value.data, bool):
        return "bool"
    return "int" if isinstance(value.data, int) else "str"


def weak(schema: Schema) -> set[str]:
    """Facts that the document does not state or states twice; requests are not held against them."""
    return {
        e.key for e in schema.origin.evidence if e.state != "stated" and not e.lacks
    }


def key_shape(rule: Idempotency) -> StringSchema:
    """What the document says of an idempotency key."""
    return StringSchema(
        format=rule.format,
        min_length=rule.min_length,
        max_length=rule.max_length,
        origin=rule.origin,
    )


@functools.cache
def _camel(name: str) -> str:
    """The keyword of JSON Schema that a limit comes from."""
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)


def limited(base: Expr, schema: Schema, limits: bool) -> Expr:
    if not limits or not (found := list(limits_of(schema))):
        return base
    return subscript(identifier("Annotated"), [base, _spelt(found)])


# Two bounds that stand together need no names; a length of at least 0 is none.
_SHORT: Sequence[tuple[LiteralString, str, str, Set[str]]] = (
    ("rt.chars", "min_length", "max_length", {"pattern", "format"}),
    ("rt.items", "min_items", "max_items", {"unique_items"}),
    ("rt.between", "minimum", "maximum", {"multiple_of", "format"}),
)


def _spelt(found: Sequence[tuple[str, Expr]]) -> Expr:
    """The call that holds the limits, in the shortest form that tells them apart."""
    facts = dict(found)
    for head, low, high, others in _SHORT:
        if high not in facts or not facts.keys() <= {low, high, *others}:
            continue
        least = facts.get(low, None if low == "minimum" else literal(0))
        if least is not None:
            rest = [_keyword(n, facts[n]) for n in facts if n not in (low, high)]
            return call(code(head), [least, facts[high], *rest])
    return call(code("rt.Limits"), [_keyword(n, v) for n, v in found])


def _keyword(name: str, value: Expr) -> Expr:
    return keyword(identifier(name), value)


# The bounds that a schema of a kind may have.
_BOUNDS: Mapping[type[Schema], Sequence[str]] = {
    StringSchema: ("min_length", "max_length", "pattern", "format"),
    NumberSchema: (
        "minimum",
        "maximum",
        "exclusive_minimum",
        "exclusive_maximum",
        "multiple_of",
        "format",
    ),
    ArraySchema: ("min_items", "max_items", "unique_items"),
    ObjectSchema: ("min_properties", "max_properties"),
}


def limits_of(schema: Schema) -> Iterator[tuple[str, Expr]]:
    """The limits that requests are held against, by the names that the runtime has for them."""
    unsure = weak(schema)
    for name in _BOUNDS.get(type(schema), ()):
        value: object = getattr(schema, name)
        # Items that need not differ are no bound.
        if value is not None and value is not False and _camel(name) not in unsure:
            yield name, literal(value)
    if schema.enum and literal_values(schema) is None and "enum" not in unsure:
        yield "one_of", several([literal(value.data) for value in schema.enum])
