"""Values that satisfy a schema: what generated tests send when the document shows nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from truecopy.ir import (
    AnySchema,
    ArraySchema,
    BooleanSchema,
    NullSchema,
    NumberSchema,
    ObjectSchema,
    RefSchema,
    Schema,
    StringSchema,
    UnionSchema,
)
from truecopy.patterns import matching
from truecopy.source import Json
from truecopy.values import violations

MAX_TEXT = 4096
_FORMATS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "P1D",
    "uuid": "7f0c1d2e-3b4a-4c5d-8e6f-0a1b2c3d4e5f",
    "ulid": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "email": "ann@acme.example",
    "uri": "https://acme.example/a",
    "hostname": "acme.example",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "decimal": "1.50",
    "byte": "YWE=",
    "country-code": "NO",
    "currency-code": "NOK",
    "language-code": "no",
}

Named = Mapping[str, Schema]


class NoSample(Exception):  # noqa: N818
    """No value was found that satisfies a schema."""


def sample(schema: Schema, named: Named, depth: int = 0) -> Json:
    """A value that satisfies the schema; the document's own examples come first."""
    for candidate in _candidates(schema, named, depth):
        if not any(violations(schema, candidate, named)):
            return candidate
    raise NoSample


def _candidates(schema: Schema, named: Named, depth: int) -> Iterator[Json]:
    for value in (*schema.examples, schema.const, schema.default, *schema.enum):
        if value is not None and value.data is not None:
            yield value.data
    if depth > 12:
        if schema.nullable:
            yield None
        return
    match schema:
        case StringSchema():
            yield from _texts(schema)
        case NumberSchema():
            yield from _numbers(schema)
        case BooleanSchema():
            yield from (True, False)
        case ArraySchema():
            yield from _arrays(schema, named, depth)
        case ObjectSchema():
            yield from _objects(schema, named, depth)
        case RefSchema(name=name):
            yield sample(named[name], named, depth + 1)
        case UnionSchema():
            yield from _branches(schema, named, depth)
        case AnySchema():
            yield "a"
        case NullSchema():
            yield None
    if schema.nullable:
        yield None


def _texts(schema: StringSchema) -> Iterator[str]:
    low = schema.min_length or 0
    high = schema.max_length if schema.max_length is not None else max(low, 8)
    if low > MAX_TEXT:
        return
    if schema.format in _FORMATS:
        yield _FORMATS[schema.format]
    if schema.pattern is not None:
        yield from matching(schema.pattern, low)
    for size in dict.fromkeys((max(low, 1), low, min(high, max(low, 8)))):
        for letter in ("a", "A", "1"):
            yield letter * size


def _numbers(schema: NumberSchema) -> Iterator[int | float]:
    low = schema.minimum if schema.minimum is not None else schema.exclusive_minimum
    high = schema.maximum if schema.maximum is not None else schema.exclusive_maximum
    step = schema.multiple_of or 1
    yield from (1, 0)
    if low is not None:
        start = math.ceil(low / step)
        yield from (step * start, step * (start + 1), low, low + 1)
    if high is not None:
        end = math.floor(high / step)
        yield from (step * end, step * (end - 1), high, high - 1)
    if low is not None and high is not None and not schema.integer:
        yield low + (high - low) / 2
    yield step


def _arrays(schema: ArraySchema, named: Named, depth: int) -> Iterator[Json]:
    size = schema.min_items or 0
    if size == 0 and depth > 8:
        yield []
    if max(size, 1) > 100:
        return
    item = sample(schema.items, named, depth + 1)
    if schema.max_items != 0:
        yield [item] * max(size, 1)
    if schema.unique_items and isinstance(schema.items, StringSchema | NumberSchema):
        distinct = [v.data for v in schema.items.enum] or (
            ["abcdefghij"[i % 10] * (1 + i // 10) for i in range(size)]
            if isinstance(schema.items, StringSchema)
            else list(range(1, size + 1))
        )
        yield distinct[: max(size, 1)]
    if size == 0:
        yield []


def _objects(schema: ObjectSchema, named: Named, depth: int) -> Iterator[Json]:
    found: dict[str, Json] = {}
    for prop in schema.properties:
        if prop.required is True and not prop.schema.read_only:
            found[prop.name] = sample(prop.schema, named, depth + 1)
    least = max(schema.min_properties or 0, 0 if depth or found else 1)
    for prop in schema.properties:
        if len(found) >= least:
            break
        if prop.name not in found and not prop.schema.read_only:
            try:
                found[prop.name] = sample(prop.schema, named, depth + 1)
            except NoSample:
                continue
    if not schema.properties and isinstance(schema.additional, Schema) and least:
        found = {
            f"key{i}": sample(schema.additional, named, depth + 1) for i in range(least)
        }
    yield found


def _branches(schema: UnionSchema, named: Named, depth: int) -> Iterator[Json]:
    for branch in schema.branches:
        try:
            value = sample(branch, named, depth + 1)
        except NoSample:
            continue
        if (
            schema.discriminator is not None
            and isinstance(branch, RefSchema)
            and isinstance(value, dict)
        ):
            for tag, name in schema.discriminator.mapping:
                if name == branch.name:
                    yield {**value, schema.discriminator.property: tag}
        yield value
