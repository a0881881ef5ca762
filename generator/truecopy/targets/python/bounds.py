"""The last value that a document allows and the first that it does not, for every bound it states."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from truecopy import formats
from truecopy.ir import (
    ArraySchema,
    NumberSchema,
    ObjectSchema,
    RefSchema,
    Schema,
    StringSchema,
)
from truecopy.patterns import matching
from truecopy.records import record
from truecopy.source import Json
from truecopy.targets.python.limits import weak
from truecopy.targets.python.samples import (
    MAX_TEXT,
    MOST_ITEMS,
    NoSample,
    Sampler,
    is_plain,
    steps,
    times,
)

_STRANGE = ("?", "", "~", "not one of them", "\u00e9", "0", "a", "A-", "x" * 40)

Wrap = Callable[[Json], Json]
Pair = tuple[Json, Json]


@record
class Bound:
    """Values on both sides of the bounds of one schema, by pairs, and where the refusals point."""

    path: str
    pairs: Sequence[Pair]


def bounds(
    schema: Schema,
    sampler: Sampler,
    path: str,
    wrap: Wrap = lambda v: v,
    depth: int = 0,
) -> Iterator[Bound]:
    """The bounds of a schema and those below it; `wrap` puts a value where it stands in the argument."""
    if isinstance(schema, RefSchema):
        yield from bounds(sampler.named[schema.name], sampler, path, wrap, depth)
        return
    pairs = [(wrap(good), wrap(bad)) for good, bad in _pairs(schema, sampler)]
    if pairs:
        yield Bound(path, pairs)
    if depth < 3:
        yield from _below(schema, sampler, path, wrap, depth)


def _below(
    schema: Schema, sampler: Sampler, path: str, wrap: Wrap, depth: int
) -> Iterator[Bound]:
    if isinstance(schema, ArraySchema):
        size = max(schema.min_items or 1, 1)
        if schema.max_items != 0 and (
            size == 1 or (size <= MOST_ITEMS and not schema.unique_items)
        ):
            yield from bounds(
                schema.items,
                sampler,
                f"{path}[0]",
                lambda v: wrap([v] * size),
                depth + 1,
            )
    elif isinstance(schema, ObjectSchema):
        yield from _members(schema, sampler, path, wrap, depth)


def _members(
    schema: ObjectSchema, sampler: Sampler, path: str, wrap: Wrap, depth: int
) -> Iterator[Bound]:
    try:
        base = sampler.sample(schema)
    except NoSample:
        return
    if not isinstance(base, dict):
        return
    prefix = f"{path}." if path else ""
    for prop in schema.properties:
        if prop.required and prop.schema.write_only and prop.name in base:
            less = {name: item for name, item in base.items() if name != prop.name}
            yield Bound(prefix + prop.name, [(wrap(base), wrap(less))])
        if not sampler.hides(prop):
            inner = _member(wrap, base, prop.name)
            yield from bounds(
                prop.schema, sampler, prefix + prop.name, inner, depth + 1
            )
    name = next(iter(base), None)
    additional = schema.additional
    if schema.properties or name is None or additional is None:
        return
    if not isinstance(additional, bool):
        inner = _member(wrap, base, name)
        yield from bounds(additional, sampler, prefix + name, inner, depth + 1)


def _member(wrap: Wrap, base: Mapping[str, Json], name: str) -> Wrap:
    return lambda value: wrap({**base, name: value})


def _pairs(schema: Schema, sampler: Sampler) -> Iterator[Pair]:
    listed = schema.enum or ((schema.const,) if schema.const else ())
    if listed:
        yield from _listed(schema, [v.data for v in listed], sampler)
        return
    if is_plain(schema):
        yield from _length_pairs(schema, weak(schema))
        return
    for accepted, refused in _limits(schema, sampler):
        if sampler.allows(schema, accepted) and not sampler.allows(schema, refused):
            yield accepted, refused


def _listed(schema: Schema, values: list[Json], sampler: Sampler) -> Iterator[Pair]:
    """Each value of an enum, and one that is none of them."""
    if weak(schema) & {"enum", "const"}:
        return
    for value in values:
        other: Json = "truecopy-unknown" if isinstance(value, str) else 987654321
        if isinstance(value, bool):
            other = not value
        if isinstance(value, (str, int, float)) and not sampler.lists(schema, other):
            sent = sampler.normal(schema, value)
            if sampler.allows(schema, sent):
                yield sent, other


def _limits(schema: Schema, sampler: Sampler) -> Iterator[Pair]:
    unsure = weak(schema)
    match schema:
        case StringSchema():
            yield from _text_pairs(schema, unsure, sampler)
        case NumberSchema():
            yield from _number_pairs(schema, unsure)
        case ArraySchema():
            yield from _array_pairs(schema, unsure, sampler)
        case ObjectSchema():
            yield from _map_pairs(schema, unsure, sampler)
        case _:
            return


def _length_pairs(schema: StringSchema, unsure: set[str]) -> Iterator[Pair]:
    """The pairs of a text that only its length bounds: these are right as they are made."""
    low, high = schema.min_length or 0, schema.max_length
    if high is not None and low <= high <= MAX_TEXT and "maxLength" not in unsure:
        yield "a" * high, "a" * (high + 1)
        if not low:
            yield "", "a" * (high + 1)
    possible = high is None or low <= high
    if 0 < low <= MAX_TEXT and possible and "minLength" not in unsure:
        yield "a" * low, "a" * (low - 1)


def _text_pairs(
    schema: StringSchema, unsure: set[str], sampler: Sampler
) -> Iterator[Pair]:
    try:
        good = sampler.sample(schema)
    except NoSample:
        return
    if not isinstance(good, str):
        return
    high, low = schema.max_length, schema.min_length
    if high is not None and high <= MAX_TEXT and "maxLength" not in unsure:
        last = _of_length(schema, high, sampler) or good
        more = last + "a" * (high + 1 - len(last))
        yield last, more
        if not low:
            yield "", more
    if low is not None and 0 < low <= MAX_TEXT and "minLength" not in unsure:
        last = _of_length(schema, low, sampler) or good
        yield last, last[: low - 1]
    if schema.pattern is not None and "pattern" not in unsure:
        for text in _STRANGE:
            if len(text) >= (low or 0) and (high is None or len(text) <= high):
                yield good, text
    if schema.format is not None and "format" not in unsure:
        strange = (s for s in _STRANGE if not formats.fits(schema.format or "", s))
        yield from ((good, text) for text in islice(strange, 1))


def _of_length(schema: StringSchema, size: int, sampler: Sampler) -> str | None:
    candidates = [letter * size for letter in ("a", "A", "1")]
    if schema.pattern is not None:
        candidates += [
            text for text in matching(schema.pattern, size) if len(text) == size
        ]
    return next((text for text in candidates if sampler.allows(schema, text)), None)


def _number_pairs(schema: NumberSchema, unsure: set[str]) -> Iterator[Pair]:
    step = schema.multiple_of or 1
    if schema.integer and isinstance(step, float):
        step = int(step)
    for name, bound, sign, past in (
        ("minimum", schema.minimum, 1, 0),
        ("maximum", schema.maximum, -1, 0),
        ("exclusiveMinimum", schema.exclusive_minimum, 1, 1),
        ("exclusiveMaximum", schema.exclusive_maximum, -1, 1),
    ):
        if bound is None or name in unsure:
            continue
        if schema.integer or schema.multiple_of is not None:
            # The multiple at the bound or inside it, by whole steps from zero.
            count = sign * math.ceil(sign * steps(bound, step))
            inside = times(step, count)
            yield inside, times(step, count - sign)
            yield times(step, count + sign), inside
        else:
            yield bound + sign * past, bound - sign * (1 - past)
    if (
        schema.multiple_of is not None
        and not schema.integer
        and "multipleOf" not in unsure
    ):
        yield schema.multiple_of, schema.multiple_of * 1.5


def _array_pairs(
    schema: ArraySchema, unsure: set[str], sampler: Sampler
) -> Iterator[Pair]:
    high, low, unique = schema.max_items, schema.min_items, schema.unique_items
    if high is None and not low and not unique:
        return
    try:
        good = sampler.sample(schema)
        item = sampler.sample(schema.items)
    except NoSample:
        return
    if not unique:
        if high is not None and high < MOST_ITEMS and "maxItems" not in unsure:
            yield [item] * high, [item] * (high + 1)
            if not low:
                yield [], [item] * (high + 1)
        if low and low < MOST_ITEMS and "minItems" not in unsure:
            yield [item] * low, [item] * (low - 1)
    elif (high is None or high > 1) and "uniqueItems" not in unsure:
        yield good, [item, item]


def _map_pairs(
    schema: ObjectSchema, unsure: set[str], sampler: Sampler
) -> Iterator[Pair]:
    high, low = schema.max_properties, schema.min_properties
    if high is None and not low:
        return
    inner = schema.additional
    shown = [p for p in schema.properties if not sampler.hides(p)]
    shown.sort(key=lambda p: not p.required)
    if inner is False and not shown:
        return
    try:
        value = (
            "a" if inner is None or isinstance(inner, bool) else sampler.sample(inner)
        )
        members = {p.name: sampler.sample(p.schema) for p in shown}
    except NoSample:
        return

    def of_size(size: int) -> Json:
        more = {} if members else {f"key{i}": value for i in range(size)}
        return dict(list((members | more).items())[:size])

    if high is not None and high < MOST_ITEMS and "maxProperties" not in unsure:
        yield of_size(high), of_size(high + 1)
    needed = sum(bool(p.required) for p in shown)
    if low and low > needed and low < MOST_ITEMS and "minProperties" not in unsure:
        yield of_size(low), of_size(low - 1)
