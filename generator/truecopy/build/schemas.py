"""Builds schemas: one node for each type, with the keywords that the type has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

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

# The keywords whose values the IR takes as they are, and its own names for them.
_COMMON = {
    "description": "description",
    "readOnly": "read_only",
    "writeOnly": "write_only",
    "deprecated": "deprecated",
}
_NUMBERS = {
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "exclusive_minimum",
    "exclusiveMaximum": "exclusive_maximum",
    "multipleOf": "multiple_of",
}
_STRINGS = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
    "contentMediaType": "content_media_type",
}
_ARRAYS = {
    "minItems": "min_items",
    "maxItems": "max_items",
    "uniqueItems": "unique_items",
}
_OBJECTS = {"minProperties": "min_properties", "maxProperties": "max_properties"}
_FORMAT = {"format": "format"}
_OWN: Mapping[str, Mapping[str, str]] = {
    "string": {**_STRINGS, **_FORMAT},
    "integer": {**_NUMBERS, **_FORMAT},
    "number": {**_NUMBERS, **_FORMAT},
    "boolean": {},
    "array": _ARRAYS,
    "object": _OBJECTS,
    "null": {},
}
_FIELDS = {name: {**_COMMON, **own} for name, own in _OWN.items()}
# Whole numbers, of which `2.0` is one to a JSON Schema.
_COUNTS = frozenset({"minLength", "maxLength", "minItems", "maxItems", *_OBJECTS})
_BELOW = {"array": {"items"}, "object": {"properties", "additionalProperties"}}
_KEYWORDS = {name: {*own, *_BELOW.get(name, ())} for name, own in _OWN.items()}
_TYPED = frozenset(key for keys in _KEYWORDS.values() for key in keys)
_UNIONS = frozenset({"oneOf", "discriminator"})
_VALUES = frozenset({"enum", "const", "default", "example", "examples"})
SCHEMA_KEYS = frozenset({*_TYPED, *_UNIONS, *_VALUES, *_COMMON, "type"})
# What says nothing about a type, or about the name of a schema.
_FOREIGN = {name: (_TYPED | _UNIONS) - keys for name, keys in _KEYWORDS.items()}
_BESIDE_NAME = _TYPED | _UNIONS | {"enum", "const"}
_INTEGER_FORMATS = {"int32", "int64"}
_NUMBER_FORMATS = {"float", "double", "unixtime"}


def build_schema(at: Cursor) -> Schema:
    """The schema that a mapping describes; its other keys are left to the caller."""
    if at.text("oneOf"):
        return _one_of(at)
    types = _types(at)
    nullable = "null" in types
    named = [t for t in types if t != "null"] if nullable else types
    if len(named) == 1:
        name = named[0]
        if not _FOREIGN.get(name, _BESIDE_NAME).isdisjoint(at.table):
            _refuse_strays(at, named)
        return _of_type(at, name, _FIELDS.get(name, _COMMON), nullable)
    _refuse_strays(at, named)
    if not named:
        if nullable:
            return NullSchema(**_facts(at, _COMMON, False))
        return AnySchema(**_facts(at, _COMMON, False))
    branches = tuple(_of_type(at, name, _OWN.get(name, {}), None) for name in named)
    return UnionSchema(branches=branches, **_facts(at, _COMMON, nullable))


def build_properties(at: Cursor) -> tuple[Property, ...]:
    """The properties of an object in the order in which they are written."""
    return tuple(
        Property(
            key,
            below.text("name") or key,
            below.flag("required"),
            below.text("sunset"),
            build_schema(below),
            below.origin(),
        )
        for key, below in at.children("properties")
    )


def _types(at: Cursor) -> Sequence[str]:
    """The stated types, or those that the other keywords imply."""
    stated = at.table.get("type")
    if isinstance(stated, str):
        return (stated,)
    if "type" in at:
        names = cast("Sequence[str | None]", stated) or [None]
        return ["null" if name is None else name for name in names]
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
    known = {key for name in types for key in _KEYWORDS.get(name, ())}
    named = any(name not in _KEYWORDS for name in types)
    for key in at.table if types else ():
        if named and key in _BESIDE_NAME - known - _UNIONS:
            message = (
                f"'{key}' stands beside the name of a schema; put it into that schema"
            )
            at.refuse(key, "keyword-type", message)
        elif key in _TYPED and key not in known:
            message = f"'{key}' says nothing about {' or '.join(types)}"
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
    facts = _facts(at, _COMMON, nullable)
    return UnionSchema(branches=real, discriminator=discriminator, **facts)


def _discriminator(at: Cursor, branches: tuple[Schema, ...]) -> Discriminator | None:
    below = at.child("discriminator")
    if below is None:
        return None
    mapping = below.named("mapping")
    if mapping is None:
        names = [branch.name for branch in branches if isinstance(branch, RefSchema)]
        mapping = dict(zip(names, names, strict=True))
    pairs = tuple(sorted(mapping.items()))
    return Discriminator(
        property=below.text("property") or "", mapping=pairs, origin=below.origin()
    )


def _of_type(
    at: Cursor, name: str, fields: Mapping[str, str], nullable: bool | None
) -> Schema:
    """One type with its own keywords. Its facts come last: the children claim their evidence first."""
    match name:
        case "string":
            return StringSchema(**_facts(at, fields, nullable))
        case "integer" | "number":
            whole = name == "integer"
            return NumberSchema(integer=whole, **_facts(at, fields, nullable))
        case "boolean":
            return BooleanSchema(**_facts(at, fields, nullable))
        case "object":
            below = at.child("additionalProperties")
            properties = build_properties(at)
            additional = (
                build_schema(below) if below else at.flag("additionalProperties")
            )
            facts = _facts(at, fields, nullable)
            return ObjectSchema(properties=properties, additional=additional, **facts)
        case "array":
            below = at.child("items")
            items = build_schema(below) if below else AnySchema(origin=_silent(at))
            return ArraySchema(items=items, **_facts(at, fields, nullable))
        case _:
            return RefSchema(name=name, **_facts(at, fields, nullable))


def _facts(
    at: Cursor, fields: Mapping[str, str], nullable: bool | None
) -> dict[str, Any]:
    """What a mapping says of a schema; `nullable` is None where all but its type is said of a union."""
    facts: dict[str, Any] = {}
    for key, data in at.table.items():
        if key in fields:
            facts[fields[key]] = data
            if type(data) is float and key in _COUNTS:
                facts[fields[key]] = int(data)
    if nullable is None:
        facts["origin"] = _silent(at)
        return facts
    facts["nullable"] = nullable
    facts["origin"] = at.origin(SCHEMA_KEYS)
    if not _VALUES.isdisjoint(at.table):
        example = at.value("example")
        enum = at.values("enum")
        facts["enum"] = tuple(v for v in enum if v.data is not None or not nullable)
        facts["const"] = at.value("const")
        facts["default"] = at.value("default")
        facts["examples"] = (*([example] if example else []), *at.values("examples"))
    return facts


def _silent(at: Cursor) -> Origin:
    """The origin of a node about which nothing is said."""
    return Origin(at.pointer, at.table, (), ())
