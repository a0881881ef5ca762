"""Holds a JSON value against a schema of the IR."""

from __future__ import annotations

import functools
import re
import warnings
from collections.abc import Hashable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from truecopy import formats
from truecopy.diagnostics import shown
from truecopy.ir import (
    AnySchema,
    ArraySchema,
    BooleanSchema,
    NullSchema,
    NumberSchema,
    ObjectSchema,
    Origin,
    RefSchema,
    Schema,
    StringSchema,
    UnionSchema,
    Value,
)
from truecopy.json_values import identity, literal, same
from truecopy.records import record
from truecopy.source import Json

Named = Mapping[str, Schema]
Side = Literal["request", "response", "both"]
Path = tuple[str, ...]


@record
class Violation:
    """What is wrong, where below the value, and the fact of the schema that says so."""

    path: Path
    message: str
    origin: Origin
    fact: str


def violations(
    schema: Schema, data: Json, named: Named, side: Side = "both", path: Path = ()
) -> Iterator[Violation]:
    """All that keeps a value from being one that the schema describes.

    In a request, read-only properties may be absent; in an answer, write-only ones.
    """
    if data is None and schema.nullable:
        return
    if schema.enum and identity(data) not in map(_identity, schema.enum):
        listed = ", ".join(v.text for v in schema.enum[:6])
        more = ", ..." if len(schema.enum) > 6 else ""
        message = f"{literal(data)} is not in the enum ({listed}{more})"
        yield Violation(path, message, schema.origin, "enum")
        return
    if schema.const is not None and not same(data, schema.const.data):
        message = f"{literal(data)} is not the const {schema.const.text}"
        yield Violation(path, message, schema.origin, "const")
        return
    match schema:
        case StringSchema() if isinstance(data, str):
            yield from _text(schema, data, path)
        case NumberSchema() if _number(data, schema.integer):
            yield from _bounds(schema, data, path)
        case ArraySchema() if isinstance(data, list):
            yield from _array(schema, data, named, side, path)
        case ObjectSchema() if isinstance(data, dict):
            yield from _object(schema, data, named, side, path)
        case RefSchema():
            target = resolved(schema, named)
            if target is not None:
                yield from violations(target, data, named, side, path)
        case UnionSchema():
            yield from _union(schema, data, named, side, path)
        case BooleanSchema() if isinstance(data, bool):
            pass
        case AnySchema():
            pass
        case NullSchema() if data is None:
            pass
        case _:
            message = f"{literal(data)} is not {kind(schema)}{_quotes(schema, data)}"
            yield Violation(path, message, schema.origin, "type")


def _identity(value: Value) -> Hashable:
    return identity(value.data)


def resolved(schema: Schema, named: Named) -> Schema | None:
    """What a reference leads to at last; None when it leads nowhere or in a circle."""
    if not isinstance(schema, RefSchema):
        return schema
    seen: set[str] = set()
    while isinstance(schema, RefSchema):
        if schema.name in seen or schema.name not in named:
            return None
        seen.add(schema.name)
        schema = named[schema.name]
    return schema


def kind(schema: Schema) -> str:
    """The type that a schema asks for, in words."""
    match schema:
        case StringSchema():
            return "text"
        case NumberSchema(integer=integer):
            return "a whole number" if integer else "a number"
        case ArraySchema():
            return "a list"
        case ObjectSchema():
            return "an object"
        case BooleanSchema():
            return "true or false"
        case NullSchema():
            return "null"
        case _:
            return "of the stated type"


def search(pattern: str, text: str) -> bool:
    """Whether a pattern occurs in a text; a pattern that is not one refuses nothing."""
    compiled = _compiled(pattern)
    return compiled is None or compiled.search(text) is not None


@functools.lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            # \d and \w are ASCII in ECMA-262, which is what JSON Schema refers to.
            return re.compile(pattern, re.ASCII)
        except (re.error, OverflowError, RecursionError):
            return None


