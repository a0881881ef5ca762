"""Members of sample bodies, held against the properties that the spec lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from truecopy.diagnostics import Diagnostic, shown, suggestion
from truecopy.ir import (
    ArraySchema,
    Example,
    ObjectSchema,
    Operation,
    RefSchema,
    Schema,
    UnionSchema,
)
from truecopy.media_types import is_form, is_json
from truecopy.rules.call_values import bodies
from truecopy.rules.samples import each_call, is_refused, marked
from truecopy.rules.view import View, deepest, warning
from truecopy.source import Json

_Stranger = tuple[tuple[str, ...], ObjectSchema]


def call_member(view: View) -> Iterator[Diagnostic]:
    """Each member of a sample body is a property, where the spec lists properties and says nothing of others.

    The request of a sample that shows a 4XX or a failure may be what is wrong with it.

    Passes:

        request: {properties: {city: {type: string}}}
        examples:
          - request: {body: {city: Oslo}}

    Fails:

        request: {properties: {city: {type: string}}}
        examples:
          - request: {body: {ctiy: Oslo}}
    """
    yield from each_call(view, _strange_members)


def _strange_members(
    view: View, operation: Operation, example: Example
) -> Iterator[Diagnostic]:
    refused = is_refused(operation, example)
    for start, _, media, body in bodies(operation, example):
        if media.schema is None or not (is_json(media.name) or is_form(media.name)):
            continue
        if refused and start[0] == "request":
            continue
        for path, owner in _strangers(media.schema, body.data, view.named):
            whole = (*start, *path)
            if not marked(example, whole):
                known = [p.name for p in owner.properties]
                message = f"{shown(path[-1])} is no property of this object"
                message += suggestion(path[-1], known)
                yield warning(deepest(example.origin, whole), "call-member", message)


def _strangers(
    schema: Schema, data: Json, named: Mapping[str, Schema]
) -> Iterator[_Stranger]:
    if isinstance(schema, RefSchema) and schema.name in named:
        yield from _strangers(named[schema.name], data, named)
    elif isinstance(schema, ArraySchema) and isinstance(data, list):
        for index, item in enumerate(data):
            yield from _below(str(index), _strangers(schema.items, item, named))
    elif isinstance(schema, UnionSchema):
        each = [list(_strangers(b, data, named)) for b in schema.branches]
        yield from min(each, key=len)
    elif isinstance(schema, ObjectSchema) and schema.properties:
        known = {p.name: p.schema for p in schema.properties}
        for name, value in data.items() if isinstance(data, dict) else ():
            if name in known:
                yield from _below(name, _strangers(known[name], value, named))
            elif schema.additional is None:
                yield (name,), schema


def _below(step: str, found: Iterator[_Stranger]) -> Iterator[_Stranger]:
    for path, owner in found:
        yield (step, *path), owner
