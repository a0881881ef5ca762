"""The last value that a document allows and the first that it does not, for every bound it states."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

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
from truecopy.targets.python.samples import MAX_TEXT, NoSample, sample
from truecopy.values import violations

MOST_ITEMS = 100
_STRANGE = ("?", "", "~", "not one of them", "\u00e9", "0", "a", "A-", "x" * 40)

Named = Mapping[str, Schema]
Wrap = Callable[[Json], Json]


@record
class Bound:
    """A pair of values on both sides of one bound, and where the refusal points."""

    path: str
    accepted: Json
    refused: Json


def bounds(
    schema: Schema, named: Named, path: str, wrap: Wrap = lambda v: v, depth: int = 0
) -> Iterator[Bound]:
    """Pairs for a schema and those below it; `wrap` puts a value where it stands in the argument."""
    if isinstance(schema, RefSchema):
        yield from bounds(named[schema.name], named, path, wrap, depth)
        return
    for accepted, refused in _pairs(schema, named):
        if _valid(schema, accepted, named) and not _valid(schema, refused, named):
            yield Bound(path, wrap(accepted), wrap(refused))
    if depth < 3:
        yield from _below(schema, named, path, wrap, depth)


def _valid(schema: Schema, value: Json, named: Named) -> bool:
    return next(violations(schema, value, named, "request"), None) is None


def _below(
    schema: Schema, named: Named, path: str, wrap: Wrap, depth: int
) -> Iterator[Bound]:
    if isinstance(schema, ArraySchema):
        size = max(schema.min_items or 1, 1)
        if size == 1:
            yield from bounds(
                schema.items, named, f"{path}[0]", lambda v: wrap([v]), depth + 1
            )
    elif isinstance(schema, ObjectSchema):
        try:
            base = sample(schema, named)
        except NoSample:
            return
        if not isinstance(base, Mapping):
            return
        for prop in schema.properties:
            if not prop.schema.read_only:
                inner = _member(wrap, base, prop.name)
                yield from bounds(
                    prop.schema, named, f"{path}.{prop.name}", inner, depth + 1
                )


def _member(wrap: Wrap, base: Mapping[str, Json], name: str) -> Wrap:
    return lambda value: wrap({**base, name: value})


def _pairs(schema: Schema, named: Named) -> Iterator[tuple[Json, Json]]:
    unsure = weak(schema)
    values = [v.data for v in schema.enum] or (
        [schema.const.data] if schema.const else []
    )
    if values:
        other: Json = "truecopy-unknown" if isinstance(values[0], str) else 987654321
        if all(isinstance(v, (str, int)) and not isinstance(v, bool) for v in values):
            yield from ((value, other) for value in values)
        return
    match schema:
        case StringSchema():
            yield from _text_pairs(schema, unsure, named)
        case NumberSchema():
            yield from _number_pairs(schema, unsure)
        case ArraySchema():
            yield from _array_pairs(schema, named)
        case _:
            return


def _text_pairs(
    schema: StringSchema, unsure: set[str], named: Named
) -> Iterator[tuple[Json, Json]]:
    try:
        good = sample(schema, named)
    except NoSample:
        return
    if not isinstance(good, str):
        return
    high, low = schema.max_length, schema.min_length
    if high is not None and high <= MAX_TEXT and "maxLength" not in unsure:
        last = _of_length(schema, high, named)
        yield (good if last is None else last), (
            good if last is None else last
        ) + "a" * (high + 1 - len(last or good))
    if low is not None and 0 < low <= MAX_TEXT and "minLength" not in unsure:
        last = _of_length(schema, low, named)
        yield (good if last is None else last), (good if last is None else last)[
            : low - 1
        ]
    if schema.pattern is not None and "pattern" not in unsure:
        for text in _STRANGE:
            if len(text) >= (low or 0) and (high is None or len(text) <= high):
                yield good, text
    if (
        schema.format is not None
        and "format" not in unsure
        and not formats.fits(schema.format, "?")
    ):
        for text in _STRANGE:
            if not formats.fits(schema.format, text):
                yield good, text
                return


def _of_length(schema: StringSchema, size: int, named: Named) -> str | None:
    candidates = [letter * size for letter in ("a", "A", "1")]
    if schema.pattern is not None:
        candidates += [
            text for text in matching(schema.pattern, size) if len(text) == size
        ]
    return next((text for text in candidates if _valid(schema, text, named)), None)


def _number_pairs(
    schema: NumberSchema, unsure: set[str]
) -> Iterator[tuple[Json, Json]]:
    step = schema.multiple_of or 1
    for name, bound, sign in (
        ("minimum", schema.minimum, -1),
        ("maximum", schema.maximum, 1),
    ):
        if bound is not None and name not in unsure:
            yield bound, bound + sign * step
    if schema.exclusive_minimum is not None and "exclusiveMinimum" not in unsure:
        yield schema.exclusive_minimum + step, schema.exclusive_minimum
    if schema.exclusive_maximum is not None and "exclusiveMaximum" not in unsure:
        yield schema.exclusive_maximum - step, schema.exclusive_maximum
    if (
        schema.multiple_of is not None
        and not schema.integer
        and "multipleOf" not in unsure
    ):
        yield schema.multiple_of, schema.multiple_of * 1.5


def _array_pairs(schema: ArraySchema, named: Named) -> Iterator[tuple[Json, Json]]:
    try:
        good = sample(schema, named)
        item = sample(schema.items, named)
    except NoSample:
        return
    high, low = schema.max_items, schema.min_items
    if not isinstance(good, list):
        return
    if high is not None and high < MOST_ITEMS and not schema.unique_items:
        yield [item] * high, [item] * (high + 1)
    if low and low < MOST_ITEMS and not schema.unique_items:
        yield [item] * low, [item] * (low - 1)
    if schema.unique_items and (high is None or high > 1):
        yield good, [item, item]