def _number(data: Json, integer: bool) -> bool:
    if isinstance(data, bool) or not isinstance(data, (int, float)):
        return False
    return not integer or isinstance(data, int) or data.is_integer()


def _quotes(schema: Schema, data: Json) -> str:
    """A hint where only the quotes are wrong."""
    if isinstance(data, str) and isinstance(schema, NumberSchema | BooleanSchema):
        return (
            "; remove the quotes"
            if re.fullmatch(r"true|false|-?\d+(\.\d+)?", data)
            else ""
        )
    scalar = isinstance(data, (bool, int, float))
    return (
        "; quote it to mean text" if scalar and isinstance(schema, StringSchema) else ""
    )


def _text(schema: StringSchema, data: str, path: Path) -> Iterator[Violation]:
    length = len(data)
    origin = schema.origin
    if schema.min_length is not None and length < schema.min_length:
        message = f"{literal(data)} has {length} characters, fewer than minLength"
        yield Violation(path, f"{message} {schema.min_length}", origin, "minLength")
    if schema.max_length is not None and length > schema.max_length:
        message = f"{literal(data)} has {length} characters, more than maxLength"
        yield Violation(path, f"{message} {schema.max_length}", origin, "maxLength")
    if schema.pattern is not None and not search(schema.pattern, data):
        message = f"{literal(data)} does not match the pattern {shown(schema.pattern)}"
        yield Violation(path, message, origin, "pattern")
    if schema.format is not None and not formats.fits(schema.format, data):
        message = f"{literal(data)} is not {formats.wanted(schema.format)}"
        yield Violation(path, message, origin, "format")


def _bounds(schema: NumberSchema, data: Json, path: Path) -> Iterator[Violation]:
    assert isinstance(data, (int, float))
    low, high = schema.minimum, schema.maximum
    above, below = schema.exclusive_minimum, schema.exclusive_maximum
    step, form = schema.multiple_of, schema.format
    origin = schema.origin
    if low is not None and data < low:
        yield Violation(
            path, f"{data} is less than the minimum {low}", origin, "minimum"
        )
    if high is not None and data > high:
        yield Violation(
            path, f"{data} is more than the maximum {high}", origin, "maximum"
        )
    if above is not None and data <= above:
        yield Violation(
            path, f"{data} is not more than {above}", origin, "exclusiveMinimum"
        )
    if below is not None and data >= below:
        yield Violation(
            path, f"{data} is not less than {below}", origin, "exclusiveMaximum"
        )
    if step and Decimal(repr(data)) % Decimal(repr(step)):
        yield Violation(
            path, f"{data} is not a multiple of {step}", origin, "multipleOf"
        )
    if form is not None and not formats.fits_number(form, data):
        yield Violation(path, f"{data} is not {formats.wanted(form)}", origin, "format")


def _array(
    schema: ArraySchema, data: Sequence[Json], named: Named, side: Side, path: Path
) -> Iterator[Violation]:
    low, high = schema.min_items, schema.max_items
    if low is not None and len(data) < low:
        message = f"the list has {len(data)} items, fewer than minItems {low}"
        yield Violation(path, message, schema.origin, "minItems")
    if high is not None and len(data) > high:
        message = f"the list has {len(data)} items, more than maxItems {high}"
        yield Violation(path, message, schema.origin, "maxItems")
    if schema.unique_items and len({identity(item) for item in data}) < len(data):
        message = "a value stands twice in the list, which uniqueItems rules out"
        yield Violation(path, message, schema.origin, "uniqueItems")
    for index, item in enumerate(data):
        yield from violations(schema.items, item, named, side, (*path, str(index)))


