"""Values of sample calls, held against the schemas of parameters and bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from truecopy.diagnostics import Diagnostic, Note, error
from truecopy.ir import (
    ArraySchema,
    BooleanSchema,
    Example,
    MediaType,
    NumberSchema,
    ObjectSchema,
    Operation,
    Parameter,
    Schema,
    UnionSchema,
    Value,
)
from truecopy.rules.samples import PLACES, answer_of, each_call, marked, media_of, sent
from truecopy.rules.view import View, deepest, doubted, is_json, said
from truecopy.source import Json
from truecopy.values import Side, Violation, resolved, violations

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def call_value(view: View) -> Iterator[Diagnostic]:
    """The values of a sample call satisfy the schemas of its parameters and bodies.

    Passes:

        request: {properties: {city: {type: string, maxLength: 5}}}
        examples:
          - request: {body: {city: Oslo}}

    Fails:

        request: {properties: {city: {type: string, maxLength: 5}}}
        examples:
          - request: {body: {city: Bergen}}
    """
    yield from each_call(view, _bad_values)


def _bad_values(
    view: View, operation: Operation, example: Example
) -> Iterator[Diagnostic]:
    for path, bad in _violations(view, operation, example):
        whole = (*path, *bad.path)
        if marked(example, whole) or doubted(bad.origin, bad.fact, "type"):
            continue
        place = deepest(example.origin, whole, bad.fact)
        yield error(
            place,
            "call-value",
            bad.message,
            Note(said(bad.origin, bad.fact), f"{bad.fact} is written here"),
        )


def _violations(
    view: View, operation: Operation, example: Example
) -> Iterator[tuple[tuple[str, ...], Violation]]:
    for path, parameter, value in _parameters(operation, example):
        for bad in violations(
            parameter.schema, _read(view, parameter.schema, value.data), view.named
        ):
            yield path, bad
    for path, side, media, body in _bodies(operation, example):
        if media.schema is None:
            continue
        data = body.data
        if media.name.partition(";")[0].lower() in _FORMS:
            data = _read(view, media.schema, data)
        elif not is_json(media.name):
            continue
        for bad in violations(media.schema, data, view.named, side):
            yield path, bad


def _parameters(
    operation: Operation, example: Example
) -> Iterator[tuple[tuple[str, ...], Parameter, Value]]:
    for place, location in PLACES if example.request else ():
        assert example.request is not None
        for name, value in sent(example.request, place):
            for parameter in operation.parameters:
                folded = location == "header" and parameter.name.lower() == name.lower()
                if parameter.location == location and (
                    folded or parameter.name == name
                ):
                    yield ("request", place, name), parameter, value


def _read(view: View, schema: Schema, data: Json) -> Json:
    """A value as it would be read from a URL or a form, where all is text."""
    target = resolved(schema, view.named)
    if isinstance(data, dict) and isinstance(target, ObjectSchema):
        known = {p.name: p.schema for p in target.properties}
        return {
            k: _read(view, known[k], v) if k in known else v for k, v in data.items()
        }
    if isinstance(target, ArraySchema) and not isinstance(data, dict):
        items = re.split(r"[,|]|%20| ", data) if isinstance(data, str) else data
        listed = items if isinstance(items, list) else [items]
        return [_read(view, target.items, item) for item in listed]
    if isinstance(target, UnionSchema):
        for branch in target.branches:
            read = _read(view, branch, data)
            if not any(violations(branch, read, view.named)):
                return read
    if isinstance(data, str) and isinstance(target, NumberSchema):
        if re.fullmatch(r"-?[0-9]+", data):
            return int(data)
        return float(data) if re.fullmatch(r"-?[0-9]+\.[0-9]+", data) else data
    if isinstance(data, str) and isinstance(target, BooleanSchema):
        return {"true": True, "false": False}.get(data, data)
    return data


def _bodies(
    operation: Operation, example: Example
) -> Iterator[tuple[tuple[str, ...], Side, MediaType, Value]]:
    request, response = example.request, example.response
    if (
        request is not None
        and request.body is not None
        and operation.request is not None
    ):
        media = media_of(operation.request.contents, request.media_type)
        if media is not None:
            yield ("request", "body"), "request", media, request.body
    if response is not None and response.body is not None:
        answer = answer_of(operation, response.status)
        media = media_of(answer.contents or () if answer else (), response.media_type)
        if media is not None:
            yield ("response", "body"), "response", media, response.body
