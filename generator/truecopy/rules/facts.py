"""Facts of one schema that have to agree with one another."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor

from truecopy.diagnostics import Diagnostic, Note, error
from truecopy.ir import (
    ArraySchema,
    NumberSchema,
    ObjectSchema,
    Origin,
    RefSchema,
    Schema,
    StringSchema,
)
from truecopy.json_values import identity, literal
from truecopy.rules.view import View, key, said


def bounds(view: View) -> Iterator[Diagnostic]:
    """A lower bound is not above its upper bound: some value has to fit.

    Passes:

        request:
          properties:
            city: {type: string, minLength: 2, maxLength: 50}

    Fails:

        request:
          properties:
            city: {type: string, minLength: 50, maxLength: 2}
    """
    for origin, low, least, high, most in _pairs(view):
        if least is not None and most is not None and least > most:
            yield _crossed(origin, low, least, high, most)
    for number in view.of(NumberSchema):
        yield from _interval(number)


def _pairs(
    view: View,
) -> Iterator[tuple[Origin, str, float | None, str, float | None]]:
    for text in view.of(StringSchema):
        yield text.origin, "minLength", text.min_length, "maxLength", text.max_length
    for number in view.of(NumberSchema):
        yield number.origin, "minimum", number.minimum, "maximum", number.maximum
    for array in view.of(ArraySchema):
        yield array.origin, "minItems", array.min_items, "maxItems", array.max_items
    for node in view.of(ObjectSchema):
        least, most = node.min_properties, node.max_properties
        yield node.origin, "minProperties", least, "maxProperties", most
        if node.additional is False:
            count = len(node.properties)
            yield node.origin, "minProperties", least, "properties", count
    for written in view.operations:
        found = written.operation.idempotency
        if found is not None:
            least, most = found.min_length, found.max_length
            yield found.origin, "minLength", least, "maxLength", most


def _crossed(
    origin: Origin, low: str, least: float, high: str, most: float
) -> Diagnostic:
    place, second = said(origin, low), said(origin, high)
    limit = f"the {most} that are listed" if high == "properties" else f"{high} {most}"
    message = f"{low} {least} is more than {limit}: no value fits"
    return error(place, "bounds", message, Note(second, f"{high} is written here"))


def _interval(node: NumberSchema) -> Iterator[Diagnostic]:
    """Bounds that cross only when exclusive ones and whole numbers are counted."""
    lows = [
        (b, s)
        for b, s in ((node.minimum, 0), (node.exclusive_minimum, 1))
        if b is not None
    ]
    highs = [
        (b, s)
        for b, s in ((node.maximum, 0), (node.exclusive_maximum, 1))
        if b is not None
    ]
    if not lows or not highs:
        return
    if (
        node.minimum is not None
        and node.maximum is not None
        and node.minimum > node.maximum
    ):
        return
    (low, open_low), (high, open_high) = max(lows), min(
        highs, key=lambda b: (b[0], -b[1])
    )
    if node.integer:
        first = floor(low) + 1 if open_low else ceil(low)
        last = ceil(high) - 1 if open_high else floor(high)
        empty = first > last
    else:
        empty = low > high or (low == high and bool(open_low or open_high))
    if empty:
        what = "whole number" if node.integer else "number"
        place = said(node.origin, "exclusiveMinimum", "minimum")
        yield error(
            place,
            "bounds",
            f"no {what} lies between {low} and {high} as they are bounded",
        )


def enum_duplicate(view: View) -> Iterator[Diagnostic]:
    """An enum lists each value once; 1 and 1.0 are one value, 1 and true are two.

    Passes:

        request:
          properties:
            kind: {enum: [billing, shipping]}

    Fails:

        request:
          properties:
            kind: {enum: [billing, shipping, billing]}
    """
    for node in view.valued:
        first: dict[object, int] = {}
        for index, value in enumerate(node.enum):
            same = identity(value.data)
            if same in first:
                second = Note(
                    said(node.origin, f"enum.{first[same]}"), "first listed here"
                )
                message = f"the enum lists {literal(value.data)} twice"
                place = said(node.origin, f"enum.{index}", "enum")
                yield error(place, "enum-duplicate", message, second)
            else:
                first[same] = index


def read_write_only(view: View) -> Iterator[Diagnostic]:
    """Read-only and write-only exclude each other.

    Passes:

        request:
          properties:
            secret: {type: string, writeOnly: true}

    Fails:

        request:
          properties:
            secret: {type: string, readOnly: true, writeOnly: true}
    """
    for node in view.nodes:
        target = view.named.get(node.name) if type(node) is RefSchema else None
        read = node.read_only or (target is not None and target.read_only)
        write = node.write_only or (target is not None and target.write_only)
        if read and write:
            place = key(node.origin, "writeOnly", "readOnly")
            message = "readOnly and writeOnly exclude each other: nothing could carry the value"
            yield error(place, "read-write-only", message)


def access_side(view: View) -> Iterator[Diagnostic]:
    """What is sent is not read-only as a whole, and what is answered not write-only.

    Passes:

        parameters: {page: {in: query, type: integer}}
        request: {properties: {id: {type: string, readOnly: true}}}

    Fails:

        parameters: {page: {in: query, type: integer, readOnly: true}}
    """
    for parameter, _ in view.parameters:
        yield from _one_sided(
            parameter.schema, parameter.schema.read_only, "readOnly", "sent"
        )
    for written in view.operations:
        request = written.operation.request
        for content in request.contents if request is not None else ():
            if content.schema is not None:
                yield from _one_sided(
                    content.schema, content.schema.read_only, "readOnly", "sent"
                )
        for response in written.operation.responses:
            schemas = [header.schema for header in response.headers]
            schemas += [
                c.schema for c in response.contents or () if c.schema is not None
            ]
            for schema in schemas:
                yield from _one_sided(
                    schema, schema.write_only, "writeOnly", "answered"
                )


def _one_sided(
    schema: Schema, wrong: bool, fact: str, way: str
) -> Iterator[Diagnostic]:
    if wrong:
        message = f"this is {way}, and {fact} says that it never is"
        yield error(key(schema.origin, fact), "access-side", message)
