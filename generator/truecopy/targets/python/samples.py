"""Values that satisfy a schema: what generated tests send when the document shows nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import islice, product
from typing import TypeGuard

from truecopy.ir import (
    AnySchema,
    ArraySchema,
    BooleanSchema,
    NullSchema,
    NumberSchema,
    ObjectSchema,
    Property,
    RefSchema,
    Schema,
    StringSchema,
    UnionSchema,
)
from truecopy.json_values import identity
from truecopy.patterns import matching
from truecopy.source import Json
from truecopy.values import Side, resolved, violations

MAX_TEXT = 4096
MOST_ITEMS = 100
_MOST_NESTED = 40
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
    "unixtime": "1769860800",
    "byte": "YWE=",
    "country-code": "NO",
    "currency-code": "NOK",
    "language-code": "no",
}

Named = Mapping[str, Schema]
Fits = Callable[[Json], bool]


class NoSample(Exception):  # noqa: N818
    """No value was found that satisfies a schema."""


class Sampler:
    """Finds values that one side of a call may send; the document's own examples come first."""

    def __init__(self, named: Named, side: Side) -> None:
        self.named = named
        self.side: Side = side
        self._open: set[str] = set()
        self._known: dict[str, Json] = {}
        self._listed: dict[int, frozenset[Hashable]] = {}

    def sample(self, schema: Schema, fits: Fits = lambda _: True) -> Json:
        """The first value that satisfies a schema and fits; NoSample when none is found."""
        if is_plain(schema) and not schema.examples and schema.default is None:
            size = max(schema.min_length or 0, 1)
            most = MAX_TEXT if schema.max_length is None else schema.max_length
            if size <= min(most, MAX_TEXT) and fits("a" * size):
                return "a" * size
        for value in self._samples(schema):
            if fits(value):
                return value
        raise NoSample

    def each(self, schema: Schema) -> list[Json]:
        """A value of each branch of a union, of as many as are found."""
        union = resolved(schema, self.named)
        found: dict[int, Json] = {}
        if isinstance(union, UnionSchema):
            for value in self._samples(union):
                chosen = None if value is None else self.branch(union, value)
                if chosen is not None:
                    found.setdefault(chosen[0], value)
        return list(found.values())

    def allows(self, schema: Schema, value: Json) -> bool:
        """Whether a value satisfies a schema."""
        return not any(violations(schema, value, self.named, self.side))

    def normal(self, schema: Schema, value: Json) -> Json:
        """The value as this side holds it: listed members in order, whole numbers without a fraction."""
        if isinstance(value, float):
            whole = isinstance(schema, NumberSchema) and schema.integer
            return int(value) if whole and value.is_integer() else value
        if isinstance(schema, RefSchema):
            return self.normal(self.named[schema.name], value)
        if isinstance(value, list):
            if isinstance(schema, ArraySchema):
                return [self.normal(schema.items, item) for item in value]
        elif isinstance(value, dict) and isinstance(schema, ObjectSchema):
            return self._members(schema, value)
        if isinstance(schema, UnionSchema) and value is not None:
            branch = self.branch(schema, value)
            return value if branch is None else self.normal(branch[1], value)
        return value

    def _members(self, schema: ObjectSchema, value: Mapping[str, Json]) -> Json:
        inner, known = schema.additional, {p.name for p in schema.properties}
        found = {
            p.name: self.normal(p.schema, value[p.name])
            for p in schema.properties
            if p.name in value and not self.hides(p)
        }
        if known and inner in (None, False):
            return found
        rest = {name: item for name, item in value.items() if name not in known}
        if inner is None or isinstance(inner, bool):
            return found | rest
        return found | {name: self.normal(inner, item) for name, item in rest.items()}

    def branch(self, schema: UnionSchema, value: Json) -> tuple[int, Schema] | None:
        """The first branch that allows a value, with its number from one."""
        if schema.discriminator is not None and isinstance(value, dict):
            tag = value.get(schema.discriminator.property)
            name = dict(schema.discriminator.mapping).get(str(tag))
            for number, branch in enumerate(schema.branches, 1):
                if isinstance(branch, RefSchema) and branch.name == name:
                    return number, branch
        for number, branch in enumerate(schema.branches, 1):
            if self.allows(branch, value):
                return number, branch
        return None

    def hides(self, prop: Property) -> bool:
        """Whether a property is the other side's alone."""
        schema = prop.schema
        return schema.read_only if self.side == "request" else schema.write_only

    def lists(self, schema: Schema, value: Json) -> bool:
        """Whether a value is among those that a schema lists, or none are listed."""
        if not schema.enum and schema.const is None:
            return True
        known = self._listed.get(id(schema))
        if known is None:
            listed = schema.enum or ((schema.const,) if schema.const else ())
            known = frozenset(identity(v.data) for v in listed)
            self._listed[id(schema)] = known
        return identity(value) in known

    def _samples(self, schema: Schema) -> Iterator[Json]:
        if isinstance(schema, RefSchema) and schema.name in self._known:
            yield self._known[schema.name]
        for candidate in self._candidates(schema):
            value = self.normal(schema, candidate)
            if self.allows(schema, value):
                yield value

    def _candidates(self, schema: Schema) -> Iterator[Json]:
        for value in (*schema.examples, schema.const, schema.default, *schema.enum):
            if value is not None and value.data is not None:
                yield value.data
        match schema:
            case StringSchema():
                yield from _texts(schema)
            case NumberSchema():
                yield from _numbers(schema)
            case BooleanSchema():
                yield from (True, False)
            case ArraySchema():
                yield from self._arrays(schema)
            case ObjectSchema():
                yield from self._objects(schema)
            case RefSchema(name=name):
                yield from self._referred(name)
            case UnionSchema():
                yield from self._branches(schema)
            case AnySchema():
                yield "a"
            case NullSchema():
                yield None
        if schema.nullable:
            yield None

    def _referred(self, name: str) -> Iterator[Json]:
        """What a name stands for; never itself below itself, nor ever deeper: a small value has no need of that."""
        if name in self._open or len(self._open) == _MOST_NESTED:
            return
        values = self._samples(self.named[name])
        while True:
            self._open.add(name)
            try:
                value = next(values)
            except StopIteration:
                return
            finally:
                self._open.discard(name)
            self._known.setdefault(name, value)
            yield value

    def _arrays(self, schema: ArraySchema) -> Iterator[Json]:
        size = max(schema.min_items or 0, 1)
        if size <= MOST_ITEMS and schema.max_items != 0:
            if schema.unique_items and size > 1:
                values = islice(self._samples(schema.items), 4 * MOST_ITEMS)
                distinct = {identity(value): value for value in values}
                yield list(distinct.values())[:size]
            else:
                for item in islice(self._samples(schema.items), 6):
                    yield [item] * size
        if not schema.min_items:
            yield []

    def _objects(self, schema: ObjectSchema) -> Iterator[Json]:
        shown = [p for p in schema.properties if not self.hides(p)]
        needed = [p for p in shown if p.required]
        least = max(schema.min_properties or 0, 1)
        try:
            found = {p.name: self._nth(p.schema, 0) for p in needed}
            for p in shown:
                if len(found) >= least:
                    break
                if p.name not in found:
                    self._add(found, p)
            inner = schema.additional
            if not schema.properties and inner is not False:
                item = "a" if inner is None or inner is True else self._nth(inner, 0)
                if least <= MOST_ITEMS:
                    yield {f"key{i}": item for i in range(least)}
            yield found
            yield {name: found[name] for name in (p.name for p in needed)}
            for n in (1, 2, 3):
                yield {p.name: self._nth(p.schema, n) for p in shown if p.name in found}
        except NoSample:
            if not needed and not schema.min_properties:
                yield {}

    def _add(self, found: dict[str, Json], prop: Property) -> None:
        try:
            found[prop.name] = self._nth(prop.schema, 0)
        except NoSample:
            return

    def _nth(self, schema: Schema, number: int) -> Json:
        """A sample with so many before it, or the last."""
        values = list(islice(self._samples(schema), number + 1))
        if not values:
            raise NoSample
        return values[-1]

    def _branches(self, schema: UnionSchema) -> Iterator[Json]:
        tags = schema.discriminator.mapping if schema.discriminator else ()
        for branch in schema.branches:
            for value in islice(self._samples(branch), 3):
                if schema.discriminator is not None and isinstance(branch, RefSchema):
                    for tag, name in tags:
                        if name == branch.name and isinstance(value, dict):
                            yield {**value, schema.discriminator.property: tag}
                yield value


