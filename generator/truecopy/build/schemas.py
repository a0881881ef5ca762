"""Builds schemas: one node for each type, with the keywords that the type has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Required, TypedDict

from truecopy.build.reader import Cursor
from truecopy.ir import (
    AnySchema,
    ArraySchema,
    BooleanSchema,
    Discriminator,
    NullSchema,
    NumberSchema,
    ObjectSchema,
    Origin,
    Property,
    RefSchema,
    Schema,
    StringSchema,
    UnionSchema,
    Value,
)

_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_STRINGS = ("minLength", "maxLength", "pattern", "contentMediaType")
_ARRAYS = ("items", "minItems", "maxItems", "uniqueItems")
_OBJECTS = ("properties", "additionalProperties", "minProperties", "maxProperties")
_UNIONS = ("oneOf", "discriminator")

KEYWORDS: dict[str, frozenset[str]] = {
    "string": frozenset({*_STRINGS, "format"}),
    "integer": frozenset({*_NUMBERS, "format"}),
    "number": frozenset({*_NUMBERS, "format"}),
    "boolean": frozenset(),
    "array": frozenset(_ARRAYS),
    "object": frozenset(_OBJECTS),
    "null": frozenset(),
}
_TYPED = frozenset({*_NUMBERS, *_STRINGS, *_ARRAYS, *_OBJECTS, "format"})
_FOREIGN = {name: _TYPED - keys for name, keys in KEYWORDS.items()}
SCHEMA_KEYS = frozenset(
    {
        *_TYPED,
        *_UNIONS,
        "type",
        "enum",
        "const",
        "default",
        "example",
        "examples",
        "readOnly",
    }
    | {"writeOnly", "deprecated", "description"}
)
_VALUES = frozenset({"enum", "const", "default", "example", "examples"})
_FLAGS = frozenset({"readOnly", "writeOnly", "deprecated"})
_INTEGER_FORMATS = {"int32", "int64"}
_NUMBER_FORMATS = {"float", "double", "unixtime"}


class _Facts(TypedDict, total=False):
    """What any schema may say; what is not said has its default in the IR."""

    nullable: bool
    description: str | None
    enum: tuple[Value, ...]
    const: Value | None
    default: Value | None
    examples: tuple[Value, ...]
    read_only: bool
    write_only: bool
    deprecated: bool
    origin: Required[Origin]


def build_schema(at: Cursor) -> Schema:
    """The schema that a mapping describes; its other keys are left to the caller."""
    if "oneOf" in at:
        return _one_of(at)
    types = _types(at)
    named = [t for t in types if t != "null"]
    _refuse_strays(at, named)
    nullable = "null" in types
    if len(named) == 1:
        return _of_type(at, named[0], lambda: _facts(at, nullable))
    if not named:
        if nullable:
            return NullSchema(**_facts(at, False))
        return AnySchema(**_facts(at, False))
    bare = _plain_facts(at)
    branches = tuple(_of_type(at, t, lambda: bare) for t in named)
    return UnionSchema(branches=branches, **_facts(at, nullable))


def build_properties(at: Cursor) -> tuple[Property, ...]:
    """The properties of an object in the order in which they are written."""
    return tuple(
        Property(
            key=key,
            name=below.text("name") or key,
            required=below.flag("required"),
            sunset=below.text("sunset"),
            schema=build_schema(below),
            origin=below.origin(),
        )
        for key, below in at.children("properties")
    )


def _types(at: Cursor) -> tuple[str, ...]:
    """The stated types, or those that the other keywords imply."""
    if "type" in at:
        stated = at.data("type")
        if isinstance(stated, str):
            return (stated,)
        names = stated if isinstance(stated, list) else [stated]
        return tuple("null" if name is None else str(name) for name in names)
    if "properties" in at or "additionalProperties" in at:
        return ("object",)
    if "items" in at:
        return ("array",)
    if "enum" in at or "const" in at:
        values = at.values("enum") or (at.value("const"),)
        kinds = dict.fromkeys(_type_of(v) for v in values if v is not None)
        return tuple(kinds)
    if any(key in at for key in _NUMBERS) or at.text("format") in _NUMBER_FORMATS:
        return ("number",)
    if at.text("format") in _INTEGER_FORMATS:
        return ("integer",)
    if "format" in at or any(key in at for key in _STRINGS):
        return ("string",)
    if any(key in at for key in _ARRAYS):
        return ("array",)
    return ("object",) if any(key in at for key in _OBJECTS) else ()


def _type_of(value: Value) -> str:
    data = value.data
    if data is None:
        return "null"
    if isinstance(data, bool):
        return "boolean"
    if isinstance(data, int):
        return "integer"
    if isinstance(data, float):
        return "number"
    if isinstance(data, str):
        return "string"
    return "object" if isinstance(data, dict) else "array"


def _refuse_strays(at: Cursor, types: Sequence[str]) -> None:
    """A keyword that none of the types has would be dropped in silence."""
    foreign = [_FOREIGN.get(name, _TYPED) for name in types]
    if types and not any(keys.isdisjoint(at.table) for keys in foreign):
        for key in at.table:
            if all(key in keys for keys in foreign):
                message = f"'{key}' says nothing about {' or '.join(types)}"
                at.refuse(key, "keyword-type", message)
    if any(name not in KEYWORDS for name in types):
        for key in ("enum", "const"):
            if key in at:
                message = f"'{key}' stands beside the name of a schema; put it into that schema"
                at.refuse(key, "keyword-type", message)
    if "discriminator" in at:
        at.refuse("discriminator", "keyword-type", "a discriminator needs oneOf")


def _one_of(at: Cursor) -> Schema:
    for key in at.table:
        extra = key in _TYPED or key in ("enum", "const")
        if extra or (key == "type" and set(_types(at)) - {"object", "null"}):
            message = f"'{key}' stands beside oneOf; put it into the branches"
            at.refuse(key, "keyword-type", message)
    branches = [build_schema(below) for below in at.entries("oneOf")]
    real = tuple(branch for branch in branches if not isinstance(branch, NullSchema))
    nullable = len(real) < len(branches) or ("type" in at and "null" in _types(at))
    discriminator = _discriminator(at, real)
    return UnionSchema(
        branches=real, discriminator=discriminator, **_facts(at, nullable)
    )


def _discriminator(at: Cursor, branches: tuple[Schema, ...]) -> Discriminator | None:
    below = at.child("discriminator")
    if below is None:
        return None
    mapping = below.data("mapping")
    if not isinstance(mapping, dict):
        mapping = {
            branch.name: branch.name
            for branch in branches
            if isinstance(branch, RefSchema)
        }
    pairs = tuple(sorted((str(k), str(v)) for k, v in mapping.items()))
    return Discriminator(
        property=below.text("property") or "", mapping=pairs, origin=below.origin()
    )


def _of_type(at: Cursor, name: str, facts: Callable[[], _Facts]) -> Schema:
    """One type with its own keywords. `facts` comes last: the children claim their evidence first."""
    if name == "array":
        items = at.child("items")
        bare = _plain_facts(at)
        return ArraySchema(
            items=AnySchema(**bare) if items is None else build_schema(items),
            min_items=at.count("minItems"),
            max_items=at.count("maxItems"),
            unique_items=bool(at.flag("uniqueItems")),
            **facts(),
        )
    if name == "object":
        additional = at.child("additionalProperties")
        return ObjectSchema(
            properties=build_properties(at),
            additional=(
                build_schema(additional)
                if additional
                else at.flag("additionalProperties")
            ),
            min_properties=at.count("minProperties"),
            max_properties=at.count("maxProperties"),
            **facts(),
        )
    return _scalar(at, name, facts())


def _scalar(at: Cursor, name: str, facts: _Facts) -> Schema:
    match name:
        case "string":
            return StringSchema(
                format=at.text("format"),
                min_length=at.count("minLength"),
                max_length=at.count("maxLength"),
                pattern=at.text("pattern"),
                content_media_type=at.text("contentMediaType"),
                **facts,
            )
        case "integer" | "number":
            return NumberSchema(
                integer=name == "integer",
                format=at.text("format"),
                minimum=at.number("minimum"),
                maximum=at.number("maximum"),
                exclusive_minimum=at.number("exclusiveMinimum"),
                exclusive_maximum=at.number("exclusiveMaximum"),
                multiple_of=at.number("multipleOf"),
                **facts,
            )
        case "boolean":
            return BooleanSchema(**facts)
        case _:
            return RefSchema(name=name, **facts)


def _facts(at: Cursor, nullable: bool) -> _Facts:
    facts: _Facts = {
        "nullable": nullable,
        "description": at.text("description"),
        "origin": at.origin(SCHEMA_KEYS),
    }
    if not _VALUES.isdisjoint(at.table):
        example = at.value("example")
        enum = at.values("enum")
        facts["enum"] = tuple(v for v in enum if v.data is not None or not nullable)
        facts["const"] = at.value("const")
        facts["default"] = at.value("default")
        facts["examples"] = (*([example] if example else []), *at.values("examples"))
    if not _FLAGS.isdisjoint(at.table):
        facts["read_only"] = bool(at.flag("readOnly"))
        facts["write_only"] = bool(at.flag("writeOnly"))
        facts["deprecated"] = bool(at.flag("deprecated"))
    return facts


def _plain_facts(at: Cursor) -> _Facts:
    """The facts of a node about which nothing is said."""
    return {"origin": Origin(at.pointer, at.table, (), ())}