def _object(
    schema: ObjectSchema, data: Mapping[str, Json], named: Named, side: Side, path: Path
) -> Iterator[Violation]:
    low, high = schema.min_properties, schema.max_properties
    if low is not None and len(data) < low:
        message = (
            f"the object has {len(data)} properties, fewer than minProperties {low}"
        )
        yield Violation(path, message, schema.origin, "minProperties")
    if high is not None and len(data) > high:
        message = (
            f"the object has {len(data)} properties, more than maxProperties {high}"
        )
        yield Violation(path, message, schema.origin, "maxProperties")
    known: set[str] = set()
    for prop in schema.properties:
        known.add(prop.name)
        if prop.name in data:
            below = (*path, prop.name)
            yield from violations(prop.schema, data[prop.name], named, side, below)
        elif prop.required and not _other_side(prop.schema, named, side):
            message = f"the required property {shown(prop.name)} is missing"
            yield Violation(path, message, prop.origin, "required")
    if schema.additional is None or schema.additional is True:
        return
    for name in [name for name in data if name not in known]:
        if schema.additional is False:
            message = f"the property {shown(name)} is not one of those listed"
            yield Violation(
                (*path, name), message, schema.origin, "additionalProperties"
            )
        else:
            yield from violations(
                schema.additional, data[name], named, side, (*path, name)
            )


def _other_side(schema: Schema, named: Named, side: Side) -> bool:
    """Whether a property belongs to the other half of a call alone."""
    target = resolved(schema, named) or schema
    if side == "request":
        return schema.read_only or target.read_only
    return side == "response" and (schema.write_only or target.write_only)


def _union(
    schema: UnionSchema, data: Json, named: Named, side: Side, path: Path
) -> Iterator[Violation]:
    chosen = _chosen(schema, data, named)
    if chosen is not None:
        yield from violations(chosen, data, named, side, path)
        return
    if schema.discriminator is not None and side == "request":
        tags = ", ".join(tag for tag, _ in schema.discriminator.mapping[:6])
        message = f"{schema.discriminator.property} is none of {tags}"
        yield Violation(path, message, schema.origin, "discriminator")
        return
    near: list[list[Violation]] = []
    for branch in schema.branches:
        found = list(violations(branch, data, named, side, path))
        if not found:
            return
        if not any(v.fact == "type" and v.path == path for v in found):
            near.append(found)
    if len(near) == 1:
        yield from near[0]
        return
    fact = "oneOf" if "oneOf" in schema.origin.table else "type"
    message = f"{literal(data)} fits none of the alternatives"
    yield Violation(path, message, schema.origin, fact)


def _chosen(schema: UnionSchema, data: Json, named: Named) -> Schema | None:
    """The branch that the discriminator names, when there is one and it does."""
    if schema.discriminator is None or not isinstance(data, dict):
        return None
    name = data.get(schema.discriminator.property)
    target = (
        dict(schema.discriminator.mapping).get(name) if isinstance(name, str) else None
    )
    return named.get(target) if target is not None else None


def read_text(schema: Schema, data: Json, named: Mapping[str, Schema]) -> Json:
    """A value as it would be read from a URL or a form, where all is text."""
    target = resolved(schema, named)
    if isinstance(data, dict) and isinstance(target, ObjectSchema):
        known = {p.name: p.schema for p in target.properties}
        return {
            k: read_text(known[k], v, named) if k in known else v
            for k, v in data.items()
        }
    if isinstance(target, ArraySchema) and not isinstance(data, dict):
        items = re.split(r"[,|]|%20| ", data) if isinstance(data, str) else data
        listed = items if isinstance(items, list) else [items]
        return [read_text(target.items, item, named) for item in listed]
    if isinstance(target, UnionSchema):
        for branch in target.branches:
            read = read_text(branch, data, named)
            if not any(violations(branch, read, named)):
                return read
    if isinstance(data, str) and isinstance(target, NumberSchema):
        if re.fullmatch(r"-?[0-9]+", data):
            return int(data)
        return float(data) if re.fullmatch(r"-?[0-9]+\.[0-9]+", data) else data
    if isinstance(data, str) and isinstance(target, BooleanSchema):
        return {"true": True, "false": False}.get(data, data)
    return data