def is_plain(schema: Schema) -> TypeGuard[StringSchema]:
    """Whether a schema is a text that only its length bounds."""
    return (
        isinstance(schema, StringSchema)
        and schema.pattern is None
        and schema.format is None
        and schema.const is None
        and not schema.enum
    )


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
    for letters in islice(product("abcdefghij", repeat=min(max(low, 2), high)), 100):
        yield "".join(letters)


def _numbers(schema: NumberSchema) -> Iterator[int | float]:
    low = schema.minimum if schema.minimum is not None else schema.exclusive_minimum
    high = schema.maximum if schema.maximum is not None else schema.exclusive_maximum
    step = schema.multiple_of or 1
    yield from (1, 0)
    start = 0
    if low is not None:
        start = math.ceil(steps(low, step))
        yield from (times(step, start), times(step, start + 1), low, low + 1)
    if high is not None:
        end = math.floor(steps(high, step))
        yield from (times(step, end), times(step, end - 1), high, high - 1)
        start = end - MOST_ITEMS if low is None else start
    if low is not None and high is not None and not schema.integer:
        yield low + (high - low) / 2
    for number in range(start, start + MOST_ITEMS):
        yield times(step, number)


def steps(value: int | float, step: int | float) -> Fraction | int:
    """How many steps it is from zero to a value, exact as the document's decimals are."""
    if isinstance(value, int) and step == 1:
        return value
    return Fraction(repr(value)) / Fraction(repr(step))


def times(step: int | float, number: int) -> int | float:
    """A multiple, exact as the document's decimals are."""
    if isinstance(step, int):
        return step * number
    return float(Decimal(repr(step)) * number)
